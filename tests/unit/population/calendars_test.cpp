// Working days as packs publish them: what counts as published is what a pack says, not what its rows happen to name.
#include "population/calendars.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace yuanqu::population {
namespace {

namespace fs = std::filesystem;

base::Date day(const char* text) { return *base::Date::parse(text); }

class Calendars : public testing::Test {
 protected:
  Calendars() : folder_(fs::temp_directory_path() / ("yuanqu-calendars-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
  }
  ~Calendars() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  void write(const std::string& pack, const std::string& name, const std::string& yaml, const std::string& rows) {
    fs::create_directories(folder_ / pack / "calendars");
    std::ofstream(folder_ / pack / "pack.yaml") << "pack: " << pack << "\nversion: 1.0.0\nlabels: {zh: 甲, en: A}\n"
                                                << "languages: [zh, en]\n";
    if (!yaml.empty()) std::ofstream(folder_ / pack / "calendars" / (name + ".yaml")) << yaml;
    if (!rows.empty())
      std::ofstream(folder_ / pack / "calendars" / (name + ".csv")) << "date,name,is_off_day\n" << rows;
  }
  base::Result<std::shared_ptr<const PublishedCalendar>> read() {
    auto packs = pack::PackSet::load({folder_});
    if (!packs) return tl::unexpected(packs.error());
    return read_calendars(*packs);
  }
  fs::path folder_;
};

TEST_F(Calendars, WhatIsPublishedIsWhatTheYamlSays) {
  write("one", "days", "file: days.csv\nfrom: '2026-01-01'\nto: '2026-12-31'\n",
        "2026-01-01,元旦,1\n2026-01-04,元旦,0\n2027-01-01,元旦,1\n");
  auto calendar = read();
  ASSERT_TRUE(calendar) << calendar.error().en;
  EXPECT_EQ((*calendar)->days.published_to(), day("2026-12-31"));
  EXPECT_EQ((*calendar)->beyond, 1U);
  EXPECT_FALSE((*calendar)->days.is_working_day(day("2026-01-01")));
  EXPECT_TRUE((*calendar)->days.is_working_day(day("2026-01-04")));  // a Sunday
  EXPECT_TRUE((*calendar)->days.is_working_day(day("2027-01-01")));
  EXPECT_TRUE((*calendar)->days.working_day_after(day("2026-12-31"), 1)->provisional);
  EXPECT_EQ((*calendar)->exceptions.at(day("2026-01-04")).name, "元旦");
  EXPECT_EQ(feel::to_literal((*calendar)->value),
            R"({from: @"2026-01-01", to: @"2026-12-31", off days: [@"2026-01-01"], make up days: [@"2026-01-04"]})");

  const auto before = *calendar;
  write("one", "days", "file: days.csv\nfrom: '2026-01-01'\nto: '2027-12-31'\n",
        "2026-01-01,元旦,1\n2026-01-04,元旦,0\n2027-01-01,元旦,1\n");
  calendar = read();
  ASSERT_TRUE(calendar);
  EXPECT_NE((*calendar)->version, before->version);
  EXPECT_EQ(differing_days(*before, **calendar), std::vector<base::Date>{day("2027-01-01")});
}

TEST_F(Calendars, TwoPacksCoverOneRangeWithoutAGap) {
  write("one", "days", "file: days.csv\nfrom: '2025-01-01'\nto: '2025-12-31'\n", "2025-01-01,元旦,1\n");
  write("two", "more", "file: more.csv\nfrom: '2026-01-01'\nto: '2026-12-31'\n", "2026-01-01,元旦,1\n");
  auto calendar = read();
  ASSERT_TRUE(calendar) << calendar.error().en;
  EXPECT_EQ((*calendar)->days.published_from(), day("2025-01-01"));
  EXPECT_EQ((*calendar)->days.published_to(), day("2026-12-31"));
  write("two", "more", "file: more.csv\nfrom: '2026-02-01'\nto: '2026-12-31'\n", "2026-05-01,劳动节,1\n");
  EXPECT_FALSE(read());
}

TEST_F(Calendars, RefusesWhatCannotBeMeant) {
  write("one", "days", "", "2026-01-01,元旦,1\n");
  auto lacks = read();
  ASSERT_FALSE(lacks);
  EXPECT_EQ(lacks.error().place.file, "one/calendars/days.csv");
  write("one", "days", "file: days.csv\nfrom: '2026-12-31'\nto: '2026-01-01'\n", "2026-01-01,元旦,1\n");
  EXPECT_FALSE(read());
  write("one", "days", "file: [days\n", "2026-01-01,元旦,1\n");
  EXPECT_FALSE(read());
  const std::string yaml = "file: days.csv\nfrom: '2026-01-01'\nto: '2026-12-31'\n";
  write("one", "days", yaml, "2026-01-01,元旦,2\n");
  EXPECT_FALSE(read());
  write("one", "days", yaml, "2026-01-01,元旦,1\n2026-01-01,元旦,0\n");
  auto twice = read();
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().place.row, 3U);
  write("one", "days", yaml, "2026-13-01,元旦,1\n");
  EXPECT_FALSE(read());
}

TEST_F(Calendars, NoPackHasOne) {
  write("one", "days", "", "");
  auto calendar = read();
  ASSERT_TRUE(calendar);
  EXPECT_TRUE((*calendar)->value.is_null());
  EXPECT_FALSE((*calendar)->version.empty());
}

}  // namespace
}  // namespace yuanqu::population
