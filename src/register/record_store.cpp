#include "register/record_store.hpp"

#include <map>

#include "journal/journal.hpp"

namespace yuanqu::register_ {

using journal::Blob;
using journal::Database;
using journal::Statement;

namespace {

base::Result<RecordState> read_row(const Statement& row) {
  auto state = state_from_bytes(row.blob(7));
  if (!state) return state;
  state->id = row.integer(0);
  state->file = row.integer(1);
  state->chain = row.integer(2);
  state->kind = static_cast<KindNumber>(row.integer(3));
  state->version = row.integer(4);
  state->created = row.integer(5);
  state->alias_of = row.integer(6);
  return state;
}

base::Result<void> walk(Statement& statement, const StateCallback& callback) {
  for (;;) {
    auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    auto state = read_row(statement);
    if (!state) return tl::unexpected(state.error());
    if (!callback(std::move(*state))) return {};
  }
}

}  // namespace

base::Result<void> create_record_tables(Database& database) {
  return database.execute(R"(
CREATE TABLE IF NOT EXISTS record(
  id INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  alias_of INTEGER NOT NULL,
  facts BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS record_by_file ON record(file);
CREATE INDEX IF NOT EXISTS record_by_kind ON record(kind);
CREATE INDEX IF NOT EXISTS record_alias ON record(alias_of) WHERE alias_of <> 0;
CREATE TABLE IF NOT EXISTS field_seen(
  kind INTEGER NOT NULL,
  field INTEGER NOT NULL,
  type INTEGER NOT NULL,
  first_record INTEGER NOT NULL,
  PRIMARY KEY(kind, field, type)) WITHOUT ROWID;
)");
}

base::Result<std::optional<RecordState>> load_state(Database& database, RecordId record) {
  auto statement = database.prepare("SELECT id,file,chain,kind,version,created,alias_of,facts FROM record WHERE id=?");
  if (!statement) return tl::unexpected(statement.error());
  auto row = statement->bind(1, record).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<RecordState>{};
  auto state = read_row(*statement);
  if (!state) return tl::unexpected(state.error());
  return std::optional<RecordState>(std::move(*state));
}

base::Result<void> store_state(Database& database, const RecordState& state, bool is_new) {
  const std::string facts = to_bytes(state);
  auto statement = database.prepare(
      is_new ? "INSERT INTO record(version,alias_of,facts,file,chain,kind,created,id) VALUES(?,?,?,?,?,?,?,?)"
             : "UPDATE record SET version=?, alias_of=?, facts=?, file=?, chain=?, kind=?, created=? WHERE id=?");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind_all(state.version, state.alias_of, Blob{facts}, state.file, state.chain, state.kind, state.created,
                      state.id);
  return statement->run();
}

base::Result<std::optional<RecordState>> fold_record(Database& database, FileId chain, RecordId record,
                                                     std::optional<Position> known_at) {
  std::vector<journal::StoredChange> changes;
  auto read = journal::changes_of_record(database, chain, record, [&](const journal::StoredChange& change) {
    if (known_at && change.sequence > *known_at) return false;
    changes.push_back(change);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  if (changes.empty()) return std::optional<RecordState>{};
  auto state = fold_changes(changes);
  if (!state) return tl::unexpected(state.error());
  return std::optional<RecordState>(std::move(*state));
}

base::Result<std::vector<RecordState>> load_states(Database& database, const std::vector<RecordId>& records,
                                                   std::optional<Position> known_at) {
  std::vector<RecordState> states;
  states.reserve(records.size());
  std::map<FileId, std::map<RecordId, std::size_t>> behind;  // chain → record → place in `states`
  for (RecordId record : records) {
    auto state = load_state(database, record);
    if (!state) return tl::unexpected(state.error());
    if (!*state || (known_at && (*state)->created > *known_at)) continue;
    if (known_at && (*state)->version > *known_at) behind[(*state)->chain][record] = states.size();
    states.push_back(std::move(**state));
  }
  for (const auto& [chain, wanted] : behind) {
    std::map<RecordId, std::vector<journal::StoredChange>> changes;
    auto read = journal::changes_of_file(database, chain, [&, &wanted = wanted](const journal::StoredChange& change) {
      if (change.sequence > *known_at) return false;
      if (wanted.contains(change.record)) changes[change.record].push_back(change);
      return true;
    });
    if (!read) return tl::unexpected(read.error());
    for (const auto& [record, own] : changes) {
      auto folded = fold_changes(own);
      if (!folded) return tl::unexpected(folded.error());
      RecordState& place = states[wanted.at(record)];
      folded->file = place.file;  // permission goes by whose it is now
      place = std::move(*folded);
    }
  }
  return states;
}

base::Result<std::map<RecordId, RecordId>> aliases_known_at(Database& database, Position known_at) {
  std::vector<std::pair<RecordId, FileId>> merged;
  auto rows = database.prepare("SELECT DISTINCT record, file FROM change WHERE operation = 5 AND sequence <= ?");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, known_at);
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    merged.emplace_back(rows->integer(0), rows->integer(1));
  }
  std::map<RecordId, RecordId> aliases;
  for (const auto& [record, chain] : merged) {
    auto state = fold_record(database, chain, record, known_at);
    if (!state) return tl::unexpected(state.error());
    if (*state && (*state)->alias_of != 0) aliases[record] = (*state)->alias_of;
  }
  return aliases;
}

base::Result<void> states_of_kind(Database& database, KindNumber kind, const StateCallback& callback) {
  auto statement =
      database.prepare("SELECT id,file,chain,kind,version,created,alias_of,facts FROM record WHERE kind=? ORDER BY id");
  if (!statement) return tl::unexpected(statement.error());
  return walk(statement->bind(1, kind), callback);
}

base::Result<void> all_states(Database& database, const StateCallback& callback) {
  auto statement = database.prepare("SELECT id,file,chain,kind,version,created,alias_of,facts FROM record ORDER BY id");
  if (!statement) return tl::unexpected(statement.error());
  return walk(*statement, callback);
}

base::Result<std::vector<RecordId>> records_of_file(Database& database, FileId file) {
  auto statement = database.prepare("SELECT id FROM record WHERE file=? ORDER BY id");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, file);
  std::vector<RecordId> records;
  for (;;) {
    auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return records;
    records.push_back(statement->integer(0));
  }
}

base::Result<std::vector<std::pair<RecordId, RecordId>>> aliases(Database& database) {
  auto statement = database.prepare("SELECT id, alias_of FROM record WHERE alias_of <> 0");
  if (!statement) return tl::unexpected(statement.error());
  std::vector<std::pair<RecordId, RecordId>> pairs;
  for (;;) {
    auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return pairs;
    pairs.emplace_back(statement->integer(0), statement->integer(1));
  }
}

RecordId owner_of(const Kind& kind, const RecordState& state) {
  // The last word of the most trusted source, whatever the day: a file is where the record is kept, not a fact of a
  // day.
  const Value& target = read_plain(state, *kind.field(kind.belongs_to), base::Date::from_days(2'932'896)).value();
  return target.type() == ValueType::Reference ? target.as_reference() : 0;
}

base::Result<FileId> home_of(Database& database, const Kind& kind, const RecordState& state,
                             const std::function<RecordId(RecordId)>& resolve) {
  if (kind.opens_file || kind.belongs_to == 0) return state.chain;
  const RecordId owner = owner_of(kind, state);
  if (owner == 0) return state.chain;
  auto found = load_state(database, resolve(owner));
  if (!found) return tl::unexpected(found.error());
  return *found ? (*found)->file : state.chain;
}

base::Result<void> rebuild_records(Database& database) {
  std::map<RecordId, std::vector<journal::StoredChange>> of_file;
  FileId file = 0;
  base::Result<void> problem;
  const auto flush = [&]() -> base::Result<void> {
    for (const auto& [record, changes] : of_file) {
      auto state = fold_changes(changes);
      if (!state) return tl::unexpected(state.error());
      if (auto stored = store_state(database, *state, true); !stored) return stored;
    }
    of_file.clear();
    return {};
  };
  auto read = journal::changes_by_file(database, [&](const journal::StoredChange& change) {
    if (change.file != file) {
      problem = flush();
      file = change.file;
    }
    of_file[change.record].push_back(change);
    return problem.has_value();
  });
  if (!read) return read;
  if (!problem) return problem;
  return flush();
}

}  // namespace yuanqu::register_
