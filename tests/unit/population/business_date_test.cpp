// A business date that moves with the day: an outcome turns where another version of its rules begins, and is not asked
// for again every day until then.

#include <gtest/gtest.h>

#include <filesystem>

#include "population/assessor.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::population {
namespace {

using base::Date;

TEST(BusinessDate, OfTheDayItselfTurnsWithTheVersion) {
  auto packs = pack::PackSet::load({std::filesystem::path(YUANQU_SOURCE_DIR) / "packs"}, {"core", "national"});
  ASSERT_TRUE(packs) << base::to_text(packs.error(), false);
  const auto catalogue = register_::Catalogue::load(*packs).value();
  const auto decisions = Decisions::load(*packs, *catalogue).value();
  const auto programs = Programs::compile(*packs, *catalogue, decisions).value();
  const register_::Kind& firm = *catalogue->kind("enterprise");
  const Date day = *Date::parse("2026-03-02"), founded = *Date::parse("2020-01-01");
  register_::RecordState state{.id = 1, .file = 1, .chain = 1, .kind = firm.number, .version = 1, .created = 1};
  state.facts.push_back({.field = firm.field("name")->number,
                         .source = 1,
                         .effective_from = founded,
                         .sequence = 1,
                         .recorded_at_ms = 1,
                         .batch = 1,
                         .value = register_::Value::string("示例一号")});
  FactBase facts(*catalogue);
  facts.put(std::move(state));
  facts.settle();
  const auto subject = facts.find(1);
  ASSERT_NE(subject, nullptr);
  Assessor assessor(programs);
  std::size_t of_the_day = 0;
  for (const DecisionProgram& program : programs->all()) {
    // No annual return: the business date is the day.
    if (program.decision->kind != &firm || !program.business_date) continue;
    SCOPED_TRACE(program.decision->name);
    const Assessment now = assessor.assess(program, facts, *subject, day);
    ASSERT_NE(now.version, nullptr);
    const Date end = now.version->valid_to ? now.version->valid_to->plus_days(1).value() : *Date::parse("2036-03-02");
    ASSERT_FALSE(now.horizon && *now.horizon < *day.plus_days(2))
        << "asked again tomorrow: " << now.horizon->to_string();
    ++of_the_day;
    for (Date at = *day.plus_days(1); at < end && at < *day.plus_days(800); at = *at.plus_days(1)) {
      const Assessment then = assessor.assess(program, facts, *subject, at);
      if (now.horizon && at >= *now.horizon) break;
      ASSERT_TRUE(same_outcome(now, then)) << at.to_string();
      ASSERT_EQ(then.version, now.version) << at.to_string();
    }
    if (now.version->valid_to) {
      ASSERT_TRUE(now.horizon) << "the version ends";
      EXPECT_LE(*now.horizon, end);
    }
  }
  EXPECT_GE(of_the_day, 3U);
}

}  // namespace
}  // namespace yuanqu::population
