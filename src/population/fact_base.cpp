#include "population/fact_base.hpp"

#include <algorithm>

#include "columns/bytes.hpp"

namespace yuanqu::population {

namespace {
constexpr int merges_max = 64;  // one behind the other

std::uint64_t link_code(const Kind& kind, const Field& field) {
  return (static_cast<std::uint64_t>(kind.number) << 32) | field.number;
}

bool holds(const std::vector<RecordId>& ids, RecordId id) { return std::binary_search(ids.begin(), ids.end(), id); }

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

FactBase::FactBase(const Catalogue& catalogue)
    : catalogue_(catalogue), sources_(catalogue), asked_mutex_(std::make_unique<std::mutex>()) {}
FactBase::FactBase(FactBase&&) noexcept = default;
FactBase::~FactBase() = default;

void FactBase::page(Fetch fetch, std::size_t facts_held) {
  fetch_ = std::move(fetch);
  facts_max_ = facts_held;
}

void FactBase::settle() {
  if (!fetch_) return;
  for (auto& [id, state] : put_) keep(std::move(state));
  put_.clear();
}

// Under asked_mutex_, or while nobody reads.
void FactBase::keep(StatePointer state) const {
  if (facts_asked_ > facts_max_ / 2) {
    asked_before_ = std::move(asked_);
    asked_.clear();
    facts_asked_ = 0;
  }
  facts_asked_ += state->facts.size() + 1;
  const RecordId id = state->id;
  asked_before_.erase(id);
  asked_.insert_or_assign(id, std::move(state));
}

std::vector<RecordId> FactBase::targets(const RecordState& state, const Field& field) const {
  std::vector<RecordId> found;
  const auto add = [&](const register_::Value& value) {
    if (value.type() != register_::ValueType::Reference) return;
    if (std::find(found.begin(), found.end(), value.as_reference()) == found.end())
      found.push_back(value.as_reference());
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
      LinkIndex& links = referring_[link_code(*kind, field)];
      add ? links.add(target, state.id) : links.remove(target, state.id);
    }
  }
}

void FactBase::put(RecordState state) {
  sources_.put(state);
  std::vector<RecordId>& ids = by_kind_[state.kind];
  const bool known = (!ids.empty() && ids.back() >= state.id && holds(ids, state.id)) || merged_.contains(state.id);
  if (known) {
    if (const StatePointer before = find(state.id); before != nullptr) {
      link(*before, false);
      if (before->alias_of != 0) {
        erase_sorted(aliases_[before->alias_of], before->id);
        merged_.erase(before->id);
      }
    }
  } else {
    ++size_;
  }
  link(state, true);
  if (state.alias_of != 0) {
    insert_sorted(aliases_[state.alias_of], state.id);
    merged_[state.id] = state.alias_of;
  }
  state.alias_of == 0 ? insert_sorted(ids, state.id) : erase_sorted(ids, state.id);
  const RecordId id = state.id;
  put_[id] = std::make_shared<const RecordState>(std::move(state));
}

StatePointer FactBase::find(RecordId record) const {
  if (const auto found = put_.find(record); found != put_.end()) return found->second;
  if (!fetch_) return nullptr;
  {
    const std::lock_guard hold(*asked_mutex_);
    if (const auto found = asked_.find(record); found != asked_.end()) return found->second;
    if (const auto found = asked_before_.find(record); found != asked_before_.end()) {
      StatePointer state = std::move(found->second);
      keep(state);
      return state;
    }
  }
  auto fetched = fetch_(record);
  if (!fetched) return nullptr;
  auto state = std::make_shared<const RecordState>(std::move(*fetched));
  const std::lock_guard hold(*asked_mutex_);
  keep(state);
  return state;
}

RecordId FactBase::canonical(RecordId record) const {
  for (int hops = 0; hops < merges_max; ++hops) {
    const auto found = merged_.find(record);
    if (found == merged_.end()) break;
    record = found->second;
  }
  return record;
}

std::span<const RecordId> FactBase::of_kind(const Kind& kind) const {
  const auto found = by_kind_.find(kind.number);
  return found == by_kind_.end() ? std::span<const RecordId>{} : std::span<const RecordId>(found->second);
}

std::vector<RecordId> FactBase::referring(RecordId target, const Kind& kind, const Field& field) const {
  const auto found = referring_.find(link_code(kind, field));
  return found == referring_.end() ? std::vector<RecordId>{} : found->second.of(target);
}

std::span<const RecordId> FactBase::aliases(RecordId record) const {
  const auto found = aliases_.find(record);
  return found == aliases_.end() ? std::span<const RecordId>{} : std::span<const RecordId>(found->second);
}

std::size_t FactBase::bytes() const {
  std::size_t total = aliases_.size() * 96 + merged_.size() * 48;
  for (const auto& [kind, ids] : by_kind_) total += ids.capacity() * sizeof(RecordId);
  for (const auto& [code, links] : referring_) total += links.bytes();
  return total;
}

std::size_t FactBase::facts_held() const {
  std::size_t total = 0;
  for (const auto& [id, state] : put_) total += state->facts.size();
  const std::lock_guard hold(*asked_mutex_);
  for (const auto* some : {&asked_, &asked_before_}) {
    for (const auto& [id, state] : *some) total += state->facts.size();
  }
  return total;
}

void FactBase::save(std::string& out) const {
  columns::put(out, static_cast<std::uint64_t>(size_));
  columns::put(out, static_cast<std::uint64_t>(by_kind_.size()));
  for (const auto& [kind, ids] : by_kind_) {
    columns::put(out, kind);
    columns::put(out, static_cast<std::uint64_t>(ids.size()));
    columns::put_array(out, ids.data(), ids.size());
  }
  columns::put(out, static_cast<std::uint64_t>(merged_.size()));
  for (const auto& [from, to] : merged_) {
    columns::put(out, from);
    columns::put(out, to);
  }
  columns::put(out, static_cast<std::uint64_t>(referring_.size()));
  for (const auto& [code, links] : referring_) {
    columns::put(out, code);
    links.save(out);
  }
}

bool FactBase::load(std::string_view& in) {
  std::uint64_t size = 0, kinds = 0, merged = 0, fields = 0;
  if (!columns::get(in, size) || !columns::get(in, kinds)) return false;
  size_ = size;
  for (std::uint64_t i = 0; i < kinds; ++i) {
    std::uint32_t kind = 0;
    std::uint64_t count = 0;
    if (!columns::get(in, kind) || !columns::get(in, count) || !columns::get_array(in, by_kind_[kind], count))
      return false;
    if (!std::is_sorted(by_kind_[kind].begin(), by_kind_[kind].end())) return false;
  }
  if (!columns::get(in, merged)) return false;
  for (std::uint64_t i = 0; i < merged; ++i) {
    RecordId from = 0, to = 0;
    if (!columns::get(in, from) || !columns::get(in, to)) return false;
    merged_[from] = to;
    insert_sorted(aliases_[to], from);
  }
  if (!columns::get(in, fields)) return false;
  for (std::uint64_t i = 0; i < fields; ++i) {
    std::uint64_t code = 0;
    if (!columns::get(in, code) || !referring_[code].load(in)) return false;
  }
  for (const Kind* kind : catalogue_.kinds()) {
    if (!sources_.keeps(kind->number)) continue;
    for (const RecordId id : of_kind(*kind)) {
      if (const StatePointer state = find(id); state != nullptr) sources_.put(*state);
    }
  }
  return true;
}

}  // namespace yuanqu::population
