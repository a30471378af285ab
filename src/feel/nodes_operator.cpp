#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

Relation relation_of(Operation operation) {
  switch (operation) {
    case Operation::Less: return Relation::Less;
    case Operation::LessOrEqual: return Relation::LessOrEqual;
    case Operation::Greater: return Relation::Greater;
    case Operation::GreaterOrEqual: return Relation::GreaterOrEqual;
    default: return Relation::Equal;
  }
}

bool holds(Operation operation, std::strong_ordering order) {
  switch (operation) {
    case Operation::Less: return order < 0;
    case Operation::LessOrEqual: return order <= 0;
    case Operation::Greater: return order > 0;
    case Operation::GreaterOrEqual: return order >= 0;
    case Operation::NotEqual: return order != 0;
    default: return order == 0;
  }
}

class ArithmeticNode final : public Node {
 public:
  ArithmeticNode(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset)
      : Node(offset), operation_(operation), left_(std::move(left)), right_(std::move(right)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    Value left_own;
    Value right_own;
    const Value& left = left_->evaluate(state, left_own);
    const Value& right = right_->evaluate(state, right_own);
    if (left.is(Kind::Number) && right.is(Kind::Number)) {
      if (operation_ == Operation::Add) {
        if (auto sum = add(left.number(), right.number())) return scratch = Value(*sum);
      } else if (operation_ == Operation::Multiply) {
        if (auto product = multiply(left.number(), right.number())) return scratch = Value(*product);
      }
    }
    scratch = arithmetic(state.evaluation, operation_, left, right, offset_);
    return scratch;
  }

 private:
  Operation operation_;
  NodePointer left_, right_;
};

class NegationNode final : public Node {
 public:
  NegationNode(NodePointer value, std::uint32_t offset) : Node(offset), value_(std::move(value)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    Value own;
    const Value& value = value_->evaluate(state, own);
    Value result;
    switch (value.kind()) {
      case Kind::Number: result = Value(value.number().negated()); break;
      case Kind::DaysTimeDuration: result = Value(value.days_time().negated()); break;
      case Kind::YearsMonthsDuration: result = Value(value.years_months().negated()); break;
      default:
        state.evaluation.suppress(Suppressed::Code::WrongType, offset_, [&] {
          std::string kind(name_of(value.kind()));
          return std::pair("“-”不能用于 " + kind + "。", "\"-\" cannot be applied to " + kind + ".");
        });
    }
    if (state.evaluation.horizon() != nullptr) note_use(*state.evaluation.horizon(), value);
    scratch = std::move(result);
    return scratch;
  }

 private:
  NodePointer value_;
};

// Tables 50 and 51: false wins over unknown in a conjunction, true in a disjunction.
class LogicNode final : public Node {
 public:
  LogicNode(bool conjunction, NodePointer left, NodePointer right, std::uint32_t offset)
      : Node(offset),
        decisive_(conjunction ? Truth::False : Truth::True),
        left_(std::move(left)),
        right_(std::move(right)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  Truth test(State& state) const override {
    Truth left = left_->test(state);
    if (left == decisive_) return left;
    Truth right = right_->test(state);
    if (right == decisive_) return right;
    return left == Truth::Unknown || right == Truth::Unknown ? Truth::Unknown : negate(decisive_);
  }

 private:
  Truth decisive_;
  NodePointer left_, right_;
};

// The built-in not(), called with one argument: as common as an operator.
class NotNode final : public Node {
 public:
  NotNode(NodePointer value, std::uint32_t offset) : Node(offset), value_(std::move(value)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  Truth test(State& state) const override {
    Value own;
    const Value* value = &value_->evaluate(state, own);
    if (value->is(Kind::List) && value->items().size() == 1) value = &value->items().front();
    if (!value->is(Kind::Boolean) && !value->is_null()) not_a_condition(state.evaluation, *value, offset_);
    return negate(truth_of(*value));
  }

 private:
  NodePointer value_;
};

class ComparisonNode final : public Node {
 public:
  ComparisonNode(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset)
      : Node(offset), operation_(operation), left_(std::move(left)), right_(std::move(right)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  Truth test(State& state) const override {
    Value left_own;
    Value right_own;
    const Value& left = left_->evaluate(state, left_own);
    const Value& right = right_->evaluate(state, right_own);
    return compare_values(state.evaluation, operation_, left, right, offset_);
  }

 private:
  Operation operation_;
  NodePointer left_, right_;
};

class BetweenNode final : public Node {
 public:
  BetweenNode(NodePointer value, NodePointer low, NodePointer high, std::uint32_t offset)
      : Node(offset), value_(std::move(value)), low_(std::move(low)), high_(std::move(high)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  // x between a and b is x >= a and x <= b.
  Truth test(State& state) const override {
    Value value_own;
    Value low_own;
    Value high_own;
    const Value& value = value_->evaluate(state, value_own);
    Truth above =
        compare_values(state.evaluation, Operation::GreaterOrEqual, value, low_->evaluate(state, low_own), offset_);
    if (above == Truth::False) return above;
    Truth below =
        compare_values(state.evaluation, Operation::LessOrEqual, value, high_->evaluate(state, high_own), offset_);
    return below == Truth::False || above == Truth::True ? below : Truth::Unknown;
  }

 private:
  NodePointer value_, low_, high_;
};

}  // namespace

Truth compare_values(Evaluation& evaluation, Operation operation, const Value& left, const Value& right,
                     std::uint32_t offset) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) [[likely]] {
    return truth_of(holds(operation, left.number() <=> right.number()));
  }
  if (Horizon* horizon = evaluation.horizon(); horizon != nullptr && (left.moves() || right.moves())) {
    note_comparison(*horizon, left, relation_of(operation), right);
  }
  if (operation == Operation::Equal || operation == Operation::NotEqual) {
    Truth result = equal(left, right);
    if (result == Truth::Unknown && left.kind() != right.kind()) {
      evaluation.suppress(Suppressed::Code::NotComparable, offset, [&] {
        std::string a(name_of(left.kind()));
        std::string b(name_of(right.kind()));
        return std::pair(a + " 与 " + b + " 不能比较是否相等。", a + " and " + b + " cannot be compared for equality.");
      });
    }
    return operation == Operation::Equal ? result : negate(result);
  }
  std::optional<std::strong_ordering> order = compare(left, right);
  if (order) return truth_of(holds(operation, *order));
  evaluation.suppress(Suppressed::Code::NotComparable, offset, [&] {
    std::string a(name_of(left.kind()));
    std::string b(name_of(right.kind()));
    std::string symbol(symbol_of(operation));
    return std::pair("“" + symbol + "”不能比较 " + a + " 与 " + b + "。",
                     "\"" + symbol + "\" cannot compare " + a + " and " + b + ".");
  });
  return Truth::Unknown;
}

Truth contains_value(Evaluation& evaluation, const Value& range_value, const Value& value) {
  Horizon* horizon = evaluation.horizon();
  if (horizon != nullptr && (value.moves() || range_value.moves())) {
    const Range& range = range_value.range();
    if (range.form == RangeForm::Equal || range.form == RangeForm::NotEqual) {
      note_comparison(*horizon, value, Relation::Equal, range.low);
    } else {
      note_comparison(*horizon, value, range.low_included ? Relation::GreaterOrEqual : Relation::Greater, range.low);
      note_comparison(*horizon, value, range.high_included ? Relation::LessOrEqual : Relation::Less, range.high);
    }
  }
  return contains(range_value, value);
}

Truth matches_value(Evaluation& evaluation, const Value& input, const Value& test) {
  if (Horizon* horizon = evaluation.horizon(); horizon != nullptr && (input.moves() || test.moves())) {
    if (test.is(Kind::Range)) return contains_value(evaluation, test, input);
    if (test.is(Kind::List)) {
      for (const Value& item : test.items()) {
        if (item.is(Kind::Range)) {
          contains_value(evaluation, item, input);
        } else {
          note_comparison(*horizon, input, Relation::Equal, item);
        }
      }
    } else {
      note_comparison(*horizon, input, Relation::Equal, test);
    }
  }
  return matches(input, test);
}

NodePointer arithmetic_node(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset) {
  return std::make_unique<ArithmeticNode>(operation, std::move(left), std::move(right), offset);
}
NodePointer negation_node(NodePointer value, std::uint32_t offset) {
  return std::make_unique<NegationNode>(std::move(value), offset);
}
NodePointer logic_node(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset) {
  return std::make_unique<LogicNode>(operation == Operation::And, std::move(left), std::move(right), offset);
}
NodePointer not_node(NodePointer value, std::uint32_t offset) {
  return std::make_unique<NotNode>(std::move(value), offset);
}
NodePointer comparison_node(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset) {
  return std::make_unique<ComparisonNode>(operation, std::move(left), std::move(right), offset);
}
NodePointer between_node(NodePointer value, NodePointer low, NodePointer high, std::uint32_t offset) {
  return std::make_unique<BetweenNode>(std::move(value), std::move(low), std::move(high), offset);
}

}  // namespace yuanqu::feel
