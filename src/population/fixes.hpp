#pragma once
// Fixes: what would turn an outcome. Sets of up to three changes of facts, with values taken from the bounds of the
// conditions those facts stand behind (solved for the fact where the condition looks at a ratio, a sum or a duration),
// each proven by evaluating the decision with them. Only facts somebody can change are advised, and only the way that
// is not never advised (levers.hpp); a fact that is never advised may appear alone, as a cliff: shown, not suggested.
//
// The answer holds the smallest sets: all of one size. `ended` says that every smaller set, and every set of that size,
// was tried; only then is "none smaller" true.

#include <string>
#include <vector>

#include "population/levers.hpp"
#include "population/reasons.hpp"

namespace yuanqu::population {

struct Fix {
  std::vector<LeafChange> changes;
  feel::Value outcome;  // what the decision then says
  double size = 0;      // sum of the relative changes: what is ranked by
};

struct FixSearch {
  std::size_t changes_max = 3;
  std::size_t evaluations_max = 12'000;
  std::size_t kept_max = 5;
};

struct Fixes {
  std::vector<Fix> advised;  // smallest first
  std::vector<Fix> cliffs;   // single changes of never-advised facts that would turn it
  bool ended = true;
  std::size_t evaluations = 0;
};

// Values a fact could take to stand on a bound of a condition it is behind; `reasons` are those of `what_if`.
std::vector<register_::Value> candidates_for(WhatIf& what_if, const Reasons& reasons, std::size_t leaf, Cells& cells,
                                             std::size_t evaluations_max);

// `aim`: code of the outcome wished for. Empty answers when it holds already, or the record has no outcome.
Fixes fixes_for(WhatIf& what_if, const Reasons& reasons, const Levers& levers, const std::string& aim, Cells& cells,
                const FixSearch& search = {});

}  // namespace yuanqu::population
