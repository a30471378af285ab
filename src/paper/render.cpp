#include "paper/render.hpp"

#include <pango/pangocairo.h>

#include <memory>

#include "paper/sheet.hpp"

namespace yuanqu::paper {
namespace {

using base::Result;

const std::string& of(const Label& label, Language language) {
  return language == Language::Chinese ? label.zh : label.en;
}

// Everything a paper says, evaluated before anything is drawn: a template that cannot be evaluated leaves no half a
// page.
class Painter {
 public:
  Painter(const Template& paper, const feel::ContextScope& names, const RenderOptions& options)
      : paper_(paper), names_(names), options_(options) {}

  Result<std::size_t> draw(Sheet& sheet) {
    for (const Block& block : paper_.blocks) {
      Result<void> drawn = std::visit([&](const auto& content) { return put(sheet, content); }, block);
      if (!drawn) return tl::unexpected(drawn.error());
      if (sheet.too_long()) {
        return base::fail(base::ErrorCode::LimitExceeded, "文书超过 200 页，请减少表格行数。",
                          "The paper is over 200 pages; print fewer rows.");
      }
    }
    return sheet.pages();
  }

 private:
  Language language() const { return options_.language; }

  Result<std::string> value_of(const std::string& expression, const feel::ContextScope& names) {
    auto value = names.evaluate(expression);
    if (!value) {
      base::Error error = value.error();
      error.place.file = paper_.place;
      error.place.field = expression;
      return tl::unexpected(std::move(error));
    }
    return print(*value, language());
  }

  void line(Sheet& sheet, std::string text, Style style, double gap) {
    sheet.row({Cell{std::move(text), sheet.left(), sheet.width(), style}}, gap);
  }

  Result<void> put(Sheet& sheet, const TitleBlock& block) {
    auto words = block.texts.print(names_, language());
    if (!words) return tl::unexpected(words.error());
    sheet.space(10);
    line(sheet, options_.sample ? *words + (language() == Language::Chinese ? "（样本）" : " (sample)") : *words,
         Style{.size = 24, .bold = true, .align = Align::Centre, .spacing = 1.35}, 10);
    return {};
  }

  Result<void> put(Sheet& sheet, const NumberBlock& block) {
    line(sheet, of(block.label, language()) + (language() == Language::Chinese ? "：" : ": ") + options_.number,
         Style{.size = 10, .align = Align::Right}, 6);
    return {};
  }

  Result<void> put(Sheet& sheet, const TextBlock& block) {
    auto words = block.texts.print(names_, language());
    if (!words) return tl::unexpected(words.error());
    Style style;
    if (block.style == TextStyle::Centred) style.align = Align::Centre;
    if (block.style == TextStyle::Small) style.size = 9;
    style.spacing = 1.7;
    line(sheet, *words, style, 6);
    return {};
  }

  Result<void> put(Sheet& sheet, const FieldsBlock& block) {
    sheet.space(4);
    sheet.rule(5);
    for (const FieldsBlock::Row& row : block.rows) {
      auto words = value_of(row.value, names_);
      if (!words) return tl::unexpected(words.error());
      const double split = sheet.width() * 0.27;
      const Style label{.size = 10.5, .red = 0.28, .green = 0.32, .blue = 0.36};
      const Style value{.size = 11.5};
      sheet.row({Cell{of(row.label, language()), sheet.left(), split - 10, label},
                 Cell{*words, sheet.left() + split, sheet.width() - split, value}},
                5);
      sheet.rule(5);
    }
    return {};
  }

  Result<void> put(Sheet& sheet, const TableBlock& block) {
    auto rows = names_.evaluate(block.rows);
    if (!rows) return tl::unexpected(rows.error());
    const double wide = sheet.width() / static_cast<double>(block.columns.size());
    auto cells = [&](auto&& text_of, Style style) -> Result<std::vector<Cell>> {
      std::vector<Cell> made;
      for (const TableBlock::Column& column : block.columns) {
        Result<std::string> text = text_of(column);
        if (!text) return tl::unexpected(text.error());
        made.push_back(Cell{std::move(*text), sheet.left() + wide * static_cast<double>(made.size()), wide - 8, style});
      }
      return made;
    };
    auto head =
        cells([&](const TableBlock::Column& column) -> Result<std::string> { return of(column.label, language()); },
              Style{.size = 9.5, .bold = true});
    if (!head) return tl::unexpected(head.error());
    sheet.space(4);
    sheet.row(*head, 4);
    sheet.rule(4);
    if (!rows->is(feel::Kind::List)) return {};
    for (const feel::Value& item : rows->items()) {
      feel::ContextScope inner = names_;
      inner.set({"item", item, nullptr});
      auto made =
          cells([&](const TableBlock::Column& column) { return value_of(column.value, inner); }, Style{.size = 9.5});
      if (!made) return tl::unexpected(made.error());
      sheet.row(*made, 4);
      sheet.rule(4);
      if (sheet.too_long()) break;
    }
    return {};
  }

  Result<void> put(Sheet& sheet, const SpaceBlock& block) {
    sheet.space(block.millimetres * points_per_millimetre);
    return {};
  }

  Result<void> put(Sheet& sheet, const LineBlock&) {
    sheet.rule(6);
    return {};
  }

  Result<void> put(Sheet& sheet, const SignatureBlock& block) {
    auto issuer = value_of(block.issuer, names_);
    if (!issuer) return tl::unexpected(issuer.error());
    auto day = value_of(block.day, names_);
    if (!day) return tl::unexpected(day.error());
    sheet.space(14);
    const Style style{.size = 11.5, .align = Align::Right, .spacing = 1.7};
    line(sheet, *issuer, style, 0);
    line(sheet, *day, style, 8);
    return {};
  }

  Result<void> put(Sheet& sheet, const CodeBlock& block) {
    sheet.code(options_.verify_at, of(block.caption, language()));
    return {};
  }

  Result<void> put(Sheet& sheet, const PageBreakBlock&) {
    sheet.page_break();
    return {};
  }

  const Template& paper_;
  const feel::ContextScope& names_;
  const RenderOptions& options_;
};

}  // namespace

Result<std::string> render(const Template& paper, const feel::ContextScope& names, const RenderOptions& options) {
  if (options.sample && options.number.find("样本") == std::string::npos) {
    return base::fail(base::ErrorCode::Internal, "样本文书的编号必须含“样本”。",
                      "The number of a sample must carry 样本.");
  }
  // The foot of the first page names the number of pages: drawn again when the guess was wrong. Most papers have one
  // page.
  std::size_t guess = 1;
  while (true) {
    Sheet sheet(paper, options, guess);
    auto drawn = Painter(paper, names, options).draw(sheet);
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
    if (std::string_view(pango_font_family_get_name(families[index])) == "Noto Sans CJK SC") return {};
  }
  return base::fail(base::ErrorCode::Unavailable, "没有中文字体 Noto Sans CJK SC，请安装软件包 fonts-noto-cjk。",
                    "The font Noto Sans CJK SC is missing; install the package fonts-noto-cjk.");
}

}  // namespace yuanqu::paper
