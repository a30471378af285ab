#pragma once
// Outbox: points that could not be told to the centre because the link was down, kept on disk and told as historical
// when it is back. Bounded: past the limit the newest are refused, and how many is said. What was published shortly
// before the link broke may never have arrived (a half-open connection takes it silently), so the last seconds are kept
// in memory and go to the outbox as well; the centre takes each point once.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <vector>

#include "control/record_log.hpp"
#include "telemetry/sparkplug_edge.hpp"

namespace yuanqu::edge {

class Outbox {
 public:
  static constexpr std::size_t points_max = 2'000'000;
  static constexpr std::int64_t uncertain_ms = 20'000;  // longer than any dead connection stays unnoticed

  static base::Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& path);
  // Points that were handed to the connection at this steady time.
  void published(const std::vector<telemetry::EdgeValue>& points, std::int64_t mono_ms);
  // The connection broke: what it had taken lately is uncertain.
  base::Result<void> connection_lost(std::int64_t mono_ms);
  base::Result<void> put(const std::vector<telemetry::EdgeValue>& points);
  // Oldest first, at most `most`; they stay until forget().
  std::vector<telemetry::EdgeValue> next(std::size_t most) const;
  // These were handed over again. When all were, the file is begun anew.
  base::Result<void> forget(std::size_t count);

  std::size_t size() const { return waiting_.size(); }
  std::uint64_t refused() const { return refused_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<control::RecordLog> log_;
  std::deque<telemetry::EdgeValue> waiting_;
  std::deque<std::pair<std::int64_t, std::vector<telemetry::EdgeValue>>> lately_;
  std::uint64_t refused_ = 0;
};

}  // namespace yuanqu::edge
