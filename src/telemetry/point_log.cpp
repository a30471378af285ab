#include "telemetry/point_log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "telemetry/steady.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::size_t refused_ranges_max = 1'000;

std::string segment_name(std::uint64_t first_sequence, std::uint64_t opening) {
  std::string digits = std::to_string(first_sequence);
  std::string number = std::to_string(opening);
  return "points-" + std::string(20 - digits.size(), '0') + digits + "-" +
         std::string(6 - std::min<std::size_t>(6, number.size()), '0') + number + ".log";
}

bool is_segment(const std::string& name) { return name.starts_with("points-") && name.ends_with(".log"); }

}  // namespace

base::Result<std::unique_ptr<PointLog>> PointLog::open(std::unique_ptr<LogFolder> folder,
                                                       std::vector<std::string> names, const Found& found,
                                                       Durable durable, LogRecovery* recovery, LogOptions options) {
  std::unique_ptr<PointLog> log(new PointLog);
  log->folder_ = std::move(folder);
  log->names_ = std::move(names);
  log->durable_ = std::move(durable);
  log->options_ = options;
  LogRecovery own;
  LogRecovery& told = recovery == nullptr ? own : *recovery;
  if (auto done = log->recover(found, told); !done) return tl::unexpected(done.error());
  log->last_sequence_ = log->durable_sequence_ = told.last_sequence;
  log->thread_ = std::thread([raw = log.get()] { raw->run(); });
  return log;
}

base::Result<void> PointLog::recover(const Found& found, LogRecovery& recovery) {
  auto names = folder_->names();
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!is_segment(name)) continue;
    auto bytes = folder_->read(name);
    if (!bytes) return tl::unexpected(bytes.error());
    read_segment(name, *bytes, found, recovery);
    segments_[name] = recovery.last_sequence;
    ++openings_;
  }
  return {};
}

PointLog::~PointLog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

base::Result<std::uint64_t> PointLog::append(std::vector<Point> points) {
  for (const Point& point : points) {
    if (auto good = check(point); !good) return tl::unexpected(good.error());
    if (point.tag >= names_.size())
      return fail(ErrorCode::NotFound, "点的测点不在工厂模型中。", "The point's tag is not in the plant model.",
                  {.field = "tag"});
  }
  std::unique_lock lock(mutex_);
  if (points.empty()) return last_sequence_;
  if (failure_ && steady_now_ms() - failed_at_ms_ < options_.retry_after_ms) return tl::unexpected(*failure_);
  done_.wait(lock, [&] { return queued_points_ < options_.queue_points_max || stopping_; });
  for (Point& point : points) point.sequence = ++last_sequence_;
  queued_points_ += points.size();
  queue_.push_back(std::move(points));
  work_.notify_one();
  return last_sequence_;
}

base::Result<void> PointLog::wait(std::uint64_t sequence) {
  std::unique_lock lock(mutex_);
  if (sequence > last_sequence_)
    return fail(ErrorCode::NotFound, "没有这个序号的点。", "There is no point of this sequence.");
  done_.wait(lock, [&] { return durable_sequence_ >= sequence || refused(sequence); });
  if (refused(sequence)) {
    if (failure_) return tl::unexpected(*failure_);
    return fail(ErrorCode::Unavailable, "这批点没有写到磁盘。请让来源重发。",
                "These points did not reach the disk. Let the source send them again.");
  }
  return {};
}

bool PointLog::refused(std::uint64_t sequence) const {
  return std::any_of(refused_.begin(), refused_.end(),
                     [&](const auto& range) { return range.first <= sequence && sequence <= range.second; });
}

std::uint64_t PointLog::durable_sequence() const {
  std::lock_guard lock(mutex_);
  return durable_sequence_;
}
std::uint64_t PointLog::last_sequence() const {
  std::lock_guard lock(mutex_);
  return last_sequence_;
}
std::optional<base::Error> PointLog::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}
std::uint64_t PointLog::commits() const {
  std::lock_guard lock(mutex_);
  return commits_;
}

void PointLog::run() {
  for (;;) {
    std::deque<std::vector<Point>> batches;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      batches.swap(queue_);
    }
    auto written = commit(batches);
    std::vector<Point> points;
    std::size_t count = 0;
    for (auto& batch : batches) count += batch.size();
    const std::uint64_t last = batches.back().back().sequence;
    {
      std::lock_guard lock(mutex_);
      queued_points_ -= count;
      if (written) {
        durable_sequence_ = last;
        failure_.reset();
        ++commits_;
      } else {
        failure_ = written.error();
        failed_at_ms_ = steady_now_ms();
        // What queued up meanwhile is refused as well: order is kept, and nobody waits for a dead disk.
        const std::uint64_t first = batches.front().front().sequence;
        if (!refused_.empty() && refused_.back().second + 1 == first)
          refused_.back().second = last_sequence_;
        else
          refused_.emplace_back(first, last_sequence_);
        if (refused_.size() > refused_ranges_max) refused_.pop_front();
        for (auto& batch : queue_) queued_points_ -= batch.size();
        queue_.clear();
      }
    }
    if (written) {
      points = std::move(batches.front());
      points.reserve(count);
      for (std::size_t i = 1; i < batches.size(); ++i)
        points.insert(points.end(), std::make_move_iterator(batches[i].begin()),
                      std::make_move_iterator(batches[i].end()));
    }
    done_.notify_all();
    if (written && durable_) durable_(std::move(points));
  }
}

base::Result<void> PointLog::begin_segment(std::uint64_t first_sequence) {
  for (int tries = 0; tries < 1000; ++tries) {
    const std::string name = segment_name(first_sequence, ++openings_);
    auto file = folder_->create(name);
    if (!file) {
      if (file.error().code == ErrorCode::Conflict) continue;
      return tl::unexpected(file.error());
    }
    const std::string head = encode_names(names_);
    if (auto written = (*file)->append(head); !written) return written;
    file_ = std::move(*file);
    file_name_ = name;
    file_bytes_ = head.size();
    return {};
  }
  return fail(ErrorCode::Unavailable, "无法新建日志文件。请检查数据目录。",
              "No log file can be created. Check the data folder.");
}

base::Result<void> PointLog::commit(const std::deque<std::vector<Point>>& batches) {
  const std::uint64_t first = batches.front().front().sequence;
  const std::uint64_t last = batches.back().back().sequence;
  if (file_ && file_bytes_ >= options_.segment_bytes) {
    std::lock_guard lock(mutex_);
    segments_[file_name_] = first - 1;
    file_.reset();
  }
  const auto attempt = [&]() -> base::Result<void> {
    if (!file_) {
      if (auto begun = begin_segment(first); !begun) return begun;
    }
    std::string bytes;
    for (const auto& batch : batches) bytes += encode_batch(batch);
    if (auto written = file_->append(bytes); !written) return written;
    file_bytes_ += bytes.size();
    return file_->sync();
  };
  auto done = attempt();
  if (!done && file_) {
    // After a failed write or sync nothing is known of this file's tail: it is left as it is and never written again.
    std::lock_guard lock(mutex_);
    segments_[file_name_] = last;
    file_.reset();
  }
  return done;
}

base::Result<void> PointLog::forget(std::uint64_t sequence) {
  std::vector<std::string> names;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, last] : segments_) {
      if (last <= sequence) names.push_back(name);
    }
  }
  for (const std::string& name : names) {
    if (auto removed = folder_->remove(name); !removed) return removed;
    std::lock_guard lock(mutex_);
    segments_.erase(name);
  }
  return {};
}

}  // namespace yuanqu::telemetry
