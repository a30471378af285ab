#include "population/insight.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "feel/compare.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t unknown_at_a_time = 16;  // each is evaluated many times

// The way tables of a decision's versions, made when first needed.
class Tables {
 public:
  explicit Tables(const DecisionProgram& program) : program_(program) {}
  const OutcomeTable& of(const DecisionVersion* version) {
    const auto found = known_.find(version);
    if (found != known_.end()) return found->second;
    OutcomeTable table;
    for (const VersionProgram& one : program_.versions) {
      if (one.version == version) table = OutcomeTable::of(one, program_.decision->result);
    }
    return known_.emplace(version, std::move(table)).first->second;
  }

 private:
  const DecisionProgram& program_;
  std::map<const DecisionVersion*, OutcomeTable> known_;
};

Result<const DecisionProgram*> program_of(const Population& population, const Decision& decision) {
  const DecisionProgram* program = population.programs().find(decision.name);
  if (program != nullptr) return program;
  return fail(ErrorCode::NotFound, "没有这个判定。", "There is no such decision.", {.field = decision.name});
}

std::shared_ptr<const Programs> shared(const Population& population) { return population.shared_programs(); }

// Calls for each subject with its state, some hundred under one lock.
void for_each_subject(
    const Population& population, const std::vector<Outcome>& outcomes,
    const std::function<void(const FactBase&, base::Date, const RecordState&, const Outcome&)>& callback,
    std::size_t at_a_time = records_at_a_time) {
  for (std::size_t begin = 0; begin < outcomes.size(); begin += at_a_time) {
    population.read([&](const Population::Image& image) {
      for (std::size_t i = begin; i < std::min(outcomes.size(), begin + at_a_time); ++i) {
        if (const auto state = image.facts.find(outcomes[i].subject))
          callback(image.facts, image.day, *state, outcomes[i]);
      }
    });
  }
}

}  // namespace

bool is_unknown(const Outcome& outcome) {
  return outcome.applies &&
         (outcome.value.is_null() || (outcome.value.is(feel::Kind::String) && outcome.value.text() == "unknown"));
}

Result<std::unique_ptr<Insight>> insight_of(Population& population, const Decision& decision, RecordId subject,
                                            base::Date day, const InsightOptions& options) {
  auto program = program_of(population, decision);
  if (!program) return tl::unexpected(program.error());
  auto insight = std::make_unique<Insight>();
  insight->decision = &decision;
  insight->aim = options.aim.empty() ? decision.aim : options.aim;
  insight->assessor = std::make_unique<Assessor>(shared(population));
  bool found = false;
  base::Date today;
  population.read([&](const Population::Image& image) {
    const auto state = image.facts.resolve(subject);
    today = image.day;
    if (state == nullptr || state->kind != decision.kind->number) return;
    found = true;
    insight->file = state->file;
    subject = state->id;
    insight->facts = std::make_unique<WhatIf>(*insight->assessor, **program, image.facts, *state, day);
  });
  if (!found)
    return fail(ErrorCode::NotFound, "没有这条记录，或这个判定不针对它。",
                "There is no such record, or the decision is not about it.");
  const Assessment& now = insight->facts->now();
  insight->outcome = Outcome{.subject = subject, .applies = now.applies, .value = now.value, .rules = now.rules};
  if (day == today) {
    if (auto current = population.outcome(decision, subject)) insight->outcome = *current;
  }
  Cells cells;
  Tables tables(**program);
  insight->reasons = reasons_of(*insight->facts, tables.of(now.version), insight->aim, cells);
  if (options.levers != nullptr && !is_unknown(insight->outcome)) {
    insight->fixes = fixes_for(*insight->facts, insight->reasons, *options.levers, insight->aim, cells, options.search);
  }
  return insight;
}

Result<std::vector<NearMiss>> near_misses(const Population& population, const NearMissQuery& query) {
  auto program = program_of(population, *query.decision);
  if (!program) return tl::unexpected(program.error());
  const std::string aim = query.aim.empty() ? query.decision->aim : query.aim;
  if (aim.empty()) {
    return fail(ErrorCode::Invalid, "请指明想达到的结论：这个判定没有写 aim。",
                "Say which outcome is wished for: the decision names no `aim`.", {.field = "aim"});
  }
  const feel::Value wanted(aim);
  std::vector<Outcome> outcomes = population.outcomes(*query.decision);
  std::erase_if(outcomes, [&](const Outcome& outcome) {
    return !outcome.applies || is_unknown(outcome) || feel::same(outcome.value, wanted);
  });
  Assessor assessor(shared(population));
  Cells cells;
  Tables tables(**program);
  std::vector<NearMiss> found;
  for_each_subject(
      population, outcomes,
      [&](const FactBase& facts, base::Date day, const RecordState& state, const Outcome& outcome) {
        if (query.allowed && !query.allowed(state.id, state.file)) return;
        Detail detail;
        const Assessment now = assessor.assess(**program, facts, state, day, &detail);
        std::vector<Condition> conditions = conditions_of(detail.trace, cells);
        const std::vector<Way> ways = tables.of(now.version).ways(conditions, wanted);
        const auto way =
            std::find_if(ways.begin(), ways.end(), [](const Way& one) { return one.unknown == 0 && one.unmet > 0; });
        if (way == ways.end() || way->unmet > query.conditions_max) return;
        NearMiss miss{.subject = state.id, .file = state.file, .value = outcome.value, .way = *way, .failed = {}};
        for (const std::size_t i : way->conditions) {
          if (conditions[i].verdict == Verdict::Unmet) miss.failed.push_back(std::move(conditions[i]));
        }
        found.push_back(std::move(miss));
      });
  std::sort(found.begin(), found.end(), [](const NearMiss& a, const NearMiss& b) {
    return std::tuple(a.way.unmet, a.way.gap, a.subject) < std::tuple(b.way.unmet, b.way.gap, b.subject);
  });
  return found;
}

Unknowns unknowns_of(const Population& population, const Decision& decision,
                     const std::function<bool(RecordId, FileId)>& allowed, std::size_t examined_max) {
  Unknowns unknowns;
  const auto program = program_of(population, decision);
  if (!program) return unknowns;
  std::vector<Outcome> outcomes = population.outcomes(decision);
  std::erase_if(outcomes, [](const Outcome& outcome) { return !outcome.applies; });
  Assessor assessor(shared(population));
  Cells cells;
  struct Tally {
    std::vector<RecordId> subjects;
    std::vector<UnknownShare::Lack> lacks;
    std::map<register_::NullReason, std::size_t> reasons;
  };
  std::map<std::tuple<const Kind*, const Field*>, Tally> tallies;
  for_each_subject(
      population, outcomes,
      [&](const FactBase& facts, base::Date day, const RecordState& state, const Outcome& outcome) {
        if (allowed && !allowed(state.id, state.file)) return;
        ++unknowns.all;
        if (!is_unknown(outcome)) return;
        unknowns.subjects.push_back(state.id);
        if (unknowns.examined >= examined_max) return;
        ++unknowns.examined;
        WhatIf what_if(assessor, **program, facts, state, day);
        for (const Missing& missing : missing_of(what_if, cells)) {
          Tally& tally = tallies[{missing.kind, missing.field}];
          if (tally.subjects.empty() || tally.subjects.back() != state.id) tally.subjects.push_back(state.id);
          tally.lacks.push_back({state.id, missing.record, missing.about});
          ++tally.reasons[missing.reason];
        }
      },
      unknown_at_a_time);
  for (auto& [what, tally] : tallies) {
    UnknownShare share{.kind = std::get<0>(what),
                       .field = std::get<1>(what),
                       .subjects = std::move(tally.subjects),
                       .lacks = std::move(tally.lacks)};
    const auto often = std::max_element(tally.reasons.begin(), tally.reasons.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
    if (often != tally.reasons.end()) share.reason = often->first;
    if (share.field != nullptr && !share.field->sources.empty()) share.source = share.field->sources.front();
    if (share.field == nullptr && share.kind != nullptr) {
      for (const Field& field : share.kind->fields) {
        if (share.source == 0 && !field.sources.empty()) share.source = field.sources.front();
      }
    }
    unknowns.shares.push_back(std::move(share));
  }
  std::stable_sort(unknowns.shares.begin(), unknowns.shares.end(),
                   [](const auto& a, const auto& b) { return a.subjects.size() > b.subjects.size(); });
  std::sort(unknowns.subjects.begin(), unknowns.subjects.end());
  return unknowns;
}

}  // namespace yuanqu::population
