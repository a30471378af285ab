// Clocks as rows: the ledger, due days, rungs. See rows.hpp and deadline.hpp.
#include "casework/deadline.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework::rows {

using base::Result;

namespace {

// The day a rung falls on; nullopt while there is no due day.
std::optional<base::Date> rung_day(const base::Calendar& calendar, const std::optional<base::Date>& due, int before) {
  if (!due) return std::nullopt;
  auto day = before >= 0 ? calendar.working_day_before(*due, before) : calendar.working_day_after(*due, -before);
  if (!day) return std::nullopt;
  return day->date;
}

Result<void> place_rungs(Database& database, std::int64_t case_id, std::int64_t task,
                         const std::optional<base::Date>& due, const Counting& counting) {
  auto waiting =
      database.prepare("SELECT DISTINCT before FROM casework_rung WHERE case_id = ? AND task = ? AND fired_on IS NULL");
  if (!waiting) return tl::unexpected(waiting.error());
  waiting->bind_all(case_id, task);
  std::vector<std::int64_t> rungs;
  while (true) {
    auto row = waiting->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    rungs.push_back(waiting->integer(0));
  }
  for (std::int64_t before : rungs) {
    auto placed =
        run(database,
            "UPDATE casework_rung SET fires_on = ? WHERE case_id = ? AND task = ? AND before = ? AND fired_on "
            "IS NULL",
            days_of(rung_day(counting.calendar, due, static_cast<int>(before))), case_id, task, before);
    if (!placed) return placed;
  }
  return {};
}

}  // namespace

Result<std::vector<LedgerLine>> ledger_of(Database& database, std::int64_t case_id) {
  auto query = database.prepare(
      "SELECT number, reason, from_day, to_day, days, actor_name, note FROM casework_ledger WHERE case_id = ? ORDER BY "
      "number");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(case_id);
  std::vector<LedgerLine> lines;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return lines;
    LedgerLine line{query->integer(0), std::string(query->text(1)), base::Date::from_days(query->integer(2))};
    if (!query->is_null(3)) line.to = base::Date::from_days(query->integer(3));
    line.days = static_cast<int>(query->integer(4));
    line.actor_name = query->text(5);
    line.note = query->text(6);
    lines.push_back(std::move(line));
  }
}

Result<void> begin_pause(Transaction& transaction, std::int64_t case_id, std::uint64_t token, const std::string& reason,
                         base::Date day, const std::string& actor_name, const std::string& note) {
  return run(
      transaction.database(),
      "INSERT INTO casework_ledger(case_id, number, token, reason, from_day, to_day, days, actor_name, note) "
      "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, NULL, 0, ?5, ?6 FROM casework_ledger WHERE case_id = "
      "?1",
      case_id, static_cast<std::int64_t>(token), reason, day.days(), actor_name, note);
}

Result<std::int64_t> end_pause(Transaction& transaction, std::int64_t case_id, std::uint64_t token,
                               const std::string& reason, base::Date day) {
  auto ended =
      run(transaction.database(),
          "UPDATE casework_ledger SET to_day = ? WHERE case_id = ? AND to_day IS NULL AND days = 0 AND token = "
          "?3 AND (?3 <> 0 OR reason = ?4)",
          day.days(), case_id, static_cast<std::int64_t>(token), reason);
  if (!ended) return tl::unexpected(ended.error());
  return transaction.database().changes();
}

Result<void> add_rungs(Transaction& transaction, std::int64_t case_id, std::int64_t task,
                       const std::vector<bpmn::Escalation>& rungs) {
  for (const bpmn::Escalation& rung : rungs) {
    auto added = run(transaction.database(),
                     "INSERT OR IGNORE INTO casework_rung(case_id, task, before, recipient, fires_on, fired_on) "
                     "VALUES(?,?,?,?,NULL,NULL)",
                     case_id, task, rung.working_days_before, rung.to);
    if (!added) return added;
  }
  return {};
}

Result<bool> refresh_clock(Transaction& transaction, std::int64_t case_id, const Counting& counting) {
  Database& database = transaction.database();
  auto found = find_case(database, case_id);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->closed_on) return false;
  const Case& current = **found;
  auto ledger = ledger_of(database, case_id);
  if (!ledger) return tl::unexpected(ledger.error());
  std::vector<Suspension> suspensions;
  std::string pause;
  for (const LedgerLine& line : *ledger) {
    if (line.days != 0) continue;
    suspensions.push_back({line.from, line.to});
    if (!line.to) pause = line.reason;
  }
  std::optional<base::Date> due = current.due_on;
  bool provisional = current.due_provisional;
  if (!current.due_fixed) {
    const Deadline read =
        read_deadline(counting.calendar, current.opened_on, current.budget_working_days, suspensions, counting.today);
    due = read.due;
    provisional = read.provisional;
  }
  const bool changed = due != current.due_on || provisional != current.due_provisional;
  auto updated =
      run(database, "UPDATE casework_case SET due_on = ?, due_provisional = ?, pause = ?, calendar = ? WHERE id = ?",
          days_of(due), provisional, pause, counting.version, case_id);
  if (!updated) return tl::unexpected(updated.error());
  if (auto placed = place_rungs(database, case_id, 0, due, counting); !placed) return tl::unexpected(placed.error());

  auto tasks =
      select_tasks(database, journal::Condition().add("case_id = ?", case_id).add("state < 3").add("budget > 0"));
  if (!tasks) return tl::unexpected(tasks.error());
  for (const Task& task : *tasks) {
    // The applicant's own time runs while the zone's stands still.
    const Deadline read = read_deadline(counting.calendar, task.opened_on, task.budget_working_days,
                                        task.applicant ? std::vector<Suspension>{} : suspensions, counting.today);
    auto counted = run(database, "UPDATE casework_task SET due_on = ?, due_provisional = ? WHERE id = ?",
                       days_of(read.due), read.provisional, task.id);
    if (!counted) return tl::unexpected(counted.error());
    if (auto placed = place_rungs(database, case_id, task.id, read.due, counting); !placed)
      return tl::unexpected(placed.error());
  }
  return changed;
}

}  // namespace yuanqu::casework::rows
