#include "population/column_assessor.hpp"

#include <algorithm>

#include "feel/compare.hpp"
#include "population/kind_type.hpp"

namespace yuanqu::population {

namespace {

constexpr std::size_t chunk_rows = columns::block_rows;

std::int32_t horizon_word(std::optional<base::Date> day) {
  return day && day->days() < INT32_MAX ? static_cast<std::int32_t>(day->days()) : INT32_MAX;
}

}  // namespace

columns::Runner* ColumnAssessor::text_program(const std::string& key, const Kind& kind, const std::string& text) {
  auto found = compiled_.find(key);
  if (found == compiled_.end()) {
    auto program = columns::compile_expression(image_.store(), image_.table(kind), kind.feel_name,
                                               type_of_kind(image_.catalogue(), kind), text, {.track = true});
    if (program)
      found = compiled_.emplace(key, std::make_unique<columns::Runner>(*program)).first;
    else
      found = compiled_.emplace(key, tl::unexpected(program.error())).first;
  }
  return found->second ? found->second->get() : nullptr;
}

void ColumnAssessor::adopt(std::shared_ptr<const Programs> programs) {
  wanted_.clear();
  compiled_.clear();
  programs_ = std::move(programs);
}

bool ColumnAssessor::compile_wanted() {
  for (const Wanted& one : wanted_) (void)version_program(*one.decision, *one.version, one.business_date, true);
  return !std::exchange(wanted_, {}).empty();
}

ColumnAssessor::Compiled* ColumnAssessor::version_program(const DecisionProgram& decision,
                                                          const VersionProgram& version, base::Date business_date,
                                                          bool may_compile) {
  std::optional<base::Date> until;
  const feel::Value parameters = programs_->decisions().parameters_on(business_date, until);
  const bool wanted = std::any_of(version.inputs.begin(), version.inputs.end(),
                                  [](const ProgramInput& input) { return input.role == InputRole::Parameters; });
  const std::string key = std::to_string(decision.decision->number) + "/" + version.version->model + "/" +
                          version.version->valid_from.to_string() + "/" + std::to_string(version.version->publication) +
                          (wanted ? "/" + feel::to_literal(parameters) : "");
  const auto found = compiled_.find(key);
  if (found != compiled_.end()) return &found->second;
  if (!may_compile) {
    wanted_.push_back({&decision, &version, business_date});
    return nullptr;
  }
  std::vector<columns::Binding> bindings;
  for (const ProgramInput& input : version.inputs) {
    using What = columns::Binding::What;
    switch (input.role) {
      case InputRole::Subject: bindings.push_back({input.element, What::Row, {}, {}}); break;
      case InputRole::Calendar:
        bindings.push_back({input.element, What::Constant, {}, programs_->decisions().calendar()});
        break;
      case InputRole::Parameters: bindings.push_back({input.element, What::Constant, {}, parameters}); break;
      case InputRole::Day: bindings.push_back({input.element, What::Day, {}, {}}); break;
    }
  }
  auto program = columns::compile_decision(image_.store(), image_.table(*decision.decision->kind), version.models,
                                           version.decision, bindings, {.track = true});
  if (!program) return &compiled_.emplace(key, tl::unexpected(program.error())).first->second;
  return &compiled_.emplace(key, std::make_unique<columns::Runner>(*program)).first->second;
}

std::vector<ColumnAssessor::Step> ColumnAssessor::evaluate(const DecisionProgram& decision,
                                                           std::span<const std::int32_t> rows,
                                                           std::span<const std::int32_t> days) {
  const Kind& kind = *decision.decision->kind;
  const std::string number = std::to_string(decision.decision->number);
  std::vector<Step> steps(rows.size());
  const auto note = [](Step& step, const columns::Runner& runner, std::size_t i) {
    step.horizon = std::min(step.horizon, runner.horizons()[i]);
    step.facts_until = std::min(step.facts_until, runner.facts_until()[i]);
  };
  std::vector<std::size_t> open;
  const columns::Table& table = image_.table(kind);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t changes = table.columns[table.changes].word(static_cast<std::size_t>(rows[i]));
    steps[i].facts_until =
        static_cast<std::int32_t>(std::min<std::int64_t>(changes == columns::null64 ? INT32_MAX : changes, INT32_MAX));
    steps[i].answered = true;
    if (image_.is_open(kind, rows[i])) open.push_back(i);
  }
  const auto each = [&](columns::Runner& runner, std::span<const std::size_t> which, const auto& take) {
    std::vector<std::int32_t> some_rows, some_days;
    for (std::size_t first = 0; first < which.size(); first += chunk_rows) {
      const auto part = which.subspan(first, std::min(chunk_rows, which.size() - first));
      some_rows.clear();
      some_days.clear();
      for (const std::size_t i : part) {
        some_rows.push_back(rows[i]);
        some_days.push_back(days[i]);
      }
      runner.run(some_rows, some_days);
      rows_ += part.size();
      for (std::size_t k = 0; k < part.size(); ++k) {
        if (runner.escaped(k)) {
          steps[part[k]].answered = false;
          continue;
        }
        note(steps[part[k]], runner, k);
        take(part[k], k);
      }
    }
  };
  if (decision.applies) {
    columns::Runner* runner = text_program(number + "/applies", kind, decision.decision->applies);
    if (runner == nullptr) {
      for (const std::size_t i : open) steps[i].answered = false;
      return steps;
    }
    std::vector<std::size_t> applying;
    each(*runner, open, [&](std::size_t i, std::size_t k) {
      if (runner->truths()[k] == columns::yes) applying.push_back(i);
    });
    open = std::move(applying);
  }
  for (const std::size_t i : open) steps[i].applies = true;
  std::vector<std::int32_t> business(rows.size(), columns::null32);
  if (decision.business_date) {
    columns::Runner* runner = text_program(number + "/business date", kind, decision.decision->business_date);
    if (runner == nullptr) {
      for (const std::size_t i : open) steps[i].answered = false;
      return steps;
    }
    each(*runner, open, [&](std::size_t i, std::size_t k) {
      const feel::Value value = runner->value(k);
      if (value.is(feel::Kind::Date)) business[i] = static_cast<std::int32_t>(value.date().days());
    });
  } else {
    for (const std::size_t i : open) {
      business[i] = days[i];
      const base::Date day = base::Date::from_days(days[i]);
      steps[i].horizon = std::min(steps[i].horizon, horizon_word(decision.decision->next_version(day)));
      std::optional<base::Date> until;
      (void)programs_->decisions().parameters_on(day, until);
      steps[i].horizon = std::min(steps[i].horizon, horizon_word(until));
    }
  }
  // Rows of one version and one set of parameters go together.
  std::map<std::int32_t, std::vector<std::size_t>> by_date;
  for (const std::size_t i : open) {
    if (steps[i].answered && business[i] != columns::null32) by_date[business[i]].push_back(i);
  }
  std::map<columns::Runner*, std::vector<std::size_t>> by_program;
  for (const auto& [day, which] : by_date) {
    const base::Date business_date = base::Date::from_days(day);
    const DecisionVersion* in_force = decision.decision->version(business_date);
    const auto version = std::find_if(decision.versions.begin(), decision.versions.end(),
                                      [&](const VersionProgram& candidate) { return candidate.version == in_force; });
    if (in_force == nullptr || version == decision.versions.end()) continue;  // no version holds: null
    Compiled* compiled = version_program(decision, *version, business_date, false);
    if (compiled == nullptr || !*compiled) {
      for (const std::size_t i : which) steps[i].answered = false;
      continue;
    }
    auto& group = by_program[(*compiled)->get()];
    group.insert(group.end(), which.begin(), which.end());
  }
  for (auto& [runner, which] : by_program) {
    each(*runner, which, [&, with = runner](std::size_t i, std::size_t k) {
      feel::Value details = with->value(k);
      if (decision.decision->result.empty()) {
        steps[i].value = std::move(details);
        return;
      }
      const feel::Value* entry =
          details.is(feel::Kind::Context) ? details.context().find(decision.decision->result) : nullptr;
      steps[i].value = entry == nullptr ? feel::Value() : feel::Value(*entry);
    });
  }
  return steps;
}

std::vector<ColumnOutcome> ColumnAssessor::assess(const DecisionProgram& decision, std::span<const RecordId> subjects,
                                                  bool until) {
  std::vector<ColumnOutcome> outcomes(subjects.size());
  if (!reads_freely(decision, nullptr)) return outcomes;
  std::vector<std::int32_t> rows, days;
  std::vector<std::size_t> place;
  const auto today = static_cast<std::int32_t>(image_.day().days());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const auto row = image_.row_of(subjects[i]);
    if (!row) continue;
    rows.push_back(*row);
    days.push_back(today);
    place.push_back(i);
  }
  std::vector<Step> steps = evaluate(decision, rows, days);
  std::vector<std::size_t> waiting;  // into rows: their next day is not looked at yet
  const std::int32_t last = horizon_word(image_.day().plus_months(12 * years_ahead_max));
  std::vector<std::int32_t> next(rows.size(), INT32_MAX);
  const auto settle = [&](std::size_t k, const Step& step) {
    // Later than facts change the columns say nothing.
    ColumnOutcome& outcome = outcomes[place[k]];
    next[k] = std::min(step.horizon, step.facts_until);
    if (next[k] == INT32_MAX || next[k] > last) {
      outcome.until_known = true;
      if (next[k] != INT32_MAX) outcome.look_again = base::Date::from_days(next[k]);
    } else if (next[k] < step.facts_until) {
      waiting.push_back(k);
    }
  };
  for (std::size_t k = 0; k < rows.size(); ++k) {
    ColumnOutcome& outcome = outcomes[place[k]];
    outcome.answered = steps[k].answered;
    outcome.applies = steps[k].answered && steps[k].applies;
    outcome.value = steps[k].value;
    if (until && steps[k].answered) settle(k, steps[k]);
  }
  for (int round = 0; round < horizon_steps_max && !waiting.empty(); ++round) {
    const std::vector<std::size_t> now = std::exchange(waiting, {});
    std::vector<std::int32_t> some_rows, some_days;
    for (const std::size_t k : now) {
      some_rows.push_back(rows[k]);
      some_days.push_back(next[k]);
    }
    const std::vector<Step> then = evaluate(decision, some_rows, some_days);
    for (std::size_t j = 0; j < now.size(); ++j) {
      const std::size_t k = now[j];
      if (!then[j].answered) continue;  // the Assessor says until when
      const bool same =
          then[j].applies == steps[k].applies && (!steps[k].applies || feel::same(then[j].value, steps[k].value));
      if (same) {
        Step on = then[j];
        on.facts_until = std::min(on.facts_until, steps[k].facts_until);
        if (on.horizon <= next[k]) on.horizon = INT32_MAX;
        settle(k, on);
      } else {
        ColumnOutcome& outcome = outcomes[place[k]];
        outcome.until_known = true;
        outcome.until = outcome.look_again = base::Date::from_days(next[k]);
      }
    }
  }
  return outcomes;
}

bool ColumnAssessor::reads_freely(const DecisionProgram& decision, base::Error* why) const {
  const auto refuse = [&](const char* zh, const char* en) {
    if (why != nullptr) *why = base::Error{.code = base::ErrorCode::Unsupported, .zh = zh, .en = en};
    return false;
  };
  if (!register_::Use(image_.catalogue(), decision.decision->purpose).unrestricted())
    return refuse("判定的用途限制了可读的来源。", "The purpose of the decision narrows the sources it may read.");
  const auto kinds = image_.catalogue().kinds();
  const bool owed = std::any_of(kinds.begin(), kinds.end(), [&](const Kind* kind) {
    return !facts_.sources().quiet(kind->number) && decision.reads(*kind);
  });
  return !owed || refuse("有来源按日程报送它所读的记录，可能迟报。",
                         "A source owes the records it reads on a schedule, and may be late.");
}

bool ColumnAssessor::can(const DecisionProgram& decision, base::Error* why) {
  if (!reads_freely(decision, why)) return false;
  const Kind& kind = *decision.decision->kind;
  const std::string number = std::to_string(decision.decision->number);
  const auto refused = [&](const base::Error& error) {
    if (why != nullptr) *why = error;
    return false;
  };
  if (decision.applies && text_program(number + "/applies", kind, decision.decision->applies) == nullptr)
    return refused(compiled_.at(number + "/applies").error());
  if (decision.business_date &&
      text_program(number + "/business date", kind, decision.decision->business_date) == nullptr)
    return refused(compiled_.at(number + "/business date").error());
  for (const VersionProgram& version : decision.versions) {
    const Compiled& compiled = *version_program(decision, version, version.version->valid_from, true);
    if (!compiled) return refused(compiled.error());
  }
  return true;
}

std::vector<ByItself> ColumnAssessor::by_itself(const DecisionProgram& decision) {
  std::vector<ByItself> found;
  const std::string number = std::to_string(decision.decision->number);
  const auto add = [&](const std::string& model, const Compiled& compiled) {
    if (!compiled) {
      found.push_back({decision.decision->name, model, {}, compiled.error().zh, compiled.error().en});
      return;
    }
    for (const columns::SlowPart& part : (*compiled)->program().slow_parts)
      found.push_back({decision.decision->name, model, part.text, part.zh, part.en});
  };
  base::Error why;
  if (!reads_freely(decision, &why)) {
    found.push_back({decision.decision->name, decision.decision->place, {}, why.zh, why.en});
    return found;
  }
  (void)can(decision, &why);
  for (const char* text : {"/applies", "/business date"}) {
    if (const auto one = compiled_.find(number + text); one != compiled_.end())
      add(decision.decision->place, one->second);
  }
  for (const VersionProgram& version : decision.versions)
    add(version.version->model, *version_program(decision, version, version.version->valid_from, true));
  return found;
}

}  // namespace yuanqu::population
