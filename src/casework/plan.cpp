#include "casework/plan.hpp"

#include <algorithm>
#include <set>

#include "casework/loops.hpp"

namespace yuanqu::casework {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

feel::Value day_or_null(const std::optional<base::Date>& day) { return day ? feel::Value(*day) : feel::Value(); }

base::Error at_element(base::Error error, const std::string& place, const std::string& element) {
  error.place.file = place;
  error.place.rule = element;
  return error;
}

// Timers count zone days: a part of a day is a whole one.
std::optional<base::Date> after(base::Date day, const feel::Value& duration) {
  if (duration.is(feel::Kind::YearsMonthsDuration)) return day.plus_months(duration.years_months().total_months);
  if (duration.is(feel::Kind::DaysTimeDuration)) {
    constexpr std::int64_t day_seconds = 86'400;
    const feel::DaysTimeDuration length = duration.days_time();
    const std::int64_t days = length.seconds / day_seconds;
    const bool part = length.seconds % day_seconds > 0 || length.nanoseconds > 0;
    return day.plus_days(days + (part ? 1 : 0));
  }
  return std::nullopt;
}

Result<base::Date> due_of(const bpmn::Node& node, const feel::ContextScope& names, base::Date day,
                          const std::string& place) {
  // A literal is read as FEEL reads the same text in @"…".
  auto value = names.evaluate(node.timer.expression ? node.timer.text : "@\"" + node.timer.text + "\"");
  if (!value) return tl::unexpected(at_element(value.error(), place, node.id));
  if (value->is(feel::Kind::Date)) return value->date();
  if (value->is(feel::Kind::DateTime)) return value->date_time().date;
  if (auto due = after(day, *value)) return *due;
  return fail(ErrorCode::Invalid, "定时步骤算不出日期，请核对所用的字段是否有值。",
              "The timer's day cannot be worked out; check that the fields it uses have values.",
              {.file = place, .rule = node.id});
}

Result<std::string> text_of(const std::string& expression, const feel::ContextScope& names) {
  if (expression.empty()) return std::string();
  auto value = names.evaluate(expression);
  if (!value) return tl::unexpected(value.error());
  return value->is(feel::Kind::String) ? std::string(value->text()) : std::string();
}

// Turns the effects of the token engine into tasks, timers, jobs and the story.
class Planner final : public bpmn::Conditions {
 public:
  explicit Planner(const Situation& situation) : situation_(situation), base_(names_of(situation)) {
    plan_.variables = situation.variables;
    plan_.visited = situation.visited;
    plan_.title = situation.subject.title.empty() ? situation.current.title : situation.subject.title;
  }

  // What the completed token's step leaves behind.
  Result<void> outputs(const bpmn::Token& token, const feel::Value& result, const std::string& person) {
    const bpmn::Node& node = *process().find(token.node);
    result_ = result;
    feel::ContextScope names = names_for(token, situation_.state);
    const std::vector<Round> rounds = rounds_around(process(), situation_.state, token);
    auto keep = [&](const std::string& name, feel::Value value) {
      names.set({name, value, nullptr});
      plan_.variables = rounds.empty() ? with_entry(plan_.variables, name, std::move(value))
                                       : with_local(plan_.variables, rounds.back(), name, std::move(value));
    };
    names.set({"result", result, nullptr});
    names.set({"person", person.empty() ? feel::Value() : feel::Value(person), nullptr});
    if (!node.decision.result.empty()) keep(node.decision.result, result);
    for (const bpmn::Mapping& output : node.outputs) {
      auto value = names.evaluate(output.expression);
      if (!value) return tl::unexpected(at_element(value.error(), place(), node.id));
      keep(output.name, std::move(*value));
    }
    return {};
  }

  // ---- what the engine asks
  Result<std::optional<bool>> holds(const bpmn::SequenceFlow& flow, const bpmn::Token& token,
                                    const bpmn::State& state) override {
    auto value = names_for(token, state).evaluate(*flow.condition);
    if (!value) return tl::unexpected(at_element(value.error(), place(), flow.id));
    // Anything but true and false is unknown.
    if (!value->is(feel::Kind::Boolean)) return std::optional<bool>{};
    return std::optional<bool>(value->boolean());
  }

  Result<std::uint32_t> times(const bpmn::Node& node, const bpmn::Token& whole, const bpmn::State& state) override {
    const bpmn::Loop& loop = *node.loop;
    auto value = names_for(whole, state).evaluate(loop.collection.empty() ? loop.cardinality : loop.collection);
    if (!value) return tl::unexpected(at_element(value.error(), place(), node.id));
    std::vector<feel::Value> items;
    if (value->is(feel::Kind::List)) {
      items.assign(value->items().begin(), value->items().end());
    } else if (loop.collection.empty() && value->is(feel::Kind::Number)) {
      const std::int64_t count =
          std::clamp<std::int64_t>(value->number().to_int64().value_or(0), 0, bpmn::times_max + 1);
      for (std::int64_t index = 1; index <= count; ++index) items.emplace_back(index);
    } else if (!value->is_null()) {
      items.push_back(std::move(*value));
    }
    const auto count = static_cast<std::uint32_t>(items.size());
    plan_.variables = begin_loop(plan_.variables, whole.number, std::move(items));
    return count;
  }

  Result<bool> enough(const bpmn::Node& node, const bpmn::Token& one, const bpmn::State& state) override {
    const bpmn::Loop& loop = *node.loop;
    const Round round{one.scope, one.index, &node};
    feel::ContextScope names = names_for(one, state);
    names.set({"result", result_, nullptr});
    feel::Value result = result_;
    if (!loop.output_item.empty()) {
      auto value = names.evaluate(loop.output_item);
      if (!value) return tl::unexpected(at_element(value.error(), place(), node.id));
      result = std::move(*value);
    }
    plan_.variables = with_result(plan_.variables, round, std::move(result));
    const feel::Value results = results_of(plan_.variables, one.scope);
    const bpmn::Token* whole = state.find(one.scope);
    if (!loop.output.empty()) {
      const std::vector<Round> outside = rounds_around(process(), state, *whole);
      plan_.variables = outside.empty() ? with_entry(plan_.variables, loop.output, results)
                                        : with_local(plan_.variables, outside.back(), loop.output, results);
    }
    if (loop.completion.empty()) return false;
    const auto done = std::count_if(state.tokens.begin(), state.tokens.end(), [&](const bpmn::Token& token) {
      return token.scope == one.scope && token.part == bpmn::Part::Rest;
    });
    names.set({"results", results, nullptr});
    names.set({"completed", feel::Value(static_cast<std::int64_t>(done)), nullptr});
    names.set({"instances", feel::Value(static_cast<std::int64_t>(whole->index)), nullptr});
    auto value = names.evaluate(loop.completion);
    if (!value) return tl::unexpected(at_element(value.error(), place(), node.id));
    return value->is_true();
  }

  Result<Plan> follow(Result<bpmn::Step> step) {
    if (!step) return tl::unexpected(at_element(step.error(), place(), step.error().place.rule));
    plan_.state = std::move(step->state);
    plan_.undone = std::move(step->undone);
    for (const bpmn::Effect& effect : step->effects) {
      if (auto done = follow(effect); !done) return tl::unexpected(done.error());
    }
    return std::move(plan_);
  }

  bpmn::Process const& process() const { return situation_.procedure->process; }
  const std::string& place() const { return situation_.procedure->place; }

 private:
  feel::ContextScope names_for(const bpmn::Token& token, const bpmn::State& state) const {
    feel::ContextScope names = base_;
    names.set_all(without_loops(plan_.variables));
    for (const Round& round : rounds_around(process(), state, token)) add_names(names, plan_.variables, round);
    return names;
  }

  feel::ContextScope names_for(std::uint64_t number) const {
    const bpmn::Token* token = plan_.state.find(number);
    return names_for(token == nullptr ? bpmn::Token{} : *token, plan_.state);
  }

  Result<void> follow(const bpmn::Effect& effect) {
    const bpmn::Node* node = effect.node.empty() ? nullptr : process().find(effect.node);
    // A token that an effect later in this very step took away again: nothing is begun for it.
    const bool there = effect.token == 0 || plan_.state.find(effect.token) != nullptr;
    switch (effect.kind) {
      case bpmn::EffectKind::Perform:
        visit(effect.node);
        if (there) plan_.jobs.push_back(effect.token);
        return {};
      case bpmn::EffectKind::Offer: visit(effect.node); return there ? offer(*node, effect.token) : Result<void>{};
      case bpmn::EffectKind::SetTimer:
        if (node->kind != bpmn::NodeKind::BoundaryEvent) visit(effect.node);
        return there ? set_timer(*node, effect.token) : Result<void>{};
      case bpmn::EffectKind::Await:
        if (node->kind != bpmn::NodeKind::BoundaryEvent) visit(effect.node);
        if (there) plan_.awaited.push_back({effect.token, node->event, node->event_name, {}});
        return {};
      case bpmn::EffectKind::Call: visit(effect.node); return there ? call(*node, effect.token) : Result<void>{};
      case bpmn::EffectKind::Tell:
        visit(effect.node);
        if (node->kind == bpmn::NodeKind::EndEvent && !node->parent) plan_.outcome = {node->labels.zh, node->labels.en};
        return tell(*node, effect.token);
      case bpmn::EffectKind::Withdraw: withdraw(effect.token); return {};
      case bpmn::EffectKind::Pass:
        visit(effect.node);
        if (node->kind == bpmn::NodeKind::EndEvent && !node->parent) plan_.outcome = {node->labels.zh, node->labels.en};
        return {};
      case bpmn::EffectKind::Finish:
        plan_.finished = true;
        plan_.error = effect.flow;
        plan_.events.push_back(
            make_event(situation_, "completed", "", "办结：" + plan_.outcome.zh, "Closed: " + plan_.outcome.en));
        return {};
    }
    return {};
  }

  void visit(const std::string& element) { plan_.visited += (plan_.visited.empty() ? "" : " ") + element; }

  void withdraw(std::uint64_t token) {
    const auto of_token = [&](const auto& planned) { return planned.token == token; };
    std::erase(plan_.jobs, token);
    std::erase_if(plan_.tasks, [&](const PlannedTask& planned) { return planned.task.token == token; });
    std::erase_if(plan_.timers, of_token);
    std::erase_if(plan_.awaited, of_token);
    std::erase_if(plan_.calls, of_token);
    plan_.withdrawn.push_back(token);
  }

  Result<void> offer(const bpmn::Node& node, std::uint64_t token) {
    auto planned = plan_task(situation_, node, token, names_for(token));
    if (!planned) return tl::unexpected(planned.error());
    plan_.tasks.push_back(std::move(*planned));
    plan_.events.push_back(
        make_event(situation_, "task_offered", node.id, "待办：" + node.labels.zh, "To do: " + node.labels.en));
    return {};
  }

  Result<void> set_timer(const bpmn::Node& node, std::uint64_t token) {
    auto due = due_of(node, names_for(token), situation_.day, place());
    if (!due) return tl::unexpected(due.error());
    plan_.timers.push_back({token, *due});
    plan_.events.push_back(make_event(situation_, "timer_set", node.id, node.labels.zh + "：等到 " + due->to_string(),
                                      node.labels.en + ": until " + due->to_string()));
    return {};
  }

  Result<void> call(const bpmn::Node& node, std::uint64_t token) {
    feel::ContextScope names = names_for(token);
    auto given = inputs_of(node, names);
    if (!given) return tl::unexpected(at_element(given.error(), place(), node.id));
    PlannedCall planned{token, node.calls, situation_.current.subject, std::move(*given), node.id};
    if (!node.call_subject.empty()) {
      auto subject = names.evaluate(node.call_subject);
      if (!subject) return tl::unexpected(at_element(subject.error(), place(), node.id));
      if (subject->is(feel::Kind::Number)) planned.subject = subject->number().to_int64().value_or(planned.subject);
    }
    plan_.calls.push_back(std::move(planned));
    return {};
  }

  Result<void> tell(const bpmn::Node& node, std::uint64_t token) {
    feel::ContextScope names = names_for(token);
    auto content = inputs_of(node, names);
    if (!content) return tl::unexpected(at_element(content.error(), place(), node.id));
    plan_.told.push_back({0, node.event, node.event_name, std::move(*content)});
    return {};
  }

  const Situation& situation_;
  feel::ContextScope base_;
  feel::Value result_;  // of the step that is completed
  Plan plan_;
};

}  // namespace

Result<PlannedTask> plan_task(const Situation& situation, const bpmn::Node& node, std::uint64_t token,
                              feel::ContextScope names) {
  const std::string& place = situation.procedure->place;
  auto given = inputs_of(node, names);
  if (!given) return tl::unexpected(at_element(given.error(), place, node.id));
  auto department = text_of(node.assignment.department, names);
  if (!department) return tl::unexpected(at_element(department.error(), place, node.id));
  auto person = text_of(node.assignment.person, names);
  if (!person) return tl::unexpected(at_element(person.error(), place, node.id));
  PlannedTask planned;
  Task& task = planned.task;
  task.token = token;
  task.element = node.id;
  task.labels = {node.labels.zh, node.labels.en};
  task.role = node.assignment.role;
  // A role may be worked out too: "= FEEL".
  if (task.role.starts_with('=')) {
    auto role = text_of(task.role.substr(1), names);
    if (!role) return tl::unexpected(at_element(role.error(), place, node.id));
    task.role = std::move(*role);
  }
  task.department = std::move(*department);
  task.person = std::move(*person);
  task.form = node.form;
  task.opened_on = situation.day;
  task.given = std::move(*given);
  task.budget_working_days = node.deadline.working_days;
  planned.escalations = node.deadline.escalations;
  planned.pauses = node.pauses;
  planned.awaits_kinds = node.completed_by_changes;
  planned.awaits_when = node.completed_by_when;
  return planned;
}

Event make_event(const Situation& situation, std::string type, const std::string& element, std::string zh,
                 std::string en) {
  Event event;
  event.day = situation.day;
  event.type = std::move(type);
  event.element = element;
  event.zh = std::move(zh);
  event.en = std::move(en);
  return event;
}

feel::ContextScope names_of(const Situation& situation) {
  const Case& current = situation.current;
  feel::ContextScope names;
  names.set({"Today", feel::Value(situation.day), nullptr});
  names.set({"Case",
             feel::Value::context({{feel::String("id"), feel::Value(current.id)},
                                   {feel::String("number"), feel::Value(current.number)},
                                   {feel::String("opened on"), feel::Value(current.opened_on)},
                                   {feel::String("due on"), day_or_null(current.due_on)},
                                   {feel::String("service"), feel::Value(current.service)},
                                   {feel::String("duty"), feel::Value(current.duty)},
                                   {feel::String("outcome"), feel::Value(current.outcome.zh)}}),
             nullptr});
  if (!situation.subject.value.name.empty()) names.set(situation.subject.value);
  names.set_all(without_loops(situation.variables));
  return names;
}

feel::ContextScope names_at(const Situation& situation, std::uint64_t number) {
  feel::ContextScope names = names_of(situation);
  if (const bpmn::Token* token = situation.state.find(number)) {
    for (const Round& round : rounds_around(situation.procedure->process, situation.state, *token))
      add_names(names, situation.variables, round);
  }
  return names;
}

Result<feel::Value> inputs_of(const bpmn::Node& node, feel::ContextScope& names) {
  std::vector<feel::Entry> entries;
  for (const bpmn::Mapping& input : node.inputs) {
    auto value = names.evaluate(input.expression);
    if (!value) return tl::unexpected(value.error());
    names.set({input.name, *value, nullptr});
    entries.push_back({feel::String(input.name), std::move(*value)});
  }
  return feel::Value::context(std::move(entries));
}

Result<Plan> plan_start(const Situation& situation) {
  Planner planner(situation);
  return planner.follow(bpmn::start(planner.process(), situation.state, planner));
}

Result<Plan> plan_complete(const Situation& situation, std::uint64_t token, const feel::Value& result,
                           const std::string& person) {
  Planner planner(situation);
  if (const bpmn::Token* found = situation.state.find(token)) {
    if (auto kept = planner.outputs(*found, result, person); !kept) return tl::unexpected(kept.error());
  }
  return planner.follow(bpmn::complete(planner.process(), situation.state, token, planner));
}

Result<Plan> plan_raise(const Situation& situation, std::uint64_t token, const std::string& code) {
  Planner planner(situation);
  return planner.follow(bpmn::raise(planner.process(), situation.state, token, code, planner));
}

Result<Plan> plan_return(const Situation& situation, std::uint64_t past_token) {
  Planner planner(situation);
  return planner.follow(bpmn::roll_back(planner.process(), situation.state, past_token, planner));
}

Plan plan_cancel(const Situation& situation) {
  Planner planner(situation);
  auto plan = planner.follow(Result<bpmn::Step>(bpmn::cancel(planner.process(), situation.state)));
  return plan ? std::move(*plan) : Plan{};
}

bool needs_facts_ahead(const bpmn::Process& process, const bpmn::Node& node) {
  if (node.loop || !node.boundary.empty()) return true;
  std::set<std::size_t> seen;
  std::vector<std::size_t> ahead;
  auto add = [&](const bpmn::Node& from) {
    for (std::size_t flow : from.outgoing) {
      if (process.flows[flow].condition) return false;
      ahead.push_back(process.flows[flow].target);
    }
    return true;
  };
  if (!add(node)) return true;
  while (!ahead.empty()) {
    const std::size_t index = ahead.back();
    ahead.pop_back();
    if (!seen.insert(index).second) continue;
    const bpmn::Node& next = process.nodes[index];
    if (next.parent || next.loop || !next.boundary.empty()) return true;
    switch (next.kind) {
      case bpmn::NodeKind::ServiceTask:
      case bpmn::NodeKind::BusinessRuleTask: break;  // these read their facts when they run
      case bpmn::NodeKind::EndEvent:
        if (next.event != bpmn::EventKind::None && next.event != bpmn::EventKind::Terminate) return true;
        break;
      case bpmn::NodeKind::ExclusiveGateway:
        if (next.outgoing.size() > 1 || !add(next)) return true;
        break;
      case bpmn::NodeKind::ParallelGateway:
        if (!add(next)) return true;
        break;
      default: return true;
    }
  }
  return false;
}

}  // namespace yuanqu::casework
