#pragma once
// Outcome: the value of a decision for one record, and what became of it. Outcomes are derived: the stored copy spares
// a restart the work and remembers what transitions are measured against; it is dropped when packs change.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "feel/value.hpp"
#include "journal/journal.hpp"
#include "population/decisions.hpp"

namespace yuanqu::population {

using journal::FileId;
using journal::Position;
using journal::RecordId;

struct Outcome {
  RecordId subject = 0;
  bool applies = false;  // false: the decision does not concern the record
  feel::Value value;
  std::string rules;                // rules that matched
  std::optional<base::Date> since;  // nullopt: not worked out yet, see Population::since
  std::optional<base::Date> until;  // first later day on which it would differ
  std::optional<base::Date>
      look_again;  // when the evaluator must look: until, or the day up to which "no change" is established
};

// How an outcome is named in lists and figures: a string bare, anything else as its FEEL literal, "unknown" for null,
// "none" where the decision does not apply.
std::string code_of(bool applies, const feel::Value& value);

// An outcome that changed. `before` does not apply when the record had none.
struct Transition {
  const Decision* decision = nullptr;
  RecordId subject = 0;
  FileId file = 0;
  base::Date day;  // the zone's day on which it was found
  Outcome before, after;
  Position cause = 0;  // the latest change seen; 0: the day moved
};

// Stored outcomes: the table `outcome` of the data folder's database.
class OutcomeStore {
 public:
  static base::Result<void> create_tables(journal::Database& database);

  struct State {
    Position position = 0;
    base::Date day;
    std::string hash;  // Programs::hash()
  };
  static base::Result<std::optional<State>> state(journal::Database& database);
  static base::Result<void> set_state(journal::Database& database, const State& state);
  static base::Result<void> clear(journal::Database& database);
  static base::Result<void> put(journal::Database& database, const Decision& decision, const Outcome& outcome);
  using Callback = std::function<void(std::uint32_t decision, Outcome&&)>;
  static base::Result<std::optional<Outcome>> find(journal::Database& database, const Decision& decision,
                                                   RecordId subject);
  // Strings, the common outcome, bare behind a quote; everything else as the FEEL literal that reads back.
  static std::string text_of(const feel::Value& value);
  static feel::Value value_of(std::string_view text);
  static base::Result<void> for_each(journal::Database& database, const Callback& callback);
};

}  // namespace yuanqu::population
