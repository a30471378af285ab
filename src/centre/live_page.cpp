#include "centre/live_page.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <cmath>

#include "base/json_text.hpp"
#include "centre/plant_json.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr std::int64_t engine_stands_ms = 1000;

}  // namespace

void LivePage::take(std::string_view message) {
  boost::system::error_code ec;
  const json::value read = json::parse(message, ec);
  if (ec || !read.is_object()) return;
  const json::value* subscribe = read.get_object().if_contains("subscribe");
  if (subscribe == nullptr || !subscribe->is_object()) return;
  const json::value* plant = subscribe->get_object().if_contains("plant");
  const json::value* tags = subscribe->get_object().if_contains("tags");
  if (plant == nullptr || !plant->is_string() || tags == nullptr || !tags->is_array()) return;
  if (tags->get_array().size() > subscribed_max) return;
  Seat seat = admit_(std::string(plant->get_string()));
  if (seat.plant != seat_.plant) alarms_version_ = operations_version_ = 0;
  seat_ = std::move(seat);
  // What was sent already stays known.
  std::vector<std::pair<std::uint64_t, bool>> known(seat_.tags.size(), {0, false});
  std::vector<bool> sent(seat_.tags.size(), false);
  for (const Watched& one : watched_) {
    if (one.shown < known.size() && one.sent && seat_.tags[one.shown] == one.tag) {
      known[one.shown] = {one.version, one.stale};
      sent[one.shown] = true;
    }
  }
  watched_.clear();
  for (const json::value& index : tags->get_array()) {
    if (!index.is_int64() || index.get_int64() < 0 || index.get_int64() >= static_cast<std::int64_t>(seat_.tags.size()))
      continue;
    const auto shown = static_cast<std::uint32_t>(index.get_int64());
    watched_.push_back({seat_.tags[shown], shown, known[shown].first, known[shown].second, sent[shown]});
  }
}

void LivePage::append_values(std::string& out) {
  const std::int64_t now = Plant::steady_ms();
  const std::vector<telemetry::TagState> states = seat_.plant->live().all(now);
  bool first = true;
  for (Watched& one : watched_) {
    const telemetry::TagState& state = states[one.tag];
    if (one.sent && state.version == one.version && state.stale == one.stale) continue;
    one.version = state.version;
    one.stale = state.stale;
    one.sent = true;
    out += first ? ",\"values\":[[" : ",[";
    first = false;
    out += std::to_string(one.shown);
    out += ',';
    append_value(out, state.value);
    out += ',';
    base::append_json_string(out, telemetry::to_text(state.quality));
    out += ',' + std::to_string(state.age_ms) + (state.stale ? ",true," : ",false,") +
           std::to_string(state.source_time_ms) + ']';
  }
  if (!first) out += ']';
}

std::string LivePage::next() {
  const std::int64_t now = Plant::steady_ms();
  if (now - last_check_ms_ >= 1000) {
    last_check_ms_ = now;
    if (ended_()) {
      over_ = true;
      return R"({"over":true})";
    }
  }
  if (seat_.plant == nullptr) {
    if (now - last_frame_ms_ < heartbeat_ms) return {};
    last_frame_ms_ = now;
    return "{\"heartbeat_ms\":" + std::to_string(heartbeat_ms) + "}";
  }
  if (now - seat_.plant->engine_beat_ms() > engine_stands_ms) return {};
  std::string body;
  append_values(body);
  if (AlarmChanges changes = seat_.plant->screen_alarms().since(alarms_version_, seat_.sees);
      changes.version != alarms_version_ || alarms_version_ == 0) {
    alarms_version_ = changes.version;
    body += ",\"alarms\":{\"version\":" + std::to_string(changes.version) +
            ",\"whole\":" + (changes.whole ? "true" : "false") + ",\"changed\":[";
    for (std::size_t i = 0; i < changes.changed.size(); ++i) body += (i > 0 ? "," : "") + changes.changed[i];
    body += "],\"gone\":[";
    for (std::size_t i = 0; i < changes.gone.size(); ++i) {
      if (i > 0) body += ',';
      base::append_json_string(body, changes.gone[i]);
    }
    body += "]}";
  }
  if (const auto operations = seat_.plant->operations_json();
      operations.version != operations_version_ && seat_.plant->in_every_operated_area(seat_.sees)) {
    operations_version_ = operations.version;
    body += ",\"operations\":" + *operations.text;
  }
  if (body.empty() && now - last_frame_ms_ < heartbeat_ms / 2) return {};
  last_frame_ms_ = now;
  return "{\"heartbeat_ms\":" + std::to_string(heartbeat_ms) + ",\"now\":" + std::to_string(seat_.plant->now_ms()) +
         body + "}";
}

}  // namespace yuanqu::centre
