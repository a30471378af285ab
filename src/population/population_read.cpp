#include <algorithm>
#include <set>

#include "feel/compare.hpp"
#include "population/kind_type.hpp"
#include "population/population_state.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

std::optional<Outcome> Population::outcome(const Decision& decision, RecordId subject) {
  const std::lock_guard reading(state_->reader_mutex);
  const std::size_t program = state_->index_of(decision);
  Outcome found;
  {
    const std::shared_lock lock(state_->mutex);
    const auto at = state_->outcomes[program].find(subject);
    if (!at) return std::nullopt;
    found = *at;
    // Outcomes found by columns come without the rules; they are worked out when somebody asks.
    if (!found.applies || (found.since && !found.rules.empty())) return found;
    const auto record = state_->facts.find(subject);
    if (record == nullptr) return found;
    const DecisionProgram& compiled = state_->programs->all()[program];
    const Assessment now = state_->reader.assess(compiled, state_->facts, *record, state_->day);
    found.rules = now.rules;
    if (!found.since) found.since = state_->reader.since(compiled, state_->facts, *record, now, state_->day);
    if (!found.since) found.since = record->first_day();
  }
  const std::unique_lock lock(state_->mutex);
  auto at = state_->outcomes[program].find(subject);
  if (at && feel::same(at->value, found.value)) {
    if (!at->since) at->since = found.since;
    at->rules = found.rules;
    state_->outcomes[program].put(*at);
  }
  return found;
}

std::vector<std::pair<const Decision*, Outcome>> Population::outcomes_of(RecordId subject) {
  std::vector<std::pair<const Decision*, Outcome>> found;
  const std::shared_ptr<const Programs> programs = state_->programs.shared();
  for (const DecisionProgram& program : programs->all()) {
    auto one = outcome(*program.decision, subject);
    if (one && one->applies) found.emplace_back(program.decision, std::move(*one));
  }
  return found;
}

std::shared_ptr<const Programs> Population::shared_programs() const { return state_->programs.shared(); }

void Population::read(const std::function<void(const Image& image)>& look) const {
  const std::shared_lock lock(state_->mutex);
  look(state_->view());
}

Population::Image Population::State::view() const {
  return {facts, day,
          [this](const Decision& decision, RecordId subject) -> std::optional<Outcome> {
            const std::size_t program = index_of(decision);
            return program < outcomes.size() ? outcomes[program].find(subject) : std::nullopt;
          },
          image_built ? &image : nullptr};
}

FileId Population::State::file_of(const Kind& kind, RecordId record) const {
  const auto row = image_built ? image.row_of(kind, record) : std::nullopt;
  if (row) return image.file_of(kind, *row);
  const auto state = facts.find(record);
  return state == nullptr ? 0 : state->file;
}

std::vector<Outcome> Population::outcomes(const Decision& decision) const {
  std::vector<Outcome> all;
  {
    const std::shared_lock lock(state_->mutex);
    const HeldOutcomes& known = state_->outcomes[state_->index_of(decision)];
    all.reserve(known.size());
    known.for_each([&](const Outcome& outcome) { all.push_back(outcome); });
  }
  std::sort(all.begin(), all.end(), [](const Outcome& a, const Outcome& b) { return a.subject < b.subject; });
  return all;
}

std::vector<OutcomeCount> Population::count(const Decision& decision) const {
  std::map<std::string, std::size_t> counts;
  for (const OutcomeLabel& label : decision.values) counts[label.code] = 0;
  {
    const std::shared_lock lock(state_->mutex);
    const HeldOutcomes& known = state_->outcomes[state_->index_of(decision)];
    for (std::uint32_t number = 1; number < known.values(); ++number) {
      const HeldOutcomes::Kept& kept = known.value(number);
      if (kept.used != 0 && kept.applies) counts[code_of(kept.applies, kept.value)] += kept.used;
    }
  }
  // In the order the pack gives its codes, then the others.
  std::vector<OutcomeCount> ordered;
  for (const OutcomeLabel& label : decision.values) {
    ordered.push_back({label.code, counts[label.code]});
    counts.erase(label.code);
  }
  for (const auto& [value, number] : counts) ordered.push_back({value, number});
  return ordered;
}

std::vector<Coming> Population::coming(base::Date from, base::Date to, const Decision* decision) const {
  std::vector<Coming> coming;
  const std::shared_lock lock(state_->mutex);
  for (std::size_t i = 0; i < state_->outcomes.size(); ++i) {
    const Decision* one = state_->programs->all()[i].decision;
    if (decision != nullptr && one->number != decision->number) continue;
    state_->outcomes[i].for_each([&](const Outcome& outcome) {
      if (!outcome.until || *outcome.until < from || *outcome.until > to) return;
      coming.push_back({one, outcome, state_->file_of(*one->kind, outcome.subject)});
    });
  }
  std::sort(coming.begin(), coming.end(), [](const Coming& a, const Coming& b) {
    return std::tuple(*a.outcome.until, a.decision->number, a.outcome.subject) <
           std::tuple(*b.outcome.until, b.decision->number, b.outcome.subject);
  });
  return coming;
}

Result<Explanation> Population::explain(const Decision& decision, RecordId subject, base::Date day) {
  const std::size_t program = state_->index_of(decision);
  auto current = outcome(decision, subject);
  const std::lock_guard reading(state_->reader_mutex);
  const std::shared_lock lock(state_->mutex);
  const auto record = state_->facts.resolve(subject);
  if (record == nullptr || record->kind != decision.kind->number) {
    return fail(ErrorCode::NotFound, "没有这条记录，或这个判定不针对它。",
                "There is no such record, or the decision is not about it.");
  }
  Explanation explanation{.decision = &decision};
  const Assessment assessment =
      state_->reader.assess(state_->programs->all()[program], state_->facts, *record, day, &explanation.detail);
  explanation.version = assessment.version;
  explanation.details = assessment.details;
  explanation.outcome = current && day == state_->day ? *current
                                                      : Outcome{.subject = subject,
                                                                .applies = assessment.applies,
                                                                .value = assessment.value,
                                                                .rules = assessment.rules};
  return explanation;
}

std::optional<feel::NamedValue> Population::subject_value(RecordId subject, base::Date day) const {
  const std::shared_lock lock(state_->mutex);
  const auto record = state_->facts.resolve(subject);
  if (record == nullptr) return std::nullopt;
  const Catalogue& catalogue = state_->facts.catalogue();
  const Kind* kind = catalogue.kind(record->kind);
  const feel::TypePointer type = type_of_kind(catalogue, *kind);
  auto projection = Projection::make(catalogue, *kind, type);
  if (!projection) return std::nullopt;
  Built built;
  return feel::NamedValue{kind->feel_name, projection->build(state_->facts, *record, day, built), type};
}

std::optional<RecordState> Population::state(RecordId record) const {
  const std::shared_lock lock(state_->mutex);
  const auto found = state_->facts.resolve(record);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void Population::for_each_value(const Kind& kind, const Field& field,
                                const std::function<void(RecordId, const register_::Value&)>& callback) const {
  const std::shared_lock lock(state_->mutex);
  for (const RecordId id : state_->facts.of_kind(kind)) {
    const auto record = state_->facts.find(id);
    if (record == nullptr || register_::read_closed(*record, state_->day).closed) continue;
    callback(id, register_::read_plain(*record, field, state_->day).value());
  }
}

}  // namespace yuanqu::population
