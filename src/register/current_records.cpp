// The tables of current records: one row a record with its folded state, and an index of the key values it holds or has held.

#include <algorithm>

#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Database;

Result<void> create_register_tables(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, kind INTEGER NOT NULL,"
      " version INTEGER NOT NULL, created INTEGER NOT NULL, alias_of INTEGER NOT NULL, state BLOB NOT NULL);"
      "CREATE INDEX IF NOT EXISTS record_by_file ON record (file);"
      "CREATE INDEX IF NOT EXISTS record_by_kind ON record (kind);"
      "CREATE TABLE IF NOT EXISTS record_key (kind INTEGER NOT NULL, key INTEGER NOT NULL, value BLOB NOT NULL, record INTEGER NOT NULL,"
      " PRIMARY KEY (kind, key, value, record)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS record_position (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL);"
      "CREATE TABLE IF NOT EXISTS access_log (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, account INTEGER NOT NULL, file INTEGER NOT NULL,"
      " record INTEGER NOT NULL, field INTEGER NOT NULL, reason TEXT NOT NULL);");
}

Result<RecordState> state_of_row(const journal::Statement& row) {
  auto state = state_from_bytes(row.blob(6));
  if (!state) return state;
  state->id = row.integer(0);
  state->file = row.integer(1);
  state->kind = static_cast<KindNumber>(row.integer(2));
  state->version = row.integer(3);
  state->created = row.integer(4);
  state->alias_of = row.integer(5);
  return state;
}

Result<std::optional<RecordState>> load_state(Database& database, RecordId record) {
  auto row = database.prepare("SELECT " + std::string(record_columns) + " FROM record WHERE id = ?");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(record);
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  auto state = state_of_row(*row);
  if (!state) return tl::unexpected(state.error());
  return std::optional(std::move(*state));
}

Result<void> save_state(Database& database, const RecordState& state, const Catalogue& catalogue) {
  auto row = database.prepare(
      "INSERT INTO record (id, file, kind, version, created, alias_of, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
      " ON CONFLICT (id) DO UPDATE SET version = ?4, created = ?5, alias_of = ?6, state = ?7");
  if (!row) return tl::unexpected(row.error());
  const std::string bytes = to_bytes(state);
  row->bind_all(state.id, state.file, state.kind, state.version, state.created, state.alias_of, journal::Blob{bytes});
  if (auto ran = row->run(); !ran) return ran;
  const Kind* kind = catalogue.kind(state.kind);
  return kind == nullptr ? Result<void>() : index_keys(database, *kind, state);
}

Result<RecordState> refold(Database& database, FileId file, RecordId record, std::optional<Position> known_at) {
  std::vector<journal::StoredChange> changes;
  auto read = journal::changes_of_record(database, file, record, [&](const journal::StoredChange& change) {
    changes.push_back(change);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return fold_changes(changes, known_at);
}

const Value& latest_value(const RecordState& state, const Field& field) {
  static const Value null;
  const Fact* best = nullptr;
  int best_trust = 0;
  const auto facts = state.facts_of(field.number);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const bool last_of_source = i + 1 == facts.size() || facts[i + 1].source != facts[i].source;
    if (!last_of_source || facts[i].value.is_null() || facts[i].value.type() == ValueType::Unreadable) continue;
    const int trust = field.trust_of(facts[i].source);
    if (best == nullptr || (trust >= 0 && trust < best_trust)) {
      best = &facts[i];
      best_trust = trust;
    }
  }
  return best == nullptr ? null : best->value;
}

std::string key_bytes(const std::vector<Value>& values) {
  std::string bytes;
  for (const Value& value : values) {
    if (value.is_null()) return {};
    const std::string one = value.to_bytes();
    journal::append_varint(bytes, one.size());
    bytes += one;
  }
  return bytes;
}

Result<void> index_keys(Database& database, const Kind& kind, const RecordState& state) {
  for (std::size_t key = 0; key < kind.keys.size(); ++key) {
    std::vector<std::string> found;
    if (kind.keys[key].size() == 1) {
      for (const Fact& fact : state.facts_of(kind.keys[key].front())) {
        const std::string bytes = key_bytes({fact.value});
        if (!bytes.empty() && fact.value.type() != ValueType::Unreadable) found.push_back(bytes);
      }
    } else {
      std::vector<Value> values;
      for (const FieldNumber number : kind.keys[key]) values.push_back(latest_value(state, *kind.field(number)));
      if (std::string bytes = key_bytes(values); !bytes.empty()) found.push_back(std::move(bytes));
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    for (const std::string& bytes : found) {
      auto row = database.prepare("INSERT OR IGNORE INTO record_key (kind, key, value, record) VALUES (?, ?, ?, ?)");
      if (!row) return tl::unexpected(row.error());
      row->bind_all(kind.number, static_cast<std::int64_t>(key), journal::Blob{bytes}, state.id);
      if (auto ran = row->run(); !ran) return ran;
    }
  }
  return {};
}

Result<KeyHolders> holders_of(Database& database, const Kind& kind, std::size_t key, const std::vector<Value>& values) {
  KeyHolders holders;
  const std::string bytes = key_bytes(values);
  if (bytes.empty()) return holders;
  std::vector<RecordId> records;
  {
    auto row = database.prepare("SELECT record FROM record_key WHERE kind = ? AND key = ? AND value = ?");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(kind.number, static_cast<std::int64_t>(key), journal::Blob{bytes});
    while (true) {
      auto more = row->step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      records.push_back(row->integer(0));
    }
  }
  for (RecordId record : records) {
    auto state = load_state(database, record);
    if (!state) return tl::unexpected(state.error());
    for (int hops = 0; *state && (*state)->alias_of != 0 && hops < 64; ++hops) {
      record = (*state)->alias_of;
      state = load_state(database, record);
      if (!state) return tl::unexpected(state.error());
    }
    if (!*state) continue;
    std::vector<Value> now;
    for (const FieldNumber number : kind.keys[key]) now.push_back(latest_value(**state, *kind.field(number)));
    std::vector<RecordId>& into = key_bytes(now) == bytes ? holders.current : holders.former;
    if (std::find(into.begin(), into.end(), record) == into.end()) into.push_back(record);
  }
  // A record merged into one that holds the key as well counts once.
  std::erase_if(holders.former, [&](RecordId id) { return std::find(holders.current.begin(), holders.current.end(), id) != holders.current.end(); });
  return holders;
}

}  // namespace yuanqu::register_
