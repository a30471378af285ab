#pragma once
// Which column of a file is which field, by its header. For this room's .cpp files.

#include <string>
#include <vector>

#include "register/import.hpp"

namespace yuanqu::register_ {

struct MappedHeaders {
  std::vector<ColumnMapping> mapping;  // one a column
  std::vector<MappingProblem> problems;
};

MappedHeaders map_headers(const Kind& kind, const std::vector<std::string>& headers);
// What is wrong with a mapping, whoever made it: a field twice, no key, a unit that does not convert.
std::vector<MappingProblem> check_mapping(const Kind& kind, const std::vector<ColumnMapping>& mapping);

}  // namespace yuanqu::register_
