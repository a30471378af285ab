// History and the audit.
#include <algorithm>
#include <charconv>
#include <deque>

#include "base/json_text.hpp"
#include "centre/application.hpp"
#include "centre/body.hpp"
#include "centre/files.hpp"
#include "centre/plant_json.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr std::size_t tags_max = 12;
constexpr std::int64_t points_max = 5000;
constexpr std::size_t file_rows_max = 1'000'000;

struct Asked {
  std::vector<telemetry::TagIndex> tags;
  std::int64_t from_ms = 0, to_ms = 0, points = 400;
};

base::Result<std::int64_t> number_at(const http::Request& request, const char* name, std::int64_t fallback) {
  const std::string_view text = request.parameter(name).value_or("");
  if (text.empty()) return fallback;
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return base::fail(base::ErrorCode::Invalid, std::string(name) + " 应为整数（毫秒）。",
                      std::string(name) + " must be a whole number (milliseconds).", {.field = name});
  return value;
}

base::Result<Asked> asked_of(const http::Request& request, const telemetry::PlantModel& model,
                             const std::function<bool(const std::string&)>& sees, std::int64_t now_ms) {
  Asked asked;
  for (const auto& [name, value] : request.query) {
    if (name != "tag") continue;
    const telemetry::TagIndex tag = model.find(value);
    if (tag == telemetry::no_tag || !sees(model.areas()[model.tag(tag).area].name))
      return base::fail(base::ErrorCode::NotFound, "没有测点 " + value + "。", "There is no tag " + value + ".",
                        {.field = "tag"});
    asked.tags.push_back(tag);
  }
  if (asked.tags.empty() || asked.tags.size() > tags_max)
    return base::fail(base::ErrorCode::Invalid, "请给出 1 到 12 个测点。", "Name 1 to 12 tags.", {.field = "tag"});
  auto to = number_at(request, "to", now_ms);
  auto from = number_at(request, "from", now_ms - 3'600'000);
  auto points = number_at(request, "points", 400);
  for (const auto* one : {&to, &from, &points}) {
    if (!*one) return tl::unexpected(one->error());
  }
  asked.from_ms = *from;
  asked.to_ms = *to;
  asked.points = std::clamp<std::int64_t>(*points, 1, points_max);
  if (asked.from_ms >= asked.to_ms || asked.from_ms < telemetry::time_ms_min || asked.to_ms > telemetry::time_ms_max)
    return base::fail(base::ErrorCode::Invalid, "from 应早于 to。", "from must be before to.", {.field = "from"});
  return asked;
}

void append_number(std::string& out, const char* name, const std::optional<double>& number) {
  out += std::string(",\"") + name + "\":";
  append_value(out, number ? telemetry::Value(*number) : telemetry::Value());
}

}  // namespace

// Few points come as they are; many as what each interval held.
http::Response Application::history(Call& call) {
  const telemetry::PlantModel& model = call.plant->model();
  const auto asked = asked_of(
      call.request, model, [&](const std::string& area) { return call.sees(area); }, call.plant->now_ms());
  if (!asked) return http::problem(asked.error());
  const telemetry::History& history = call.plant->recorder().history();
  const std::int64_t step =
      std::max<std::int64_t>(1, (asked->to_ms - asked->from_ms + asked->points - 1) / asked->points);
  std::string text = "{\"from\":" + std::to_string(asked->from_ms) + ",\"to\":" + std::to_string(asked->to_ms) +
                     ",\"step\":" + std::to_string(step) + ",\"series\":[";
  for (std::size_t i = 0; i < asked->tags.size(); ++i) {
    text += i > 0 ? ",{\"tag\":" : "{\"tag\":";
    base::append_json_string(text, model.tag(asked->tags[i]).name);
    text += ",\"points\":[";
    auto found = history.by_interval(asked->tags[i], asked->from_ms, asked->to_ms, step);
    if (!found) return http::problem(found.error());
    bool first = true;
    for (const telemetry::Interval& one : found->intervals) {
      if (one.points == 0) continue;
      text += (first ? "{\"t\":" : ",{\"t\":") + std::to_string(one.last ? one.last->source_time_ms : one.start_ms);
      first = false;
      append_number(text, "min", one.minimum);
      append_number(text, "max", one.maximum);
      append_number(text, "mean", one.mean);
      append_number(text, "time_weighted", one.time_weighted);
      text += ",\"last\":";
      append_value(text, one.last ? one.last->value : telemetry::Value());
      text += ",\"quality\":";
      base::append_json_string(text, one.last ? telemetry::to_text(one.last->quality) : "");
      text += ",\"count\":" + std::to_string(one.points) + "}";
    }
    text += "]}";
  }
  return http::Response::json(text + "]}");
}

http::Response Application::history_file(Call& call, bool workbook) {
  const telemetry::PlantModel& model = call.plant->model();
  const auto asked = asked_of(
      call.request, model, [&](const std::string& area) { return call.sees(area); }, call.plant->now_ms());
  if (!asked) return http::problem(asked.error());
  TableFile file({{"测点 tag", "", "tag", 28},
                  {"源时间 source time", "UTC+8", "source_time", 26},
                  {"服务器时间 server time", "UTC+8", "server_time", 26},
                  {"值 value", "", "value", 16},
                  {"单位 unit", "", "unit", 8},
                  {"质量 quality", "", "quality", 18}},
                 workbook);
  std::size_t rows = 0;
  for (const telemetry::TagIndex index : asked->tags) {
    const telemetry::Tag& tag = model.tag(index);
    auto found = call.plant->recorder().history().raw(index, asked->from_ms, asked->to_ms, file_rows_max - rows);
    if (!found) return http::problem(found.error());
    if (found->more)
      return http::problem({base::ErrorCode::LimitExceeded,
                            "超过一百万行，请缩短时间。",
                            "That is more than a million rows; choose a shorter span.",
                            {.field = "from"}});
    rows += found->points.size();
    for (const telemetry::Point& point : found->points) {
      const auto number = telemetry::as_number(point.value);
      const bool plain = number && !std::holds_alternative<bool>(point.value);
      file.add({{tabular::CellKind::Text, tag.name, 1, 0},
                {tabular::CellKind::Text, time_text(point.source_time_ms), 2, 0},
                {tabular::CellKind::Text, time_text(point.server_time_ms), 3, 0},
                {plain ? tabular::CellKind::Number : tabular::CellKind::Text, telemetry::to_text(point.value), 4,
                 plain ? *number : 0},
                {tag.unit.empty() ? tabular::CellKind::Empty : tabular::CellKind::Text, tag.unit, 5, 0},
                {tabular::CellKind::Text, telemetry::to_text(point.quality), 6, 0}});
    }
  }
  return file.response(call.plant->name() + "-history");
}

http::Response Application::audit(Call& call) {
  if (!call.plant->controlled()) return http::Response::json("{\"records\":[]}");
  auto limit = number_at(call.request, "limit", 100);
  if (!limit) return http::problem(limit.error());
  const std::filesystem::path path = call.plant->with_operations([](Operations& it) { return it.audit_file(); });
  std::deque<std::string> newest;
  const auto most = static_cast<std::size_t>(std::clamp<std::int64_t>(*limit, 1, 1000));
  auto read = control::Audit::read(path, [&](const control::AuditRecord& record) {
    json::array details;
    for (const auto& [name, value] : record.details) details.push_back(json::array{name, value});
    newest.push_back(json::serialize(json::object{{"number", record.number},
                                                  {"at", record.at_ms},
                                                  {"what", record.what},
                                                  {"details", std::move(details)},
                                                  {"hash", record.hash}}));
    if (newest.size() > most) newest.pop_front();
  });
  if (!read) return http::problem(read.error());
  std::string text = "{\"records\":[";
  for (auto it = newest.rbegin(); it != newest.rend(); ++it) text += (it == newest.rbegin() ? "" : ",") + *it;
  return http::Response::json(text + "]}");
}

http::Response Application::audit_file(Call& call, bool csv) {
  if (!call.plant->controlled())
    return http::problem({base::ErrorCode::NotFound, "没有审计记录。", "There is no audit.", {}});
  const std::filesystem::path path = call.plant->with_operations([](Operations& it) { return it.audit_file(); });
  std::string lines;
  TableFile file({{"序号 number", "", "number", 8},
                  {"时间 time", "UTC+8", "time", 26},
                  {"事项 what", "", "what", 18},
                  {"内容 details", "", "details", 60},
                  {"前一条 previous", "", "previous", 20},
                  {"散列 hash", "", "hash", 20}},
                 false);
  auto read = control::Audit::read(path, [&](const control::AuditRecord& record) {
    if (!csv) {
      lines += control::Audit::to_json(record) + "\n";
      return;
    }
    std::string details;
    for (const auto& [name, value] : record.details) details += (details.empty() ? "" : "; ") + name + " = " + value;
    file.row(
        {std::to_string(record.number), time_text(record.at_ms), record.what, details, record.previous, record.hash});
  });
  if (!read) return http::problem(read.error());
  if (csv) return file.response(call.plant->name() + "-audit");
  http::Response response;
  response.content_type = "application/x-ndjson";
  response.body = std::move(lines);
  return response.with("Content-Disposition", "attachment; filename=\"" + call.plant->name() + "-audit.jsonl\"");
}

}  // namespace yuanqu::centre
