#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

class ListNode final : public Node {
 public:
  ListNode(std::vector<NodePointer> items, std::uint32_t offset) : Node(offset), items_(std::move(items)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    std::vector<Value> values;
    values.reserve(items_.size());
    for (const NodePointer& item : items_) {
      Value own;
      const Value& value = item->evaluate(state, own);
      if (&value == &own) {
        values.push_back(std::move(own));
      } else {
        values.push_back(value);
      }
    }
    scratch = Value::list(std::move(values));
    return scratch;
  }

 private:
  std::vector<NodePointer> items_;
};

class ContextNode final : public Node {
 public:
  ContextNode(std::vector<ContextPart> parts, std::uint32_t offset) : Node(offset), parts_(std::move(parts)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    std::vector<Entry> entries;
    entries.reserve(parts_.size());
    for (const ContextPart& part : parts_) {
      Value own;
      const Value& value = part.value->evaluate(state, own);
      entries.push_back({part.key, value});
      if (part.read) state.frame[part.slot] = entries.back().value;
    }
    scratch = Value::context(std::move(entries));
    return scratch;
  }

 private:
  std::vector<ContextPart> parts_;
};

class IntervalNode final : public Node {
 public:
  IntervalNode(NodePointer low, bool low_included, NodePointer high, bool high_included, std::uint32_t offset)
      : Node(offset),
        low_(std::move(low)),
        high_(std::move(high)),
        low_included_(low_included),
        high_included_(high_included) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    Value low_own;
    Value high_own;
    Value low = low_->evaluate(state, low_own);
    Value high = high_->evaluate(state, high_own);
    scratch = make_interval(state.evaluation, std::move(low), low_included_, std::move(high), high_included_, offset_);
    return scratch;
  }

 private:
  NodePointer low_, high_;
  bool low_included_, high_included_;
};

class OperatorRangeNode final : public Node {
 public:
  OperatorRangeNode(Operation operation, NodePointer bound, std::uint32_t offset)
      : Node(offset), operation_(operation), bound_(std::move(bound)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    Value own;
    Value range = make_operator_range(operation_, bound_->evaluate(state, own));
    scratch = std::move(range);
    return scratch;
  }

 private:
  Operation operation_;
  NodePointer bound_;
};

// 10.3.2.5: a number picks an item (from 1, or from the end when negative), a condition keeps the items for which it is
// true.
class FilterNode final : public Node {
 public:
  FilterNode(NodePointer list, NodePointer condition, Slot item, bool reads_item, std::uint32_t offset)
      : Node(offset), list_(std::move(list)), condition_(std::move(condition)), item_(item), reads_item_(reads_item) {}

  const Value& evaluate(State& state, Value& scratch) const override {
    Value own;
    const Value& source = list_->evaluate(state, own);
    if (source.is_null()) {
      scratch = Value();
      return scratch;
    }
    bool is_list = source.is(Kind::List);
    std::size_t size = is_list ? source.items().size() : 1;
    auto item = [&](std::size_t i) -> const Value& { return is_list ? source.items()[i] : source; };

    if (!reads_item_) {
      Value condition_own;
      const Value& condition = condition_->evaluate(state, condition_own);
      if (condition.is(Kind::Number)) return pick(state, condition, size, item, &source == &own, scratch);
      if (condition.is_true()) return all(source, own, is_list, scratch);
      return refused(state, condition, scratch) ? scratch : scratch = Value::list({});
    }

    std::vector<Value> kept;
    Slot slot = item_;
    if (size == 0) {
      // Whether a position or a condition was meant shows only in its value: [][n] is null, [][x > 1] is [].
      std::vector<Suppressed>* failures = state.evaluation.failures();
      Horizon* horizon = state.evaluation.horizon();
      state.evaluation.collect(nullptr);
      state.evaluation.track(nullptr);
      state.frame[slot] = Value();
      Value condition_own;
      Value condition = condition_->evaluate(state, condition_own);
      state.evaluation.collect(failures);
      state.evaluation.track(horizon);
      if (condition.is(Kind::Number)) return pick(state, condition, size, item, false, scratch);
      if (refused(state, condition, scratch)) return scratch;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (!state.evaluation.step()) break;
      state.frame[slot] = item(i);
      Value condition_own;
      const Value& condition = condition_->evaluate(state, condition_own);
      if (condition.is_true()) {
        kept.push_back(item(i));
      } else if (!condition.is(Kind::Boolean) && !condition.is_null()) {
        if (i == 0 && condition.is(Kind::Number)) return pick(state, condition, size, item, &source == &own, scratch);
        if (refused(state, condition, scratch)) return scratch;
      }
    }
    state.frame[slot] = Value();
    scratch = Value::list(std::move(kept));
    return scratch;
  }

 private:
  // Null keeps nothing; what is no condition makes the filter null.
  bool refused(State& state, const Value& condition, Value& scratch) const {
    if (condition.is(Kind::Boolean) || condition.is_null()) return false;
    not_a_condition(state.evaluation, condition, offset_);
    scratch = Value();
    return true;
  }

  static const Value& all(const Value& source, Value& own, bool is_list, Value& scratch) {
    if (!is_list) {
      scratch = Value::list({source});
    } else if (&source == &own) {
      scratch = std::move(own);
    } else {
      return source;
    }
    return scratch;
  }

  template <class Item>
  const Value& pick(State& state, const Value& number, std::size_t size, Item item, bool temporary,
                    Value& scratch) const {
    std::optional<std::int64_t> index = number.number().to_int64();
    auto count = static_cast<std::int64_t>(size);
    if (!index || *index == 0 || *index > count || *index < -count) {
      state.evaluation.suppress(Suppressed::Code::OutOfRange, offset_, [&] {
        std::string at = number.number().to_string();
        std::string of = std::to_string(count);
        return std::pair("列表有 " + of + " 项，没有第 " + at + " 项。",
                         "The list has " + of + " items and none at " + at + ".");
      });
      scratch = Value();
      return scratch;
    }
    const Value& picked = item(static_cast<std::size_t>(*index > 0 ? *index - 1 : count + *index));
    if (!temporary) return picked;
    Value kept(picked);
    scratch = std::move(kept);
    return scratch;
  }

  NodePointer list_, condition_;
  Slot item_;
  bool reads_item_;
};

}  // namespace

Value make_interval(Evaluation& evaluation, Value low, bool low_included, Value high, bool high_included,
                    std::uint32_t offset) {
  bool ordered = low.is_null() || high.is_null();
  if (!ordered) {
    std::optional<std::strong_ordering> order = compare(low, high);
    ordered = order && *order <= 0;
  }
  if (!ordered) {
    evaluation.suppress(Suppressed::Code::OutOfRange, offset, [&] {
      std::string from = to_literal(low);
      std::string to = to_literal(high);
      return std::pair(
          "区间的起点 " + from + " 与终点 " + to + " 须同类且起点不大于终点。",
          "The ends " + from + " and " + to + " of a range must be of one kind, the first not above the second.");
    });
    return {};
  }
  return Value::range(std::move(low), low_included, std::move(high), high_included);
}

Value make_operator_range(Operation operation, const Value& bound) {
  switch (operation) {
    case Operation::Less: return Value::range(Value(), false, bound, false, RangeForm::Less);
    case Operation::LessOrEqual: return Value::range(Value(), false, bound, true, RangeForm::LessOrEqual);
    case Operation::Greater: return Value::range(bound, false, Value(), false, RangeForm::Greater);
    case Operation::GreaterOrEqual: return Value::range(bound, true, Value(), false, RangeForm::GreaterOrEqual);
    case Operation::Equal: return Value::range(bound, true, bound, true, RangeForm::Equal);
    default: return Value::range(bound, false, bound, false, RangeForm::NotEqual);
  }
}

NodePointer list_node(std::vector<NodePointer> items, std::uint32_t offset) {
  return std::make_unique<ListNode>(std::move(items), offset);
}
NodePointer context_node(std::vector<ContextPart> parts, std::uint32_t offset) {
  return std::make_unique<ContextNode>(std::move(parts), offset);
}
NodePointer interval_node(NodePointer low, bool low_included, NodePointer high, bool high_included,
                          std::uint32_t offset) {
  return std::make_unique<IntervalNode>(std::move(low), low_included, std::move(high), high_included, offset);
}
NodePointer operator_range_node(Operation operation, NodePointer bound, std::uint32_t offset) {
  return std::make_unique<OperatorRangeNode>(operation, std::move(bound), offset);
}
NodePointer filter_node(NodePointer list, NodePointer condition, Slot item, bool condition_reads_item,
                        std::uint32_t offset) {
  return std::make_unique<FilterNode>(std::move(list), std::move(condition), item, condition_reads_item, offset);
}

}  // namespace yuanqu::feel
