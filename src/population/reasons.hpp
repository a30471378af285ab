#pragma once
// Reasons: why an outcome is what it is, whole. Every condition (conditions.hpp) with the facts behind it, found by
// asking what the condition looks at when each fact is moved a little; the ways to the outcome wished for; and, where
// conditions are unknown, which facts or records are missing, each proven by filling it in. Cost: one traced evaluation
// for each fact read.

#include <string>
#include <vector>

#include "population/ways.hpp"
#include "population/what_if.hpp"

namespace yuanqu::population {

// Something that would have to be known. `field` nullptr: a whole record of `kind` is missing, `about` says of what
// (its key: "2025").
struct Missing {
  RecordId record = 0;  // 0: the record itself is missing
  const Kind* kind = nullptr;
  const Field* field = nullptr;
  register_::NullReason reason = register_::NullReason::Absent;
  std::string about;
};

struct Reasons {
  std::vector<Condition> conditions;
  std::vector<std::vector<std::size_t>> facts;  // for each condition: the leaves behind what it looks at or its bound
  std::vector<Way> ways;         // to the aim, nearest first; empty when there is no aim or it is reached otherwise
  std::vector<Missing> missing;  // of the conditions that are unknown
};

// `aim`: code of the outcome wished for; empty: none.
Reasons reasons_of(WhatIf& what_if, const OutcomeTable& table, const std::string& aim, Cells& cells);
// What is missing alone: cheaper, asked of everybody whose outcome is unknown.
std::vector<Missing> missing_of(WhatIf& what_if, Cells& cells);

// A value that stands for "known": inside the field's bounds, a code of its list, true, the day.
std::optional<register_::Value> plausible_value(const Field& field, base::Date day);

}  // namespace yuanqu::population
