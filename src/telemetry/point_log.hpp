#pragma once
// PointLog: every accepted point in the order of acceptance, on disk before anybody is told so. Writers queue batches;
// one thread writes what has gathered, syncs once for all of it (group commit) and then says so.
//
// On disk: segments `points-<first sequence>-<n>.log`, each a list of records: marker, length, CRC-32, body. The first
// names the tags; the others hold a batch. Reading stops for nothing: a torn tail is what was never acknowledged; a
// damaged record is named and the reader looks for the next marker. A sequence seen before is passed over, so a batch
// written again after a failed sync counts once. A log is never appended to after it was opened again: each opening
// begins a segment of its own.
//
// When the disk fails, what waits is refused (never acknowledged; it may still be found after a restart), and the next
// append tries a new segment. Thread-safe.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "telemetry/log_folder.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

struct LogOptions {
  std::uint64_t segment_bytes = std::uint64_t{64} << 20U;
  std::size_t queue_points_max = 1'000'000;  // append waits while so many are not yet written
  std::int64_t retry_after_ms = 1'000;       // after a failure, of a steady clock
};

struct LogRecovery {
  std::uint64_t points = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t torn_bytes = 0;      // tails that were never acknowledged
  std::vector<base::Error> damaged;  // records whose checksum does not hold, with file and offset
};

class PointLog {
 public:
  // Batches with sequences, ascending; `tag` is an index into `names`. Called by open() for what is on disk, with the
  // names of the segment.
  using Found = std::function<void(const std::vector<std::string>& names, std::vector<Point> points)>;
  // Batches that are on disk now, ascending. Called by the log's thread; what it does delays the next commit.
  using Durable = std::function<void(std::vector<Point> points)>;

  // `names`: the tags of the plant, what `tag` of appended points is an index of.
  static base::Result<std::unique_ptr<PointLog>> open(std::unique_ptr<LogFolder> folder, std::vector<std::string> names,
                                                      const Found& found, Durable durable,
                                                      LogRecovery* recovery = nullptr, LogOptions options = {});
  // Writes what is queued, syncs, ends.
  ~PointLog();

  // Gives the points their sequences and queues them; the answer is the last sequence. Every point must pass check()
  // and name a tag below names.size(): the first that does not refuses all. An empty batch is the last sequence given.
  base::Result<std::uint64_t> append(std::vector<Point> points);
  // Returns when that sequence is on disk, or with the reason why it is not known to be.
  base::Result<void> wait(std::uint64_t sequence);
  std::uint64_t durable_sequence() const;
  std::uint64_t last_sequence() const;
  std::optional<base::Error> failure() const;  // the last, until something could be written again
  std::uint64_t commits() const;

  // Removes segments whose every point is at or below `sequence`.
  base::Result<void> forget(std::uint64_t sequence);

 private:
  PointLog() = default;
  base::Result<void> recover(const Found& found, LogRecovery& recovery);
  void run();
  bool refused(std::uint64_t sequence) const;
  base::Result<void> commit(const std::deque<std::vector<Point>>& batches);
  base::Result<void> begin_segment(std::uint64_t first_sequence);

  std::unique_ptr<LogFolder> folder_;
  std::vector<std::string> names_;
  Durable durable_;
  LogOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable work_, done_;
  std::deque<std::vector<Point>> queue_;
  std::size_t queued_points_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t durable_sequence_ = 0;
  std::deque<std::pair<std::uint64_t, std::uint64_t>>
      refused_;  // ranges that were refused, ascending; the newest thousand
  std::optional<base::Error> failure_;
  std::int64_t failed_at_ms_ = 0;
  std::uint64_t commits_ = 0;
  bool stopping_ = false;
  std::map<std::string, std::uint64_t> segments_;  // finished ones, with their last sequence

  // Of the thread.
  std::unique_ptr<LogFile> file_;
  std::string file_name_;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t openings_ = 0;
  std::thread thread_;
};

// The format, for tests and fuzzing. read_segment tells `found` of every batch it can read.
std::string encode_names(const std::vector<std::string>& names);
std::string encode_batch(const std::vector<Point>& points);
void read_segment(const std::string& file, std::string_view bytes, const PointLog::Found& found, LogRecovery& recovery);

}  // namespace yuanqu::telemetry
