#pragma once
// Rows of casework's tables. Private to the room; each function works inside the transaction or snapshot it is given.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "casework/case.hpp"
#include "casework/plan.hpp"
#include "journal/condition.hpp"
#include "journal/journal.hpp"

namespace yuanqu::casework::rows {

using journal::Database;
using journal::Transaction;

// Prepares the statement, binds the values in their order and runs it to its end.
template <class... Values>
base::Result<void> run(Database& database, std::string_view sql, const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return statement->bind_all(values...).run();
}
// A day as rows keep it: days since 1970-01-01.
inline std::optional<std::int64_t> days_of(const std::optional<base::Date>& day) {
  if (!day) return std::nullopt;
  return day->days();
}

base::Result<void> create(Database& database);

// What is kept of a case beside its summary.
struct StoredCase {
  Case summary;
  std::string tokens;     // bpmn::write
  std::string variables;  // FEEL literal
  std::string visited;
};

enum class JobKind : std::uint8_t {
  Start = 1,
  Perform = 2,
  Move = 3,
  Timer = 4,
  Change = 5,
  Told = 6,    // a message or signal came; payload: its content
  Called = 7,  // the called case has ended; payload: its variables
  Failed = 8,  // the called case ended with an error; payload: its code
  Cancel = 9,  // the case that called this one does not want it any more
};
inline constexpr std::uint64_t cancel_token = std::uint64_t{1} << 62;  // no token: one job of a case has one key

// casework_task.awaits_kind: the kind whose change asks the task to look, 0 for none, this for several: then every
// change of an awaited kind in the file asks, and the task's own condition decides.
inline constexpr std::int64_t awaits_several = -1;

struct StoredJob {
  std::int64_t id = 0;
  std::int64_t case_id = 0;
  std::uint64_t token = 0;  // 0 for Start
  JobKind kind = JobKind::Perform;
  std::string payload{};  // Move: the result as a FEEL literal
  int attempts = 0;
  std::int64_t stamp = 0;  // raised when it was asked for again while waiting
};

base::Result<std::optional<StoredCase>> load_case(Database& database, std::int64_t id);
base::Result<std::vector<Case>> select_cases(Database& database, const journal::Condition& where,
                                             const std::string& tail = {});
base::Result<std::optional<Case>> find_case(Database& database, std::int64_t id);
base::Result<void> insert_case(Database& database, const StoredCase& stored);

base::Result<std::vector<Task>> select_tasks(Database& database, const journal::Condition& where,
                                             const std::string& tail = {});
// Those of one token: one, or none when no person was asked.
base::Result<std::vector<Task>> tasks_of_token(Database& database, std::int64_t case_id, std::uint64_t token);
base::Result<std::optional<Task>> find_task(Database& database, std::int64_t id);
base::Result<std::vector<Material>> materials_of(Database& database, std::int64_t case_id);
base::Result<std::vector<Event>> events_of(Database& database, std::int64_t case_id);
base::Result<void> add_event(Transaction& transaction, std::int64_t case_id, const Event& event);

base::Result<void> add_job(Transaction& transaction, const StoredJob& job, std::int64_t available_at_ms = 0);
base::Result<std::vector<StoredJob>> due_jobs(Database& database, std::int64_t now_ms, std::size_t limit);
// Whether the job is still there, waiting, with this stamp; removes it then.
base::Result<bool> take_job(Database& database, const StoredJob& job);

// Closes the open task of a token; answers false when there is none that is open.
base::Result<bool> close_task(Transaction& transaction, std::int64_t case_id, std::uint64_t token, TaskState state,
                              std::int64_t actor, const std::string& actor_name, const std::string& values,
                              const std::string& comment);

// Who works where, as rows need it.
struct Staff {
  const register_::Catalogue& catalogue;
  std::set<std::string, std::less<>> applicant_posts;  // of people who see their own files only
};

// Writes a plan: tokens, variables, tasks, timers, waits, jobs, events, state. The case must still have
// current.version, else Conflict. Dates of tasks are counted by refresh_clock.
base::Result<void> write_plan(Transaction& transaction, const Case& current, const Plan& plan, base::Date day,
                              const Staff& staff);
base::Result<std::int64_t> add_task(Transaction& transaction, const Case& current, const PlannedTask& planned,
                                    const Staff& staff);
// The case moved to another version: its marking, its open steps of people as they are put there, what it waits for.
// Who has a step in hand keeps it while it is the same people's; its due day stays. The case must still have
// current.version, else Conflict.
base::Result<void> write_version(Transaction& transaction, const Case& current, const Situation& moved,
                                 const std::vector<PlannedTask>& tasks, const Staff& staff);

// ---- clocks
struct Counting {
  const base::Calendar& calendar;
  const std::string& version;
  base::Date today;
};
base::Result<std::vector<LedgerLine>> ledger_of(Database& database, std::int64_t case_id);
base::Result<void> begin_pause(Transaction& transaction, std::int64_t case_id, std::uint64_t token,
                               const std::string& reason, base::Date day, const std::string& actor_name,
                               const std::string& note);
// Ends the open suspensions of a token, or of the reason when token is 0; answers how many.
base::Result<std::int64_t> end_pause(Transaction& transaction, std::int64_t case_id, std::uint64_t token,
                                     const std::string& reason, base::Date day);
base::Result<void> add_rungs(Transaction& transaction, std::int64_t case_id, std::int64_t task,
                             const std::vector<bpmn::Escalation>& rungs);
// Works out due days of the case, of its open tasks and of the rungs of both that have not fired. Answers whether the
// case's own due day or its being provisional changed.
base::Result<bool> refresh_clock(Transaction& transaction, std::int64_t case_id, const Counting& counting);
// Running, Waiting or Stopped by what the case waits for; final states stay.
base::Result<void> settle_state(Database& database, std::int64_t case_id);

std::string literal(const feel::Value& value);
base::Result<feel::Value> value_of(const std::string& literal);

}  // namespace yuanqu::casework::rows
