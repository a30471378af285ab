#include "casework/rows.hpp"

#include <array>

#include "feel/expression.hpp"
#include "register/forgetting.hpp"

namespace yuanqu::casework {

std::string_view name_of(CaseState state) {
  switch (state) {
    case CaseState::Running: return "running";
    case CaseState::Waiting: return "waiting";
    case CaseState::Stopped: return "stopped";
    case CaseState::Completed: return "completed";
    case CaseState::Cancelled: return "cancelled";
  }
  return "stopped";
}

std::string_view name_of(TaskState state) {
  switch (state) {
    case TaskState::Open: return "open";
    case TaskState::Claimed: return "claimed";
    case TaskState::Done: return "done";
    case TaskState::Withdrawn: return "cancelled";
  }
  return "cancelled";
}

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::Step: return "step";
    case Purpose::Countersign: return "countersign";
    case Purpose::Correction: return "correction";
  }
  return "step";
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
    "state, opened_on, opened_at_ms, budget, due_on, due_provisional, closed_on, outcome_zh, outcome_en, version, "
    "extended, "
    "due_fixed, pause, category, parent, parent_token, applicant";
constexpr std::string_view task_columns =
    "id, case_id, token, element, label_zh, label_en, role, department, person, form, state, assignee, assignee_name, "
    "opened_on, "
    "opened_at_ms, due_on, closed_at_ms, closed_by, given, answers, comment, budget, due_provisional, purpose, parent, "
    "asked, "
    "asked_by, applicant";

std::optional<base::Date> day_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return base::Date::from_days(row.integer(column));
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
  made.extended_working_days = static_cast<int>(row.integer(24));
  made.due_fixed = row.integer(25) != 0;
  made.pause = row.text(26);
  made.category = row.text(27);
  made.parent = row.integer(28);
  made.parent_token = static_cast<std::uint64_t>(row.integer(29));
  made.applicant = row.integer(30) != 0;
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
  task.budget_working_days = static_cast<int>(row.integer(21));
  task.due_provisional = row.integer(22) != 0;
  task.purpose = static_cast<Purpose>(row.integer(23));
  task.parent = row.integer(24);
  task.asked = row.text(25);
  task.asked_by = row.text(26);
  task.applicant = row.integer(27) != 0;
  return task;
}

}  // namespace

std::string literal(const feel::Value& value) { return value.is_null() ? std::string() : feel::to_literal(value); }

Result<feel::Value> value_of(const std::string& text) {
  if (text.empty()) return feel::Value();
  return feel::evaluate_text(text);
}

Result<void> create(Database& database) {
  auto created = database.execute(R"(
    CREATE TABLE IF NOT EXISTS casework_case(
      id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, procedure TEXT NOT NULL, procedure_version TEXT NOT NULL,
      procedure_hash TEXT NOT NULL, label_zh TEXT NOT NULL, label_en TEXT NOT NULL, service TEXT NOT NULL, duty INTEGER NOT NULL,
      origin TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, subject INTEGER NOT NULL, file INTEGER NOT NULL, title TEXT NOT NULL,
      state INTEGER NOT NULL, opened_on INTEGER NOT NULL, opened_at_ms INTEGER NOT NULL, budget INTEGER NOT NULL, due_on INTEGER,
      due_provisional INTEGER NOT NULL, closed_on INTEGER, outcome_zh TEXT NOT NULL, outcome_en TEXT NOT NULL, version INTEGER NOT NULL,
      extended INTEGER NOT NULL DEFAULT 0, due_fixed INTEGER NOT NULL DEFAULT 0, pause TEXT NOT NULL DEFAULT '',
      category TEXT NOT NULL DEFAULT '', parent INTEGER NOT NULL DEFAULT 0, parent_token INTEGER NOT NULL DEFAULT 0,
      applicant INTEGER NOT NULL DEFAULT 0, calendar TEXT NOT NULL DEFAULT '',
      tokens TEXT NOT NULL, variables TEXT NOT NULL, visited TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS casework_case_by_file ON casework_case(file, id);
    CREATE INDEX IF NOT EXISTS casework_case_by_subject ON casework_case(subject, id);
    CREATE INDEX IF NOT EXISTS casework_case_by_state ON casework_case(state, id);
    -- An index that leaves rows out is used only by a question that leaves them out in so many words.
    CREATE INDEX IF NOT EXISTS casework_case_by_duty ON casework_case(duty) WHERE duty <> 0;
    CREATE TABLE IF NOT EXISTS casework_task(
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, token INTEGER NOT NULL, element TEXT NOT NULL, label_zh TEXT NOT NULL,
      label_en TEXT NOT NULL, role TEXT NOT NULL, department TEXT NOT NULL, person TEXT NOT NULL, form TEXT NOT NULL,
      state INTEGER NOT NULL, assignee INTEGER NOT NULL, assignee_name TEXT NOT NULL, opened_on INTEGER NOT NULL,
      opened_at_ms INTEGER NOT NULL, due_on INTEGER, closed_at_ms INTEGER NOT NULL, closed_by INTEGER NOT NULL, given TEXT NOT NULL,
      answers TEXT NOT NULL, comment TEXT NOT NULL, file INTEGER NOT NULL, awaits_kind INTEGER NOT NULL, awaits_when TEXT NOT NULL,
      budget INTEGER NOT NULL DEFAULT 0, due_provisional INTEGER NOT NULL DEFAULT 0, purpose INTEGER NOT NULL DEFAULT 0,
      parent INTEGER NOT NULL DEFAULT 0, asked TEXT NOT NULL DEFAULT '', asked_by TEXT NOT NULL DEFAULT '',
      applicant INTEGER NOT NULL DEFAULT 0,
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
    CREATE TABLE IF NOT EXISTS casework_wait(case_id INTEGER NOT NULL, token INTEGER NOT NULL, kind INTEGER NOT NULL,
      name TEXT NOT NULL, file INTEGER NOT NULL, PRIMARY KEY(case_id, token)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS casework_wait_by_name ON casework_wait(kind, name, file);
    CREATE TABLE IF NOT EXISTS casework_ledger(case_id INTEGER NOT NULL, number INTEGER NOT NULL, token INTEGER NOT NULL,
      reason TEXT NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER, days INTEGER NOT NULL, actor_name TEXT NOT NULL,
      note TEXT NOT NULL, PRIMARY KEY(case_id, number)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS casework_rung(case_id INTEGER NOT NULL, task INTEGER NOT NULL, before INTEGER NOT NULL,
      recipient TEXT NOT NULL, fires_on INTEGER, fired_on INTEGER, PRIMARY KEY(case_id, task, before, recipient)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS casework_rung_waiting ON casework_rung(fires_on) WHERE fired_on IS NULL AND fires_on IS NOT NULL;
    CREATE TABLE IF NOT EXISTS casework_material(case_id INTEGER NOT NULL, number INTEGER NOT NULL, task INTEGER NOT NULL,
      hash TEXT NOT NULL, size INTEGER NOT NULL, format TEXT NOT NULL, name TEXT NOT NULL, actor_name TEXT NOT NULL,
      day INTEGER NOT NULL, PRIMARY KEY(case_id, number)) WITHOUT ROWID;
    DROP TABLE IF EXISTS casework_leave;
  )");
  if (!created) return created;
  // Folders written before these columns were thought of.
  for (const auto& [table, columns] :
       {std::pair<std::string, std::vector<std::string>>{
            "casework_case",
            {"extended INTEGER NOT NULL DEFAULT 0", "due_fixed INTEGER NOT NULL DEFAULT 0",
             "pause TEXT NOT NULL DEFAULT ''", "category TEXT NOT NULL DEFAULT ''", "parent INTEGER NOT NULL DEFAULT 0",
             "parent_token INTEGER NOT NULL DEFAULT 0", "applicant INTEGER NOT NULL DEFAULT 0",
             "calendar TEXT NOT NULL DEFAULT ''"}},
        {"casework_task",
         {"budget INTEGER NOT NULL DEFAULT 0", "due_provisional INTEGER NOT NULL DEFAULT 0",
          "purpose INTEGER NOT NULL DEFAULT 0", "parent INTEGER NOT NULL DEFAULT 0", "asked TEXT NOT NULL DEFAULT ''",
          "asked_by TEXT NOT NULL DEFAULT ''", "applicant INTEGER NOT NULL DEFAULT 0"}}}) {
    for (const std::string& column : columns) {
      const std::string name = column.substr(0, column.find(' '));
      auto known =
          database.integer("SELECT count(*) FROM pragma_table_info('" + table + "') WHERE name = '" + name + "'");
      if (!known) return tl::unexpected(known.error());
      if (known->value_or(0) != 0) continue;
      if (auto added = database.execute("ALTER TABLE " + table + " ADD COLUMN " + column); !added) return added;
    }
  }
  auto indexed = database.execute(R"(
    CREATE INDEX IF NOT EXISTS casework_case_by_category ON casework_case(category, state, id) WHERE category <> '';
    CREATE INDEX IF NOT EXISTS casework_case_by_parent ON casework_case(parent, parent_token) WHERE parent <> 0;
    CREATE INDEX IF NOT EXISTS casework_task_mine ON casework_task(assignee, due_on, id) WHERE state = 2;
    CREATE INDEX IF NOT EXISTS casework_task_side ON casework_task(parent) WHERE parent <> 0;
  )");
  if (!indexed) return indexed;
  for (const auto& [table, texts, literals, evidence] : {
           std::array{"casework_case", "title, outcome_zh, outcome_en", "variables", ""},
           std::array{"casework_task", "label_zh, label_en, comment, asked", "given, answers", ""},
           std::array{"casework_event", "zh, en, reason", "", "evidence"},
           std::array{"casework_job", "", "payload", ""},
           std::array{"casework_ledger", "reason, note", "", ""},
           std::array{"casework_material", "name", "", ""},
       }) {
    const std::string of_case =
        table == std::string_view("casework_case")
            ? "nullif(file, 0)"
            : "SELECT c.file FROM casework_case c WHERE c.id = " + std::string(table) + ".case_id";
    auto declared = register_::declare_copies(
        database, {.table = table, .file = of_case, .texts = texts, .literals = literals, .evidence = evidence});
    if (!declared) return declared;
  }
  return {};
}

Result<std::optional<StoredCase>> load_case(Database& database, std::int64_t id) {
  auto query = database.prepare("SELECT " + std::string(case_columns) +
                                ", tokens, variables, visited FROM casework_case WHERE id = ?");
  if (!query) return tl::unexpected(query.error());
  auto row = query->bind_all(id).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<StoredCase>{};
  return std::optional<StoredCase>(StoredCase{case_of(*query), std::string(query->text(31)),
                                              std::string(query->text(32)), std::string(query->text(33))});
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
  return run(
      database,
      "INSERT INTO casework_case(" + std::string(case_columns) +
          ", tokens, variables, visited) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      made.id, made.number, made.procedure, made.procedure_version, made.procedure_hash, made.labels.zh, made.labels.en,
      made.service, made.duty, made.origin, made.kind, made.subject, made.file, made.title,
      static_cast<int>(made.state), made.opened_on.days(), made.opened_at_ms, made.budget_working_days,
      days_of(made.due_on), made.due_provisional, days_of(made.closed_on), made.outcome.zh, made.outcome.en,
      made.version, made.extended_working_days, made.due_fixed, made.pause, made.category, made.parent,
      static_cast<std::int64_t>(made.parent_token), made.applicant, stored.tokens, stored.variables, stored.visited);
}

Result<std::vector<Task>> tasks_of_token(Database& database, std::int64_t case_id, std::uint64_t token) {
  return select_tasks(
      database, journal::Condition().add("case_id = ?", case_id).add("token = ?", static_cast<std::int64_t>(token)));
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

Result<std::vector<Material>> materials_of(Database& database, std::int64_t case_id) {
  auto query = database.prepare(
      "SELECT number, task, hash, size, format, name, actor_name, day FROM casework_material WHERE case_id = ? ORDER "
      "BY "
      "number");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(case_id);
  std::vector<Material> materials;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return materials;
    materials.push_back({query->integer(0), query->integer(1), std::string(query->text(2)),
                         static_cast<std::uint64_t>(query->integer(3)), std::string(query->text(4)),
                         std::string(query->text(5)), std::string(query->text(6)),
                         base::Date::from_days(query->integer(7))});
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

}  // namespace rows
}  // namespace yuanqu::casework
