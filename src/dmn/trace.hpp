#pragma once
// What an evaluation can tell about itself: the rules that matched, and on request every value and every table cell.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.hpp"

namespace yuanqu::dmn {

// Rules that matched in one evaluation of one table, in rule order; numbers count from 1 as people do. The views live
// as long as the model set.
struct MatchedRules {
  std::string_view decision;  // the decision whose evaluation reached the table
  std::string_view table;     // id of the decision table element
  std::vector<std::uint32_t> rules;
};

struct TracedCell {
  std::uint32_t rule = 0;   // from 1
  std::uint32_t input = 0;  // from 1
  std::string text;
  feel::Value result;  // true, false or null
};

struct TracedInput {
  std::string label;
  std::string expression;
  feel::Value value;
};

struct TracedOutput {
  std::string name;
  feel::Value value;
};

struct TracedTable {
  std::string model, decision, table;
  std::vector<TracedInput> inputs;
  std::vector<TracedCell> cells;       // every cell of every rule, in rule order; cells that say `-` are left out
  std::vector<std::uint32_t> matched;  // rules from 1
  feel::Value result;
};

// A condition written as FEEL outside a table: a conjunct of a decision's literal expression, of an entry of a boxed
// context, of a table's input expression, or of the condition of an `if` there. Comparisons with null are left out:
// they ask whether a value is known.
struct TracedCondition {
  std::string model, decision, element;
  std::string text;         // the whole conjunct
  std::string left, right;  // of a comparison; empty otherwise
  std::string operation;    // "<", "<=", ">", ">=", "=", "!="; empty when it is no comparison
  feel::Value value;        // of the left side; of the whole when it is no comparison
  feel::Value bound;        // of the right side
  feel::Value result;       // true, false or null
};

// A decision, an input, or an entry of a boxed context, in the order they were known.
struct TracedValue {
  std::string model, decision, element, name;
  feel::Value value;
};

struct Trace {
  std::vector<TracedValue> values;
  std::vector<TracedTable> tables;
  std::vector<TracedCondition> conditions;
  void clear() {
    conditions.clear();
    values.clear();
    tables.clear();
  }
};

}  // namespace yuanqu::dmn
