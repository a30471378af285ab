#pragma once
// VictoriaMetrics as a mirror of history: for dashboards, never the record. It may be lost at any time; refill() brings
// it back from history. What it cannot hold is left out: text, values of bad quality, NaN, infinities, and integers
// beyond 2^53 (one of them would spoil its neighbours); times before 1970.
//
// Series: yuanqu_tag{plant, area, equipment, tag, unit}, value as float64, source time in milliseconds.

#include <cstdint>
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

  // Sends every point of [from, to] of every tag anew; sending twice changes nothing. The answer is how many were sent.
  // Stops at the first refusal: the caller tries the same span again later.
  base::Result<std::uint64_t> refill(std::int64_t from_ms, std::int64_t to_ms) const;
  // What is new since last time: from the last span that was confirmed, less `overlap_ms` for points that come late, to
  // `now` less `behind_ms`. A mirror that was away is caught up by the next call.
  base::Result<std::uint64_t> follow(std::int64_t now_ms, std::int64_t overlap_ms = 3'600'000,
                                     std::int64_t behind_ms = 30'000);
  std::int64_t confirmed_ms() const { return confirmed_ms_; }
  void set_confirmed(std::int64_t time_ms) { confirmed_ms_ = time_ms; }  // after a start: what the caller has kept

 private:
  base::Result<void> send(const std::string& body) const;
  const PlantModel& plant_;
  const History& history_;
  std::string address_;
  std::int64_t confirmed_ms_ = 0;
};

}  // namespace yuanqu::telemetry
