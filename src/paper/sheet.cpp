#include "paper/sheet.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>

#include "paper/code_image.hpp"

namespace yuanqu::paper {
namespace {

constexpr double a4_short = 210 * points_per_millimetre;
constexpr double a4_long = 297 * points_per_millimetre;
constexpr double foot_height = 34;
struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, Unref>;

Layout make_layout(cairo_t* context, std::string_view text, double width, const Style& style) {
  Layout layout(pango_cairo_create_layout(context));
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(font, typeface);
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_context_set_language(pango_layout_get_context(layout.get()), pango_language_from_string("zh-cn"));
  pango_layout_context_changed(layout.get());
  if (width > 0) pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout.get(), style.align == Align::Left     ? PANGO_ALIGN_LEFT
                                           : style.align == Align::Centre ? PANGO_ALIGN_CENTER
                                                                          : PANGO_ALIGN_RIGHT);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

// An address as people read it: %E6%A0%B7 is 样. Whatever would not be text stays as it is.
std::string readable(std::string_view address) {
  auto digit = [](char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
  };
  std::string made;
  for (std::size_t at = 0; at < address.size(); ++at) {
    const int high = at + 2 < address.size() && address[at] == '%' ? digit(address[at + 1]) : -1;
    const int low = high < 0 ? -1 : digit(address[at + 2]);
    if (low < 0) {
      made += address[at];
      continue;
    }
    made += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return g_utf8_validate(made.data(), static_cast<gssize>(made.size()), nullptr) ? made : std::string(address);
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

// The lines of one cell and how far they have been drawn.
struct Sheet::Lines {
  Layout layout;
  const Cell* cell = nullptr;
  int next = 0;
  double line_height() const { return cell->style.size * cell->style.spacing; }
  int count() const { return pango_layout_get_line_count(layout.get()); }
  bool done() const { return next >= count(); }
};

Sheet::Sheet(const Document& document, std::size_t pages_total) : document_(document), pages_total_(pages_total) {
  const DocumentOptions& options = document.options;
  width_ = document.landscape ? a4_long : a4_short;
  height_ = document.landscape ? a4_short : a4_long;
  margin_ = (document.frame ? 26 : 22) * points_per_millimetre;
  surface_ = cairo_pdf_surface_create_for_stream(append, &bytes_, width_, height_);
  cairo_pdf_surface_restrict_to_version(surface_, CAIRO_PDF_VERSION_1_5);
  const bool chinese = document.chinese();
  const std::string mark = options.sample ? (chinese ? "样本 " : "Sample ") : "";
  const std::string day = options.issued_on.to_string() + "T00:00:00Z";
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE,
                                 (mark + document.label() + " " + options.number).c_str());
  if (options.sample) {
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_SUBJECT,
                                   (document.statement.zh + " / " + document.statement.en).c_str());
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_KEYWORDS, "样本, sample");
  }
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATOR, "Yuanqu");
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATE_DATE, day.c_str());
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_MOD_DATE, day.c_str());
  context_ = cairo_create(surface_);
  begin_page();
}

Sheet::~Sheet() {
  cairo_destroy(context_);
  cairo_surface_destroy(surface_);
}

double Sheet::bottom() const { return height_ - margin_ - foot_height; }

double Sheet::draw_text(std::string_view text, double x, double y, double width, const Style& style) {
  Layout layout = make_layout(context_, text, width, style);
  cairo_set_source_rgb(context_, style.red, style.green, style.blue);
  cairo_move_to(context_, x, y);
  pango_cairo_show_layout(context_, layout.get());
  int drawn = 0;
  pango_layout_get_size(layout.get(), nullptr, &drawn);
  return static_cast<double>(drawn) / PANGO_SCALE;
}

// Drawn under the text in the red of seal paste, faint enough to read through and too large to cut away.
void Sheet::watermark() {
  const bool chinese = document_.chinese();
  cairo_save(context_);
  cairo_translate(context_, width_ / 2, height_ / 2);
  cairo_rotate(context_, -std::atan2(height_, width_) * 0.72);
  for (int row = -1; row <= 1; ++row) {
    const bool middle = row == 0;
    Layout layout = make_layout(context_, chinese ? "样 本" : "SAMPLE", 0,
                                Style{.size = middle ? (chinese ? 190.0 : 130.0) : 70.0, .bold = true});
    int wide = 0;
    int high = 0;
    pango_layout_get_size(layout.get(), &wide, &high);
    cairo_set_source_rgba(context_, 0xB0 / 255.0, 0x35 / 255.0, 0x2A / 255.0, middle ? 0.16 : 0.11);
    cairo_move_to(context_, -wide / 2.0 / PANGO_SCALE,
                  row * std::min(width_, height_) * 0.44 - high / 2.0 / PANGO_SCALE);
    pango_cairo_show_layout(context_, layout.get());
  }
  cairo_restore(context_);
}

void Sheet::begin_page() {
  ++pages_;
  y_ = margin_;
  if (document_.options.sample) watermark();
  if (document_.frame) {
    const double edge = 14 * points_per_millimetre;
    cairo_set_source_rgb(context_, 0x1C / 255.0, 0x5A / 255.0, 0x96 / 255.0);
    for (auto [inset, line] : {std::pair{edge, 1.6}, std::pair{edge + 4.5, 0.5}}) {
      cairo_set_line_width(context_, line);
      cairo_rectangle(context_, inset, inset, width_ - 2 * inset, height_ - 2 * inset);
      cairo_stroke(context_);
    }
  }
}

void Sheet::end_page() {
  const bool chinese = document_.chinese();
  const Style small{.size = 8.5, .red = 0.37, .green = 0.41, .blue = 0.45};
  Style right = small;
  right.align = Align::Right;
  const double y = height_ - margin_ - 14;
  const std::string statement = document_.options.sample ? document_.said() + "　" : "";
  draw_text(statement + document_.options.number, left(), y, width() * 0.78, small);
  const std::string of = std::to_string(pages_) + " / " + std::to_string(std::max(pages_total_, pages_));
  draw_text(chinese ? "第 " + of + " 页" : "Page " + of, left() + width() * 0.78, y, width() * 0.22, right);
  cairo_show_page(context_);
}

void Sheet::page_break() {
  end_page();
  begin_page();
}

void Sheet::need(double height) {
  if (y_ + height > bottom() && y_ > margin_ && !too_long()) page_break();
}

void Sheet::row(const std::vector<Cell>& cells, double gap) {
  std::vector<Lines> all;
  double height = 0;
  for (const Cell& cell : cells) {
    all.push_back(Lines{make_layout(context_, cell.text, cell.width, cell.style), &cell, 0});
    height = std::max(height, all.back().count() * all.back().line_height());
  }
  // A row that would fit a page stays together; a longer one is split by lines.
  if (height <= bottom() - margin_) need(height);
  while (!too_long()) {
    double deepest = y_;
    bool left_over = false;
    for (Lines& lines : all) {
      double y = y_;
      while (!lines.done() && (y + lines.line_height() <= bottom() || y == margin_)) {
        PangoLayoutLine* line = pango_layout_get_line_readonly(lines.layout.get(), lines.next++);
        PangoRectangle extents;
        pango_layout_line_get_extents(line, nullptr, &extents);
        const double wide = static_cast<double>(extents.width) / PANGO_SCALE;
        const Style& style = lines.cell->style;
        const double shift = style.align == Align::Left     ? 0
                             : style.align == Align::Centre ? (lines.cell->width - wide) / 2
                                                            : lines.cell->width - wide;
        cairo_set_source_rgb(context_, style.red, style.green, style.blue);
        // The baseline sits where a line of this height centres the letters.
        cairo_move_to(context_, lines.cell->x + shift, y + lines.line_height() * 0.5 + style.size * 0.36);
        pango_cairo_show_layout_line(context_, line);
        y += lines.line_height();
      }
      deepest = std::max(deepest, y);
      left_over = left_over || !lines.done();
    }
    y_ = deepest;
    if (!left_over) break;
    page_break();
  }
  y_ += gap;
}

void Sheet::rule(double gap) {
  cairo_set_source_rgb(context_, 0xCB / 255.0, 0xC8 / 255.0, 0xBE / 255.0);
  cairo_set_line_width(context_, 0.6);
  cairo_move_to(context_, left(), y_);
  cairo_line_to(context_, left() + width(), y_);
  cairo_stroke(context_);
  y_ += gap;
}

void Sheet::space(double points) {
  need(points);
  if (y_ > margin_) y_ += points;
}

void Sheet::code(std::string_view content, std::string_view caption) {
  const double side = 26 * points_per_millimetre;
  const auto code = code_modules(content);
  if (!code) return;
  need(side + 26);
  const double x = left() + width() - side;
  const double module = side / (code->side + 8);  // four modules of quiet zone on each side (ISO/IEC 18004)
  cairo_set_source_rgb(context_, 1, 1, 1);
  cairo_rectangle(context_, x, y_, side, side);
  cairo_fill(context_);
  cairo_set_source_rgb(context_, 0, 0, 0);
  for (int row = 0; row < code->side; ++row) {
    for (int column = 0; column < code->side; ++column) {
      if (!code->dark[static_cast<std::size_t>(row * code->side + column)]) continue;
      cairo_rectangle(context_, x + (column + 4) * module, y_ + (row + 4) * module, module, module);
    }
  }
  cairo_fill(context_);
  const Style small{.size = 8.5, .align = Align::Right, .red = 0.28, .green = 0.32, .blue = 0.36};
  const double drawn = draw_text(caption, left(), y_ + side * 0.62, width() - side - 8, small);
  draw_text(readable(content), left(), y_ + side * 0.62 + drawn + 2, width() - side - 8, small);
  y_ += side + 8;
}

base::Result<std::string> Sheet::finish() {
  end_page();
  cairo_surface_finish(surface_);
  if (cairo_surface_status(surface_) != CAIRO_STATUS_SUCCESS || cairo_status(context_) != CAIRO_STATUS_SUCCESS) {
    return base::fail(base::ErrorCode::Internal, "PDF 没有画成，请检查文书模板里的文字。",
                      std::string("The PDF could not be drawn: ") + cairo_status_to_string(cairo_status(context_)));
  }
  return std::move(bytes_);
}

}  // namespace yuanqu::paper
