#pragma once
// Duties: what the zone owes, to whom, why and by when. A duty comes from a service item whose outcome fires; (item,
// subject, occurrence) is unique in the store, so it exists once however often evaluation runs or the process dies.
// Transition, duty and the evaluator's place are written in one transaction (OutcomeListener).
//
// States: planned (found when the zone went live or a pack was published: nothing is sent or opened until an officer
// releases it), due, taken, done, withdrawn (with reason), expired. Every move is kept with who, when and why. Safe
// from every thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "duty/services.hpp"
#include "journal/journal.hpp"
#include "population/population.hpp"
#include "register/viewer.hpp"

namespace yuanqu::duty {

using journal::FileId;
using journal::RecordId;

enum class State : std::uint8_t { Planned = 1, Due = 2, Taken = 3, Done = 4, Withdrawn = 5, Expired = 6 };
std::string_view name_of(State state);
std::optional<State> state_of(std::string_view name);
inline bool is_open(State state) { return state == State::Planned || state == State::Due || state == State::Taken; }

struct Shown {  // a fact on the card
  std::string label;
  std::string value;
};

struct Duty {
  std::int64_t id = 0;
  const ServiceItem* item = nullptr;
  RecordId subject = 0;
  FileId file = 0;
  std::string occurrence;
  State state = State::Due;
  base::Date created_on;
  std::optional<base::Date> due_on, expires_on;
  Label title, why;
  std::string outcome;   // FEEL literal of the outcome that made it
  std::string rules;     // that matched
  std::string model;     // model and decision version
  std::string evidence;  // JSON: facts used with source and dates
  std::vector<Shown> shown;
  std::int64_t taken_by = 0;
  std::int64_t case_id = 0;
  Label reason;  // of the last move
  std::int64_t moved_at_ms = 0;
};

struct Move {
  State state = State::Due;
  base::Date day;
  std::int64_t at_ms = 0;
  std::int64_t actor = 0;
  Label reason;
};

struct Query {
  std::vector<State> states;  // empty: open ones
  const ServiceItem* item = nullptr;
  RecordId subject = 0;
  FileId file = 0;
  std::optional<base::Date> due_from, due_to;  // both included
  std::int64_t taken_by = 0;
  bool newest_first = false;  // else by due day, those without at the end
  std::size_t offset = 0, limit = 50;
};

struct Page {
  std::vector<Duty> duties;
  std::size_t total = 0;
};

struct DueCount {  // for calendars
  std::optional<base::Date> day;
  std::uint32_t item = 0;
  std::size_t count = 0;
};

class Duties final : public journal::Participant, public population::OutcomeListener {
 public:
  // Deadlines in working days are counted by the population's calendar.
  Duties(journal::Journal& journal, std::shared_ptr<const Services> services);
  void attach(population::Population& population) { population_ = &population; }

  // Called in the transaction when a duty becomes due: sends its message, queues its case. Errors refuse the whole
  // step.
  using Handler = std::function<base::Result<void>(journal::Transaction&, const Duty&, base::Date day)>;
  void on_due(Handler handler) { on_due_ = std::move(handler); }
  // Called in the transaction that moved the day an open duty is due on; `duty` has the new day.
  using MovedHandler = std::function<base::Result<void>(journal::Transaction&, const Duty& duty,
                                                        std::optional<base::Date> before, base::Date day)>;
  void on_due_moved(MovedHandler handler) { on_due_moved_ = std::move(handler); }

  // What a viewer may know of: duties of own files, or of kinds the viewer may see everywhere.
  base::Result<Page> list(const register_::Viewer& viewer, const Query& query);
  base::Result<Duty> find(const register_::Viewer& viewer, std::int64_t id);
  base::Result<std::vector<Move>> moves(std::int64_t id);
  base::Result<std::vector<DueCount>> due_counts(base::Date from, base::Date to);

  // Moves by people. Conflict when the state does not allow it; Forbidden when the viewer holds neither the item's post
  // nor (for duties of a file) the file.
  base::Result<Duty> take(const register_::Viewer& viewer, std::int64_t id);
  base::Result<Duty> withdraw(const register_::Viewer& viewer, std::int64_t id, const std::string& reason);
  base::Result<Duty> release(const register_::Viewer& viewer, std::int64_t id);  // planned → due
  base::Result<Duty> finish(const register_::Viewer& viewer, std::int64_t id, const std::string& reason);

  // Moves by the house, inside its transaction.
  // Every duty somebody has taken goes to the successor; answers how many.
  base::Result<std::int64_t> hand_over(journal::Transaction& transaction, std::int64_t from, std::int64_t to);
  base::Result<void> set_case(journal::Transaction& transaction, std::int64_t id, std::int64_t case_id);
  base::Result<void> set_done(journal::Transaction& transaction, std::int64_t id, const Label& reason);
  // Duties whose last sensible day has passed expire; once for each day the zone's day moves to.
  base::Result<void> advance(base::Date day);
  // Works out anew until when open duties are due whose day rests on working days: after a calendar was announced or
  // amended and the population has caught up with it. Answers how many moved. A second call moves none.
  base::Result<std::size_t> recount();

  const Services& services() const { return *services_; }

  // journal::Participant
  std::string_view name() const override { return "duty"; }
  base::Result<void> create_tables(journal::Database& database) override;
  base::Result<void> apply(journal::Transaction& transaction, std::span<const journal::StoredChange> changes) override;
  // population::OutcomeListener
  base::Result<void> on_transitions(journal::Transaction& transaction,
                                    std::span<const population::Transition> transitions, base::Date day,
                                    bool baseline) override;

 private:
  base::Result<void> consider(journal::Transaction& transaction, const ServiceItem& item,
                              const population::Transition& transition, base::Date day, bool baseline);
  base::Result<void> create(journal::Transaction& transaction, const ServiceItem& item,
                            const population::Transition& transition, const feel::ContextScope& names, base::Date day,
                            bool planned);
  base::Result<std::optional<base::Date>> due_of(const ServiceItem& item, const feel::ContextScope& names,
                                                 base::Date created_on) const;
  base::Result<std::optional<base::Date>> due_now(const Duty& duty, base::Date day);
  base::Result<void> move(journal::Transaction& transaction, std::int64_t id, State state, base::Date day,
                          std::int64_t actor, const Label& reason);
  base::Result<Duty> move_by(const register_::Viewer& viewer, std::int64_t id, std::vector<State> from, State to,
                             const Label& reason);
  base::Result<std::vector<Duty>> select(journal::Database& database, const std::string& where,
                                         std::span<const std::int64_t> numbers,
                                         std::span<const std::string> texts = {});
  bool may_act(const register_::Viewer& viewer, const Duty& duty) const;
  bool may_know(const register_::Viewer& viewer, const Duty& duty) const;

  journal::Journal& journal_;
  std::shared_ptr<const Services> services_;
  population::Population* population_ = nullptr;
  Handler on_due_;
  MovedHandler on_due_moved_;
};

}  // namespace yuanqu::duty
