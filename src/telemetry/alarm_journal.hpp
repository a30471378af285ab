#pragma once
// The one authoritative record of alarms: every event, synced before anybody is shown its effect; and the performance
// figures of ISA-18.2 that follow from it. One SQLite file. Alarms go by tag and rule name on disk, so that a changed
// plant model finds its alarms again. Not thread-safe (the engine locks); reading has a connection of its own.

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "journal/sql.hpp"
#include "telemetry/alarm_state.hpp"

namespace yuanqu::telemetry {

// An event as the journal tells it.
struct JournalLine {
  AlarmEvent event;  // `alarm` is meaningless for one the plant no longer has: see `tag` and `rule`
  std::string tag;   // empty: of the plant
  std::string rule;
  AlarmPriority priority = AlarmPriority::Low;
};

struct AlarmCount {
  std::string tag;
  std::string rule;
  std::uint64_t count = 0;
};
// Figures of [from, to). Only `raised` counts as an alarm shown to people.
struct AlarmPerformance {
  std::uint64_t raised = 0;
  double per_day = 0;
  double per_ten_minutes = 0;          // mean
  std::uint64_t peak_ten_minutes = 0;  // most in one window of ten minutes from a whole ten minutes on
  double flood_share = 0;              // of the time in windows with more than ten
  std::vector<std::uint64_t> by_priority{0, 0, 0, 0};
  std::vector<AlarmCount> top;         // ten most frequent
  double top_share = 0;                // what the ten make up
  std::vector<AlarmCount> chattering;  // raised three times or more within one minute; how often that began
  std::vector<AlarmCount> standing;    // active for more than 24 hours at `to`; count is hours
  std::uint64_t acknowledged = 0;
  double mean_seconds_to_acknowledge = 0;
};

class AlarmJournal {
 public:
  // ":memory:" keeps it in memory, for tests and dry runs.
  static base::Result<std::unique_ptr<AlarmJournal>> open(const std::filesystem::path& file, const PlantModel& plant);

  // Gives ids. All or none; when it returns without an error, the events survive a kill and a power cut.
  base::Result<void> append(std::span<AlarmEvent> events);
  // Every event from the first on, in order.
  base::Result<void> replay(const std::function<void(const JournalLine&)>& line) const;
  // What the events add up to: states by AlarmIndex. O(alarms), from a table kept beside the events.
  base::Result<std::vector<AlarmState>> states() const;
  std::uint64_t last_id() const { return last_id_; }

  struct Filter {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = time_ms_max;
    std::string tag;           // empty: all
    std::uint64_t before = 0;  // id: older ones only; 0: from the newest
    std::size_t limit = 200;
  };
  base::Result<std::vector<JournalLine>> lines(const Filter& filter) const;  // newest first
  base::Result<AlarmPerformance> performance(std::int64_t from_ms, std::int64_t to_ms) const;
  // Removes events before that time, but never the newest (ids go on from it); the states stay.
  base::Result<void> forget(std::int64_t before_ms);

 private:
  explicit AlarmJournal(const PlantModel& plant) : plant_(plant) {}
  base::Result<void> prepare();
  base::Result<void> write(std::span<AlarmEvent> events);
  JournalLine line_of(const journal::Statement& row) const;

  const PlantModel& plant_;
  std::unique_ptr<journal::Database> database_;
  std::vector<AlarmState> states_;
  std::uint64_t last_id_ = 0;
};

}  // namespace yuanqu::telemetry
