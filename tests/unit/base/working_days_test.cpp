#include "base/working_days.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <map>

#include "shared_data.hpp"

namespace yuanqu::base {
namespace {

Date date(std::string_view text) { return Date::parse(text).value(); }

// The notices' days from holidays_2013_2027.csv: date,name,is_off_day. Nullopt when the file is absent.
std::optional<Calendar> published_calendar() {
  const auto path = test::shared_data("data/holidays/holidays_2013_2027.csv");
  if (!path) return std::nullopt;
  std::ifstream file(*path);
  std::string line;
  std::getline(file, line);
  std::vector<Calendar::Exception> exceptions;
  while (std::getline(file, line)) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.size() < 12) continue;
    exceptions.push_back({date(line.substr(0, 10)), line.back() == '0'});
  }
  auto calendar = Calendar::make(date("2013-01-01"), date("2026-12-31"), std::move(exceptions));
  EXPECT_TRUE(calendar) << calendar.error().en;
  return *calendar;
}

#define CALENDAR_OR_SKIP()                                     \
  const std::optional<Calendar> loaded = published_calendar(); \
  if (!loaded) GTEST_SKIP() << "needs shared data: holidays";  \
  const Calendar& calendar = *loaded

TEST(PublishedCalendar, CountsTheYearsWorkingDays) {
  CALENDAR_OR_SKIP();
  const std::map<int, std::int64_t> wanted = {{2023, 249}, {2024, 251}, {2025, 248}, {2026, 248}};
  for (const auto& [year, days] : wanted) {
    const Date last = *Date::from_civil(year, 12, 31);
    EXPECT_EQ(calendar.working_days_between(*Date::from_civil(year - 1, 12, 31), last).days, days) << year;
  }
}

// A licence that expires on 2023-08-31 may be renewed from the 90th to the 30th working day before it, the expiry day
// not counted.
TEST(PublishedCalendar, CountsARenewalWindowBackFromExpiry) {
  CALENDAR_OR_SKIP();
  const Date expiry = date("2023-08-31");
  EXPECT_EQ(calendar.working_day_before(expiry, 90), (Calendar::Day{date("2023-04-24"), false}));
  EXPECT_EQ(calendar.working_day_before(expiry, 30), (Calendar::Day{date("2023-07-20"), false}));
  const Date food = date("2024-06-30");
  EXPECT_EQ(calendar.working_day_before(food, 90), (Calendar::Day{date("2024-02-21"), false}));
  EXPECT_EQ(calendar.working_day_before(food, 15), (Calendar::Day{date("2024-06-07"), false}));
}

// Accepted on Monday 2023-04-24 with 20 working days: due on 2023-05-24 (04-29 to 05-03 off, Saturday 05-06 worked).
TEST(PublishedCalendar, CountsADeadlineForwardFromAcceptance) {
  CALENDAR_OR_SKIP();
  EXPECT_EQ(calendar.working_day_after(date("2023-04-24"), 20), (Calendar::Day{date("2023-05-24"), false}));
}

TEST(PublishedCalendar, KnowsTheHardYears) {
  CALENDAR_OR_SKIP();
  EXPECT_FALSE(calendar.is_working_day(date("2015-09-03")));
  EXPECT_TRUE(calendar.is_working_day(date("2015-09-06")));
  EXPECT_FALSE(calendar.is_working_day(date("2020-01-31")));  // the Spring Festival that was made longer
  EXPECT_TRUE(calendar.is_working_day(date("2020-02-03")));
  EXPECT_FALSE(calendar.is_working_day(date("2019-05-03")));
  EXPECT_TRUE(calendar.is_working_day(date("2019-05-05")));
  EXPECT_TRUE(calendar.is_working_day(date("2026-02-28")));
}

TEST(PublishedCalendar, PastItsEndEverythingIsProvisional) {
  CALENDAR_OR_SKIP();
  EXPECT_EQ(calendar.working_day_after(date("2026-12-30"), 1), (Calendar::Day{date("2026-12-31"), false}));
  EXPECT_EQ(calendar.working_day_after(date("2026-12-30"), 2), (Calendar::Day{date("2027-01-01"), true}));
  EXPECT_TRUE(calendar.working_days_between(date("2026-12-01"), date("2027-01-01")).provisional);
  EXPECT_FALSE(calendar.working_days_between(date("2026-12-01"), date("2026-12-31")).provisional);
  EXPECT_FALSE(calendar.working_days_between(date("2012-12-31"), date("2013-01-31")).provisional);
  EXPECT_TRUE(calendar.working_days_between(date("2012-12-30"), date("2013-01-31")).provisional);
}

TEST(Calendar, RefusesWhatContradictsItself) {
  const auto at = [](std::string_view text, bool working) { return Calendar::Exception{date(text), working}; };
  EXPECT_FALSE(Calendar::make(date("2026-12-31"), date("2026-01-01"), {}));
  EXPECT_FALSE(Calendar::make(date("2026-01-01"), date("2026-12-31"), {at("2027-01-01", false)}));
  EXPECT_FALSE(
      Calendar::make(date("2026-01-01"), date("2026-12-31"), {at("2026-05-09", true), at("2026-05-09", false)}));
  EXPECT_TRUE(Calendar::make(date("2026-01-01"), date("2026-12-31"), {at("2026-05-09", true), at("2026-05-09", true)}));
}

TEST(Calendar, AnswersForEdgesOfTime) {
  const Calendar plain;
  EXPECT_FALSE(plain.working_day_after(date("2026-01-01"), -1));
  EXPECT_FALSE(plain.working_day_after(date("2026-01-01"), 900'000'000'000));
  EXPECT_FALSE(plain.working_day_after(date("999999999-12-31"), 5));
  EXPECT_FALSE(plain.working_day_before(date("-999999999-01-01"), 5));
  EXPECT_EQ(plain.working_day_after(date("2026-03-07"), 0), (Calendar::Day{date("2026-03-07"), true}));
}

// Counting by looking at each day in turn.
RC_GTEST_PROP(CalendarProperty, AgreesWithLookingAtEachDay, ()) {
  const std::int64_t origin = 20'000;
  std::vector<Calendar::Exception> exceptions;
  for (const int offset : *rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, 200))) {
    exceptions.push_back({Date::from_days(origin + offset), *rc::gen::arbitrary<bool>()});
  }
  std::map<Date, bool> said;
  for (const Calendar::Exception& exception : exceptions) said[exception.date] = exception.working;
  const auto works = [&](Date day) {
    const auto found = said.find(day);
    return found == said.end() ? day.weekday() <= 5 : found->second;
  };
  const Calendar calendar = *Calendar::make(Date::from_days(origin), Date::from_days(origin + 200), exceptions);
  const auto inside = [&](std::int64_t day) { return day >= origin && day <= origin + 200; };

  const std::int64_t start = origin + *rc::gen::inRange(-40, 240);
  const int count = *rc::gen::inRange(1, 120);
  std::int64_t at = start;
  bool provisional = false;
  for (int left = count; left > 0;) {
    ++at;
    provisional = provisional || !inside(at);
    if (works(Date::from_days(at))) --left;
  }
  RC_ASSERT(calendar.working_day_after(Date::from_days(start), count) ==
            (Calendar::Day{Date::from_days(at), provisional}));
  RC_ASSERT(calendar.working_days_between(Date::from_days(start), Date::from_days(at)).days == count);
  RC_ASSERT(calendar.working_days_between(Date::from_days(at), Date::from_days(start)).days == -count);

  at = start;
  provisional = false;
  for (int left = count; left > 0;) {
    --at;
    provisional = provisional || !inside(at);
    if (works(Date::from_days(at))) --left;
  }
  RC_ASSERT(calendar.working_day_before(Date::from_days(start), count) ==
            (Calendar::Day{Date::from_days(at), provisional}));
  for (std::int64_t day = start - 10; day < start + 10; ++day) {
    RC_ASSERT(calendar.is_working_day(Date::from_days(day)) == works(Date::from_days(day)));
  }
}

}  // namespace
}  // namespace yuanqu::base
