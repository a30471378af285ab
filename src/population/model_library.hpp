#pragma once
// ModelLibrary: every DMN model of every pack, read once. A model is compiled together with those it imports, directly
// or through others, and compiled once. Not thread-safe while compiling.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dmn/evaluator.hpp"
#include "pack/pack.hpp"

namespace yuanqu::population {

class ModelLibrary {
 public:
  static base::Result<ModelLibrary> read(const pack::PackSet& packs);

  // `place`: "national/decisions/enterprise_size.dmn". NotFound when there is no such model.
  base::Result<std::shared_ptr<const dmn::ModelSet>> compile(const std::string& place) const;
  std::vector<std::string> places() const;
  // Another text in place of a model; what was compiled before is compiled again when it is asked for. NotFound, or
  // what is wrong with it.
  base::Result<void> replace(const std::string& place, std::string_view xml);
  std::shared_ptr<const dmn::Model> model(const std::string& place) const;  // nullptr: none

 private:
  std::map<std::string, std::shared_ptr<const dmn::Model>> models_;
  mutable std::map<std::string, std::shared_ptr<const dmn::ModelSet>> compiled_;
};

}  // namespace yuanqu::population
