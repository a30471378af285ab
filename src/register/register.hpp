#pragma once
// Register: the zone's records. Checks a write against the catalogue and the viewer, appends it to the journal, keeps
// the current records in the same transaction, and reads records, files and histories as of any (valid day, known at).
// Safe from every thread; writes are serialised by the journal's writer.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "journal/journal.hpp"
#include "register/access_log.hpp"
#include "register/catalogue.hpp"
#include "register/record.hpp"
#include "register/viewer.hpp"

namespace yuanqu::register_ {

struct FieldWrite {
  FieldNumber field = 0;
  Value value;  // Null clears
};

struct Write {
  journal::Operation operation = journal::Operation::Put;  // Put, Close, Reopen, Merge, Unmerge, Void, Erase
  const Kind* kind = nullptr;
  RecordId record = 0;             // 0: a new record (Put only)
  std::vector<FieldWrite> values;  // Put; Erase: the fields
  RecordId into = 0;               // Merge
  std::vector<Position> voided;    // Void: changes of this record
  SourceNumber source = 0;
  base::Date effective_from;
  std::string reason;
  std::optional<Position> version;  // the version the writer saw; another answers Conflict with both
};

struct Written {
  RecordId record = 0;
  FileId file = 0;
  Position version = 0;
  bool changed = false;  // false: everything was so already and nothing was appended
  std::vector<Finding> findings;
};

struct WriteReply {
  std::vector<Written> written;  // as the writes
  journal::Committed committed;
};

// All faults of one write, so that a form or an import row shows every one.
struct Faults {
  std::vector<base::Error> errors;
  bool empty() const { return errors.empty(); }
};

// One field as a viewer sees it.
struct FieldView {
  const Field* field = nullptr;
  Value value;                                // masked when `masked`
  NullReason null_reason = NullReason::None;  // why it is null
  bool masked = false;
  bool may_reveal = false;
  SourceNumber source = 0;
  base::Date effective_from;
  std::int64_t recorded_at_ms = 0;
  Position sequence = 0;
  std::optional<base::Date> until;
  struct Other {
    SourceNumber source = 0;
    Value value;
    base::Date effective_from;
    std::int64_t recorded_at_ms = 0;
    bool stale = false;
  };
  std::vector<Other> others;  // the other sources, in order of trust
};

struct RecordView {
  const Kind* kind = nullptr;
  RecordId id = 0;
  FileId file = 0;
  Position version = 0;
  std::string title;
  bool closed = false;
  RecordId alias_of = 0;
  std::vector<FieldView> fields;  // readable or masked ones only, in the catalogue's order
  std::vector<Finding> findings;
};

struct ChangeView {
  Position sequence = 0;
  journal::Operation operation = journal::Operation::Put;
  const Kind* kind = nullptr;
  RecordId record = 0;
  base::Date effective_from;
  std::int64_t recorded_at_ms = 0;
  SourceNumber source = 0;
  std::int64_t actor = 0;
  BatchId batch = 0;
  std::string reason;
  bool voided = false;
  std::vector<FieldWrite> values;  // readable ones; masked where the viewer sees them masked
  std::vector<Value> before;       // of each of values: what this source said of that day until then
  std::vector<Position> voids;     // Void: the changes it takes back
  RecordId into = 0;               // Merge
  bool erased = false;             // personal data was taken out of it
};

// What merging a record into another would do. Nothing is rewritten: the record becomes an alias, its children show in
// the other's file, references to it read through.
struct MergePreview {
  RecordView record;
  RecordView into;
  struct Difference {
    const Field* field = nullptr;
    Value record;  // readable, masked where the viewer sees it masked
    Value into;    // what will be read after the merge
  };
  std::vector<Difference> differences;
  struct Children {
    const Kind* kind = nullptr;
    std::size_t count = 0;                                // that will show in the other's file
    std::vector<std::pair<RecordId, RecordId>> same_key;  // of the record and of the other: the same by their first key
  };
  std::vector<Children> children;
};

// What a batch (an import, a form, a step of a case) recorded, and what of it still stands.
struct BatchView {
  BatchId batch = 0;
  std::int64_t actor = 0;
  std::int64_t recorded_at_ms = 0;
  std::string reason;  // of its first change
  SourceNumber source = 0;
  std::size_t changes = 0;
  std::size_t voided = 0;
  std::size_t records = 0;
  std::size_t created = 0;                                 // records it made
  std::size_t built_upon = 0;                              // records that were changed again afterwards
  std::vector<std::pair<const Kind*, std::size_t>> kinds;  // records by kind
};

struct FileView {
  RecordView record;                                                      // that opens the file
  std::vector<std::pair<const Kind*, std::vector<RecordView>>> children;  // by kind, newest first
};

class Register {
 public:
  // Creates the tables of current records, checks that the packs can read the journal (else refuses with the records
  // concerned), and brings the current records up to the journal when they are behind.
  static base::Result<std::unique_ptr<Register>> open(journal::Journal& journal,
                                                      std::shared_ptr<const Catalogue> catalogue,
                                                      std::shared_ptr<const Permissions> permissions);
  ~Register();

  const Catalogue& catalogue() const;
  std::shared_ptr<const Permissions> permissions() const;
  journal::Journal& journal();

  // The zone's day. It is a record of the house, moved by a journal entry, never by a server's clock. nullopt before
  // the first setting.
  std::optional<base::Date> today() const;
  base::Result<journal::Committed> set_today(base::Date day, std::int64_t actor, const std::string& reason);
  base::Result<void> set_today(journal::Transaction& transaction, base::Date day, const std::string& reason);

  // ---- writing
  // One batch, whole or nothing. On refusal `faults` (when given) has every fault of every write, place.row counting
  // writes from 1.
  base::Result<WriteReply> write(const Viewer& viewer, std::vector<Write> writes, journal::RequestKey key = {},
                                 Faults* faults = nullptr);
  // The same inside a transaction of the caller's (a case that finishes writes facts and its own state at once).
  base::Result<Written> write(journal::Transaction& transaction, const Viewer& viewer, const Write& write,
                              Faults* faults = nullptr);
  // Void every change of a batch (an import) that still stands, record by record, whole or nothing.
  base::Result<WriteReply> void_batch(const Viewer& viewer, BatchId batch, base::Date effective_from,
                                      const std::string& reason);

  // ---- reading, as a viewer
  base::Result<RecordView> read(const Viewer& viewer, const Kind& kind, RecordId record, AsOf as_of);
  base::Result<FileView> read_file(const Viewer& viewer, FileId file, AsOf as_of, std::size_t children_max = 1000);
  base::Result<std::vector<ChangeView>> history(const Viewer& viewer, const Kind& kind, RecordId record);
  // Conflict when they cannot be merged; Forbidden when the viewer may not do it.
  base::Result<MergePreview> preview_merge(const Viewer& viewer, const Kind& kind, RecordId record, RecordId into,
                                           base::Date day);
  // Records that hold a value of one of this record's keys, now or once: perhaps the same. Itself left out.
  base::Result<std::vector<RecordId>> similar(const Viewer& viewer, const Kind& kind, RecordId record, base::Date day);
  base::Result<BatchView> batch(const Viewer& viewer, BatchId batch);
  base::Result<std::vector<ChangeView>> history_of_file(const Viewer& viewer, FileId file, std::size_t limit = 500);
  // One value that is shown masked, in clear, with a reason that is kept in the access log.
  base::Result<Value> reveal(const Viewer& viewer, const Kind& kind, RecordId record, const Field& field, AsOf as_of,
                             const std::string& reason);
  // The attachment of a field that a viewer may fetch: the one with that hash (on any day), or, for "", the one in
  // force that day (of a list the first). Shown masked, it takes the right to reveal and a reason, which is kept in the
  // access log.
  base::Result<Value> attachment(const Viewer& viewer, const Kind& kind, RecordId record, const Field& field,
                                 std::string_view hash, AsOf as_of, const std::string& reason);
  base::Result<std::string> title_of(const Viewer& viewer, RecordId record, AsOf as_of);
  base::Result<std::string> title_of(const Viewer& viewer, RecordId record, base::Date day) {
    return title_of(viewer, record, AsOf{day, std::nullopt});
  }

  // ---- reading, for rooms that evaluate (no viewer: they answer for what they show)
  base::Result<std::optional<RecordState>> state(RecordId record);  // everything recorded; an alias is not followed
  base::Result<std::optional<RecordState>> state(RecordId record, AsOf as_of);
  base::Result<std::optional<RecordState>> state(
      journal::Database& database, RecordId record,
      std::optional<Position> known_at = std::nullopt);  // inside a transaction or snapshot
  base::Result<std::vector<RecordState>> states_of_file(FileId file, std::optional<Position> known_at = std::nullopt);
  // Every record of a kind in order of id, from one snapshot; `position` receives the journal position it shows.
  base::Result<void> for_each(const Kind& kind, const std::function<bool(RecordState&&)>& callback,
                              Position* position = nullptr);
  // Every record of every kind in one pass, in order of id: how a population is loaded.
  base::Result<void> for_each(const std::function<bool(RecordState&&)>& callback, Position* position = nullptr);
  // The same as known at an earlier position, in no particular order.
  base::Result<void> for_each_known_at(Position known_at, const std::function<bool(RecordState&&)>& callback);
  base::Result<std::size_t> count(const Kind& kind);
  RecordId resolve(RecordId record) const;  // follows merges
  // The last change that erased something since this was opened; 0: none. What was read into memory before it may hold
  // what was erased.
  Position last_erase() const;

  // Records whose key fields hold these values: current holders before former ones. More than one of equal rank is
  // ambiguous.
  base::Result<std::vector<RecordId>> find_by_key(const Kind& kind, const std::vector<FieldNumber>& key,
                                                  const std::vector<Value>& values, base::Date day);

  // Who looked at which file. Reads above note it themselves; whoever shows a single record by other means says so
  // here.
  AccessLog& looks();
  void note_look(const Viewer& viewer, LookKind what, FileId file, RecordId record = 0);

  struct State;  // implementation
  State& internals() { return *state_; }

 private:
  Register();
  std::unique_ptr<State> state_;
};

// An attachment's size and format against its field, before or after it was stored.
base::Result<void> check_attachment_limits(const Field& field, std::uint64_t size, std::string_view format);

// Checks a value against its field (type, scale, bounds, pattern, code lists, credit code). Faults say what to do.
base::Result<void> check_value(const Catalogue& catalogue, const Kind& kind, const Field& field, const Value& value);

}  // namespace yuanqu::register_
