#pragma once
// Evaluates FEEL texts over named values: what templates, procedures and service items do. Each text is compiled when
// it is evaluated (some microseconds); for the same text over many values compile once against a Scope instead. A type
// lets names with blanks inside a variable be read (`Enterprise.annual returns`); without one the value's own type is
// used. Not thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "feel/evaluation.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

struct NamedValue {
  std::string name;
  Value value;
  TypePointer type{};  // nullptr: the type of the value
};

class ContextScope {
 public:
  ContextScope() = default;
  explicit ContextScope(std::vector<NamedValue> names);

  // Adds a variable or replaces the one of that name.
  void set(NamedValue named);
  // Adds every entry of a context.
  void set_all(const Value& context);
  const std::vector<NamedValue>& names() const { return names_; }
  const Value* find(std::string_view name) const;

  // Fails for a text that is not FEEL; everything else that goes wrong is null, with the reasons in `suppressed` when
  // given.
  base::Result<Value> evaluate(std::string_view text, std::vector<Suppressed>* suppressed = nullptr) const;

 private:
  std::vector<NamedValue> names_;
};

}  // namespace yuanqu::feel
