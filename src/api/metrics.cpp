#include "api/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace yuanqu::api {

void Metrics::observe(std::string_view method, std::string_view pattern, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  Series& series = series_[{std::string(pattern), std::string(method)}];
  ++series.by_status[status];
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  ++series.buckets[static_cast<std::size_t>(bucket)];
  series.seconds += seconds;
  ++series.count;
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out = "# HELP yuanqu_http_requests_total Requests answered.\n# TYPE yuanqu_http_requests_total counter\n";
  for (const auto& [key, series] : series_) {
    for (const auto& [status, count] : series.by_status) {
      out += fmt::format("yuanqu_http_requests_total{{route=\"{}\",method=\"{}\",status=\"{}\"}} {}\n", key.first,
                         key.second, status, count);
    }
  }
  out +=
      "# HELP yuanqu_http_request_seconds Time from the complete request to the answer.\n# TYPE "
      "yuanqu_http_request_seconds histogram\n";
  for (const auto& [key, series] : series_) {
    const std::string labels = fmt::format("route=\"{}\",method=\"{}\"", key.first, key.second);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      below += series.buckets[i];
      out += fmt::format("yuanqu_http_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels, bounds[i], below);
    }
    out += fmt::format("yuanqu_http_request_seconds_bucket{{{},le=\"+Inf\"}} {}\n", labels, series.count);
    out += fmt::format("yuanqu_http_request_seconds_sum{{{}}} {}\nyuanqu_http_request_seconds_count{{{}}} {}\n", labels,
                       series.seconds, labels, series.count);
  }
  return out;
}

void Metrics::gauge(std::string& text, std::string_view name, std::string_view help, double value) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
}

void Metrics::counter(std::string& text, std::string_view name, std::string_view help, double value) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name, help, value);
}

void Metrics::counters(std::string& text, std::string_view name, std::string_view help, std::string_view label,
                       const std::vector<std::pair<std::string, std::uint64_t>>& values) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} counter\n", name, help);
  for (const auto& [value, count] : values) text += fmt::format("{}{{{}=\"{}\"}} {}\n", name, label, value, count);
}

}  // namespace yuanqu::api
