#pragma once
// What a Register holds in memory. For this room's .cpp files.

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <tuple>

#include "register/access_log.hpp"
#include "register/conversion.hpp"
#include "register/key_index.hpp"
#include "register/register.hpp"

namespace yuanqu::register_ {

// The values that would change a record: those that are not so already by this source on that day. A field that ages is
// written again by a later day, because being confirmed makes it fresh. In order of field numbers.
std::vector<FieldWrite> values_that_change(const RecordState& record, const Kind& kind,
                                           const std::vector<FieldWrite>& values, SourceNumber source, base::Date day);

struct Register::State {
  State(journal::Journal& its_journal, std::shared_ptr<const Catalogue> its_catalogue,
        std::shared_ptr<const Permissions> its_permissions)
      : journal(its_journal),
        catalogue(std::move(its_catalogue)),
        permissions(std::move(its_permissions)),
        looks(its_journal) {}

  journal::Journal& journal;
  std::shared_ptr<const Catalogue> catalogue;
  std::shared_ptr<const Permissions> permissions;
  KeyIndex keys;
  AccessLog looks;

  static constexpr std::int64_t no_day = INT64_MIN;
  std::atomic<std::int64_t> today{no_day};
  std::atomic<Position> last_erase{0};

  mutable std::shared_mutex aliases_mutex;
  std::map<RecordId, RecordId> alias_of;

  // Writer thread only: (kind, field, value type) already noted in field_seen.
  std::set<std::tuple<KindNumber, FieldNumber, ValueType>> seen;

  // A record as it is read: the stored fold with the facts of retired fields under the fields that took their place.
  base::Result<std::optional<RecordState>> load(journal::Database& database, RecordId record,
                                                std::optional<Position> known_at = std::nullopt) const;
  base::Result<std::vector<RecordState>> load(journal::Database& database, const std::vector<RecordId>& records,
                                              std::optional<Position> known_at) const;
  void convert(RecordState& state) const {
    if (const Kind* kind = catalogue->kind(state.kind); kind != nullptr) convert_facts(state, *kind);
  }

  RecordId resolve(RecordId record) const {
    const std::shared_lock hold(aliases_mutex);
    for (int steps = 0; steps < 100; ++steps) {
      const auto it = alias_of.find(record);
      if (it == alias_of.end()) break;
      record = it->second;
    }
    return record;
  }
  // Whether following what `record` was merged into comes by `target`, itself included: merging `target` into it would
  // close a circle.
  bool leads_to(RecordId record, RecordId target) const {
    const std::shared_lock hold(aliases_mutex);
    for (std::size_t steps = 0; record != target && steps <= alias_of.size(); ++steps) {
      const auto it = alias_of.find(record);
      if (it == alias_of.end()) return false;
      record = it->second;
    }
    return true;
  }
  void set_alias(RecordId record, RecordId into) {
    const std::unique_lock hold(aliases_mutex);
    if (into == 0) {
      alias_of.erase(record);
    } else {
      alias_of[record] = into;
    }
  }

  // On the writer thread: every record of the kind is in the key index after this.
  base::Result<void> index_keys(journal::Database& database, const Kind& kind);
  // From anywhere: sends the writer to do it when it is not done.
  base::Result<void> index_keys(const Kind& kind);
  base::Result<std::vector<RecordId>> find_by_key(journal::Database& database, const Kind& kind, std::size_t key,
                                                  const std::vector<Value>& values, base::Date day);
  // Appends the change, applies it to the state and stores both. `is_new` for the record's first change; `change_moves`
  // when it names another file.
  base::Result<void> append(journal::Transaction& transaction, const Kind& kind, RecordState& state,
                            journal::Change change, bool is_new, bool change_moves = false);
  base::Result<void> note_types(journal::Transaction& transaction, const RecordState& state,
                                const std::vector<FieldWrite>& values);
};

// NotFound: for a record that is not there, and for one the viewer may not know of.
tl::unexpected<base::Error> no_such_record(const Kind& kind);
// One record as a viewer sees it.
base::Result<RecordView> view_of_record(journal::Database& database, const Register::State& own, const Viewer& viewer,
                                        const Kind& kind, const RecordState& state, const AsOf& as_of);

}  // namespace yuanqu::register_
