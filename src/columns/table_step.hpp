#pragma once
// The step of a decision table: sets of rules by column, met as bit masks (internal to the room).

#include "columns/table_compiler.hpp"

namespace yuanqu::columns {

struct TablePlan {
  std::vector<TableCompiler::Column> columns;
  std::vector<TableCompiler::Test> tests;
  std::size_t words = 1;
  std::size_t rules = 0;
  std::vector<std::uint32_t> group;  // ANY: rules of one result have one group
  std::vector<std::uint32_t> order;  // PRIORITY, OUTPUT ORDER: rules, best first
  dmn::HitPolicy policy = dmn::HitPolicy::Unique;
  bool has_default = false;

  std::vector<Reg> registers() const;
};

// The rule for each row; `rules` where none hit and there is a default; null32 where the result is null.
void find_rules(Frame& frame, const TablePlan& plan, std::size_t place, Reg out);
// All rules for each row of `domain` as the domain `items`.
void find_all_rules(Frame& frame, const TablePlan& plan, std::size_t place, int domain, int items, Reg rule);

}  // namespace yuanqu::columns
