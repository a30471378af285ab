#pragma once
// Node: a boxed expression compiled (internal to the room). Immutable and shared by threads; all that changes is in the
// Run and the Frame. A node answers a reference where it can (variables, constants), else it fills `scratch`.

#include <memory>
#include <string>
#include <vector>

#include "feel/evaluation.hpp"
#include "feel/scope.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn {

struct Run;

class Node {
 public:
  virtual ~Node() = default;
  virtual const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const = 0;
  virtual const feel::Value* constant() const { return nullptr; }

  feel::TypePointer type;  // static type as far as known; nullptr: Any

  feel::Value value(Run& run, feel::Frame& frame) const {
    feel::Value scratch;
    const feel::Value& result = evaluate(run, frame, scratch);
    return &result == &scratch ? std::move(scratch) : result;
  }
};
using NodePointer = std::unique_ptr<const Node>;

// Fast test for the common case that nothing needs conversion: a simple type without constraint and a value of its
// kind.
inline bool surely_fits(const feel::Value& value, const feel::TypePointer& type) {
  if (type == nullptr) return true;
  if (type->constraint != nullptr) return value.is_null();
  switch (type->form) {
    case feel::Type::Form::Any: return true;
    case feel::Type::Form::Number: return value.is(feel::Kind::Number) || value.is_null();
    case feel::Type::Form::String: return value.is(feel::Kind::String) || value.is_null();
    case feel::Type::Form::Boolean: return value.is(feel::Kind::Boolean) || value.is_null();
    case feel::Type::Form::Date: return value.is(feel::Kind::Date) || value.is_null();
    default: return value.is_null();
  }
}

// Converts to a declared type (clause 10.3.2.9.4); null with a suppressed failure when the value does not conform.
inline feel::Value conform(feel::Evaluation& evaluation, const feel::Value& value, const feel::TypePointer& type,
                           std::string_view what) {
  if (surely_fits(value, type)) return value;
  return feel::coerce(evaluation, value, type, what);
}

}  // namespace yuanqu::dmn
