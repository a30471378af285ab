// What people do: claim, release, complete, comment, resume. See casework.hpp.
#include <algorithm>

#include "casework/acts.hpp"
#include "casework/form.hpp"
#include "casework/plan.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

bool Casework::may_work(const register_::Viewer& viewer, const TaskItem& item) const {
  const Task& task = item.task;
  const register_::Kind* kind = records_.catalogue().kind(item.of.kind);
  const bool sees = kind != nullptr ? viewer.may_know(*kind, item.of.file) : item.of.kind == 0 && is_staff(viewer);
  if (!sees) return false;
  // Whoever it was given to may work on it, and what is asked of the one the case is about is theirs alone.
  if (task.state == TaskState::Claimed && viewer.account() != 0 && viewer.acts_for(task.assignee)) return true;
  if (task.purpose == Purpose::Correction)
    return item.of.file != 0 && kind != nullptr && viewer.represents(*kind, item.of.file);
  if (task.purpose == Purpose::Countersign && task.role.empty()) return false;
  const std::vector<std::string> names = names_for(viewer);
  if (std::find(names.begin(), names.end(), task.person) == names.end()) return false;
  return task.role.empty() ? acts(viewer) : viewer.serves(task.role, item.of.file);
}

Result<void> Casework::check_another(const register_::Viewer& viewer, const TaskItem& item) {
  auto procedure = procedure_of(item.of);
  if (!procedure) return tl::unexpected(procedure.error());
  const bpmn::Node* here = (*procedure)->process.find(item.task.element);
  if (here == nullptr || here->not_by.empty() || viewer.account() == 0) return {};
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto done = rows::select_tasks(snapshot->database(),
                                 journal::Condition()
                                     .add("case_id = ?", item.of.id)
                                     .add("element = ?", std::string_view(here->not_by))
                                     .add("state = 3"),
                                 " ORDER BY closed_at_ms DESC, id DESC LIMIT 1");
  if (!done) return tl::unexpected(done.error());
  if (done->empty() || done->front().closed_by != viewer.account()) return {};
  return fail(ErrorCode::Forbidden,
              "“" + done->front().labels.zh + "”是您办的，“" + item.task.labels.zh + "”要由另一个人办；请转给同事。",
              "You did \"" + done->front().labels.en + "\"; \"" + item.task.labels.en +
                  "\" is for another person. Pass it to a colleague.");
}

Result<TaskItem> Casework::change_assignee(const register_::Viewer& viewer, std::int64_t task_id, bool claim) {
  auto item = task(viewer, task_id);
  if (!item) return item;
  if (!may_work(viewer, *item)) return not_yours();
  if (claim) {
    if (auto other = check_another(viewer, *item); !other) return tl::unexpected(other.error());
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        // Only from nobody to the viewer and back; another's claim stays.
        auto update =
            transaction.database().prepare(claim ? "UPDATE casework_task SET state = 2, assignee = ?1, assignee_name = "
                                                   "?2 WHERE id = ?3 AND (state = 1 OR (state = 2 AND assignee = ?1))"
                                                 : "UPDATE casework_task SET state = 1, assignee = 0, assignee_name = "
                                                   "'' WHERE id = ?3 AND state = 2 AND assignee = ?1 AND ?2 = ?2");
        if (!update) return tl::unexpected(update.error());
        auto done = update->bind_all(viewer.account(), viewer.name(), task_id).run();
        if (!done) return done;
        if (transaction.database().changes() != 1) {
          auto now = rows::find_task(transaction.database(), task_id);
          if (!now) return tl::unexpected(now.error());
          const bool taken = *now && (*now)->state == TaskState::Claimed;
          return taken ? Result<void>(claimed_by((*now)->assignee_name)) : Result<void>(not_open());
        }
        return note(transaction, item->of.id,
                    {.type = claim ? "task_claimed" : "task_released",
                     .element = item->task.element,
                     .zh = (claim ? "接办：" : "放回：") + item->task.labels.zh,
                     .en = (claim ? "Taken: " : "Put back: ") + item->task.labels.en},
                    viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return task(viewer, task_id);
}

Result<TaskItem> Casework::claim(const register_::Viewer& viewer, std::int64_t task_id) {
  return change_assignee(viewer, task_id, true);
}
Result<TaskItem> Casework::release(const register_::Viewer& viewer, std::int64_t task_id) {
  return change_assignee(viewer, task_id, false);
}

Result<TaskItem> Casework::complete(const register_::Viewer& viewer, std::int64_t task_id, std::string_view values,
                                    const std::string& comment, std::vector<base::Error>* faults) {
  auto item = task(viewer, task_id);
  if (!item) return item;
  if (auto mine = check_in_hand(viewer, *item, may_work(viewer, *item)); !mine) return tl::unexpected(mine.error());
  if (auto other = check_another(viewer, *item); !other) return tl::unexpected(other.error());
  auto schema = form(*item);
  if (!schema) return tl::unexpected(schema.error());
  Result<feel::Value> answers = feel::Value::context({});
  if (!schema->empty()) {
    auto read = Form::read(*schema, item->task.form);
    if (!read) return tl::unexpected(read.error());
    answers = read->accept(values.empty() ? "{}" : values, faults);
  } else if (!values.empty()) {
    answers = value_of_json(values);
    if (answers && !answers->is(feel::Kind::Context)) {
      return fail(ErrorCode::Invalid, "提交的内容要是一个 JSON 对象。", "What is sent must be a JSON object.");
    }
  }
  if (!answers) return tl::unexpected(answers.error());
  if (item->task.purpose != Purpose::Step) {
    auto answered = answer_side(viewer, *item, *answers, comment);
    return answered ? task(viewer, task_id) : Result<TaskItem>(tl::unexpected(answered.error()));
  }
  auto moved = move(
      viewer, item->of.id,
      [&](const Situation& now) -> Result<Plan> {
        if (now.state.find(item->task.token) == nullptr) return not_open();
        auto plan = plan_complete(now, item->task.token, *answers, viewer.name());
        if (!plan) return plan;
        Event event = make_event(now, "task_done", item->task.element, "办理：" + item->task.labels.zh,
                                 "Done: " + item->task.labels.en);
        event.reason = comment;
        event.evidence = "{\"values\":" + json_of_value(*answers) + "}";
        event.actor = viewer.account();
        event.actor_name = viewer.name();
        plan->events.insert(plan->events.begin(), std::move(event));
        return plan;
      },
      [&](Transaction& transaction, const Situation&, Plan&) -> Result<void> {
        auto now = rows::find_task(transaction.database(), task_id);
        if (!now) return tl::unexpected(now.error());
        if (!*now) return not_open();
        if (auto free = check_free(viewer, **now); !free) return free;
        auto sides =
            rows::select_tasks(transaction.database(),
                               journal::Condition().add("parent = ?", task_id).add("parent <> 0").add("state < 3"));
        if (!sides) return tl::unexpected(sides.error());
        if (!sides->empty()) {
          return fail(ErrorCode::Invalid, "“" + sides->front().labels.zh + "”还没有办完，请等回复或先撤回。",
                      "\"" + sides->front().labels.en + "\" is still open; wait for the answer.");
        }
        auto closed = rows::close_task(transaction, item->of.id, item->task.token, TaskState::Done, viewer.account(),
                                       viewer.name(), rows::literal(*answers), comment);
        if (!closed) return tl::unexpected(closed.error());
        return *closed ? Result<void>() : Result<void>(not_open());
      });
  if (!moved) return tl::unexpected(moved.error());
  return task(viewer, task_id);
}

Result<void> Casework::comment(const register_::Viewer& viewer, std::int64_t case_id, const std::string& text) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  auto said =
      check_said(text, "批注不能为空，也不要超过 20000 字节。", "A comment is neither empty nor over 20,000 bytes.");
  if (!said) return said;
  auto committed = journal_.commit(
      [&](Transaction& transaction) {
        return note(transaction, case_id, {.type = "commented", .zh = "批注", .en = "Comment", .reason = text}, viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<Case> Casework::resume(const register_::Viewer& viewer, std::int64_t case_id) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto update = transaction.database().prepare(
            "UPDATE casework_job SET stopped = 0, attempts = 0, available_at_ms = 0 WHERE case_id = ? AND stopped = 1");
        if (!update) return tl::unexpected(update.error());
        if (auto done = update->bind_all(case_id).run(); !done) return done;
        if (transaction.database().changes() == 0) return {};
        if (auto settled = rows::settle_state(transaction.database(), case_id); !settled) return settled;
        wake_after(transaction);
        return note(transaction, case_id,
                    {.type = "resumed", .zh = "重新办理停下的步骤", .en = "The stopped step is tried again"}, viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

}  // namespace yuanqu::casework
