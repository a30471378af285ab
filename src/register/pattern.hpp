#pragma once
// Pattern: the regular expression of a field. The whole value must match. Bounded in time, so no pattern can stall an
// import.

#include <memory>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::register_ {

class Pattern {
 public:
  static base::Result<std::shared_ptr<const Pattern>> compile(std::string_view text);
  ~Pattern();
  bool matches(std::string_view text) const;  // safe from every thread

 private:
  Pattern();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::register_
