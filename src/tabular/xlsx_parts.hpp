#pragma once
// The parts of an XLSX besides its sheets: which sheets there are, which styles are dates, the shared strings, the
// merged cells.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tabular/zip_file.hpp"

namespace yuanqu::tabular {

enum class DateForm : std::uint8_t { None, Date, DateTime, Time };

struct XlsxSheet {
  std::string name;
  std::string part;  // in the container
};

struct XlsxParts {
  std::vector<XlsxSheet> sheets;  // visible ones
  bool system_1904 = false;
  std::vector<DateForm> styles;  // by index of cellXfs
};

base::Result<XlsxParts> read_xlsx_parts(ZipContainer& container, const std::string& shown);
base::Result<std::vector<std::string>> read_shared_strings(ZipContainer& container, const Limits& limits,
                                                           const std::string& shown);

// What a number format says about its numbers; `code` is that of a custom format.
DateForm date_form_of(int format_id, std::string_view code);

struct CellRange {
  std::size_t first_row = 0;  // all count from 1, ends included
  std::size_t first_column = 0;
  std::size_t last_row = 0;
  std::size_t last_column = 0;
};
// "B3" → row 3, column 2; zeros when it is no reference.
std::pair<std::size_t, std::size_t> cell_reference(std::string_view reference);
// Merged ranges stand behind the cells in a sheet, so they are sought in a pass of their own that parses nothing else.
base::Result<std::vector<CellRange>> read_merged_cells(ZipContainer& container, const std::string& part);

// "_x000D_" and its like as characters.
std::string unescaped(std::string_view text);

}  // namespace yuanqu::tabular
