#pragma once
// Metrics: counts and times of requests by route, as Prometheus reads them (text exposition format 0.0.4). Safe from
// every thread.

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yuanqu::api {

class Metrics {
 public:
  void observe(std::string_view method, std::string_view pattern, int status, double seconds);
  std::string text() const;  // without the gauges of the house

  static void gauge(std::string& text, std::string_view name, std::string_view help, double value);
  static void counter(std::string& text, std::string_view name, std::string_view help, double value);
  // One counter for each value of a label; label values are ids and need no escape.
  static void counters(std::string& text, std::string_view name, std::string_view help, std::string_view label,
                       const std::vector<std::pair<std::string, std::uint64_t>>& values);

 private:
  static constexpr std::array<double, 11> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};
  struct Series {
    std::map<int, std::uint64_t> by_status;
    std::array<std::uint64_t, bounds.size() + 1> buckets{};
    double seconds = 0;
    std::uint64_t count = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Series> series_;  // (pattern, method)
};

}  // namespace yuanqu::api
