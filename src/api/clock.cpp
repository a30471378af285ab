#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

constexpr std::int64_t days_max = 800;  // one move; more would keep a reader waiting for minutes

std::string clock_text(const Call& call) {
  JsonWriter json;
  const base::Date today = call.today();
  json.object().member("today", today).member("demo", call.house.demo).member("position", call.house.reflected());
  json.member("weekday", today.weekday())
      .member("working_day", call.house.population.calendar()->days.is_working_day(today));
  json.member("synthetic", call.house.synthetic).end_object();
  return json.take();
}

base::Result<base::Date> target_day(const Call& call, const Json& body) {
  const base::Date today = call.today();
  auto days = body.integer_at("days");
  auto months = body.integer_at("months");
  auto to = body.string_at("to");
  if (!days) return tl::unexpected(days.error());
  if (!months) return tl::unexpected(months.error());
  if (!to) return tl::unexpected(to.error());
  if ((*days ? 1 : 0) + (*months ? 1 : 0) + (to->empty() ? 0 : 1) != 1) {
    return base::fail(base::ErrorCode::Invalid, "请给出 days、months、to 中的一个。",
                      "Give exactly one of days, months and to.");
  }
  std::optional<base::Date> day;
  if (*days && **days > 0 && **days <= days_max) day = today.plus_days(**days);
  if (*months && **months > 0 && **months <= 24) day = today.plus_months(**months);
  if (!to->empty()) {
    auto parsed = parse_day(*to, "to");
    if (!parsed) return tl::unexpected(parsed.error());
    day = *parsed;
  }
  if (!day || *day <= today || day->days() - today.days() > days_max) {
    return base::fail(base::ErrorCode::Invalid, "日期只能往后拨，一次最多 " + std::to_string(days_max) + " 天。",
                      "The day only moves forward, at most " + std::to_string(days_max) + " days at a time.");
  }
  return *day;
}

base::Result<Response> get_clock(Call& call) { return Response::json(clock_text(call)); }

base::Result<Response> advance(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto day = target_day(call, *body);
  if (!day) return tl::unexpected(day.error());
  if (auto moved = call.house.advance_to(call.account->id, *day); !moved) return tl::unexpected(moved.error());
  return Response::json(clock_text(call));
}

}  // namespace

void add_clock(Router& router) {
  router.add(Method::Get, "/clock", Ability::Open, get_clock);
  router.add(Method::Post, "/clock/advance", Ability::AdvanceClock, advance);
}

}  // namespace yuanqu::api
