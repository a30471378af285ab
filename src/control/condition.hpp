#pragma once
// Condition and Formula: FEEL over named tags and parameters. A condition passes only when it is true and every tag it
// reads is usable; otherwise it says why it blocks. Compiled once, immutable, cheap to copy; evaluating is for one
// thread at a time. A name that is neither an input, a parameter nor a built-in function is refused when compiling.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "control/reading.hpp"
#include "feel/expression.hpp"

namespace yuanqu::control {

struct Words {
  std::string zh;
  std::string en;
};

// FEEL name → tag. Names are unique; the order is that of the file.
using Inputs = std::vector<std::pair<std::string, std::string>>;
// Name → value of the parameters of an action or a recipe, in the order of their declaration.
using Parameters = std::vector<std::pair<std::string, feel::Value>>;

// One usable value; or why there is none.
struct Evaluated {
  std::optional<feel::Value> value;
  Words reason;     // when there is no value
  std::string tag;  // the tag that is bad or stale, when that is the reason
};

class Formula {
 public:
  Formula() = default;
  static base::Result<Formula> compile(std::string_view text, const Inputs& inputs,
                                       const std::vector<std::string>& parameters);
  // `younger_than_ms`: readings must be younger than this (feedback must be read after the writing); negative: any age
  // that is not stale.
  Evaluated evaluate(const Readings& readings, const Parameters& parameters, std::int64_t younger_than_ms = -1) const;
  const std::string& text() const { return expression_.text(); }
  explicit operator bool() const { return static_cast<bool>(expression_); }
  // The inputs the text reads.
  const Inputs& reads() const { return reads_; }

 private:
  feel::Expression expression_;
  Inputs reads_;
  std::vector<std::pair<std::string, feel::Slot>> input_slots_;  // tag, slot
  std::vector<std::pair<std::string, feel::Slot>> parameter_slots_;
  std::size_t frame_size_ = 0;
};

struct Verdict {
  bool passed = false;
  bool known = false;  // false: a tag is bad or stale, or the text has no truth value
  Words reason;        // when it did not pass
};

// The formula as a condition; `otherwise` is the sentence for a plain false.
Verdict judge(const Formula& formula, const Readings& readings, const Parameters& parameters, const Words& otherwise,
              std::int64_t younger_than_ms = -1);

// A value as the text that is shown, signed and hashed: the canonical number text, true, false, or the text itself.
std::string plain_text(const feel::Value& value);

}  // namespace yuanqu::control
