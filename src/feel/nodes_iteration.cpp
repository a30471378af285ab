#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

// Calls body() for every combination, the last iterator turning fastest; a later domain may use an earlier variable.
// body() answers false to stop. The result is false when a domain cannot be iterated.
class Iteration {
 public:
  explicit Iteration(std::vector<Iterator> iterators) : iterators_(std::move(iterators)) {}

  template <class Body>
  bool run(State& state, std::uint32_t offset, Body&& body) const {
    bool stopped = false;
    bool valid = level(state, offset, 0, body, stopped);
    for (const Iterator& iterator : iterators_) state.frame[iterator.slot] = Value();
    return valid;
  }

 private:
  template <class Body>
  bool level(State& state, std::uint32_t offset, std::size_t depth, Body& body, bool& stopped) const {
    if (depth == iterators_.size()) {
      if (!state.evaluation.step() || !body()) stopped = true;
      return true;
    }
    const Iterator& iterator = iterators_[depth];
    auto turn = [&](Value value) {
      state.frame[iterator.slot] = std::move(value);
      return level(state, offset, depth + 1, body, stopped);
    };
    Value own;
    const Value& found = iterator.domain->evaluate(state, own);
    if (iterator.high != nullptr) {
      Value low = found;
      Value high_own;
      Value high = iterator.high->evaluate(state, high_own);
      return range(state, offset, low, true, high, true, true, turn, stopped);
    }
    if (found.is_null()) return invalid(state, offset, found);
    Value domain = found;  // stays alive while the body replaces variables
    if (domain.is(Kind::Range)) {
      const Range& r = domain.range();
      return range(state, offset, r.low, r.low_included, r.high, r.high_included, false, turn, stopped);
    }
    if (!domain.is(Kind::List)) return turn(domain);
    for (const Value& item : domain.items()) {
      if (!turn(item)) return false;
      if (stopped) break;
    }
    return true;
  }

  template <class Turn>
  bool range(State& state, std::uint32_t offset, const Value& low, bool low_included, const Value& high,
             bool high_included, bool may_descend, Turn& turn, bool& stopped) const {
    if (low.kind() != high.kind() || !(low.is(Kind::Number) || low.is(Kind::Date))) return invalid(state, offset, low);
    std::optional<std::strong_ordering> order = compare(low, high);
    if (!order || (*order > 0 && !may_descend)) return invalid(state, offset, low);
    if (state.evaluation.horizon() != nullptr) {
      note_use(*state.evaluation.horizon(), low);
      note_use(*state.evaluation.horizon(), high);
    }
    int step = *order > 0 ? -1 : 1;
    Value at = low;
    if (!low_included && !advance(at, step)) return true;
    while (!stopped) {
      std::optional<std::strong_ordering> left = compare(at, high);
      bool beyond = !left || (step > 0 ? *left > 0 : *left < 0) || (*left == 0 && !high_included);
      if (beyond) break;
      if (!turn(at)) return false;
      if (!advance(at, step)) break;
    }
    return true;
  }

  static bool advance(Value& at, int step) {
    if (at.is(Kind::Number)) {
      std::optional<base::Decimal> next = add(at.number(), base::Decimal(step));
      // Beyond 34 digits a step of one is lost.
      if (!next || *next == at.number()) return false;
      at = Value(*next);
      return true;
    }
    std::optional<base::Date> next = at.date().plus_days(step);
    if (!next) return false;
    at = Value(*next);
    return true;
  }

  static bool invalid(State& state, std::uint32_t offset, const Value& domain) {
    state.evaluation.suppress(Suppressed::Code::WrongType, offset, [&] {
      std::string kind(name_of(domain.kind()));
      return std::pair("不能在 " + kind + " 上循环；需要列表，或数、日期的范围。",
                       "Cannot iterate over " + kind + "; a list or a range of numbers or dates is needed.");
    });
    return false;
  }

  std::vector<Iterator> iterators_;
};

class ForNode final : public Node {
 public:
  ForNode(std::vector<Iterator> iterators, NodePointer body, Slot partial, bool partial_read, std::uint32_t offset)
      : Node(offset),
        iteration_(std::move(iterators)),
        body_(std::move(body)),
        partial_(partial),
        partial_read_(partial_read) {}

  const Value& evaluate(State& state, Value& scratch) const override {
    std::vector<Value> results;
    if (partial_read_) state.frame[partial_] = Value::list({});
    std::size_t limit = state.evaluation.limits().list_items;
    std::size_t count = 0;
    bool valid = iteration_.run(state, offset_, [&] {
      if (++count > limit) {
        state.evaluation.exhaust("列表过长。", "A list grows too long.");
        return false;
      }
      Value own;
      const Value& value = body_->evaluate(state, own);
      if (partial_read_) {
        Value kept(value);
        Value::append(state.frame[partial_], std::move(kept));
      } else if (&value == &own) {
        results.push_back(std::move(own));
      } else {
        results.push_back(value);
      }
      return true;
    });
    Value result;
    if (valid) result = partial_read_ ? state.frame[partial_] : Value::list(std::move(results));
    if (partial_read_) state.frame[partial_] = Value();
    scratch = std::move(result);
    return scratch;
  }

 private:
  Iteration iteration_;
  NodePointer body_;
  Slot partial_;
  bool partial_read_;
};

// A disjunction (some) or conjunction (every) of the conditions.
class QuantifiedNode final : public Node {
 public:
  QuantifiedNode(bool every, std::vector<Iterator> iterators, NodePointer body, std::uint32_t offset)
      : Node(offset),
        decisive_(every ? Truth::False : Truth::True),
        iteration_(std::move(iterators)),
        body_(std::move(body)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    scratch = to_value(test(state));
    return scratch;
  }
  Truth test(State& state) const override {
    Truth result = negate(decisive_);
    bool conditions = true;
    bool valid = iteration_.run(state, offset_, [&] {
      Value own;
      const Value& value = body_->evaluate(state, own);
      if (!value.is(Kind::Boolean) && !value.is_null()) {
        not_a_condition(state.evaluation, value, offset_);
        conditions = false;
        return false;
      }
      Truth one = truth_of(value);
      if (one == decisive_ || one == Truth::Unknown) result = one;
      return one != decisive_;
    });
    valid = valid && conditions;
    return valid && !state.evaluation.exhausted() ? result : Truth::Unknown;
  }

 private:
  Truth decisive_;
  Iteration iteration_;
  NodePointer body_;
};

}  // namespace

NodePointer for_node(std::vector<Iterator> iterators, NodePointer body, Slot partial, bool partial_read,
                     std::uint32_t offset) {
  return std::make_unique<ForNode>(std::move(iterators), std::move(body), partial, partial_read, offset);
}
NodePointer quantified_node(bool every, std::vector<Iterator> iterators, NodePointer body, std::uint32_t offset) {
  return std::make_unique<QuantifiedNode>(every, std::move(iterators), std::move(body), offset);
}

}  // namespace yuanqu::feel
