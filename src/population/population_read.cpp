#include <algorithm>
#include <set>

#include "feel/compare.hpp"
#include "population/kind_type.hpp"
#include "population/population_state.hpp"
#include "population/readable_texts.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {
std::string code_of(const Outcome& outcome) {
  if (!outcome.applies) return "none";
  if (outcome.value.is_null()) return "unknown";
  return outcome.value.is(feel::Kind::String) ? std::string(outcome.value.text()) : feel::to_literal(outcome.value);
}
}  // namespace

std::optional<Outcome> Population::outcome(const Decision& decision, RecordId subject) {
  const std::lock_guard reading(state_->reader_mutex);
  const std::size_t program = state_->index_of(decision);
  Outcome found;
  {
    const std::shared_lock lock(state_->mutex);
    const auto at = state_->outcomes[program].find(subject);
    if (at == state_->outcomes[program].end()) return std::nullopt;
    found = at->second;
    // Outcomes found by columns come without the rules; they are worked out when somebody asks.
    if (!found.applies || (found.since && !found.rules.empty())) return found;
    const RecordState* record = state_->facts.find(subject);
    if (record == nullptr) return found;
    const DecisionProgram& compiled = state_->programs->all()[program];
    const Assessment now = state_->reader.assess(compiled, state_->facts, *record, state_->day);
    found.rules = now.rules;
    if (!found.since) found.since = state_->reader.since(compiled, state_->facts, *record, now, state_->day);
    if (!found.since) found.since = record->first_day();
  }
  const std::unique_lock lock(state_->mutex);
  const auto at = state_->outcomes[program].find(subject);
  if (at != state_->outcomes[program].end() && feel::same(at->second.value, found.value)) {
    if (!at->second.since) at->second.since = found.since;
    at->second.rules = found.rules;
  }
  return found;
}

std::vector<std::pair<const Decision*, Outcome>> Population::outcomes_of(RecordId subject) {
  std::vector<std::pair<const Decision*, Outcome>> found;
  for (const DecisionProgram& program : state_->programs->all()) {
    auto one = outcome(*program.decision, subject);
    if (one && one->applies) found.emplace_back(program.decision, std::move(*one));
  }
  return found;
}

std::shared_ptr<const Programs> Population::shared_programs() const { return state_->programs; }

void Population::read(const std::function<void(const Image& image)>& look) const {
  const std::shared_lock lock(state_->mutex);
  look(state_->image());
}

Population::Image Population::State::image() const {
  return {facts, day, [this](const Decision& decision, RecordId subject) -> const Outcome* {
            const std::size_t program = index_of(decision);
            if (program >= outcomes.size()) return nullptr;
            const auto found = outcomes[program].find(subject);
            return found == outcomes[program].end() ? nullptr : &found->second;
          }};
}

std::vector<Outcome> Population::outcomes(const Decision& decision) const {
  std::vector<Outcome> all;
  {
    const std::shared_lock lock(state_->mutex);
    const auto& known = state_->outcomes[state_->index_of(decision)];
    all.reserve(known.size());
    for (const auto& [subject, outcome] : known) all.push_back(outcome);
  }
  std::sort(all.begin(), all.end(), [](const Outcome& a, const Outcome& b) { return a.subject < b.subject; });
  return all;
}

std::vector<OutcomeCount> Population::count(const Decision& decision) const {
  std::map<std::string, std::size_t> counts;
  for (const OutcomeLabel& label : decision.values) counts[label.code] = 0;
  {
    const std::shared_lock lock(state_->mutex);
    for (const auto& [subject, outcome] : state_->outcomes[state_->index_of(decision)]) {
      if (outcome.applies) ++counts[code_of(outcome)];
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
    if (decision != nullptr && one != decision) continue;
    for (const auto& [subject, outcome] : state_->outcomes[i]) {
      if (!outcome.until || *outcome.until < from || *outcome.until > to) continue;
      const RecordState* record = state_->facts.find(subject);
      coming.push_back({one, outcome, record == nullptr ? 0 : record->file});
    }
  }
  std::sort(coming.begin(), coming.end(), [](const Coming& a, const Coming& b) {
    return std::tuple(*a.outcome.until, a.decision->number, a.outcome.subject) < std::tuple(*b.outcome.until, b.decision->number, b.outcome.subject);
  });
  return coming;
}

Result<Explanation> Population::explain(const Decision& decision, RecordId subject, base::Date day) {
  const std::size_t program = state_->index_of(decision);
  auto current = outcome(decision, subject);
  const std::lock_guard reading(state_->reader_mutex);
  const std::shared_lock lock(state_->mutex);
  const RecordState* record = state_->facts.resolve(subject);
  if (record == nullptr || record->kind != decision.kind->number) {
    return fail(ErrorCode::NotFound, "没有这条记录，或这个判定不针对它。", "There is no such record, or the decision is not about it.");
  }
  Explanation explanation{.decision = &decision};
  const Assessment assessment = state_->reader.assess(state_->programs->all()[program], state_->facts, *record, day, &explanation.detail);
  explanation.version = assessment.version;
  explanation.details = assessment.details;
  explanation.outcome = current && day == state_->day
                            ? *current
                            : Outcome{.subject = subject, .applies = assessment.applies, .value = assessment.value, .rules = assessment.rules};
  explanation.held.reserve(explanation.detail.facts.size());
  for (FactUsed& used : explanation.detail.facts) {
    if (used.fact == nullptr) continue;
    explanation.held.push_back(*used.fact);
    used.fact = &explanation.held.back();
  }
  return explanation;
}

std::optional<feel::NamedValue> Population::subject_value(RecordId subject, base::Date day) const {
  const std::shared_lock lock(state_->mutex);
  const RecordState* record = state_->facts.resolve(subject);
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
  const RecordState* found = state_->facts.resolve(record);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void Population::for_each_value(const Kind& kind, const Field& field,
                                const std::function<void(RecordId, const register_::Value&)>& callback) const {
  const std::shared_lock lock(state_->mutex);
  for (const RecordId id : state_->facts.of_kind(kind)) {
    const RecordState* record = state_->facts.find(id);
    if (record == nullptr || register_::read_closed(*record, state_->day).closed) continue;
    callback(id, register_::read_plain(*record, field, state_->day).value());
  }
}

namespace {

// Order of plain values of one field; nulls last whatever the direction.
int order(const register_::Value& a, const register_::Value& b, bool descending) {
  if (a.is_null() || b.is_null()) return a.is_null() == b.is_null() ? 0 : a.is_null() ? 1 : -1;
  int result = 0;
  if (a.type() == b.type() && (a.type() == register_::ValueType::Number || a.type() == register_::ValueType::Money)) {
    const auto compared = a.as_decimal() <=> b.as_decimal();
    result = compared < 0 ? -1 : compared > 0 ? 1 : 0;
  } else if (a.type() == b.type() && (a.type() == register_::ValueType::Date || a.type() == register_::ValueType::DateTime)) {
    result = a.coefficient() < b.coefficient() ? -1 : a.coefficient() > b.coefficient() ? 1 : 0;
  } else {
    result = a.to_text().compare(b.to_text());
  }
  return descending ? -result : result;
}

bool has_words(const Kind& kind, const register_::Viewer& viewer, const RecordState& record, base::Date day, const std::vector<std::string>& words) {
  std::string text;
  std::set<register_::FieldNumber> fields(kind.search.begin(), kind.search.end());
  fields.insert(kind.title);
  for (const register_::FieldNumber number : fields) {
    const Field* field = kind.field(number);
    if (field == nullptr || viewer.access(kind, *field, record.file) != register_::Access::Full) continue;
    text += register_::read_plain(record, *field, day).value().to_text() + "\n";
  }
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

}  // namespace

Result<ListAnswer> Population::list(const register_::Viewer& viewer, const ListQuery& query) const {
  const Kind& kind = *query.kind;
  const register_::Reach reach = viewer.reach(kind);
  if (reach == register_::Reach::None) {
    return fail(ErrorCode::Forbidden, "您不能查看“" + kind.labels.zh + "”。", "You may not see records of the kind " + kind.labels.en + ".");
  }
  ReadableTexts texts(state_->facts.catalogue(), *state_->programs, viewer, kind);
  if (!query.filter.empty()) {
    if (auto added = texts.add(query.filter, "filter"); !added) return tl::unexpected(added.error());
    if (auto ready = texts.compile(); !ready) return tl::unexpected(ready.error());
  }
  if (query.sort != nullptr) {
    const register_::Reach by = viewer.reach(kind, *query.sort);
    if (by == register_::Reach::None) {
      return fail(ErrorCode::Forbidden, "您不能按“" + query.sort->labels.zh + "”排序。", "You may not sort by " + query.sort->labels.en + ".",
                  {.field = query.sort->name});
    }
  }
  std::vector<std::string> words;
  for (std::size_t at = 0; at < query.words.size();) {
    const std::size_t end = std::min(query.words.find(' ', at), query.words.size());
    if (end > at) words.push_back(query.words.substr(at, end - at));
    at = end + 1;
  }

  const std::shared_lock lock(state_->mutex);
  const Image image = state_->image();
  std::vector<const RecordState*> chosen;
  for (const RecordId id : state_->facts.of_kind(kind)) {
    const RecordState* record = state_->facts.find(id);
    if (reach != register_::Reach::All && !viewer.may_know(kind, record->file)) continue;
    if (!query.closed && register_::read_closed(*record, state_->day).closed) continue;
    const bool wanted = std::all_of(query.outcomes.begin(), query.outcomes.end(), [&](const OutcomeFilter& by) {
      const auto& known = state_->outcomes[state_->index_of(*by.decision)];
      const auto found = known.find(id);
      return found == known.end() ? by.value == "none" : code_of(found->second) == by.value;
    });
    if (!wanted) continue;
    if (!words.empty() && !has_words(kind, viewer, *record, state_->day, words)) continue;
    if (!query.filter.empty()) {
      texts.read(image, *record, state_->day);
      if (!texts.value(0).is_true()) continue;
    }
    chosen.push_back(record);
  }
  if (query.sort != nullptr) {
    std::vector<std::pair<const RecordState*, register_::Value>> keyed;
    keyed.reserve(chosen.size());
    for (const RecordState* record : chosen) {
      const bool shown = viewer.access(kind, *query.sort, record->file) == register_::Access::Full;
      keyed.emplace_back(record, shown ? register_::read_plain(*record, *query.sort, state_->day).value() : register_::Value());
    }
    std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) { return order(a.second, b.second, query.descending) < 0; });
    std::transform(keyed.begin(), keyed.end(), chosen.begin(), [](const auto& entry) { return entry.first; });
  } else if (query.sort_outcome != nullptr) {
    const auto& known = state_->outcomes[state_->index_of(*query.sort_outcome)];
    const auto key = [&](const RecordState* record) {
      const auto found = known.find(record->id);
      return found == known.end() || !found->second.until ? std::numeric_limits<std::int64_t>::max() : found->second.until->days();
    };
    std::stable_sort(chosen.begin(), chosen.end(), [&](const auto* a, const auto* b) { return key(a) < key(b); });
  } else {
    std::reverse(chosen.begin(), chosen.end());
  }
  ListAnswer answer{.records = {}, .total = chosen.size()};
  for (std::size_t i = query.offset; i < chosen.size() && answer.records.size() < query.limit; ++i) answer.records.push_back(chosen[i]->id);
  return answer;
}

}  // namespace yuanqu::population
