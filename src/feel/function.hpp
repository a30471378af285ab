#pragma once
// Functions as values: FEEL function definitions, built-ins, and what dmn binds (business knowledge models, decision
// services).

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

class Evaluation;

class Function : public Payload {
 public:
  virtual ~Function() = default;

  virtual std::uint32_t depth() const { return 1; }     // nesting of captured values, as Value::depth
  virtual std::string_view name() const { return {}; }  // empty for an anonymous function
  virtual const std::vector<Member>& parameters() const = 0;
  virtual TypePointer result_type() const { return nullptr; }
  // Arguments have been bound to the parameters' order, one for each; they are not yet converted to the parameters'
  // types.
  virtual Value call(Evaluation& evaluation, std::span<const Value> arguments) const = 0;
  // Called with the arguments as written; `names` is empty for a positional call. The default binds them to
  // parameters() and reports a wrong number or an unknown name as a suppressed failure with null. Built-ins override it
  // for their overloads.
  virtual Value invoke(Evaluation& evaluation, std::span<const Value> arguments, std::span<const String> names) const;
};

using NativeBody = std::function<Value(Evaluation&, std::span<const Value>)>;

// A function value from C++. Arguments are coerced to the parameters' types before `body` sees them, the result
// afterwards.
Value make_function(std::string name, std::vector<Member> parameters, TypePointer result, NativeBody body);

// Calls with limits on depth checked; null with a suppressed failure when `function` is not a function.
Value call_function(Evaluation& evaluation, const Value& function, std::span<const Value> arguments,
                    std::span<const String> names = {});

}  // namespace yuanqu::feel
