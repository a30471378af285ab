#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "tabular/reader.hpp"
#include "tabular/row_source.hpp"
#include "tabular/xlsx_reader.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

std::string first_bytes(const std::filesystem::path& file) {
  std::string bytes(8, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), 8);
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  return bytes;
}

// A table of text lines: one sheet, named after the file.
class TextWorkbook final : public Workbook {
 public:
  TextWorkbook(ByteSourceMaker maker, Format format, ReadOptions options, std::string shown)
      : maker_(std::move(maker)),
        format_(format),
        options_(std::move(options)),
        shown_(std::move(shown)),
        names_{shown_} {}
  Format format() const override { return format_; }
  const std::vector<std::string>& sheets() const override { return names_; }
  base::Result<std::unique_ptr<Table>> open_sheet(std::size_t index) override {
    if (index != 0)
      return base::fail(ErrorCode::NotFound, "没有这个工作表。", "There is no such sheet.", {.file = shown_});
    auto rows = format_ == Format::Csv ? csv_rows(maker_, options_, shown_) : json_rows(maker_, options_, shown_);
    if (!rows) return tl::unexpected(rows.error());
    return make_table(std::move(*rows), options_, shown_);
  }

 private:
  ByteSourceMaker maker_;
  Format format_;
  ReadOptions options_;
  std::string shown_;
  std::vector<std::string> names_;
};

}  // namespace

base::Result<Format> format_of(const std::filesystem::path& file, std::string_view name_shown) {
  std::string name = base::lower_case(name_shown.empty() ? file.filename().string() : std::string(name_shown));
  const std::string shown = name_shown.empty() ? file.filename().string() : std::string(name_shown);
  if (!std::filesystem::exists(file)) {
    return base::fail(ErrorCode::NotFound, "找不到文件 " + shown + "。", "There is no file " + shown + ".",
                      {.file = shown});
  }
  const std::string head = first_bytes(file);
  // The bytes outrank the name: people rename files.
  if (head.starts_with("PK\x03\x04")) return Format::Xlsx;
  if (head.starts_with("\xD0\xCF\x11\xE0")) {
    return base::fail(
        ErrorCode::Unsupported, "这是旧的 .xls 格式，或加了密码的文件。请在表格软件中另存为不加密的 .xlsx。",
        "This is the old .xls form, or a file with a password. Save it as .xlsx without a password.", {.file = shown});
  }
  if (head.starts_with("%PDF") || head.starts_with("\x89PNG") || head.starts_with("\xFF\xD8\xFF")) {
    return base::fail(ErrorCode::Unsupported, "这是 PDF 或图片，不是表格。请导入 .xlsx 或 .csv。",
                      "This is a PDF or a picture, no table. Import .xlsx or .csv.", {.file = shown});
  }
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return Format::JsonLines;
  if (name.ends_with(".xlsx") || name.ends_with(".xlsm")) {
    return base::fail(
        ErrorCode::Invalid, "文件名是 .xlsx，内容却不是。请用表格软件打开后另存。",
        "The name says .xlsx but the content does not. Open it in a spreadsheet program and save it anew.",
        {.file = shown});
  }
  if (name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".txt")) return Format::Csv;
  if (!head.empty() && head.front() == '{') return Format::JsonLines;
  return Format::Csv;
}

base::Result<std::unique_ptr<Workbook>> open_workbook(const std::filesystem::path& file, ReadOptions options) {
  const std::string shown = options.name_shown.empty() ? file.filename().string() : options.name_shown;
  auto format = format_of(file, shown);
  if (!format) return tl::unexpected(format.error());
  if (*format != Format::Xlsx) {
    auto maker = file_source(file, options.limits, shown);
    return std::make_unique<TextWorkbook>(std::move(maker), *format, std::move(options), shown);
  }
  auto container = ZipContainer::open(file, options.limits, shown);
  if (!container) return tl::unexpected(container.error());
  return open_xlsx(std::move(*container), std::move(options), shown);
}

base::Result<std::unique_ptr<Workbook>> open_workbook(std::string bytes, Format format, ReadOptions options) {
  const std::string shown = options.name_shown;
  if (format != Format::Xlsx) {
    auto maker = memory_source(std::move(bytes), options.limits, shown);
    return std::make_unique<TextWorkbook>(std::move(maker), format, std::move(options), shown);
  }
  auto container = ZipContainer::open(std::move(bytes), options.limits, shown);
  if (!container) return tl::unexpected(container.error());
  return open_xlsx(std::move(*container), std::move(options), shown);
}

}  // namespace yuanqu::tabular
