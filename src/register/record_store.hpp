#pragma once
// The tables of current records: one row a record, holding its folded facts. Changed in the transaction that appends
// the changes, so they never fall behind; `yuanqu verify` folds anew and compares.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/sql.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

base::Result<void> create_record_tables(journal::Database& database);

base::Result<std::optional<RecordState>> load_state(journal::Database& database, RecordId record);
base::Result<void> store_state(journal::Database& database, const RecordState& state, bool is_new);
// Folded from the journal; nullopt when nothing of the record was recorded by then.
base::Result<std::optional<RecordState>> fold_record(journal::Database& database, FileId chain, RecordId record,
                                                     std::optional<Position> known_at);

// Some records as of a position, each chain walked once; those of which nothing was recorded by then are left out. In
// order of `records`.
base::Result<std::vector<RecordState>> load_states(journal::Database& database, const std::vector<RecordId>& records,
                                                   std::optional<Position> known_at);

using StateCallback = std::function<bool(RecordState&&)>;
base::Result<void> states_of_kind(journal::Database& database, KindNumber kind, const StateCallback& callback);
base::Result<void> all_states(journal::Database& database, const StateCallback& callback);
base::Result<std::vector<RecordId>> records_of_file(journal::Database& database, FileId file);
base::Result<std::vector<std::pair<RecordId, RecordId>>> aliases(journal::Database& database);
// Which record was an alias of which by that position.
base::Result<std::map<RecordId, RecordId>> aliases_known_at(journal::Database& database, Position known_at);
// The record it belongs to, as belongs_to names it last; 0 when it names none. For kinds with belongs_to.
RecordId owner_of(const Kind& kind, const RecordState& state);
// The file the record belongs to now; its chain when nobody is named.
base::Result<FileId> home_of(journal::Database& database, const Kind& kind, const RecordState& state,
                             const std::function<RecordId(RecordId)>& resolve);
// Folds the whole journal into the tables, which must be empty. Homes are worked out by the caller.
base::Result<void> rebuild_records(journal::Database& database);

}  // namespace yuanqu::register_
