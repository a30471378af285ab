// Values, alarms, acts and hand-overs of one plant.
#include <algorithm>
#include <charconv>

#include "base/json_text.hpp"
#include "centre/application.hpp"
#include "centre/body.hpp"
#include "centre/files.hpp"
#include "centre/plant_json.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

std::int64_t number_of(std::string_view text, std::int64_t fallback) {
  std::int64_t value = fallback;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size() ? fallback : value;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

json::object handover_json(const Handover& one) {
  json::array facts, signatures;
  for (const HandoverFact& fact : one.facts)
    facts.push_back(json::object{{"labels", json::object{{"zh", fact.zh}, {"en", fact.en}}}, {"value", fact.value}});
  for (const Signature& signature : one.signatures)
    signatures.push_back(json::object{{"side", signature.incoming ? "incoming" : "outgoing"},
                                      {"user", signature.user},
                                      {"station", signature.station},
                                      {"at", signature.at_ms}});
  return {{"id", one.id},
          {"shift", one.shift},
          {"labels", json::object{{"zh", one.shift_zh}, {"en", one.shift_en}}},
          {"day", one.day},
          {"made", one.made_ms},
          {"made_by", one.made_by},
          {"notes", one.notes},
          {"facts", std::move(facts)},
          {"signed", std::move(signatures)}};
}

}  // namespace

// A hand-over is for who sees every area it speaks of.
bool Application::may_read(const Call& call, const Handover& one) {
  const auto& areas = call.plant->model().areas();
  if (one.areas.empty())
    return std::all_of(areas.begin(), areas.end(), [&](const telemetry::Area& area) { return call.sees(area.name); });
  return std::all_of(one.areas.begin(), one.areas.end(), [&](const std::string& area) { return call.sees(area); });
}

http::Response Application::model(Call& call) {
  return answer_json(
      model_json(call.plant->model(), call.plant->views(), [&](const std::string& area) { return call.sees(area); }));
}

http::Response Application::values(Call& call) {
  const telemetry::PlantModel& model = call.plant->model();
  std::string text = "{\"now\":" + std::to_string(call.plant->now_ms()) + ",\"values\":[";
  bool first = true;
  for (const auto& [name, value] : call.request.query) {
    if (name != "tag") continue;
    const telemetry::TagIndex tag = model.find(value);
    if (tag == telemetry::no_tag || !call.sees(model.areas()[model.tag(tag).area].name))
      return http::problem(
          {base::ErrorCode::NotFound, "没有测点 " + value + "。", "There is no tag " + value + ".", {.field = "tag"}});
    const telemetry::TagState state = call.plant->live().state(tag, Plant::steady_ms());
    text += first ? "{\"tag\":" : ",{\"tag\":";
    first = false;
    base::append_json_string(text, value);
    text += ",\"value\":";
    append_value(text, state.value);
    text += ",\"quality\":";
    base::append_json_string(text, telemetry::to_text(state.quality));
    text += ",\"age_ms\":" + std::to_string(state.age_ms) + ",\"stale\":" + (state.stale ? "true" : "false") +
            ",\"source_time\":" + std::to_string(state.source_time_ms) + "}";
  }
  return http::Response::json(text + "]}");
}

http::Response Application::alarm_act(Call& call) {
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  std::vector<std::string> ids = texts_in(*body, "ids");
  if (const std::string id = text_in(*body, "id"); !id.empty()) ids.push_back(id);
  for (const std::string& id : ids) {
    const auto area = call.plant->alarms().area_of(id);
    if (!area)
      return http::problem({base::ErrorCode::NotFound, "没有这条报警。", "There is no such alarm.", {.field = "id"}});
    if (!call.account->may(Right::Acknowledge, call.plant->name(), *area))
      return http::problem({base::ErrorCode::Forbidden,
                            "没有处理这个区域报警的权限。",
                            "Alarms of this area are not yours to handle.",
                            {}});
  }
  if (auto done = call.plant->alarms().act(call.path["verb"], ids, *body, call.account->name, call.plant->moment());
      !done)
    return http::problem(done.error());
  return http::Response::json("{}");
}

http::Response Application::journal(Call& call) {
  const telemetry::PlantModel& model = call.plant->model();
  telemetry::AlarmJournal::Filter filter;
  filter.from_ms = number_of(call.request.parameter("from").value_or(""), 0);
  filter.to_ms = number_of(call.request.parameter("to").value_or(""), telemetry::time_ms_max);
  filter.before = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, number_of(call.request.parameter("before").value_or(""), 0)));
  filter.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(number_of(call.request.parameter("limit").value_or(""), 200), 1, 2000));
  auto lines = call.plant->alarms().journal(filter);
  if (!lines) return http::problem(lines.error());
  json::array entries;
  for (const telemetry::JournalLine& line : *lines) {
    const telemetry::TagIndex tag = model.find(line.tag);
    if (tag != telemetry::no_tag && !call.sees(model.areas()[model.tag(tag).area].name)) continue;
    json::object labels{{"zh", line.rule}, {"en", line.rule}};
    if (tag != telemetry::no_tag && line.event.alarm < model.alarms().size())
      labels = json_of(model.alarms()[line.event.alarm].labels);
    entries.push_back(json::object{{"id", line.event.id},
                                   {"time", line.event.time_ms},
                                   {"event", std::string(telemetry::name_of(line.event.kind))},
                                   {"tag", line.tag},
                                   {"labels", std::move(labels)},
                                   {"priority", std::string(telemetry::name_of(line.priority))},
                                   {"by", line.event.actor},
                                   {"reason", line.event.reason},
                                   {"value", line.event.value}});
  }
  return answer_json(json::object{{"entries", std::move(entries)}});
}

http::Response Application::journal_file(Call& call, bool workbook) {
  const telemetry::PlantModel& model = call.plant->model();
  telemetry::AlarmJournal::Filter filter;
  filter.from_ms = number_of(call.request.parameter("from").value_or(""), 0);
  filter.to_ms = number_of(call.request.parameter("to").value_or(""), telemetry::time_ms_max);
  filter.limit = 100'000;
  auto lines = call.plant->alarms().journal(filter);
  if (!lines) return http::problem(lines.error());
  TableFile file({{"时间 time", "", "time", 24},
                  {"事件 event", "", "event", 16},
                  {"测点 tag", "", "tag", 28},
                  {"报警 alarm", "", "alarm", 16},
                  {"级别 priority", "", "priority", 10},
                  {"值 value", "", "value", 14},
                  {"人员 person", "", "person", 16},
                  {"原因 reason", "", "reason", 30}},
                 workbook);
  for (const telemetry::JournalLine& line : *lines) {
    const telemetry::TagIndex tag = model.find(line.tag);
    if (tag != telemetry::no_tag && !call.sees(model.areas()[model.tag(tag).area].name)) continue;
    file.row({time_text(line.event.time_ms), std::string(telemetry::name_of(line.event.kind)), line.tag, line.rule,
              std::string(telemetry::name_of(line.priority)), line.event.value, line.event.actor, line.event.reason});
  }
  return file.response(call.plant->name() + "-alarms");
}

http::Response Application::performance(Call& call) {
  const std::int64_t to = number_of(call.request.parameter("to").value_or(""), call.plant->now_ms());
  const std::int64_t from = number_of(call.request.parameter("from").value_or(""), to - 86'400'000);
  auto found = call.plant->alarms().performance(from, to);
  if (!found) return http::problem(found.error());
  return answer_json(*found);
}

http::Response Application::act(Call& call) {
  if (!call.plant->controlled())
    return http::problem(
        {base::ErrorCode::Unsupported, "这个工厂没有配置遥控。", "No control is set up for this plant.", {}});
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  auto done =
      call.plant->with_operations([&](Operations& it) { return it.act(call.actor(), call.path["verb"], *body); });
  if (!done) return http::problem(done.error());
  return answer_json(*done);
}

http::Response Application::handovers(Call& call) {
  json::array list;
  for (const Handover& one : call.plant->handovers().newest(60)) {
    if (may_read(call, one)) list.push_back(handover_json(one));
  }
  return answer_json(json::object{{"handovers", std::move(list)}});
}

http::Response Application::write_handover(Call& call) {
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  Handover handover;
  handover.notes = text_in(*body, "notes");
  if (handover.notes.empty() || handover.notes.size() > 16'000)
    return http::problem({base::ErrorCode::Invalid,
                          "请写交班事项（不超过 4000 字）。",
                          "Write what to hand over (at most 4,000 characters).",
                          {.field = "notes"}});
  const std::string wanted = text_in(*body, "shift");
  for (const Shift& shift : call.plant->views().shifts) {
    if (shift.name != wanted) continue;
    handover.shift = shift.name;
    handover.shift_zh = shift.labels.zh;
    handover.shift_en = shift.labels.en;
  }
  if (handover.shift.empty())
    return http::problem({base::ErrorCode::Invalid, "没有这个班次。", "There is no such shift.", {.field = "shift"}});
  handover.made_ms = call.plant->now_ms();
  handover.made_by = call.account->name;
  handover.day = time_text(handover.made_ms).substr(0, 10);
  const telemetry::PlantModel& model = call.plant->model();
  const auto sees_tag = [&](telemetry::TagIndex tag) { return call.sees(model.areas()[model.tag(tag).area].name); };
  for (const telemetry::Area& area : model.areas()) {
    if (call.sees(area.name)) handover.areas.push_back(area.name);
  }
  for (const Measure& measure : call.plant->views().measures) {
    if (!sees_tag(measure.tag)) continue;
    const telemetry::Tag& tag = model.tag(measure.tag);
    const telemetry::TagState state = call.plant->live().state(measure.tag, Plant::steady_ms());
    std::string value =
        state.age_ms < 0 ? "—" : value_text(state.value, tag) + (tag.unit.empty() ? "" : " " + tag.unit);
    if (state.age_ms >= 0 && !state.usable()) value += " (" + telemetry::to_text(state.quality) + ")";
    handover.facts.push_back({measure.labels.zh, measure.labels.en, std::move(value)});
  }
  std::size_t standing = 0;
  for (const telemetry::AlarmView& view : call.plant->alarms().engine().picture().alarms)
    standing += view.state.active && !view.state.hidden() && sees_tag(model.alarms()[view.alarm].tag) ? 1 : 0;
  handover.facts.push_back({"报警中", "Alarms standing", std::to_string(standing)});
  auto made = call.plant->handovers().add(std::move(handover),
                                          {call.account->name, call.session->station, call.plant->now_ms(), false});
  if (!made) return http::problem(made.error());
  return answer_json(handover_json(*made), 201);
}

http::Response Application::sign_handover(Call& call) {
  if (const auto one = call.plant->handovers().find(call.path["id"]); !one || !may_read(call, *one))
    return http::problem({base::ErrorCode::NotFound, "没有这份交接班记录。", "There is no such hand-over.", {}});
  if (auto done = call.plant->handovers().sign(call.path["id"],
                                               {call.account->name, call.session->station, call.plant->now_ms(), true});
      !done)
    return http::problem(done.error());
  return http::Response::json("{}");
}

http::Response Application::print_handover(Call& call) {
  const auto one = call.plant->handovers().find(call.path["id"]);
  if (!one || !may_read(call, *one))
    return http::problem({base::ErrorCode::NotFound, "没有这份交接班记录。", "There is no such hand-over.", {}});
  const bool chinese = call.request.parameter("language").value_or("") != "en";
  const auto say = [&](const char* zh, const char* en) { return std::string(chinese ? zh : en); };
  const telemetry::Label& plant = call.plant->model().labels();
  std::string text =
      "<!doctype html><html lang=\"" + say("zh-CN", "en") + "\"><meta charset=\"utf-8\"><title>" +
      say("交接班记录", "Hand-over") +
      "</title><style>body{font-family:'Noto Sans CJK SC',sans-serif;max-width:46rem;margin:2rem "
      "auto}table{border-collapse:collapse;width:100%}"
      "td,th{border:1px solid #999;padding:.3rem .6rem;text-align:left}.notes{white-space:pre-wrap}</style><h1>" +
      escaped(chinese ? plant.zh : plant.en) + " · " + say("交接班记录", "Hand-over") + "</h1>";
  if (call.plant->model().simulated())
    text += "<p><b>" + say("模拟数据 · 已模拟的工厂", "Simulated data · a simulated plant") + "</b></p>";
  text += "<p>" + escaped(one->day) + " " + escaped(chinese ? one->shift_zh : one->shift_en) + " · " +
          time_text(one->made_ms) + "</p><h2>" + say("交班事项", "Notes") + "</h2><p class=\"notes\">" +
          escaped(one->notes) + "</p><h2>" + say("当时的数值", "Figures of the moment") + "</h2><table>";
  for (const HandoverFact& fact : one->facts)
    text += "<tr><th>" + escaped(chinese ? fact.zh : fact.en) + "</th><td>" + escaped(fact.value) + "</td></tr>";
  text += "</table><h2>" + say("签字", "Signatures") + "</h2><table>";
  for (const bool incoming : {false, true}) {
    std::string signed_by = say("（未签）", "(not signed)");
    for (const Signature& signature : one->signatures) {
      if (signature.incoming == incoming)
        signed_by = escaped(signature.user + " · " + signature.station + " · " + time_text(signature.at_ms));
    }
    text += "<tr><th>" + (incoming ? say("接班人", "Coming shift") : say("交班人", "Leaving shift")) + "</th><td>" +
            signed_by + "</td></tr>";
  }
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = text + "</table></html>";
  return response;
}

http::Response Application::simulate(Call& call) {
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  if (auto done = call.plant->simulate(text_in(*body, "fault")); !done) return http::problem(done.error());
  return http::Response::json("{}");
}

}  // namespace yuanqu::centre
