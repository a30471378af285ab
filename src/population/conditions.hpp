#pragma once
// Conditions: what an evaluation asked, one by one. A condition is a cell of a decision table, or a conjunct written in
// FEEL (see dmn::TracedCondition). Every cell of every rule of every table that was evaluated is there, in the order of
// the trace, with the value it looked at, whether it is met, and how far the value lies from the bound. Clauses: design
// "Explain"; DMN 1.5, 8.2.

#include <cstdint>
#include <string>
#include <vector>

#include "dmn/evaluator.hpp"
#include "population/measure.hpp"

namespace yuanqu::population {

enum class Verdict : std::uint8_t { Met, Unmet, Unknown };
std::string_view name_of(Verdict verdict);  // "met", "unmet", "unknown"
Verdict verdict_of(const feel::Value& value);

struct Condition {
  std::string model, decision;
  std::string element;      // id: of the table, or of the expression the conjunct stands in
  std::uint32_t rule = 0;   // from 1; 0: written in FEEL
  std::uint32_t input = 0;  // from 1; 0: written in FEEL
  std::string label;        // of the table's input; else what is looked at
  std::string expression;   // what is looked at
  std::string bound;        // as written: ">= 0.1", "<= Parameters.limit"
  feel::Value value;
  Verdict verdict = Verdict::Unknown;
  std::optional<Distance> distance;  // where bound and value can be measured

  // Equal for the same condition in another evaluation of the same decision.
  std::string key() const;
};

std::vector<Condition> conditions_of(const dmn::Trace& trace, Cells& cells);

}  // namespace yuanqu::population
