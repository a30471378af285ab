#pragma once
// Assessor: evaluates a decision for one record on a day with the facts of that day, by the reference engine. One for
// each thread.

#include <functional>
#include <memory>
#include <unordered_map>

#include "population/programs.hpp"

namespace yuanqu::population {

// How far until() looks: so many days on which something could change, and so many years.
inline constexpr int horizon_steps_max = 400;
inline constexpr int years_ahead_max = 10;

struct Detail {  // what an explanation or evidence needs; gathering it costs
  std::vector<FactUsed> facts;
  dmn::Trace trace;
  std::vector<feel::Suppressed> failures;
};

struct Assessment {
  bool applies = false;  // false: the record is closed or not concerned, and there is no outcome
  feel::Value value;     // the outcome
  feel::Value details;   // the whole result of the decision
  std::string rules;     // "table: 3; table: 1, 2": the rules that matched, from 1
  const DecisionVersion* version = nullptr;
  std::optional<base::Date> horizon;  // first later day on which any of this could differ by itself
};

// Equal outcomes: both without, or the same FEEL value.
bool same_outcome(const Assessment& a, const Assessment& b);

class Assessor {
 public:
  explicit Assessor(std::shared_ptr<const Programs> programs) : programs_(std::move(programs)) {}
  void adopt(std::shared_ptr<const Programs> programs);  // from now on by these

  Assessment assess(const DecisionProgram& program, const FactBase& facts, const RecordState& subject, base::Date day,
                    Detail* detail = nullptr);

  // The first later day on which the outcome differs from `now` given all that is recorded, up to ten years ahead;
  // `look_again` is the day up to which that was established when the search was cut short, else equal to the answer.
  std::optional<base::Date> until(const DecisionProgram& program, const FactBase& facts, const RecordState& subject,
                                  const Assessment& now, base::Date day, std::optional<base::Date>& look_again);
  // The valid day since which the outcome has been what it is on `day`, given all that is recorded; nullopt when it was
  // so on the first day anything is recorded of the subject.
  std::optional<base::Date> since(const DecisionProgram& program, const FactBase& facts, const RecordState& subject,
                                  const Assessment& now, base::Date day);

 private:
  // The day, if any, before which a date is as good as the one given.
  using Boundary = std::function<std::optional<base::Date>(base::Date)>;
  // Lowers `built` to the first later day on which the text's value could differ; with a boundary, on which a date it
  // gives reaches it.
  feel::Value evaluate_text(const SubjectText& text, const FactBase& facts, const RecordState& subject, base::Date day,
                            Built& built, const Boundary& boundary = nullptr);
  dmn::Evaluator& evaluator_of(const VersionProgram& program, bool detailed);

  std::shared_ptr<const Programs> programs_;
  feel::Evaluation evaluation_;
  std::unordered_map<const VersionProgram*, std::unique_ptr<dmn::Evaluator>> plain_, detailed_;
};

}  // namespace yuanqu::population
