#include "population/assessor.hpp"

#include <algorithm>

#include "feel/compare.hpp"

namespace yuanqu::population {

namespace {

// Days on which a fact of any record in reach of the subject takes effect, latest first, not after `day`.
std::vector<base::Date> days_of_change(const FactBase& facts, const RecordState& subject, base::Date day) {
  std::set<base::Date> days;
  const auto add = [&](const RecordState& state) {
    for (const register_::Fact& fact : state.facts) {
      if (fact.effective_from <= day) days.insert(fact.effective_from);
    }
  };
  add(subject);
  const Kind* kind = facts.catalogue().kind(subject.kind);
  for (const Field& field : kind->fields) {
    if (field.type != register_::FieldType::Reference) continue;
    for (const RecordId id : facts.targets(subject, field)) {
      if (const auto target = facts.resolve(id); target != nullptr) add(*target);
    }
  }
  for (const auto& [child, field] : facts.catalogue().referring_to(*kind)) {
    for (const RecordId id : facts.referring(subject.id, *child, *field)) {
      if (const auto state = facts.find(id); state != nullptr) add(*state);
    }
  }
  return {days.rbegin(), days.rend()};
}
}  // namespace

bool same_outcome(const Assessment& a, const Assessment& b) {
  return a.applies == b.applies && (!a.applies || feel::same(a.value, b.value));
}

void Assessor::adopt(std::shared_ptr<const Programs> programs) {
  plain_.clear();
  detailed_.clear();
  programs_ = std::move(programs);
}

dmn::Evaluator& Assessor::evaluator_of(const VersionProgram& program, bool detailed) {
  std::unique_ptr<dmn::Evaluator>& slot = (detailed ? detailed_ : plain_)[&program];
  if (slot == nullptr) {
    dmn::EvaluatorOptions options;
    options.collect_failures = detailed;
    options.collect_matches = true;
    options.trace = detailed;
    slot = std::make_unique<dmn::Evaluator>(program.models, options);
  }
  return *slot;
}

feel::Value Assessor::evaluate_text(const SubjectText& text, const FactBase& facts, const RecordState& subject,
                                    base::Date day, Built& built, const Boundary& boundary) {
  evaluation_.reset();
  feel::Horizon horizon(day);
  evaluation_.track(&horizon);
  feel::Frame frame(evaluation_, text.scope->frame_size());
  frame[text.subject] = text.projection->build(facts, subject, day, built);
  frame[text.today] = feel::today_value(day);
  feel::Value value = text.expression.evaluate(evaluation_, frame);
  if (value.moves() && boundary != nullptr && value.is(feel::Kind::Date)) {
    if (const auto at = boundary(value.date()))
      feel::note_comparison(horizon, value, feel::Relation::GreaterOrEqual, feel::Value(*at));
  } else if (value.moves()) {
    feel::note_use(horizon, value);
  }
  value.set_motion({});
  evaluation_.track(nullptr);
  built.lower(horizon.first_change());
  return value;
}

Assessment Assessor::assess(const DecisionProgram& program, const FactBase& facts, const RecordState& subject,
                            base::Date day, Detail* detail) {
  Assessment assessment;
  Built built;
  const register_::ClosedReading closed = register_::read_closed(subject, day);
  built.lower(closed.until);
  const auto first = subject.first_day();
  const bool known = first && *first <= day;
  if (first && *first > day) built.lower(first);
  assessment.applies = !closed.closed && known && subject.alias_of == 0;
  if (assessment.applies && program.applies) {
    assessment.applies = evaluate_text(*program.applies, facts, subject, day, built).is_true();
  }
  if (!assessment.applies) {
    assessment.horizon = built.until;
    return assessment;
  }
  base::Date business_date = day;
  if (program.business_date) {
    // A business date that is the day itself, or moves with it, turns the outcome where another version or other
    // parameters begin, not every day.
    const feel::Value value = evaluate_text(*program.business_date, facts, subject, day, built, [&](base::Date date) {
      std::optional<base::Date> next = program.decision->next_version(date);
      (void)programs_->decisions().parameters_on(date, next);
      return next;
    });
    if (!value.is(feel::Kind::Date)) {  // no business date: no version holds, the outcome is unknown
      assessment.horizon = built.until;
      return assessment;
    }
    business_date = value.date();
  } else {
    built.lower(program.decision->next_version(day));
  }
  const auto chosen = std::find_if(
      program.versions.begin(), program.versions.end(),
      [&](const VersionProgram& candidate) { return candidate.version == program.decision->version(business_date); });
  if (chosen == program.versions.end()) {
    assessment.horizon = built.until;
    return assessment;
  }
  assessment.version = chosen->version;

  dmn::Evaluator& evaluator = evaluator_of(*chosen, detail != nullptr);
  evaluator.set_day(day, true);
  evaluator.begin();
  if (detail != nullptr) built.used = &detail->facts;
  for (const ProgramInput& input : chosen->inputs) {
    switch (input.role) {
      case InputRole::Subject: evaluator.set(input.element, input.projection->build(facts, subject, day, built)); break;
      case InputRole::Calendar: evaluator.set(input.element, programs_->decisions().calendar()); break;
      case InputRole::Parameters: {
        std::optional<base::Date> until;
        evaluator.set(input.element, programs_->decisions().parameters_on(business_date, until));
        if (!program.business_date) built.lower(until);
        break;
      }
      case InputRole::Day: break;
    }
  }
  assessment.details = evaluator.value_of(chosen->decision);
  built.lower(evaluator.horizon());
  assessment.value = assessment.details;
  if (!program.decision->result.empty()) {
    const feel::Value* entry = assessment.details.is(feel::Kind::Context)
                                   ? assessment.details.context().find(program.decision->result)
                                   : nullptr;
    assessment.value = entry == nullptr ? feel::Value() : *entry;
  }
  for (const dmn::MatchedRules& matched : evaluator.matched()) {
    if (!assessment.rules.empty()) assessment.rules += "; ";
    assessment.rules += std::string(matched.decision) + ":";
    for (std::size_t i = 0; i < matched.rules.size(); ++i)
      assessment.rules += (i == 0 ? " " : ", ") + std::to_string(matched.rules[i]);
  }
  if (detail != nullptr) {
    detail->failures = evaluator.failures();
    // What a short cut left out is evaluated too: an explanation shows every table.
    std::vector<dmn::ElementIndex> required = chosen->models->requirements_of(chosen->decision);
    for (std::size_t i = 0; i < required.size() && required.size() < 1000; ++i) {
      if (chosen->models->elements()[required[i]].kind != dmn::ElementKind::Decision) continue;
      (void)evaluator.value_of(required[i]);
      for (const dmn::ElementIndex next : chosen->models->requirements_of(required[i])) {
        if (std::find(required.begin(), required.end(), next) == required.end()) required.push_back(next);
      }
    }
    detail->trace = evaluator.trace();
  }
  assessment.horizon = built.until;
  return assessment;
}

std::optional<base::Date> Assessor::until(const DecisionProgram& program, const FactBase& facts,
                                          const RecordState& subject, const Assessment& now, base::Date day,
                                          std::optional<base::Date>& look_again) {
  const auto last = day.plus_months(12 * years_ahead_max).value_or(day);
  std::optional<base::Date> next = now.horizon;
  for (int step = 0; step < horizon_steps_max && next && *next <= last; ++step) {
    const Assessment then = assess(program, facts, subject, *next, nullptr);
    if (!same_outcome(now, then)) {
      look_again = next;
      return next;
    }
    next = then.horizon && *then.horizon > *next ? then.horizon : std::nullopt;
  }
  look_again = next;
  return std::nullopt;
}

std::optional<base::Date> Assessor::since(const DecisionProgram& program, const FactBase& facts,
                                          const RecordState& subject, const Assessment& now, base::Date day) {
  base::Date segment_end = day;  // the outcome is known to be `now` from some day in or before the segment up to here
  for (const base::Date start : days_of_change(facts, subject, day)) {
    // Walk this segment forward by horizons and find the last day in it on which the outcome still differed.
    std::optional<base::Date> turned;
    base::Date at = start;
    bool differs = false;
    for (int step = 0; step < horizon_steps_max; ++step) {
      const Assessment then = assess(program, facts, subject, at, nullptr);
      if (same_outcome(now, then)) {
        if (differs) turned = at;
        differs = false;
      } else {
        differs = true;
      }
      if (!then.horizon || *then.horizon > segment_end || *then.horizon <= at) break;
      at = *then.horizon;
    }
    // Differing up to the end of the segment: the change that begins the next one brought the outcome.
    if (differs) return segment_end == day ? day : base::Date::from_days(segment_end.days() + 1);
    if (turned) return turned;
    segment_end = base::Date::from_days(start.days() - 1);
  }
  return std::nullopt;
}

}  // namespace yuanqu::population
