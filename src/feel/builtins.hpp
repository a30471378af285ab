#pragma once
// The built-in functions of DMN 1.5, clause 10.3.4. Each has one implementation and one or more signatures; a call is
// bound to the first signature that takes its number of arguments or its parameter names. Arguments are converted to
// the parameter's kind (singleton list to item, item to singleton list, date to date and time) before the
// implementation sees them; a null or unfitting argument of a parameter that does not allow it makes the call null.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/evaluation.hpp"
#include "feel/function.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

// What a parameter accepts. Any takes every value, null too. The Or… kinds are checked further by the implementation.
enum class Accepts : std::uint8_t {
  Any,
  NotNull,
  Boolean,
  Number,
  String,
  Date,
  DateOrDateTime,  // a date, a date and time
  TimeOrDateTime,
  List,
  Context,
  Function,
  DaysTimeDuration,
};

struct BuiltinParameter {
  std::string_view name;
  Accepts accepts = Accepts::Any;
  bool optional = false;
  bool nullable = false;  // an explicit null is handed on
};

struct BuiltinSignature {
  std::vector<BuiltinParameter> parameters;
  bool variadic = false;  // the last parameter repeats; its arguments come as one list
  bool gathers = false;   // … even when there is only one: concatenate([1]) has one list, sum([1]) has the list
};

// The view an implementation has of one call. Missing optional arguments are null and has() is false.
class Call {
 public:
  Call(Evaluation& evaluation, std::uint32_t offset, std::string_view function, int signature,
       std::span<const Value* const> arguments)
      : evaluation_(evaluation), offset_(offset), function_(function), signature_(signature), arguments_(arguments) {}

  Evaluation& evaluation() const { return evaluation_; }
  int signature() const { return signature_; }
  std::size_t size() const { return arguments_.size(); }
  bool has(std::size_t index) const { return index < arguments_.size() && arguments_[index] != nullptr; }
  const Value& operator[](std::size_t index) const;
  // Null with the reason kept.
  Value fail(Suppressed::Code code, std::string_view zh, std::string_view en) const;
  std::uint32_t offset() const { return offset_; }
  std::string_view function() const { return function_; }

 private:
  Evaluation& evaluation_;
  std::uint32_t offset_;
  std::string_view function_;
  int signature_;
  std::span<const Value* const> arguments_;
};

using BuiltinBody = Value (*)(const Call&);

struct Builtin {
  std::string_view name;
  std::vector<BuiltinSignature> signatures;
  BuiltinBody body = nullptr;
  bool pure = true;          // false: now(), today(), and functions that call back
  bool sees_motion = false;  // handles moving dates itself (horizon.hpp)
  Value as_value;            // the function as a FEEL value
};

// Nullptr when there is none.
const Builtin* find_builtin(std::string_view name);
std::vector<std::string_view> builtin_names_starting_with(std::string_view word);
TypePointer builtin_result_type(std::string_view name, const TypePointer& first_argument);

// Binds the arguments to a signature, converts them, and calls the body. `names` is empty for a positional call.
Value call_builtin(Evaluation& evaluation, const Builtin& builtin, std::uint32_t offset,
                   std::span<const Value* const> arguments, std::span<const String> names);

// What @"…" and the conversion functions share. Null when the text has none of the forms.
Value at_literal(std::string_view text);

// The text in quotation marks, cut to a length that suits a message.
std::string quoted_for_message(std::string_view text);

// Tables of each group, put together by builtins.cpp.
void add_conversion_functions(std::vector<Builtin>& table);
void add_string_functions(std::vector<Builtin>& table);
void add_list_functions(std::vector<Builtin>& table);
void add_statistics_functions(std::vector<Builtin>& table);
void add_number_functions(std::vector<Builtin>& table);
void add_context_functions(std::vector<Builtin>& table);
void add_range_functions(std::vector<Builtin>& table);
void add_temporal_functions(std::vector<Builtin>& table);

}  // namespace yuanqu::feel
