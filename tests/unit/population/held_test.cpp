// What the population holds in place of maps: links, rows and outcomes against plain maps over random changes, and as
// bytes and back.

#include "population/held_outcomes.hpp"

#include <map>
#include <random>
#include <set>
#include <utility>

#include "population/link_index.hpp"
#include "world.hpp"

namespace yuanqu::population {
namespace {

using namespace test;

TEST(LinkIndex, IsASetOfPairs) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<LinkIndex::Id>(random() % n); };
    LinkIndex links;
    std::set<std::pair<LinkIndex::Id, LinkIndex::Id>> expected;
    const unsigned targets = seed % 2 == 0 ? 40 : 4000;
    for (int step = 0; step < 20000; ++step) {
      const auto target = below(targets), from = below(5000);
      if (below(3) == 0) {
        links.remove(target, from);
        expected.erase({target, from});
      } else {
        links.add(target, from);
        expected.emplace(target, from);
      }
      if (step % 5000 != 4999) continue;
      std::string bytes;
      links.save(bytes);
      LinkIndex again;
      std::string_view in = bytes;
      ASSERT_TRUE(again.load(in));
      ASSERT_TRUE(in.empty());
      for (LinkIndex::Id one = 0; one < static_cast<LinkIndex::Id>(targets); ++one) {
        std::vector<LinkIndex::Id> wanted;
        for (auto at = expected.lower_bound({one, INT64_MIN}); at != expected.end() && at->first == one; ++at)
          wanted.push_back(at->second);
        ASSERT_EQ(links.of(one), wanted);
        ASSERT_EQ(again.of(one), wanted);
      }
    }
  }
}

TEST(HeldOutcomes, AreAMapOfOutcomesInTwelveBytes) {
  const World world(table_xml({{"Firm.alpha", "number"}}, {{{">= 10"}, "yes"}}));
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<std::int64_t>(random() % n); };
  RowIndex rows;
  HeldOutcomes held(rows, world.firm());
  std::map<RecordId, Outcome> expected;
  const auto some_day = [&]() -> std::optional<Date> {
    return below(3) == 0 ? std::nullopt : std::optional(Date::from_days(20000 + below(50)));
  };
  const auto same = [](const Outcome& a, const Outcome& b) {
    return a.subject == b.subject && a.applies == b.applies && feel::to_literal(a.value) == feel::to_literal(b.value) &&
           a.rules == b.rules && a.since == b.since && a.until == b.until && a.look_again == b.look_again;
  };
  for (int step = 0; step < 5000; ++step) {
    const RecordId subject = 1'000'000'007 * (1 + below(300));
    if (below(8) == 0) {
      held.erase(subject);
      expected.erase(subject);
    } else {
      Outcome outcome{.subject = subject, .applies = below(5) != 0};
      if (outcome.applies)
        outcome.value = below(4) == 0   ? feel::Value()
                        : below(2) == 0 ? feel::Value("code " + std::to_string(below(5)))
                                        : feel::Value(below(1000));
      if (below(2) == 0) outcome.rules = "Table: " + std::to_string(below(4));
      outcome.since = some_day();
      outcome.until = some_day();
      outcome.look_again = outcome.until ? outcome.until : some_day();
      held.put(outcome);
      expected[subject] = outcome;
    }
    ASSERT_EQ(held.size(), expected.size());
    if (step % 500 != 499) continue;
    RowIndex rows_again;
    HeldOutcomes again(rows_again, world.firm());
    std::string row_bytes, bytes;
    rows.save(row_bytes);
    held.save(bytes);
    std::string_view row_in = row_bytes, in = bytes;
    ASSERT_TRUE(rows_again.load(row_in));
    ASSERT_TRUE(again.load(in));
    ASSERT_TRUE(in.empty());
    std::size_t seen = 0;
    held.for_each([&](const Outcome& outcome) {
      ++seen;
      EXPECT_TRUE(same(outcome, expected.at(outcome.subject)));
    });
    EXPECT_EQ(seen, expected.size());
    for (const auto& [id, outcome] : expected) {
      ASSERT_TRUE(held.find(id) && same(*held.find(id), outcome));
      ASSERT_TRUE(again.find(id) && same(*again.find(id), outcome));
    }
    EXPECT_LE(again.values(), 1u + 2 * 5 * (1002 + 7));
    // Cut short anywhere it is refused, not read past its end.
    for (const std::size_t cut : {std::size_t{0}, std::size_t{5}, bytes.size() / 2, bytes.size() - 1}) {
      HeldOutcomes broken(rows_again, world.firm());
      std::string_view part = std::string_view(bytes).substr(0, cut);
      EXPECT_FALSE(broken.load(part));
    }
  }
}

// A change is heard by the decisions whose declared input has the field, through children too, and by no other.
TEST(Population, AsksOnlyDecisionsThatReadTheField) {
  World world(table_xml({{"Firm.alpha", "number"}}, {{{">= 10"}, "yes"}}));
  const RecordId firm = world.put(
      world.firm(), {{"name", Value::string("a")}, {"alpha", Value::number(3, 0)}, {"town", Value::string("x")}});
  const RecordId other = world.put(world.firm(), {{"name", Value::string("b")}, {"alpha", Value::number(3, 0)}});
  const RecordId yearly =
      world.put(world.yearly(),
                {{"firm", Value::reference(firm)}, {"year", Value::number(2025, 0)}, {"sales", Value::number(1, 0)}});
  world.catch_up();
  std::uint64_t before = world.population->figures().asked.front().second;
  const auto asked = [&] {
    world.catch_up();
    const std::uint64_t now = world.population->figures().asked.front().second;
    return now - std::exchange(before, now);
  };
  (void)world.put(world.firm(), {{"town", Value::string("y")}}, firm);
  EXPECT_EQ(asked(), 0u) << "the decision does not read the town";
  (void)world.put(world.firm(), {{"secret", Value::number(4, 0)}}, firm);
  EXPECT_EQ(asked(), 0u);
  (void)world.put(world.firm(), {{"alpha", Value::number(12, 0)}}, firm);
  EXPECT_EQ(asked(), 1u);
  EXPECT_EQ(world.population->outcome(world.grant(), firm)->value.text(), "yes");
  (void)world.put(world.yearly(), {{"sales", Value::number(2, 0)}}, yearly);
  EXPECT_EQ(asked(), 1u) << "through a child";
  (void)world.put(world.yearly(), {{"firm", Value::reference(other)}}, yearly);
  EXPECT_EQ(asked(), 2u) << "the one it left and the one it went to";
  (void)world.put(world.firm(), {{"name", Value::string("c")}});
  EXPECT_EQ(asked(), 1u) << "who is new is asked for";
}

// A base that keeps next to nothing in memory answers as one that keeps everything.
TEST(FactBase, PagedAnswersLikeWhole) {
  const World world(table_xml({{"Firm.alpha", "number"}}, {{{">= 10"}, "yes"}}));
  std::mt19937 random(11);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::map<RecordId, RecordState> store;  // what a store would hold
  FactBase whole(*world.catalogue), paged(*world.catalogue);
  paged.page([&](RecordId id) { return store.contains(id) ? std::optional(store.at(id)) : std::nullopt; }, 40);
  std::vector<RecordId> firms, yearlies;
  std::vector<RecordState> batch;
  const auto settle = [&] {
    for (RecordState& state : batch) store.insert_or_assign(state.id, std::move(state));
    batch.clear();
    paged.settle();
  };
  for (int step = 0; step < 3000; ++step) {
    RecordState state;
    const std::size_t what = below(10);
    if (what < 3 || firms.size() < 3) {
      state = {.id = static_cast<RecordId>(step + 1), .file = step + 1, .kind = world.firm().number};
      firms.push_back(state.id);
    } else if (what < 6) {
      state = {.id = static_cast<RecordId>(step + 1), .file = 1, .kind = world.yearly().number};
      yearlies.push_back(state.id);
    } else if (what < 9 && !yearlies.empty()) {
      state = *whole.find(yearlies[below(yearlies.size())]);
    } else {
      state = *whole.find(firms[below(firms.size())]);
      const RecordId into = whole.canonical(firms[below(firms.size())]);
      if (whole.canonical(into) != whole.canonical(state.id) && state.alias_of == 0) {
        state.alias_of = into;
      } else {
        state.alias_of = 0;
      }
    }
    if (state.kind == world.yearly().number) {
      state.facts.clear();
      state.facts.push_back(
          {.field = 1, .source = 1, .effective_from = today, .value = Value::reference(firms[below(firms.size())])});
    }
    batch.push_back(state);
    whole.put(state);
    paged.put(std::move(state));
    if (below(4) == 0) settle();
    ASSERT_EQ(whole.size(), paged.size());
    const RecordId firm = firms[below(firms.size())];
    ASSERT_EQ(whole.canonical(firm), paged.canonical(firm));
    ASSERT_EQ(whole.referring(firm, world.yearly(), world.yearly().fields.front()),
              paged.referring(firm, world.yearly(), world.yearly().fields.front()));
    ASSERT_TRUE(std::ranges::equal(whole.aliases(firm), paged.aliases(firm)));
    ASSERT_TRUE(std::ranges::equal(whole.of_kind(world.firm()), paged.of_kind(world.firm())));
    for (const RecordId id : {firm, yearlies.empty() ? firm : yearlies[below(yearlies.size())]}) {
      ASSERT_EQ(register_::to_bytes(*whole.find(id)), register_::to_bytes(*paged.find(id)));
      ASSERT_EQ(whole.find(id)->alias_of, paged.find(id)->alias_of);
    }
    EXPECT_EQ(paged.find(999'999), nullptr);
  }
  settle();
  EXPECT_LE(paged.facts_held(), 80u);
  std::string bytes;
  paged.save(bytes);
  FactBase again(*world.catalogue);
  again.page([&](RecordId id) { return store.contains(id) ? std::optional(store.at(id)) : std::nullopt; }, 40);
  std::string_view in = bytes;
  ASSERT_TRUE(again.load(in));
  for (const RecordId firm : firms) {
    ASSERT_EQ(whole.canonical(firm), again.canonical(firm));
    ASSERT_EQ(whole.referring(firm, world.yearly(), world.yearly().fields.front()),
              again.referring(firm, world.yearly(), world.yearly().fields.front()));
  }
}

// Rows are counted in each kind by itself: the second return lies where the second firm does among firms.
TEST(HeldOutcomes, AnswersOnlyForRecordsOfItsOwnKind) {
  World world(table_xml({{"Firm.alpha", "number"}}, {{{">= 10"}, "yes"}}));
  const RecordId first = world.put(world.firm(), {{"name", Value::string("甲")}, {"alpha", Value::number(3, 0)}});
  const RecordId second = world.put(world.firm(), {{"name", Value::string("乙")}, {"alpha", Value::number(12, 0)}});
  std::vector<RecordId> returns;
  for (const RecordId firm : {first, second})
    returns.push_back(world.put(world.yearly(), {{"firm", Value::reference(firm)}, {"year", Value::number(2025, 0)}}));
  world.catch_up();
  ASSERT_TRUE(world.population->outcome(world.grant(), second));
  for (const RecordId one : returns) {
    EXPECT_FALSE(world.population->outcome(world.grant(), one));
    EXPECT_TRUE(world.population->outcomes_of(one).empty());
  }
  for (const RecordId firm : {first, second}) {
    for (const auto& [decision, outcome] : world.population->outcomes_of(firm)) EXPECT_EQ(outcome.subject, firm);
  }
}

}  // namespace
}  // namespace yuanqu::population
