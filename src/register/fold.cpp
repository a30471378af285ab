#include <algorithm>

#include "register/record.hpp"

namespace yuanqu::register_ {

using journal::Operation;
using journal::StoredChange;

namespace {

struct FactOrder {
  bool operator()(const Fact& a, const Fact& b) const {
    if (a.field != b.field) return a.field < b.field;
    if (a.source != b.source) return a.source < b.source;
    return a.effective_from < b.effective_from;
  }
};

base::Error damaged(const StoredChange& change) {
  return {base::ErrorCode::Internal,
          "第 " + std::to_string(change.sequence) + " 号变动的内容损坏。请运行 yuanqu verify。",
          "The values of change " + std::to_string(change.sequence) + " are damaged. Run yuanqu verify.",
          {}};
}

// Changes come in recorded order, so a fact that is there for the same day was recorded earlier and gives way.
void put(RecordState& state, Fact fact) {
  const auto at = std::lower_bound(state.facts.begin(), state.facts.end(), fact, FactOrder{});
  if (at != state.facts.end() && !FactOrder{}(fact, *at)) {
    *at = std::move(fact);
  } else {
    state.facts.insert(at, std::move(fact));
  }
}

base::Result<void> put_values(RecordState& state, const StoredChange& change, bool clear) {
  journal::ValueReader reader(change.values);
  journal::ValueEntry entry;
  while (reader.next(entry)) {
    std::optional<Value> value = clear ? Value{} : Value::from_bytes(entry.bytes);
    if (!value || entry.field == 0) return tl::unexpected(damaged(change));
    put(state, {entry.field, change.source, base::Date::from_days(change.effective_from), change.sequence,
                change.recorded_at_ms, change.batch, std::move(*value)});
  }
  if (reader.damaged()) return tl::unexpected(damaged(change));
  return {};
}

// The sequences a void names: field 1, one entry with a list of varints.
base::Result<std::vector<Position>> voided_by(const StoredChange& change) {
  std::vector<Position> sequences;
  journal::ValueReader reader(change.values);
  journal::ValueEntry entry;
  while (reader.next(entry)) {
    std::string_view rest = entry.bytes;
    std::uint64_t sequence = 0;
    while (!rest.empty()) {
      if (!journal::take_varint(rest, sequence)) return tl::unexpected(damaged(change));
      sequences.push_back(static_cast<Position>(sequence));
    }
  }
  if (reader.damaged()) return tl::unexpected(damaged(change));
  return sequences;
}

}  // namespace

base::Result<bool> apply_change(RecordState& state, const StoredChange& change) {
  if (state.created == 0) {
    state.id = change.record;
    state.file = state.chain = change.file;
    state.kind = change.kind;
    state.created = change.sequence;
  }
  state.version = change.sequence;
  switch (change.operation) {
    case Operation::Put:
    case Operation::Clear:
      if (auto done = put_values(state, change, change.operation == Operation::Clear); !done)
        return tl::unexpected(done.error());
      return true;
    case Operation::Close:
    case Operation::Reopen:
      // One line of facts whatever the source: the office that reopens a record need not be the one that closed it.
      put(state, {0, 0, base::Date::from_days(change.effective_from), change.sequence, change.recorded_at_ms,
                  change.batch, Value::boolean(change.operation == Operation::Close)});
      return true;
    case Operation::Merge: {
      journal::ValueReader reader(change.values);
      journal::ValueEntry entry;
      if (!reader.next(entry)) return tl::unexpected(damaged(change));
      const auto value = Value::from_bytes(entry.bytes);
      if (!value || value->type() != ValueType::Reference) return tl::unexpected(damaged(change));
      state.alias_of = value->as_reference();
      return true;
    }
    case Operation::Unmerge: state.alias_of = 0; return true;
    case Operation::Void:
    case Operation::Erase: return false;
  }
  return tl::unexpected(damaged(change));
}

base::Result<std::vector<Position>> voided_changes(std::span<const StoredChange> changes) {
  // Latest first, so that a void that is itself voided has no effect.
  std::vector<Position> voided;
  for (auto it = changes.rbegin(); it != changes.rend(); ++it) {
    if (it->operation != Operation::Void || std::find(voided.begin(), voided.end(), it->sequence) != voided.end())
      continue;
    auto named = voided_by(*it);
    if (!named) return tl::unexpected(named.error());
    // A void reaches only what was recorded before it.
    std::copy_if(named->begin(), named->end(), std::back_inserter(voided),
                 [&](Position sequence) { return sequence < it->sequence; });
  }
  std::sort(voided.begin(), voided.end());
  return voided;
}

base::Result<RecordState> fold_changes(std::span<const StoredChange> changes, std::optional<Position> known_at) {
  if (known_at) {
    const auto end = std::find_if(changes.begin(), changes.end(),
                                  [&](const StoredChange& change) { return change.sequence > *known_at; });
    changes = changes.first(static_cast<std::size_t>(end - changes.begin()));
  }
  auto taken_back = voided_changes(changes);
  if (!taken_back) return tl::unexpected(taken_back.error());
  const std::vector<Position>& voided = *taken_back;
  RecordState state;
  for (const StoredChange& change : changes) {
    if (state.created == 0) {
      state.id = change.record;
      state.file = state.chain = change.file;
      state.kind = change.kind;
      state.created = change.sequence;
    }
    state.version = change.sequence;
    if (std::binary_search(voided.begin(), voided.end(), change.sequence)) continue;
    if (auto applied = apply_change(state, change); !applied) return tl::unexpected(applied.error());
  }
  return state;
}

namespace {

// What the facts of one change share. Written once: most records come from few changes, and a population reads all of
// them at start.
struct Origin {
  Position sequence = 0;
  SourceNumber source = 0;
  std::int64_t effective_from = 0;
  std::int64_t recorded_at_ms = 0;
  BatchId batch = 0;
};

bool take_origin(std::string_view& bytes, Origin& origin) {
  std::uint64_t sequence = 0;
  std::uint64_t source = 0;
  std::uint64_t days = 0;
  std::uint64_t recorded = 0;
  std::uint64_t batch = 0;
  if (!journal::take_varint(bytes, sequence) || !journal::take_varint(bytes, source) ||
      !journal::take_varint(bytes, days) || !journal::take_varint(bytes, recorded) ||
      !journal::take_varint(bytes, batch)) {
    return false;
  }
  origin = {static_cast<Position>(sequence), static_cast<SourceNumber>(source), journal::unzigzag(days),
            journal::unzigzag(recorded), static_cast<BatchId>(batch)};
  return true;
}

}  // namespace

std::string to_bytes(const RecordState& state) {
  std::vector<Origin> origins;
  std::vector<std::size_t> origin_of(state.facts.size());
  for (std::size_t i = 0; i < state.facts.size(); ++i) {
    const Fact& fact = state.facts[i];
    // The facts of a closing stand under source 0 whatever its change said, so the source belongs to what must be
    // equal.
    auto at = std::find_if(origins.begin(), origins.end(), [&](const Origin& origin) {
      return origin.sequence == fact.sequence && origin.source == fact.source;
    });
    origin_of[i] = static_cast<std::size_t>(at - origins.begin());
    if (at == origins.end())
      origins.push_back({fact.sequence, fact.source, fact.effective_from.days(), fact.recorded_at_ms, fact.batch});
  }
  std::string bytes;
  journal::append_varint(bytes, origins.size());
  for (const Origin& origin : origins) {
    journal::append_varint(bytes, static_cast<std::uint64_t>(origin.sequence));
    journal::append_varint(bytes, origin.source);
    journal::append_varint(bytes, journal::zigzag(origin.effective_from));
    journal::append_varint(bytes, journal::zigzag(origin.recorded_at_ms));
    journal::append_varint(bytes, static_cast<std::uint64_t>(origin.batch));
  }
  journal::append_varint(bytes, state.facts.size());
  FieldNumber before = 0;
  std::string value;
  for (std::size_t i = 0; i < state.facts.size(); ++i) {
    const Fact& fact = state.facts[i];
    journal::append_varint(bytes, fact.field - before);
    journal::append_varint(bytes, origin_of[i]);
    value.clear();
    fact.value.append_bytes(value);
    journal::append_varint(bytes, value.size());
    bytes.append(value);
    before = fact.field;
  }
  return bytes;
}

base::Result<RecordState> state_from_bytes(std::string_view bytes) {
  const auto bad = [] {
    return base::fail(base::ErrorCode::Internal, "当前记录损坏。请运行 yuanqu verify。",
                      "A current record is damaged. Run yuanqu verify.");
  };
  std::uint64_t count = 0;
  if (!journal::take_varint(bytes, count) || count > bytes.size()) return bad();
  std::vector<Origin> origins(static_cast<std::size_t>(count));
  for (Origin& origin : origins) {
    if (!take_origin(bytes, origin)) return bad();
  }
  if (!journal::take_varint(bytes, count) || count > bytes.size()) return bad();
  RecordState state;
  state.facts.resize(static_cast<std::size_t>(count));
  FieldNumber field = 0;
  for (Fact& fact : state.facts) {
    std::uint64_t step = 0;
    std::uint64_t index = 0;
    std::uint64_t length = 0;
    if (!journal::take_varint(bytes, step) || !journal::take_varint(bytes, index) ||
        !journal::take_varint(bytes, length) || length > bytes.size() || index >= origins.size()) {
      return bad();
    }
    auto value = Value::from_bytes(bytes.substr(0, static_cast<std::size_t>(length)));
    if (!value) return bad();
    bytes.remove_prefix(static_cast<std::size_t>(length));
    field += static_cast<FieldNumber>(step);
    const Origin& origin = origins[static_cast<std::size_t>(index)];
    fact = {field,
            origin.source,
            base::Date::from_days(origin.effective_from),
            origin.sequence,
            origin.recorded_at_ms,
            origin.batch,
            std::move(*value)};
  }
  if (!bytes.empty()) return bad();
  return state;
}

}  // namespace yuanqu::register_
