#include "telemetry/recorder.hpp"

#include <chrono>

namespace yuanqu::telemetry {

base::Result<std::unique_ptr<Recorder>> Recorder::open(const std::filesystem::path& folder, const PlantModel& plant,
                                                       const base::Clock& clock, LogRecovery* recovery,
                                                       RecorderOptions options, std::unique_ptr<LogFolder> log_folder) {
  std::unique_ptr<Recorder> recorder(new Recorder(plant, clock));
  recorder->options_ = options;
  std::error_code problem_of_folder;
  std::filesystem::create_directories(folder, problem_of_folder);
  if (problem_of_folder) {
    return base::fail(
        base::ErrorCode::Unavailable, "数据目录不能建立（" + problem_of_folder.message() + "）。请检查磁盘和权限。",
        "The data folder cannot be made (" + problem_of_folder.message() + "). Check the disk and its permissions.",
        {.file = folder.string()});
  }
  if (!log_folder) {
    auto disk = DiskFolder::open(folder / "log");
    if (!disk) return tl::unexpected(disk.error());
    log_folder = std::move(*disk);
  }
  auto history = History::open(folder / "history.sqlite", plant.tag_names());
  if (!history) return tl::unexpected(history.error());
  recorder->history_ = std::move(*history);
  std::optional<base::Error> problem;
  const auto found = [&](const std::vector<std::string>& names, std::vector<Point> points) {
    std::vector<TagIndex> indices;
    indices.reserve(names.size());
    for (const std::string& name : names) indices.push_back(recorder->history_->index_of(name));
    for (Point& point : points) point.tag = indices[point.tag];
    if (auto done = recorder->history_->absorb(points); !done) problem = done.error();
  };
  auto log = PointLog::open(
      std::move(log_folder), plant.tag_names(), found,
      [raw = recorder.get()](std::vector<Point> points) {
        std::unique_lock lock(raw->mutex_);
        raw->room_.wait(lock,
                        [&] { return raw->backlog_points_ < raw->options_.backlog_points_max || raw->stopping_; });
        raw->backlog_points_ += points.size();
        raw->backlog_.push_back(std::move(points));
        raw->work_.notify_one();
      },
      recovery, options.log);
  if (!log) return tl::unexpected(log.error());
  if (problem) return tl::unexpected(*problem);
  recorder->log_ = std::move(*log);
  recorder->thread_ = std::thread([raw = recorder.get()] { raw->run(); });
  return recorder;
}

Recorder::~Recorder() {
  log_.reset();  // the last batches come through
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  room_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (history_) (void)history_->flush();
}

base::Result<std::uint64_t> Recorder::record(std::vector<Point> points) {
  const std::int64_t now = clock_.now_ms();
  for (Point& point : points) {
    if (point.server_time_ms == 0) point.server_time_ms = now;
  }
  return log_->append(std::move(points));
}

void Recorder::run() {
  auto next_keep = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.flush_ms);
  for (;;) {
    std::deque<std::vector<Point>> batches;
    {
      std::unique_lock lock(mutex_);
      work_.wait_until(lock, next_keep, [&] { return stopping_ || !backlog_.empty(); });
      if (backlog_.empty() && stopping_) return;
      batches.swap(backlog_);
      busy_ = true;
    }
    std::size_t count = 0;
    base::Result<void> done;
    for (const auto& batch : batches) {
      count += batch.size();
      // A failing disk keeps the points in memory and in the log; the next batch tries again.
      if (auto absorbed = history_->absorb(batch); !absorbed) done = absorbed;
    }
    if (std::chrono::steady_clock::now() >= next_keep) {
      if (auto kept = keep(); !kept) done = kept;
      next_keep = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.flush_ms);
    }
    std::lock_guard lock(mutex_);
    backlog_points_ -= count;
    busy_ = false;
    if (!done)
      failure_ = done.error();
    else
      failure_.reset();
    room_.notify_all();
  }
}

void Recorder::settle() {
  (void)log_->wait(log_->last_sequence());
  std::unique_lock lock(mutex_);
  // The log's thread hands a batch over just after its waiters wake.
  while (busy_ || !backlog_.empty() || (!failure_ && history_->absorbed_sequence() < log_->durable_sequence())) {
    room_.wait_for(lock, std::chrono::milliseconds(1));
  }
}

base::Result<void> Recorder::keep() {
  if (auto done = history_->flush(); !done) return done;
  if (auto done = history_->merge_late(); !done) return tl::unexpected(done.error());
  const std::int64_t now = clock_.now_ms();
  for (TagIndex tag = 0; tag < plant_.tags().size(); ++tag) {
    if (const int days = plant_.tag(tag).retention_days; days > 0) {
      if (auto done = history_->forget(tag, now - days * day_ms); !done) return tl::unexpected(done.error());
    }
  }
  return log_->forget(history_->safe_sequence());
}

std::optional<base::Error> Recorder::failure() const {
  if (auto failure = log_->failure()) return failure;
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace yuanqu::telemetry
