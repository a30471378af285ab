#pragma once
// A decision table compiled (clauses 8.2 and 10.3.2.10). Internal to the room.
//
// Meaning: input expressions are evaluated first, converted to their types and checked against their input values (a
// value that is not admitted makes the table null with a suppressed failure; null passes). A rule matches when every
// cell is true. No match: the default outputs, else null (0 for the count aggregation). More than one under UNIQUE, or
// different outputs under ANY: null with a suppressed failure. PRIORITY and OUTPUT ORDER rank by the output values,
// first output first; an output that is not listed ranks last. Aggregations are the built-in functions sum, count, min
// and max over the outputs of all matches.
//
// Cost: columns with constant cells answer from a ColumnIndex; rules are then a bit mask and FIRST stops at its hit.
// Without an index (Run::use_index) every cell is tested in turn: the reference the index must agree with. Nothing is
// allocated per cell.

#include <optional>
#include <string>
#include <vector>

#include "dmn/column_index.hpp"
#include "dmn/model.hpp"
#include "dmn/node.hpp"
#include "feel/expression.hpp"

namespace yuanqu::dmn {

struct TableCell {
  feel::Expression tests;  // empty: could not be compiled
  std::string zh, en;      // why not
  std::uint32_t offset = 0;
};

struct TableColumn {
  static constexpr std::uint32_t any = UINT32_MAX;
  NodePointer input;
  feel::Slot slot = 0;  // of `?` in the cells
  feel::TypePointer type;
  std::string label, text;
  std::optional<feel::Expression> values;  // input values
  std::optional<ColumnIndex> values_index;
  std::vector<TableCell> cells;             // each text once
  std::vector<std::uint32_t> cell_of_rule;  // position in `cells`, or `any`
  std::optional<ColumnIndex> index;
};

struct TableOutput {
  std::string name;
  feel::String key;
  feel::TypePointer type;
  std::vector<feel::Bounds> ranking;  // output values in decreasing priority
  NodePointer default_entry;
};

struct TableRule {
  std::vector<NodePointer> outputs;
  std::optional<feel::Value> constant;  // the whole result of the rule when every output is constant
};

class TableNode final : public Node {
 public:
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  // The place of a rule's result in the order of the output values, first output first; lower ranks before higher.
  std::vector<std::size_t> rank_of(const feel::Value& output) const;

  const DecisionTable* source = nullptr;  // for element ids
  std::string_view element;
  std::vector<TableColumn> columns;
  std::vector<TableOutput> outputs;
  std::vector<TableRule> rules;
  bool has_default = false;
  std::optional<feel::Expression> aggregate;  // "sum(l)" over the slot below
  feel::Slot aggregate_slot = 0;
  std::size_t aggregate_frame = 0;

 private:
  bool prepare_inputs(Run& run, feel::Frame& frame) const;
  bool cell_matches(Run& run, feel::Frame& frame, std::uint32_t rule, const TableColumn& column,
                    std::uint32_t number) const;
  template <class Found>
  void for_each_match(Run& run, feel::Frame& frame, Found&& found) const;
  feel::Value output_of(Run& run, feel::Frame& frame, std::uint32_t rule) const;
  feel::Value default_output(Run& run, feel::Frame& frame) const;
  feel::Value combine(Run& run, feel::Frame& frame, const std::vector<std::uint32_t>& matches) const;
  feel::Value aggregated(Run& run, std::vector<feel::Value> values) const;
  void explain(Run& run, feel::Frame& frame, const std::vector<std::uint32_t>& matches,
               const feel::Value& result) const;
};

}  // namespace yuanqu::dmn
