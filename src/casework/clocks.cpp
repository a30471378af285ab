// Clocks of cases: suspension, extension, recounting, escalation. See casework.hpp and deadline.hpp.
#include <algorithm>

#include "casework/acts.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

namespace {

std::string due_text(const std::optional<base::Date>& day, bool provisional, bool chinese) {
  if (!day) return chinese ? "暂停计时" : "suspended";
  return day->to_string() + (provisional ? (chinese ? "（暂定）" : " (provisional)") : "");
}

Result<void> check_open(const Case& current) {
  if (!current.closed_on) return {};
  return fail(ErrorCode::Conflict, "办件已经办结，时限不再变动。", "The case is closed; its deadline no longer moves.");
}

}  // namespace

Result<void> Casework::recount_one(Transaction& transaction, std::int64_t case_id) {
  auto day = today();
  if (!day) return tl::unexpected(day.error());
  const WorkingDays by = knowledge_.working_days();
  auto counted = rows::refresh_clock(transaction, case_id, {*by.calendar, by.version, *day});
  if (!counted) return tl::unexpected(counted.error());
  return {};
}

Result<void> Casework::note(Transaction& transaction, std::int64_t case_id, Event event,
                            const register_::Viewer& viewer) {
  event.day = records_.today().value_or(base::Date());
  event.actor = viewer.account();
  event.actor_name = viewer.name();
  tell_after(transaction, case_id);
  return rows::add_event(transaction, case_id, event);
}

Result<Case> Casework::pause_clock(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason,
                                   const std::string& text) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以暂停计时。",
                "Only those who handle cases may suspend the clock.");
  }
  if (auto open = check_open(*current); !open) return tl::unexpected(open.error());
  if (reason.empty()) {
    return fail(ErrorCode::Invalid, "暂停计时要写明事由。", "Say why the clock is suspended.", {.field = "reason"});
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto day = today();
        if (!day) return tl::unexpected(day.error());
        auto begun = rows::begin_pause(transaction, case_id, 0, reason, *day, viewer.name(), text);
        if (!begun) return begun;
        if (auto counted = recount_one(transaction, case_id); !counted) return counted;
        return note(transaction, case_id,
                    {.type = "clock_paused",
                     .zh = "暂停计时",
                     .en = "Clock suspended",
                     .reason = text,
                     .evidence = "{\"reason\":\"" + reason + "\"}"},
                    viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

Result<Case> Casework::resume_clock(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以恢复计时。", "Only those who handle cases may start the clock.");
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto day = today();
        if (!day) return tl::unexpected(day.error());
        auto ended = rows::end_pause(transaction, case_id, 0, reason, *day);
        if (!ended) return tl::unexpected(ended.error());
        if (*ended == 0) {
          return fail(ErrorCode::Conflict, "没有因这一事由暂停的计时。", "The clock is not suspended for this reason.",
                      {.field = "reason"});
        }
        if (auto counted = recount_one(transaction, case_id); !counted) return counted;
        return note(transaction, case_id,
                    {.type = "clock_resumed",
                     .zh = "恢复计时",
                     .en = "Clock started again",
                     .evidence = "{\"reason\":\"" + reason + "\"}"},
                    viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

Result<Case> Casework::extend(const register_::Viewer& viewer, std::int64_t case_id, int working_days,
                              const std::string& reason) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以延长时限。",
                "Only those who handle cases may extend a deadline.");
  }
  if (auto open = check_open(*current); !open) return tl::unexpected(open.error());
  auto procedure = procedure_of(*current);
  if (!procedure) return tl::unexpected(procedure.error());
  const int most = (*procedure)->process.extension_working_days - current->extended_working_days;
  if (working_days < 1 || working_days > most || current->budget_working_days == 0) {
    return fail(ErrorCode::Invalid,
                most < 1 ? "这个流程的时限不能（再）延长。" : "最多还可延长 " + std::to_string(most) + " 个工作日。",
                most < 1 ? "The deadline of this procedure cannot be extended (any more)."
                         : "It may be extended by " + std::to_string(most) + " working days at most.",
                {.field = "working_days"});
  }
  if (reason.empty()) {
    return fail(ErrorCode::Invalid, "延长时限要写明理由，理由要告知申请人。",
                "Say why; the applicant is told the reason.", {.field = "reason"});
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto day = today();
        if (!day) return tl::unexpected(day.error());
        auto now = rows::find_case(transaction.database(), case_id);
        if (!now) return tl::unexpected(now.error());
        if (!*now || (*now)->extended_working_days != current->extended_working_days) {
          return fail(ErrorCode::Conflict, "时限刚被延长过，请刷新。", "The deadline has just been extended; refresh.");
        }
        auto added = transaction.database().prepare(
            "INSERT INTO casework_ledger(case_id, number, token, reason, from_day, to_day, days, actor_name, note) "
            "SELECT "
            "?1, coalesce(max(number), 0) + 1, 0, 'extension', ?2, ?2, ?3, ?4, ?5 FROM casework_ledger WHERE case_id = "
            "?1");
        if (!added) return tl::unexpected(added.error());
        if (auto done = added->bind_all(case_id, day->days(), working_days, viewer.name(), reason).run(); !done)
          return done;
        auto update = transaction.database().prepare(
            "UPDATE casework_case SET budget = budget + ?2, extended = extended + ?2 WHERE id = ?1");
        if (!update) return tl::unexpected(update.error());
        if (auto done = update->bind_all(case_id, working_days).run(); !done) return done;
        if (auto counted = recount_one(transaction, case_id); !counted) return counted;
        if (auto told = tell_moved(transaction, **now); !told) return told;
        // The procedure hears of it, to tell the applicant by a paper.
        const auto content =
            feel::Value::context({{feel::String("reason"), feel::Value(reason)},
                                  {feel::String("working days"), feel::Value(static_cast<std::int64_t>(working_days))},
                                  {feel::String("by"), feel::Value(viewer.name())}});
        auto heard = tell(transaction, bpmn::EventKind::Message, "extended", (*now)->file, case_id, content);
        if (!heard) return tl::unexpected(heard.error());
        const std::string days = std::to_string(working_days);
        return note(transaction, case_id,
                    {.type = "extended",
                     .zh = "延长时限 " + days + " 个工作日",
                     .en = "Extended by " + days + " working days",
                     .reason = reason},
                    viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

// The one it is about hears of a deadline that moved, and so do those who have it in hand.
Result<void> Casework::tell_moved(Transaction& transaction, const Case& before) {
  auto now = rows::find_case(transaction.database(), before.id);
  if (!now) return tl::unexpected(now.error());
  if (!*now || notices_ == nullptr) return {};
  const Case& after = **now;
  notice::Draft draft;
  draft.type = "due_moved";
  draft.title = {"办件 " + after.number + " 的期限改为 " + due_text(after.due_on, after.due_provisional, true),
                 "Case " + after.number + " is now due " + due_text(after.due_on, after.due_provisional, false)};
  draft.body = {
      "原为 " + due_text(before.due_on, before.due_provisional, true) + "。" + after.labels.zh + "：" + after.title,
      "It was " + due_text(before.due_on, before.due_provisional, false) + ". " + after.labels.en + ": " + after.title};
  draft.case_id = after.id;
  draft.file = after.file;
  draft.day = records_.today().value_or(base::Date());
  const std::string key = "case " + std::to_string(after.id) + " due " + std::to_string(transaction.batch());
  auto send = [&](const notice::Recipient& to, const std::string& suffix, std::string href) -> Result<void> {
    draft.recipient = to;
    draft.key = key + suffix;
    draft.href = std::move(href);
    auto sent = notices_->send(transaction, draft);
    return sent ? Result<void>{} : Result<void>(tl::unexpected(sent.error()));
  };
  const std::string id = std::to_string(after.id);
  if (after.file != 0) {
    if (auto sent = send(notice::Recipient::file(after.file), " file", "/my/cases/" + id); !sent) return sent;
  }
  auto tasks =
      rows::select_tasks(transaction.database(), journal::Condition().add("case_id = ?", after.id).add("state < 3"));
  if (!tasks) return tl::unexpected(tasks.error());
  for (const Task& task : *tasks) {
    if (task.applicant) continue;
    auto sent = task.assignee != 0   ? send(notice::Recipient::account(task.assignee), " " + std::to_string(task.id),
                                            "/desk/cases/" + id)
                : !task.role.empty() ? send(notice::Recipient::of_post(task.role), " " + task.role, "/desk/cases/" + id)
                                     : Result<void>{};
    if (!sent) return sent;
  }
  return {};
}

Result<std::size_t> Casework::recount() {
  const std::string version = knowledge_.working_days().version;
  std::vector<Case> outdated;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto found = rows::select_cases(snapshot->database(),
                                    journal::Condition()
                                        .add("state < 4")
                                        .add("(budget > 0 OR EXISTS(SELECT 1 FROM casework_task t WHERE t.case_id = "
                                             "casework_case.id AND t.state < 3 AND t.budget > 0))")
                                        .add("calendar <> ?", version));
    if (!found) return tl::unexpected(found.error());
    outdated = std::move(*found);
  }
  std::size_t moved = 0;
  for (const Case& one : outdated) {
    auto committed = journal_.commit(
        [&](Transaction& transaction) -> Result<void> {
          auto before = rows::find_case(transaction.database(), one.id);
          if (!before) return tl::unexpected(before.error());
          if (!*before) return {};
          if (auto counted = recount_one(transaction, one.id); !counted) return counted;
          auto after = rows::find_case(transaction.database(), one.id);
          if (!after) return tl::unexpected(after.error());
          if (!*after ||
              ((*after)->due_on == (*before)->due_on && (*after)->due_provisional == (*before)->due_provisional))
            return {};
          ++moved;
          Event event;
          event.day = records_.today().value_or(base::Date());
          event.type = "due_changed";
          event.zh = "节假日安排已公布或调整，期限由 " + due_text((*before)->due_on, (*before)->due_provisional, true) +
                     " 改为 " + due_text((*after)->due_on, (*after)->due_provisional, true);
          event.en = "The calendar was published or amended: due " +
                     due_text((*before)->due_on, (*before)->due_provisional, false) + " became " +
                     due_text((*after)->due_on, (*after)->due_provisional, false);
          if (auto added = rows::add_event(transaction, one.id, event); !added) return added;
          tell_after(transaction, one.id);
          return tell_moved(transaction, **before);
        },
        journal::BatchInfo{});
    if (!committed) return tl::unexpected(committed.error());
  }
  return moved;
}

Result<std::size_t> Casework::escalate(Transaction& transaction, base::Date day) {
  struct Rung {
    std::int64_t case_id, task, before;
    std::string to;
    base::Date on;
  };
  std::vector<Rung> due;
  {
    auto query = transaction.database().prepare(
        "SELECT r.case_id, r.task, r.before, r.recipient, r.fires_on FROM casework_rung r JOIN casework_case c ON c.id "
        "= "
        "r.case_id WHERE r.fired_on IS NULL AND r.fires_on IS NOT NULL AND r.fires_on <= ? AND c.state < 4 AND (r.task "
        "= 0 "
        "OR EXISTS(SELECT 1 FROM casework_task t WHERE t.id = r.task AND t.state < 3)) ORDER BY r.fires_on, r.case_id, "
        "r.task");
    if (!query) return tl::unexpected(query.error());
    query->bind_all(day.days());
    while (true) {
      auto row = query->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      due.push_back({query->integer(0), query->integer(1), query->integer(2), std::string(query->text(3)),
                     base::Date::from_days(query->integer(4))});
    }
  }
  for (const Rung& rung : due) {
    auto fired = transaction.database().prepare(
        "UPDATE casework_rung SET fired_on = ? WHERE case_id = ? AND task = ? AND before = ? AND recipient = ? AND "
        "fired_on IS NULL");
    if (!fired) return tl::unexpected(fired.error());
    if (auto done = fired->bind_all(day.days(), rung.case_id, rung.task, rung.before, rung.to).run(); !done)
      return tl::unexpected(done.error());
    auto of = rows::find_case(transaction.database(), rung.case_id);
    if (!of) return tl::unexpected(of.error());
    Result<std::optional<Task>> task = std::optional<Task>{};
    if (rung.task != 0) task = rows::find_task(transaction.database(), rung.task);
    if (!task) return tl::unexpected(task.error());
    const Label what = *task ? (*task)->labels : (*of)->labels;
    const auto on = *task ? (*task)->due_on : (*of)->due_on;
    const std::string when = on ? on->to_string() : std::string();
    const bool late = rung.before < 0;
    Event event;
    event.day = day;
    event.type = "escalated";
    event.element = *task ? (*task)->element : std::string();
    event.zh = (late ? "已超期催办：" : "临期提醒：") + what.zh + "（" + when + "）";
    event.en = (late ? "Overdue: " : "Due soon: ") + what.en + " (" + when + ")";
    event.evidence = "{\"to\":\"" + rung.to + "\",\"working_days_before\":" + std::to_string(rung.before) + "}";
    if (auto added = rows::add_event(transaction, rung.case_id, event); !added) return tl::unexpected(added.error());
    tell_after(transaction, rung.case_id);
    if (notices_ == nullptr) continue;
    notice::Draft draft;
    draft.key = "rung " + std::to_string(rung.case_id) + " " + std::to_string(rung.task) + " " +
                std::to_string(rung.before) + " " + rung.to;
    draft.type = late ? "overdue" : "due_soon";
    draft.title = {event.zh, event.en};
    draft.body = {(*of)->number + " " + (*of)->title, (*of)->number + " " + (*of)->title};
    draft.case_id = rung.case_id;
    draft.file = (*of)->file;
    draft.day = day;
    const std::string id = std::to_string(rung.case_id);
    draft.href = "/desk/cases/" + id;
    if (rung.to == "file") {
      if ((*of)->file == 0) continue;
      draft.recipient = notice::Recipient::file((*of)->file);
      draft.href = "/my/cases/" + id;
    } else if (rung.to.starts_with("role:")) {
      draft.recipient = notice::Recipient::of_post(rung.to.substr(5));
    } else if (*task && (*task)->assignee != 0) {
      draft.recipient = notice::Recipient::account((*task)->assignee);
    } else if (*task && !(*task)->role.empty()) {
      draft.recipient = notice::Recipient::of_post((*task)->role);
    } else {
      continue;
    }
    auto sent = notices_->send(transaction, draft);
    if (!sent) return tl::unexpected(sent.error());
  }
  return due.size();
}

}  // namespace yuanqu::casework
