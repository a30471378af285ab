// Running jobs: reading facts and working out a plan outside, writing it in one transaction. See casework.hpp.
#include <algorithm>
#include <utility>

#include "casework/casework.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;
using journal::Transaction;
using rows::JobKind;

namespace {

constexpr int attempts_max = 8;

tl::unexpected<base::Error> moved_on() {
  return fail(ErrorCode::Conflict, "这一步刚被别处办过。", "The step has just been done elsewhere.");
}

// What may pass by itself; everything else needs a person.
bool may_pass(const base::Error& error) {
  return error.code == ErrorCode::Conflict || error.code == ErrorCode::Unavailable;
}

}  // namespace

struct Casework::Job : rows::StoredJob {};

// What a job's transaction needs, kept alive until it is durable.
struct Casework::Ready {
  rows::StoredJob job;
  Situation situation;
  Plan plan;  // unless a service makes it
  const bpmn::Node* node = nullptr;
  const Service* service = nullptr;
  std::shared_ptr<void> prepared;
  std::unique_ptr<Call> call;
  bool nothing = false;    // a change that was not the awaited one
  bool task_done = false;  // the awaited change came: the task is closed by the house
};

Result<Situation> Casework::situation_of(std::int64_t case_id) {
  Situation situation;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto stored = rows::load_case(snapshot->database(), case_id);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return fail(ErrorCode::NotFound, "没有这件办件。", "There is no such case.");
    situation.current = (*stored)->summary;
    situation.visited = (*stored)->visited;
    auto variables = rows::value_of((*stored)->variables);
    if (!variables) return tl::unexpected(variables.error());
    situation.variables = std::move(*variables);
    auto procedure = procedure_of(situation.current);
    if (!procedure) return tl::unexpected(procedure.error());
    situation.procedure = std::move(*procedure);
    auto state = bpmn::read_state(situation.procedure->process, (*stored)->tokens);
    if (!state) return tl::unexpected(state.error());
    situation.state = std::move(*state);
  }
  auto day = today();
  if (!day) return tl::unexpected(day.error());
  situation.day = *day;
  if (situation.current.subject == 0) return situation;
  auto subject = knowledge_.subject(situation.current.subject, situation.day);
  if (!subject) return tl::unexpected(subject.error());
  situation.subject = std::move(*subject);
  return situation;
}

Result<journal::Work> Casework::prepare_job(const Job& job) {
  auto situation = situation_of(job.case_id);
  if (!situation) return tl::unexpected(situation.error());
  auto ready = std::make_shared<Ready>();
  ready->job = job;
  ready->situation = std::move(*situation);
  Situation& now = ready->situation;

  auto planned = [&](Result<Plan> plan) -> Result<void> {
    if (!plan) return tl::unexpected(plan.error());
    ready->plan = std::move(*plan);
    return {};
  };
  auto tell = [&](Event event) { ready->plan.events.insert(ready->plan.events.begin(), std::move(event)); };

  if (job.kind == JobKind::Start) {
    if (auto done = planned(plan_start(now)); !done) return tl::unexpected(done.error());
  } else if (job.kind == JobKind::Cancel) {
    ready->plan = plan_cancel(now);
    ready->plan.outcome = {"已撤销", "Cancelled"};
    tell(make_event(now, "cancelled", "", "上级办件不再需要", "The case that called it no longer needs it"));
  } else {
    const bpmn::Token* token = now.state.find(job.token);
    ready->node = token == nullptr ? nullptr : now.procedure->process.find(token->node);
    if (ready->node == nullptr) return moved_on();
    const bpmn::Node& node = *ready->node;
    switch (job.kind) {
      case JobKind::Start:
      case JobKind::Cancel: break;
      case JobKind::Told:
      case JobKind::Called: {
        auto content = rows::value_of(job.payload);
        if (!content) return tl::unexpected(content.error());
        if (auto done = planned(plan_complete(now, job.token, *content)); !done) return tl::unexpected(done.error());
        tell(make_event(now, "change_seen", node.id, node.labels.zh + "：已收到", node.labels.en + ": received"));
        break;
      }
      case JobKind::Failed: {
        if (auto done = planned(plan_raise(now, job.token, job.payload)); !done) return tl::unexpected(done.error());
        tell(make_event(now, "change_seen", node.id, node.labels.zh + "：" + job.payload,
                        node.labels.en + ": " + job.payload));
        break;
      }
      case JobKind::Timer: {
        if (auto done = planned(plan_complete(now, job.token, {})); !done) return tl::unexpected(done.error());
        tell(make_event(now, "timer_fired", node.id, node.labels.zh + "：时间到",
                        node.labels.en + ": the day has come"));
        break;
      }
      case JobKind::Move: {
        auto result = rows::value_of(job.payload);
        if (!result) return tl::unexpected(result.error());
        if (auto done = planned(plan_complete(now, job.token, *result)); !done) return tl::unexpected(done.error());
        break;
      }
      case JobKind::Change: {
        feel::ContextScope names = names_at(now, job.token);
        if (!node.completed_by_when.empty()) {
          auto holds = names.evaluate(node.completed_by_when);
          if (!holds) return tl::unexpected(holds.error());
          ready->nothing = !holds->is_true();
        }
        if (ready->nothing) break;
        ready->task_done = true;
        if (auto done = planned(plan_complete(now, job.token, {})); !done) return tl::unexpected(done.error());
        tell(make_event(now, "change_seen", node.id, node.labels.zh + "：已收到", node.labels.en + ": received"));
        break;
      }
      case JobKind::Perform: {
        feel::ContextScope names = names_at(now, job.token);
        auto inputs = inputs_of(node, names);
        if (!inputs) return tl::unexpected(inputs.error());
        if (node.kind == bpmn::NodeKind::BusinessRuleTask) {
          auto ruling = knowledge_.decide(node.decision, now.current.subject, now.day, names);
          if (!ruling) return tl::unexpected(ruling.error());
          if (auto done = planned(plan_complete(now, job.token, ruling->value)); !done)
            return tl::unexpected(done.error());
          Event decided = make_event(now, "decided", node.id, node.labels.zh, node.labels.en);
          decided.evidence = ruling->evidence;
          tell(std::move(decided));
          break;
        }
        auto service = services_.find(node.service);
        if (service == services_.end()) {
          return fail(ErrorCode::Unsupported, "没有名为“" + node.service + "”的服务。",
                      "No service is called \"" + node.service + "\".");
        }
        ready->service = &service->second;
        ready->call.reset(new Call{now.current, node, job.token,
                                   "case " + std::to_string(job.case_id) + " token " + std::to_string(job.token),
                                   now.day, now.subject, std::move(*inputs), std::move(names)});
        if (ready->service->prepare) {
          auto prepared = ready->service->prepare(*ready->call);
          if (!prepared) return tl::unexpected(prepared.error());
          ready->prepared = std::move(*prepared);
        }
        break;
      }
    }
  }

  return journal::Work([this, ready](Transaction& transaction) -> Result<void> {
    auto taken = rows::take_job(transaction.database(), ready->job);
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) return moved_on();
    if (ready->nothing) return {};
    if (ready->job.kind == JobKind::Cancel) {
      if (ready->situation.current.closed_on) return {};
      auto drop = transaction.database().prepare("DELETE FROM casework_job WHERE case_id = ?");
      if (!drop) return tl::unexpected(drop.error());
      if (auto dropped = drop->bind_all(ready->job.case_id).run(); !dropped) return dropped;
    }
    Plan plan = ready->plan;
    const Situation& then = ready->situation;
    if (ready->service != nullptr) {
      // The version is checked before the service acts, not only when the plan is written: a work that fails is undone
      // whole, but an outdated one should not even begin.
      auto stored = rows::load_case(transaction.database(), ready->job.case_id);
      if (!stored) return tl::unexpected(stored.error());
      if (!*stored || (*stored)->summary.version != then.current.version) return moved_on();
      auto performed = ready->service->perform(transaction, *ready->call, ready->prepared.get());
      if (!performed) return tl::unexpected(performed.error());
      Event event =
          make_event(then, "performed", ready->node->id, performed->zh.empty() ? ready->node->labels.zh : performed->zh,
                     performed->en.empty() ? ready->node->labels.en : performed->en);
      event.evidence = performed->evidence;
      event.paper = performed->paper;
      if (!performed->error.empty()) {
        auto raised = plan_raise(then, ready->job.token, performed->error);
        if (!raised) return tl::unexpected(raised.error());
        raised->events.insert(raised->events.begin(), std::move(event));
        return write_step(transaction, then, *raised);
      }
      if (needs_facts_ahead(then.procedure->process, *ready->node)) {
        if (auto added = rows::add_event(transaction, ready->job.case_id, event); !added) return added;
        rows::StoredJob move{.case_id = ready->job.case_id, .token = ready->job.token, .kind = JobKind::Move};
        move.payload = rows::literal(performed->result);
        if (auto added = rows::add_job(transaction, move); !added) return added;
        wake_after(transaction);
        tell_after(transaction, ready->job.case_id);
        return {};
      }
      auto made = plan_complete(then, ready->job.token, performed->result);
      if (!made) return tl::unexpected(made.error());
      plan = std::move(*made);
      plan.events.insert(plan.events.begin(), std::move(event));
    }
    if (ready->task_done) {
      auto closed = rows::close_task(transaction, ready->job.case_id, ready->job.token, TaskState::Done, 0, "", "", "");
      if (!closed) return tl::unexpected(closed.error());
      if (!*closed) return moved_on();
    }
    return write_step(transaction, then, plan);
  });
}

Result<void> Casework::record_failure(const Job& job, const base::Error& error) {
  const bool again = may_pass(error) && job.attempts + 1 < attempts_max;
  // A conflict means somebody else was faster: look again at once. Everything else is given time.
  const std::int64_t wait_ms = error.code == ErrorCode::Conflict ? 0 : std::int64_t{1000} << std::min(job.attempts, 10);
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        Database& database = transaction.database();
        auto update = database.prepare(
            "UPDATE casework_job SET attempts = attempts + 1, stopped = ?, available_at_ms = ? WHERE id = ? AND "
            "stopped = 0");
        if (!update) return tl::unexpected(update.error());
        auto done = update->bind_all(again ? 0 : 1, clock_.now_ms() + wait_ms, job.id).run();
        if (!done) return done;
        if (database.changes() != 1 || again) return {};
        Event event;
        event.day = records_.today().value_or(base::Date());
        event.type = "stopped";
        event.element = error.place.rule;
        event.zh = "这一步没有办成，等人处理";
        event.en = "The step failed and waits for a person";
        event.reason = error.zh + " / " + error.en;
        if (auto added = rows::add_event(transaction, job.case_id, event); !added) return added;
        tell_after(transaction, job.case_id);
        return rows::settle_state(database, job.case_id);
      },
      journal::BatchInfo{});
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<std::size_t> Casework::run_jobs(std::size_t limit) {
  std::vector<rows::StoredJob> due;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto found = rows::due_jobs(snapshot->database(), clock_.now_ms(), limit);
    if (!found) return tl::unexpected(found.error());
    due = std::move(*found);
  }
  // All are submitted before any is awaited, so that they share commits.
  struct Running {
    Job job;
    std::future<Result<journal::Committed>> result;
  };
  std::vector<Running> running;
  for (rows::StoredJob& stored : due) {
    Job job;
    static_cast<rows::StoredJob&>(job) = std::move(stored);
    auto work = prepare_job(job);
    if (!work) {
      // Moved on under our hands: the next round sees what is left of it.
      if (auto recorded = record_failure(job, work.error()); !recorded) return tl::unexpected(recorded.error());
      continue;
    }
    running.push_back({std::move(job), journal_.submit(std::move(*work), journal::BatchInfo{})});
  }
  for (Running& one : running) {
    auto committed = one.result.get();
    if (committed) continue;
    if (auto recorded = record_failure(one.job, committed.error()); !recorded) return tl::unexpected(recorded.error());
  }
  return due.size();
}

Result<void> Casework::settle(std::size_t rounds_max) {
  for (std::size_t round = 0; round < rounds_max; ++round) {
    auto done = run_jobs();
    if (!done) return tl::unexpected(done.error());
    if (*done == 0) return {};
  }
  return fail(ErrorCode::LimitExceeded, "办件一直有步骤要办，请检查流程是否有环路。",
              "Cases keep producing steps; check the procedures for loops.");
}

Result<std::optional<std::int64_t>> Casework::next_job_at_ms() {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return snapshot->database().integer("SELECT min(available_at_ms) FROM casework_job WHERE stopped = 0");
}

}  // namespace yuanqu::casework
