#include "population/conditions.hpp"

#include <array>

namespace yuanqu::population {

std::string_view name_of(Verdict verdict) {
  static constexpr std::array<std::string_view, 3> names{"met", "unmet", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

Verdict verdict_of(const feel::Value& value) {
  return value.is_true() ? Verdict::Met : value.is_false() ? Verdict::Unmet : Verdict::Unknown;
}

std::string Condition::key() const {
  return model + '\x1f' + decision + '\x1f' + element + '\x1f' + std::to_string(rule) + '\x1f' + std::to_string(input) +
         '\x1f' + (rule == 0 ? expression + bound : std::string());
}

namespace {

std::vector<feel::Bounds> bounds_of(const std::string& operation, const feel::Value& bound) {
  if (operation == "<") return {{feel::Value(), bound, false, false}};
  if (operation == "<=") return {{feel::Value(), bound, false, true}};
  if (operation == ">") return {{bound, feel::Value(), false, false}};
  if (operation == ">=") return {{bound, feel::Value(), true, false}};
  if (operation == "=") return {{bound, bound, true, true}};
  return {};
}

Condition of_cell(const dmn::TracedTable& table, const dmn::TracedCell& cell, Cells& cells) {
  Condition condition{
      .model = table.model, .decision = table.decision, .element = table.table, .rule = cell.rule, .input = cell.input};
  if (cell.input >= 1 && cell.input <= table.inputs.size()) {
    const dmn::TracedInput& input = table.inputs[cell.input - 1];
    condition.label = input.label.empty() ? input.expression : input.label;
    condition.expression = input.expression;
    condition.value = input.value;
  }
  condition.bound = cell.text;
  // A test of an unknown value is not failed, it is unknown, except where null itself is what the cell asks about.
  condition.verdict = condition.value.is_null() && !cell.result.is_true() ? Verdict::Unknown : verdict_of(cell.result);
  if (condition.verdict != Verdict::Unknown) {
    if (const feel::SimpleTests* tests = cells.bounds(cell.text)) {
      condition.distance = distance(condition.value, tests->bounds, tests->negated, condition.verdict == Verdict::Met);
    }
  }
  return condition;
}

Condition of_conjunct(const dmn::TracedCondition& traced) {
  Condition condition{.model = traced.model, .decision = traced.decision, .element = traced.element};
  condition.expression = traced.operation.empty() ? traced.text : traced.left;
  condition.label = condition.expression;
  condition.bound = traced.operation.empty() ? "true" : traced.operation + " " + traced.right;
  condition.value = traced.value;
  condition.verdict = verdict_of(traced.result);
  if (condition.verdict != Verdict::Unknown) {
    condition.distance =
        distance(traced.value, bounds_of(traced.operation, traced.bound), false, condition.verdict == Verdict::Met);
  }
  return condition;
}

}  // namespace

std::vector<Condition> conditions_of(const dmn::Trace& trace, Cells& cells) {
  std::vector<Condition> conditions;
  for (const dmn::TracedTable& table : trace.tables) {
    for (const dmn::TracedCell& cell : table.cells) conditions.push_back(of_cell(table, cell, cells));
  }
  for (const dmn::TracedCondition& conjunct : trace.conditions) conditions.push_back(of_conjunct(conjunct));
  return conditions;
}

}  // namespace yuanqu::population
