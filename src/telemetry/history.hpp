#pragma once
// History: every point of every tag, for ever or as long as the tag says, in compressed chunks in one SQLite file.
//
// Points are absorbed in the order of their sequences and gather in memory, by tag, until a chunk is full or flush() is
// called; a chunk and how far its tag is now stored are one transaction, so that after a restart the log may be
// absorbed again from anywhere and each point is there once. Points older than what is already stored of their tag go
// to side chunks, which queries read along and merge_late() works into the main ones. Within a tag the order is source
// time, then sequence.
//
// A damaged chunk does not end a query: what is readable comes, and the chunk is named in `damaged`. Thread-safe: one
// writer at a time, queries beside it.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "journal/sql.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

struct Points {
  std::vector<Point> points;
  bool more = false;  // the limit was reached
  std::vector<base::Error> damaged;
};

// What is known of one span of time. Only values that are numbers (booleans are 0 and 1) and not of bad quality count.
struct Interval {
  std::int64_t start_ms = 0;
  std::uint64_t points = 0;   // all, of any quality
  std::uint64_t counted = 0;  // those that the figures rest on
  std::optional<double> minimum, maximum, mean;
  std::optional<double> time_weighted;  // each value holds until the next point; from the value before the interval on
  std::optional<Point> last;            // the last point in it, of any quality
  std::int64_t held_ms = 0;             // how much of the interval time_weighted rests on
};
struct Intervals {
  std::vector<Interval> intervals;
  std::vector<base::Error> damaged;
};

class History {
 public:
  // `names`: tag i of every call is names[i]. Tags the file knows and the plant no longer has get the indices behind.
  static base::Result<std::unique_ptr<History>> open(const std::filesystem::path& file, std::vector<std::string> names);
  ~History();

  // The index of a name; a name that was never seen is added (a retired tag found in the log).
  TagIndex index_of(const std::string& name);
  std::vector<std::string> names() const;

  // Ascending sequences. On an error nothing is lost: the points stay in memory and the next call tries again.
  base::Result<void> absorb(std::span<const Point> points);
  base::Result<void> flush();
  // Every point up to here is in the file.
  std::uint64_t safe_sequence() const;
  std::uint64_t absorbed_sequence() const;

  // Works side chunks into main ones, at most `tags_max` tags a call; answers how many tags were done.
  base::Result<std::size_t> merge_late(std::size_t tags_max = 64);
  // Drops chunks that lie wholly before that time; answers how many.
  base::Result<std::size_t> forget(TagIndex tag, std::int64_t before_ms);

  // Points with from ≤ source time ≤ to, in order.
  base::Result<Points> raw(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms, std::size_t limit = 1'000'000) const;
  // The same in pieces; `take` answers whether to go on.
  using Take = std::function<bool(std::span<const Point>)>;
  base::Result<std::vector<base::Error>> each(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms,
                                              const Take& take) const;
  // The last point at or before that time.
  base::Result<std::optional<Point>> as_of(TagIndex tag, std::int64_t time_ms) const;
  // [from, to) in steps; the last may be cut short by `to`. LimitExceeded beyond 100,000 intervals.
  base::Result<Intervals> by_interval(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms,
                                      std::int64_t step_ms) const;
  // Whether a point of the same time, value and quality is held: a message delivered again.
  base::Result<bool> holds(const Point& point) const;

  struct Size {
    std::uint64_t points = 0;  // in chunks
    std::uint64_t chunks = 0;
    std::uint64_t side_chunks = 0;
    std::uint64_t data_bytes = 0;  // of the chunks
    std::uint64_t file_bytes = 0;
    std::uint64_t buffered = 0;
  };
  base::Result<Size> size() const;

 private:
  struct Buffer {
    std::int64_t row = 0;           // in table tags
    std::vector<Point> main, side;  // not yet stored
    std::size_t text_bytes = 0;
    std::uint64_t stored = 0;               // sequence up to which the tag is in the file
    std::optional<std::int64_t> newest_ms;  // of its main chunks
  };
  class Reader;  // a borrowed connection for reading

  History() = default;
  base::Result<void> prepare(const std::vector<std::string>& names);
  TagIndex add_name(const std::string& name);
  base::Result<void> store(std::span<const TagIndex> tags);
  base::Result<void> store_tag(TagIndex tag, Buffer& buffer);
  base::Result<void> insert(std::int64_t tag_row, bool side, std::span<const Point> points);
  base::Result<void> insert_in_chunks(std::int64_t tag_row, bool side, std::span<const Point> points);
  base::Result<void> merge_tag(TagIndex tag);
  template <class Work>
  base::Result<void> in_transaction(const Work& work);
  base::Result<Reader> reader() const;
  std::vector<Point> buffered(TagIndex tag, std::int64_t from_ms, std::int64_t to_ms, std::int64_t& row) const;

  std::filesystem::path file_;
  mutable std::mutex mutex_;  // buffers and writer
  std::unique_ptr<journal::Database> writer_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, TagIndex> by_name_;
  std::vector<Buffer> buffers_;
  std::uint64_t absorbed_ = 0;
  mutable std::mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<journal::Database>> readers_;
};

// Source time, then sequence.
bool earlier(const Point& a, const Point& b);

}  // namespace yuanqu::telemetry
