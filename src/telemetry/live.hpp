#pragma once
// LivePicture: the newest value of every tag with its quality and age. A value is never handed out without them.
//
// Ages are measured on a steady clock (milliseconds of any origin, e.g. std::chrono::steady_clock), so that a step of
// the wall clock neither hides nor invents staleness. A tag is stale when it was never seen, when its own stale time
// has passed, or when its link was silent for twice the link's heartbeat; a calculated tag also when one of its inputs
// is.
//
// May be used from many threads: writers take a lock for a batch, readers a shared one.

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "telemetry/plant_model.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

struct TagState {
  Value value;
  Quality quality = Quality::not_connected;
  std::int64_t source_time_ms = 0;
  std::int64_t server_time_ms = 0;
  std::int64_t age_ms = -1;  // since it was received; -1: never
  // Since its source last stood for it; -1: never. A Sparkplug node tells only what changed (report by exception), so
  // what it told stands while the node is heard. Of any other source, and of a tag that was lost, age_ms.
  std::int64_t standing_ms = -1;
  bool stale = true;
  std::uint64_t version = 0;  // of the picture when this tag last changed

  bool usable() const { return quality.is_good() && !stale; }  // what interlocks and commands may rest on
};

class LivePicture {
 public:
  explicit LivePicture(const PlantModel& plant);  // the model must outlive the picture

  // Takes the newest points: one with an older source time than what is shown goes to history only, unless the shown
  // value lies in the future of the server's clock by more than a minute (a source's clock that ran ahead was set back)
  // or the tag was lost since. A tag's link counts as heard.
  // The answer: those that were taken, in their order (what alarms look at).
  std::vector<Point> apply(std::span<const Point> points, std::int64_t steady_ms);
  // The link said something that carried no point (a heartbeat, an empty message).
  void heard(LinkIndex link, std::int64_t steady_ms);
  // The link is down: its tags keep their values with this bad quality (nothing is logged). A tag that was never seen
  // stays so.
  void lost(LinkIndex link, Quality quality, std::int64_t steady_ms);
  // The same for some tags (a Sparkplug device that died).
  void lost(std::span<const TagIndex> tags, Quality quality, std::int64_t steady_ms);

  TagState state(TagIndex tag, std::int64_t steady_ms) const;
  std::optional<TagState> state(std::string_view name, std::int64_t steady_ms) const;
  std::vector<TagState> all(std::int64_t steady_ms) const;

  // Every change raises the version by one or more. changed_since: tags whose value, quality or time changed after
  // `version`, in index order; staleness is not a change (it comes with time: ask stale()). O(tags).
  std::uint64_t version() const;
  std::vector<TagIndex> changed_since(std::uint64_t version) const;
  std::vector<bool> stale(std::int64_t steady_ms) const;
  struct Standing {
    Quality quality;
    bool stale = true;
    bool seen = false;
  };
  std::vector<Standing> standing(std::int64_t steady_ms) const;  // of every tag
  // When the link was last heard; nullopt: never, or lost since.
  std::optional<std::int64_t> last_heard_ms(LinkIndex link) const;

  const PlantModel& plant() const { return plant_; }

 private:
  struct Slot {
    Value value;
    Quality quality = Quality::not_connected;
    std::int64_t source_time_ms = 0;
    std::int64_t server_time_ms = 0;
    std::int64_t received_ms = 0;  // steady
    std::uint64_t version = 0;
    bool seen = false;
    bool lost = false;  // what comes next is shown whatever its time
  };
  bool stale_locked(TagIndex tag, std::int64_t steady_ms, int depth = 0) const;
  TagState state_locked(TagIndex tag, std::int64_t steady_ms) const;
  std::int64_t standing_locked(TagIndex tag, std::int64_t steady_ms) const;

  const PlantModel& plant_;
  mutable std::shared_mutex mutex_;
  std::vector<Slot> slots_;
  std::vector<std::optional<std::int64_t>> heard_;
  std::uint64_t version_ = 0;
};

}  // namespace yuanqu::telemetry
