#include "casework/rows.hpp"

#include "feel/expression.hpp"

namespace yuanqu::casework {

std::string_view name_of(CaseState state) {
  switch (state) {
    case CaseState::Running:
      return "running";
    case CaseState::Waiting:
      return "waiting";
    case CaseState::Stopped:
      return "stopped";
    case CaseState::Completed:
      return "completed";
    case CaseState::Cancelled:
      return "cancelled";
  }
  return "stopped";
}

std::string_view name_of(TaskState state) {
  switch (state) {
    case TaskState::Open:
      return "open";
    case TaskState::Claimed:
      return "claimed";
    case TaskState::Done:
      return "done";
    case TaskState::Withdrawn:
      return "cancelled";
  }
  return "cancelled";
}

namespace rows {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Statement;

constexpr std::string_view case_columns =
    "id, number, procedure, procedure_version, procedure_hash, label_zh, label_en, service, duty, origin, kind, "
    "subject, file, title, "
    "state, opened_on, opened_at_ms, budget, due_on, due_provisional, closed_on, outcome_zh, outcome_en, version";
constexpr std::string_view task_columns =
    "id, case_id, token, element, label_zh, label_en, role, department, person, form, state, assignee, assignee_name, "
    "opened_on, "
    "opened_at_ms, due_on, closed_at_ms, closed_by, given, answers, comment";

std::optional<base::Date> day_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return base::Date::from_days(row.integer(column));
}

std::optional<std::int64_t> days_of(const std::optional<base::Date>& day) {
  if (!day) return std::nullopt;
  return day->days();
}

Case case_of(const Statement& row) {
  Case made;
  made.id = row.integer(0);
  made.number = row.text(1);
  made.procedure = row.text(2);
  made.procedure_version = row.text(3);
  made.procedure_hash = row.text(4);
  made.labels = {std::string(row.text(5)), std::string(row.text(6))};
  made.service = row.text(7);
  made.duty = row.integer(8);
  made.origin = row.text(9);
  made.kind = static_cast<std::uint32_t>(row.integer(10));
  made.subject = row.integer(11);
  made.file = row.integer(12);
  made.title = row.text(13);
  made.state = static_cast<CaseState>(row.integer(14));
  made.opened_on = base::Date::from_days(row.integer(15));
  made.opened_at_ms = row.integer(16);
  made.budget_working_days = static_cast<int>(row.integer(17));
  made.due_on = day_at(row, 18);
  made.due_provisional = row.integer(19) != 0;
  made.closed_on = day_at(row, 20);
  made.outcome = {std::string(row.text(21)), std::string(row.text(22))};
  made.version = row.integer(23);
  return made;
}

feel::Value value_or_null(std::string_view text) {
  if (text.empty()) return {};
  auto value = value_of(std::string(text));
  return value ? *value : feel::Value();
}

Task task_of(const Statement& row) {
  Task task;
  task.id = row.integer(0);
  task.case_id = row.integer(1);
  task.token = static_cast<std::uint64_t>(row.integer(2));
  task.element = row.text(3);
  task.labels = {std::string(row.text(4)), std::string(row.text(5))};
  task.role = row.text(6);
  task.department = row.text(7);
  task.person = row.text(8);
  task.form = row.text(9);
  task.state = static_cast<TaskState>(row.integer(10));
  task.assignee = row.integer(11);
  task.assignee_name = row.text(12);
  task.opened_on = base::Date::from_days(row.integer(13));
  task.opened_at_ms = row.integer(14);
  task.due_on = day_at(row, 15);
  task.closed_at_ms = row.integer(16);
  task.closed_by = row.integer(17);
  task.given = value_or_null(row.text(18));
  task.values = value_or_null(row.text(19));
  task.comment = row.text(20);
  return task;
}

template <class... Values>
Result<void> run(Database& database, std::string_view sql, const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return statement->bind_all(values...).run();
}

Result<void> write_tasks(Transaction& transaction, const Case& current, const Plan& plan,
                         const register_::Catalogue& catalogue) {
  for (const PlannedTask& planned : plan.tasks) {
    const Task& task = planned.task;
    const register_::Kind* awaited = planned.awaits_kind.empty() ? nullptr : catalogue.kind(planned.awaits_kind);
    auto stored = run(transaction.database(),
                      "INSERT INTO casework_task(id, case_id, token, element, label_zh, label_en, role, department, "
                      "person, form, state, "
                      "assignee, assignee_name, opened_on, opened_at_ms, due_on, closed_at_ms, closed_by, given, "
                      "answers, comment, file, "
                      "awaits_kind, awaits_when) VALUES(?,?,?,?,?,?,?,?,?,?,1,0,'',?,?,?,0,0,?,'','',?,?,?)",
                      transaction.new_id(), current.id, static_cast<std::int64_t>(task.token), task.element,
                      task.labels.zh, task.labels.en, task.role, task.department, task.person, task.form,
                      task.opened_on.days(), transaction.recorded_at_ms(), days_of(task.due_on), literal(task.given),
                      current.file, awaited == nullptr ? 0u : awaited->number, planned.awaits_when);
    if (!stored) return stored;
  }
  return {};
}

Result<void> write_waits(Transaction& transaction, const Case& current, const Plan& plan, base::Date day) {
  for (const PlannedTimer& timer : plan.timers) {
    const bool due = timer.due <= day;
    auto stored =
        run(transaction.database(), "INSERT INTO casework_timer(case_id, token, due_on, state) VALUES(?,?,?,?)",
            current.id, static_cast<std::int64_t>(timer.token), timer.due.days(), due ? 2 : 1);
    if (!stored) return stored;
    if (due) {
      if (auto added = add_job(transaction, {.case_id = current.id, .token = timer.token, .kind = JobKind::Timer});
          !added)
        return added;
    }
  }
  for (std::uint64_t token : plan.jobs) {
    if (auto added = add_job(transaction, {.case_id = current.id, .token = token, .kind = JobKind::Perform}); !added)
      return added;
  }
  for (std::uint64_t token : plan.withdrawn) {
    const auto number = static_cast<std::int64_t>(token);
    if (auto closed = close_task(transaction, current.id, token, TaskState::Withdrawn, 0, "", "", ""); !closed) {
      return tl::unexpected(closed.error());
    }
    for (std::string_view sql : {"UPDATE casework_timer SET state = 3 WHERE case_id = ? AND token = ? AND state = 1",
                                 "DELETE FROM casework_job WHERE case_id = ? AND token = ?"}) {
      if (auto done = run(transaction.database(), sql, current.id, number); !done) return done;
    }
  }
  return {};
}

}  // namespace

std::string literal(const feel::Value& value) { return value.is_null() ? std::string() : feel::to_literal(value); }

Result<feel::Value> value_of(const std::string& text) {
  if (text.empty()) return feel::Value();
  return feel::evaluate_text(text);
}

Result<void> create(Database& database) {
  return database.execute(R"(
    CREATE TABLE IF NOT EXISTS casework_case(
      id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, procedure TEXT NOT NULL, procedure_version TEXT NOT NULL,
      procedure_hash TEXT NOT NULL, label_zh TEXT NOT NULL, label_en TEXT NOT NULL, service TEXT NOT NULL, duty INTEGER NOT NULL,
      origin TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, subject INTEGER NOT NULL, file INTEGER NOT NULL, title TEXT NOT NULL,
      state INTEGER NOT NULL, opened_on INTEGER NOT NULL, opened_at_ms INTEGER NOT NULL, budget INTEGER NOT NULL, due_on INTEGER,
      due_provisional INTEGER NOT NULL, closed_on INTEGER, outcome_zh TEXT NOT NULL, outcome_en TEXT NOT NULL, version INTEGER NOT NULL,
      tokens TEXT NOT NULL, variables TEXT NOT NULL, visited TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS casework_case_by_file ON casework_case(file, id);
    CREATE INDEX IF NOT EXISTS casework_case_by_subject ON casework_case(subject, id);
    CREATE INDEX IF NOT EXISTS casework_case_by_state ON casework_case(state, id);
    CREATE INDEX IF NOT EXISTS casework_case_by_duty ON casework_case(duty) WHERE duty <> 0;
    CREATE TABLE IF NOT EXISTS casework_task(
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, token INTEGER NOT NULL, element TEXT NOT NULL, label_zh TEXT NOT NULL,
      label_en TEXT NOT NULL, role TEXT NOT NULL, department TEXT NOT NULL, person TEXT NOT NULL, form TEXT NOT NULL,
      state INTEGER NOT NULL, assignee INTEGER NOT NULL, assignee_name TEXT NOT NULL, opened_on INTEGER NOT NULL,
      opened_at_ms INTEGER NOT NULL, due_on INTEGER, closed_at_ms INTEGER NOT NULL, closed_by INTEGER NOT NULL, given TEXT NOT NULL,
      answers TEXT NOT NULL, comment TEXT NOT NULL, file INTEGER NOT NULL, awaits_kind INTEGER NOT NULL, awaits_when TEXT NOT NULL,
      UNIQUE(case_id, token));
    CREATE INDEX IF NOT EXISTS casework_task_open ON casework_task(role, due_on, id) WHERE state < 3;
    CREATE INDEX IF NOT EXISTS casework_task_awaiting ON casework_task(file, awaits_kind) WHERE state < 3 AND awaits_kind <> 0;
    CREATE TABLE IF NOT EXISTS casework_timer(case_id INTEGER NOT NULL, token INTEGER NOT NULL, due_on INTEGER NOT NULL,
      state INTEGER NOT NULL, PRIMARY KEY(case_id, token)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS casework_timer_waiting ON casework_timer(due_on, case_id, token) WHERE state = 1;
    CREATE TABLE IF NOT EXISTS casework_job(
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, token INTEGER NOT NULL, kind INTEGER NOT NULL, payload TEXT NOT NULL,
      attempts INTEGER NOT NULL, stamp INTEGER NOT NULL, stopped INTEGER NOT NULL, available_at_ms INTEGER NOT NULL,
      UNIQUE(case_id, token));
    CREATE INDEX IF NOT EXISTS casework_job_due ON casework_job(available_at_ms, id) WHERE stopped = 0;
    CREATE TABLE IF NOT EXISTS casework_event(
      case_id INTEGER NOT NULL, sequence INTEGER NOT NULL, at_ms INTEGER NOT NULL, day INTEGER NOT NULL, type TEXT NOT NULL,
      element TEXT NOT NULL, actor INTEGER NOT NULL, actor_name TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, reason TEXT NOT NULL,
      evidence TEXT NOT NULL, paper INTEGER NOT NULL, PRIMARY KEY(case_id, sequence)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS casework_number(year INTEGER PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS casework_procedure(hash TEXT PRIMARY KEY, place TEXT NOT NULL, pack TEXT NOT NULL, xml TEXT NOT NULL)
      WITHOUT ROWID;
  )");
}

Result<std::optional<StoredCase>> load_case(Database& database, std::int64_t id) {
  auto query = database.prepare("SELECT " + std::string(case_columns) +
                                ", tokens, variables, visited FROM casework_case WHERE id = ?");
  if (!query) return tl::unexpected(query.error());
  auto row = query->bind_all(id).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<StoredCase>{};
  return std::optional<StoredCase>(StoredCase{case_of(*query), std::string(query->text(24)),
                                              std::string(query->text(25)), std::string(query->text(26))});
}

Result<std::vector<Case>> select_cases(Database& database, const journal::Condition& where, const std::string& tail) {
  auto query = where.prepare(database, "SELECT " + std::string(case_columns) + " FROM casework_case", tail);
  if (!query) return tl::unexpected(query.error());
  std::vector<Case> cases;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return cases;
    cases.push_back(case_of(*query));
  }
}

Result<std::optional<Case>> find_case(Database& database, std::int64_t id) {
  auto found = select_cases(database, journal::Condition().add("id = ?", id));
  if (!found) return tl::unexpected(found.error());
  return found->empty() ? std::optional<Case>{} : std::optional<Case>(std::move(found->front()));
}

Result<void> insert_case(Database& database, const StoredCase& stored) {
  const Case& made = stored.summary;
  return run(database,
             "INSERT INTO casework_case(" + std::string(case_columns) +
                 ", tokens, variables, visited) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
             made.id, made.number, made.procedure, made.procedure_version, made.procedure_hash, made.labels.zh,
             made.labels.en, made.service, made.duty, made.origin, made.kind, made.subject, made.file, made.title,
             static_cast<int>(made.state), made.opened_on.days(), made.opened_at_ms, made.budget_working_days,
             days_of(made.due_on), made.due_provisional, days_of(made.closed_on), made.outcome.zh, made.outcome.en,
             made.version, stored.tokens, stored.variables, stored.visited);
}

Result<std::optional<Task>> find_task(Database& database, std::int64_t id) {
  auto found = select_tasks(database, journal::Condition().add("id = ?", id));
  if (!found) return tl::unexpected(found.error());
  return found->empty() ? std::optional<Task>{} : std::optional<Task>(std::move(found->front()));
}

Result<std::vector<Task>> select_tasks(Database& database, const journal::Condition& where, const std::string& tail) {
  auto query = where.prepare(database, "SELECT " + std::string(task_columns) + " FROM casework_task", tail);
  if (!query) return tl::unexpected(query.error());
  std::vector<Task> tasks;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return tasks;
    tasks.push_back(task_of(*query));
  }
}

Result<std::vector<Event>> events_of(Database& database, std::int64_t case_id) {
  auto query = database.prepare(
      "SELECT sequence, at_ms, day, type, element, actor, actor_name, zh, en, reason, evidence, paper FROM "
      "casework_event WHERE "
      "case_id = ? ORDER BY sequence");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(case_id);
  std::vector<Event> events;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return events;
    events.push_back(Event{query->integer(0), query->integer(1), base::Date::from_days(query->integer(2)),
                           std::string(query->text(3)), std::string(query->text(4)), query->integer(5),
                           std::string(query->text(6)), std::string(query->text(7)), std::string(query->text(8)),
                           std::string(query->text(9)), std::string(query->text(10)), query->integer(11)});
  }
}

Result<void> add_event(Transaction& transaction, std::int64_t case_id, const Event& event) {
  return run(transaction.database(),
             "INSERT INTO casework_event(case_id, sequence, at_ms, day, type, element, actor, actor_name, zh, en, "
             "reason, evidence, paper) "
             "SELECT ?1, coalesce(max(sequence), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM "
             "casework_event WHERE case_id = ?1",
             case_id, transaction.recorded_at_ms(), event.day.days(), event.type, event.element, event.actor,
             event.actor_name, event.zh, event.en, event.reason, event.evidence, event.paper);
}

Result<void> add_job(Transaction& transaction, const StoredJob& job, std::int64_t available_at_ms) {
  return run(transaction.database(),
             "INSERT INTO casework_job(id, case_id, token, kind, payload, attempts, stamp, stopped, available_at_ms) "
             "VALUES(?,?,?,?,?,0,0,0,?) ON CONFLICT(case_id, token) DO UPDATE SET stamp = stamp + 1",
             transaction.new_id(), job.case_id, static_cast<std::int64_t>(job.token), static_cast<int>(job.kind),
             job.payload, available_at_ms);
}

Result<std::vector<StoredJob>> due_jobs(Database& database, std::int64_t now_ms, std::size_t limit) {
  // The oldest job of each case only: the second could not be prepared before the first is written.
  auto query = database.prepare(
      "SELECT id, case_id, token, kind, payload, attempts, stamp FROM casework_job j WHERE stopped = 0 AND "
      "available_at_ms <= ?1 AND NOT "
      "EXISTS(SELECT 1 FROM casework_job e WHERE e.case_id = j.case_id AND e.stopped = 0 AND e.available_at_ms <= ?1 "
      "AND e.id < j.id) "
      "ORDER BY available_at_ms, id LIMIT ?2");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(now_ms, static_cast<std::int64_t>(limit));
  std::vector<StoredJob> jobs;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return jobs;
    jobs.push_back(StoredJob{query->integer(0), query->integer(1), static_cast<std::uint64_t>(query->integer(2)),
                             static_cast<JobKind>(query->integer(3)), std::string(query->text(4)),
                             static_cast<int>(query->integer(5)), query->integer(6)});
  }
}

Result<bool> take_job(Database& database, const StoredJob& job) {
  auto taken = run(database, "DELETE FROM casework_job WHERE id = ? AND stamp = ? AND stopped = 0", job.id, job.stamp);
  if (!taken) return tl::unexpected(taken.error());
  return database.changes() == 1;
}

Result<bool> close_task(Transaction& transaction, std::int64_t case_id, std::uint64_t token, TaskState state,
                        std::int64_t actor, const std::string& actor_name, const std::string& values,
                        const std::string& comment) {
  auto closed = run(transaction.database(),
                    "UPDATE casework_task SET state = ?, closed_at_ms = ?, closed_by = ?, answers = ?, comment = ?, "
                    "assignee = CASE WHEN assignee = 0 THEN ?3 ELSE assignee END, "
                    "assignee_name = CASE WHEN assignee = 0 THEN ?6 ELSE assignee_name END WHERE case_id = ?7 AND "
                    "token = ?8 AND state < 3",
                    static_cast<int>(state), transaction.recorded_at_ms(), actor, values, comment, actor_name, case_id,
                    static_cast<std::int64_t>(token));
  if (!closed) return tl::unexpected(closed.error());
  if (transaction.database().changes() != 1) return false;
  // A change this task waited for may have asked for a look; nobody waits any more.
  auto dropped = run(transaction.database(), "DELETE FROM casework_job WHERE case_id = ? AND token = ? AND kind = 5",
                     case_id, static_cast<std::int64_t>(token));
  if (!dropped) return tl::unexpected(dropped.error());
  return true;
}

Result<void> settle_state(Database& database, std::int64_t case_id) {
  return run(database,
             "UPDATE casework_case SET state = CASE WHEN EXISTS(SELECT 1 FROM casework_job WHERE case_id = ?1 AND "
             "stopped = 1) THEN 3 "
             "WHEN EXISTS(SELECT 1 FROM casework_job WHERE case_id = ?1 AND kind <> 5) THEN 1 ELSE 2 END WHERE id = ?1 "
             "AND state < 4",
             case_id);
}

Result<void> write_plan(Transaction& transaction, const Case& current, const Plan& plan, base::Date day,
                        const register_::Catalogue& catalogue) {
  Database& database = transaction.database();
  std::optional<std::int64_t> closed_on;
  const bool over = plan.finished || plan.state.phase == bpmn::Phase::Cancelled;
  if (over) closed_on = day.days();
  const CaseState state = plan.finished                                ? CaseState::Completed
                          : plan.state.phase == bpmn::Phase::Cancelled ? CaseState::Cancelled
                                                                       : CaseState::Running;
  auto updated = run(
      database,
      "UPDATE casework_case SET tokens = ?, variables = ?, visited = ?, title = ?, state = ?, closed_on = ?, "
      "outcome_zh = ?, outcome_en = ?, version = version + 1 WHERE id = ? AND version = ?",
      bpmn::write(plan.state), literal(plan.variables), plan.visited, plan.title, static_cast<int>(state), closed_on,
      over ? plan.outcome.zh : std::string(), over ? plan.outcome.en : std::string(), current.id, current.version);
  if (!updated) return updated;
  if (database.changes() != 1) {
    return fail(ErrorCode::Conflict, "这件办件刚被别处推进过，请刷新后再办。",
                "The case has just moved elsewhere; refresh and try again.");
  }
  if (auto done = write_tasks(transaction, current, plan, catalogue); !done) return done;
  if (auto done = write_waits(transaction, current, plan, day); !done) return done;
  for (const Event& event : plan.events) {
    if (auto done = add_event(transaction, current.id, event); !done) return done;
  }
  return settle_state(database, current.id);
}

}  // namespace rows
}  // namespace yuanqu::casework
