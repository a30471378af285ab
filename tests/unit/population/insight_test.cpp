// Explanations, near misses, fixes and what is missing, against brute force on random tables and random facts.

#include "population/insight.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "feel/expression.hpp"
#include "world.hpp"

namespace yuanqu::population {
namespace {

using namespace test;

struct Facts {
  std::optional<int> alpha, beta, gamma;
  std::optional<bool> delta;
};

struct Random {
  explicit Random(unsigned seed) : engine(seed) {}
  int below(int n) { return static_cast<int>(engine() % static_cast<unsigned>(n)); }
  std::mt19937 engine;
};

// One condition and its complement on the same column.
struct Bound {
  std::string met, unmet;
};
Bound bound_on_number(Random& random) {
  const int at = random.below(18) + 1;
  const std::string number = std::to_string(at);
  switch (random.below(4)) {
    case 0: return {">= " + number, "< " + number};
    case 1: return {"< " + number, ">= " + number};
    case 2: return {"> " + number, "<= " + number};
    default: {
      const std::string high = std::to_string(at + random.below(4));
      return {"[" + number + ".." + high + "]", "< " + number + ", > " + high};
    }
  }
}

struct Table {
  std::vector<Column> columns;
  std::vector<Rule> rules;
};

Table random_table(Random& random, bool coupled) {
  Table table{.columns = {{"Firm.alpha", "number"},
                          {coupled ? "Firm.alpha + 2 * Firm.beta" : "Firm.beta", "number"},
                          {"Firm.gamma", "number"},
                          {"Firm.delta", "boolean"}},
              .rules = {}};
  Rule yes{{"-", "-", "-", "-"}, "yes"};
  std::vector<Rule> no;
  for (std::size_t c = 0; c < 4; ++c) {
    if (random.below(5) == 0) continue;
    const Bound bound = c == 3 ? Bound{"true", "false"} : bound_on_number(random);
    yes.cells[c] = bound.met;
    Rule rule{{"-", "-", "-", "-"}, "no"};
    rule.cells[c] = bound.unmet;
    no.push_back(rule);
  }
  if (no.empty()) {  // a table that asks for nothing is not worth asking
    yes.cells[0] = ">= 3";
    no.push_back({{"< 3", "-", "-", "-"}, "no"});
  }
  table.rules.push_back(yes);
  table.rules.insert(table.rules.end(), no.begin(), no.end());
  return table;
}

Facts random_facts(Random& random, bool gaps) {
  const auto number = [&]() -> std::optional<int> {
    return gaps && random.below(8) == 0 ? std::nullopt : std::optional(random.below(21));
  };
  Facts facts{number(), number(), number(), std::nullopt};
  if (!gaps || random.below(8) != 0) facts.delta = random.below(2) == 0;
  return facts;
}

std::vector<std::string> looked_at(const Table& table, const Facts& facts) {
  const auto text = [](const std::optional<int>& number) {
    return number ? std::to_string(*number) : std::string("null");
  };
  const bool coupled = table.columns[1].expression != "Firm.beta";
  const std::string second = !coupled                    ? text(facts.beta)
                             : facts.alpha && facts.beta ? std::to_string(*facts.alpha + 2 * *facts.beta)
                                                         : "null";
  return {text(facts.alpha), second, text(facts.gamma), facts.delta ? (*facts.delta ? "true" : "false") : "null"};
}

// The oracle: one cell by plain FEEL.
Verdict oracle(const std::string& value, const std::string& cell) {
  if (value == "null") return Verdict::Unknown;
  return verdict_of(feel::evaluate_text(value + " in (" + cell + ")").value());
}

std::string oracle_outcome(const Table& table, const Facts& facts) {
  const auto values = looked_at(table, facts);
  for (const Rule& rule : table.rules) {
    bool all = true;
    for (std::size_t c = 0; c < 4; ++c)
      all = all && (rule.cells[c] == "-" || oracle(values[c], rule.cells[c]) == Verdict::Met);
    if (all) return rule.output;
  }
  return "unknown";
}

RecordId put(World& world, const std::string& name, const Facts& facts) {
  std::vector<std::pair<std::string, Value>> values{{"name", Value::string(name)}};
  if (facts.alpha) values.emplace_back("alpha", Value::number(*facts.alpha, 0));
  if (facts.beta) values.emplace_back("beta", Value::number(*facts.beta, 0));
  if (facts.gamma) values.emplace_back("gamma", Value::number(*facts.gamma, 0));
  if (facts.delta) values.emplace_back("delta", Value::boolean(*facts.delta));
  return world.put(world.firm(), values);
}

// The least number of advisable changes that turns the outcome to "yes"; 4: none does.
std::size_t brute_force_size(const Table& table, const Facts& facts) {
  std::size_t best = 4;
  for (int alpha = 0; alpha <= 20; ++alpha) {
    for (int beta = *facts.beta; beta <= 20; ++beta) {  // never less of it
      for (const bool delta : {false, true}) {
        const std::size_t size = (alpha != *facts.alpha) + (beta != *facts.beta) + (delta != *facts.delta);
        if (size < best && oracle_outcome(table, {alpha, beta, facts.gamma, delta}) == "yes") best = size;
      }
    }
  }
  return best;
}

TEST(Insight, EveryCellAgainstPlainFeel) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Table table = random_table(random, seed % 2 == 0);
    World world(table_xml(table.columns, table.rules));
    std::vector<std::pair<RecordId, Facts>> firms;
    for (int i = 0; i < 12; ++i) {
      const Facts facts = random_facts(random, true);
      firms.emplace_back(put(world, "firm " + std::to_string(i), facts), facts);
    }
    world.catch_up();
    for (const auto& [id, facts] : firms) {
      const auto insight = insight_of(*world.population, world.grant(), id, today);
      ASSERT_TRUE(insight) << base::to_text(insight.error(), false);
      const std::string expected = oracle_outcome(table, facts);
      EXPECT_EQ(feel::to_literal((*insight)->facts->now().value), "\"" + expected + "\"");
      EXPECT_EQ(feel::to_literal((*insight)->outcome.value), "\"" + expected + "\"");
      const auto values = looked_at(table, facts);
      std::size_t next = 0;
      const auto& conditions = (*insight)->reasons.conditions;
      for (std::size_t r = 0; r < table.rules.size(); ++r) {
        for (std::size_t c = 0; c < 4; ++c) {
          const std::string& cell = table.rules[r].cells[c];
          if (cell == "-") continue;
          ASSERT_LT(next, conditions.size());
          const Condition& condition = conditions[next++];
          EXPECT_EQ(condition.rule, r + 1);
          EXPECT_EQ(condition.input, c + 1);
          EXPECT_EQ(condition.bound, cell);
          EXPECT_EQ(feel::to_literal(condition.value), values[c]);
          EXPECT_EQ(condition.verdict, oracle(values[c], cell)) << values[c] << " in " << cell;
          if (condition.verdict == Verdict::Unknown || c == 3) continue;
          // The margin leads to the limit, and past the limit the cell turns.
          ASSERT_TRUE(condition.distance) << cell;
          const int value = std::stoi(values[c]);
          const int limit = static_cast<int>(condition.distance->limit.number().to_int64().value());
          EXPECT_EQ(condition.distance->margin.absolute(), base::Decimal(std::abs(value - limit)));
          const base::Decimal margin = condition.distance->margin;  // zero on an excluded bound, met or not
          EXPECT_TRUE(margin.is_zero() || margin.is_negative() == (condition.verdict == Verdict::Unmet));
          bool turns = false;
          for (const int near : {limit - 1, limit, limit + 1})
            turns = turns || oracle(std::to_string(near), cell) != condition.verdict;
          EXPECT_TRUE(turns) << values[c] << " in " << cell << ", limit " << limit;
        }
      }
      EXPECT_EQ(next, conditions.size());
    }
  }
}

TEST(Insight, NearMissesAreThoseWhoFailFewCells) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed * 7);
    const Table table = random_table(random, seed % 2 == 0);
    World world(table_xml(table.columns, table.rules));
    std::map<RecordId, Facts> firms;
    for (int i = 0; i < 40; ++i) {
      const Facts facts = random_facts(random, true);
      firms.emplace(put(world, "firm " + std::to_string(i), facts), facts);
    }
    world.catch_up();
    for (std::size_t most = 1; most <= 3; ++most) {
      std::set<RecordId> expected;
      for (const auto& [id, facts] : firms) {
        const auto values = looked_at(table, facts);
        std::size_t unmet = 0, unknown = 0;
        for (std::size_t c = 0; c < 4; ++c) {
          const std::string& cell = table.rules.front().cells[c];
          if (cell == "-") continue;
          unmet += oracle(values[c], cell) == Verdict::Unmet;
          unknown += oracle(values[c], cell) == Verdict::Unknown;
        }
        if (unknown == 0 && unmet >= 1 && unmet <= most) expected.insert(id);
      }
      const auto found = near_misses(*world.population,
                                     {.decision = &world.grant(), .aim = {}, .conditions_max = most, .allowed = {}});
      ASSERT_TRUE(found);
      std::set<RecordId> ids;
      for (const NearMiss& miss : *found) {
        ids.insert(miss.subject);
        EXPECT_EQ(miss.failed.size(), miss.way.unmet);
      }
      EXPECT_EQ(ids, expected);
      EXPECT_TRUE(std::is_sorted(found->begin(), found->end(), [](const NearMiss& a, const NearMiss& b) {
        return std::pair(a.way.unmet, a.way.gap) < std::pair(b.way.unmet, b.way.gap);
      }));
    }
  }
}

TEST(Insight, FixesAreProvenAndNoneIsSmaller) {
  std::size_t with_fix = 0, more_than_one = 0, coupled_single = 0;
  for (unsigned seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed * 31);
    const bool coupled = seed % 3 == 0;
    const Table table = random_table(random, coupled);
    World world(table_xml(table.columns, table.rules));
    std::vector<std::pair<RecordId, Facts>> firms;
    for (int i = 0; i < 8; ++i) {
      const Facts facts = random_facts(random, false);
      firms.emplace_back(put(world, "firm " + std::to_string(i), facts), facts);
    }
    world.catch_up();
    const Levers levers = Levers::load(*world.packs, *world.catalogue).value();
    for (const auto& [id, facts] : firms) {
      const auto insight = insight_of(*world.population, world.grant(), id, today, {.levers = &levers});
      ASSERT_TRUE(insight);
      const Fixes& fixes = (*insight)->fixes;
      if (oracle_outcome(table, facts) == "yes") {
        EXPECT_TRUE(fixes.advised.empty());
        continue;
      }
      ASSERT_TRUE(fixes.ended);
      const std::size_t smallest = brute_force_size(table, facts);
      for (const Fix& fix : fixes.advised) {
        Facts then = facts;
        for (const LeafChange& change : fix.changes) {
          const Leaf& leaf = (*insight)->facts->leaves()[change.leaf];
          const std::string& name = leaf.field->name;
          ASSERT_NE(name, "gamma") << "never advised";
          if (name == "alpha") then.alpha = static_cast<int>(change.value.coefficient());
          if (name == "delta") then.delta = change.value.as_boolean();
          if (name == "beta") {
            then.beta = static_cast<int>(change.value.coefficient());
            EXPECT_GT(*then.beta, *facts.beta) << "only more of it is advised";
          }
        }
        EXPECT_EQ(oracle_outcome(table, then), "yes");
        EXPECT_GE(fix.changes.size(), smallest);
      }
      if (!coupled) {
        ASSERT_EQ(fixes.advised.empty(), smallest > 3);
        if (!fixes.advised.empty()) {
          EXPECT_EQ(fixes.advised.front().changes.size(), smallest);
        }
      } else if (smallest == 1) {  // one fact alone: the others stand still, so its bounds are exact
        ASSERT_FALSE(fixes.advised.empty());
        EXPECT_EQ(fixes.advised.front().changes.size(), 1u);
        ++coupled_single;
      }
      with_fix += !fixes.advised.empty();
      more_than_one += !fixes.advised.empty() && fixes.advised.front().changes.size() > 1;
      for (const Fix& cliff : fixes.cliffs) {
        ASSERT_EQ(cliff.changes.size(), 1u);
        EXPECT_EQ((*insight)->facts->leaves()[cliff.changes.front().leaf].field->name, "gamma");
        Facts then = facts;
        then.gamma = static_cast<int>(cliff.changes.front().value.coefficient());
        EXPECT_EQ(oracle_outcome(table, then), "yes");
      }
    }
  }
  EXPECT_GT(with_fix, 30u);  // the test saw what it is about
  EXPECT_GT(more_than_one, 5u);
  EXPECT_GT(coupled_single, 2u);
}

TEST(Insight, FactsBehindAConditionAreThoseThatMoveIt) {
  World world(table_xml({{"Firm.alpha + 2 * Firm.beta", "number"},
                         {"Firm.yearlies[year = 2025][1].cost / Firm.yearlies[year = 2025][1].sales", "number"}},
                        {{{">= 10", ">= 0.05"}, "yes"}, {{"< 10", "-"}, "no"}, {{"-", "< 0.05"}, "no"}}));
  const RecordId firm = put(world, "one", {4, 5, 6, true});
  (void)world.put(world.yearly(), {{"firm", Value::reference(firm)},
                                   {"year", Value::number(2024, 0)},
                                   {"sales", Value::number(50, 0)},
                                   {"cost", Value::number(9, 0)}});
  (void)world.put(world.yearly(), {{"firm", Value::reference(firm)},
                                   {"year", Value::number(2025, 0)},
                                   {"sales", Value::number(200, 0)},
                                   {"cost", Value::number(8, 0)}});
  world.catch_up();
  const Levers levers = Levers::load(*world.packs, *world.catalogue).value();
  const auto insight = insight_of(*world.population, world.grant(), firm, today, {.levers = &levers});
  ASSERT_TRUE(insight);
  const auto names = [&](std::size_t condition) {
    std::set<std::string> found;
    for (const std::size_t leaf : (*insight)->reasons.facts[condition]) {
      const Leaf& one = (*insight)->facts->leaves()[leaf];
      found.insert(one.field->name + "=" + one.value().to_text());
    }
    return found;
  };
  EXPECT_EQ(names(0), (std::set<std::string>{"alpha=4", "beta=5"}));
  EXPECT_EQ(names(1), (std::set<std::string>{"cost=8", "sales=200"}));
  // The ratio is solved for the fact: a cost of 10 makes 10 / 200. Sales may only be advised upward, which does not
  // help.
  ASSERT_EQ((*insight)->fixes.advised.size(), 1u);
  const LeafChange& change = (*insight)->fixes.advised.front().changes.front();
  EXPECT_EQ((*insight)->facts->leaves()[change.leaf].field->name, "cost");
  EXPECT_EQ(change.value.to_text(), "10");
  EXPECT_TRUE((*insight)->fixes.ended);
}

TEST(Insight, TheNearestWayStandsForFeelConditions) {
  // The cell only says "ok"; what must be met is written in FEEL before it.
  World world(table_xml({{"Part", "string"}}, {{{"\"ok\""}, "yes"}, {{"\"low\""}, "no"}}),
              "<decision id=\"part\" name=\"Part\"><variable name=\"Part\" "
              "typeRef=\"string\"/><informationRequirement><requiredInput href=\"#firm\"/></informationRequirement>"
              "<informationRequirement><requiredInput href=\"#parameters\"/></informationRequirement>"
              "<literalExpression><text>if Firm.alpha = null then null else if Firm.alpha &gt;= Parameters.least and "
              "Firm.beta &gt; 3 then \"ok\" else \"low\"</text></literalExpression></decision>");
  const RecordId firm = put(world, "one", {4, 5, 6, true});
  const RecordId two = put(world, "two", {2, 1, 6, true});
  world.catch_up();
  const auto found =
      near_misses(*world.population, {.decision = &world.grant(), .aim = {}, .conditions_max = 1, .allowed = {}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().subject, firm);
  ASSERT_EQ(found->front().failed.size(), 1u);
  EXPECT_EQ(found->front().failed.front().bound, ">= Parameters.least");
  EXPECT_EQ(found->front().failed.front().distance->margin, base::Decimal(-1));
  const auto both =
      near_misses(*world.population, {.decision = &world.grant(), .aim = {}, .conditions_max = 2, .allowed = {}});
  ASSERT_EQ(both->size(), 2u);
  EXPECT_EQ(both->back().subject, two);
  // Asked for an outcome nobody can reach, or none at all.
  EXPECT_TRUE(
      near_misses(*world.population, {.decision = &world.grant(), .aim = "perhaps", .conditions_max = 3, .allowed = {}})
          ->empty());
}

TEST(Insight, WhatIsMissingIsWhatMakesItKnown) {
  World world(table_xml({{"Firm.alpha", "number"}, {"Firm.yearlies[year = 2025][1].sales", "number"}},
                        {{{">= 10", ">= 5"}, "yes"}, {{"< 10", "-"}, "no"}, {{"-", "< 5"}, "no"}}));
  const RecordId no_alpha = put(world, "no alpha", {std::nullopt, std::nullopt, 3, true});
  const RecordId no_sales = put(world, "no sales", {12, std::nullopt, 3, true});
  const RecordId no_year = put(world, "no year", {12, 2, 3, true});
  const RecordId known = put(world, "known", {12, 2, 3, true});
  for (const RecordId firm : {no_alpha, known}) {
    (void)world.put(
        world.yearly(),
        {{"firm", Value::reference(firm)}, {"year", Value::number(2025, 0)}, {"sales", Value::number(7, 0)}});
  }
  (void)world.put(
      world.yearly(),
      {{"firm", Value::reference(no_sales)}, {"year", Value::number(2025, 0)}, {"cost", Value::number(7, 0)}});
  world.catch_up();
  const Unknowns unknowns = unknowns_of(*world.population, world.grant(), {});
  EXPECT_EQ(unknowns.all, 4u);
  EXPECT_EQ(unknowns.subjects, (std::vector<RecordId>{no_alpha, no_sales, no_year}));
  std::map<std::string, std::vector<RecordId>> by_name;
  for (const UnknownShare& share : unknowns.shares)
    by_name[share.field == nullptr ? "record of " + share.kind->name : share.field->name] = share.subjects;
  EXPECT_EQ(by_name, (std::map<std::string, std::vector<RecordId>>{
                         {"alpha", {no_alpha}}, {"sales", {no_sales}}, {"record of yearly", {no_year}}}));
  // Nobody asks about those they may not see.
  EXPECT_EQ(unknowns_of(*world.population, world.grant(), [&](RecordId id, FileId) { return id == no_year; }).subjects,
            (std::vector<RecordId>{no_year}));
}

}  // namespace
}  // namespace yuanqu::population
