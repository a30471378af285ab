#include <algorithm>

#include "api/change_feed.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"

namespace yuanqu::api {
namespace {

base::Result<std::vector<duty::State>> read_states(std::string_view text) {
  std::vector<duty::State> states;
  if (text.empty() || text == "open") return states;
  if (text == "all") {
    return std::vector{duty::State::Planned, duty::State::Due,       duty::State::Taken,
                       duty::State::Done,    duty::State::Withdrawn, duty::State::Expired};
  }
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const auto state = duty::state_of(name);
    if (!state) {
      return base::fail(
          base::ErrorCode::Invalid,
          "没有“" + std::string(name) + "”这个状态，可用 planned、due、taken、done、withdrawn、expired、open、all。",
          "There is no state \"" + std::string(name) +
              "\"; there are planned, due, taken, done, withdrawn, expired, open and all.",
          {.field = "state"});
    }
    states.push_back(*state);
  }
  return states;
}

base::Result<void> read_days(Call& call, duty::Query& query) {
  auto week = parse_day(call.query("week"), "week");
  auto from = parse_day(call.query("due_from"), "due_from");
  auto to = parse_day(call.query("due_to"), "due_to");
  if (!week) return tl::unexpected(week.error());
  if (!from) return tl::unexpected(from.error());
  if (!to) return tl::unexpected(to.error());
  query.due_from = *from;
  query.due_to = *to;
  if (*week) {
    const base::Date monday = base::Date::from_days((*week)->days() - ((*week)->weekday() - 1));
    query.due_from = monday;
    query.due_to = base::Date::from_days(monday.days() + 6);
  }
  return {};
}

// `subject` names a record or a file; a record that opens a file stands for all of it.
base::Result<void> read_subject(Call& call, duty::Query& query) {
  const std::string_view text = call.query("subject");
  if (text.empty()) return {};
  auto id = parse_id(text, "subject");
  if (!id) return tl::unexpected(id.error());
  const auto state = call.house.records.state(*id);
  if (state && *state && (*state)->file == *id) {
    query.file = *id;
  } else {
    query.subject = *id;
  }
  return {};
}

base::Result<Response> get_duties(Call& call) {
  duty::Query query;
  auto states = read_states(call.query("state"));
  if (!states) return tl::unexpected(states.error());
  query.states = std::move(*states);
  if (const std::string_view service = call.query("service"); !service.empty()) {
    query.item = call.house.duties.services().find(service);
    if (query.item == nullptr) {
      return base::fail(base::ErrorCode::Invalid, "没有事项“" + std::string(service) + "”。",
                        "There is no service item \"" + std::string(service) + "\".", {.field = "service"});
    }
  }
  if (auto days = read_days(call, query); !days) return tl::unexpected(days.error());
  if (auto subject = read_subject(call, query); !subject) return tl::unexpected(subject.error());
  if (call.asks("mine")) query.taken_by = call.account->id;
  query.newest_first = call.query("sort") == "-created";
  auto limit = call.limit(50, 500);
  auto place = place_of_cursor(call.query("cursor"));
  if (!limit) return tl::unexpected(limit.error());
  if (!place) return tl::unexpected(place.error());
  query.limit = *limit;
  query.offset = *place;
  auto page = call.house.duties.list(call.viewer, query);
  if (!page) return tl::unexpected(page.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const duty::Duty& one : page->duties) write_duty(json, call, one, titles);
  const std::size_t next = *place + page->duties.size();
  json.end_array().member_or_null("next_cursor",
                                  next < page->total && !page->duties.empty() ? cursor_of(next) : std::string{});
  json.member("total", page->total).end_object();
  return Response::json(json.take());
}

base::Result<Response> duty_response(Call& call, const base::Result<duty::Duty>& duty) {
  if (!duty) return tl::unexpected(duty.error());
  if (call.request.method == Method::Post) publish_duty(call.house.events, *duty, call.house.journal.position());
  Titles titles(call);
  JsonWriter json;
  write_duty(json, call, *duty, titles);
  return Response::json(json.take());
}

base::Result<Response> get_duty(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto duty = call.house.duties.find(call.viewer, *id);
  if (!duty) return tl::unexpected(duty.error());
  auto moves = call.house.duties.moves(*id);
  if (!moves) return tl::unexpected(moves.error());
  Titles titles(call);
  JsonWriter one;
  write_duty(one, call, *duty, titles);
  std::string text = one.take();
  text.pop_back();  // the story is added to the same object
  JsonWriter story;
  story.array();
  for (const duty::Move& move : *moves) {
    story.object().member("state", duty::name_of(move.state)).member("day", move.day).key("at").instant(move.at_ms);
    const auto actor =
        move.actor == 0 ? base::Result<std::optional<register_::Account>>{} : call.house.accounts.find(move.actor);
    story.member("actor", actor && *actor ? (*actor)->shown_name : std::string{});
    write_label_or_null(story, "reason", move.reason);
    story.end_object();
  }
  story.end_array();
  text += ",\"moves\":" + story.take();
  JsonWriter evidence;
  if (!duty->evidence.empty()) write_evidence(evidence, call, duty->evidence);
  text += ",\"evidence\":" + (duty->evidence.empty() ? std::string("null") : evidence.take()) + "}";
  return Response::json(std::move(text));
}

base::Result<std::string> reason_of(Call& call, std::string_view member) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  return body->string_at(member);
}

base::Result<Response> take(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  return duty_response(call, call.house.duties.take(call.viewer, *id));
}

base::Result<Response> release_duty(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  return duty_response(call, call.house.duties.release(call.viewer, *id));
}

base::Result<Response> accept(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  if (auto accepted = call.house.accept_offer(call.viewer, *id); !accepted) return tl::unexpected(accepted.error());
  return duty_response(call, call.house.duties.find(call.viewer, *id));
}

base::Result<Response> withdraw_duty(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto reason = reason_of(call, "reason");
  if (!reason) return tl::unexpected(reason.error());
  if (reason->empty())
    return base::fail(base::ErrorCode::Invalid, "撤销应办要写明理由。", "Give a reason for withdrawing the duty.",
                      {.field = "reason"});
  return duty_response(call, call.house.duties.withdraw(call.viewer, *id, *reason));
}

base::Result<Response> finish(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto comment = reason_of(call, "comment");
  if (!comment) return tl::unexpected(comment.error());
  return duty_response(call, call.house.duties.finish(call.viewer, *id, *comment));
}

void write_service(JsonWriter& json, Call& call, const duty::ServiceItem& item) {
  json.object()
      .member("id", item.name)
      .member("service", item.name)
      .member("number", item.number)
      .labels("labels", item.labels.zh, item.labels.en);
  json.member("subject", item.decision == nullptr ? std::string{} : item.decision->kind->name);
  json.member("decision", item.decision == nullptr ? std::string{} : item.decision->name);
  json.member("fires", duty::name_of(item.fires))
      .member("calls_for", duty::name_of(item.calls_for))
      .member_or_null("procedure", item.procedure);
  json.member("deadline_working_days", item.deadline_working_days);
  write_label_or_null(json, "basis", item.basis);
  json.key("guide").object();
  for (const auto& [name, label] : item.guide) json.labels(name, label.zh, label.en);
  json.end_object();
  json.member_or_null("role", item.role());
  if (call.account) {
    duty::Query query;
    query.item = &item;
    query.limit = 1;
    const auto open = call.house.duties.list(call.viewer, query);
    if (open) json.member("open_duties", open->total);
  }
  json.end_object();
}

base::Result<Response> get_services(Call& call) {
  JsonWriter json;
  json.object().key("items").array();
  for (const duty::ServiceItem& item : call.house.duties.services().all()) write_service(json, call, item);
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_service(Call& call) {
  const duty::ServiceItem* item = call.house.duties.services().find(call.parameter("id"));
  if (item == nullptr)
    return base::fail(base::ErrorCode::NotFound, "没有这个事项。", "There is no such service item.", {.field = "id"});
  JsonWriter json;
  write_service(json, call, *item);
  return Response::json(json.take());
}

}  // namespace

void write_services(JsonWriter& json, Call& call) {
  json.key("services").array();
  for (const duty::ServiceItem& item : call.house.duties.services().all()) write_service(json, call, item);
  json.end_array();
}

void add_duties(Router& router) {
  router.add(Method::Get, "/duties", Ability::SignedIn, get_duties);
  router.add(Method::Get, "/duties/{id}", Ability::SignedIn, get_duty);
  router.add(Method::Post, "/duties/{id}/take", Ability::Write, take);
  router.add(Method::Post, "/duties/{id}/release", Ability::Write, release_duty);
  router.add(Method::Post, "/duties/{id}/withdraw", Ability::Write, withdraw_duty);
  router.add(Method::Post, "/duties/{id}/accept", Ability::Write, accept);
  router.add(Method::Post, "/duties/{id}/done", Ability::Write, finish);
  router.add(Method::Get, "/services", Ability::Open, get_services);
  router.add(Method::Get, "/services/{id}", Ability::Open, get_service);
}

}  // namespace yuanqu::api
