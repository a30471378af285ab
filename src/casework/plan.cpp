#include "casework/plan.hpp"

#include <set>

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

// Answers conditions from the case's names. Anything but true and false is unknown.
class ScopeConditions final : public bpmn::Conditions {
 public:
  ScopeConditions(const feel::ContextScope& names, const std::string& place) : names_(names), place_(place) {}
  Result<std::optional<bool>> holds(const bpmn::SequenceFlow& flow) override {
    auto value = names_.evaluate(*flow.condition);
    if (!value) return tl::unexpected(at_element(value.error(), place_, flow.id));
    if (!value->is(feel::Kind::Boolean)) return std::optional<bool>{};
    return std::optional<bool>(value->boolean());
  }

 private:
  const feel::ContextScope& names_;
  const std::string& place_;
};

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

feel::Value with_entry(const feel::Value& context, const std::string& name, feel::Value value) {
  std::vector<feel::Entry> entries;
  if (context.is(feel::Kind::Context)) entries = context.context().entries;
  entries.push_back({feel::String(name), std::move(value)});
  return feel::Value::context(std::move(entries));
}

// Turns the effects of the token engine into tasks, timers, jobs and the story.
class Planner {
 public:
  Planner(const Situation& situation, feel::ContextScope names) : situation_(situation), names_(std::move(names)) {
    plan_.variables = situation.variables;
    plan_.visited = situation.visited;
    plan_.title = situation.subject.title;
  }

  Result<void> keep(const std::string& name, feel::Value value) {
    plan_.variables = with_entry(plan_.variables, name, value);
    names_.set({name, std::move(value), nullptr});
    return {};
  }

  Result<void> outputs(const bpmn::Node& node, const feel::Value& result) {
    names_.set({"result", result, nullptr});
    if (!node.decision.result.empty()) {
      if (auto kept = keep(node.decision.result, result); !kept) return kept;
    }
    for (const bpmn::Mapping& output : node.outputs) {
      auto value = names_.evaluate(output.expression);
      if (!value) return tl::unexpected(at_element(value.error(), place(), node.id));
      if (auto kept = keep(output.name, std::move(*value)); !kept) return kept;
    }
    return {};
  }

  Result<Plan> follow(Result<bpmn::Step> step) {
    if (!step) return tl::unexpected(at_element(step.error(), place(), step.error().place.rule));
    plan_.state = std::move(step->state);
    for (const bpmn::Effect& effect : step->effects) {
      if (auto done = follow(effect); !done) return tl::unexpected(done.error());
    }
    return std::move(plan_);
  }

  bpmn::Process const& process() const { return situation_.procedure->process; }
  feel::ContextScope& names() { return names_; }
  const std::string& place() const { return situation_.procedure->place; }

 private:
  Result<void> follow(const bpmn::Effect& effect) {
    const bpmn::Node* node = effect.node.empty() ? nullptr : process().find(effect.node);
    switch (effect.kind) {
      case bpmn::EffectKind::Perform:
        visit(effect.node);
        plan_.jobs.push_back(effect.token);
        return {};
      case bpmn::EffectKind::Offer:
        visit(effect.node);
        return offer(*node, effect.token);
      case bpmn::EffectKind::SetTimer:
        visit(effect.node);
        return set_timer(*node, effect.token);
      case bpmn::EffectKind::Withdraw:
        withdraw(effect.token);
        return {};
      case bpmn::EffectKind::Pass:
        visit(effect.node);
        if (node->kind == bpmn::NodeKind::EndEvent || node->kind == bpmn::NodeKind::TerminateEndEvent) {
          plan_.outcome = {node->labels.zh, node->labels.en};
        }
        return {};
      case bpmn::EffectKind::Finish:
        plan_.finished = true;
        plan_.events.push_back(
            make_event(situation_, "completed", "", "办结：" + plan_.outcome.zh, "Closed: " + plan_.outcome.en));
        return {};
    }
    return {};
  }

  void visit(const std::string& element) { plan_.visited += (plan_.visited.empty() ? "" : " ") + element; }

  void withdraw(std::uint64_t token) {
    std::erase(plan_.jobs, token);
    std::erase_if(plan_.tasks, [&](const PlannedTask& planned) { return planned.task.token == token; });
    std::erase_if(plan_.timers, [&](const PlannedTimer& planned) { return planned.token == token; });
    plan_.withdrawn.push_back(token);
  }

  Result<void> offer(const bpmn::Node& node, std::uint64_t token) {
    feel::ContextScope names = names_;
    auto given = inputs_of(node, names);
    if (!given) return tl::unexpected(at_element(given.error(), place(), node.id));
    auto department = text_of(node.assignment.department, names);
    if (!department) return tl::unexpected(at_element(department.error(), place(), node.id));
    auto person = text_of(node.assignment.person, names);
    if (!person) return tl::unexpected(at_element(person.error(), place(), node.id));
    PlannedTask planned;
    Task& task = planned.task;
    task.token = token;
    task.element = node.id;
    task.labels = {node.labels.zh, node.labels.en};
    task.role = node.assignment.role;
    task.department = std::move(*department);
    task.person = std::move(*person);
    task.form = node.form;
    task.opened_on = situation_.day;
    task.given = std::move(*given);
    if (node.deadline_working_days > 0) {
      if (auto due = situation_.calendar.working_day_after(situation_.day, node.deadline_working_days))
        task.due_on = due->date;
    }
    planned.awaits_kind = node.completed_by_change;
    planned.awaits_when = node.completed_by_when;
    plan_.tasks.push_back(std::move(planned));
    plan_.events.push_back(
        make_event(situation_, "task_offered", node.id, "待办：" + node.labels.zh, "To do: " + node.labels.en));
    return {};
  }

  Result<void> set_timer(const bpmn::Node& node, std::uint64_t token) {
    auto due = due_of(node, names_, situation_.day, place());
    if (!due) return tl::unexpected(due.error());
    plan_.timers.push_back({token, *due});
    plan_.events.push_back(make_event(situation_, "timer_set", node.id, node.labels.zh + "：等到 " + due->to_string(),
                                      node.labels.en + ": until " + due->to_string()));
    return {};
  }

  const Situation& situation_;
  feel::ContextScope names_;
  Plan plan_;
};

}  // namespace

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
  names.set(situation.subject.value);
  names.set_all(situation.variables);
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
  Planner planner(situation, names_of(situation));
  ScopeConditions conditions(planner.names(), planner.place());
  return planner.follow(bpmn::start(planner.process(), situation.state, conditions));
}

Result<Plan> plan_complete(const Situation& situation, std::uint64_t token, const feel::Value& result) {
  Planner planner(situation, names_of(situation));
  const bpmn::Token* found = situation.state.find(token);
  const bpmn::Node* node = found == nullptr ? nullptr : planner.process().find(found->node);
  if (node != nullptr) {
    if (auto kept = planner.outputs(*node, result); !kept) return tl::unexpected(kept.error());
  }
  ScopeConditions conditions(planner.names(), planner.place());
  return planner.follow(bpmn::complete(planner.process(), situation.state, token, conditions));
}

Plan plan_cancel(const Situation& situation) {
  Planner planner(situation, names_of(situation));
  auto plan = planner.follow(Result<bpmn::Step>(bpmn::cancel(planner.process(), situation.state)));
  return plan ? std::move(*plan) : Plan{};
}

bool needs_facts_ahead(const bpmn::Process& process, const bpmn::Node& node) {
  std::set<std::size_t> seen;
  std::vector<std::size_t> ahead;
  auto add = [&](const bpmn::Node& from) {
    for (std::size_t flow : from.outgoing) ahead.push_back(process.flows[flow].target);
  };
  add(node);
  while (!ahead.empty()) {
    const std::size_t index = ahead.back();
    ahead.pop_back();
    if (!seen.insert(index).second) continue;
    const bpmn::Node& next = process.nodes[index];
    switch (next.kind) {
      case bpmn::NodeKind::UserTask:
      case bpmn::NodeKind::TimerCatchEvent:
        return true;
      case bpmn::NodeKind::ExclusiveGateway:
        if (next.outgoing.size() > 1) return true;
        add(next);
        break;
      case bpmn::NodeKind::ParallelGateway:
        add(next);
        break;
      default:
        break;  // service and rule tasks read their facts when they run; ends read none
    }
  }
  return false;
}

}  // namespace yuanqu::casework
