// The demo pack's script: what it plans is sound, repeatable and cannot be taken for anything real.
#include "app/demo_plan.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "app/demo_draws.hpp"
#include "base/identifiers.hpp"
#include "pack/pack.hpp"
#include "population/calendars.hpp"
#include "register/catalogue.hpp"
#include "register/register.hpp"

namespace yuanqu::app {
namespace {

namespace fs = std::filesystem;

const base::Date demo_day = *base::Date::parse("2026-03-02");

struct Packs {
  pack::PackSet set;
  std::shared_ptr<const register_::Catalogue> catalogue;
  base::Calendar calendar;
  DemoScript script;
};

const Packs& packs() {
  static const Packs loaded = [] {
    auto set = pack::PackSet::load({fs::path(YUANQU_SOURCE_DIR) / "packs"});
    if (!set) ADD_FAILURE() << base::to_text(set.error(), false);
    auto catalogue = register_::Catalogue::load(*set);
    if (!catalogue) ADD_FAILURE() << base::to_text(catalogue.error(), false);
    auto calendar = population::read_calendars(*set);
    const pack::Pack* demo = set->find("demo");
    auto script = DemoScript::read(*demo->read("data/zone.yaml"), "demo/data/zone.yaml", **catalogue);
    if (!script) ADD_FAILURE() << base::to_text(script.error(), false);
    return Packs{std::move(*set), *catalogue, (*calendar)->days, std::move(*script)};
  }();
  return loaded;
}

DemoPlan planned(std::size_t enterprises, base::Date day = demo_day) {
  auto plan = plan_demo(packs().script, day, enterprises, packs().calendar, {});
  if (!plan) ADD_FAILURE() << base::to_text(plan.error(), false);
  return plan ? std::move(*plan) : DemoPlan{};
}

std::string dump(const DemoPlan& plan) {
  std::string text;
  for (const PlannedWrite& write : plan.writes) {
    text += write.recorded.to_string() + " " + write.effective.to_string() + " " + std::to_string(write.record) + " " +
            write.step->record_kind->name;
    for (const auto& [field, value] : write.values) text += " " + field->name + "=" + value.to_text();
    text += "\n";
  }
  return text;
}

TEST(DemoPlan, EqualOptionsGiveEqualContent) { EXPECT_EQ(dump(planned(300)), dump(planned(300))); }

TEST(DemoPlan, AFirmIsTheSameInASmallerAndALargerZone) {
  // The first 89 generated firms draw from streams of their own; only what follows them differs.
  const std::string small = dump(planned(100));
  const std::string large = dump(planned(200));
  std::set<std::string> codes;
  for (std::size_t at = small.find(" uscc="); at != std::string::npos; at = small.find(" uscc=", at + 1))
    codes.insert(small.substr(at + 6, 18));
  EXPECT_GT(codes.size(), 90U);
  for (const std::string& code : codes) EXPECT_NE(large.find(code), std::string::npos) << code;
}

TEST(DemoPlan, ThereAreTenStoriesOnEveryDay) {
  for (const char* text : {"2026-03-02", "2026-01-01", "2025-10-03", "2026-12-31", "2024-02-29"}) {
    const DemoPlan plan = planned(20, *base::Date::parse(text));
    std::set<std::int64_t> numbers;
    for (const PlannedStory& story : plan.stories) numbers.insert(story.number);
    EXPECT_EQ(numbers.size(), 10U) << text;
  }
}

TEST(DemoPlan, NothingIsRecordedAfterTheDayOrBeforeItsRecord) {
  const DemoPlan plan = planned(400);
  ASSERT_FALSE(plan.writes.empty());
  std::set<std::size_t> made;
  base::Date last = plan.writes.front().recorded;
  for (const PlannedWrite& write : plan.writes) {
    EXPECT_LE(write.recorded, demo_day);
    EXPECT_GE(write.recorded, last);
    last = write.recorded;
    EXPECT_EQ(write.first, made.insert(write.record).second);
    for (const auto& [field, value] : write.values) {
      if (field->type != register_::FieldType::Reference) continue;
      EXPECT_TRUE(made.contains(static_cast<std::size_t>(value.as_reference()))) << field->name;
    }
  }
}

TEST(DemoPlan, CodesAreValidUniqueAndOfTheUnassignedRegion) {
  const DemoPlan plan = planned(2000);
  std::set<std::string> codes, names;
  for (const PlannedWrite& write : plan.writes) {
    if (!write.first) continue;
    for (const auto& [field, value] : write.values) {
      if (field->check != register_::FieldCheck::CreditCode) continue;
      EXPECT_TRUE(codes.insert(value.text()).second) << value.text();
      EXPECT_FALSE(base::check_uscc(value.text())) << value.text();
      EXPECT_FALSE(base::check_uscc_organisation(value.text())) << value.text();
      EXPECT_EQ(value.text().substr(2, 6), "980171");
      for (const auto& [other, name] : write.values) {
        if (other->number != write.step->record_kind->title) continue;
        EXPECT_TRUE(names.insert(name.text()).second) << name.text();
      }
    }
  }
  EXPECT_GT(codes.size(), 1900U);
}

TEST(DemoPlan, ValuesFitTheirFields) {
  for (const PlannedWrite& write : planned(500).writes) {
    for (const auto& [field, value] : write.values) {
      if (field->type == register_::FieldType::Reference) continue;
      auto checked = register_::check_value(*packs().catalogue, *write.step->record_kind, *field, value);
      EXPECT_TRUE(checked) << field->name << " " << value.to_text() << " " << (checked ? "" : checked.error().en);
      EXPECT_GE(field->trust_of(write.step->source), 0)
          << write.step->record_kind->name << "." << field->name << " line " << write.step->line;
    }
  }
}

TEST(DemoDraws, AScatterVisitsEachNumberOnce) {
  for (std::uint64_t size : {1U, 2U, 3U, 10U, 177U, 1000U}) {
    const Scatter scatter(size, 7);
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < size; ++i) seen.insert(scatter.at(i));
    EXPECT_EQ(seen.size(), size);
    EXPECT_LT(*seen.rbegin(), size);
  }
}

// Lines of a gzip file; empty when it is absent.
std::string unpacked(const fs::path& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  std::string block(1 << 20, '\0');
  for (int count = gzread(file, block.data(), static_cast<unsigned>(block.size())); count > 0;
       count = gzread(file, block.data(), static_cast<unsigned>(block.size()))) {
    text.append(block.data(), static_cast<std::size_t>(count));
  }
  gzclose(file);
  return text;
}

TEST(DemoNames, NoCoinedNameStandsInTheNamesOfRealFirms) {
  const char* asked = std::getenv("YUANQU_SHARED");
  const fs::path names =
      (asked != nullptr ? fs::path(asked) : fs::path(YUANQU_SOURCE_DIR) / "../shared") / "data/names";
  if (!fs::exists(names))
    GTEST_SKIP() << "the shared names are not beside this clone: DemoNames.NoCoinedNameStandsInTheNamesOfRealFirms";
  // Every two neighbouring characters of any real name, as one string of six bytes (all Han of the lists have three).
  std::unordered_set<std::string> neighbours;
  for (const char* file : {"company_names_300k.txt.gz", "trade_names_short_280k.txt.gz"}) {
    const std::string text = unpacked(names / file);
    ASSERT_FALSE(text.empty()) << file;
    for (std::size_t i = 0; i + 6 <= text.size(); ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xF0) == 0xE0) neighbours.insert(text.substr(i, 6));
    }
  }
  std::size_t pairs = 0;
  for (const auto& [name, parts] : packs().script.coined) {
    for (const std::string& first : parts.first) {
      for (const std::string& second : parts.second) {
        ++pairs;
        EXPECT_FALSE(neighbours.contains(first + second)) << first << second;
      }
    }
  }
  EXPECT_GT(pairs, 30'000U);
}

}  // namespace
}  // namespace yuanqu::app
