// Rooms: telemetry pack feel journal tabular base
// A segment of the point log from any bytes: what is found has ascending sequences and tags within the names.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "telemetry/point_log.hpp"

namespace {
void must(bool condition) {
  if (!condition) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yuanqu::telemetry;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  LogRecovery recovery;
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  read_segment(
      "s", bytes,
      [&](const std::vector<std::string>& names, std::vector<Point> points) {
        must(!points.empty());
        for (const Point& point : points) {
          must(point.sequence > last && point.tag < names.size());
          last = point.sequence;
        }
        count += points.size();
      },
      recovery);
  must(recovery.points == count && recovery.last_sequence == last && recovery.torn_bytes <= size);
  for (const auto& damage : recovery.damaged) must(damage.place.offset < size && !damage.zh.empty());
  return 0;
}
