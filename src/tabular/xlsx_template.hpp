#pragma once
// XlsxTemplate: a workbook somebody laid out, to be filled where it names cells. Everything else (styles, widths,
// formulas, charts, print settings) stays byte for byte; spreadsheet programs work formulas out again when they open
// the filled file. Limits: Limits of reader.hpp.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tabular/cell.hpp"

namespace yuanqu::tabular {

struct NamedCell {
  std::string name;                 // as defined in the workbook
  std::string sheet;                // its name
  std::string part;                 // of the container
  std::size_t row = 0, column = 0;  // from 1
  std::string text;                 // what the cell says; empty when it is empty or no text
};

class XlsxTemplate {
 public:
  // Invalid for what is no workbook. Names of ranges and of whole columns are passed over; `shown` names the file in
  // errors.
  static base::Result<XlsxTemplate> read(std::string_view bytes, const std::string& shown);
  const std::vector<NamedCell>& cells() const { return cells_; }

  // Rows of values go to the cell and the cells right of and below it, which keep their styles. An Empty cell clears.
  void set(std::size_t cell, const std::vector<std::vector<Cell>>& rows);
  base::Result<std::string> write() const;

 private:
  std::string shown_;
  std::vector<std::pair<std::string, std::string>> parts_;  // name and bytes, in the container's order
  std::vector<NamedCell> cells_;
  std::map<std::string, std::map<std::pair<std::size_t, std::size_t>, Cell>> values_;  // by part
};

// "AB12" for row 12, column 28.
std::string cell_name(std::size_t row, std::size_t column);

}  // namespace yuanqu::tabular
