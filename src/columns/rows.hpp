#pragma once
// Rows of FEEL values as a table: what a program needs to run over inputs that come as values (JSON, tests). Columns
// are made from the declared types of the inputs: a context becomes its members, a list a table of its items; what has
// no declared type is kept as values.

#include <string>
#include <vector>

#include "columns/compile.hpp"
#include "columns/store.hpp"

namespace yuanqu::columns {

struct RowInput {
  std::string name;
  feel::TypePointer type;
};

struct RowTable {
  Table* table = nullptr;
  std::vector<std::uint8_t> odd;  // rows that do not fit their columns: to be evaluated by themselves
};

// `rows`: one value for each input, in the order of `inputs`. The widest number of a column gives its scale.
RowTable make_rows(Store& store, const std::vector<RowInput>& inputs,
                   const std::vector<std::vector<feel::Value>>& rows);

}  // namespace yuanqu::columns
