// Queries against a plain loop over the same random facts, and what a viewer may ask by.

#include "population/query.hpp"

#include <map>
#include <random>
#include <set>

#include "world.hpp"

namespace yuanqu::population {
namespace {

using namespace test;

struct Firm {
  std::optional<int> alpha, beta;
  std::string town;
  std::vector<int> sales;
};

std::map<RecordId, Firm> fill(World& world, unsigned seed, int count) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::map<RecordId, Firm> firms;
  for (int i = 0; i < count; ++i) {
    Firm firm;
    if (below(6) != 0) firm.alpha = below(21);
    if (below(6) != 0) firm.beta = below(21);
    firm.town = std::string(1, static_cast<char>('a' + below(4)));
    std::vector<std::pair<std::string, Value>> values{{"name", Value::string("firm " + std::to_string(i))},
                                                      {"town", Value::string(firm.town)},
                                                      {"secret", Value::number(i, 0)}};
    if (firm.alpha) values.emplace_back("alpha", Value::number(*firm.alpha, 0));
    if (firm.beta) values.emplace_back("beta", Value::number(*firm.beta, 0));
    const RecordId id = world.put(world.firm(), values);
    for (int year = 2023; year < 2023 + below(4); ++year) {
      firm.sales.push_back(below(100));
      (void)world.put(world.yearly(), {{"firm", Value::reference(id)},
                                       {"year", Value::number(year, 0)},
                                       {"sales", Value::number(firm.sales.back(), 0)},
                                       {"cost", Value::number(7, 0)}});
    }
    firms.emplace(id, firm);
  }
  world.catch_up();
  return firms;
}

const std::string logic = table_xml({{"Firm.alpha", "number"}}, {{{">= 10"}, "yes"}, {{"< 10"}, "no"}});

TEST(Query, GroupsAndSumsLikeALoop) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    World world(logic);
    const auto firms = fill(world, seed, 60);
    Query query{.kind = &world.firm()};
    query.filter = "alpha > 4 or beta > 15";
    query.group_by = {"town"};
    query.measures = {{Measure::What::Count, {}},
                      {Measure::What::Sum, "alpha"},
                      {Measure::What::Maximum, "beta"},
                      {Measure::What::Sum, "sum(yearlies.sales)"}};
    const auto answer = run_query(*world.population, world.viewer("officer"), query);
    ASSERT_TRUE(answer) << base::to_text(answer.error(), false);
    struct Tally {
      std::set<RecordId> ids;
      int alpha = 0, sales = 0;
      std::size_t lacking = 0;
      std::optional<int> beta;
    };
    std::map<std::string, Tally> expected;
    for (const auto& [id, firm] : firms) {
      if (!((firm.alpha && *firm.alpha > 4) || (firm.beta && *firm.beta > 15))) continue;
      Tally& tally = expected[firm.town];
      tally.ids.insert(id);
      tally.lacking += !firm.alpha;
      tally.alpha += firm.alpha.value_or(0);
      if (firm.beta) tally.beta = std::max(tally.beta.value_or(0), *firm.beta);
      for (const int sales : firm.sales) tally.sales += sales;
    }
    ASSERT_EQ(answer->rows.size(), expected.size());
    for (const QueryRow& row : answer->rows) {
      const Tally& tally = expected.at(std::string(row.keys[0].text()));
      EXPECT_EQ(std::set<RecordId>(row.records.begin(), row.records.end()), tally.ids);
      EXPECT_EQ(feel::to_literal(row.measures[0]), std::to_string(tally.ids.size()));
      if (tally.lacking < tally.ids.size()) {
        EXPECT_EQ(feel::to_literal(row.measures[1]), std::to_string(tally.alpha));
      }
      EXPECT_EQ(row.lacking[1], tally.lacking);
      EXPECT_EQ(feel::to_literal(row.measures[2]), tally.beta ? std::to_string(*tally.beta) : "null");
      if (!row.measures[3].is_null()) {
        EXPECT_EQ(feel::to_literal(row.measures[3]), std::to_string(tally.sales));
      }
    }
  }
}

TEST(Query, SortsWithUnknownLastAndTakesTheTop) {
  World world(logic);
  const auto firms = fill(world, 9, 40);
  for (const bool descending : {false, true}) {
    Query query{.kind = &world.firm(), .columns = {"alpha"}, .sort = "alpha", .descending = descending, .limit = 1000};
    const auto answer = run_query(*world.population, world.viewer("officer"), query);
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->rows.size(), firms.size());
    bool unknown = false;
    std::optional<int> before;
    for (const QueryRow& row : answer->rows) {
      const auto& alpha = firms.at(row.record).alpha;
      EXPECT_EQ(feel::to_literal(row.keys[0]), alpha ? std::to_string(*alpha) : "null");
      if (!alpha) {
        unknown = true;
        continue;
      }
      EXPECT_FALSE(unknown) << "a known value after an unknown one";
      if (before) {
        EXPECT_TRUE(descending ? *before >= *alpha : *before <= *alpha);
      }
      before = alpha;
    }
    query.limit = 3;
    query.offset = 2;
    const auto page = run_query(*world.population, world.viewer("officer"), query);
    ASSERT_EQ(page->rows.size(), 3u);
    EXPECT_EQ(page->total, firms.size());
    EXPECT_EQ(page->rows[0].record, answer->rows[2].record);
  }
}

TEST(Query, OutcomesAndReferencesReadThrough) {
  World world(logic);
  const auto firms = fill(world, 4, 30);
  Query query{.kind = &world.firm(), .group_by = {"outcomes.grant"}};
  const auto answer = run_query(*world.population, world.viewer("officer"), query);
  ASSERT_TRUE(answer) << base::to_text(answer.error(), false);
  std::map<std::string, std::size_t> found, expected;
  for (const QueryRow& row : answer->rows) found[feel::to_literal(row.keys[0])] = row.records.size();
  for (const auto& [id, firm] : firms)
    ++expected[!firm.alpha ? "\"unknown\"" : *firm.alpha >= 10 ? "\"yes\"" : "\"no\""];
  EXPECT_EQ(found, expected);
  Query yearly{.kind = &world.yearly(), .filter = "firm.town = \"a\" and sales > 50", .limit = 1000};
  const auto rows = run_query(*world.population, world.viewer("officer"), yearly);
  ASSERT_TRUE(rows);
  std::size_t many = 0;
  for (const auto& [id, firm] : firms) {
    for (const int sales : firm.sales) many += firm.town == "a" && sales > 50;
  }
  EXPECT_EQ(rows->total, many);
}

TEST(Query, WhatMayNotBeReadIsAnErrorNotAnEmptyList) {
  World world(logic);
  (void)fill(world, 2, 5);
  const auto officer = world.viewer("officer"), economy = world.viewer("economy");
  const auto refused = [&](const Query& query) {
    const auto answer = run_query(*world.population, officer, query);
    EXPECT_FALSE(answer);
    return !answer && answer.error().code == base::ErrorCode::Forbidden &&
           run_query(*world.population, economy, query).has_value();
  };
  EXPECT_TRUE(refused({.kind = &world.firm(), .filter = "secret > 3"}));
  EXPECT_TRUE(refused({.kind = &world.firm(), .sort = "secret"}));
  EXPECT_TRUE(refused({.kind = &world.firm(), .group_by = {"secret"}}));
  EXPECT_TRUE(refused({.kind = &world.firm(), .measures = {{Measure::What::Sum, "secret"}}}));
  EXPECT_TRUE(refused({.kind = &world.firm(), .columns = {"secret"}}));
  EXPECT_TRUE(refused({.kind = &world.firm(), .filter = "some y in yearlies satisfies y.cost > 1"}));
  EXPECT_TRUE(refused({.kind = &world.yearly(), .filter = "firm.secret > 3"}));
  // Asking for it by another way finds it was never read.
  const Query sideways{.kind = &world.firm(), .columns = {"get value(yearlies[1], \"cost\")", "string(yearlies[1])"}};
  const auto answer = run_query(*world.population, officer, sideways);
  ASSERT_TRUE(answer);
  for (const QueryRow& row : answer->rows) {
    EXPECT_TRUE(row.keys[0].is_null());
    if (row.keys[1].is(feel::Kind::String)) {
      EXPECT_EQ(row.keys[1].text().find("cost"), std::string_view::npos);
    }
  }
  EXPECT_EQ(run_query(*world.population, officer, {.kind = &world.firm(), .filter = "alpha > >"}).error().code,
            base::ErrorCode::Invalid);
}

}  // namespace
}  // namespace yuanqu::population
