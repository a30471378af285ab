// Going back, asking others, handing over. See casework.hpp and docs/procedures.md.
#include <algorithm>

#include "casework/casework.hpp"
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

bool is_open(const Task& task) { return task.state == TaskState::Open || task.state == TaskState::Claimed; }

Result<void> check_in_hand(const register_::Viewer& viewer, const TaskItem& item, bool may_work) {
  if (!may_work) {
    return fail(ErrorCode::Forbidden, "这一步不归您的岗位办，请转给有关岗位。",
                "This step is not for your post; pass it to the post it is for.");
  }
  if (!is_open(item.task)) {
    return fail(ErrorCode::Conflict, "这一步已经办完或撤回，请刷新。",
                "This step is already done or withdrawn; refresh.");
  }
  if (item.task.state == TaskState::Claimed && !viewer.acts_for(item.task.assignee)) {
    return fail(ErrorCode::Conflict, "“" + item.task.assignee_name + "”正在办这一步，请先由其放回。",
                "\"" + item.task.assignee_name + "\" is working on this step; it must be released first.");
  }
  return {};
}

Result<void> check_said(const std::string& text, const char* zh, const char* en) {
  if (!text.empty() && text.size() <= 20000) return {};
  return fail(ErrorCode::Invalid, zh, en, {.field = "reason"});
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
    auto done = rows::select_tasks(
        snapshot->database(),
        journal::Condition().add("case_id = ?", item->of.id).add("token = ?", static_cast<std::int64_t>(token.number)));
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
        if (now.state.find(item->task.token) == nullptr) {
          return fail(ErrorCode::Conflict, "这一步刚被别处办过，请刷新。",
                      "The step has just been done elsewhere; refresh.");
        }
        auto plan = plan_return(now, past_token);
        if (!plan) return plan;
        Event event =
            make_event(now, "returned", target->element, "退回：" + item->task.labels.zh + " → " + target->labels.zh,
                       "Sent back: " + item->task.labels.en + " → " + target->labels.en);
        event.reason = reason;
        event.actor = viewer.account();
        event.actor_name = viewer.name();
        plan->events.insert(plan->events.begin(), std::move(event));
        return plan;
      },
      [&](Transaction& transaction, const Situation& now, Plan& plan) -> Result<void> {
        // Whoever did a step finds it again with what was answered.
        for (const bpmn::Token& undone : plan.undone) {
          auto done = rows::select_tasks(transaction.database(),
                                         journal::Condition()
                                             .add("case_id = ?", now.current.id)
                                             .add("token = ?", static_cast<std::int64_t>(undone.number)));
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
    auto tasks = rows::select_tasks(
        snapshot->database(),
        journal::Condition().add("case_id = ?", item.of.id).add("token = ?", static_cast<std::int64_t>(token)));
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
        Event event = make_event(now, "taken_back", item->task.element, "取回：" + item->task.labels.zh,
                                 "Taken back: " + item->task.labels.en);
        event.reason = reason;
        event.actor = viewer.account();
        event.actor_name = viewer.name();
        plan->events.insert(plan->events.begin(), std::move(event));
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
          auto tasks =
              rows::select_tasks(transaction.database(), journal::Condition()
                                                             .add("case_id = ?", now.current.id)
                                                             .add("token = ?", static_cast<std::int64_t>(token)));
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
  auto moved = move(
      viewer, case_id,
      [&](const Situation& now) -> Result<Plan> {
        Plan plan = plan_cancel(now);
        plan.outcome = {"申请人已撤回", "Withdrawn by the applicant"};
        Event event = make_event(now, "cancelled", "", "申请人撤回", "Withdrawn by the applicant");
        event.reason = reason;
        event.actor = viewer.account();
        event.actor_name = viewer.name();
        plan.events.push_back(std::move(event));
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
        if (!*now || !is_open(**now))
          return fail(ErrorCode::Conflict, "这一步已经办完或撤回，请刷新。",
                      "This step is done or withdrawn; refresh.");
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

Result<TaskItem> Casework::assign(const register_::Viewer& viewer, std::int64_t task_id, const register_::Viewer& to,
                                  const std::string& reason) {
  auto item = task(viewer, task_id);
  if (!item) return item;
  if (auto mine = check_in_hand(viewer, *item, may_work(viewer, *item)); !mine) return tl::unexpected(mine.error());
  const register_::Kind* kind = records_.catalogue().kind(item->of.kind);
  const bool may_see = kind == nullptr ? is_staff(to) : to.may_know(*kind, item->of.file);
  if (!may_see || to.account() == 0 || (!acts(to) && !to.holds_post(item->task.role))) {
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

Result<std::int64_t> Casework::hand_over(const register_::Viewer& viewer, const Leave& leave, bool for_days,
                                         const std::string& reason) {
  if (leave.account != viewer.account() && !viewer.is_system()) {
    return fail(ErrorCode::Forbidden, "只能移交自己手里的任务。", "Only one's own tasks may be handed over.");
  }
  if (leave.deputy == 0 || leave.deputy == leave.account) {
    return fail(ErrorCode::Invalid, "请选定接手的人。", "Choose who takes over.", {.field = "account"});
  }
  if (for_days && leave.to < leave.from) {
    return fail(ErrorCode::Invalid, "请假的最后一日早于第一日。", "The last day is before the first.", {.field = "to"});
  }
  std::int64_t moved = 0;
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        journal::Condition in_hand;
        in_hand.add("state = 2").add("assignee = ?", leave.account);
        auto tasks = rows::select_tasks(transaction.database(), in_hand);
        if (!tasks) return tl::unexpected(tasks.error());
        for (const Task& task : *tasks) {
          auto update = transaction.database().prepare(
              "UPDATE casework_task SET assignee = ?, assignee_name = ?, asked_by = ? WHERE id = ?");
          if (!update) return tl::unexpected(update.error());
          if (auto done = update->bind_all(leave.deputy, leave.deputy_name, leave.account_name, task.id).run(); !done)
            return done;
          auto noted = note(transaction, task.case_id,
                            {.type = "assigned",
                             .element = task.element,
                             .zh = "移交给 " + leave.deputy_name + "：" + task.labels.zh,
                             .en = "Handed over to " + leave.deputy_name + ": " + task.labels.en,
                             .reason = reason},
                            viewer);
          if (!noted) return noted;
          ++moved;
        }
        if (!for_days) return {};
        auto stored = transaction.database().prepare(
            "INSERT INTO casework_leave(account, account_name, deputy, deputy_name, from_day, to_day) "
            "VALUES(?,?,?,?,?,?) "
            "ON CONFLICT(account, from_day) DO UPDATE SET deputy = excluded.deputy, deputy_name = "
            "excluded.deputy_name, "
            "to_day = excluded.to_day");
        if (!stored) return tl::unexpected(stored.error());
        return stored
            ->bind_all(leave.account, leave.account_name, leave.deputy, leave.deputy_name, leave.from.days(),
                       leave.to.days())
            .run();
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return moved;
}

Result<std::vector<Leave>> Casework::leaves(const register_::Viewer& viewer) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto query = snapshot->database().prepare(
      "SELECT account, account_name, deputy, deputy_name, from_day, to_day FROM casework_leave WHERE account = ?1 OR "
      "deputy "
      "= ?1 ORDER BY from_day DESC LIMIT 50");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(viewer.account());
  std::vector<Leave> found;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return found;
    found.push_back({query->integer(0), std::string(query->text(1)), query->integer(2), std::string(query->text(3)),
                     base::Date::from_days(query->integer(4)), base::Date::from_days(query->integer(5))});
  }
}

}  // namespace yuanqu::casework
