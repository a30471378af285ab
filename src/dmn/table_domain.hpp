#pragma once
// A table column as a line of pieces and its cells as unions of piece intervals (internal to the room; see
// table_check.hpp).

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dmn/table_node.hpp"

namespace yuanqu::dmn {

using Interval = std::pair<std::uint32_t, std::uint32_t>;  // pieces [first, second)

struct Piece {
  feel::Value example;  // a value inside
  std::string text;     // "[5..10)", "\"A\"", …: the piece in FEEL
};

struct DomainCell {
  std::vector<Interval> intervals;  // disjoint, ascending; empty: no value of the domain satisfies the cell
  bool complex = false;             // not constant: taken as everything
  bool wrong_kind = false;          // speaks of another kind than the column's type
};

struct ColumnDomain {
  std::vector<Piece> pieces;
  std::vector<DomainCell> cells;  // for each of TableColumn::cells
  bool exact = true;
  Interval all() const { return {0, static_cast<std::uint32_t>(pieces.size())}; }
};

ColumnDomain domain_of(const TableColumn& column);

}  // namespace yuanqu::dmn
