#pragma once
// VictoriaMetrics as a mirror of history: for dashboards, never the record. It may be killed or emptied at any time;
// follow() finds out and brings it back from history. What it cannot hold is left out: text, values of bad quality,
// NaN, infinities, and integers beyond 2^53 (one of them would spoil its neighbours); times before 1970.
//
// Series: yuanqu_tag{plant, area, equipment, tag, unit}, value as float64, source time in milliseconds. How far the
// mirror is filled stands in itself, as yuanqu_mirror_until{plant}: a mirror without it is filled from the beginning.
// It is written only twenty seconds after what it vouches for, because a mirror that is killed loses what it answered
// for in its last seconds.

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "telemetry/history.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

// One line of its import format (JSON) for points of one tag; empty when none of them can be held.
std::string mirror_line(const PlantModel& plant, TagIndex tag, std::span<const Point> points);

class Mirror {
 public:
  // `address`: "127.0.0.1:8428", plain HTTP on a trusted net.
  Mirror(const PlantModel& plant, const History& history, std::string address)
      : plant_(plant), history_(history), address_(std::move(address)) {}

  // Sends what the mirror lacks, up to half a minute before `now`, a slice of a day at a time; the answer is how many
  // points were sent. Sending twice changes nothing. On an error the same is sent by the next call. One caller.
  base::Result<std::uint64_t> follow(std::int64_t now_ms);
  // Points that were recorded: those that came too late for follow() are sent by its next call. From any thread.
  void recorded(std::span<const Point> points);

  // What the mirror vouches for; nullopt: it is empty, or lost.
  base::Result<std::optional<std::int64_t>> filled_until() const;
  std::int64_t sent_until() const { return sent_until_; }  // by this process; 0: nothing yet
  bool up_to(std::int64_t now_ms) const { return sent_until_ >= now_ms - behind_ms; }

  static constexpr std::int64_t behind_ms = 30'000;    // the newest is left for the next call: it may still be growing
  static constexpr std::int64_t overlap_ms = 60'000;   // sent again each time
  static constexpr std::int64_t settling_ms = 20'000;  // after which what was answered for is on the mirror's disk

 private:
  using Span = std::pair<std::int64_t, std::int64_t>;
  base::Result<std::uint64_t> send(TagIndex tag, Span span, std::string& body) const;
  base::Result<std::int64_t> next_point(std::int64_t from_ms, std::int64_t to_ms) const;  // to_ms: there is none
  base::Result<void> post(std::string& body) const;
  base::Result<std::uint64_t> send_late(std::int64_t now_ms);
  void put_back(const std::map<TagIndex, Span>& late);

  const PlantModel& plant_;
  const History& history_;
  std::string address_;
  std::int64_t sent_until_ = 0;
  bool told_ = false;                                         // the mirror was told how far it is filled
  std::deque<std::pair<std::int64_t, std::int64_t>> unsure_;  // when, until: sent, not yet vouched for
  std::mutex mutex_;
  std::map<TagIndex, Span> late_;
  std::deque<std::pair<std::int64_t, std::map<TagIndex, Span>>> late_sent_;  // when; sent again if the mirror was away
  std::int64_t late_before_ms_ = 0;                                          // what is older came late
};

}  // namespace yuanqu::telemetry
