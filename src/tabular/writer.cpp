#include "tabular/writer.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

#include "tabular/byte_sink.hpp"
#include "tabular/xlsx_writer.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

std::string csv_cell(const Cell& cell) {
  std::string text = cell.text;
  if (cell.kind == CellKind::Text && !text.empty() &&
      std::string_view("=+-@\t").find(text.front()) != std::string_view::npos)
    text.insert(0, 1, '\'');
  const bool blank_ends = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (text.find_first_of(",\"\r\n;\t|") == std::string::npos && !blank_ends) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

class CsvWriter final : public Writer {
 public:
  CsvWriter(std::unique_ptr<ByteSink> sink, std::size_t columns) : sink_(std::move(sink)), columns_(columns) {}
  base::Result<void> begin(const std::vector<Column>& columns, bool bom) {
    std::string line = bom ? "\xEF\xBB\xBF" : "";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Cell cell;
      cell.kind = CellKind::Text;
      cell.text = columns[i].header;
      line += (i == 0 ? "" : ",") + csv_cell(cell);
    }
    return sink_->write(line + "\r\n");
  }
  base::Result<void> write(const std::vector<Cell>& cells) override {
    std::string line;
    for (std::size_t i = 0; i < columns_; ++i) {
      if (i != 0) line.push_back(',');
      if (i < cells.size()) line += csv_cell(cells[i]);
    }
    return sink_->write(line + "\r\n");
  }
  base::Result<void> finish() override { return sink_->finish(); }

 private:
  std::unique_ptr<ByteSink> sink_;
  std::size_t columns_;
};

class JsonWriter final : public Writer {
 public:
  JsonWriter(std::unique_ptr<ByteSink> sink, const std::vector<Column>& columns) : sink_(std::move(sink)) {
    for (const Column& column : columns)
      keys_.push_back(boost::json::serialize(boost::json::value(column.key.empty() ? column.header : column.key)));
  }
  base::Result<void> write(const std::vector<Cell>& cells) override {
    std::string line = "{";
    for (std::size_t i = 0; i < keys_.size() && i < cells.size(); ++i) {
      const Cell& cell = cells[i];
      if (cell.empty()) continue;
      line += (line.size() == 1 ? "" : ",") + keys_[i] + ":";
      // A number beyond what JavaScript holds exactly goes as text; nobody downstream can then round it unseen.
      const bool plain = cell.kind == CellKind::Boolean || (cell.kind == CellKind::Number && cell.text.size() <= 16);
      line += plain ? cell.text : boost::json::serialize(boost::json::value(cell.text));
    }
    return sink_->write(line + "}\n");
  }
  base::Result<void> finish() override { return sink_->finish(); }

 private:
  std::unique_ptr<ByteSink> sink_;
  std::vector<std::string> keys_;
};

// An XLSX is written to a temporary file first: its container needs to go back and forth.
class PlacedXlsx final : public Writer {
 public:
  PlacedXlsx(std::unique_ptr<Writer> inner, std::filesystem::path temporary, std::filesystem::path file, Sink sink)
      : inner_(std::move(inner)), temporary_(std::move(temporary)), file_(std::move(file)), sink_(std::move(sink)) {}
  ~PlacedXlsx() override {
    inner_.reset();
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
  }
  base::Result<void> write(const std::vector<Cell>& cells) override { return inner_->write(cells); }
  base::Result<void> finish() override {
    if (auto done = inner_->finish(); !done) return done;
    if (!sink_) return put_in_place(temporary_, file_);
    std::ifstream stream(temporary_, std::ios::binary);
    std::string piece(std::size_t{64} << 10, '\0');
    while (stream.read(piece.data(), static_cast<std::streamsize>(piece.size())), stream.gcount() > 0) {
      if (auto done = sink_(std::string_view(piece).substr(0, static_cast<std::size_t>(stream.gcount()))); !done)
        return done;
    }
    return {};
  }

 private:
  std::unique_ptr<Writer> inner_;
  std::filesystem::path temporary_;
  std::filesystem::path file_;
  Sink sink_;
};

base::Result<std::unique_ptr<Writer>> lines_writer(std::unique_ptr<ByteSink> sink, Format format,
                                                   const std::vector<Column>& columns, const WriteOptions& options) {
  if (options.gzip) sink = gzip_sink(std::move(sink));
  if (format == Format::JsonLines) return std::make_unique<JsonWriter>(std::move(sink), columns);
  auto writer = std::make_unique<CsvWriter>(std::move(sink), columns.size());
  if (auto begun = writer->begin(columns, options.bom); !begun) return tl::unexpected(begun.error());
  return writer;
}

}  // namespace

base::Result<std::unique_ptr<Writer>> create_writer(const std::filesystem::path& file, Format format,
                                                    const std::vector<Column>& columns, WriteOptions options) {
  if (format == Format::Xlsx) {
    const std::filesystem::path temporary = file.string() + ".part";
    auto inner = create_xlsx_writer(temporary, columns, options);
    if (!inner) return tl::unexpected(inner.error());
    return std::make_unique<PlacedXlsx>(std::move(*inner), temporary, file, Sink{});
  }
  auto sink = file_sink(file);
  if (!sink) return tl::unexpected(sink.error());
  return lines_writer(std::move(*sink), format, columns, options);
}

base::Result<std::unique_ptr<Writer>> create_writer(Sink sink, Format format, const std::vector<Column>& columns,
                                                    WriteOptions options) {
  if (format == Format::Xlsx) {
    std::string name = (std::filesystem::temp_directory_path() / "yuanqu-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0)
      return base::fail(ErrorCode::Unavailable, "无法建立临时文件。", "Cannot create a temporary file.");
    ::close(descriptor);
    auto inner = create_xlsx_writer(name, columns, options);
    if (!inner) return tl::unexpected(inner.error());
    return std::make_unique<PlacedXlsx>(std::move(*inner), name, std::filesystem::path(), std::move(sink));
  }
  return lines_writer(function_sink(std::move(sink)), format, columns, options);
}

}  // namespace yuanqu::tabular
