#pragma once
// ColumnAssessor: decisions of the packs on many records at once, by programs over a ColumnImage. Its outcomes and
// their `until` are the Assessor's; a record it cannot answer for is left to that one, as is every decision that needs
// what columns do not hold. Not thread-safe; the image must not change while it works.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "population/assessor.hpp"
#include "population/column_image.hpp"

namespace yuanqu::population {

struct ColumnOutcome {
  bool answered = false;  // false: the Assessor must say
  bool applies = false;
  feel::Value value;
  bool until_known = false;                     // false: the Assessor must say until when
  std::optional<base::Date> until, look_again;  // as Assessor::until answers
};

// A decision, or a part of it, that is not worked out by vectors; for `yuanqu check`.
struct ByItself {
  std::string decision, model, text;  // `text` empty: the whole decision
  std::string zh, en;
};

class ColumnAssessor {
 public:
  // Columns hold facts as anybody may read them: a decision whose purpose narrows what its sources allow, or that reads
  // a kind some source owes on a schedule, is left to the Assessor (register/use.hpp).
  ColumnAssessor(std::shared_ptr<const Programs> programs, ColumnImage& image, const FactBase& facts)
      : programs_(std::move(programs)), image_(image), facts_(facts) {}
  void adopt(std::shared_ptr<const Programs> programs);  // from now on by these

  // Programs assess() found missing: a version with parameters nobody had before. They are compiled here, which writes
  // the image's texts: nobody may read it meanwhile. True when there were any; those rows were not answered, so ask
  // again.
  bool compile_wanted();
  // On the image's day, and reading alone. `subjects` are records of the decision's kind; one answer for each. With
  // `until` left out nothing is said of it.
  std::vector<ColumnOutcome> assess(const DecisionProgram& decision, std::span<const RecordId> subjects,
                                    bool until = true);
  // False when the decision is not compiled at all; `why` says the reason.
  bool can(const DecisionProgram& decision, base::Error* why = nullptr);
  std::vector<ByItself> by_itself(const DecisionProgram& decision);
  std::uint64_t rows_by_columns() const { return rows_; }

 private:
  struct Step {  // of one row on one day
    bool answered = false, applies = false;
    feel::Value value;
    std::int32_t horizon = INT32_MAX, facts_until = INT32_MAX;
  };
  bool reads_freely(const DecisionProgram& decision, base::Error* why) const;
  using Compiled = base::Result<std::unique_ptr<columns::Runner>>;
  std::vector<Step> evaluate(const DecisionProgram& decision, std::span<const std::int32_t> rows,
                             std::span<const std::int32_t> days);
  columns::Runner* text_program(const std::string& key, const Kind& kind, const std::string& text);
  // nullptr: not compiled yet, and asked for.
  Compiled* version_program(const DecisionProgram& decision, const VersionProgram& version, base::Date business_date,
                            bool may_compile);
  struct Wanted {
    const DecisionProgram* decision;
    const VersionProgram* version;
    base::Date business_date;
  };
  std::vector<Wanted> wanted_;

  std::shared_ptr<const Programs> programs_;
  ColumnImage& image_;
  const FactBase& facts_;
  std::map<std::string, Compiled> compiled_;
  std::uint64_t rows_ = 0;
};

}  // namespace yuanqu::population
