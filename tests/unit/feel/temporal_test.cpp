#include "feel/temporal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cases.hpp"

namespace yuanqu::feel {
namespace {

using base::Date;
using base::Decimal;

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? value->to_string() : "null";
}
std::string text_of(const std::optional<bool>& value) { return value ? (*value ? "true" : "false") : "null"; }

std::string text_of(const Temporal& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
          return "null";
        } else {
          return held.to_string();
        }
      },
      value);
}

std::string read(const std::string& kind, const std::string& text) {
  if (kind == "date") return text_of(Date::parse(text));
  if (kind == "time") return text_of(Time::parse(text));
  if (kind == "date and time") return text_of(DateTime::parse_or_date(text));
  if (kind == "days") return text_of(DaysTimeDuration::parse(text));
  if (kind == "months") return text_of(YearsMonthsDuration::parse(text));
  return text_of(parse_temporal(text));
}

// A date meets a date and time as its midnight at UTC.
std::optional<DateTime> as_date_time(const Temporal& value) {
  if (const auto* date = std::get_if<Date>(&value)) return DateTime::midnight_utc(*date);
  if (const auto* at = std::get_if<DateTime>(&value)) return *at;
  return std::nullopt;
}

template <class Duration>
std::string add_duration(const Temporal& a, const Duration& duration) {
  if (const auto* date = std::get_if<Date>(&a)) return text_of(add(*date, duration));
  if (const auto* at = std::get_if<DateTime>(&a)) return text_of(add(*at, duration));
  if (const auto* same = std::get_if<Duration>(&a)) return text_of(add(*same, duration));
  if constexpr (std::is_same_v<Duration, DaysTimeDuration>) {
    if (const auto* time = std::get_if<Time>(&a)) return add(*time, duration).to_string();
  }
  return "no such sum";
}

std::string add_or_subtract(bool adding, const Temporal& a, const Temporal& b) {
  if (const auto* days = std::get_if<DaysTimeDuration>(&b)) return add_duration(a, adding ? *days : days->negated());
  if (const auto* months = std::get_if<YearsMonthsDuration>(&b)) {
    return add_duration(a, adding ? *months : months->negated());
  }
  if (const auto* x = std::get_if<Date>(&a), *y = std::get_if<Date>(&b); x != nullptr && y != nullptr) {
    return difference(*x, *y).to_string();
  }
  if (const auto* x = std::get_if<Time>(&a), *y = std::get_if<Time>(&b); x != nullptr && y != nullptr) {
    return text_of(difference(*x, *y));
  }
  return text_of(difference(as_date_time(a).value(), as_date_time(b).value()));
}

std::string product(bool multiplying, const Temporal& a, const std::string& b) {
  const auto one = [&](const auto& duration) -> std::string {
    using Duration = std::decay_t<decltype(duration)>;
    if (const auto factor = Decimal::parse(b)) {
      return text_of(multiplying ? multiply(duration, *factor) : divide(duration, *factor));
    }
    return text_of(divide(duration, Duration::parse(b).value()));
  };
  if (const auto* days = std::get_if<DaysTimeDuration>(&a)) return one(*days);
  return one(std::get<YearsMonthsDuration>(a));
}

std::string order(const Temporal& a, const Temporal& b) {
  std::optional<std::strong_ordering> found;
  if (const auto* x = std::get_if<Time>(&a)) {
    found = compare(*x, std::get<Time>(b));
  } else if (const auto* days = std::get_if<DaysTimeDuration>(&a)) {
    found = *days <=> std::get<DaysTimeDuration>(b);
  } else {
    found = compare(as_date_time(a).value(), as_date_time(b).value());
  }
  return !found ? "null" : *found < 0 ? "<" : *found > 0 ? ">" : "=";
}

TEST(Temporal, DoesWhatTheCasesSay) {
  const auto cases = test::read_cases("feel/temporal.cases");
  EXPECT_GT(cases.size(), 200U);
  for (const test::CaseLine& line : cases) {
    const std::string& operation = line.cell(0);
    if (operation == "read") {
      EXPECT_EQ(read(line.cell(1), line.cell(2)), line.cell(3)) << line.text;
      continue;
    }
    const Temporal a = parse_temporal(line.cell(1));
    const Temporal b = parse_temporal(line.cell(2));
    ASSERT_NE(a.index(), 0U) << line.text;
    std::string found = "unknown operation";
    std::string wanted = line.cell(3);
    if (operation == "add" || operation == "subtract") found = add_or_subtract(operation == "add", a, b);
    if (operation == "multiply" || operation == "divide") found = product(operation == "multiply", a, line.cell(2));
    if (operation == "compare") found = order(a, b);
    if (operation == "equal") {
      const auto* time = std::get_if<Time>(&a);
      found = text_of(time != nullptr ? equal(*time, std::get<Time>(b))
                                      : equal(std::get<DateTime>(a), std::get<DateTime>(b)));
    }
    if (operation == "offset") {
      const auto* time = std::get_if<Time>(&a);
      found = text_of(time != nullptr ? time->time_offset() : std::get<DateTime>(a).time_offset());
      wanted = line.cell(2);
    }
    if (operation == "months") found = months_between(std::get<Date>(a), std::get<Date>(b)).to_string();
    EXPECT_EQ(found, wanted) << line.text;
  }
}

TEST(Temporal, MakesTimesOfParts) {
  const auto made = [](const char* hour, const char* minute, const char* second, std::optional<Zone> zone) {
    return text_of(Time::from_parts(*Decimal::parse(hour), *Decimal::parse(minute), *Decimal::parse(second), *zone));
  };
  EXPECT_EQ(made("12", "59", "1.3", Zone::offset(-3600)), "12:59:01.3-01:00");
  EXPECT_EQ(made("11", "59", "45", Zone::offset(9955)), "11:59:45+02:45:55");
  EXPECT_EQ(made("11", "59", "45", Zone::offset(-9955)), "11:59:45-02:45:55");
  EXPECT_EQ(made("11", "59", "45", Zone::utc()), "11:59:45Z");
  EXPECT_EQ(made("11", "59", "59.9999999999", Zone()), "11:59:59.999999999");
  for (const auto& [hour, minute, second] : {std::tuple{"24", "0", "0"},
                                             {"-1", "0", "0"},
                                             {"0", "60", "0"},
                                             {"0", "0", "60"},
                                             {"0", "0", "-0.1"},
                                             {"1.5", "0", "0"}}) {
    EXPECT_EQ(made(hour, minute, second, Zone()), "null");
  }
  EXPECT_FALSE(Zone::offset(18 * 3600 + 1));
  EXPECT_FALSE(Zone::offset(INT64_MIN));
}

TEST(Temporal, ShowsItsParts) {
  const Time time = *Time::parse("10:30:01.25+05:00");
  EXPECT_EQ(time.hour(), 10);
  EXPECT_EQ(time.minute(), 30);
  EXPECT_EQ(time.second(), 1);
  EXPECT_EQ(time.second_with_fraction().to_string(), "1.25");
  EXPECT_EQ(text_of(time.time_offset()), "PT5H");
  EXPECT_FALSE(time.timezone());
  EXPECT_EQ(Time::parse("10:30:01@Etc/UTC")->timezone(), "Etc/UTC");
  const DaysTimeDuration duration = *DaysTimeDuration::parse("-P1DT2H3M4.5S");
  EXPECT_EQ(duration.days(), -1);
  EXPECT_EQ(duration.hours(), -2);
  EXPECT_EQ(duration.minutes(), -3);
  EXPECT_EQ(duration.whole_seconds(), -4);
  EXPECT_EQ(duration.seconds_with_fraction().to_string(), "-4.5");
  EXPECT_EQ(duration.total_seconds().to_string(), "-93784.5");
  EXPECT_EQ(YearsMonthsDuration{-14}.years(), -1);
  EXPECT_EQ(YearsMonthsDuration{-14}.months(), -2);
}

rc::Gen<Zone> any_zone() {
  return rc::gen::oneOf(
      rc::gen::just(Zone()), rc::gen::just(Zone::utc()),
      rc::gen::map(rc::gen::inRange(-64'800, 64'801), [](int seconds) { return *Zone::offset(seconds); }),
      rc::gen::map(rc::gen::element<std::string>("Europe/Paris", "Asia/Shanghai", "Pacific/Apia", "America/St_Johns",
                                                 "Australia/Lord_Howe"),
                   [](const std::string& id) { return *Zone::named(id); }));
}
rc::Gen<Time> any_time() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::int64_t>(0, 86'400'000'000'000), any_zone()),
                      [](const auto& parts) {
                        return Time{std::get<0>(parts), std::get<1>(parts)};
                      });
}
rc::Gen<DateTime> any_date_time() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::int64_t>(-1'000'000, 3'000'000), any_time()),
                      [](const auto& parts) {
                        return DateTime{Date::from_days(std::get<0>(parts)), std::get<1>(parts)};
                      });
}
rc::Gen<DaysTimeDuration> any_duration() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::int64_t>(-40'000'000'000, 40'000'000'000),
                                     rc::gen::inRange(0, 1'000'000'000)),
                      [](const auto& parts) {
                        const auto [seconds, nanos] = parts;
                        return DaysTimeDuration{seconds, seconds < 0 ? -nanos : nanos};
                      });
}

RC_GTEST_PROP(TemporalProperty, TextReadsBackIdentical, ()) {
  const Time time = *any_time();
  RC_ASSERT(Time::parse(time.to_string()) == time);
  const DateTime at = *any_date_time();
  RC_ASSERT(DateTime::parse(at.to_string()) == at);
  const DaysTimeDuration duration = *any_duration();
  RC_ASSERT(DaysTimeDuration::parse(duration.to_string()) == duration);
  const YearsMonthsDuration months{*rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000)};
  RC_ASSERT(YearsMonthsDuration::parse(months.to_string()) == months);
}

RC_GTEST_PROP(TemporalProperty, DifferenceUndoesAddition, ()) {
  const DateTime at = *any_date_time();
  const DaysTimeDuration duration = *any_duration();
  const std::optional<DateTime> later = add(at, duration);
  RC_ASSERT(later.has_value());
  // An hour that comes twice is read as its first: there the difference may miss by the change of offset.
  const std::optional<DaysTimeDuration> gap = difference(*later, at);
  if (at.time.zone.kind() != Zone::Kind::Named) {
    RC_ASSERT(gap == duration);
  } else {
    const DaysTimeDuration miss = *add(*gap, duration.negated());
    RC_ASSERT(miss <= DaysTimeDuration{} && miss > DaysTimeDuration::of_days(-1));
  }
}

RC_GTEST_PROP(TemporalProperty, InstantsKeepTheirPlace, ()) {
  const DateTime at = *any_date_time();
  const std::optional<DateTime> again = DateTime::at(at.instant(), at.time.zone);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->instant() == at.instant());
}

RC_GTEST_PROP(TemporalProperty, DurationsAddLikeNumbers, ()) {
  const DaysTimeDuration a = *any_duration();
  const DaysTimeDuration b = *any_duration();
  const DaysTimeDuration sum = *add(a, b);
  RC_ASSERT(sum.total_seconds() == *base::add(a.total_seconds(), b.total_seconds()));
  RC_ASSERT(DaysTimeDuration::from_seconds(sum.total_seconds()) == sum);
  RC_ASSERT((a < b) == (a.total_seconds() < b.total_seconds()));
  RC_ASSERT(add(sum, b.negated()) == a);
}

RC_GTEST_PROP(TemporalProperty, AnyTextIsAnswered, (const std::string& text)) {
  const Temporal value = parse_temporal(text);
  if (value.index() != 0) RC_ASSERT(text_of(parse_temporal(text_of(value))) == text_of(value));
}

}  // namespace
}  // namespace yuanqu::feel
