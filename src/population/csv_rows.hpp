#pragma once
// Rows of a pack's small CSV file by named columns, in the order asked for; a missing column is refused with the file's
// name.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::population {

struct Row {
  std::size_t number = 0;          // line of the file, from 1
  std::vector<std::string> cells;  // one for each column asked for
};

base::Result<std::vector<Row>> read_rows(std::string text, const std::string& place,
                                         const std::vector<std::string>& columns);

}  // namespace yuanqu::population
