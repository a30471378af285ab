// Working days: what is in force, what the packs' files hold by now, and putting that in force.
#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

using population::PublishedCalendar;

void write_range(JsonWriter& json, const PublishedCalendar& calendar) {
  json.member("version", calendar.version);
  json.key("from").value(calendar.value.is_null() ? std::nullopt : std::optional(calendar.days.published_from()));
  json.key("to").value(calendar.value.is_null() ? std::nullopt : std::optional(calendar.days.published_to()));
}

void write_exception(JsonWriter& json, const PublishedCalendar& calendar, base::Date day) {
  const auto named = calendar.exceptions.find(day);
  json.object().member("date", day).member("weekday", day.weekday());
  json.member("working", calendar.days.is_working_day(day));
  json.member_or_null("name", named == calendar.exceptions.end() ? std::string() : named->second.name).end_object();
}

base::Result<Response> get_calendar(Call& call) {
  const std::shared_ptr<const PublishedCalendar> now = call.house.population.calendar();
  auto offered = call.house.offered_calendar();
  JsonWriter json;
  json.object().key("in_force").object();
  write_range(json, *now);
  json.key("days").array();
  for (const auto& [day, exception] : now->exceptions) write_exception(json, *now, day);
  json.end_array().end_object().key("offered");
  if (!offered) {  // somebody is still writing the files: what is in force is not touched
    json.null().key("problem").object().member("zh", offered.error().zh).member("en", offered.error().en);
    json.member_or_null("file", offered.error().place.file).end_object();
  } else {
    json.object();
    write_range(json, **offered);
    json.member("beyond", (*offered)->beyond).key("changes").array();
    for (const base::Date day : population::differing_days(*now, **offered)) write_exception(json, **offered, day);
    json.end_array().end_object().member_null("problem");
  }
  json.member("may_publish", call.viewer.may_act(register_::Act::PublishWorkingDays)).end_object();
  return Response::json(json.take());
}

base::Result<Response> publish_calendar(Call& call) {
  if (!call.viewer.may_act(register_::Act::PublishWorkingDays)) {
    return base::fail(base::ErrorCode::Forbidden, "您的岗位不能公布节假日安排，请转给系统管理员。",
                      "Your post does not publish working days; ask an administrator.");
  }
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto version = body->string_at("version");
  if (!version) return tl::unexpected(version.error());
  auto moved = call.house.publish_calendar(call.account->id, *version);
  if (!moved) return tl::unexpected(moved.error());
  JsonWriter json;
  json.object().member("cases_moved", moved->cases).member("duties_moved", moved->duties).end_object();
  return Response::json(json.take());
}

}  // namespace

void add_calendar(Router& router) {
  router.add(Method::Get, "/calendar", Ability::SignedIn, get_calendar);
  router.add(Method::Post, "/calendar/publish", Ability::Write, publish_calendar);
}

}  // namespace yuanqu::api
