#include "feel/inspect.hpp"

#include "feel/compare.hpp"
#include "feel/expression.hpp"

namespace yuanqu::feel {
namespace {

Bounds point(const Value& value) { return {value, value, true, true}; }

bool add_operator(SimpleTests& tests, Operation operation, const Value& bound) {
  switch (operation) {
    case Operation::Less: tests.bounds.push_back({Value(), bound, false, false}); return true;
    case Operation::LessOrEqual: tests.bounds.push_back({Value(), bound, false, true}); return true;
    case Operation::Greater: tests.bounds.push_back({bound, Value(), false, false}); return true;
    case Operation::GreaterOrEqual: tests.bounds.push_back({bound, Value(), true, false}); return true;
    case Operation::Equal: tests.bounds.push_back(point(bound)); return true;
    case Operation::NotEqual:
      tests.bounds.push_back({Value(), bound, false, false});
      tests.bounds.push_back({bound, Value(), false, false});
      return bound.kind() != Kind::Boolean;
    default: return false;
  }
}

bool add_value(SimpleTests& tests, const Value& value) {
  switch (value.kind()) {
    case Kind::Null: tests.matches_null = true; return true;
    case Kind::List:
      for (const Value& item : value.items()) {
        if (item.is(Kind::List) || !add_value(tests, item)) return false;
      }
      return true;
    case Kind::Range: {
      const Range& range = value.range();
      if (range.form == RangeForm::NotEqual) return add_operator(tests, Operation::NotEqual, range.low);
      if (range.form == RangeForm::Interval && (range.low.is_null() || range.high.is_null())) return false;
      tests.bounds.push_back({range.low, range.high, range.low_included, range.high_included});
      return true;
    }
    case Kind::Context:
    case Kind::Function: return false;
    default: tests.bounds.push_back(point(value)); return true;
  }
}

}  // namespace

std::optional<Value> constant_value(const Syntax& syntax) {
  if (syntax.form == SyntaxForm::Literal) {
    bool unread = syntax.value.is_null() && !syntax.text.empty();  // a number or temporal text that has no value
    return unread ? std::nullopt : std::optional<Value>(syntax.value);
  }
  if (syntax.form == SyntaxForm::Name) return std::nullopt;
  Scope scope;
  base::Result<Expression> expression = compile(syntax.clone(), scope);
  if (!expression || expression->constant() == nullptr) return std::nullopt;
  if (expression->constant()->is_null()) return std::nullopt;  // a failure: [5..3], a pattern or date that is none
  return *expression->constant();
}

bool is_point(const Bounds& bounds) {
  return !bounds.low.is_null() && bounds.low_included && bounds.high_included && same(bounds.low, bounds.high);
}

std::optional<SimpleTests> simple_tests(const Syntax& unary_tests) {
  SimpleTests tests;
  if (unary_tests.form != SyntaxForm::Tests) return std::nullopt;
  tests.any = unary_tests.parts.empty();
  tests.negated = unary_tests.negated;
  for (const SyntaxPointer& part : unary_tests.parts) {
    if (part->form == SyntaxForm::Test) {
      std::optional<Value> bound = constant_value(*part->parts[0]);
      if (!bound || !add_operator(tests, part->operation, *bound)) return std::nullopt;
    } else {
      std::optional<Value> value = constant_value(*part);
      if (!value || !add_value(tests, *value)) return std::nullopt;
    }
  }
  return tests;
}

}  // namespace yuanqu::feel
