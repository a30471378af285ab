#pragma once
// Insight: what people see of a decision. One record's outcome with every reason and what would turn it; everybody who
// fails few conditions; what is unknown for want of which facts. All of it runs on the facts of the population as they
// stand; an Insight owns what it tells, so nothing here holds a lock after it returned.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "population/fixes.hpp"
#include "population/population.hpp"

namespace yuanqu::population {

struct Insight {
  const Decision* decision = nullptr;
  Outcome outcome;
  FileId file = 0;
  std::unique_ptr<Assessor> assessor;
  std::unique_ptr<WhatIf> facts;
  Reasons reasons;
  Fixes fixes;
  std::string aim;
};

struct InsightOptions {
  std::string aim;                 // empty: the decision's own
  const Levers* levers = nullptr;  // what may be advised; nullptr: no changes are looked for
  FixSearch search = {};
};

// NotFound when there is no such record or the decision is not about its kind.
base::Result<std::unique_ptr<Insight>> insight_of(Population& population, const Decision& decision, RecordId subject,
                                                  base::Date day, const InsightOptions& options = {});

struct NearMiss {
  RecordId subject = 0;
  FileId file = 0;
  feel::Value value;  // the outcome now
  Way way;            // the nearest; its condition indices are into the evaluation, which is gone
  std::vector<Condition> failed;
};

struct NearMissQuery {
  const Decision* decision = nullptr;
  std::string aim;  // empty: the decision's own
  std::size_t conditions_max = 1;
  std::function<bool(RecordId, FileId)> allowed;  // whom the asker may see; empty: all
};

// Everyone whose outcome is known and is not the aim, who fails at most so many conditions of the nearest way, all its
// conditions being known: fewest first, then by gap. Invalid when there is no aim. One traced evaluation for each such
// record.
base::Result<std::vector<NearMiss>> near_misses(const Population& population, const NearMissQuery& query);

// Of everybody whose outcome is unknown: what is missing, by field (or by whole record) and source.
struct UnknownShare {
  const Kind* kind = nullptr;
  const Field* field = nullptr;                                  // nullptr: a whole record is missing
  register_::SourceNumber source = 0;                            // who is asked first for it; 0: nobody in particular
  register_::NullReason reason = register_::NullReason::Absent;  // the most frequent
  std::vector<RecordId> subjects;                                // ascending
  struct Lack {
    RecordId subject = 0, record = 0;  // the record that lacks the field; 0: the record itself is missing …
    std::string about;                 // … of this (its key)
  };
  std::vector<Lack> lacks;  // by subject
};
struct Unknowns {
  std::size_t all = 0;               // records the decision is about
  std::vector<RecordId> subjects;    // whose outcome is unknown, ascending
  std::size_t examined = 0;          // how many of them were looked into (at most `examined_max`)
  std::vector<UnknownShare> shares;  // largest first
};
Unknowns unknowns_of(const Population& population, const Decision& decision,
                     const std::function<bool(RecordId, FileId)>& allowed, std::size_t examined_max = 5'000);

bool is_unknown(const Outcome& outcome);  // null, or the code "unknown"

}  // namespace yuanqu::population
