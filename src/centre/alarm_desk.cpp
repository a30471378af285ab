#include "centre/alarm_desk.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "base/secret.hpp"
#include "centre/body.hpp"
#include "centre/plant_json.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

// A condition the house tells is its tag: what it is called is said once.
json::object title_of(const telemetry::Tag& tag, const telemetry::AlarmRule& rule) {
  if (tag.labels.zh == rule.labels.zh) return json_of(tag.labels);
  return {{"zh", tag.labels.zh + "：" + rule.labels.zh}, {"en", tag.labels.en + ": " + rule.labels.en}};
}

json::array counts_json(const std::vector<telemetry::AlarmCount>& list) {
  json::array out;
  for (const telemetry::AlarmCount& one : list)
    out.push_back(json::object{{"tag", one.tag}, {"alarm", one.rule}, {"count", one.count}});
  return out;
}

}  // namespace

base::Result<std::unique_ptr<AlarmDesk>> AlarmDesk::open(const std::filesystem::path& file,
                                                         const telemetry::PlantModel& plant,
                                                         const telemetry::LivePicture& live, telemetry::Moment now) {
  std::unique_ptr<AlarmDesk> desk(new AlarmDesk(plant, live));
  auto journal = telemetry::AlarmJournal::open(file, plant);
  if (!journal) return tl::unexpected(journal.error());
  desk->journal_ = std::move(*journal);
  std::uint64_t epoch = 0;
  const std::string bytes = base::random_bytes(sizeof epoch);
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&epoch));
  auto engine = telemetry::AlarmEngine::start(plant, *desk->journal_, now, epoch);
  if (!engine) return tl::unexpected(engine.error());
  desk->engine_ = std::move(*engine);
  return desk;
}

std::uint64_t AlarmDesk::version() const { return engine_->changes_since(0, 0).version; }

std::vector<ListedAlarm> AlarmDesk::list(std::int64_t steady_ms) const {
  std::vector<ListedAlarm> out;
  for (const telemetry::AlarmView& view : engine_->picture().alarms) {
    const telemetry::AlarmRule& rule = plant_.alarms()[view.alarm];
    const telemetry::Tag& tag = plant_.tag(rule.tag);
    const telemetry::AlarmState& state = view.state;
    const bool limited = rule.kind <= telemetry::AlarmKind::Rate;
    ListedAlarm alarm;
    alarm.id = std::to_string(view.alarm);
    alarm.area = plant_.areas()[tag.area].name;
    alarm.json = json::serialize(
        json::object{{"id", alarm.id},
                     {"tag", tag.name},
                     {"alarm", rule.name},
                     {"labels", title_of(tag, rule)},
                     {"advice", json_of(rule.advice)},
                     {"area", alarm.area},
                     {"equipment", plant_.equipment()[tag.equipment].name},
                     {"kind", std::string(telemetry::name_of(rule.kind))},
                     {"priority", std::string(telemetry::name_of(rule.priority))},
                     {"state", std::string(telemetry::state_name(state))},
                     {"active", state.active},
                     {"acknowledged", state.acknowledged},
                     {"latched", state.latched},
                     {"shelved_until", state.shelved() ? json::value(state.shelved_until_ms) : json::value(nullptr)},
                     {"suppressed", state.suppressed || state.quality_lost},
                     {"out_of_service", state.out_of_service},
                     {"since", state.raised_ms},
                     {"value", json_of(live_.state(rule.tag, steady_ms).value)},
                     {"limit", limited ? json::value(rule.limit) : json::value(nullptr)},
                     {"first_up", view.first_up},
                     {"by", state.held_by.empty() ? state.acknowledged_by : state.held_by},
                     {"reason", state.reason}});
    out.push_back(std::move(alarm));
  }
  return out;
}

std::optional<telemetry::AlarmIndex> AlarmDesk::index_of(const std::string& id) const {
  telemetry::AlarmIndex index = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), index);
  if (id.empty() || read.ec != std::errc{} || read.ptr != id.data() + id.size() || index >= plant_.alarms().size())
    return std::nullopt;
  return index;
}

std::optional<std::string> AlarmDesk::area_of(const std::string& id) const {
  const auto index = index_of(id);
  if (!index) return std::nullopt;
  return plant_.areas()[plant_.tag(plant_.alarms()[*index].tag).area].name;
}

base::Result<void> AlarmDesk::act(std::string_view verb, const std::vector<std::string>& ids, const json::object& body,
                                  const std::string& who, telemetry::Moment now) {
  std::vector<telemetry::AlarmIndex> alarms;
  for (const std::string& id : ids) {
    const auto index = index_of(id);
    if (!index)
      return base::fail(base::ErrorCode::NotFound, "没有这条报警。", "There is no such alarm.", {.field = "id"});
    alarms.push_back(*index);
  }
  if (alarms.empty())
    return base::fail(base::ErrorCode::Invalid, "没有指明报警。", "No alarm is named.", {.field = "id"});
  if (verb == "acknowledge") {
    if (alarms.size() == 1) return engine_->acknowledge(alarms[0], who, text_in(body, "comment"), now);
    return engine_->acknowledge(alarms, who, now);
  }
  if (verb == "reset") return engine_->reset(alarms[0], who, now);
  if (verb == "unshelve") return engine_->unshelve(alarms[0], who, now);
  if (verb == "in_service") return engine_->return_to_service(alarms[0], who, now);
  if (verb == "out_of_service") return engine_->take_out_of_service(alarms[0], who, text_in(body, "reason"), now);
  if (verb == "shelve") {
    const json::value* minutes = body.if_contains("minutes");
    if (minutes == nullptr || !minutes->is_int64() || minutes->get_int64() < 1 || minutes->get_int64() > 100'000)
      return base::fail(base::ErrorCode::Invalid, "搁置要写明几分钟。", "Shelving needs its minutes.",
                        {.field = "minutes"});
    return engine_->shelve(alarms[0], static_cast<int>(minutes->get_int64()), who, text_in(body, "reason"), now);
  }
  return base::fail(base::ErrorCode::NotFound, "没有这个操作。", "There is no such act.");
}

base::Result<std::vector<telemetry::JournalLine>> AlarmDesk::journal(
    const telemetry::AlarmJournal::Filter& filter) const {
  return engine_->with_journal([&](const telemetry::AlarmJournal& journal) { return journal.lines(filter); });
}

base::Result<json::object> AlarmDesk::performance(std::int64_t from_ms, std::int64_t to_ms) const {
  auto found = engine_->with_journal(
      [&](const telemetry::AlarmJournal& journal) { return journal.performance(from_ms, to_ms); });
  if (!found) return tl::unexpected(found.error());
  std::uint64_t shelved = 0, out = 0;
  for (const telemetry::AlarmView& view : engine_->picture().alarms) {
    shelved += view.state.shelved() ? 1 : 0;
    out += view.state.out_of_service ? 1 : 0;
  }
  return json::object{{"from", from_ms},
                      {"to", to_ms},
                      {"raised", found->raised},
                      {"per_ten_minutes", found->per_ten_minutes},
                      {"worst_ten_minutes", found->peak_ten_minutes},
                      {"flood_share", found->flood_share},
                      {"standing", found->standing.size()},
                      {"shelved", shelved},
                      {"out_of_service", out},
                      {"seconds_to_acknowledge", found->mean_seconds_to_acknowledge},
                      {"chattering", counts_json(found->chattering)},
                      {"top", counts_json(found->top)}};
}

}  // namespace yuanqu::centre
