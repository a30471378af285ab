#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

class OperatorTest final : public TestNode {
 public:
  OperatorTest(Operation operation, NodePointer bound, std::uint32_t offset)
      : operation_(operation), bound_(std::move(bound)), offset_(offset) {}
  Truth check(State& state, const Value& input) const override {
    Value own;
    return compare_values(state.evaluation, operation_, input, bound_->evaluate(state, own), offset_);
  }

 private:
  Operation operation_;
  NodePointer bound_;
  std::uint32_t offset_;
};

class ValueTest final : public TestNode {
 public:
  explicit ValueTest(NodePointer value) : value_(std::move(value)) {}
  Truth check(State& state, const Value& input) const override {
    Value own;
    const Value& test = value_->evaluate(state, own);
    // A condition over other variables decides by itself, unless the input is a boolean to compare with.
    if (test.is(Kind::Boolean) && !input.is(Kind::Boolean))
      return input.is_null() ? equal(input, test) : truth_of(test);
    return matches_value(state.evaluation, input, test);
  }

 private:
  NodePointer value_;
};

// The common cell: a constant. Comparing texts and numbers needs no more than this.
class ConstantTest final : public TestNode {
 public:
  explicit ConstantTest(NodePointer value) : value_(std::move(value)), constant_(*value_->constant()) {}
  Truth check(State& state, const Value& input) const override {
    if (input.kind() == constant_.kind()) {
      if (input.is(Kind::String)) return truth_of(input.identical(constant_) || input.text() == constant_.text());
      if (input.is(Kind::Number)) return truth_of(input.number() == constant_.number());
    }
    return matches_value(state.evaluation, input, constant_);
  }

 private:
  NodePointer value_;
  const Value& constant_;
};

// An interval whose ends are compared in place, without making a range.
class IntervalTest final : public TestNode {
 public:
  IntervalTest(NodePointer low, bool low_included, NodePointer high, bool high_included, std::uint32_t offset)
      : low_(std::move(low)),
        high_(std::move(high)),
        above_(low_included ? Operation::GreaterOrEqual : Operation::Greater),
        below_(high_included ? Operation::LessOrEqual : Operation::Less),
        offset_(offset) {}
  Truth check(State& state, const Value& input) const override {
    Value low_own;
    Value high_own;
    const Value& low = low_->evaluate(state, low_own);
    const Value& high = high_->evaluate(state, high_own);
    if (input.is(Kind::Range) || input.is(Kind::List)) {
      Value range = make_interval(state.evaluation, low, above_ == Operation::GreaterOrEqual, high,
                                  below_ == Operation::LessOrEqual, offset_);
      return matches_value(state.evaluation, input, range);
    }
    Truth above = compare_values(state.evaluation, above_, input, low, offset_);
    if (above == Truth::Unknown) return above;
    Truth below = compare_values(state.evaluation, below_, input, high, offset_);
    if (below == Truth::Unknown) return below;
    return above == Truth::True ? below : above;
  }

 private:
  NodePointer low_, high_;
  Operation above_, below_;
  std::uint32_t offset_;
};

class ConditionTest final : public TestNode {
 public:
  explicit ConditionTest(NodePointer condition) : condition_(std::move(condition)) {}
  Truth check(State& state, const Value& input) const override {
    Value own;
    const Value& value = condition_->evaluate(state, own);
    if (value.is(Kind::Boolean) || value.is_null()) return truth_of(value);
    return matches_value(state.evaluation, input, value);
  }

 private:
  NodePointer condition_;
};

Truth any_of(State& state, const std::vector<TestPointer>& tests, const Value& input) {
  Truth result = Truth::False;
  for (const TestPointer& test : tests) {
    Truth one = test->check(state, input);
    if (one == Truth::True) return one;
    if (one == Truth::Unknown) result = one;
  }
  return result;
}

class InNode final : public Node {
 public:
  InNode(NodePointer value, std::vector<TestPointer> tests, Slot input, bool input_read, std::uint32_t offset)
      : Node(offset), value_(std::move(value)), tests_(std::move(tests)), input_(input), input_read_(input_read) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  Truth test(State& state) const override {
    Value own;
    const Value& value = value_->evaluate(state, own);
    if (input_read_) state.frame[input_] = value;
    return any_of(state, tests_, value);
  }

 private:
  NodePointer value_;
  std::vector<TestPointer> tests_;
  Slot input_;
  bool input_read_;
};

class TestsNode final : public Node {
 public:
  TestsNode(Slot input, std::vector<TestPointer> tests, bool negated)
      : Node(0), input_(input), tests_(std::move(tests)), negated_(negated) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  Truth test(State& state) const override {
    if (tests_.empty()) return Truth::True;
    const Value& input = state.frame.read(state.evaluation, input_);
    Truth result = tests_.size() == 1 ? tests_.front()->check(state, input) : any_of(state, tests_, input);
    return negated_ ? negate(result) : result;
  }

 private:
  Slot input_;
  std::vector<TestPointer> tests_;
  bool negated_;
};

}  // namespace

TestPointer operator_test(Operation operation, NodePointer bound, std::uint32_t offset) {
  return std::make_unique<OperatorTest>(operation, std::move(bound), offset);
}
TestPointer value_test(NodePointer value, bool literal) {
  const Value* constant = value->constant();
  if (constant != nullptr && (literal || !constant->is(Kind::Boolean)))
    return std::make_unique<ConstantTest>(std::move(value));
  return std::make_unique<ValueTest>(std::move(value));
}
TestPointer interval_test(NodePointer low, bool low_included, NodePointer high, bool high_included,
                          std::uint32_t offset) {
  return std::make_unique<IntervalTest>(std::move(low), low_included, std::move(high), high_included, offset);
}
TestPointer condition_test(NodePointer condition) { return std::make_unique<ConditionTest>(std::move(condition)); }
NodePointer in_node(NodePointer value, std::vector<TestPointer> tests, Slot input, bool input_read,
                    std::uint32_t offset) {
  return std::make_unique<InNode>(std::move(value), std::move(tests), input, input_read, offset);
}
NodePointer tests_node(Slot input, std::vector<TestPointer> tests, bool negated, std::uint32_t) {
  return std::make_unique<TestsNode>(input, std::move(tests), negated);
}

}  // namespace yuanqu::feel
