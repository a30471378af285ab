#include "telemetry/history.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "telemetry/chunk.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;
using journal::Blob;
using journal::Database;
using journal::OpenMode;

namespace {

constexpr int schema_version = 1;

// side 0: main chunks, which do not overlap within a tag (their ends may touch). first: the sequence of the first
// point.
constexpr const char* history_schema = R"(
CREATE TABLE IF NOT EXISTS tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, stored INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS chunks (
  id INTEGER PRIMARY KEY, tag INTEGER NOT NULL, side INTEGER NOT NULL, t0 INTEGER NOT NULL, first INTEGER NOT NULL,
  t1 INTEGER NOT NULL, points INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS chunks_by_time ON chunks (tag, side, t0, first);
)";

std::size_t text_bytes(const Point& point) {
  const auto* text = std::get_if<std::string>(&point.value);
  return text == nullptr ? 0 : text->size();
}

}  // namespace

bool earlier(const Point& a, const Point& b) {
  return std::tie(a.source_time_ms, a.sequence) < std::tie(b.source_time_ms, b.sequence);
}

base::Result<std::unique_ptr<History>> History::open(const std::filesystem::path& file,
                                                     std::vector<std::string> names) {
  std::unique_ptr<History> history(new History);
  history->file_ = file;
  auto database = Database::open(file, OpenMode::ReadWrite);
  if (!database) return tl::unexpected(database.error());
  history->writer_ = std::move(*database);
  if (auto done = history->prepare(names); !done) return tl::unexpected(done.error());
  return history;
}

History::~History() = default;

base::Result<void> History::prepare(const std::vector<std::string>& names) {
  for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", history_schema}) {
    if (auto done = writer_->execute(sql); !done) return done;
  }
  auto version = writer_->integer("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (version->value_or(0) > schema_version)
    return fail(ErrorCode::Unsupported, "历史库由更新的版本写成。请升级程序。",
                "The history was written by a newer version. Update the program.", {.file = file_.filename().string()});
  if (auto done = writer_->execute("PRAGMA user_version=" + std::to_string(schema_version)); !done) return done;
  for (const std::string& name : names) add_name(name);
  {
    auto rows = writer_->prepare(
        "SELECT id, name, stored, (SELECT max(t1) FROM chunks WHERE tag = tags.id AND side = 0) FROM tags ORDER BY id");
    if (!rows) return tl::unexpected(rows.error());
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      Buffer& buffer = buffers_[add_name(std::string(rows->text(1)))];
      buffer.row = rows->integer(0);
      buffer.stored = static_cast<std::uint64_t>(rows->integer(2));
      if (!rows->is_null(3)) buffer.newest_ms = rows->integer(3);
      absorbed_ = std::max(absorbed_, buffer.stored);
    }
  }
  return {};
}

TagIndex History::add_name(const std::string& name) {
  const auto [at, added] = by_name_.emplace(name, static_cast<TagIndex>(names_.size()));
  if (added) {
    names_.push_back(name);
    buffers_.emplace_back();
  }
  return at->second;
}

TagIndex History::index_of(const std::string& name) {
  std::lock_guard lock(mutex_);
  return add_name(name);
}

std::vector<std::string> History::names() const {
  std::lock_guard lock(mutex_);
  return names_;
}

template <class Work>
base::Result<void> History::in_transaction(const Work& work) {
  if (auto begun = writer_->execute("BEGIN IMMEDIATE"); !begun) return begun;
  base::Result<void> done = work();
  if (done) done = writer_->execute("COMMIT");
  if (!done) (void)writer_->execute("ROLLBACK");
  return done;
}

base::Result<void> History::absorb(std::span<const Point> points) {
  std::lock_guard lock(mutex_);
  std::vector<TagIndex> full;
  for (const Point& point : points) {
    if (point.tag >= buffers_.size())
      return fail(ErrorCode::NotFound, "点的测点不在历史库中。", "The point's tag is not known to the history.",
                  {.field = "tag"});
    Buffer& buffer = buffers_[point.tag];
    absorbed_ = std::max(absorbed_, point.sequence);
    if (point.sequence <= buffer.stored) continue;
    const bool late = buffer.newest_ms && point.source_time_ms < *buffer.newest_ms;
    auto& part = late ? buffer.side : buffer.main;
    part.push_back(point);
    buffer.text_bytes += text_bytes(point);
    if (part.size() == chunk_points_max || (part.size() > chunk_points_max && part.size() % chunk_points_max == 0) ||
        buffer.text_bytes > chunk_bytes_max)
      full.push_back(point.tag);
  }
  if (full.empty()) return {};
  std::sort(full.begin(), full.end());
  full.erase(std::unique(full.begin(), full.end()), full.end());
  return store(full);
}

base::Result<void> History::flush() {
  std::lock_guard lock(mutex_);
  std::vector<TagIndex> tags;
  for (TagIndex tag = 0; tag < buffers_.size(); ++tag) {
    if (!buffers_[tag].main.empty() || !buffers_[tag].side.empty()) tags.push_back(tag);
  }
  return tags.empty() ? base::Result<void>{} : store(tags);
}

base::Result<void> History::store(std::span<const TagIndex> tags) {
  std::vector<Buffer> after(tags.size());
  auto done = in_transaction([&]() -> base::Result<void> {
    for (std::size_t i = 0; i < tags.size(); ++i) {
      const Buffer& now = buffers_[tags[i]];
      after[i].row = now.row;
      after[i].stored = now.stored;
      after[i].newest_ms = now.newest_ms;
      if (auto stored = store_tag(tags[i], after[i]); !stored) return stored;
    }
    return {};
  });
  if (!done) return done;
  for (std::size_t i = 0; i < tags.size(); ++i) buffers_[tags[i]] = std::move(after[i]);
  return {};
}

// Writes what is buffered of a tag; `after` becomes its state once the transaction is committed.
base::Result<void> History::store_tag(TagIndex tag, Buffer& after) {
  Buffer& buffer = buffers_[tag];
  for (const auto* part : {&buffer.main, &buffer.side}) {
    for (const Point& point : *part) after.stored = std::max(after.stored, point.sequence);
  }
  if (after.row == 0) {
    auto added = writer_->prepare("INSERT INTO tags (name) VALUES (?)");
    if (!added) return tl::unexpected(added.error());
    if (auto run = added->bind_all(names_[tag]).run(); !run) return run;
    auto row = writer_->integer("SELECT last_insert_rowid()");
    if (!row) return tl::unexpected(row.error());
    after.row = row->value_or(0);
  }
  std::stable_sort(buffer.main.begin(), buffer.main.end(), earlier);
  std::stable_sort(buffer.side.begin(), buffer.side.end(), earlier);
  if (!buffer.main.empty()) {
    // The last main chunk is filled up rather than followed by a small one.
    std::vector<Point> points;
    {
      auto last = writer_->prepare(
          "SELECT id, points, data FROM chunks WHERE tag = ? AND side = 0 ORDER BY t0 DESC, first DESC LIMIT 1");
      if (!last) return tl::unexpected(last.error());
      auto row = last->bind_all(after.row).step();
      if (!row) return tl::unexpected(row.error());
      if (*row && last->integer(1) < static_cast<std::int64_t>(chunk_points_max) &&
          last->blob(2).size() < chunk_bytes_max) {
        auto decoded = decode_chunk(last->blob(2), tag);
        const std::int64_t id = last->integer(0);
        last->reset();
        if (decoded) {  // a damaged one stays as it is
          points = std::move(*decoded);
          auto removed = writer_->prepare("DELETE FROM chunks WHERE id = ?");
          if (!removed) return tl::unexpected(removed.error());
          if (auto run = removed->bind_all(id).run(); !run) return run;
        }
      }
    }
    points.insert(points.end(), buffer.main.begin(), buffer.main.end());
    if (auto inserted = insert_in_chunks(after.row, false, points); !inserted) return inserted;
    after.newest_ms =
        std::max(after.newest_ms.value_or(std::numeric_limits<std::int64_t>::min()), points.back().source_time_ms);
  }
  if (auto inserted = insert_in_chunks(after.row, true, buffer.side); !inserted) return inserted;
  auto mark = writer_->prepare("UPDATE tags SET stored = ? WHERE id = ?");
  if (!mark) return tl::unexpected(mark.error());
  return mark->bind_all(static_cast<std::int64_t>(after.stored), after.row).run();
}

base::Result<void> History::insert_in_chunks(std::int64_t tag_row, bool side, std::span<const Point> points) {
  std::size_t from = 0, bytes = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t more = sizeof(double) + text_bytes(points[i]);
    if (i > from && (i - from >= chunk_points_max || bytes + more > chunk_bytes_max)) {
      if (auto inserted = insert(tag_row, side, points.subspan(from, i - from)); !inserted) return inserted;
      from = i;
      bytes = 0;
    }
    bytes += more;
  }
  return from < points.size() ? insert(tag_row, side, points.subspan(from)) : base::Result<void>{};
}

base::Result<void> History::insert(std::int64_t tag_row, bool side, std::span<const Point> points) {
  const std::string data = encode_chunk(points);
  auto row =
      writer_->prepare("INSERT INTO chunks (tag, side, t0, first, t1, points, data) VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  return row
      ->bind_all(tag_row, side, points.front().source_time_ms, static_cast<std::int64_t>(points.front().sequence),
                 points.back().source_time_ms, static_cast<std::int64_t>(points.size()), Blob{data})
      .run();
}

std::uint64_t History::safe_sequence() const {
  std::lock_guard lock(mutex_);
  std::uint64_t safe = absorbed_;
  for (const Buffer& buffer : buffers_) {
    for (const auto* part : {&buffer.main, &buffer.side}) {
      for (const Point& point : *part) safe = std::min(safe, point.sequence - 1);
    }
  }
  return safe;
}

std::uint64_t History::absorbed_sequence() const {
  std::lock_guard lock(mutex_);
  return absorbed_;
}

base::Result<History::Size> History::size() const {
  Size size;
  std::lock_guard lock(mutex_);
  for (const Buffer& buffer : buffers_) size.buffered += buffer.main.size() + buffer.side.size();
  auto row = writer_->prepare(
      "SELECT coalesce(sum(points), 0), count(*), coalesce(sum(side), 0), coalesce(sum(length(data)), 0), "
      "(SELECT page_count FROM pragma_page_count()) * (SELECT page_size FROM pragma_page_size()) FROM chunks");
  if (!row) return tl::unexpected(row.error());
  auto stepped = row->step();
  if (!stepped) return tl::unexpected(stepped.error());
  size.points = static_cast<std::uint64_t>(row->integer(0));
  size.chunks = static_cast<std::uint64_t>(row->integer(1));
  size.side_chunks = static_cast<std::uint64_t>(row->integer(2));
  size.data_bytes = static_cast<std::uint64_t>(row->integer(3));
  size.file_bytes = static_cast<std::uint64_t>(row->integer(4));
  return size;
}

// ---- late points and retention

base::Result<std::size_t> History::merge_late(std::size_t tags_max) {
  std::vector<std::int64_t> rows;
  {
    std::lock_guard lock(mutex_);
    auto late = writer_->prepare("SELECT DISTINCT tag FROM chunks WHERE side = 1 LIMIT ?");
    if (!late) return tl::unexpected(late.error());
    late->bind_all(static_cast<std::int64_t>(tags_max));
    for (;;) {
      auto row = late->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      rows.push_back(late->integer(0));
    }
  }
  std::size_t done = 0;
  for (std::int64_t row : rows) {
    std::lock_guard lock(mutex_);
    for (TagIndex tag = 0; tag < buffers_.size(); ++tag) {
      if (buffers_[tag].row != row) continue;
      if (auto merged = merge_tag(tag); !merged) return tl::unexpected(merged.error());
      ++done;
    }
  }
  return done;
}

// Each late point goes into the main chunk that begins at or before it (or into the first): only those chunks are
// written again.
base::Result<void> History::merge_tag(TagIndex tag) {
  const std::int64_t tag_row = buffers_[tag].row;
  return in_transaction([&]() -> base::Result<void> {
    std::vector<Point> late;
    std::vector<std::int64_t> gone;
    {
      auto sides = writer_->prepare("SELECT id, data FROM chunks WHERE tag = ? AND side = 1");
      if (!sides) return tl::unexpected(sides.error());
      sides->bind_all(tag_row);
      for (;;) {
        auto row = sides->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) break;
        auto points = decode_chunk(sides->blob(1), tag);
        if (!points) continue;  // damaged: it stays and is named by queries
        late.insert(late.end(), points->begin(), points->end());
        gone.push_back(sides->integer(0));
      }
    }
    std::sort(late.begin(), late.end(), earlier);
    for (std::size_t at = 0; at < late.size();) {
      std::vector<Point> points;
      std::int64_t before_next = std::numeric_limits<std::int64_t>::max();
      {
        auto home = writer_->prepare(
            "SELECT id, t0, first, data FROM chunks WHERE tag = ?1 AND side = 0 AND t0 <= "
            "max(?2, (SELECT min(t0) FROM chunks WHERE tag = ?1 AND side = 0)) ORDER BY t0 DESC, first DESC LIMIT 1");
        if (!home) return tl::unexpected(home.error());
        auto row = home->bind_all(tag_row, late[at].source_time_ms).step();
        if (!row) return tl::unexpected(row.error());
        if (*row) {
          auto decoded = decode_chunk(home->blob(3), tag);
          const std::int64_t t0 = home->integer(1), first = home->integer(2), id = home->integer(0);
          home->reset();
          auto next = writer_->prepare(
              "SELECT t0 FROM chunks WHERE tag = ?1 AND side = 0 AND (t0 > ?2 OR (t0 = ?2 AND first > ?3)) ORDER BY "
              "t0, first LIMIT 1");
          if (!next) return tl::unexpected(next.error());
          auto has = next->bind_all(tag_row, t0, first).step();
          if (!has) return tl::unexpected(has.error());
          if (*has) before_next = next->integer(0);
          if (decoded) {
            points = std::move(*decoded);
            gone.push_back(id);
          }
        }
      }
      const std::size_t from = at;
      while (at < late.size() && (at == from || late[at].source_time_ms < before_next)) points.push_back(late[at++]);
      std::sort(points.begin(), points.end(), earlier);
      // The chunks that are written again give up their place first: their key may come back.
      auto removed = writer_->prepare("DELETE FROM chunks WHERE id = ?");
      if (!removed) return tl::unexpected(removed.error());
      for (std::int64_t id : gone) {
        if (auto run = removed->bind_all(id).run(); !run) return run;
      }
      gone.clear();
      if (auto inserted = insert_in_chunks(tag_row, false, points); !inserted) return inserted;
    }
    return {};
  });
}

base::Result<std::size_t> History::forget(TagIndex tag, std::int64_t before_ms) {
  std::lock_guard lock(mutex_);
  if (tag >= buffers_.size()) return std::size_t{0};
  auto gone = writer_->prepare("DELETE FROM chunks WHERE tag = ? AND t1 < ?");
  if (!gone) return tl::unexpected(gone.error());
  if (auto run = gone->bind_all(buffers_[tag].row, before_ms).run(); !run) return tl::unexpected(run.error());
  return static_cast<std::size_t>(writer_->changes());
}

}  // namespace yuanqu::telemetry
