// Writing a step. See rows.hpp.
#include <algorithm>

#include "casework/rows.hpp"

namespace yuanqu::casework::rows {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

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
  for (const PlannedEvent& wait : plan.awaited) {
    auto stored =
        run(transaction.database(), "INSERT INTO casework_wait(case_id, token, kind, name, file) VALUES(?,?,?,?,?)",
            current.id, static_cast<std::int64_t>(wait.token), static_cast<int>(wait.kind), wait.name, current.file);
    if (!stored) return stored;
  }
  for (std::uint64_t token : plan.jobs) {
    if (auto added = add_job(transaction, {.case_id = current.id, .token = token, .kind = JobKind::Perform}); !added)
      return added;
  }
  return {};
}

Result<void> write_withdrawn(Transaction& transaction, const Case& current, const Plan& plan) {
  for (std::uint64_t token : plan.withdrawn) {
    const auto number = static_cast<std::int64_t>(token);
    if (auto closed = close_task(transaction, current.id, token, TaskState::Withdrawn, 0, "", "", ""); !closed) {
      return tl::unexpected(closed.error());
    }
    for (std::string_view sql : {"UPDATE casework_timer SET state = 3 WHERE case_id = ? AND token = ? AND state = 1",
                                 "DELETE FROM casework_wait WHERE case_id = ? AND token = ?",
                                 "DELETE FROM casework_job WHERE case_id = ? AND token = ?"}) {
      if (auto done = run(transaction.database(), sql, current.id, number); !done) return done;
    }
    // Cases it called are not wanted any more.
    auto called = transaction.database().prepare(
        "SELECT id FROM casework_case WHERE parent = ? AND parent <> 0 AND parent_token = ? AND state < 4");
    if (!called) return tl::unexpected(called.error());
    called->bind_all(current.id, number);
    std::vector<std::int64_t> children;
    while (true) {
      auto row = called->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      children.push_back(called->integer(0));
    }
    for (std::int64_t child : children) {
      if (auto added = add_job(transaction, {.case_id = child, .token = cancel_token, .kind = JobKind::Cancel}); !added)
        return added;
    }
  }
  return {};
}

std::int64_t awaited_kind(const PlannedTask& planned, const Staff& staff) {
  if (planned.awaits_kinds.size() != 1) return planned.awaits_kinds.empty() ? 0 : awaits_several;
  const register_::Kind* kind = staff.catalogue.kind(planned.awaits_kinds.front());
  return kind == nullptr ? 0 : kind->number;
}

Result<void> write_task_anew(Database& database, std::int64_t case_id, const PlannedTask& planned, const Staff& staff) {
  const Task& task = planned.task;
  const auto token = static_cast<std::int64_t>(task.token);
  auto freed = run(database,
                   "UPDATE casework_task SET assignee = 0, assignee_name = '', state = 1 WHERE case_id = ? AND token = "
                   "? AND state < 3 AND (role <> ? OR department <> ? OR person <> ?)",
                   case_id, token, task.role, task.department, task.person);
  if (!freed) return freed;
  return run(database,
             "UPDATE casework_task SET element = ?, label_zh = ?, label_en = ?, role = ?, department = ?, person = ?, "
             "form = ?, given = ?, awaits_kind = ?, awaits_when = ?, applicant = ? WHERE case_id = ? AND token = ? AND "
             "state < 3",
             task.element, task.labels.zh, task.labels.en, task.role, task.department, task.person, task.form,
             literal(task.given), awaited_kind(planned, staff), planned.awaits_when,
             staff.applicant_posts.contains(task.role), case_id, token);
}

}  // namespace

Result<std::int64_t> add_task(Transaction& transaction, const Case& current, const PlannedTask& planned,
                              const Staff& staff) {
  Task task = planned.task;
  Database& database = transaction.database();
  task.id = transaction.new_id();
  const std::int64_t awaited = awaited_kind(planned, staff);
  // A side task has no token of its own.
  const std::int64_t token = task.purpose == Purpose::Step ? static_cast<std::int64_t>(task.token) : -task.id;
  const bool applicant = task.purpose == Purpose::Correction || staff.applicant_posts.contains(task.role);
  auto stored =
      run(database,
          "INSERT INTO casework_task(id, case_id, token, element, label_zh, label_en, role, department, "
          "person, form, state, assignee, assignee_name, opened_on, opened_at_ms, closed_at_ms, closed_by, "
          "given, answers, comment, file, awaits_kind, awaits_when, budget, due_provisional, purpose, parent, "
          "asked, asked_by, applicant) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,0,?,?,'',?,?,?,?,0,?,?,?,?,?)",
          task.id, current.id, token, task.element, task.labels.zh, task.labels.en, task.role, task.department,
          task.person, task.form, task.assignee == 0 ? 1 : 2, task.assignee, task.assignee_name, task.opened_on.days(),
          transaction.recorded_at_ms(), literal(task.given), literal(task.values), current.file, awaited,
          planned.awaits_when, task.budget_working_days, static_cast<int>(task.purpose), task.parent, task.asked,
          task.asked_by, applicant);
  if (!stored) return tl::unexpected(stored.error());
  if (auto rungs = add_rungs(transaction, current.id, task.id, planned.escalations); !rungs)
    return tl::unexpected(rungs.error());
  if (!planned.pauses.empty()) {
    auto paused = begin_pause(transaction, current.id, task.token, planned.pauses, task.opened_on, {}, task.labels.zh);
    if (!paused) return tl::unexpected(paused.error());
  }
  return task.id;
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
  // A change this task waited for may have asked for a look; nobody waits any more. Neither does a side task.
  for (std::string_view sql : {"DELETE FROM casework_job WHERE case_id = ? AND token = ? AND kind = 5",
                               "UPDATE casework_task SET state = 4 WHERE parent = (SELECT id FROM casework_task WHERE "
                               "case_id = ? AND token = ?) "
                               "AND parent <> 0 AND state < 3"}) {
    auto dropped = run(transaction.database(), sql, case_id, static_cast<std::int64_t>(token));
    if (!dropped) return tl::unexpected(dropped.error());
  }
  return true;
}

Result<void> settle_state(Database& database, std::int64_t case_id) {
  return run(database,
             "UPDATE casework_case SET state = CASE WHEN EXISTS(SELECT 1 FROM casework_job WHERE case_id = ?1 AND "
             "stopped = 1) THEN 3 "
             "WHEN EXISTS(SELECT 1 FROM casework_job WHERE case_id = ?1 AND kind <> 5) THEN 1 ELSE 2 END, "
             "applicant = EXISTS(SELECT 1 FROM casework_task WHERE case_id = ?1 AND state < 3 AND applicant = 1) "
             "WHERE id = ?1 AND state < 4",
             case_id);
}

Result<void> write_plan(Transaction& transaction, const Case& current, const Plan& plan, base::Date day,
                        const Staff& staff) {
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
      "outcome_zh = ?, outcome_en = ?, version = version + 1, applicant = 0 WHERE id = ? AND version = ?",
      bpmn::write(plan.state), literal(plan.variables), plan.visited, plan.title, static_cast<int>(state), closed_on,
      over ? plan.outcome.zh : std::string(), over ? plan.outcome.en : std::string(), current.id, current.version);
  if (!updated) return updated;
  if (database.changes() != 1) {
    return fail(ErrorCode::Conflict, "这件办件刚被别处推进过，请刷新后再办。",
                "The case has just moved elsewhere; refresh and try again.");
  }
  if (auto done = write_withdrawn(transaction, current, plan); !done) return done;
  for (const PlannedTask& planned : plan.tasks) {
    if (auto added = add_task(transaction, current, planned, staff); !added) return tl::unexpected(added.error());
  }
  if (auto done = write_waits(transaction, current, plan, day); !done) return done;
  if (!current.pause.empty()) {
    // Whoever made the clock stand still is gone.
    std::string alive = "0";
    for (const bpmn::Token& token : plan.state.tokens) alive += "," + std::to_string(token.number);
    auto ended =
        run(database,
            "UPDATE casework_ledger SET to_day = ? WHERE case_id = ? AND to_day IS NULL AND days = 0 AND token "
            "NOT IN (" +
                alive + ")",
            day.days(), current.id);
    if (!ended) return ended;
  }
  for (const Event& event : plan.events) {
    if (auto done = add_event(transaction, current.id, event); !done) return done;
  }
  return over ? Result<void>{} : settle_state(database, current.id);
}

Result<void> write_version(Transaction& transaction, const Case& current, const Situation& moved,
                           const std::vector<PlannedTask>& tasks, const Staff& staff) {
  Database& database = transaction.database();
  const Procedure& procedure = *moved.procedure;
  auto kept = run(database, "INSERT OR IGNORE INTO casework_procedure(hash, place, pack, xml) VALUES(?,?,?,?)",
                  procedure.hash, procedure.place, procedure.pack, procedure.xml);
  if (!kept) return kept;
  auto updated = run(database,
                     "UPDATE casework_case SET tokens = ?, procedure_version = ?, procedure_hash = ?, label_zh = ?, "
                     "label_en = ?, version = version + 1 WHERE id = ? AND version = ?",
                     bpmn::write(moved.state), procedure.process.version, procedure.hash, procedure.process.labels.zh,
                     procedure.process.labels.en, current.id, current.version);
  if (!updated) return updated;
  if (database.changes() != 1) {
    return fail(ErrorCode::Conflict, "这件办件刚被推进过，请重新预览。", "The case has just moved; look again.");
  }
  for (const PlannedTask& task : tasks) {
    if (auto written = write_task_anew(database, current.id, task, staff); !written) return written;
  }
  for (const bpmn::Token& token : moved.state.tokens) {
    const bpmn::Node* node = procedure.process.find(token.node);
    if (node == nullptr || node->event_name.empty()) continue;
    auto renamed = run(database, "UPDATE casework_wait SET name = ? WHERE case_id = ? AND token = ?", node->event_name,
                       current.id, static_cast<std::int64_t>(token.number));
    if (!renamed) return renamed;
  }
  return {};
}

}  // namespace yuanqu::casework::rows
