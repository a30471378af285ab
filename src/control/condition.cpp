#include "control/condition.hpp"

#include <algorithm>

#include "feel/scope.hpp"

namespace yuanqu::control {

namespace {

bool names_builtin(const std::string& name) {
  const auto value = feel::evaluate_text(name);
  return value && value->is(feel::Kind::Function);
}

// The first name of the tree that nothing declares.
const feel::Syntax* find_unknown(const feel::Syntax& tree, std::vector<std::string> known) {
  using feel::SyntaxForm;
  const auto has = [&](const std::string& name) { return std::find(known.begin(), known.end(), name) != known.end(); };
  if (tree.form == SyntaxForm::Name && !has(tree.text) && !names_builtin(tree.text)) return &tree;
  const bool binds = tree.form == SyntaxForm::For || tree.form == SyntaxForm::Some || tree.form == SyntaxForm::Every ||
                     tree.form == SyntaxForm::FunctionOf || tree.form == SyntaxForm::Context;
  if (binds) known.insert(known.end(), tree.names.begin(), tree.names.end());
  if (tree.form == SyntaxForm::For) known.emplace_back("partial");
  if (tree.form == SyntaxForm::Filter) known.emplace_back("item");
  for (const auto& part : tree.parts) {
    if (!part) continue;
    if (const feel::Syntax* found = find_unknown(*part, known)) return found;
  }
  return nullptr;
}

}  // namespace

base::Result<Formula> Formula::compile(std::string_view text, const Inputs& inputs,
                                       const std::vector<std::string>& parameters) {
  feel::Scope scope;
  std::vector<std::string> known;
  std::vector<std::pair<std::string, feel::Slot>> parameter_slots;
  std::vector<feel::Slot> slots;
  for (const auto& [name, tag] : inputs) {
    slots.push_back(scope.declare(name));
    known.push_back(feel::canonical_name(name));
  }
  for (const std::string& name : parameters) {
    parameter_slots.emplace_back(name, scope.declare(name));
    known.push_back(feel::canonical_name(name));
  }
  auto expression = feel::compile(text, scope);
  if (!expression) return tl::unexpected(expression.error());
  if (const feel::Syntax* unknown = find_unknown(expression->syntax(), known)) {
    return base::fail(base::ErrorCode::Invalid, "不认识的名字 " + unknown->text + "。请写进 inputs 或改正。",
                      "Unknown name " + unknown->text + ". Declare it under inputs or correct it.",
                      {.offset = unknown->offset});
  }
  Formula formula;
  formula.expression_ = std::move(*expression);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!formula.expression_.names_used().contains(feel::canonical_name(inputs[i].first))) continue;
    formula.reads_.push_back(inputs[i]);
    formula.input_slots_.emplace_back(inputs[i].second, slots[i]);
  }
  formula.parameter_slots_ = std::move(parameter_slots);
  formula.frame_size_ = scope.frame_size();
  return formula;
}

Evaluated Formula::evaluate(const Readings& readings, const Parameters& parameters,
                            std::int64_t younger_than_ms) const {
  thread_local feel::Evaluation evaluation;
  evaluation.reset();
  feel::Frame frame(evaluation, frame_size_);
  for (const auto& [tag, slot] : input_slots_) {
    Reading reading = readings.read(tag);
    const char* fault_zh = nullptr;
    const char* fault_en = nullptr;
    if (reading.quality != Quality::Good || reading.value.is_null()) {
      fault_zh = " 的值不可信。";
      fault_en = " has no good value.";
    } else if (reading.stale) {
      fault_zh = " 的值已过时。";
      fault_en = " is stale.";
    } else if (younger_than_ms >= 0 && reading.age_ms >= younger_than_ms) {
      fault_zh = " 还没有新的读数。";
      fault_en = " has not been read since.";
    }
    if (fault_zh != nullptr) return {std::nullopt, {tag + fault_zh, tag + fault_en}, tag};
    frame[slot] = std::move(reading.value);
  }
  for (const auto& [name, slot] : parameter_slots_) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&wanted = name](const auto& entry) { return entry.first == wanted; });
    if (found != parameters.end()) frame[slot] = found->second;
  }
  feel::Value value = expression_.evaluate(evaluation, frame);
  if (value.is_null()) return {std::nullopt, {"算不出结果：" + text(), "It has no value: " + text()}, {}};
  return {std::move(value), {}, {}};
}

Verdict judge(const Formula& formula, const Readings& readings, const Parameters& parameters, const Words& otherwise,
              std::int64_t younger_than_ms) {
  Evaluated evaluated = formula.evaluate(readings, parameters, younger_than_ms);
  if (!evaluated.value) return {false, false, std::move(evaluated.reason)};
  if (evaluated.value->is_true()) return {true, true, {}};
  if (evaluated.value->is_false()) return {false, true, otherwise};
  return {
      false, false, {"结果不是真或假：" + formula.text(), "The result is neither true nor false: " + formula.text()}};
}

std::string plain_text(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::Null: return {};
    case feel::Kind::String: return std::string(value.text());
    default: return feel::to_literal(value);
  }
}

}  // namespace yuanqu::control
