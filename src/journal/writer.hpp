#pragma once
// The writer's side of a group commit: runs works inside savepoints of one transaction and keeps the chain.
// Used on one thread at a time.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "journal/journal.hpp"

namespace yuanqu::journal {

struct QueuedWork {
  Work work;
  BatchInfo info;
  std::promise<base::Result<Committed>> promise;
};

class Writer {
 public:
  Writer(std::unique_ptr<Database> database, const base::Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  base::Result<void> start();  // reads where the journal stands
  // Runs and commits the works, tells the new position, and then resolves every promise: who was answered finds it told
  // already.
  void run(std::vector<QueuedWork>& works, const std::function<void(Position)>& tell);
  // Between groups: see Journal::compact.
  base::Result<bool> compact();
  Position position() const { return position_; }
  // After the disk failed nothing is written any more: a later sync may succeed without the lost pages being there, so
  // only a restart, which reads what the disk really holds, may go on. From any thread.
  bool failed() const { return failed_.load(); }
  Database& database() { return *database_; }
  base::IdSource& ids() { return *ids_; }
  void add_participant(Participant& participant) { participants_.push_back(&participant); }
  void set_pack_versions(std::string versions) { pack_versions_ = std::move(versions); }

 private:
  class Batch;
  struct Outcome {
    base::Result<Committed> result = Committed{};
    std::vector<std::function<void()>> undo;
    std::vector<std::function<void()>> done;
  };
  Outcome run_one(QueuedWork& queued);
  base::Result<Committed> run_in_savepoint(QueuedWork& queued, Batch& batch);
  base::Result<void> run_group(std::vector<QueuedWork>& works, std::vector<Outcome>& outcomes);
  base::Result<Hash> head_of(FileId file);
  base::Result<std::int64_t> pack_version(const std::string& versions);
  base::Result<std::optional<Committed>> earlier(const BatchInfo& info);

  std::unique_ptr<Database> database_;
  const base::Clock& clock_;
  std::unique_ptr<base::IdSource> ids_;
  std::vector<Participant*> participants_;
  std::string pack_versions_;
  Position position_ = 0;  // last given out, perhaps not yet committed
  Position durable_ = 0;
  std::int64_t recorded_at_ms_ = 0;
  std::atomic<bool> failed_{false};
  std::unordered_map<FileId, Hash> heads_;  // of files touched lately; cleared when large or when anything is undone
  std::unordered_map<std::string, std::int64_t> pack_version_ids_;
};

}  // namespace yuanqu::journal
