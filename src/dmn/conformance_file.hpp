#pragma once
// A test file of the TCK as data (internal to the room).

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn::conformance {

struct Node {
  std::string name;
  std::string name_space;
  feel::Value value;
  std::string problem;  // not empty: the value could not be read
};

struct Case {
  std::string id, type, invocable;
  std::vector<Node> inputs;
  std::vector<Node> results;
};

struct File {
  std::string model;
  std::vector<Case> cases;
};

base::Result<File> read_file(std::string_view xml, std::string_view source);

}  // namespace yuanqu::dmn::conformance
