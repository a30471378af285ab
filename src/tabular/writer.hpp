#pragma once
// Writing tables: CSV (UTF-8 with BOM so that spreadsheet programs open it rightly, CRLF), XLSX (frozen header, a note
// on each header with its definition, typed dates and numbers, widths), JSON Lines; CSV and JSON Lines also gzipped.
// Streaming, row by row. A text that a spreadsheet would run as a formula (= + - @) is written as text: quoted type in
// XLSX, a leading apostrophe in CSV, which the reader takes off again.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tabular/cell.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::tabular {

struct Column {
  std::string header;
  std::string note;                  // shown on the header cell of an XLSX
  std::string key;                   // member name in JSON Lines; "" the header
  double width = 14;                 // in characters
  int scale = -1;                    // digits after the point of numbers; -1: as they come
  std::vector<std::string> choices;  // offered as a drop-down in XLSX, when few
};

struct WriteOptions {
  std::string sheet = "Sheet1";
  bool gzip = false;
  bool bom = true;
  std::string title;  // document property
};

class Writer {
 public:
  virtual ~Writer() = default;
  virtual base::Result<void> write(const std::vector<Cell>& cells) = 0;  // as many as columns
  virtual base::Result<void> finish() = 0;  // the file is complete and synced only after this
};

base::Result<std::unique_ptr<Writer>> create_writer(const std::filesystem::path& file, Format format,
                                                    const std::vector<Column>& columns, WriteOptions options = {});
// To a sink of bytes instead of a file (HTTP); XLSX is built in memory or a temporary file first.
using Sink = std::function<base::Result<void>(std::string_view)>;
base::Result<std::unique_ptr<Writer>> create_writer(Sink sink, Format format, const std::vector<Column>& columns,
                                                    WriteOptions options = {});

}  // namespace yuanqu::tabular
