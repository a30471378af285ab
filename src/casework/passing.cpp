// Asking others and passing on: 补正, 会签, 转办, 移交. See casework.hpp and docs/procedures.md.
#include "casework/acts.hpp"
#include "casework/form.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

Result<TaskItem> Casework::ask(const register_::Viewer& viewer, std::int64_t task_id, const Question& question) {
  auto item = task(viewer, task_id);
  if (!item) return item;
  if (item->task.purpose != Purpose::Step) {
    return fail(ErrorCode::Invalid, "会签和补正只能由主办的步骤发起。", "Only a main step may ask others.");
  }
  if (auto mine = check_in_hand(viewer, *item, may_work(viewer, *item)); !mine) return tl::unexpected(mine.error());
  if (auto said = check_said(question.text, "请写明要对方做什么。", "Say what is asked."); !said)
    return tl::unexpected(said.error());
  const bool correction = question.purpose == Purpose::Correction;
  if (correction ? item->of.file == 0 : question.role.empty() && question.account == 0) {
    return fail(ErrorCode::Invalid, "请选定请谁办。", "Say who is asked.", {.field = "role"});
  }
  std::int64_t made = 0;
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto now = rows::find_task(transaction.database(), task_id);
        if (!now) return tl::unexpected(now.error());
        if (!*now || !is_open(**now)) return not_open();
        auto day = today();
        if (!day) return tl::unexpected(day.error());
        PlannedTask planned;
        Task& side = planned.task;
        side.purpose = question.purpose;
        side.parent = task_id;
        side.element = item->task.element;
        side.labels = correction ? Label{"补正材料", "Correct the application"} : Label{"会签", "Countersign"};
        side.labels.zh += "：" + item->task.labels.zh;
        side.labels.en += ": " + item->task.labels.en;
        side.role = correction ? std::string() : question.role;
        side.assignee = correction ? 0 : question.account;
        side.assignee_name = question.account_name;
        side.asked = question.text;
        side.asked_by = viewer.name();
        side.opened_on = *day;
        side.budget_working_days = question.working_days;
        auto added = rows::add_task(transaction, item->of, planned, {records_.catalogue(), applicant_posts_});
        if (!added) return tl::unexpected(added.error());
        made = *added;
        if (correction) {
          auto paused = rows::begin_pause(transaction, item->of.id, 0, "material", *day, viewer.name(), question.text);
          if (!paused) return paused;
        }
        if (auto settled = rows::settle_state(transaction.database(), item->of.id); !settled) return settled;
        if (auto counted = recount_one(transaction, item->of.id); !counted) return counted;
        if (notices_ != nullptr && correction) {
          notice::Draft draft;
          draft.key = "correction " + std::to_string(made);
          draft.recipient = notice::Recipient::file(item->of.file);
          draft.type = "correction";
          draft.title = {"请补正：" + item->of.title, "Please correct: " + item->of.title};
          draft.body = {question.text, question.text};
          draft.href = "/my/cases/" + std::to_string(item->of.id);
          draft.case_id = item->of.id;
          draft.file = item->of.file;
          draft.day = *day;
          if (auto sent = notices_->send(transaction, draft); !sent) return tl::unexpected(sent.error());
        }
        return note(transaction, item->of.id,
                    {.type = "asked",
                     .element = item->task.element,
                     .zh = correction ? "请企业补正" : "请会签",
                     .en = correction ? "The applicant is asked to correct" : "A countersignature is asked for",
                     .reason = question.text},
                    viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return task(viewer, made);
}

// A side task is answered: it goes, the main one has it on its story and the clock runs again when nothing more is
// owed.
Result<void> Casework::answer_side(const register_::Viewer& viewer, const TaskItem& item, const feel::Value& answers,
                                   const std::string& comment) {
  if (comment.empty()) {
    return fail(ErrorCode::Invalid, "请写明意见或补正了什么。", "Write your opinion, or what was corrected.",
                {.field = "comment"});
  }
  const bool correction = item.task.purpose == Purpose::Correction;
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto update = transaction.database().prepare(
            "UPDATE casework_task SET state = 3, closed_at_ms = ?1, closed_by = ?2, answers = ?3, comment = ?4, "
            "assignee = "
            "?2, assignee_name = ?5 WHERE id = ?6 AND state < 3");
        if (!update) return tl::unexpected(update.error());
        auto done = update
                        ->bind_all(transaction.recorded_at_ms(), viewer.account(), rows::literal(answers), comment,
                                   viewer.name(), item.task.id)
                        .run();
        if (!done) return done;
        if (transaction.database().changes() != 1) return not_open();
        if (correction) {
          auto more =
              rows::select_tasks(transaction.database(), journal::Condition()
                                                             .add("case_id = ?", item.of.id)
                                                             .add("purpose = ?", static_cast<int>(Purpose::Correction))
                                                             .add("state < 3"));
          if (!more) return tl::unexpected(more.error());
          auto day = today();
          if (!day) return tl::unexpected(day.error());
          if (more->empty()) {
            if (auto ended = rows::end_pause(transaction, item.of.id, 0, "material", *day); !ended)
              return tl::unexpected(ended.error());
          }
        }
        if (auto settled = rows::settle_state(transaction.database(), item.of.id); !settled) return settled;
        if (auto counted = recount_one(transaction, item.of.id); !counted) return counted;
        Event event{.type = "answered", .element = item.task.element};
        event.zh = (correction ? "已补正：" : "会签意见：") + item.task.labels.zh;
        event.en = (correction ? "Corrected: " : "Countersigned: ") + item.task.labels.en;
        event.reason = comment;
        event.evidence = "{\"values\":" + json_of_value(answers) + "}";
        return note(transaction, item.of.id, std::move(event), viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<TaskItem> Casework::assign(const register_::Viewer& viewer, std::int64_t task_id, const register_::Viewer& to,
                                  const std::string& reason) {
  auto item = task(viewer, task_id);
  if (!item) return item;
  if (auto mine = check_in_hand(viewer, *item, may_work(viewer, *item)); !mine) return tl::unexpected(mine.error());
  const register_::Kind* kind = records_.catalogue().kind(item->of.kind);
  const bool may_see = kind == nullptr ? is_staff(to) : to.may_know(*kind, item->of.file);
  if (!may_see || to.account() == 0 || (!acts(to) && !to.serves(item->task.role, item->of.file))) {
    return fail(ErrorCode::Forbidden, "对方看不到这件办件或不能办理，请转给有关岗位的人。",
                "They may not see this case or may not handle it; choose somebody of the post concerned.",
                {.field = "account"});
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto update = transaction.database().prepare(
            "UPDATE casework_task SET state = 2, assignee = ?, assignee_name = ?, asked_by = ?, asked = CASE WHEN ?4 = "
            "'' "
            "THEN asked ELSE ?4 END WHERE id = ? AND (state = 1 OR (state = 2 AND assignee = ?))");
        if (!update) return tl::unexpected(update.error());
        if (auto done =
                update->bind_all(to.account(), to.name(), viewer.name(), reason, task_id, viewer.account()).run();
            !done)
          return done;
        if (transaction.database().changes() != 1)
          return fail(ErrorCode::Conflict, "这一步刚被别人接手或办完，请刷新。",
                      "The step has just been taken or done; refresh.");
        if (notices_ != nullptr) {
          notice::Draft draft;
          draft.key = "assigned " + std::to_string(task_id) + " " + std::to_string(transaction.batch());
          draft.recipient = notice::Recipient::account(to.account());
          draft.type = "task";
          draft.title = {viewer.name() + " 转给您：" + item->task.labels.zh,
                         viewer.name() + " passed to you: " + item->task.labels.en};
          draft.body = {item->of.number + " " + item->of.title + (reason.empty() ? "" : "。" + reason),
                        item->of.number + " " + item->of.title + (reason.empty() ? "" : ". " + reason)};
          draft.href = "/desk/cases/" + std::to_string(item->of.id);
          draft.case_id = item->of.id;
          draft.file = item->of.file;
          draft.day = records_.today().value_or(base::Date());
          if (auto sent = notices_->send(transaction, draft); !sent) return tl::unexpected(sent.error());
        }
        return note(transaction, item->of.id,
                    {.type = "assigned",
                     .element = item->task.element,
                     .zh = "转办给 " + to.name() + "：" + item->task.labels.zh,
                     .en = "Passed to " + to.name() + ": " + item->task.labels.en,
                     .reason = reason},
                    viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return task(viewer, task_id);
}

Result<std::int64_t> Casework::hand_over(Transaction& transaction, const register_::Viewer& viewer,
                                         const register_::Account& from, const register_::Account& to,
                                         const std::string& reason) {
  const std::string& old_name = from.shown_name.empty() ? from.name : from.shown_name;
  const std::string& new_name = to.shown_name.empty() ? to.name : to.shown_name;
  auto tasks = rows::select_tasks(
      transaction.database(),
      journal::Condition().add_either({journal::Condition().add("state = 2").add("assignee = ?", from.id),
                                       journal::Condition().add("state = 1").add("person = ?", old_name)}));
  if (!tasks) return tl::unexpected(tasks.error());
  for (const Task& task : *tasks) {
    auto update = transaction.database().prepare(
        "UPDATE casework_task SET assignee = CASE state WHEN 2 THEN ?2 ELSE 0 END, assignee_name = CASE state WHEN 2 "
        "THEN ?3 ELSE '' END, person = CASE person WHEN ?4 THEN ?3 ELSE person END, asked_by = ?4 WHERE id = ?1");
    if (!update) return tl::unexpected(update.error());
    if (auto done = update->bind_all(task.id, to.id, new_name, old_name).run(); !done)
      return tl::unexpected(done.error());
    auto noted = note(transaction, task.case_id,
                      {.type = "assigned",
                       .element = task.element,
                       .zh = old_name + "移交给" + new_name + "：" + task.labels.zh,
                       .en = old_name + " handed over to " + new_name + ": " + task.labels.en,
                       .reason = reason},
                      viewer);
    if (!noted) return tl::unexpected(noted.error());
  }
  return static_cast<std::int64_t>(tasks->size());
}

}  // namespace yuanqu::casework
