#include "cli/table_output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "base/decimal.hpp"

namespace yuanqu::cli {

namespace {

// A long number, as an eye wants it; files keep every digit.
std::string shown(const std::string& text) {
  if (text.size() <= 12 || text.find('.') == std::string::npos) return text;
  const auto number = base::Decimal::parse(text);
  const auto rounded = number ? base::round_to(*number, 6, base::Rounding::HalfEven) : std::nullopt;
  return rounded ? rounded->to_string() : text;
}

// Columns a terminal needs: characters beyond ASCII that fill two cells are those of East Asia, from U+1100 on.
std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    width += length >= 3 ? 2 : 1;
    i += length;
  }
  return width;
}

}  // namespace

base::Result<void> TableOutput::write(const std::string& file) const {
  if (file.empty()) {
    std::vector<std::size_t> widths;
    for (const std::string& header : headers_) widths.push_back(width_of(header));
    for (const auto& row : rows_) {
      for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c)
        widths[c] = std::max(widths[c], width_of(shown(row[c].text)));
    }
    const auto line = [&](auto&& text_of) {
      std::string out;
      for (std::size_t c = 0; c < widths.size(); ++c) {
        const std::string text = text_of(c);
        out += text;
        if (c + 1 < widths.size()) out += std::string(widths[c] - width_of(text) + 2, ' ');
      }
      fmt::print("{}\n", out);
    };
    line([&](std::size_t c) { return headers_[c]; });
    for (const auto& row : rows_)
      line([&](std::size_t c) { return c < row.size() ? shown(row[c].text) : std::string(); });
    return {};
  }
  std::string name = file;
  tabular::WriteOptions options;
  options.gzip = name.ends_with(".gz");
  if (options.gzip) name.resize(name.size() - 3);
  const auto format = name.ends_with(".xlsx")    ? tabular::Format::Xlsx
                      : name.ends_with(".jsonl") ? tabular::Format::JsonLines
                                                 : tabular::Format::Csv;
  std::vector<tabular::Column> columns;
  for (const std::string& header : headers_) columns.push_back({.header = header, .width = 24});
  auto writer = tabular::create_writer(std::filesystem::path(file), format, columns, options);
  if (!writer) return tl::unexpected(writer.error());
  for (const auto& row : rows_) {
    if (auto written = (*writer)->write(row); !written) return written;
  }
  return (*writer)->finish();
}

tabular::Cell text_cell(std::string text) {
  return text.empty() ? tabular::Cell{} : tabular::Cell{.kind = tabular::CellKind::Text, .text = std::move(text)};
}
tabular::Cell number_cell(std::string digits) { return {.kind = tabular::CellKind::Number, .text = std::move(digits)}; }
tabular::Cell date_cell(std::string day) { return {.kind = tabular::CellKind::Date, .text = std::move(day)}; }

}  // namespace yuanqu::cli
