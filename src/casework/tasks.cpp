// What people do: claim, release, complete, comment, cancel, resume. See casework.hpp.
#include "casework/casework.hpp"
#include "casework/form.hpp"
#include "casework/plan.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

namespace {

constexpr int tries_max = 5;

journal::BatchInfo batch_of(const register_::Viewer& viewer) {
  journal::BatchInfo info;
  info.actor = viewer.account();
  return info;
}

tl::unexpected<base::Error> not_yours() {
  return fail(ErrorCode::Forbidden, "这一步不归您的岗位办，请转给有关岗位。",
              "This step is not for your post; pass it to the post it is for.");
}

tl::unexpected<base::Error> not_open() {
  return fail(ErrorCode::Conflict, "这一步已经办完或撤回，请刷新。",
              "This step is already done or withdrawn; refresh.");
}

tl::unexpected<base::Error> claimed_by(const std::string& name) {
  return fail(ErrorCode::Conflict, "“" + name + "”正在办这一步，请先由其放回。",
              "\"" + name + "\" is working on this step; it must be released first.");
}

void sign(Event& event, const register_::Viewer& viewer) {
  event.actor = viewer.account();
  event.actor_name = viewer.name();
}

}  // namespace

bool Casework::may_work(const register_::Viewer& viewer, const TaskItem& item) const {
  const Task& task = item.task;
  const register_::Kind* kind = records_.catalogue().kind(item.of.kind);
  const bool sees = kind != nullptr ? viewer.may_know(*kind, item.of.file) : item.of.kind == 0 && is_staff(viewer);
  if (!sees) return false;
  // Whoever it was given to may work on it, and what is asked of the one the case is about is theirs alone.
  if (task.state == TaskState::Claimed && viewer.account() != 0 && viewer.acts_for(task.assignee)) return true;
  if (task.purpose == Purpose::Correction) return item.of.file != 0 && viewer.owns(item.of.file);
  if (task.purpose == Purpose::Countersign && task.role.empty()) return false;
  if (!task.person.empty() && task.person != viewer.name()) return false;
  return task.role.empty() ? acts(viewer) : viewer.holds_post(task.role);
}

Result<TaskItem> Casework::change_assignee(const register_::Viewer& viewer, std::int64_t task_id, bool claim) {
  auto item = task(viewer, task_id);
  if (!item) return item;
  if (!may_work(viewer, *item)) return not_yours();
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
        Event event;
        event.day = records_.today().value_or(base::Date());
        event.type = claim ? "task_claimed" : "task_released";
        event.element = item->task.element;
        event.zh = (claim ? "接办：" : "放回：") + item->task.labels.zh;
        event.en = (claim ? "Taken: " : "Put back: ") + item->task.labels.en;
        sign(event, viewer);
        tell_after(transaction, item->of.id);
        return rows::add_event(transaction, item->of.id, event);
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
  for (int attempt = 0;; ++attempt) {
    auto item = task(viewer, task_id);
    if (!item) return item;
    if (!may_work(viewer, *item)) return not_yours();
    if (item->task.state == TaskState::Claimed && !viewer.acts_for(item->task.assignee))
      return claimed_by(item->task.assignee_name);
    if (item->task.state == TaskState::Done || item->task.state == TaskState::Withdrawn) return not_open();

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
    auto situation = situation_of(item->of.id);
    if (!situation) return tl::unexpected(situation.error());
    auto plan = plan_complete(*situation, item->task.token, *answers);
    if (!plan) return tl::unexpected(plan.error());
    Event event = make_event(*situation, "task_done", item->task.element, "办理：" + item->task.labels.zh,
                             "Done: " + item->task.labels.en);
    event.reason = comment;
    event.evidence = "{\"values\":" + json_of_value(*answers) + "}";
    sign(event, viewer);
    plan->events.insert(plan->events.begin(), std::move(event));

    auto committed = journal_.commit(
        [&](Transaction& transaction) -> Result<void> {
          auto now = rows::find_task(transaction.database(), task_id);
          if (!now) return tl::unexpected(now.error());
          if (!*now) return not_open();
          if ((*now)->state == TaskState::Claimed && !viewer.acts_for((*now)->assignee))
            return claimed_by((*now)->assignee_name);
          auto sides = rows::select_tasks(transaction.database(),
                                          journal::Condition().add("parent = ?", task_id).add("state < 3"));
          if (!sides) return tl::unexpected(sides.error());
          if (!sides->empty()) {
            return fail(ErrorCode::Invalid, "“" + sides->front().labels.zh + "”还没有办完，请等回复或先撤回。",
                        "\"" + sides->front().labels.en + "\" is still open; wait for the answer.");
          }
          auto closed = rows::close_task(transaction, item->of.id, item->task.token, TaskState::Done, viewer.account(),
                                         viewer.name(), rows::literal(*answers), comment);
          if (!closed) return tl::unexpected(closed.error());
          if (!*closed) return not_open();
          return write_step(transaction, *situation, *plan);
        },
        batch_of(viewer));
    if (committed) return task(viewer, task_id);
    // Another branch of the case moved meanwhile: work it out again from what is true now.
    if (committed.error().code != ErrorCode::Conflict || attempt + 1 >= tries_max)
      return tl::unexpected(committed.error());
  }
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

Result<void> Casework::comment(const register_::Viewer& viewer, std::int64_t case_id, const std::string& text) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  if (text.empty() || text.size() > 20000) {
    return fail(ErrorCode::Invalid, "批注不能为空，也不要超过 20000 字节。",
                "A comment is neither empty nor over 20,000 bytes.");
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        Event event;
        event.day = records_.today().value_or(base::Date());
        event.type = "commented";
        event.zh = "批注";
        event.en = "Comment";
        event.reason = text;
        sign(event, viewer);
        tell_after(transaction, case_id);
        return rows::add_event(transaction, case_id, event);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<Case> Casework::cancel(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  if (reason.empty()) return fail(ErrorCode::Invalid, "撤销办件要写明理由。", "Say why the case is cancelled.");
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以撤销办件；申请人请用撤回。",
                "Only those who handle cases may cancel one; an applicant withdraws it.");
  }
  if (current->state == CaseState::Completed || current->state == CaseState::Cancelled) {
    return fail(ErrorCode::Conflict, "办件已经办结，不能撤销。", "The case is closed and cannot be cancelled.");
  }
  for (int attempt = 0;; ++attempt) {
    auto situation = situation_of(case_id);
    if (!situation) return tl::unexpected(situation.error());
    Plan plan = plan_cancel(*situation);
    plan.outcome = {"已撤销", "Cancelled"};
    Event event = make_event(*situation, "cancelled", "", "撤销办件", "Case cancelled");
    event.reason = reason;
    sign(event, viewer);
    plan.events.push_back(std::move(event));
    auto committed = journal_.commit(
        [&](Transaction& transaction) -> Result<void> {
          if (auto written = write_step(transaction, *situation, plan); !written) return written;
          auto drop = transaction.database().prepare("DELETE FROM casework_job WHERE case_id = ?");
          if (!drop) return tl::unexpected(drop.error());
          return drop->bind_all(case_id).run();
        },
        batch_of(viewer));
    if (committed) return visible(viewer, case_id);
    if (committed.error().code != ErrorCode::Conflict || attempt + 1 >= tries_max)
      return tl::unexpected(committed.error());
  }
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
        Event event;
        event.day = records_.today().value_or(base::Date());
        event.type = "resumed";
        event.zh = "重新办理停下的步骤";
        event.en = "The stopped step is tried again";
        sign(event, viewer);
        if (auto added = rows::add_event(transaction, case_id, event); !added) return added;
        if (auto settled = rows::settle_state(transaction.database(), case_id); !settled) return settled;
        wake_after(transaction);
        tell_after(transaction, case_id);
        return {};
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

}  // namespace yuanqu::casework
