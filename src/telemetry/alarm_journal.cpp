#include "telemetry/alarm_journal.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

namespace yuanqu::telemetry {

using journal::Database;

namespace {

constexpr const char* alarm_schema = R"(
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, kind INTEGER NOT NULL, tag TEXT NOT NULL, rule TEXT NOT NULL,
  priority INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, until_ms INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS events_by_time ON events (time_ms);
CREATE TABLE IF NOT EXISTS states (
  tag TEXT NOT NULL, rule TEXT NOT NULL, flags INTEGER NOT NULL, shelved_until_ms INTEGER NOT NULL, raised_ms INTEGER NOT NULL,
  cleared_ms INTEGER NOT NULL, acknowledged_ms INTEGER NOT NULL, acknowledged_by TEXT NOT NULL, held_by TEXT NOT NULL,
  reason TEXT NOT NULL, value TEXT NOT NULL, raises INTEGER NOT NULL, PRIMARY KEY (tag, rule)) STRICT;
)";

constexpr std::int64_t ten_minutes_ms = 600'000;
constexpr std::uint64_t flood_above = 10;
constexpr std::int64_t chatter_ms = 60'000;
constexpr std::size_t chatter_raises = 3;
constexpr std::int64_t standing_ms = 24 * 3'600'000;
constexpr std::size_t top_count = 10;

bool of_plant(AlarmEventKind kind) { return kind == AlarmEventKind::FloodBegan || kind == AlarmEventKind::FloodEnded; }

std::int64_t flags_of(const AlarmState& state) {
  return (state.active ? 1 : 0) | (state.acknowledged ? 2 : 0) | (state.latched ? 4 : 0) | (state.suppressed ? 8 : 0) |
         (state.quality_lost ? 16 : 0) | (state.out_of_service ? 32 : 0);
}

std::vector<AlarmCount> most(const std::map<std::pair<std::string, std::string>, std::uint64_t>& counts,
                             std::size_t limit) {
  std::vector<AlarmCount> list;
  for (const auto& [key, count] : counts) list.push_back({key.first, key.second, count});
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  if (list.size() > limit) list.resize(limit);
  return list;
}

}  // namespace

base::Result<std::unique_ptr<AlarmJournal>> AlarmJournal::open(const std::filesystem::path& file,
                                                               const PlantModel& plant) {
  std::unique_ptr<AlarmJournal> journal(new AlarmJournal(plant));
  auto database = Database::open(file, journal::OpenMode::ReadWrite);
  if (!database) return tl::unexpected(database.error());
  journal->database_ = std::move(*database);
  if (auto done = journal->prepare(); !done) return tl::unexpected(done.error());
  return journal;
}

base::Result<void> AlarmJournal::prepare() {
  for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", alarm_schema}) {
    if (auto done = database_->execute(sql); !done) return done;
  }
  auto last = database_->integer("SELECT max(id) FROM events");
  if (!last) return tl::unexpected(last.error());
  last_id_ = static_cast<std::uint64_t>(last->value_or(0));
  auto states = this->states();
  if (!states) return tl::unexpected(states.error());
  states_ = std::move(*states);
  return {};
}

base::Result<std::vector<AlarmState>> AlarmJournal::states() const {
  std::map<std::pair<std::string, std::string>, AlarmState> known;
  auto rows = database_->prepare(
      "SELECT tag, rule, flags, shelved_until_ms, raised_ms, cleared_ms, acknowledged_ms, acknowledged_by, held_by, "
      "reason, value, raises FROM states");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    const std::int64_t flags = rows->integer(2);
    AlarmState state{.active = (flags & 1) != 0,
                     .acknowledged = (flags & 2) != 0,
                     .latched = (flags & 4) != 0,
                     .suppressed = (flags & 8) != 0,
                     .quality_lost = (flags & 16) != 0,
                     .out_of_service = (flags & 32) != 0,
                     .shelved_until_ms = rows->integer(3),
                     .raised_ms = rows->integer(4),
                     .cleared_ms = rows->integer(5),
                     .acknowledged_ms = rows->integer(6),
                     .acknowledged_by = std::string(rows->text(7)),
                     .held_by = std::string(rows->text(8)),
                     .reason = std::string(rows->text(9)),
                     .value = std::string(rows->text(10)),
                     .raises = static_cast<std::uint64_t>(rows->integer(11))};
    known[{std::string(rows->text(0)), std::string(rows->text(1))}] = std::move(state);
  }
  std::vector<AlarmState> states(plant_.alarms().size());
  for (AlarmIndex i = 0; i < states.size(); ++i) {
    const AlarmRule& rule = plant_.alarms()[i];
    if (const auto found = known.find({plant_.tag(rule.tag).name, rule.name}); found != known.end())
      states[i] = found->second;
  }
  return states;
}

base::Result<void> AlarmJournal::append(std::span<AlarmEvent> events) {
  if (events.empty()) return {};
  if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun) return begun;
  std::uint64_t id = last_id_;
  for (AlarmEvent& event : events) event.id = ++id;
  auto before = states_;
  base::Result<void> done = write(events);
  if (done) done = database_->execute("COMMIT");
  if (!done) {
    (void)database_->execute("ROLLBACK");
    states_ = std::move(before);
    for (AlarmEvent& event : events) event.id = 0;
    return done;
  }
  last_id_ = id;
  return {};
}

base::Result<void> AlarmJournal::write(std::span<AlarmEvent> events) {
  auto insert = database_->prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return tl::unexpected(insert.error());
  std::vector<AlarmIndex> touched;
  for (const AlarmEvent& event : events) {
    std::string tag, name;
    std::int64_t priority = 3;
    if (!of_plant(event.kind)) {
      const AlarmRule& rule = plant_.alarms()[event.alarm];
      tag = plant_.tag(rule.tag).name;
      name = rule.name;
      priority = static_cast<std::int64_t>(rule.priority);
      fold(states_[event.alarm], event, rule.latched);
      touched.push_back(event.alarm);
    }
    insert->bind_all(static_cast<std::int64_t>(event.id), event.time_ms, static_cast<std::int64_t>(event.kind), tag,
                     name, priority, event.actor, event.reason, event.until_ms, event.value);
    if (auto run = insert->run(); !run) return run;
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  auto put = database_->prepare("INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!put) return tl::unexpected(put.error());
  for (AlarmIndex alarm : touched) {
    const AlarmRule& rule = plant_.alarms()[alarm];
    const AlarmState& state = states_[alarm];
    put->bind_all(plant_.tag(rule.tag).name, rule.name, flags_of(state), state.shelved_until_ms, state.raised_ms,
                  state.cleared_ms, state.acknowledged_ms, state.acknowledged_by, state.held_by, state.reason,
                  state.value, static_cast<std::int64_t>(state.raises));
    if (auto run = put->run(); !run) return run;
  }
  return {};
}

JournalLine AlarmJournal::line_of(const journal::Statement& row) const {
  JournalLine line;
  line.event.id = static_cast<std::uint64_t>(row.integer(0));
  line.event.time_ms = row.integer(1);
  line.event.kind = static_cast<AlarmEventKind>(row.integer(2));
  line.tag = row.text(3);
  line.rule = row.text(4);
  line.priority = static_cast<AlarmPriority>(row.integer(5));
  line.event.actor = row.text(6);
  line.event.reason = row.text(7);
  line.event.until_ms = row.integer(8);
  line.event.value = row.text(9);
  line.event.alarm = std::numeric_limits<AlarmIndex>::max();
  if (const TagIndex tag = plant_.find(line.tag); tag != no_tag) {
    for (AlarmIndex i = 0; i < plant_.alarms().size(); ++i) {
      if (plant_.alarms()[i].tag == tag && plant_.alarms()[i].name == line.rule) line.event.alarm = i;
    }
  }
  return line;
}

base::Result<void> AlarmJournal::replay(const std::function<void(const JournalLine&)>& line) const {
  auto rows = database_->prepare("SELECT * FROM events ORDER BY id");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    line(line_of(*rows));
  }
}

base::Result<std::vector<JournalLine>> AlarmJournal::lines(const Filter& filter) const {
  auto rows = database_->prepare(
      "SELECT * FROM events WHERE time_ms >= ?1 AND time_ms < ?2 AND (?3 = '' OR tag = ?3) AND (?4 = 0 OR id < ?4) "
      "ORDER BY id DESC LIMIT ?5");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind_all(filter.from_ms, filter.to_ms, filter.tag, static_cast<std::int64_t>(filter.before),
                 static_cast<std::int64_t>(filter.limit));
  std::vector<JournalLine> lines;
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return lines;
    lines.push_back(line_of(*rows));
  }
}

base::Result<AlarmPerformance> AlarmJournal::performance(std::int64_t from_ms, std::int64_t to_ms) const {
  using Key = std::pair<std::string, std::string>;
  AlarmPerformance figures;
  std::map<std::int64_t, std::uint64_t> windows;
  std::map<Key, std::uint64_t> counts, chattering;
  std::map<Key, std::vector<std::int64_t>> recent;
  std::map<Key, std::int64_t> open;
  double waited_ms = 0;
  auto rows =
      database_->prepare("SELECT * FROM events WHERE time_ms >= ? AND time_ms < ? AND kind IN (?, ?) ORDER BY id");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind_all(from_ms, to_ms, static_cast<int>(AlarmEventKind::Raised),
                 static_cast<int>(AlarmEventKind::Acknowledged));
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    const Key key{std::string(rows->text(3)), std::string(rows->text(4))};
    const std::int64_t time = rows->integer(1);
    if (rows->integer(2) == static_cast<int>(AlarmEventKind::Acknowledged)) {
      if (const auto raised = open.find(key); raised != open.end()) {
        ++figures.acknowledged;
        waited_ms += static_cast<double>(std::max<std::int64_t>(0, time - raised->second));
        open.erase(raised);
      }
      continue;
    }
    ++figures.raised;
    ++counts[key];
    ++figures.by_priority[static_cast<std::size_t>(rows->integer(5)) % figures.by_priority.size()];
    ++windows[time / ten_minutes_ms - (time % ten_minutes_ms < 0 ? 1 : 0)];
    open[key] = time;
    auto& times = recent[key];
    std::erase_if(times, [&](std::int64_t earlier) { return earlier <= time - chatter_ms; });
    times.push_back(time);
    if (times.size() == chatter_raises) ++chattering[key];
  }
  const double span_ms = static_cast<double>(std::max<std::int64_t>(1, to_ms - from_ms));
  figures.per_day = static_cast<double>(figures.raised) * 86'400'000 / span_ms;
  figures.per_ten_minutes = static_cast<double>(figures.raised) * ten_minutes_ms / span_ms;
  std::uint64_t flooded = 0;
  for (const auto& [window, count] : windows) {
    figures.peak_ten_minutes = std::max(figures.peak_ten_minutes, count);
    if (count > flood_above) ++flooded;
  }
  figures.flood_share = std::min(1.0, static_cast<double>(flooded) * ten_minutes_ms / span_ms);
  figures.top = most(counts, top_count);
  std::uint64_t of_top = 0;
  for (const AlarmCount& count : figures.top) of_top += count.count;
  if (figures.raised > 0) figures.top_share = static_cast<double>(of_top) / static_cast<double>(figures.raised);
  figures.chattering = most(chattering, std::numeric_limits<std::size_t>::max());
  std::map<Key, std::uint64_t> standing;
  for (AlarmIndex i = 0; i < states_.size(); ++i) {
    if (!states_[i].active || states_[i].raised_ms > to_ms - standing_ms) continue;
    const AlarmRule& rule = plant_.alarms()[i];
    standing[{plant_.tag(rule.tag).name, rule.name}] =
        static_cast<std::uint64_t>((to_ms - states_[i].raised_ms) / 3'600'000);
  }
  figures.standing = most(standing, std::numeric_limits<std::size_t>::max());
  if (figures.acknowledged > 0)
    figures.mean_seconds_to_acknowledge = waited_ms / 1000 / static_cast<double>(figures.acknowledged);
  return figures;
}

base::Result<void> AlarmJournal::forget(std::int64_t before_ms) {
  auto gone = database_->prepare("DELETE FROM events WHERE time_ms < ? AND id < (SELECT max(id) FROM events)");
  if (!gone) return tl::unexpected(gone.error());
  return gone->bind_all(before_ms).run();
}

}  // namespace yuanqu::telemetry
