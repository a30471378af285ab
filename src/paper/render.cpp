#include "paper/render.hpp"

#include <pango/pangocairo.h>

#include <memory>
#include <numeric>

#include "paper/sheet.hpp"

namespace yuanqu::paper {
namespace {

using base::Result;

class Painter {
 public:
  explicit Painter(const Document& document) : document_(document) {}

  Result<std::size_t> draw(Sheet& sheet) {
    for (const Part& part : document_.parts) {
      std::visit([&](const auto& content) { put(sheet, content); }, part);
      if (sheet.too_long()) {
        return base::fail(base::ErrorCode::LimitExceeded, "文书超过 200 页，请减少表格行数。",
                          "The paper is over 200 pages; print fewer rows.");
      }
    }
    return sheet.pages();
  }

 private:
  void line(Sheet& sheet, std::string text, Style style, double gap) {
    sheet.row({Cell{std::move(text), sheet.left(), sheet.width(), style}}, gap);
  }

  void put(Sheet& sheet, const Title& title) {
    sheet.space(10);
    line(sheet, title.words, Style{.size = 24, .bold = true, .align = Align::Centre, .spacing = 1.35}, 10);
  }

  void put(Sheet& sheet, const Line& words) {
    switch (words.look) {
      case Line::Look::Right: return line(sheet, words.words, Style{.size = 10, .align = Align::Right}, 6);
      case Line::Look::Centred: return line(sheet, words.words, Style{.align = Align::Centre, .spacing = 1.7}, 6);
      case Line::Look::Small: return line(sheet, words.words, Style{.size = 9, .spacing = 1.7}, 6);
      case Line::Look::Plain: return line(sheet, words.words, Style{.spacing = 1.7}, 6);
    }
  }

  void put(Sheet& sheet, const Fields& fields) {
    sheet.space(4);
    sheet.rule(5);
    const double split = sheet.width() * 0.27;
    const Style label{.size = 10.5, .red = 0.28, .green = 0.32, .blue = 0.36};
    const Style value{.size = 11.5};
    for (const Fields::Row& row : fields.rows) {
      sheet.row({Cell{row.label, sheet.left(), split - 10, label},
                 Cell{row.value, sheet.left() + split, sheet.width() - split, value}},
                5);
      sheet.rule(5);
    }
  }

  void put(Sheet& sheet, const Table& table) {
    const double whole = std::accumulate(table.shares.begin(), table.shares.end(), 0.0);
    const auto cells = [&](const std::vector<std::string>& texts, Style style) {
      std::vector<Cell> made;
      double left = sheet.left();
      for (const std::string& text : texts) {
        const double wide = sheet.width() * table.shares[made.size()] / whole;
        made.push_back(Cell{text, left, wide - 8, style});
        left += wide;
      }
      return made;
    };
    sheet.space(4);
    sheet.row(cells(table.head, Style{.size = 9.5, .bold = true}), 4);
    sheet.rule(4);
    for (const auto& row : table.rows) {
      sheet.row(cells(row, Style{.size = 9.5}), 4);
      sheet.rule(4);
      if (sheet.too_long()) break;
    }
  }

  void put(Sheet& sheet, const Space& space) { sheet.space(space.millimetres * points_per_millimetre); }
  void put(Sheet& sheet, const Rule&) { sheet.rule(6); }

  void put(Sheet& sheet, const Signature& signature) {
    sheet.space(14);
    const Style style{.size = 11.5, .align = Align::Right, .spacing = 1.7};
    line(sheet, signature.issuer, style, 0);
    line(sheet, signature.day, style, 8);
  }

  void put(Sheet& sheet, const Code& code) { sheet.code(document_.options.verify_at, code.caption); }
  void put(Sheet& sheet, const PageBreak&) { sheet.page_break(); }

  const Document& document_;
};

}  // namespace

Result<std::string> render(const Document& document) {
  // The foot of the first page names the number of pages: drawn again when the guess was wrong. Most papers have one
  // page.
  std::size_t guess = 1;
  while (true) {
    Sheet sheet(document, guess);
    auto drawn = Painter(document).draw(sheet);
    if (!drawn) return tl::unexpected(drawn.error());
    if (*drawn == guess) return sheet.finish();
    guess = *drawn;
  }
}

Result<void> check_fonts() {
  PangoFontMap* map = pango_cairo_font_map_get_default();
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(map, &families, &count);
  std::unique_ptr<PangoFontFamily*, decltype(&g_free)> owner(families, g_free);
  for (int index = 0; index < count; ++index) {
    if (std::string_view(pango_font_family_get_name(families[index])) == typeface) return {};
  }
  return base::fail(base::ErrorCode::Unavailable,
                    "没有文书所用的中文字体“文泉驿微米黑”，请安装软件包 fonts-wqy-microhei。",
                    "The typeface of papers, WenQuanYi Micro Hei, is missing; install the package fonts-wqy-microhei.");
}

}  // namespace yuanqu::paper
