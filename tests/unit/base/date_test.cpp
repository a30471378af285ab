#include "base/date.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace yuanqu::base {
namespace {

Date date(std::string_view text) {
  const std::optional<Date> value = Date::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Date());
}

TEST(Date, WalksTheCalendarDayByDay) {
  // 1,200 years by the rules of the calendar alone, one day at a time.
  Date at = date("1599-12-31");
  int year = 1599, month = 12, day = 31;
  int weekday = at.weekday();
  EXPECT_EQ(date("2026-03-02").weekday(), 1);
  while (year < 2800) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (++day > lengths[month - 1]) {
      day = 1;
      if (++month > 12) {
        month = 1;
        ++year;
      }
    }
    weekday = weekday % 7 + 1;
    at = *at.plus_days(1);
    ASSERT_EQ(at.civil(), (Civil{year, month, day}));
    ASSERT_EQ(at.weekday(), weekday);
    ASSERT_EQ(Date::from_civil(year, month, day), at);
  }
}

TEST(Date, ReadsWhatTheClauseAllowsAndNothingElse) {
  for (const char* text : {"2016-02-29", "0001-01-01", "0000-01-01", "-0001-12-31", "999999999-12-31",
                           "-999999999-01-01", "10000-01-01", "-2021-02-28"}) {
    EXPECT_EQ(date(text).to_string(), text);
  }
  for (const char* text : {"",
                           "2017-02-29",
                           "1900-02-29",
                           "2017-13-01",
                           "2017-00-01",
                           "2017-01-00",
                           "2017-01-32",
                           "998-12-31",
                           "01211-12-31",
                           "+2017-01-01",
                           "-0000-01-01",
                           "2017-1-01",
                           "2017-01-1",
                           "2017/01/01",
                           "20170101",
                           "2017-01-01Z",
                           "2017-01-01T00:00:00",
                           " 2017-01-01",
                           "2017-01-01 ",
                           "1000000000-01-01",
                           "9999999999-01-01",
                           "2017-01",
                           "２０１７-01-01",
                           "--2017-01-01"}) {
    EXPECT_FALSE(Date::parse(text)) << text;
  }
}

TEST(Date, KeepsToTheMonthsEnd) {
  EXPECT_EQ(date("2024-02-29").plus_months(12), date("2025-02-28"));
  EXPECT_EQ(date("2024-01-31").plus_months(1), date("2024-02-29"));
  EXPECT_EQ(date("2024-03-31").plus_months(-1), date("2024-02-29"));
  EXPECT_EQ(date("2024-12-15").plus_months(1), date("2025-01-15"));
  EXPECT_EQ(date("0000-01-01").plus_months(-1), date("-0001-12-01"));
  EXPECT_EQ(date("-2021-01-01").plus_months(-1), date("-2022-12-01"));
  EXPECT_FALSE(date("999999999-12-31").plus_months(1));
  EXPECT_FALSE(date("999999999-12-31").plus_days(1));
  EXPECT_FALSE(date("-999999999-01-01").plus_days(-1));
  EXPECT_FALSE(date("2024-01-01").plus_days(INT64_MAX));
  EXPECT_FALSE(date("2024-01-01").plus_months(INT64_MIN));
}

TEST(Date, CountsWeeksByIso8601) {
  EXPECT_EQ(date("2019-09-17").iso_week(), 38);
  EXPECT_EQ(date("2003-12-29").iso_week(), 1);
  EXPECT_EQ(date("2004-01-04").iso_week(), 1);
  EXPECT_EQ(date("2005-01-01").iso_week(), 53);
  EXPECT_EQ(date("2005-01-03").iso_week(), 1);
  EXPECT_EQ(date("2005-01-09").iso_week(), 1);
  EXPECT_EQ(date("2024-12-31").day_of_year(), 366);
  EXPECT_EQ(date("2023-03-01").day_of_year(), 60);
}

RC_GTEST_PROP(DateProperty, CivilAndDaysUndoEachOther, ()) {
  const std::int64_t days = *rc::gen::inRange<std::int64_t>(-365'000'000'000, 365'000'000'000);
  const Date at = Date::from_days(days);
  const Civil civil = at.civil();
  RC_ASSERT(Date::from_civil(civil.year, civil.month, civil.day) == at);
  RC_ASSERT(Date::parse(at.to_string()) == at);
  RC_ASSERT(at.weekday() == (at.plus_days(7)->weekday()));
  const int week = at.iso_week();
  RC_ASSERT(week >= 1 && week <= 53);
}

RC_GTEST_PROP(DateProperty, MonthsThereAndBackMissByMonthEndsOnly, (std::int16_t months)) {
  const Date at = Date::from_days(*rc::gen::inRange<std::int64_t>(-100'000, 100'000));
  const Date there = *at.plus_months(months);
  const Date back = *there.plus_months(-months);
  RC_ASSERT(back <= at);
  RC_ASSERT(at.days() - back.days() <= 3);
  if (at.civil().day <= 28) RC_ASSERT(back == at);
}

}  // namespace
}  // namespace yuanqu::base
