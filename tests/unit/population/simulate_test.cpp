// A proposal against the present, by brute force; drafts; what does not compile.

#include "population/simulate.hpp"

#include <map>
#include <random>

#include "population/drafts.hpp"
#include "world.hpp"

namespace yuanqu::population {
namespace {

using namespace test;

const std::string logic =
    table_xml({{"Firm.alpha", "number"}, {"Firm.beta", "number"}}, {{{">= 10", "-"}, "yes"}, {{"< 10", "-"}, "no"}});

std::string outcome(const std::optional<int>& alpha, int bound) {
  return !alpha ? "unknown" : *alpha >= bound ? "yes" : "no";
}

TEST(Simulate, MovesAreThoseOfALoop) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    World world(logic);
    std::mt19937 random(seed);
    std::map<RecordId, std::pair<std::optional<int>, std::string>> firms;
    for (int i = 0; i < 50; ++i) {
      std::optional<int> alpha;
      if (random() % 7 != 0) alpha = static_cast<int>(random() % 21);
      const std::string town(1, static_cast<char>('a' + random() % 3));
      std::vector<std::pair<std::string, Value>> values{{"name", Value::string("firm " + std::to_string(i))},
                                                        {"town", Value::string(town)},
                                                        {"gamma", Value::number(2, 0)}};
      if (alpha) values.emplace_back("alpha", Value::number(*alpha, 0));
      firms.emplace(world.put(world.firm(), values), std::pair(alpha, town));
    }
    world.catch_up();
    const int bound = 6 + static_cast<int>(seed) * 2;
    const std::string text = std::to_string(bound);
    const Proposal proposal{.decision = &world.grant(),
                            .models = {{.model = "one/decisions/grant.dmn",
                                        .texts = {{"cell_1_1", ">= " + text}, {"cell_2_1", "< " + text}},
                                        .xml = {}}},
                            .parameters = {}};
    const auto proposed = propose(*world.packs, *world.population, proposal);
    ASSERT_TRUE(proposed) << base::to_text(proposed.error(), false);
    const auto simulation = simulate(*world.population, world.viewer("officer"), proposal, *proposed,
                                     {.group_by = {"town"}, .sums = {"gamma"}, .aim = {}, .progress = {}});
    ASSERT_TRUE(simulation) << base::to_text(simulation.error(), false);
    std::map<RecordId, Movement> moved;
    for (const Moved& one : simulation->moved) moved[one.subject] = one.movement;
    std::size_t counted = 0;
    std::map<std::string, std::size_t> gained;
    for (const auto& [id, firm] : firms) {
      const std::string before = outcome(firm.first, 10), after = outcome(firm.first, bound);
      const Movement expected = before == after   ? Movement::Unchanged
                                : after == "yes"  ? Movement::Gained
                                : before == "yes" ? Movement::Lost
                                                  : Movement::Changed;
      EXPECT_EQ(moved.count(id) ? moved[id] : Movement::Unchanged, expected);
      gained[firm.second] += expected == Movement::Gained;
    }
    for (const SimulationGroup& group : simulation->groups) {
      const auto& cell = group.cells[static_cast<std::size_t>(Movement::Gained)];
      EXPECT_EQ(cell.records, gained[std::string(group.keys[0].text())]);
      EXPECT_EQ(cell.sums[0], base::Decimal(static_cast<std::int64_t>(cell.records * 2)));
      for (const SimulationCell& one : group.cells) counted += one.records;
    }
    EXPECT_EQ(counted, firms.size());
    // Nothing was published: the outcomes stand.
    for (const auto& [id, firm] : firms)
      EXPECT_EQ(feel::to_text(world.population->outcome(world.grant(), id)->value), outcome(firm.first, 10));
  }
}

TEST(Simulate, AParameterCountsFromTheDayItIsInForce) {
  World world(table_xml({{"Firm.alpha >= Parameters.least", "boolean"}}, {{{"true"}, "yes"}, {{"false"}, "no"}}));
  const RecordId firm = world.put(world.firm(), {{"name", Value::string("one")}, {"alpha", Value::number(4, 0)}});
  world.catch_up();
  EXPECT_EQ(feel::to_text(world.population->outcome(world.grant(), firm)->value), "no");
  const Proposal proposal{.decision = &world.grant(), .models = {}, .parameters = {{"least", "3"}}};
  const auto proposed = propose(*world.packs, *world.population, proposal);
  ASSERT_TRUE(proposed);
  const auto simulation = simulate(*world.population, world.viewer("officer"), proposal, *proposed, {});
  ASSERT_TRUE(simulation);
  ASSERT_EQ(simulation->moved.size(), 1u);
  EXPECT_EQ(simulation->moved[0].movement, Movement::Gained);
  EXPECT_EQ(propose(*world.packs, *world.population,
                    {.decision = &world.grant(), .models = {}, .parameters = {{"none", "3"}}})
                .error()
                .code,
            base::ErrorCode::NotFound);
  EXPECT_EQ(propose(*world.packs, *world.population,
                    {.decision = &world.grant(), .models = {}, .parameters = {{"least", "3 +"}}})
                .error()
                .code,
            base::ErrorCode::Invalid);
}

TEST(Simulate, WhatDoesNotCompileIsSaidWithItsCell) {
  World world(logic);
  world.catch_up();
  const auto with = [&](const std::string& element, const std::string& text) {
    return propose(*world.packs, *world.population,
                   {.decision = &world.grant(),
                    .models = {{.model = "one/decisions/grant.dmn", .texts = {{element, text}}, .xml = {}}},
                    .parameters = {}});
  };
  const auto broken = with("cell_1_1", "> > 3");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, base::ErrorCode::Invalid);
  EXPECT_EQ(broken.error().place.file, "one/decisions/grant.dmn");
  EXPECT_EQ(with("no such cell", "1").error().code, base::ErrorCode::NotFound);
  EXPECT_TRUE(with("cell_1_1", ">= 3"));
  // A model that is not there, and one that is no model.
  EXPECT_FALSE(propose(*world.packs, *world.population,
                       {.decision = &world.grant(),
                        .models = {{.model = "one/decisions/none.dmn", .texts = {{"a", "1"}}, .xml = {}}},
                        .parameters = {}}));
  EXPECT_FALSE(propose(*world.packs, *world.population,
                       {.decision = &world.grant(),
                        .models = {{.model = "one/decisions/grant.dmn", .texts = {}, .xml = "<nothing/>"}},
                        .parameters = {}}));
}

TEST(Simulate, EditingLeavesTheRestOfTheFile) {
  const std::string xml =
      "<?xml version=\"1.0\"?>\n<a xmlns=\"urn:x\"><!-- kept --><b id=\"one\"><text>&lt; 3</text></b><b "
      "id=\"two\"><text>-</text></b></a>\n";
  const auto edited = dmn::with_texts(xml, "x", {{"one", "< 4 & more"}});
  ASSERT_TRUE(edited);
  EXPECT_NE(edited->find("<!-- kept -->"), std::string::npos);
  EXPECT_NE(edited->find("&lt; 4 &amp; more"), std::string::npos);
  EXPECT_NE(edited->find("<b id=\"two\"><text>-</text></b>"), std::string::npos);
  EXPECT_FALSE(dmn::with_texts("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", "x", {{"one", "1"}}));
}

TEST(Simulate, DraftsKeepChangeAndResult) {
  World world(logic);
  Drafts drafts(*world.journal);
  const auto first = drafts.put({.id = 0,
                                 .decision = "grant",
                                 .title = "one",
                                 .author = 7,
                                 .created_ms = 5,
                                 .day = today,
                                 .facts = "1 x",
                                 .change = "{\"a\":1}",
                                 .result = "{\"b\":2}"});
  const auto second = drafts.put({.id = 0,
                                  .decision = "other",
                                  .title = "two",
                                  .author = 7,
                                  .created_ms = 6,
                                  .day = today,
                                  .facts = "1 x",
                                  .change = "{}",
                                  .result = "{}"});
  ASSERT_TRUE(first && second);
  const auto found = drafts.find(*first);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->change, "{\"a\":1}");
  EXPECT_EQ((*found)->result, "{\"b\":2}");
  EXPECT_EQ((*found)->day, today);
  EXPECT_EQ(drafts.list({}, 10)->size(), 2u);
  EXPECT_EQ(drafts.list({}, 10)->front().title, "two");
  EXPECT_EQ(drafts.list("grant", 10)->size(), 1u);
  EXPECT_FALSE(drafts.find(99)->has_value());
}

}  // namespace
}  // namespace yuanqu::population
