#pragma once
// The clock ages are measured by: it only ever goes forward, from a moment nobody knows.

#include <chrono>
#include <cstdint>

namespace yuanqu::telemetry {

inline std::int64_t steady_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace yuanqu::telemetry
