// Reading history: beside the writer, on connections of its own.

#include <algorithm>
#include <cmath>
#include <limits>

#include "telemetry/chunk.hpp"
#include "telemetry/history.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;
using journal::Database;
using journal::OpenMode;

namespace {
constexpr std::int64_t intervals_max = 100'000;

base::Error named(base::Error error, const std::string& tag, std::int64_t id, std::int64_t t0) {
  error.place.field = tag;
  error.place.rule = "chunk " + std::to_string(id);
  error.zh += "（测点 " + tag + "，块 " + std::to_string(id) + "，起于 " + std::to_string(t0) + " 毫秒）";
  error.en += " (tag " + tag + ", chunk " + std::to_string(id) + ", from " + std::to_string(t0) + " ms)";
  return error;
}
}  // namespace

// A connection with a read transaction; given back to the pool when it ends.
class History::Reader {
 public:
  Reader(const History& history, std::unique_ptr<Database> database)
      : history_(&history), database_(std::move(database)) {}
  Reader(Reader&&) noexcept = default;
  ~Reader() {
    if (!database_) return;
    (void)database_->execute("COMMIT");
    std::lock_guard lock(history_->readers_mutex_);
    history_->readers_.push_back(std::move(database_));
  }
  Database* operator->() const { return database_.get(); }

 private:
  const History* history_;
  std::unique_ptr<Database> database_;
};

base::Result<History::Reader> History::reader() const {
  std::unique_ptr<Database> database;
  {
    std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      database = std::move(readers_.back());
      readers_.pop_back();
    }
  }
  if (!database) {
    auto opened = Database::open(file_, OpenMode::ReadOnly);
    if (!opened) return tl::unexpected(opened.error());
    database = std::move(*opened);
  }
  if (auto begun = database->execute("BEGIN"); !begun) return tl::unexpected(begun.error());
  return Reader(*this, std::move(database));
}

std::vector<Point> History::buffered(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms, std::int64_t& row) const {
  std::lock_guard lock(mutex_);
  std::vector<Point> points;
  const Buffer& buffer = buffers_[tag];
  row = buffer.row;
  for (const auto* part : {&buffer.main, &buffer.side}) {
    for (const Point& point : *part) {
      if (point.source_time_ms >= from_ms && point.source_time_ms <= to_ms) points.push_back(point);
    }
  }
  return points;
}

base::Result<std::vector<base::Error>> History::each(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms,
                                                     const Take& take) const {
  std::vector<base::Error> damaged;
  std::string name;
  {
    std::lock_guard lock(mutex_);
    if (tag >= buffers_.size())
      return fail(ErrorCode::NotFound, "没有这个测点。", "There is no such tag.", {.field = "tag"});
    name = names_[tag];
  }
  // What is in memory first, then the file: a point stored in between is seen twice, never not at all.
  std::int64_t tag_row = 0;
  std::vector<Point> beside = buffered(tag, from_ms, to_ms, tag_row);
  auto database = reader();
  if (!database) return tl::unexpected(database.error());
  if (tag_row == 0 && beside.empty()) return damaged;
  {
    auto sides =
        (*database)->prepare("SELECT id, t0, data FROM chunks WHERE tag = ? AND side = 1 AND t0 <= ? AND t1 >= ?");
    if (!sides) return tl::unexpected(sides.error());
    sides->bind_all(tag_row, to_ms, from_ms);
    for (;;) {
      auto row = sides->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      auto points = decode_chunk(sides->blob(2), tag);
      if (!points) {
        damaged.push_back(named(points.error(), name, sides->integer(0), sides->integer(1)));
        continue;
      }
      for (Point& point : *points) {
        if (point.source_time_ms >= from_ms && point.source_time_ms <= to_ms) beside.push_back(std::move(point));
      }
    }
  }
  std::sort(beside.begin(), beside.end(), earlier);
  beside.erase(std::unique(beside.begin(), beside.end(),
                           [](const Point& a, const Point& b) { return a.sequence == b.sequence; }),
               beside.end());
  std::size_t next = 0;
  auto mains = (*database)->prepare(
      "SELECT id, t0, data, t1 FROM chunks WHERE tag = ?1 AND side = 0 AND t0 <= ?3 AND t1 >= ?2 AND t0 >= "
      "coalesce((SELECT max(t0) FROM chunks WHERE tag = ?1 AND side = 0 AND t0 < ?2), ?2) ORDER BY t0, first");
  if (!mains) return tl::unexpected(mains.error());
  mains->bind_all(tag_row, from_ms, to_ms);
  std::vector<Point> out;
  for (;;) {
    auto row = mains->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    auto points = decode_chunk(mains->blob(2), tag);
    if (!points) {
      damaged.push_back(named(points.error(), name, mains->integer(0), mains->integer(1)));
      continue;
    }
    out.clear();
    for (Point& point : *points) {
      if (point.source_time_ms < from_ms || point.source_time_ms > to_ms) continue;
      while (next < beside.size() && earlier(beside[next], point)) out.push_back(std::move(beside[next++]));
      if (next < beside.size() && beside[next].sequence == point.sequence) ++next;
      out.push_back(std::move(point));
    }
    if (!out.empty() && !take(out)) return damaged;
  }
  out.assign(std::make_move_iterator(beside.begin() + static_cast<std::ptrdiff_t>(next)),
             std::make_move_iterator(beside.end()));
  if (!out.empty()) take(out);
  return damaged;
}

base::Result<Points> History::raw(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms, std::size_t limit) const {
  Points result;
  auto damaged = each(tag, from_ms, to_ms, [&](std::span<const Point> points) {
    for (const Point& point : points) {
      if (result.points.size() >= limit) {
        result.more = true;
        return false;
      }
      result.points.push_back(point);
    }
    return true;
  });
  if (!damaged) return tl::unexpected(damaged.error());
  result.damaged = std::move(*damaged);
  return result;
}

base::Result<std::optional<Point>> History::as_of(TagIndex tag, std::int64_t time_ms) const {
  {
    std::lock_guard lock(mutex_);
    if (tag >= buffers_.size())
      return fail(ErrorCode::NotFound, "没有这个测点。", "There is no such tag.", {.field = "tag"});
  }
  std::int64_t tag_row = 0;
  std::optional<Point> best;
  const auto offer = [&](const Point& point) {
    if (point.source_time_ms <= time_ms && (!best || earlier(*best, point))) best = point;
  };
  for (const Point& point : buffered(tag, std::numeric_limits<std::int64_t>::min(), time_ms, tag_row)) offer(point);
  auto database = reader();
  if (!database) return tl::unexpected(database.error());
  for (const char* sql : {"SELECT data FROM chunks WHERE tag = ? AND side = 0 AND t0 <= ? ORDER BY t0 DESC, first DESC",
                          "SELECT data FROM chunks WHERE tag = ? AND side = 1 AND t0 <= ?"}) {
    auto rows = (*database)->prepare(sql);
    if (!rows) return tl::unexpected(rows.error());
    rows->bind_all(tag_row, time_ms);
    const bool main = std::string_view(sql).find("side = 0") != std::string_view::npos;
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      auto points = decode_chunk(rows->blob(0), tag);
      if (!points) continue;  // the next older one answers
      for (const Point& point : *points) offer(point);
      if (main) break;
    }
  }
  return best;
}

base::Result<Intervals> History::by_interval(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms,
                                             std::int64_t step_ms) const {
  if (step_ms <= 0 || from_ms >= to_ms)
    return fail(ErrorCode::Invalid, "时段应有起止，步长应大于零。",
                "An interval query needs from before to and a step above zero.", {.field = "step"});
  if ((to_ms - 1 - from_ms) / step_ms >= intervals_max)
    return fail(ErrorCode::LimitExceeded, "分段超过十万。请加大步长或缩短时段。",
                "More than 100,000 intervals. Ask for a longer step or a shorter time.", {.field = "step"});
  Intervals result;
  const auto count = static_cast<std::size_t>((to_ms - 1 - from_ms) / step_ms + 1);
  result.intervals.resize(count);
  std::vector<double> sums(count), held(count);
  for (std::size_t i = 0; i < count; ++i)
    result.intervals[i].start_ms = from_ms + static_cast<std::int64_t>(i) * step_ms;
  std::optional<double> standing;  // the value that holds now
  std::int64_t since = from_ms;
  const auto usable = [](const Point& point) { return point.quality.is_bad() ? std::nullopt : as_number(point.value); };
  const auto hold_until = [&](std::int64_t until) {
    while (standing && since < until) {
      const auto i = static_cast<std::size_t>((since - from_ms) / step_ms);
      const std::int64_t end = std::min(until, result.intervals[i].start_ms + step_ms);
      held[i] += *standing * static_cast<double>(end - since);
      result.intervals[i].held_ms += end - since;
      since = end;
    }
    since = until;
  };
  auto before = from_ms == std::numeric_limits<std::int64_t>::min() ? base::Result<std::optional<Point>>(std::nullopt)
                                                                    : as_of(tag, from_ms - 1);
  if (!before) return tl::unexpected(before.error());
  if (*before) standing = usable(**before);
  auto damaged = each(tag, from_ms, to_ms - 1, [&](std::span<const Point> points) {
    for (const Point& point : points) {
      hold_until(point.source_time_ms);
      standing = usable(point);
      const auto i = static_cast<std::size_t>((point.source_time_ms - from_ms) / step_ms);
      Interval& interval = result.intervals[i];
      ++interval.points;
      interval.last = point;
      if (!standing) continue;
      ++interval.counted;
      sums[i] += *standing;
      interval.minimum = std::min(interval.minimum.value_or(*standing), *standing);
      interval.maximum = std::max(interval.maximum.value_or(*standing), *standing);
    }
    return true;
  });
  if (!damaged) return tl::unexpected(damaged.error());
  hold_until(to_ms);
  for (std::size_t i = 0; i < count; ++i) {
    Interval& interval = result.intervals[i];
    if (interval.counted > 0) interval.mean = sums[i] / static_cast<double>(interval.counted);
    if (interval.held_ms > 0) interval.time_weighted = held[i] / static_cast<double>(interval.held_ms);
  }
  result.damaged = std::move(*damaged);
  return result;
}

base::Result<bool> History::holds(const Point& point) const {
  bool held = false;
  auto damaged = each(point.tag, point.source_time_ms, point.source_time_ms, [&](std::span<const Point> points) {
    held = std::any_of(points.begin(), points.end(), [&](const Point& other) {
      return other.quality == point.quality && same_bits(other.value, point.value);
    });
    return !held;
  });
  if (!damaged) return tl::unexpected(damaged.error());
  return held;
}

}  // namespace yuanqu::telemetry
