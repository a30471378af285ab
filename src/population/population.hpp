#pragma once
// Population: every record of the zone in memory and every decision on it. It hears of changes by journal position and
// of the day by the register, evaluates again only what a change or a date can have touched, and hands transitions to
// listeners in the one transaction that also stores the outcomes and the evaluator's position: a restart resumes there,
// nothing fires twice.
//
// catch_up() brings it to the journal's position and the zone's day; it is called after a write, after the day moved
// and by the population's own thread. Days are passed one at a time, so that what is due on a day is found on that day
// even when the zone slept for a week. Safe from every thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feel/context_scope.hpp"
#include "population/assessor.hpp"
#include "population/column_image.hpp"
#include "population/outcome.hpp"
#include "register/register.hpp"

namespace yuanqu::population {

// How many records one who looks at many reads in one go: writers get in between.
inline constexpr std::size_t records_at_a_time = 256;

class OutcomeListener {
 public:
  virtual ~OutcomeListener() = default;
  // All transitions found for one day at once, in the transaction that stores them. `baseline`: the first load, or
  // packs were published; `before` then does not apply, and what fires on becoming stays silent. An error refuses the
  // whole step.
  virtual base::Result<void> on_transitions(journal::Transaction& transaction, std::span<const Transition> transitions,
                                            base::Date day, bool baseline) = 0;
};

struct Explanation {
  Outcome outcome;
  const Decision* decision = nullptr;
  const DecisionVersion* version = nullptr;
  feel::Value details;
  Detail detail;
};

struct OutcomeFilter {
  const Decision* decision = nullptr;
  std::string value;  // code or FEEL literal; "unknown": null; "none": does not apply
};

struct ListQuery {
  const Kind* kind = nullptr;
  std::string filter;  // FEEL over the kind's fields; empty: all
  std::string words;   // every word must occur in a searched field or the title
  std::vector<OutcomeFilter> outcomes;
  const Field* sort = nullptr;  // nullptr: newest first
  const Decision* sort_outcome = nullptr;
  bool descending = false;
  bool closed = false;  // closed records too
  std::size_t offset = 0;
  std::size_t limit = 50;
};

struct ListAnswer {
  std::vector<RecordId> records;
  std::size_t total = 0;
};

struct OutcomeCount {
  std::string value;  // code, or FEEL literal; "unknown" for null
  std::size_t count = 0;
};

struct Coming {  // an outcome that will differ
  const Decision* decision = nullptr;
  Outcome outcome;
  FileId file = 0;
};

struct Figures {
  std::size_t records = 0, decisions = 0, outcomes = 0;
  std::uint64_t evaluations = 0;  // by the reference evaluator, since start
  std::vector<std::pair<const Decision*, std::uint64_t>>
      asked;                                      // records each decision was asked for again, since start
  std::size_t fact_bytes = 0, outcome_bytes = 0;  // columns, ids and links; outcomes
  Position position = 0;
};

class Population {
 public:
  static base::Result<std::unique_ptr<Population>> open(register_::Register& records,
                                                        std::shared_ptr<const Programs> programs);
  ~Population();

  // Another population beside the zone's: as of a valid day and what was known by a position, for reading alone.
  // Nothing of it is stored and nothing follows from it. `progress` hears the part done and answers false to stop.
  static base::Result<std::unique_ptr<Population>> as_of(register_::Register& records,
                                                         std::shared_ptr<const Programs> programs,
                                                         register_::AsOf as_of,
                                                         const std::function<bool(double part)>& progress);
  // One made for a day with all that is known takes what was recorded since.
  base::Result<void> follow_as_of();

  void add_listener(OutcomeListener& listener);  // before the first catch_up
  // Hears the part done of the first load, and of the one that follows other packs; before the first catch_up.
  void on_progress(std::function<void(double part)> progress);
  base::Result<void> catch_up();
  // Other rules from now on, with the same decisions under the same numbers: what the old ones leave open is settled
  // first, then everybody is asked again by the decisions whose versions or parameters differ. The working days in
  // force stay (use_calendar). `store` writes the rules down in the transaction that stores the outcomes; when it fails
  // nothing has changed.
  using Storing = std::function<base::Result<void>(journal::Transaction& transaction)>;
  base::Result<void> adopt(std::shared_ptr<const Programs> programs, const Storing& store);
  // Instead of catch_up, for a command that only reads: outcomes as of now in memory. Nothing is stored and no listener
  // hears, so what follows from changes is left to whoever keeps house.
  base::Result<void> bring_up_to_date_unstored();
  // Counts working days by another calendar from now on. What reads it is decided anew at the next catch_up(), and what
  // differs is a transition like any other: a calendar that is announced is no first load.
  void use_calendar(std::shared_ptr<const PublishedCalendar> calendar);
  std::shared_ptr<const PublishedCalendar> calendar() const;  // never null
  void start();  // follows the journal on a thread of its own; keeps a snapshot in the data folder
  // Writes the snapshot a restart begins with: records as columns, links, outcomes, where we stand. It is made again
  // from the records when packs changed or the file is damaged.
  base::Result<void> save_snapshot();
  void on_change(std::function<void(Position, base::Date)> listener);  // after each step that changed outcomes or facts

  base::Date today() const;
  Position position() const;
  Figures figures() const;
  const Programs& programs() const;  // stays valid, also when others take its place
  std::shared_ptr<const Programs> shared_programs() const;
  // Calls `look` with everything as it stands while nothing changes. Writers wait meanwhile: look at some hundred
  // records at a time.
  struct Image {
    const FactBase& facts;
    base::Date day;
    std::function<std::optional<Outcome>(const Decision&, RecordId)> outcome;  // nullopt: never concerned it
    const ColumnImage* columns = nullptr;  // the same facts, on columns->day(); nullptr: not made
  };
  void read(const std::function<void(const Image& image)>& look) const;
  std::vector<Outcome> outcomes(const Decision& decision) const;  // of everybody, by subject; without since
  const register_::Catalogue& catalogue() const;

  // Reads. Outcomes a viewer may see: the class of what the decision reads is the caller's matter (api asks the
  // register).
  std::optional<Outcome> outcome(const Decision& decision, RecordId subject);      // with since worked out
  std::vector<std::pair<const Decision*, Outcome>> outcomes_of(RecordId subject);  // in order of number, with since
  std::vector<OutcomeCount> count(const Decision& decision) const;
  std::vector<Coming> coming(base::Date from, base::Date to, const Decision* decision = nullptr) const;  // by day
  base::Result<Explanation> explain(const Decision& decision, RecordId subject, base::Date day);
  // What an expression over a subject needs: the subject as FEEL context with references and children, and its type.
  std::optional<feel::NamedValue> subject_value(RecordId subject, base::Date day) const;
  // A FEEL text over what `type` names of a kind as a program over the image's columns, for use inside read(). Waits
  // until nobody reads. The text's own error, or Unsupported where columns do not hold what it names.
  base::Result<std::shared_ptr<const columns::Program>> compile(const Kind& kind, const feel::TypePointer& type,
                                                                const std::string& text) const;
  base::Result<ListAnswer> list(const register_::Viewer& viewer, const ListQuery& query) const;
  // Plain values of one field over all records of a kind: makes figures (industry make-up …).
  void for_each_value(const Kind& kind, const Field& field,
                      const std::function<void(RecordId, const register_::Value&)>& callback) const;
  // A copy of one state, for reading outside the lock.
  std::optional<RecordState> state(RecordId record) const;

 private:
  Population();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::population
