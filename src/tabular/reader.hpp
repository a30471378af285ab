#pragma once
// Reading tables of people's files as they really are: CSV (UTF-8 with or without BOM, UTF-16, GBK/GB18030; comma,
// semicolon, tab or bar; quotes, line breaks inside quotes, ragged rows), XLSX (several sheets, shared and inline
// strings, dates by style in the 1900 and 1904 systems, merged cells, formulas with their cached values, #N/A), JSON
// Lines; each also gzipped (not XLSX). Streaming: memory is bounded by the widest row and a workbook's shared strings.
// Nothing is executed, no entity expanded, no network. Bad input answers with an Error that has file, row and column;
// it never throws and never crashes.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tabular/cell.hpp"

namespace yuanqu::tabular {

enum class Format { Csv, Xlsx, JsonLines };

// By name (.csv .tsv .txt .xlsx .jsonl .ndjson, with .gz) and, where the name does not tell, by the first bytes. An
// .xls of the old binary form and other known files are refused with a sentence that says what to save it as.
base::Result<Format> format_of(const std::filesystem::path& file, std::string_view name_shown = {});

struct Limits {
  std::uint64_t bytes_max = std::uint64_t{1} << 30;  // of unpacked input
  std::uint64_t shared_strings_bytes_max = std::uint64_t{256} << 20;
  std::size_t columns_max = 1024;
  std::size_t cell_bytes_max = std::size_t{1} << 20;
  std::size_t rows_max = 5'000'000;
  double unpack_ratio_max = 400;  // of one zip entry or gzip file, once it is over 16 MiB
};

struct ReadOptions {
  Limits limits;
  char delimiter = 0;          // 0: detected from the first lines
  std::string encoding;        // "" detected; else a name ICU knows
  std::size_t header_row = 0;  // 0: found (the first row that looks like a header, past title lines)
  std::string name_shown;      // how errors name the file; "" its file name
};

// Something odd that did not stop the reading; the user is told once per kind and first place.
struct Oddity {
  std::string code;  // "encoding_guessed", "ragged_row", "merged_cells", "formula_without_value", "blank_header",
                     // "title_rows_skipped" …
  std::string zh;
  std::string en;
  base::Place place;
  std::size_t count = 1;
};

// One table: a header and rows. Rows that are wholly empty are passed over. A ragged row is padded; one with cells
// beyond the header keeps them only if they are empty, else the row comes with `excess` set.
class Table {
 public:
  virtual ~Table() = default;
  virtual const std::vector<std::string>& header() const = 0;  // trimmed; "" for a blank header
  virtual std::size_t header_row() const = 0;
  // false at the end. After an error nothing more can be read.
  virtual base::Result<bool> next(Row& row) = 0;
  virtual const std::vector<Oddity>& oddities() const = 0;  // grows while reading
  virtual double progress() const = 0;                      // 0 … 1, of the bytes read
};

class Workbook {
 public:
  virtual ~Workbook() = default;
  virtual Format format() const = 0;
  virtual bool system_1904() const { return false; }  // how serial numbers of this workbook count days
  virtual const std::vector<std::string>& sheets()
      const = 0;  // visible ones; a CSV or JSON Lines file has one, named after the file
  // Starts reading a sheet. The workbook must outlive the table; one table at a time.
  virtual base::Result<std::unique_ptr<Table>> open_sheet(std::size_t index) = 0;
};

base::Result<std::unique_ptr<Workbook>> open_workbook(const std::filesystem::path& file, ReadOptions options = {});
// The same from memory (uploads, fuzzing).
base::Result<std::unique_ptr<Workbook>> open_workbook(std::string bytes, Format format, ReadOptions options = {});

// The day of a spreadsheet's serial number. The 1900 system counts a 29 February 1900 that never was: serials 1 … 59
// are one day later than arithmetic says, 60 is no day. nullopt out of range.
std::optional<std::int64_t> days_of_serial(double serial, bool system_1904);

}  // namespace yuanqu::tabular
