// Going back, taking back, withdrawing, cancelling. See casework.hpp and docs/procedures.md.
#include <algorithm>

#include "casework/acts.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

namespace {

Event said_by(const register_::Viewer& viewer, const std::string& reason, Event event) {
  event.reason = reason;
  event.actor = viewer.account();
  event.actor_name = viewer.name();
  return event;
}

bool lists(const std::string& ids, const std::string& id) {
  return (" " + ids + " ").find(" " + id + " ") != std::string::npos;
}

}  // namespace

Result<void> Casework::move(const register_::Viewer& viewer, std::int64_t case_id,
                            const std::function<Result<Plan>(const Situation&)>& make,
                            const std::function<Result<void>(Transaction&, const Situation&, Plan&)>& before,
                            const std::function<Result<void>(Transaction&)>& after) {
  for (int attempt = 0;; ++attempt) {
    auto situation = situation_of(case_id);
    if (!situation) return tl::unexpected(situation.error());
    auto plan = make(*situation);
    if (!plan) return tl::unexpected(plan.error());
    auto committed = journal_.commit(
        [&](Transaction& transaction) -> Result<void> {
          Plan written = *plan;
          if (before) {
            if (auto done = before(transaction, *situation, written); !done) return done;
          }
          if (auto done = write_step(transaction, *situation, written); !done) return done;
          return after ? after(transaction) : Result<void>{};
        },
        batch_of(viewer));
    if (committed) return {};
    // Another branch of the case moved meanwhile: work it out again from what is true now.
    if (committed.error().code != ErrorCode::Conflict || attempt + 1 >= tries_max)
      return tl::unexpected(committed.error());
  }
}

Result<std::vector<EarlierStep>> Casework::earlier_steps(const register_::Viewer& viewer, std::int64_t task_id) {
  auto item = task(viewer, task_id);
  if (!item) return tl::unexpected(item.error());
  std::vector<EarlierStep> steps;
  if (item->task.purpose != Purpose::Step || !is_open(item->task)) return steps;
  auto procedure = procedure_of(item->of);
  if (!procedure) return tl::unexpected(procedure.error());
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto stored = rows::load_case(snapshot->database(), item->of.id);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return steps;
  const bpmn::Process& process = (*procedure)->process;
  auto state = bpmn::read_state(process, (*stored)->tokens);
  if (!state) return tl::unexpected(state.error());
  const bpmn::Node* here = process.find(item->task.element);
  if (here == nullptr || here->returns_to == "none") return steps;
  for (const bpmn::Token& token : bpmn::earlier(process, *state, item->task.token)) {
    const bpmn::Node& node = *process.find(token.node);
    // People send back to people; a repeated activity may be asked for as a whole or one by one.
    const bool holds_people = node.kind == bpmn::NodeKind::UserTask;
    if (!holds_people || (!here->returns_to.empty() && !lists(here->returns_to, node.id))) continue;
    EarlierStep step{
        token.number, node.id, token.part == bpmn::Part::One ? token.index : 0, {node.labels.zh, node.labels.en}, {}};
    auto done = rows::tasks_of_token(snapshot->database(), item->of.id, token.number);
    if (!done) return tl::unexpected(done.error());
    if (!done->empty()) step.done_by = done->front().assignee_name;
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<Case> Casework::send_back(const register_::Viewer& viewer, std::int64_t task_id, std::uint64_t past_token,
                                 const std::string& reason) {
  auto item = task(viewer, task_id);
  if (!item) return tl::unexpected(item.error());
  if (auto mine = check_in_hand(viewer, *item, may_work(viewer, *item)); !mine) return tl::unexpected(mine.error());
  if (auto said =
          check_said(reason, "退回要写明理由，收到的人才知道改什么。", "Say why it is sent back and what to change.");
      !said)
    return tl::unexpected(said.error());
  auto steps = earlier_steps(viewer, task_id);
  if (!steps) return tl::unexpected(steps.error());
  const auto target =
      std::find_if(steps->begin(), steps->end(), [&](const EarlierStep& step) { return step.token == past_token; });
  if (target == steps->end()) {
    return fail(ErrorCode::Invalid, "不能退到这一步，请从可退的步骤里选。",
                "It cannot be sent back to this step; choose one of those offered.", {.field = "step"});
  }
  auto moved = move(
      viewer, item->of.id,
      [&](const Situation& now) -> Result<Plan> {
        if (now.state.find(item->task.token) == nullptr) return not_open();
        auto plan = plan_return(now, past_token);
        if (!plan) return plan;
        plan->events.insert(plan->events.begin(),
                            said_by(viewer, reason,
                                    make_event(now, "returned", target->element,
                                               "退回：" + item->task.labels.zh + " → " + target->labels.zh,
                                               "Sent back: " + item->task.labels.en + " → " + target->labels.en)));
        return plan;
      },
      [&](Transaction& transaction, const Situation& now, Plan& plan) -> Result<void> {
        // Whoever did a step finds it again with what was answered.
        for (const bpmn::Token& undone : plan.undone) {
          auto done = rows::tasks_of_token(transaction.database(), now.current.id, undone.number);
          if (!done) return tl::unexpected(done.error());
          if (done->empty()) continue;
          for (PlannedTask& planned : plan.tasks) {
            const bpmn::Token* token = plan.state.find(planned.task.token);
            if (planned.task.element != undone.node || token == nullptr || token->index != undone.index) continue;
            if (planned.task.assignee != 0) continue;
            planned.task.assignee = done->front().assignee;
            planned.task.assignee_name = done->front().assignee_name;
            planned.task.values = done->front().values;
            planned.task.asked = reason;
            planned.task.asked_by = viewer.name();
          }
        }
        return {};
      });
  if (!moved) return tl::unexpected(moved.error());
  return visible(viewer, item->of.id);
}

bool Casework::may_take_back(const register_::Viewer& viewer, const TaskItem& item) {
  if (item.task.state != TaskState::Done || item.task.closed_by != viewer.account() || item.of.closed_on ||
      item.task.purpose != Purpose::Step || viewer.account() == 0)
    return false;
  auto situation = situation_of(item.of.id);
  if (!situation) return false;
  auto plan = plan_return(*situation, item.task.token);
  if (!plan || plan->undone.size() != 1) return false;
  auto snapshot = journal_.snapshot();
  if (!snapshot) return false;
  for (std::uint64_t token : plan->withdrawn) {
    auto tasks = rows::tasks_of_token(snapshot->database(), item.of.id, token);
    if (!tasks) return false;
    for (const Task& task : *tasks) {
      if (task.state == TaskState::Claimed && task.assignee != viewer.account()) return false;
    }
  }
  return true;
}

Result<Case> Casework::take_back(const register_::Viewer& viewer, std::int64_t task_id, const std::string& reason) {
  auto item = task(viewer, task_id);
  if (!item) return tl::unexpected(item.error());
  if (!may_take_back(viewer, *item)) {
    return fail(ErrorCode::Conflict, "后面的步骤已有人接手或办过，取不回来；请让对方退回。",
                "Somebody has taken up or done what followed; ask them to send it back.");
  }
  auto moved = move(
      viewer, item->of.id,
      [&](const Situation& now) -> Result<Plan> {
        auto plan = plan_return(now, item->task.token);
        if (!plan) return plan;
        if (plan->undone.size() != 1)
          return fail(ErrorCode::Invalid, "后面的步骤已经办过。", "What followed has already been done.");
        plan->events.insert(plan->events.begin(),
                            said_by(viewer, reason,
                                    make_event(now, "taken_back", item->task.element, "取回：" + item->task.labels.zh,
                                               "Taken back: " + item->task.labels.en)));
        for (PlannedTask& planned : plan->tasks) {
          if (planned.task.element != item->task.element) continue;
          planned.task.assignee = viewer.account();
          planned.task.assignee_name = viewer.name();
          planned.task.values = item->task.values;
        }
        return plan;
      },
      [&](Transaction& transaction, const Situation& now, Plan& plan) -> Result<void> {
        for (std::uint64_t token : plan.withdrawn) {
          auto tasks = rows::tasks_of_token(transaction.database(), now.current.id, token);
          if (!tasks) return tl::unexpected(tasks.error());
          for (const Task& task : *tasks) {
            if (task.state == TaskState::Claimed && task.assignee != viewer.account())
              return fail(ErrorCode::Invalid, "“" + task.assignee_name + "”刚接手了下一步，取不回来。",
                          "\"" + task.assignee_name + "\" has just taken up the next step.");
          }
        }
        return {};
      });
  if (!moved) return tl::unexpected(moved.error());
  return visible(viewer, item->of.id);
}

Result<Case> Casework::end(const register_::Viewer& viewer, std::int64_t case_id, const Label& outcome,
                           const Label& line, const std::string& reason) {
  auto moved = move(
      viewer, case_id,
      [&](const Situation& now) -> Result<Plan> {
        Plan plan = plan_cancel(now);
        plan.outcome = outcome;
        plan.events.push_back(said_by(viewer, reason, make_event(now, "cancelled", "", line.zh, line.en)));
        return plan;
      },
      {},
      [&](Transaction& transaction) -> Result<void> {
        auto drop = transaction.database().prepare("DELETE FROM casework_job WHERE case_id = ?");
        if (!drop) return tl::unexpected(drop.error());
        return drop->bind_all(case_id).run();
      });
  if (!moved) return tl::unexpected(moved.error());
  return visible(viewer, case_id);
}

Result<Case> Casework::withdraw(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  auto procedure = procedure_of(*current);
  if (!procedure) return tl::unexpected(procedure.error());
  if (current->file == 0 || !viewer.owns(current->file) || !(*procedure)->process.withdrawable) {
    return fail(ErrorCode::Forbidden, "这件办件不能由您撤回。", "This case is not yours to withdraw.");
  }
  if (current->closed_on) {
    return fail(ErrorCode::Conflict, "办件已经办结，不能撤回。", "The case is closed and cannot be withdrawn.");
  }
  if (auto said = check_said(reason, "撤回请写明原因。", "Say why it is withdrawn."); !said)
    return tl::unexpected(said.error());
  return end(viewer, case_id, {"申请人已撤回", "Withdrawn by the applicant"},
             {"申请人撤回", "Withdrawn by the applicant"}, reason);
}

Result<Case> Casework::cancel(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason) {
  auto current = visible(viewer, case_id);
  if (!current) return current;
  if (auto said = check_said(reason, "撤销办件要写明理由。", "Say why the case is cancelled."); !said)
    return tl::unexpected(said.error());
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以撤销办件；申请人请用撤回。",
                "Only those who handle cases may cancel one; an applicant withdraws it.");
  }
  if (current->closed_on) {
    return fail(ErrorCode::Conflict, "办件已经办结，不能撤销。", "The case is closed and cannot be cancelled.");
  }
  return end(viewer, case_id, {"已撤销", "Cancelled"}, {"撤销办件", "Case cancelled"}, reason);
}

}  // namespace yuanqu::casework
