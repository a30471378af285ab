#pragma once
// ModelLibrary: every DMN model of every pack, read once. A model is compiled together with those it imports, directly or through
// others, and compiled once. Not thread-safe while compiling.

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

 private:
  std::map<std::string, std::shared_ptr<const dmn::Model>> models_;
  mutable std::map<std::string, std::shared_ptr<const dmn::ModelSet>> compiled_;
};

}  // namespace yuanqu::population
