#pragma once
// Cell: one value of a table as its file holds it, before anybody decides what it means.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace yuanqu::tabular {

enum class CellKind : std::uint8_t {
  Empty,
  Text,
  Number,    // text is plain decimal digits, exactly what the file says ("0.1", never 0.1000000000000000055)
  Boolean,   // text "true" or "false"
  Date,      // text "2026-03-02"
  DateTime,  // text "2026-03-02T08:30:00"
  Error,     // text as the program wrote it: "#N/A", "#REF!"
};

struct Cell {
  CellKind kind = CellKind::Empty;
  std::string text;
  std::size_t column = 0;  // counts from 1
  double serial = 0;       // the spreadsheet's serial number of a Date, DateTime or Number; 0 in CSV and JSON

  bool empty() const { return kind == CellKind::Empty; }
};

inline Cell text_cell(std::string text) {  // Empty for ""
  Cell cell;
  cell.kind = text.empty() ? CellKind::Empty : CellKind::Text;
  cell.text = std::move(text);
  return cell;
}

struct Row {
  std::size_t number = 0;   // of the file or sheet, counts from 1, as people see it in a spreadsheet program
  std::vector<Cell> cells;  // exactly as many as the table has columns
  bool excess = false;      // the file's row had more, and they were not empty
};

}  // namespace yuanqu::tabular
