// Temporal functions, table 79, and now() and today(), table 82.
#include <array>

#include "feel/builtins.hpp"

namespace yuanqu::feel {
namespace {

base::Date day_of(const Value& value) { return value.is(Kind::Date) ? value.date() : value.date_time().date; }

Value day_of_year(const Call& call) { return Value(day_of(call[0]).day_of_year()); }

Value day_of_week(const Call& call) {
  static constexpr std::array<std::string_view, 7> names = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                            "Friday", "Saturday", "Sunday"};
  return Value(names[static_cast<std::size_t>(day_of(call[0]).weekday() - 1)]);
}

Value month_of_year(const Call& call) {
  static constexpr std::array<std::string_view, 12> names = {"January",   "February", "March",    "April",
                                                             "May",       "June",     "July",     "August",
                                                             "September", "October",  "November", "December"};
  if (Horizon* horizon = call.evaluation().horizon()) note_component(*horizon, call[0], DateComponent::Month);
  return Value(names[static_cast<std::size_t>(day_of(call[0]).civil().month - 1)]);
}

Value week_of_year(const Call& call) { return Value(day_of(call[0]).iso_week()); }

std::optional<DateTime> present(const Call& call) {
  std::int64_t now = call.evaluation().now_ms();
  std::int64_t seconds = now >= 0 ? now / 1000 : -((999 - now) / 1000);
  auto nanoseconds = static_cast<std::int32_t>((now - seconds * 1000) * 1'000'000);
  std::optional<Zone> zone = Zone::offset(call.evaluation().offset_minutes() * 60);
  return zone ? DateTime::at({seconds, nanoseconds}, *zone) : std::nullopt;
}

Value now(const Call& call) {
  if (Horizon* horizon = call.evaluation().horizon()) horizon->lower_to_tomorrow();
  std::optional<DateTime> at = present(call);
  return at ? Value(*at) : Value();
}

Value today(const Call& call) {
  if (Horizon* horizon = call.evaluation().horizon()) return today_value(horizon->today());
  std::optional<DateTime> at = present(call);
  return at ? Value(at->date) : Value();
}

}  // namespace

void add_temporal_functions(std::vector<Builtin>& table) {
  std::vector<BuiltinParameter> date = {{"date", Accepts::DateOrDateTime}};
  table.push_back({"day of year", {{date}}, day_of_year, true, false, {}});
  table.push_back({"day of week", {{date}}, day_of_week, true, false, {}});
  table.push_back({"month of year", {{date}}, month_of_year, true, true, {}});
  table.push_back({"week of year", {{date}}, week_of_year, true, false, {}});
  table.push_back({"now", {{}}, now, false, true, {}});
  table.push_back({"today", {{}}, today, false, true, {}});
}

}  // namespace yuanqu::feel
