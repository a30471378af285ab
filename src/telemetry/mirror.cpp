#include "telemetry/mirror.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/json_text.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::size_t body_bytes_max = 4U << 20U;
constexpr long timeout_ms = 30'000;
constexpr double integer_max = 9007199254740992.0;  // 2^53

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

std::string mirror_line(const PlantModel& plant, TagIndex tag, std::span<const Point> points) {
  std::string values, times;
  for (const Point& point : points) {
    const auto number = as_number(point.value);
    const bool whole =
        std::holds_alternative<std::int64_t>(point.value) || std::holds_alternative<std::uint64_t>(point.value);
    if (!number || point.quality.is_bad() || point.source_time_ms < 0 || (whole && std::fabs(*number) > integer_max))
      continue;
    values += (values.empty() ? "" : ",") + to_text(Value(*number));
    times += (times.empty() ? "" : ",") + std::to_string(point.source_time_ms);
  }
  if (values.empty()) return {};
  const Tag& model = plant.tag(tag);
  std::string line = R"({"metric":{"__name__":"yuanqu_tag")";
  for (const auto& [name, text] : {std::pair<const char*, const std::string&>("plant", plant.name()),
                                   {"area", plant.areas()[model.area].name},
                                   {"equipment", plant.equipment()[model.equipment].name},
                                   {"tag", model.name},
                                   {"unit", model.unit}}) {
    line += std::string(",\"") + name + "\":";
    base::append_json_string(line, text);
  }
  return line + "},\"values\":[" + values + "],\"timestamps\":[" + times + "]}\n";
}

base::Result<void> Mirror::send(const std::string& body) const {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> request(ready == CURLE_OK ? curl_easy_init() : nullptr,
                                                                    curl_easy_cleanup);
  long status = 0;
  CURLcode code = CURLE_FAILED_INIT;
  if (request) {
    const std::string url = "http://" + address_ + "/api/v1/import";
    curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(request.get(), CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(request.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(request.get(), CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(request.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(request.get(), CURLOPT_POSTFIELDS, body.c_str());
    code = curl_easy_perform(request.get());
    if (code == CURLE_OK) curl_easy_getinfo(request.get(), CURLINFO_RESPONSE_CODE, &status);
  }
  if (code == CURLE_OK && status / 100 == 2) return {};
  const std::string reason = code == CURLE_OK ? "HTTP " + std::to_string(status) : curl_easy_strerror(code);
  return fail(ErrorCode::Unavailable, "镜像 " + address_ + " 没有收下（" + reason + "）。历史不受影响，稍后会补发。",
              "The mirror at " + address_ + " did not take it (" + reason +
                  "). History is not touched; it is sent again later.");
}

base::Result<std::uint64_t> Mirror::refill(std::int64_t from_ms, std::int64_t to_ms) const {
  std::uint64_t sent = 0;
  std::string body;
  std::optional<base::Error> problem;
  const auto flush = [&] {
    if (body.empty() || problem) return;
    if (auto done = send(body); !done) problem = done.error();
    body.clear();
  };
  for (TagIndex tag = 0; tag < plant_.tags().size() && !problem; ++tag) {
    auto read = history_.each(tag, from_ms, to_ms, [&](std::span<const Point> points) {
      const std::string line = mirror_line(plant_, tag, points);
      sent += static_cast<std::uint64_t>(
          line.empty() ? 0
                       : 1 + std::count(line.begin() + static_cast<std::ptrdiff_t>(line.rfind('[')), line.end(), ','));
      body += line;
      if (body.size() > body_bytes_max) flush();
      return !problem;
    });
    if (!read) return tl::unexpected(read.error());
  }
  flush();
  if (problem) return tl::unexpected(*problem);
  return sent;
}

base::Result<std::uint64_t> Mirror::follow(std::int64_t now_ms, std::int64_t overlap_ms, std::int64_t behind_ms) {
  const std::int64_t until = now_ms - behind_ms;
  const std::int64_t from = confirmed_ms_ == 0 ? 0 : std::max<std::int64_t>(0, confirmed_ms_ - overlap_ms);
  if (until <= confirmed_ms_) return std::uint64_t{0};
  auto sent = refill(from, until);
  if (sent) confirmed_ms_ = until;
  return sent;
}

}  // namespace yuanqu::telemetry
