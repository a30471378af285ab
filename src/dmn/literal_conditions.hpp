#pragma once
// The conditions written in a FEEL text (internal to the room): what an explanation shows beside the cells of tables.
// Walked are conjunctions and the conditions and branches of `if`; a disjunction is one condition. What lies in
// filters, iterations and functions is evaluated many times and is no condition of the decision. Comparisons with null
// are left out.

#include <vector>

#include "dmn/boxed_nodes.hpp"

namespace yuanqu::dmn {

// `scope` is the one the expression was compiled against. Each text once; none for an expression that is a plain value.
std::vector<LiteralCondition> conditions_of(const feel::Expression& expression, feel::Scope& scope);

}  // namespace yuanqu::dmn
