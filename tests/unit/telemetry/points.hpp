#pragma once
// Points as hostile as sources send them, and a brute-force store to compare with.

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "telemetry/history.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry::testing {

inline Value hostile_value(std::mt19937_64& random) {
  static const std::vector<Value> values = {Value(),
                                            Value(true),
                                            Value(false),
                                            Value(std::int64_t{0}),
                                            Value(std::numeric_limits<std::int64_t>::min()),
                                            Value(std::numeric_limits<std::int64_t>::max()),
                                            Value(std::int64_t{(1LL << 53) + 1}),
                                            Value(std::numeric_limits<std::uint64_t>::max()),
                                            Value(std::uint64_t{(1ULL << 53) + 1}),
                                            Value(-0.0),
                                            Value(0.0),
                                            Value(std::bit_cast<double>(std::uint64_t{0x7FF8000000000123})),
                                            Value(std::bit_cast<double>(std::uint64_t{0xFFF0000000000001})),
                                            Value(std::numeric_limits<double>::infinity()),
                                            Value(-std::numeric_limits<double>::infinity()),
                                            Value(5e-324),
                                            Value(1.7976931348623157e308),
                                            Value(9007199254740993.0),
                                            Value(0.1),
                                            Value(std::string()),
                                            Value(std::string("铁水\n\"'=")),
                                            Value(std::string(3000, 'x'))};
  return values[random() % values.size()];
}

// A series of one kind, as a tag of a plant gives it, with now and then something hostile.
inline Value series_value(std::mt19937_64& random, unsigned kind, std::size_t i) {
  if (random() % 40 == 0) return hostile_value(random);
  switch (kind % 6) {
    case 0: return std::round(1500 + 20 * std::sin(static_cast<double>(i) / 50) * 100) / 100;
    case 1: return std::generate_canonical<double, 53>(random) * 100;
    case 2: return static_cast<std::int64_t>(i * 3) - 50;
    case 3: return static_cast<std::uint64_t>(random());
    case 4: return random() % 2 == 0;
    default: return std::string("状态") + std::to_string(random() % 4);
  }
}

inline Quality some_quality(std::mt19937_64& random) {
  return random() % 10 != 0 ? Quality::good : Quality{static_cast<std::uint8_t>(random())};
}

// Source times that mostly go on, sometimes late, far in the past or future, or equal.
inline std::int64_t next_time(std::mt19937_64& random, std::int64_t& clock) {
  switch (random() % 60) {
    case 0: return clock - static_cast<std::int64_t>(random() % 3'600'000);
    case 1: return 0;
    case 2: return clock + 86'400'000;
    case 3: return clock;
    case 4: return -1 - static_cast<std::int64_t>(random() % 1'000'000);
    default: clock += random() % 5 == 0 ? static_cast<std::int64_t>(random() % 2'000) : 1'000; return clock;
  }
}

inline std::vector<Point> brute_raw(const std::vector<Point>& all, TagIndex tag, std::int64_t from, std::int64_t to) {
  std::vector<Point> points;
  for (const Point& point : all) {
    if (point.tag == tag && point.source_time_ms >= from && point.source_time_ms <= to) points.push_back(point);
  }
  std::stable_sort(points.begin(), points.end(), earlier);
  return points;
}

inline std::string difference(const std::vector<Point>& a, const std::vector<Point>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (!same_bits(a[i], b[i]))
      return "point " + std::to_string(i) + ": " + to_text(a[i].value) + " @" + std::to_string(a[i].source_time_ms) +
             " #" + std::to_string(a[i].sequence) + " is not " + to_text(b[i].value) + " @" +
             std::to_string(b[i].source_time_ms) + " #" + std::to_string(b[i].sequence);
  }
  return a.size() == b.size() ? "" : std::to_string(a.size()) + " points, not " + std::to_string(b.size());
}

class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("yuanqu-telemetry-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace yuanqu::telemetry::testing
