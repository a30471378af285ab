#pragma once
// Journal: the append-only changes of a zone in a data folder, chained by hash per file.
//
// One writer thread takes queued works and commits them in groups: each work runs inside its own savepoint (whole or
// nothing), then the participants run in order over what the work appended, then the group is committed and synced, and
// only then the futures are resolved. So: acknowledged means durable, and what a participant stores (current records,
// transitions, duties, outbox, watermarks) is never out of step with the changes. Readers have connections of their own
// and see a snapshot.
//
// Thread rule: Journal is safe from every thread. Transaction and its Database are used on the writer thread inside a
// work only.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "journal/attachments.hpp"
#include "journal/change.hpp"
#include "journal/sql.hpp"

namespace yuanqu::journal {

// Makes a retried request safe: the same key is answered with the first answer and runs nothing, after a restart too.
struct RequestKey {
  std::string key{};     // "" none
  std::string digest{};  // of what was asked; the same key with another digest is refused. "" is not compared
};

struct BatchInfo {
  std::int64_t actor = 0;
  BatchId batch = 0;              // 0: a new one. An import gives its own, so that all its parts share one
  std::string pack_versions{};    // PackSet::versions(); "" keeps the journal's default (set_pack_versions)
  std::string idempotency_key{};  // RequestKey::key
  std::string request_digest{};   // RequestKey::digest
};

struct Committed {
  Position first = 0;  // of the changes of this batch; 0 when it appended none
  Position last = 0;
  Position position = 0;  // of the journal after this batch
  BatchId batch = 0;
  std::int64_t recorded_at_ms = 0;
  bool repeated = false;  // an idempotency key seen before
  std::string reply;      // what the work left with set_reply(), also for a repeated key
};

// What an erase took out of a change, kept in memory for the rooms that copied it, until the batch ends.
struct Redacted {
  Position sequence = 0;
  FileId file = 0;
  RecordId record = 0;
  std::string values;     // all entries the change had
  std::string remaining;  // those it keeps
};

class Transaction {
 public:
  virtual ~Transaction() = default;
  // Appends to the chain of change.file; the stored form is appended().back().
  virtual base::Result<Position> append(Change change) = 0;
  virtual std::span<const StoredChange> appended() const = 0;
  virtual Database& database() = 0;  // sees everything written so far in this group
  virtual const BatchInfo& info() const = 0;
  virtual BatchId batch() const = 0;
  virtual std::int64_t recorded_at_ms() const = 0;
  virtual Position position() const = 0;  // last position given out
  virtual std::int64_t new_id() = 0;      // time-ordered, unique in this data folder
  virtual void set_reply(std::string reply) = 0;
  // Puts a message for later work outside this transaction; the same (topic, key) twice is stored once.
  virtual base::Result<void> enqueue(std::string_view topic, std::string_view key, std::string_view body,
                                     std::int64_t available_at_ms = 0) = 0;
  // Takes values and reason out of an earlier change (personal data): what remains gets a new salt, and digest_of(salt,
  // "", remaining) must stand in the Erase change `erased_by`, which vouches for it. The old digest stays, so the chain
  // still holds.
  virtual base::Result<void> redact(Position sequence, std::string_view remaining_values, const Salt& salt,
                                    Position erased_by) = 0;
  virtual std::span<const Redacted> redacted() const = 0;
  virtual Salt new_salt() = 0;
  // For caches in memory: undo runs (last first) when this batch does not become durable, commit after it has.
  virtual void on_rollback(std::function<void()> undo) = 0;
  virtual void on_commit(std::function<void()> done) = 0;
};

// A room whose tables live in the same database and change in the same transaction.
class Participant {
 public:
  virtual ~Participant() = default;
  virtual std::string_view name() const = 0;
  virtual base::Result<void> create_tables(Database& database) = 0;  // once, when it is registered; must be repeatable
  virtual base::Result<void> apply(Transaction& transaction,
                                   std::span<const StoredChange> changes) = 0;  // an error refuses the batch
};

using Work = std::function<base::Result<void>(Transaction&)>;

// A reader's view of the database at one moment. Holds a pooled connection; short-lived: an old snapshot keeps the log
// from shrinking.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot();
  Database& database();
  Position position() const;

 private:
  friend class Journal;
  struct State;
  explicit Snapshot(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct OutboxMessage {
  std::int64_t id = 0;
  std::string topic;
  std::string key;
  std::string body;
  std::int64_t created_at_ms = 0;
  int attempts = 0;
};

struct Options {
  int schema_wait_ms = 5000;          // how long to wait for a lock of SQLite itself
  std::size_t group_works_max = 256;  // works per commit
  std::size_t readers_max = 8;
  bool synchronous_full = true;  // benchmarks may turn it off; a zone never does
};

class Journal {
 public:
  // Creates the folder and the database when absent, takes the folder's lock (one process owns it; another gets
  // Unavailable with the owner's process id), refuses a schema newer than this program's, and starts the writer.
  static base::Result<std::unique_ptr<Journal>> open(const std::filesystem::path& data_folder, const base::Clock& clock,
                                                     Options options = {});
  // Opens an existing folder for reading only, without the lock (verify, export beside a serving process); also one
  // backup of a series, whose attachments lie beside it.
  static base::Result<std::unique_ptr<Journal>> open_read_only(const std::filesystem::path& data_folder,
                                                               const base::Clock& clock);
  ~Journal();  // stops
  // Finishes what is queued and writes no more: whoever asks later is told Unavailable. Participants may go after it.
  void stop();

  // Participants are registered before the first submission and outlive the journal's use. Order of registration is
  // order of work.
  base::Result<void> add_participant(Participant& participant);
  void set_pack_versions(std::string versions);  // default for batches

  std::future<base::Result<Committed>> submit(Work work, BatchInfo info);
  base::Result<Committed> commit(Work work, BatchInfo info);  // submit and wait

  base::Result<Snapshot> snapshot();
  // Writes the database anew, so that nothing erased is left in its free space or its log. Writers wait, some seconds
  // for a gigabyte, and as much space is needed beside it; readers go on. False when an old snapshot still holds the
  // log: once more later.
  base::Result<bool> compact();
  // When the first erase was recorded that no compaction has followed; nullopt: none.
  base::Result<std::optional<std::int64_t>> to_compact_since_ms();
  Position position() const;  // last durable position
  bool writable() const;      // false when opened read only, and after the disk failed, until a restart
  const std::filesystem::path& data_folder() const;
  Attachments& attachments();  // the files records rest on, in the same folder
  std::int64_t new_id();       // base::Id, unique in this data folder; not when opened read only

  // Called with each new durable position, on a thread of the journal's own, one call at a time, positions ascending
  // (some may be left out when many come at once). The subscription ends with the returned handle.
  std::shared_ptr<void> subscribe(std::function<void(Position)> listener);
  // Waits until `position` is durable; false on timeout.
  bool wait_for(Position position, int timeout_ms);

  // Outbox. Messages come in order of their time; a claimed one is hidden for lease_ms, then offered again.
  base::Result<std::vector<OutboxMessage>> claim(std::string_view topic, std::size_t limit, int lease_ms = 60000);
  base::Result<void> finish(std::int64_t message);
  base::Result<void> retry(std::int64_t message, std::string_view error, std::int64_t available_at_ms);

 private:
  friend class Snapshot;
  Journal();
  struct State;
  std::unique_ptr<State> state_;
};

// Reading changes; each takes a snapshot's or the writer's database. The callback returns false to stop.
using ChangeCallback = std::function<bool(const StoredChange&)>;
base::Result<void> changes_of_file(Database& database, FileId file,
                                   const ChangeCallback& callback);  // in order of the chain
base::Result<void> changes_of_record(Database& database, FileId file, RecordId record, const ChangeCallback& callback);
base::Result<void> changes_after(Database& database, Position after, std::size_t limit, const ChangeCallback& callback);
base::Result<void> changes_of_batch(Database& database, BatchId batch,
                                    const ChangeCallback& callback);  // reads every change: rare
base::Result<void> changes_by_file(Database& database,
                                   const ChangeCallback& callback);  // every change, file after file
base::Result<std::string> pack_versions_of(Database& database, std::int64_t pack_version);
// The last position recorded at or before that moment: what was known then. 0 when nothing was.
base::Result<Position> position_at(Database& database, std::int64_t recorded_at_ms);

}  // namespace yuanqu::journal
