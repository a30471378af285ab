#pragma once
// AlarmEngine: conditions over points, delays, dead bands, what people do with alarms, and the picture of it. One
// engine a plant. Time comes from outside with every call: `steady_ms` measures delays and staleness and never goes
// back, `time_ms` (wall clock) is what the journal says and what shelving ends by.
//
// Every change is an event; events are in the journal and synced before the state changes, so nobody is shown what
// could be lost. When the journal cannot be written nothing changes, failure() says why, and the next call tries again.
//
// The picture has an epoch (one run of the process) and a version. A client that was away asks changes_since(); with
// another epoch or none it gets everything, so it can never believe in fewer alarms than there are. Thread-safe.

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "telemetry/alarm_journal.hpp"
#include "telemetry/alarm_state.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

class LivePicture;

struct Moment {
  std::int64_t steady_ms = 0;
  std::int64_t time_ms = 0;
};

struct AlarmOptions {
  std::int64_t start_grace_ms = 30'000;  // a tag that was not yet heard of after the start is bad only after this
  std::uint64_t flood_above = 10;        // shown within ten minutes: a flood begins
  std::uint64_t flood_below = 5;         // and ends
};

// One alarm as a screen shows it.
struct AlarmView {
  AlarmIndex alarm = 0;
  AlarmState state;
  bool condition = false;  // stands now, shown or not (a shelved alarm may still stand)
  bool first_up = false;
  std::uint64_t version = 0;
};

struct AlarmPicture {
  std::uint64_t epoch = 0;
  std::uint64_t version = 0;
  bool whole = false;  // everything that is not normal; otherwise what changed since
  bool flood = false;
  std::vector<AlarmView> alarms;  // by AlarmIndex
};

class AlarmEngine {
 public:
  // Takes up the journal's states. Plant and journal must outlive the engine. `epoch`: distinct for every run.
  static base::Result<std::unique_ptr<AlarmEngine>> start(const PlantModel& plant, AlarmJournal& journal, Moment now,
                                                          std::uint64_t epoch, AlarmOptions options = {});
  ~AlarmEngine();

  // The newest points, in order (those LivePicture::apply took). Late ones must not be given.
  base::Result<void> points(std::span<const Point> points, Moment now);
  // A tag's quality changed without a point (its link is lost), or it became stale or fresh again.
  base::Result<void> quality(TagIndex tag, Quality quality, bool stale, Moment now);
  // Takes quality and staleness of every tag from the live picture, then ticks. O(tags).
  base::Result<void> observe(const LivePicture& live, Moment now);
  // Delays and shelving that are due. Call when next_due() has come, or every 100 ms.
  base::Result<void> tick(Moment now);
  std::optional<std::int64_t> next_due() const;  // steady

  // What people do. Errors: NotFound, Conflict (the state does not allow it), Invalid (no reason, too long).
  base::Result<void> acknowledge(AlarmIndex alarm, const std::string& who, const std::string& comment, Moment now);
  base::Result<void> acknowledge(std::span<const AlarmIndex> alarms, const std::string& who,
                                 Moment now);  // those that can be
  base::Result<void> reset(AlarmIndex alarm, const std::string& who, Moment now);
  base::Result<void> shelve(AlarmIndex alarm, int minutes, const std::string& who, const std::string& reason,
                            Moment now);
  base::Result<void> unshelve(AlarmIndex alarm, const std::string& who, Moment now);
  base::Result<void> take_out_of_service(AlarmIndex alarm, const std::string& who, const std::string& reason,
                                         Moment now);
  base::Result<void> return_to_service(AlarmIndex alarm, const std::string& who, Moment now);

  AlarmPicture picture() const;
  AlarmPicture changes_since(std::uint64_t epoch, std::uint64_t version) const;
  AlarmView view(AlarmIndex alarm) const;
  AlarmIndex find(std::string_view tag, std::string_view rule) const;  // no_alarm when there is none
  static constexpr AlarmIndex no_alarm = 0xFFFFFFFF;
  std::optional<base::Error> failure() const;
  // The journal, locked against the engine while `use` runs.
  template <class Use>
  auto with_journal(const Use& use) const {
    std::lock_guard lock(mutex_);
    return use(static_cast<const AlarmJournal&>(journal_));
  }

 private:
  struct TagNow;
  struct Track;
  struct Formula;
  AlarmEngine(const PlantModel& plant, AlarmJournal& journal, std::uint64_t epoch, AlarmOptions options);
  base::Result<void> compile();

  bool usable(TagIndex tag) const;
  bool inputs_usable(AlarmIndex alarm) const;
  bool too_early(AlarmIndex alarm, Moment now) const;
  std::optional<bool> condition_of(AlarmIndex alarm, bool standing, Moment now);
  bool truth_of(Formula& formula, Moment now);
  void touch(TagIndex tag, Moment now);
  void examine(AlarmIndex alarm, Moment now);
  void arm(AlarmIndex alarm, std::int64_t due_ms);
  void emit(AlarmEventKind kind, AlarmIndex alarm, Moment now, std::string actor = {}, std::string reason = {},
            std::int64_t until_ms = 0);
  base::Result<void> tick_locked(Moment now);
  base::Result<void> commit(Moment now);
  void judge_flood(Moment now, std::size_t raised);
  base::Result<void> can_act(AlarmIndex alarm, const std::string& who) const;
  static base::Result<void> check_reason(const std::string& reason);
  AlarmView view_locked(AlarmIndex alarm) const;

  const PlantModel& plant_;
  AlarmJournal& journal_;
  const std::uint64_t epoch_;
  const AlarmOptions options_;
  mutable std::mutex mutex_;

  std::vector<TagNow> tags_;
  std::vector<Track> tracks_;
  std::vector<AlarmState> states_;   // what the journal holds and people see
  std::vector<AlarmState> working_;  // with the events of the call under way
  std::vector<std::uint64_t> versions_;
  std::vector<std::vector<AlarmIndex>> alarms_of_tag_;  // that depend on it
  std::map<std::string, std::vector<AlarmIndex>> groups_;
  std::map<std::string, AlarmIndex> first_up_;  // by group
  using Due = std::pair<std::int64_t, AlarmIndex>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::deque<std::int64_t> shown_;  // steady times of the last ten minutes
  bool flood_ = false;
  std::int64_t started_ms_ = 0;
  std::uint64_t version_ = 1;
  std::vector<AlarmEvent> pending_;
  std::vector<AlarmIndex> changed_;  // whose view changed without an event
  std::optional<base::Error> failure_;
};

}  // namespace yuanqu::telemetry
