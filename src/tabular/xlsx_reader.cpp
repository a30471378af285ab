#include "tabular/xlsx_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>

#include "base/date.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "tabular/row_source.hpp"
#include "tabular/xlsx_parts.hpp"
#include "tabular/xml.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

// A stored number has up to 17 digits of a double; people saw the 15 that spreadsheet programs show.
std::string plain_number(std::string_view stored, double value) {
  std::string text(stored);
  const auto digits =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  if (digits > 15) {
    std::array<char, 40> buffer{};
    const auto [end, problem] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 15);
    text.assign(buffer.data(), end);
  }
  const auto number = base::Decimal::parse(text);
  return number ? number->to_string() : text;
}

struct SheetContext {
  const std::vector<std::string>& strings;
  const XlsxParts& parts;
  Limits limits;
  std::string shown;
};

// Turns the elements of a sheet into rows; complete rows queue up for the reader.
class SheetHandler final : public XmlHandler {
 public:
  SheetHandler(const SheetContext& context, Oddities& oddities) : context_(context), oddities_(oddities) {}
  std::deque<Row> rows;
  bool too_wide = false;
  bool cell_too_long = false;

  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "row") {
      const std::string_view number = attributes.get("r");
      std::size_t row = row_.number + 1;
      std::from_chars(number.data(), number.data() + number.size(), row);
      row_ = {};
      row_.number = row;
      next_column_ = 1;
    } else if (name == "c") {
      const auto [row, column] = cell_reference(attributes.get("r"));
      cell_ = {};
      too_wide = too_wide || row_.cells.size() > context_.limits.columns_max;  // one column written again and again
      cell_.column = column != 0 ? column : next_column_;
      next_column_ = cell_.column + 1;
      type_ = attributes.get("t");
      style_ = 0;
      const std::string_view style = attributes.get("s");
      std::from_chars(style.data(), style.data() + style.size(), style_);
      value_.clear();
      formula_ = false;
      in_cell_ = true;
    } else if (name == "v" || (name == "t" && in_cell_ && !phonetic_)) {
      taking_ = in_cell_;
    } else if (name == "f") {
      formula_ = in_cell_;
    } else if (name == "rPh") {
      phonetic_ = true;
    }
  }

  void end(std::string_view name) override {
    if (name == "v" || name == "t") {
      taking_ = false;
    } else if (name == "rPh") {
      phonetic_ = false;
    } else if (name == "c") {
      in_cell_ = false;
      finish_cell();
    } else if (name == "row") {
      rows.push_back(std::move(row_));
      row_ = {};
      row_.number = rows.back().number;
    }
  }

  void text(std::string_view text) override {
    if (!taking_) return;
    value_ += text;
    cell_too_long = cell_too_long || value_.size() > context_.limits.cell_bytes_max;
    if (cell_too_long) value_.clear();
  }

 private:
  base::Place place() const { return {.file = context_.shown, .row = row_.number, .column = cell_.column}; }

  void finish_cell() {
    if (cell_.column > context_.limits.columns_max) {
      // Styled but empty cells far to the right are common; only content there is refused.
      too_wide = too_wide || !value_.empty();
      return;
    }
    if (value_.empty()) {
      if (formula_) {
        oddities_.note(
            "formula_without_value", "有的公式没有保存结果，按空处理。请在表格软件中打开并保存一次。",
            "Some formulas carry no result and count as empty. Open and save the file once in a spreadsheet program.",
            place());
      }
      return;
    }
    if (type_ == "s") {
      std::size_t index = 0;
      std::from_chars(value_.data(), value_.data() + value_.size(), index);
      if (index < context_.strings.size()) set_text(context_.strings[index]);
    } else if (type_ == "inlineStr" || type_ == "str") {
      set_text(unescaped(value_));
    } else if (type_ == "b") {
      cell_.kind = CellKind::Boolean;
      cell_.text = value_ == "1" || value_ == "true" ? "true" : "false";
    } else if (type_ == "e") {
      cell_.kind = CellKind::Error;
      cell_.text = value_;
    } else if (type_ == "d") {
      const bool with_time = value_.find('T') != std::string::npos && !value_.ends_with("T00:00:00");
      cell_.kind = with_time ? CellKind::DateTime : CellKind::Date;
      cell_.text = with_time ? value_.substr(0, 19) : value_.substr(0, 10);
    } else {
      set_number();
    }
    if (!cell_.empty()) row_.cells.push_back(std::move(cell_));
  }

  void set_text(const std::string& text) {
    const std::string_view trimmed = base::trimmed(text);
    cell_.kind = trimmed.empty() ? CellKind::Empty : CellKind::Text;
    cell_.text = trimmed;
  }

  void set_number() {
    double value = 0;
    const auto [end, problem] = std::from_chars(value_.data(), value_.data() + value_.size(), value);
    if (problem != std::errc{} || end != value_.data() + value_.size() || !std::isfinite(value))
      return set_text(value_);
    cell_.serial = value;
    const DateForm form = style_ < context_.parts.styles.size() ? context_.parts.styles[style_] : DateForm::None;
    const auto days = form == DateForm::Date || form == DateForm::DateTime
                          ? days_of_serial(value, context_.parts.system_1904)
                          : std::nullopt;
    if (days) {
      const auto seconds = static_cast<std::int64_t>(std::llround((value - std::floor(value)) * 86'400));
      const base::Date day = base::Date::from_days(*days + seconds / 86'400);
      cell_.kind = seconds % 86'400 == 0 ? CellKind::Date : CellKind::DateTime;
      cell_.text = day.to_string();
      if (cell_.kind == CellKind::DateTime) {
        const auto two = [](std::int64_t number) {
          return std::string(number < 10 ? "0" : "") + std::to_string(number);
        };
        cell_.text += "T" + two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
      }
      return;
    }
    cell_.kind = CellKind::Number;
    cell_.text = plain_number(value_, value);
    if (std::fabs(value) >= 1e15 && value == std::floor(value)) {
      oddities_.note("digits_lost", "有的长号码被表格软件当作数，末几位可能已丢失。请把该列设为文本后重新填写。",
                     "Some long codes were kept as numbers and may have lost their last digits. Format the column as "
                     "text and enter them anew.",
                     place());
    }
  }

  const SheetContext& context_;
  Oddities& oddities_;
  Row row_;
  Cell cell_;
  std::string type_;
  std::size_t style_ = 0;
  std::string value_;
  std::size_t next_column_ = 1;
  bool formula_ = false;
  bool in_cell_ = false;
  bool taking_ = false;
  bool phonetic_ = false;
};

class XlsxRows final : public RowSource {
 public:
  XlsxRows(std::unique_ptr<ZipEntry> entry, SheetContext context, std::vector<CellRange> merged)
      : entry_(std::move(entry)),
        context_(std::move(context)),
        merged_(std::move(merged)),
        handler_(context_, oddities_),
        parser_(handler_, context_.shown) {
    // Only what is merged downwards is filled: one value for several rows. Across columns a merged cell has no single
    // meaning.
    std::erase_if(merged_, [](const CellRange& range) {
      return range.first_row == range.last_row || range.first_column != range.last_column;
    });
    std::sort(merged_.begin(), merged_.end(),
              [](const CellRange& a, const CellRange& b) { return a.first_row < b.first_row; });
  }

  base::Result<bool> next(Row& row) override {
    while (handler_.rows.empty()) {
      if (ended_) return false;
      auto got = entry_->read(piece_.data(), piece_.size());
      if (!got) return tl::unexpected(got.error());
      ended_ = *got == 0;
      if (auto done = parser_.feed(std::string_view(piece_).substr(0, *got), ended_); !done)
        return tl::unexpected(done.error());
      if (handler_.too_wide || handler_.cell_too_long) {
        return base::fail(ErrorCode::LimitExceeded,
                          handler_.too_wide ? "表格超过 " + std::to_string(context_.limits.columns_max) + " 列。"
                                            : "有一格的内容过长。",
                          handler_.too_wide
                              ? "The table has over " + std::to_string(context_.limits.columns_max) + " columns."
                              : "A cell is too long.",
                          {.file = context_.shown});
      }
    }
    row = std::move(handler_.rows.front());
    handler_.rows.pop_front();
    fill_merged(row);
    return true;
  }
  double progress() const override { return entry_->progress(); }
  Oddities& oddities() override { return oddities_; }

 private:
  struct Open {
    CellRange range;
    Cell cell;
  };

  void fill_merged(Row& row) {
    std::erase_if(open_, [&](const Open& open) { return open.range.last_row < row.number; });
    for (const Open& open : open_) {
      const auto at = std::lower_bound(row.cells.begin(), row.cells.end(), open.range.first_column,
                                       [](const Cell& cell, std::size_t column) { return cell.column < column; });
      if (at != row.cells.end() && at->column == open.range.first_column) continue;
      row.cells.insert(at, open.cell);
      oddities_.note("merged_cells", "有合并的单元格，已把其中的值填到合并的每一行。",
                     "Some cells are merged; their value was taken for each row they span.",
                     {.file = context_.shown, .row = open.range.first_row, .column = open.range.first_column});
    }
    for (; next_merged_ < merged_.size() && merged_[next_merged_].first_row <= row.number; ++next_merged_) {
      const CellRange& range = merged_[next_merged_];
      const auto cell = std::find_if(row.cells.begin(), row.cells.end(),
                                     [&](const Cell& one) { return one.column == range.first_column; });
      const bool taken = std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
        return open.range.first_column == range.first_column;  // merged ranges do not overlap; the first one counts
      });
      if (range.first_row == row.number && cell != row.cells.end() && !taken) open_.push_back({range, *cell});
    }
  }

  std::unique_ptr<ZipEntry> entry_;
  SheetContext context_;
  std::vector<CellRange> merged_;
  std::size_t next_merged_ = 0;
  std::vector<Open> open_;
  Oddities oddities_;
  SheetHandler handler_;
  XmlParser parser_;
  std::string piece_ = std::string(std::size_t{128} << 10, '\0');
  bool ended_ = false;
};

class XlsxWorkbook final : public Workbook {
 public:
  XlsxWorkbook(std::unique_ptr<ZipContainer> container, XlsxParts parts, ReadOptions options, std::string shown)
      : container_(std::move(container)),
        parts_(std::move(parts)),
        options_(std::move(options)),
        shown_(std::move(shown)) {
    for (const XlsxSheet& sheet : parts_.sheets) names_.push_back(sheet.name);
  }
  Format format() const override { return Format::Xlsx; }
  const std::vector<std::string>& sheets() const override { return names_; }
  bool system_1904() const override { return parts_.system_1904; }

  base::Result<std::unique_ptr<Table>> open_sheet(std::size_t index) override {
    if (index >= parts_.sheets.size())
      return base::fail(ErrorCode::NotFound, "没有这个工作表。", "There is no such sheet.", {.file = shown_});
    if (!strings_) {
      auto strings = read_shared_strings(*container_, options_.limits, shown_);
      if (!strings) return tl::unexpected(strings.error());
      strings_ = std::move(*strings);
    }
    const std::string place = parts_.sheets.size() > 1 ? shown_ + " [" + names_[index] + "]" : shown_;
    auto merged = read_merged_cells(*container_, parts_.sheets[index].part);
    if (!merged) return tl::unexpected(merged.error());
    auto entry = container_->open_entry(parts_.sheets[index].part);
    if (!entry) return tl::unexpected(entry.error());
    return make_table(
        std::make_unique<XlsxRows>(std::move(*entry), SheetContext{*strings_, parts_, options_.limits, place},
                                   std::move(*merged)),
        options_, place);
  }

 private:
  std::unique_ptr<ZipContainer> container_;
  XlsxParts parts_;
  ReadOptions options_;
  std::string shown_;
  std::vector<std::string> names_;
  std::optional<std::vector<std::string>> strings_;
};

}  // namespace

base::Result<std::unique_ptr<Workbook>> open_xlsx(std::unique_ptr<ZipContainer> container, ReadOptions options,
                                                  std::string shown) {
  auto parts = read_xlsx_parts(*container, shown);
  if (!parts) return tl::unexpected(parts.error());
  return std::make_unique<XlsxWorkbook>(std::move(container), std::move(*parts), std::move(options), std::move(shown));
}

}  // namespace yuanqu::tabular
