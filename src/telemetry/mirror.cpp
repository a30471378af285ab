#include "telemetry/mirror.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/json_text.hpp"
#include "telemetry/http_call.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

namespace json = boost::json;
constexpr std::size_t request_bytes_max = 4U << 20U;
constexpr std::int64_t slice_ms = 86'400'000;

std::string marker_of(const PlantModel& plant) {
  return R"({"__name__":"yuanqu_mirror_until","plant":")" + plant.name() + "\"}";
}

}  // namespace

std::string mirror_line(const PlantModel& plant, TagIndex tag, std::span<const Point> points) {
  std::string values, times;
  for (const Point& point : points) {
    const auto number = as_number(point.value);
    const bool whole =
        std::holds_alternative<std::int64_t>(point.value) || std::holds_alternative<std::uint64_t>(point.value);
    if (!number || point.quality.is_bad() || point.source_time_ms < 0 ||
        (whole && std::fabs(*number) > exact_integer_max))
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

base::Result<void> Mirror::post(std::string& body) const {
  if (body.empty()) return {};
  auto answer = http_call("http://" + address_ + "/api/v1/import", &body);
  body.clear();
  if (answer && answer->status / 100 == 2) return {};
  const std::string zh = answer ? "HTTP " + std::to_string(answer->status) : answer.error().zh;
  const std::string en = answer ? "HTTP " + std::to_string(answer->status) : answer.error().en;
  return fail(
      ErrorCode::Unavailable, "镜像 " + address_ + " 没有收下（" + zh + "）。历史不受影响，稍后会补发。",
      "The mirror at " + address_ + " did not take it (" + en + "). History is not touched; it is sent again later.");
}

base::Result<std::optional<std::int64_t>> Mirror::filled_until() const {
  // Raw samples: no query's look-back or latency stands between.
  auto answer = http_call("http://" + address_ +
                          "/api/v1/export?match[]=" + url_text("yuanqu_mirror_until{plant=\"" + plant_.name() + "\"}"));
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status / 100 != 2)
    return fail(ErrorCode::Unavailable, "镜像 " + address_ + " 答复 " + std::to_string(answer->status) + "。",
                "The mirror at " + address_ + " answered " + std::to_string(answer->status) + ".");
  std::optional<std::int64_t> until;
  std::size_t at = 0;
  while (at < answer->body.size()) {
    const std::size_t end = std::min(answer->body.find('\n', at), answer->body.size());
    boost::system::error_code ec;
    const json::value line = json::parse(std::string_view(answer->body).substr(at, end - at), ec);
    at = end + 1;
    if (ec || !line.is_object()) continue;
    const json::value* values = line.get_object().if_contains("values");
    if (values == nullptr || !values->is_array()) continue;
    for (const json::value& value : values->get_array()) {
      if (value.is_number()) until = std::max(until.value_or(0), static_cast<std::int64_t>(value.to_number<double>()));
    }
  }
  return until;
}

base::Result<std::int64_t> Mirror::next_point(std::int64_t from_ms, std::int64_t to_ms) const {
  std::int64_t earliest = to_ms;
  for (TagIndex tag = 0; tag < plant_.tags().size() && earliest > from_ms; ++tag) {
    auto first = history_.raw(tag, from_ms, earliest, 1);
    if (!first) return tl::unexpected(first.error());
    if (!first->points.empty()) earliest = first->points.front().source_time_ms;
  }
  return earliest;
}

base::Result<std::uint64_t> Mirror::send(TagIndex tag, Span span, std::string& body) const {
  std::uint64_t sent = 0;
  std::optional<base::Error> problem;
  auto read = history_.each(tag, span.first, span.second, [&](std::span<const Point> points) {
    const std::string line = mirror_line(plant_, tag, points);
    if (!line.empty())
      sent += 1 + static_cast<std::uint64_t>(
                      std::count(line.begin() + static_cast<std::ptrdiff_t>(line.rfind('[')), line.end(), ','));
    body += line;
    if (body.size() <= request_bytes_max) return true;
    if (auto posted = post(body); !posted) problem = posted.error();
    return !problem;
  });
  if (problem) return tl::unexpected(*problem);
  if (!read) return tl::unexpected(read.error());
  return sent;
}

void Mirror::recorded(std::span<const Point> points) {
  const std::lock_guard lock(mutex_);
  for (const Point& point : points) {
    if (point.source_time_ms >= late_before_ms_ || point.source_time_ms < 0) continue;
    const auto [known, fresh] = late_.try_emplace(point.tag, point.source_time_ms, point.source_time_ms);
    if (fresh) continue;
    known->second.first = std::min(known->second.first, point.source_time_ms);
    known->second.second = std::max(known->second.second, point.source_time_ms);
  }
}

void Mirror::put_back(const std::map<TagIndex, Span>& late) {
  const std::lock_guard lock(mutex_);
  for (const auto& [tag, span] : late) {
    const auto [known, fresh] = late_.try_emplace(tag, span);
    if (fresh) continue;
    known->second = {std::min(known->second.first, span.first), std::max(known->second.second, span.second)};
  }
}

base::Result<std::uint64_t> Mirror::send_late(std::int64_t now_ms) {
  std::map<TagIndex, Span> late;
  {
    const std::lock_guard lock(mutex_);
    late.swap(late_);
  }
  std::uint64_t sent = 0;
  std::string body;
  std::optional<base::Error> problem;
  for (const auto& [tag, span] : late) {
    auto one = send(tag, span, body);
    if (!one) problem = one.error();
    if (!one) break;
    sent += *one;
  }
  if (auto posted = post(body); !posted && !problem) problem = posted.error();
  if (problem) {
    put_back(late);
    return tl::unexpected(*problem);
  }
  while (!late_sent_.empty() && late_sent_.front().first < now_ms - 2 * settling_ms) late_sent_.pop_front();
  if (!late.empty()) late_sent_.emplace_back(now_ms, std::move(late));
  return sent;
}

base::Result<std::uint64_t> Mirror::follow(std::int64_t now_ms) {
  auto filled = filled_until();
  if (!filled) {
    // It may come back with less than it had: then what it says itself counts again.
    sent_until_ = 0;
    unsure_.clear();
    for (const auto& [when, late] : late_sent_) put_back(late);
    late_sent_.clear();
    return tl::unexpected(filled.error());
  }
  if (!*filled && told_) sent_until_ = 0, unsure_.clear(), told_ = false;  // emptied while we looked away
  if (sent_until_ == 0) sent_until_ = filled->value_or(0);
  const std::int64_t goal = now_ms - behind_ms;
  std::uint64_t sent = 0;
  std::string body;
  std::int64_t from = std::max<std::int64_t>(0, sent_until_ - overlap_ms);
  while (from < goal) {
    // Where there is nothing, not a day is walked through.
    auto next = next_point(from, goal);
    if (!next) return tl::unexpected(next.error());
    from = *next;
    const std::int64_t until = std::min(from + slice_ms, goal);
    for (TagIndex tag = 0; tag < plant_.tags().size(); ++tag) {
      auto one = send(tag, {from, until}, body);
      if (!one) return tl::unexpected(one.error());
      sent += *one;
    }
    if (auto posted = post(body); !posted) return tl::unexpected(posted.error());
    sent_until_ = std::max(sent_until_, until);
    from = until;
  }
  {
    const std::lock_guard lock(mutex_);
    late_before_ms_ = std::max<std::int64_t>(0, sent_until_ - overlap_ms);
  }
  auto late = send_late(now_ms);
  if (!late) return tl::unexpected(late.error());
  std::optional<std::int64_t> sure;
  while (!unsure_.empty() && unsure_.front().first <= now_ms - settling_ms) {
    sure = unsure_.front().second;
    unsure_.pop_front();
  }
  unsure_.emplace_back(now_ms, sent_until_);
  if (sure) {
    body = "{\"metric\":" + marker_of(plant_) + ",\"values\":[" + std::to_string(*sure) + "],\"timestamps\":[" +
           std::to_string(now_ms) + "]}\n";
    if (auto posted = post(body); !posted) return tl::unexpected(posted.error());
    told_ = true;
  }
  return sent + *late;
}

}  // namespace yuanqu::telemetry
