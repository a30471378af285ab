#include "dmn/boxed_nodes.hpp"

#include <optional>
#include <span>

#include "dmn/run.hpp"
#include "feel/compare.hpp"
#include "feel/function.hpp"

namespace yuanqu::dmn {

using feel::Evaluation;
using feel::Frame;
using feel::Kind;
using feel::Suppressed;
using feel::Value;

const Value& BrokenNode::evaluate(Run& run, Frame&, Value& scratch) const {
  run.evaluation.location.element = element_;
  run.evaluation.suppress(code_, offset_, zh_, en_);
  return scratch = Value();
}

const Value& LiteralNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  run.evaluation.location.element = element_;
  if (run.trace != nullptr && !conditions_.empty()) {
    const Value& result = expression_.evaluate(run.evaluation, frame, scratch);
    if (&result != &scratch) scratch = result;
    explain(run, frame);
    return scratch;
  }
  if (base_offset_ == 0) return expression_.evaluate(run.evaluation, frame, scratch);
  run.evaluation.base_offset += base_offset_;
  const Value& result = expression_.evaluate(run.evaluation, frame, scratch);
  run.evaluation.base_offset -= base_offset_;
  return result;
}

// Evaluates every condition, unheard by failures and matches. The horizon stays on, with an ear of its own: a decision
// first reached from here must remember the day it moves on.
void LiteralNode::explain(Run& run, Frame& frame) const {
  auto* failures = run.evaluation.failures();
  auto* horizon = run.evaluation.horizon();
  auto* matched = run.matched;
  const auto location = run.evaluation.location;
  std::optional<feel::Horizon> own;
  if (horizon != nullptr) run.evaluation.track(&own.emplace(horizon->today()));
  run.evaluation.collect(nullptr);
  run.matched = nullptr;
  for (const LiteralCondition& condition : conditions_) {
    TracedCondition traced;
    traced.model = location.model;
    traced.decision = location.decision;
    traced.element = element_;
    traced.text = condition.text;
    traced.left = condition.left_text;
    traced.right = condition.right_text;
    traced.operation = condition.operation;
    traced.result = condition.whole.evaluate(run.evaluation, frame);
    traced.value = condition.left ? condition.left.evaluate(run.evaluation, frame) : traced.result;
    if (condition.right) traced.bound = condition.right.evaluate(run.evaluation, frame);
    run.evaluation.location = location;
    run.trace->conditions.push_back(std::move(traced));
  }
  run.evaluation.collect(failures);
  run.evaluation.track(horizon);
  run.matched = matched;
}

const Value& TypedNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  const Value& value = inner_->evaluate(run, frame, scratch);
  if (surely_fits(value, type)) return value;
  run.evaluation.location.element = element_;
  Value converted = feel::coerce(run.evaluation, value, type, what_);
  return scratch = std::move(converted);
}

const Value& ContextNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  if (duplicate_) {
    run.evaluation.location.element = element_;
    run.evaluation.suppress(Suppressed::Code::Decision, 0, "上下文中有两个同名的条目；请改名。",
                            "Two entries of the context have the same name; rename one.");
    return scratch = Value();
  }
  for (const auto& entry : entries_) {
    Value value = entry.value->value(run, frame);
    if (run.trace != nullptr) {
      const auto& location = run.evaluation.location;
      run.trace->values.push_back({std::string(location.model), std::string(location.decision),
                                   std::string(entry.element), std::string(entry.key.view()), value});
    }
    frame[entry.slot] = std::move(value);
  }
  if (result_ != nullptr) return result_->evaluate(run, frame, scratch);
  std::vector<feel::Entry> made;
  made.reserve(entries_.size());
  for (const auto& entry : entries_) made.push_back({entry.key, frame[entry.slot]});
  return scratch = Value::context(std::move(made));
}

const Value& LetNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  frame[slot_] = value_->value(run, frame);
  return body_->evaluate(run, frame, scratch);
}

const Value& ListNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  std::vector<Value> items;
  items.reserve(items_.size());
  for (const auto& item : items_) items.push_back(item->value(run, frame));
  return scratch = Value::list(std::move(items));
}

const Value& RelationNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  std::vector<Value> rows;
  rows.reserve(rows_.size());
  for (const auto& row : rows_) {
    std::vector<feel::Entry> entries;
    entries.reserve(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      entries.push_back({columns_[c], c < row.size() ? row[c]->value(run, frame) : Value()});
    }
    rows.push_back(Value::context(std::move(entries)));
  }
  return scratch = Value::list(std::move(rows));
}

namespace {

void no_condition(Run& run, std::string_view element, const Value& value) {
  run.evaluation.location.element = element;
  run.evaluation.suppress(Suppressed::Code::WrongType, 0, [&] {
    return std::pair("条件的结果是 " + feel::to_literal(value) + "，应为 true 或 false。",
                     "The condition gave " + feel::to_literal(value) + "; it must be true or false.");
  });
}

}  // namespace

const Value& ConditionalNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  Value condition = condition_->value(run, frame);
  if (!condition.is(Kind::Boolean) && !condition.is_null()) {
    no_condition(run, element_, condition);
    return scratch = Value();
  }
  return (condition.is_true() ? when_true_ : when_false_)->evaluate(run, frame, scratch);
}

InvocationNode::InvocationNode(NodePointer called, std::vector<Argument> arguments, std::string_view element)
    : called_(std::move(called)), arguments_(std::move(arguments)), element_(element) {
  for (const auto& argument : arguments_) names_.push_back(argument.name);
}

const Value& InvocationNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  std::vector<Value> values;
  values.reserve(arguments_.size());
  for (const auto& argument : arguments_) {
    Value value = argument.value->value(run, frame);
    values.push_back(conform(run.evaluation, value, argument.type, argument.name.view()));
  }
  const Value function = called_->value(run, frame);
  run.evaluation.location.element = element_;
  Value result = feel::call_function(run.evaluation, function, values, names_);
  return scratch = std::move(result);
}

namespace {

// The items an iteration runs over: a list as it is, anything else as a list of itself.
std::span<const Value> items_of(const Value& value) {
  if (value.is(Kind::List)) return value.items();
  return {&value, 1};
}

}  // namespace

ConditionCheckNode::ConditionCheckNode(feel::Slot check, NodePointer filter, NodePointer plain,
                                       std::string_view element)
    : check_(check), filter_(std::move(filter)), plain_(std::move(plain)), element_(element) {
  function_ = feel::make_function(
      "condition", {{"value", nullptr}}, nullptr, [element](Evaluation& evaluation, std::span<const Value> arguments) {
        const Value& value = arguments[0];
        if (evaluation.host != nullptr && !value.is(Kind::Boolean) && !value.is(Kind::Number) && !value.is_null()) {
          Run& run = Run::of(evaluation);
          if (run.refused_conditions++ == 0) no_condition(run, element, value);
        }
        return value;
      });
}

const Value& ConditionCheckNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  const std::size_t before = std::exchange(run.refused_conditions, 0);
  frame[check_] = function_;
  Value result = filter_->value(run, frame);
  if (std::exchange(run.refused_conditions, before) != 0) result = Value();
  return scratch = std::move(result);
}

const Value& FilterNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  const Value in = in_->value(run, frame);
  if (in.is_null()) return scratch = Value();
  std::vector<Value> kept;
  const auto items = items_of(in);
  for (std::size_t i = 0; i < items.size() && run.evaluation.step(); ++i) {
    frame[item_] = items[i];
    for (const auto& [name, slot] : members_) {
      const Value* member = items[i].is(Kind::Context) ? items[i].context().find(name) : nullptr;
      frame[slot] = member != nullptr ? *member : Value();
    }
    const Value match = match_->value(run, frame);
    if (match.is(Kind::Number)) {  // a position, from 1, or from the end when negative
      const auto position = match.number().to_int64();
      const auto size = static_cast<std::int64_t>(items.size());
      if (position && *position >= 1 && *position <= size)
        return scratch = Value(items[static_cast<std::size_t>(*position - 1)]);
      if (position && *position < 0 && -*position <= size)
        return scratch = Value(items[static_cast<std::size_t>(size + *position)]);
      return scratch = Value();
    }
    if (!match.is(Kind::Boolean) && !match.is_null()) {
      no_condition(run, element_, match);
      return scratch = Value();
    }
    if (match.is_true()) kept.push_back(items[i]);
  }
  return scratch = Value::list(std::move(kept));
}

const Value& ForNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  const Value in = in_->value(run, frame);
  if (in.is_null()) return scratch = Value();
  std::vector<Value> results;
  for (const Value& item : items_of(in)) {
    if (!run.evaluation.step()) return scratch = Value();
    frame[iterator_.slot] = conform(run.evaluation, item, iterator_.type, "iterator");
    if (partial_ != UINT32_MAX) frame[partial_] = Value::list(results);
    results.push_back(body_->value(run, frame));
    if (results.size() > run.evaluation.limits().list_items) {
      run.evaluation.exhaust("列表超过了限制的项数。", "A list has more items than the limit allows.");
      return scratch = Value();
    }
  }
  return scratch = Value::list(std::move(results));
}

const Value& QuantifiedNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  const Value in = in_->value(run, frame);
  if (in.is_null()) return scratch = Value();
  // Every item is asked: a result that is no condition makes the whole null, wherever it stands.
  bool unknown = false, decided = false;
  for (const Value& item : items_of(in)) {
    if (!run.evaluation.step()) return scratch = Value();
    frame[iterator_.slot] = conform(run.evaluation, item, iterator_.type, "iterator");
    const Value satisfied = body_->value(run, frame);
    if (!satisfied.is(Kind::Boolean) && !satisfied.is_null()) {
      no_condition(run, element_, satisfied);
      return scratch = Value();
    }
    if (every_ ? satisfied.is_false() : satisfied.is_true()) decided = true;
    if (satisfied.is_null()) unknown = true;
  }
  if (decided) return scratch = Value(!every_);
  return scratch = unknown ? Value() : Value(every_);
}

namespace {

class BoxedFunction final : public feel::Function {
 public:
  BoxedFunction(std::shared_ptr<const FunctionNode::Body> body, std::vector<Value> captured,
                std::shared_ptr<const CompiledModels> models)
      : body_(std::move(body)), captured_(std::move(captured)), models_(std::move(models)) {}

  const std::vector<feel::Member>& parameters() const override { return body_->parameters; }
  feel::TypePointer result_type() const override { return body_->result; }

  Value call(Evaluation& evaluation, std::span<const Value> arguments) const override {
    if (evaluation.host == nullptr) return Value();  // a function of a model lives in evaluations of models only
    Run& run = Run::of(evaluation);
    Frame frame(evaluation, body_->frame_size);
    for (std::size_t i = 0; i < body_->captures.size(); ++i) frame[body_->captures[i].second] = captured_[i];
    if (body_->self != UINT32_MAX) {
      references.fetch_add(1, std::memory_order_relaxed);  // for the value made here; it is given back with the frame
      frame[body_->self] = Value::function(const_cast<BoxedFunction*>(this));
    }
    for (std::size_t i = 0; i < body_->parameter_slots.size(); ++i) {
      Value argument = conform(evaluation, arguments[i], body_->parameters[i].type, body_->parameters[i].name);
      if (argument.is_null() && !arguments[i].is_null())
        return Value();  // an argument of a wrong type: no call (10.3.2.9.4)
      frame[body_->parameter_slots[i]] = std::move(argument);
    }
    return conform(evaluation, body_->node->value(run, frame), body_->result, "function result");
  }

 private:
  std::shared_ptr<const FunctionNode::Body> body_;
  std::vector<Value> captured_;
  std::shared_ptr<const CompiledModels> models_;  // what the body refers to lives as long as the function
};

}  // namespace

const Value& FunctionNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  std::vector<Value> captured;
  captured.reserve(body_->captures.size());
  for (const auto& [outer, inner] : body_->captures) captured.push_back(frame.read(run.evaluation, outer));
  return scratch = Value::function(new BoxedFunction(body_, std::move(captured), run.models));
}

}  // namespace yuanqu::dmn
