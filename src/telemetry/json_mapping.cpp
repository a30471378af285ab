#include "telemetry/json_mapping.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "feel/temporal.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::size_t json_depth_max = 32;
constexpr std::size_t scalars_max = 10'000;

// Follows the parser and keeps scalars by their pointer.
class Flattener {
 public:
  static constexpr std::size_t max_object_size = scalars_max;
  static constexpr std::size_t max_array_size = scalars_max;
  static constexpr std::size_t max_key_size = 4'096;
  static constexpr std::size_t max_string_size = 1'000'000;
  using error_code = boost::system::error_code;
  using string_view = boost::json::string_view;

  std::map<std::string, JsonScalar, std::less<>> scalars;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return open(false); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_array_begin(error_code&) { return open(true); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_key_part(string_view part, std::size_t, error_code&) { return keep(part); }
  bool on_key(string_view part, std::size_t, error_code&) {
    keep(part);
    std::string token;
    for (char c : part_) token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    part_.clear();
    levels_.back().token = std::move(token);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return keep(part); }
  bool on_string(string_view part, std::size_t, error_code& ec) {
    return keep(part) && put(JsonScalar::Kind::Text, ec);
  }
  bool on_number_part(string_view part, error_code&) { return keep(part); }
  bool on_int64(std::int64_t, string_view part, error_code& ec) {
    return keep(part) && put(JsonScalar::Kind::Number, ec);
  }
  bool on_uint64(std::uint64_t, string_view part, error_code& ec) {
    return keep(part) && put(JsonScalar::Kind::Number, ec);
  }
  bool on_double(double, string_view part, error_code& ec) { return keep(part) && put(JsonScalar::Kind::Number, ec); }
  bool on_bool(bool value, error_code& ec) {
    part_ = value ? "true" : "false";
    return put(JsonScalar::Kind::Boolean, ec);
  }
  bool on_null(error_code& ec) { return put(JsonScalar::Kind::Null, ec); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  struct Level {
    std::string prefix;
    std::string token;
    bool array = false;
    std::size_t next = 0;
  };
  bool keep(string_view part) {
    part_.append(part.data(), part.size());
    return true;
  }
  std::string here() {
    if (levels_.empty()) return {};
    Level& level = levels_.back();
    return level.prefix + "/" + (level.array ? std::to_string(level.next++) : level.token);
  }
  bool open(bool array) {
    levels_.push_back({.prefix = here(), .array = array});
    return true;
  }
  bool close() {
    levels_.pop_back();
    return true;
  }
  bool put(JsonScalar::Kind kind, error_code& ec) {
    const bool added = scalars.emplace(here(), JsonScalar{kind, std::move(part_)}).second;
    part_.clear();
    if (added && scalars.size() <= scalars_max) return true;
    ec = boost::json::error::syntax;
    return false;
  }
  std::vector<Level> levels_;
  std::string part_;
};

Value value_of(const JsonScalar& scalar) {
  switch (scalar.kind) {
    case JsonScalar::Kind::Null: return {};
    case JsonScalar::Kind::Boolean: return scalar.text == "true";
    case JsonScalar::Kind::Text: return scalar.text;
    case JsonScalar::Kind::Number: break;
  }
  for (const ValueType type : {ValueType::Integer, ValueType::Unsigned}) {
    if (scalar.text == "-0") break;
    if (auto whole = parse_value(scalar.text, type)) return *whole;
  }
  if (auto number = parse_value(scalar.text, ValueType::Number)) return *number;
  return {};
}

}  // namespace

std::optional<std::int64_t> time_of_text(std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (problem == std::errc{} && end == text.data() + text.size()) return ms;
  const auto time = feel::DateTime::parse(text);
  if (!time || time->time.zone.is_none()) return std::nullopt;
  const auto offset = time->time.zone.offset_at(time->date, time->time.nanoseconds);
  if (!offset) return std::nullopt;
  return time->date.days() * 86'400'000 + time->time.nanoseconds / 1'000'000 - std::int64_t{*offset} * 1'000;
}

base::Result<std::map<std::string, JsonScalar, std::less<>>> read_json_scalars(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = json_depth_max;
  boost::json::basic_parser<Flattener> parser(options);
  boost::system::error_code problem;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), problem);
  if (!problem && read < text.size()) problem = boost::json::error::extra_data;
  if (problem)
    return fail(ErrorCode::Invalid, "报文不是合法的 JSON。请检查发送方。",
                "The message is not valid JSON. Check its sender.", {.offset = read});
  return std::move(parser.handler().scalars);
}

JsonMapping::JsonMapping(const PlantModel& plant) : plant_(plant) {
  for (TagIndex tag = 0; tag < plant.tags().size(); ++tag) {
    if (const auto* source = std::get_if<JsonSource>(&plant.tag(tag).source)) by_topic_[source->topic].push_back(tag);
  }
}

std::vector<std::string> JsonMapping::topics() const {
  std::vector<std::string> topics;
  for (const auto& [topic, tags] : by_topic_) topics.push_back(topic);
  return topics;
}

JsonPoints JsonMapping::points_of(std::string_view topic, std::string_view payload, std::int64_t now_ms) const {
  JsonPoints result;
  const auto tags = by_topic_.find(topic);
  if (tags == by_topic_.end()) return result;
  const auto scalars = read_json_scalars(payload);
  if (!scalars) {
    base::Error problem = scalars.error();
    problem.place.rule = topic;
    result.problems.push_back(std::move(problem));
    return result;
  }
  for (TagIndex tag : tags->second) {
    const Tag& model = plant_.tag(tag);
    const auto& source = std::get<JsonSource>(model.source);
    const auto refuse = [&](const std::string& field, std::string zh, std::string en) {
      result.problems.push_back({ErrorCode::Invalid,
                                 std::move(zh),
                                 std::move(en),
                                 {.field = model.name, .rule = std::string(topic) + field}});
    };
    const auto value = scalars->find(source.value);
    if (value == scalars->end()) {
      refuse(source.value, "报文中没有 " + source.value + "。", "The message has no " + source.value + ".");
      continue;
    }
    Point point{.tag = tag, .source_time_ms = now_ms, .server_time_ms = now_ms, .value = value_of(value->second)};
    if (source.has_time) {
      const auto at = scalars->find(source.time);
      const auto time = at == scalars->end() ? std::nullopt : time_of_text(at->second.text);
      if (!time) {
        refuse(source.time, "时间缺失或不带时区，应是毫秒数或 2026-03-02T08:30:00Z。",
               "The time is missing or has no zone: send milliseconds or 2026-03-02T08:30:00Z.");
        continue;
      }
      point.source_time_ms = *time;
    }
    if (source.has_quality) {
      const auto at = scalars->find(source.quality);
      const auto quality = at == scalars->end() ? std::nullopt : quality_of(at->second.text);
      point.quality = quality.value_or(Quality::bad);
    }
    fit(model, point.value, point.quality);
    if (auto good = check(point); !good) {
      good.error().place.field = model.name;
      result.problems.push_back(good.error());
      continue;
    }
    result.points.push_back(std::move(point));
  }
  return result;
}

}  // namespace yuanqu::telemetry
