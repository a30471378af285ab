#include "tabular/xlsx_parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/text.hpp"
#include "tabular/byte_source.hpp"
#include "tabular/xml.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

constexpr std::uint64_t small_part_bytes_max = std::uint64_t{64} << 20;

int integer_of(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class RelationsHandler final : public XmlHandler {
 public:
  std::map<std::string, std::string> targets;  // by id
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "Relationship") targets.emplace(attributes.get("Id"), attributes.get("Target"));
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

class WorkbookHandler final : public XmlHandler {
 public:
  struct Sheet {
    std::string name;
    std::string relation;
    bool hidden = false;
  };
  std::vector<Sheet> sheets;
  bool system_1904 = false;
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") {
      const std::string_view value = attributes.get("date1904");
      system_1904 = value == "1" || value == "true";
    } else if (name == "sheet") {
      const std::string_view state = attributes.get("state");
      sheets.push_back({std::string(attributes.get("name")), std::string(attributes.get("id")),
                        state == "hidden" || state == "veryHidden"});
    }
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

class StylesHandler final : public XmlHandler {
 public:
  std::map<int, std::string> formats;
  std::vector<int> cells;
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "numFmt") {
      formats[integer_of(attributes.get("numFmtId"), -1)] = std::string(attributes.get("formatCode"));
    } else if (name == "cellXfs") {
      inside_ = true;
    } else if (name == "xf" && inside_ && cells.size() < 100'000) {
      cells.push_back(integer_of(attributes.get("numFmtId"), 0));
    }
  }
  void end(std::string_view name) override {
    if (name == "cellXfs") inside_ = false;
  }
  void text(std::string_view) override {}

 private:
  bool inside_ = false;
};

// <si><t>…</t></si>, or runs <r><t>…</t></r> joined; phonetic hints <rPh> left out.
class StringsHandler final : public XmlHandler {
 public:
  explicit StringsHandler(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  std::vector<std::string> strings;
  bool too_large = false;
  void start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") current_.clear();
    if (name == "rPh") phonetic_ = true;
    if (name == "t") taking_ = !phonetic_;
  }
  void end(std::string_view name) override {
    if (name == "t") taking_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name != "si") return;
    bytes_ += current_.size() + sizeof(std::string);
    too_large = too_large || bytes_ > bytes_max_;
    if (!too_large) strings.push_back(unescaped(current_));
  }
  void text(std::string_view text) override {
    if (taking_ && !too_large) current_ += text;
    too_large = too_large || current_.size() > bytes_max_;
  }

 private:
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::string current_;
  bool taking_ = false;
  bool phonetic_ = false;
};

std::string part_of(std::string target) {
  if (target.starts_with('/')) return target.substr(1);
  while (target.starts_with("./")) target.erase(0, 2);
  return "xl/" + target;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const std::size_t mark = text.find("_x", at);
    if (mark == std::string_view::npos) break;
    std::uint32_t code = 0;
    const char* digits = text.data() + mark + 2;
    const bool whole = mark + 7 <= text.size() && text[mark + 6] == '_' &&
                       std::from_chars(digits, digits + 4, code, 16).ptr == digits + 4;
    result += text.substr(at, mark - at);
    if (whole) {
      base::append_code_point(result, code);
      at = mark + 7;
    } else {
      result += "_x";
      at = mark + 2;
    }
  }
  result += text.substr(at);
  return result;
}

DateForm date_form_of(int format_id, std::string_view code) {
  if (code.empty()) {
    if (format_id == 14 || format_id == 15 || format_id == 16 || format_id == 17) return DateForm::Date;
    if (format_id == 22) return DateForm::DateTime;
    if ((format_id >= 18 && format_id <= 21) || (format_id >= 45 && format_id <= 47)) return DateForm::Time;
    // East Asian built-in formats: 27-31, 36, 50-54, 57, 58 are dates, 32-35, 55, 56 times.
    if ((format_id >= 27 && format_id <= 31) || format_id == 36 || (format_id >= 50 && format_id <= 54) ||
        format_id == 57 || format_id == 58)
      return DateForm::Date;
    if ((format_id >= 32 && format_id <= 35) || format_id == 55 || format_id == 56) return DateForm::Time;
    return DateForm::None;
  }
  bool day = false;
  bool hour = false;
  bool month = false;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == ';') break;  // the first section speaks for all
    if (c == '"') {
      at = std::min(code.find('"', at + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++at;
    } else if (c == '[') {
      const std::size_t end = std::min(code.find(']', at), code.size());
      const std::string_view inside = code.substr(at + 1, end - at - 1);
      if (inside == "h" || inside == "hh" || inside == "mm" || inside == "m" || inside == "s" || inside == "ss")
        return DateForm::None;  // a span of time
      at = end;
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D' || c == 'e') {
      if (c != 'e') day = true;
    } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
      hour = true;
    } else if (c == 'm' || c == 'M') {
      month = true;
    } else if (code.substr(at).starts_with("General") || c == '0' || c == '#' || c == '?') {
      if (!day && !hour && !month) return DateForm::None;
    }
  }
  if (day && hour) return DateForm::DateTime;
  if (day || (month && !hour)) return DateForm::Date;
  return hour ? DateForm::Time : DateForm::None;
}

std::pair<std::size_t, std::size_t> cell_reference(std::string_view reference) {
  std::size_t column = 0;
  std::size_t at = 0;
  for (; at < reference.size() && at < 4; ++at) {
    char c = reference[at];
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
  }
  std::size_t row = 0;
  const auto [end, problem] = std::from_chars(reference.data() + at, reference.data() + reference.size(), row);
  if (at == 0 || problem != std::errc{} || end != reference.data() + reference.size() || row == 0 || row > 1'048'576 ||
      column > 16'384)
    return {0, 0};
  return {row, column};
}

base::Result<XlsxParts> read_xlsx_parts(ZipContainer& container, const std::string& shown) {
  if (!container.contains("xl/workbook.xml")) {
    return base::fail(ErrorCode::Invalid, "这不是 XLSX 表格。请用表格软件另存为 .xlsx。",
                      "This is no XLSX table. Save it as .xlsx from a spreadsheet program.", {.file = shown});
  }
  auto workbook_text = container.read_all("xl/workbook.xml", small_part_bytes_max);
  if (!workbook_text) return tl::unexpected(workbook_text.error());
  WorkbookHandler workbook;
  if (auto done = parse_xml(*workbook_text, workbook, shown); !done) return tl::unexpected(done.error());
  RelationsHandler relations;
  if (container.contains("xl/_rels/workbook.xml.rels")) {
    auto text = container.read_all("xl/_rels/workbook.xml.rels", small_part_bytes_max);
    if (!text) return tl::unexpected(text.error());
    if (auto done = parse_xml(*text, relations, shown); !done) return tl::unexpected(done.error());
  }
  XlsxParts parts;
  parts.system_1904 = workbook.system_1904;
  for (const auto& sheet : workbook.sheets) {
    const auto target = relations.targets.find(sheet.relation);
    if (sheet.hidden || target == relations.targets.end() || target->second.find("worksheet") == std::string::npos)
      continue;
    parts.sheets.push_back({sheet.name, part_of(target->second)});
  }
  if (parts.sheets.empty()) {
    return base::fail(ErrorCode::Invalid, "文件里没有可见的工作表。", "The file has no visible sheet.",
                      {.file = shown});
  }
  if (container.contains("xl/styles.xml")) {
    auto text = container.read_all("xl/styles.xml", small_part_bytes_max);
    if (!text) return tl::unexpected(text.error());
    StylesHandler styles;
    if (auto done = parse_xml(*text, styles, shown); !done) return tl::unexpected(done.error());
    for (int format : styles.cells) {
      const auto custom = styles.formats.find(format);
      parts.styles.push_back(
          date_form_of(format, custom == styles.formats.end() ? std::string_view{} : std::string_view(custom->second)));
    }
  }
  return parts;
}

base::Result<std::vector<std::string>> read_shared_strings(ZipContainer& container, const Limits& limits,
                                                           const std::string& shown) {
  if (!container.contains("xl/sharedStrings.xml")) return std::vector<std::string>{};
  auto entry = container.open_entry("xl/sharedStrings.xml");
  if (!entry) return tl::unexpected(entry.error());
  StringsHandler handler(limits.shared_strings_bytes_max);
  XmlParser parser(handler, shown);
  std::string piece(std::size_t{256} << 10, '\0');
  for (;;) {
    auto got = (*entry)->read(piece.data(), piece.size());
    if (!got) return tl::unexpected(got.error());
    if (auto done = parser.feed(std::string_view(piece).substr(0, *got), *got == 0); !done)
      return tl::unexpected(done.error());
    if (handler.too_large) return tl::unexpected(too_large(shown, limits.shared_strings_bytes_max));
    if (*got == 0) return std::move(handler.strings);
  }
}

base::Result<std::vector<CellRange>> read_merged_cells(ZipContainer& container, const std::string& part) {
  std::vector<CellRange> ranges;
  auto entry = container.open_entry(part);
  if (!entry) return tl::unexpected(entry.error());
  constexpr std::string_view mark = "mergeCell ref=\"";
  constexpr std::size_t overlap = 64;  // an entry may lie across two pieces
  constexpr std::size_t ranges_max = 200'000;
  std::string window;
  std::string piece(std::size_t{256} << 10, '\0');
  for (;;) {
    auto got = (*entry)->read(piece.data(), piece.size());
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return ranges;
    window.append(piece, 0, *got);
    std::size_t at = 0;
    for (std::size_t found; (found = window.find(mark, at)) != std::string::npos;) {
      const std::size_t from = found + mark.size();
      const std::size_t end = window.find('"', from);
      if (end == std::string::npos) break;
      const std::string_view text = std::string_view(window).substr(from, end - from);
      at = end;
      const std::size_t colon = text.find(':');
      if (colon == std::string_view::npos) continue;
      const auto [first_row, first_column] = cell_reference(text.substr(0, colon));
      const auto [last_row, last_column] = cell_reference(text.substr(colon + 1));
      if (first_row != 0 && last_row >= first_row && last_column >= first_column && ranges.size() < ranges_max) {
        ranges.push_back({first_row, first_column, last_row, last_column});
      }
    }
    const std::size_t keep = std::max(at, window.size() > overlap ? window.size() - overlap : 0);
    window.erase(0, keep);
  }
}

}  // namespace yuanqu::tabular
