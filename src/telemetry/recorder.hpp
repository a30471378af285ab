#pragma once
// Recorder: the point log and the history of one plant as one thing. What record() accepted is on disk when wait()
// returns, and in queries soon after; after a crash the log brings the history up to date. Thread-safe.
//
//   <folder>/log/points-….log      <folder>/history.sqlite

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "telemetry/history.hpp"
#include "telemetry/plant_model.hpp"
#include "telemetry/point_log.hpp"

namespace yuanqu::telemetry {

struct RecorderOptions {
  LogOptions log;
  std::int64_t flush_ms = 600'000;             // what is in memory is stored at least this often (and the log cut)
  std::size_t backlog_points_max = 2'000'000;  // the log waits for history beyond this
};

class Recorder {
 public:
  // `plant` and `clock` must outlive it. `recovery` tells what the log held. `log_folder`: tests put their own beneath.
  static base::Result<std::unique_ptr<Recorder>> open(const std::filesystem::path& folder, const PlantModel& plant,
                                                      const base::Clock& clock, LogRecovery* recovery = nullptr,
                                                      RecorderOptions options = {},
                                                      std::unique_ptr<LogFolder> log_folder = nullptr);
  ~Recorder();

  // Points of this plant; server_time_ms 0 is filled with now. Answers the sequence to wait for.
  base::Result<std::uint64_t> record(std::vector<Point> points);
  base::Result<void> wait(std::uint64_t sequence) { return log_->wait(sequence); }
  // Until everything that is durable can be queried. For tests and shutdown.
  void settle();
  // Stores what is in memory, works late points in, applies retention, cuts the log: what happens every flush_ms.
  base::Result<void> keep();

  History& history() { return *history_; }
  const History& history() const { return *history_; }
  PointLog& log() { return *log_; }
  std::optional<base::Error> failure() const;  // of log or history; nullopt while both work

 private:
  Recorder(const PlantModel& plant, const base::Clock& clock) : plant_(plant), clock_(clock) {}
  void run();

  const PlantModel& plant_;
  const base::Clock& clock_;
  RecorderOptions options_;
  std::unique_ptr<History> history_;
  std::unique_ptr<PointLog> log_;

  mutable std::mutex mutex_;
  std::condition_variable work_, room_;
  std::deque<std::vector<Point>> backlog_;
  std::size_t backlog_points_ = 0;
  bool busy_ = false;
  bool stopping_ = false;
  std::optional<base::Error> failure_;
  std::thread thread_;
};

}  // namespace yuanqu::telemetry
