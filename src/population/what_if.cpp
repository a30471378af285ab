#include "population/what_if.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace yuanqu::population {

const register_::Value& Leaf::value() const {
  static const register_::Value null;
  return fact ? fact->value : null;
}

RecordState with_value(RecordState state, const Field& field, register_::Value value, base::Date day) {
  // Every source says so: a plain reading takes the most trusted, a reading of one source takes its own.
  std::vector<register_::SourceNumber> sources = field.sources;
  for (const register_::Fact& fact : state.facts_of(field.number)) sources.push_back(fact.source);
  if (sources.empty()) sources.push_back(1);
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  std::erase_if(state.facts,
                [&](const register_::Fact& fact) { return fact.field == field.number && fact.effective_from == day; });
  for (const register_::SourceNumber source : sources) {
    state.facts.push_back({.field = field.number, .source = source, .effective_from = day, .value = value});
  }
  std::sort(state.facts.begin(), state.facts.end(), [](const register_::Fact& a, const register_::Fact& b) {
    return std::tuple(a.field, a.source, a.effective_from) < std::tuple(b.field, b.source, b.effective_from);
  });
  return state;
}

WhatIf::WhatIf(Assessor& assessor, const DecisionProgram& program, const FactBase& facts, const RecordState& subject,
               base::Date day)
    : assessor_(assessor), program_(program), day_(day), subject_(subject.id), facts_(facts.catalogue()) {
  Detail first;
  (void)assessor_.assess(program_, facts, subject, day_, &first);
  copy(facts, subject, first);
  now_ = assessor_.assess(program_, facts_, *facts_.find(subject_), day_, &detail_);
  std::set<std::pair<RecordId, register_::FieldNumber>> seen;
  for (const FactUsed& used : detail_.facts) {
    if (used.kind != nullptr && used.field != nullptr && used.kind->field(used.field->number) != used.field) {
      // A list that is not complete: noted under the child's field that names the parent.
      for (const auto& [child, field] : facts_.catalogue().referring_to(*used.kind)) {
        if (field == used.field && std::find(late_.begin(), late_.end(), child) == late_.end()) late_.push_back(child);
      }
      continue;
    }
    if (used.kind == nullptr || used.field == nullptr || !seen.emplace(used.record, used.field->number).second)
      continue;
    Leaf leaf{.record = used.record,
              .kind = used.kind,
              .field = used.field,
              .path = used.path,
              .reason = used.reason,
              .file = used.file};
    leaf.fact = used.fact;
    for (const auto& key : used.kind->keys) {
      leaf.key = leaf.key || std::find(key.begin(), key.end(), used.field->number) != key.end();
    }
    leaves_.push_back(std::move(leaf));
  }
  detail_.facts.clear();  // they point at states that with() replaces
}

// What is late, and who consents: evaluated again elsewhere, the same is unknown. Costs what the files at hand hold,
// whatever the size of the zone.
void WhatIf::copy_sources(const FactBase& from) {
  std::set<journal::FileId> files;
  for (const Kind* kind : facts_.catalogue().kinds()) {
    for (const RecordId id : facts_.of_kind(*kind)) files.insert(facts_.find(id)->file);
  }
  std::vector<RecordId> wanted = from.sources().schedules();
  for (const journal::FileId file : files) {
    const auto consents = from.sources().consents_of(file);
    wanted.insert(wanted.end(), consents.begin(), consents.end());
  }
  for (const RecordId id : wanted) {
    if (const auto state = from.find(id); state != nullptr) facts_.put(*state);
  }
}

void WhatIf::copy(const FactBase& from, const RecordState& subject, const Detail& detail) {
  std::vector<RecordId> wanted{subject.id};
  for (const FactUsed& used : detail.facts) wanted.push_back(used.record);
  // Children that only the business date or the applicability looks at, and what references name.
  for (const auto& [child, field] : from.catalogue().referring_to(*from.catalogue().kind(subject.kind))) {
    if (!program_.reads(*child)) continue;
    const auto children = from.referring(subject.id, *child, *field);
    wanted.insert(wanted.end(), children.begin(), children.end());
  }
  std::set<RecordId> known;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto state = from.find(wanted[i]);
    if (state == nullptr || !known.insert(wanted[i]).second) continue;
    facts_.put(*state);
    const auto aliases = from.aliases(state->id);
    wanted.insert(wanted.end(), aliases.begin(), aliases.end());
    if (state->alias_of != 0) wanted.push_back(state->alias_of);
    // One step further than what was read: a title behind a reference leaves no fact of its own.
    for (const register_::Fact& fact : state->facts) {
      if (fact.value.type() == register_::ValueType::Reference && i < detail.facts.size() + 1)
        wanted.push_back(fact.value.as_reference());
    }
  }
  copy_sources(from);
}

Assessment WhatIf::with(const std::vector<LeafChange>& changes, Detail* detail) {
  ++evaluations_;
  std::vector<RecordState> before;
  for (const LeafChange& change : changes) {
    const Leaf& leaf = leaves_[change.leaf];
    const auto state = facts_.find(leaf.record);
    const bool saved =
        std::any_of(before.begin(), before.end(), [&](const RecordState& one) { return one.id == leaf.record; });
    if (!saved) before.push_back(*state);
    facts_.put(with_value(*state, *leaf.field, change.value, day_));
  }
  Assessment assessment = assessor_.assess(program_, facts_, *facts_.find(subject_), day_, detail);
  for (RecordState& state : before) facts_.put(std::move(state));
  return assessment;
}

void WhatIf::put_all(FactBase& into, bool schedules) const {
  for (const Kind* kind : facts_.catalogue().kinds()) {
    for (const RecordId id : facts_.of_kind(*kind)) {
      if (!schedules && facts_.sources().delivers(id) != 0) continue;
      into.put(*facts_.find(id));
      for (const RecordId alias : facts_.aliases(id)) into.put(*facts_.find(alias));
    }
  }
}

Assessment WhatIf::as_if_delivered(Detail* detail) {
  ++evaluations_;
  FactBase more(facts_.catalogue());
  put_all(more, false);
  return assessor_.assess(program_, more, *more.find(subject_), day_, detail);
}

Assessment WhatIf::with_records(const std::vector<RecordState>& added, Detail* detail) {
  ++evaluations_;
  FactBase more(facts_.catalogue());
  put_all(more, true);
  for (const RecordState& state : added) more.put(state);
  return assessor_.assess(program_, more, *more.find(subject_), day_, detail);
}

}  // namespace yuanqu::population
