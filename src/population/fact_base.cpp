#include "population/fact_base.hpp"

#include <algorithm>

namespace yuanqu::population {

namespace {
std::uint64_t code_of(const Kind& kind, const Field& field) { return (static_cast<std::uint64_t>(kind.number) << 32) | field.number; }

void insert_sorted(std::vector<RecordId>& ids, RecordId id) {
  if (ids.empty() || ids.back() < id) {
    ids.push_back(id);
    return;
  }
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place == ids.end() || *place != id) ids.insert(place, id);
}

void erase_sorted(std::vector<RecordId>& ids, RecordId id) {
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place != ids.end() && *place == id) ids.erase(place);
}
}  // namespace

std::vector<RecordId> FactBase::targets(const RecordState& state, const Field& field) const {
  std::vector<RecordId> found;
  const auto add = [&](const register_::Value& value) {
    if (value.type() != register_::ValueType::Reference) return;
    if (std::find(found.begin(), found.end(), value.as_reference()) == found.end()) found.push_back(value.as_reference());
  };
  for (const register_::Fact& fact : state.facts_of(field.number)) {
    add(fact.value);
    if (fact.value.type() == register_::ValueType::List) {
      for (const register_::Value& item : fact.value.items()) add(item);
    }
  }
  return found;
}

void FactBase::link(const RecordState& state, bool add) {
  const Kind* kind = catalogue_.kind(state.kind);
  if (kind == nullptr) return;
  for (const Field& field : kind->fields) {
    if (field.type != register_::FieldType::Reference && field.item_type != register_::FieldType::Reference) continue;
    for (const RecordId target : targets(state, field)) {
      std::vector<RecordId>& ids = referring_[Link{target, code_of(*kind, field)}];
      add ? insert_sorted(ids, state.id) : erase_sorted(ids, state.id);
    }
  }
}

void FactBase::put(RecordState state) {
  sources_.put(state);
  std::unique_ptr<RecordState>& slot = states_[state.id];
  if (slot != nullptr) {
    link(*slot, false);
    if (slot->alias_of != 0) erase_sorted(aliases_[slot->alias_of], slot->id);
    *slot = std::move(state);
  } else {
    slot = std::make_unique<RecordState>(std::move(state));
  }
  link(*slot, true);
  if (slot->alias_of != 0) insert_sorted(aliases_[slot->alias_of], slot->id);
  std::vector<RecordId>& ids = by_kind_[slot->kind];
  slot->alias_of == 0 ? insert_sorted(ids, slot->id) : erase_sorted(ids, slot->id);
}

const RecordState* FactBase::find(RecordId record) const {
  const auto found = states_.find(record);
  return found == states_.end() ? nullptr : found->second.get();
}

const RecordState* FactBase::resolve(RecordId record) const {
  const RecordState* state = find(record);
  for (int hops = 0; state != nullptr && state->alias_of != 0 && hops < 64; ++hops) state = find(state->alias_of);
  return state;
}

std::span<const RecordId> FactBase::of_kind(const Kind& kind) const {
  const auto found = by_kind_.find(kind.number);
  return found == by_kind_.end() ? std::span<const RecordId>{} : std::span<const RecordId>(found->second);
}

std::span<const RecordId> FactBase::referring(RecordId target, const Kind& kind, const Field& field) const {
  const auto found = referring_.find(Link{target, code_of(kind, field)});
  return found == referring_.end() ? std::span<const RecordId>{} : std::span<const RecordId>(found->second);
}

std::span<const RecordId> FactBase::aliases(RecordId record) const {
  const auto found = aliases_.find(record);
  return found == aliases_.end() ? std::span<const RecordId>{} : std::span<const RecordId>(found->second);
}

}  // namespace yuanqu::population
