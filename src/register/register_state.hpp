#pragma once
// The insides of Register, shared by its translation units. For this room's .cpp files only.

#include <atomic>
#include <mutex>

#include "register/register.hpp"

namespace yuanqu::register_ {

struct Register::State {
  journal::Journal& journal;
  std::shared_ptr<const Catalogue> catalogue;
  std::shared_ptr<const Permissions> permissions;
  std::atomic<std::int64_t> today_days{never_set};
  static constexpr std::int64_t never_set = std::numeric_limits<std::int64_t>::min();
};

// ---- tables of current records
base::Result<void> create_register_tables(journal::Database& database);
base::Result<std::optional<RecordState>> load_state(journal::Database& database, RecordId record);
base::Result<void> save_state(journal::Database& database, const RecordState& state, const Catalogue& catalogue);
// Folds a record again from its changes in the journal, as the writer or a snapshot sees them.
base::Result<RecordState> refold(journal::Database& database, FileId file, RecordId record, std::optional<Position> known_at = std::nullopt);

// ---- keys
// The last value recorded of a field, by trust, whatever its age; Null when there is none.
const Value& latest_value(const RecordState& state, const Field& field);
// The bytes a key is indexed by; empty when one of its fields is null.
std::string key_bytes(const std::vector<Value>& values);
base::Result<void> index_keys(journal::Database& database, const Kind& kind, const RecordState& state);
struct KeyHolders {
  std::vector<RecordId> current;  // hold these values now
  std::vector<RecordId> former;   // held them once
};
base::Result<KeyHolders> holders_of(journal::Database& database, const Kind& kind, std::size_t key, const std::vector<Value>& values);

}  // namespace yuanqu::register_
