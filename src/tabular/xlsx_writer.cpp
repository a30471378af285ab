#include "tabular/xlsx_writer.hpp"

#include <xlsxwriter.h>

#include <algorithm>
#include <charconv>

#include "base/date.hpp"
#include "base/text.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

constexpr std::size_t cell_characters_max = 32'767;  // of the format itself
constexpr lxw_row_t data_rows_max = 1'048'575;

class XlsxWriter final : public Writer {
 public:
  XlsxWriter(const std::vector<Column>& columns, WriteOptions options)
      : columns_(columns), options_(std::move(options)) {}
  ~XlsxWriter() override {
    if (book_ != nullptr) workbook_close(book_);
  }

  base::Result<void> open(const std::filesystem::path& file) {
    lxw_workbook_options settings{};
    settings.constant_memory = LXW_TRUE;
    settings.use_zip64 = LXW_TRUE;
    folder_ = file.parent_path().string();
    settings.tmpdir = folder_.empty() ? nullptr : folder_.data();
    book_ = workbook_new_opt(file.c_str(), &settings);
    if (book_ == nullptr) return base::fail(ErrorCode::Unavailable, "无法写入表格文件。", "Cannot write the table.");
    if (!options_.title.empty()) {
      lxw_doc_properties properties{};
      properties.title = options_.title.data();
      workbook_set_properties(book_, &properties);
    }
    sheet_ = workbook_add_worksheet(book_, sheet_name().c_str());
    if (sheet_ == nullptr) sheet_ = workbook_add_worksheet(book_, nullptr);
    lxw_format* heading = workbook_add_format(book_);
    format_set_bold(heading);
    format_set_text_wrap(heading);
    format_set_align(heading, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bg_color(heading, 0xE8F0FE);
    format_set_border(heading, LXW_BORDER_THIN);
    day_ = workbook_add_format(book_);
    format_set_num_format(day_, "yyyy-mm-dd");
    moment_ = workbook_add_format(book_);
    format_set_num_format(moment_, "yyyy-mm-dd hh:mm:ss");
    text_ = workbook_add_format(book_);
    format_set_num_format(text_, "@");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Column& column = columns_[i];
      const auto at = static_cast<lxw_col_t>(i);
      worksheet_set_column(sheet_, at, at, std::clamp(column.width, 6.0, 80.0), number_format(column.scale));
      worksheet_write_string(sheet_, 0, at, column.header.c_str(), heading);
      if (!column.note.empty()) {
        lxw_comment_options note{};
        note.width = 260;
        note.height = 120;
        worksheet_write_comment_opt(sheet_, 0, at, column.note.c_str(), &note);
      }
      offer_choices(column, at);
    }
    worksheet_freeze_panes(sheet_, 1, 0);
    return {};
  }

  base::Result<void> write(const std::vector<Cell>& cells) override {
    if (row_ >= data_rows_max) {
      return base::fail(ErrorCode::LimitExceeded, "XLSX 最多 1,048,575 行。请缩小范围，或改用 CSV。",
                        "An XLSX has at most 1,048,575 rows. Narrow the selection or take CSV.");
    }
    ++row_;
    for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
      if (auto done = write_cell(cells[i], static_cast<lxw_col_t>(i), columns_[i]); !done) return done;
    }
    return {};
  }

  base::Result<void> finish() override {
    if (row_ > 0)
      worksheet_autofilter(sheet_, 0, 0, row_, static_cast<lxw_col_t>(columns_.empty() ? 0 : columns_.size() - 1));
    const lxw_error problem = workbook_close(std::exchange(book_, nullptr));
    if (problem != LXW_NO_ERROR) {
      return base::fail(
          ErrorCode::Unavailable, std::string("写表格时出错：") + lxw_strerror(problem) + "。请检查磁盘空间。",
          std::string("Writing the table failed: ") + lxw_strerror(problem) + ". Check the space on the disk.");
    }
    return {};
  }

 private:
  std::string sheet_name() const {
    std::string name;
    std::size_t count = 0;
    std::size_t offset = 0;
    while (offset < options_.sheet.size() && count < 31) {
      const std::size_t from = offset;
      const char32_t code = base::next_code_point(options_.sheet, offset);
      if (code < 0x80 && std::string_view("[]:*?/\\'").find(static_cast<char>(code)) != std::string_view::npos)
        continue;
      name += options_.sheet.substr(from, offset - from);
      ++count;
    }
    return name.empty() ? "Sheet1" : name;
  }

  lxw_format* number_format(int scale) {
    if (scale < 0) return nullptr;
    const auto index = static_cast<std::size_t>(std::min(scale, 18));
    if (numbers_.size() <= index) numbers_.resize(index + 1);
    if (numbers_[index] == nullptr) {
      // Digits that are there, none that are not: 0.###### rather than a fixed tail of zeros.
      numbers_[index] = workbook_add_format(book_);
      format_set_num_format(numbers_[index], index == 0 ? "0" : ("#,##0." + std::string(index, '#')).c_str());
    }
    return numbers_[index];
  }

  void offer_choices(const Column& column, lxw_col_t at) {
    if (column.choices.empty() || column.choices.size() > 30) return;
    std::vector<std::string> choices = column.choices;  // the library takes pointers it could write to
    std::vector<char*> list;
    std::size_t characters = 0;
    for (std::string& choice : choices) {
      if (choice.find(',') != std::string::npos) return;
      characters += base::count_code_points(choice) + 1;
      list.push_back(choice.data());
    }
    if (characters > 250) return;  // the format allows 255
    list.push_back(nullptr);
    lxw_data_validation rule{};
    rule.validate = LXW_VALIDATION_TYPE_LIST;
    rule.value_list = list.data();
    rule.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
    worksheet_data_validation_range(sheet_, 1, at, 5000, at, &rule);
  }

  base::Result<void> write_cell(const Cell& cell, lxw_col_t at, const Column& column) {
    switch (cell.kind) {
      case CellKind::Empty: return {};
      case CellKind::Boolean:
        worksheet_write_boolean(sheet_, row_, at, cell.text == "true" ? 1 : 0, nullptr);
        return {};
      case CellKind::Number: {
        double value = 0;
        const auto digits =
            std::count_if(cell.text.begin(), cell.text.end(), [](char c) { return c >= '0' && c <= '9'; });
        const auto [end, problem] = std::from_chars(cell.text.data(), cell.text.data() + cell.text.size(), value);
        // Beyond 15 digits a spreadsheet would round: such a number is written as text.
        if (problem == std::errc{} && end == cell.text.data() + cell.text.size() && digits <= 15) {
          worksheet_write_number(sheet_, row_, at, value, number_format(column.scale));
          return {};
        }
        break;
      }
      case CellKind::Date:
      case CellKind::DateTime: {
        const auto day = base::Date::parse(std::string_view(cell.text).substr(0, 10));
        if (day && day->days() >= -25'509 &&
            day->days() < 2'932'897) {  // from 1900-03-01 on both ways of counting agree
          double serial = static_cast<double>(day->days() + 25'569);
          if (cell.kind == CellKind::DateTime && cell.text.size() >= 19) {
            const auto two = [&](std::size_t from) {
              return (cell.text[from] - '0') * 10 + (cell.text[from + 1] - '0');
            };
            serial += (two(11) * 3600 + two(14) * 60 + two(17)) / 86'400.0;
          }
          worksheet_write_number(sheet_, row_, at, serial, cell.kind == CellKind::Date ? day_ : moment_);
          return {};
        }
        break;
      }
      case CellKind::Text:
      case CellKind::Error: break;
    }
    const std::string_view shown = base::code_points(cell.text, 0, cell_characters_max);
    worksheet_write_string(sheet_, row_, at, std::string(shown).c_str(), text_);
    return {};
  }

  std::vector<Column> columns_;
  WriteOptions options_;
  std::string folder_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* day_ = nullptr;
  lxw_format* moment_ = nullptr;
  lxw_format* text_ = nullptr;
  std::vector<lxw_format*> numbers_;
  lxw_row_t row_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Writer>> create_xlsx_writer(const std::filesystem::path& file,
                                                         const std::vector<Column>& columns,
                                                         const WriteOptions& options) {
  auto writer = std::make_unique<XlsxWriter>(columns, options);
  if (auto opened = writer->open(file); !opened) return tl::unexpected(opened.error());
  return writer;
}

}  // namespace yuanqu::tabular
