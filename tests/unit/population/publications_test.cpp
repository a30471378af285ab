// A draft becomes a rule: two persons, from its day on, also after a restart.

#include "population/publications.hpp"

#include "feel/compare.hpp"
#include "population/runs.hpp"
#include "world.hpp"

namespace yuanqu::population {
namespace {

using namespace test;

const std::string logic =
    table_xml({{"Firm.alpha", "number"}, {"Firm.beta", "number"}}, {{{">= 10", "-"}, "yes"}, {{"< 10", "-"}, "no"}});
const std::string by_parameter =
    table_xml({{"Firm.alpha >= Parameters.least", "boolean"}}, {{{"true"}, "yes"}, {{"false"}, "no"}});
const Date effect = *today.plus_days(10);

Proposal lowered(const World& world, const std::string& bound) {
  return {.decision = world.population->programs().decisions().find("grant"),
          .models = {{.model = "one/decisions/grant.dmn",
                      .texts = {{"cell_1_1", ">= " + bound}, {"cell_2_1", "< " + bound}},
                      .xml = {}}},
          .parameters = {}};
}

struct Desk {
  explicit Desk(World& world_in) : world(world_in), publications(*world.journal, *world.packs, *world.population) {}
  base::Result<Publication> hand_in(const Proposal& proposal, Date from, std::int64_t author = 7,
                                    const std::string& basis = "一号文") {
    Draft draft{.id = 0,
                .decision = "grant",
                .title = "lower",
                .author = author,
                .created_ms = 1,
                .day = today,
                .facts = "",
                .change = "{}",
                .result = "{}"};
    draft.id = Drafts(*world.journal).put(draft).value();
    return publications.hand_in(world.viewer("rule_author", author), draft, proposal, from, basis, 5);
  }
  base::Result<Publication> publish(std::int64_t id, std::int64_t publisher = 8) {
    return publications.publish(world.viewer("rule_publisher", publisher), id, 6);
  }
  std::string outcome(RecordId firm) {
    return feel::to_text(
               world.population->outcome(*world.population->programs().decisions().find("grant"), firm)->value)
        .value_or("null");
  }
  std::optional<Date> until(RecordId firm) {
    return world.population->outcome(*world.population->programs().decisions().find("grant"), firm)->until;
  }
  void move_to(Date day) {
    (void)world.records->set_today(day, 0, "test");
    world.catch_up();
  }
  World& world;
  Publications publications;
};

base::ErrorCode code_of(const base::Result<Publication>& result) {
  return result ? base::ErrorCode{} : result.error().code;
}

TEST(Publications, OutcomesFollowFromTheDayOnAndNotBefore) {
  World world(logic);
  const RecordId firm = world.put(world.firm(), {{"name", Value::string("one")}, {"alpha", Value::number(8, 0)}});
  const RecordId other = world.put(world.firm(), {{"name", Value::string("two")}, {"alpha", Value::number(12, 0)}});
  world.catch_up();
  Desk desk(world);
  const auto made = desk.hand_in(lowered(world, "7"), effect);
  ASSERT_TRUE(made) << base::to_text(made.error(), false);
  EXPECT_EQ(desk.outcome(firm), "no");
  EXPECT_EQ(desk.until(firm), std::nullopt);
  const std::string before = world.population->programs().hash();
  const auto done = desk.publish(made->rule.id);
  ASSERT_TRUE(done) << base::to_text(done.error(), false);
  EXPECT_EQ(done->state, Publication::State::Published);
  EXPECT_NE(world.population->programs().hash(), before);
  // Nothing differs today; the day on which it will is known at once.
  EXPECT_EQ(desk.outcome(firm), "no");
  EXPECT_EQ(desk.until(firm), effect);
  EXPECT_EQ(desk.until(other), std::nullopt);
  EXPECT_EQ(world.population->coming(today, *today.plus_days(20)).size(), 1U);
  auto snapshot = world.journal->snapshot();
  const auto run = run_by_hash(snapshot->database(), world.population->programs().hash());
  ASSERT_TRUE(run && *run);
  EXPECT_TRUE((*run)->models.contains("publication 1/one/decisions/grant.dmn"));
  desk.move_to(*effect.plus_days(-1));
  EXPECT_EQ(desk.outcome(firm), "no");
  desk.move_to(effect);
  EXPECT_EQ(desk.outcome(firm), "yes");
  EXPECT_EQ(desk.outcome(other), "yes");
  EXPECT_EQ(world.population->outcome(world.grant(), firm)->since, effect);
  // The past stays as it was decided.
  const auto then = world.population->explain(world.grant(), firm, *effect.plus_days(-2));
  ASSERT_TRUE(then);
  EXPECT_EQ(feel::to_text(then->outcome.value), "no");
}

TEST(Publications, ARestartDecidesByWhatWasPublished) {
  World world(logic);
  const RecordId firm = world.put(world.firm(), {{"name", Value::string("one")}, {"alpha", Value::number(8, 0)}});
  world.catch_up();
  {
    Desk desk(world);
    const auto made = desk.hand_in(lowered(world, "7"), effect);
    ASSERT_TRUE(made && desk.publish(made->rule.id));
    desk.move_to(*effect.plus_days(2));
  }
  const std::string hash = world.population->programs().hash();
  world.population.reset();
  const auto programs = programs_in_force(*world.packs, *world.catalogue, *world.journal);
  ASSERT_TRUE(programs) << base::to_text(programs.error(), false);
  EXPECT_EQ((*programs)->hash(), hash);
  world.population = std::move(Population::open(*world.records, *programs).value());
  world.catch_up();
  EXPECT_EQ(world.population->figures().evaluations, 0U) << "a restart must not decide anew";
  Desk desk(world);
  EXPECT_EQ(desk.outcome(firm), "yes");
  // The next rule stands on the published one: what is simulated is its text, and the present outcome is its own.
  const auto next = desk.hand_in(lowered(world, "9"), *effect.plus_days(30));
  ASSERT_TRUE(next) << base::to_text(next.error(), false);
  ASSERT_TRUE(desk.publish(next->rule.id));
  EXPECT_EQ(desk.until(firm), effect.plus_days(30));
  desk.move_to(*effect.plus_days(30));
  EXPECT_EQ(desk.outcome(firm), "no");
}

TEST(Publications, AParameterTakesOverForEverybodyWhoReadsIt) {
  World world(by_parameter);
  const RecordId firm = world.put(world.firm(), {{"name", Value::string("one")}, {"alpha", Value::number(4, 0)}});
  world.catch_up();
  Desk desk(world);
  EXPECT_EQ(desk.outcome(firm), "no");
  const Proposal proposal{.decision = &world.grant(), .models = {}, .parameters = {{"least", "3"}}};
  const auto made = desk.hand_in(proposal, effect);
  ASSERT_TRUE(made) << base::to_text(made.error(), false);
  const auto done = desk.publish(made->rule.id);
  ASSERT_TRUE(done) << base::to_text(done.error(), false);
  EXPECT_EQ(desk.outcome(firm), "no");
  EXPECT_EQ(desk.until(firm), effect);
  desk.move_to(effect);
  EXPECT_EQ(desk.outcome(firm), "yes");
}

TEST(Publications, TwoPersonsOneDayAndAStandingBase) {
  World world(logic);
  world.put(world.firm(), {{"name", Value::string("one")}, {"alpha", Value::number(8, 0)}});
  world.catch_up();
  Desk desk(world);
  using base::ErrorCode;
  EXPECT_EQ(code_of(desk.hand_in(lowered(world, "7"), today)), ErrorCode::Invalid);
  EXPECT_EQ(code_of(desk.hand_in(lowered(world, "7"), effect, 7, "")), ErrorCode::Invalid);
  Draft draft{.id = 99,
              .decision = "grant",
              .title = {},
              .author = 7,
              .created_ms = 0,
              .day = today,
              .facts = {},
              .change = {},
              .result = {}};
  EXPECT_EQ(code_of(desk.publications.hand_in(world.viewer("officer"), draft, lowered(world, "7"), effect, "x", 1)),
            ErrorCode::Forbidden);
  const auto made = desk.hand_in(lowered(world, "7"), effect);
  ASSERT_TRUE(made);
  draft.id = made->draft;
  EXPECT_EQ(code_of(desk.publications.hand_in(world.viewer("rule_author"), draft, lowered(world, "7"), effect, "x", 1)),
            ErrorCode::Conflict);
  EXPECT_EQ(code_of(desk.publish(made->rule.id, 7)), ErrorCode::Forbidden) << "its author";
  EXPECT_EQ(code_of(desk.publications.publish(world.viewer("rule_author", 8), made->rule.id, 1)), ErrorCode::Forbidden);
  EXPECT_EQ(code_of(desk.publications.give_back(world.viewer("rule_publisher", 8), made->rule.id, "", 1)),
            ErrorCode::Invalid);
  // A second one on the same base, published first, takes the ground from under the other.
  const auto second = desk.hand_in(lowered(world, "6"), *today.plus_days(5), 9);
  ASSERT_TRUE(second);
  ASSERT_TRUE(desk.publish(second->rule.id));
  EXPECT_EQ(code_of(desk.publish(made->rule.id)), ErrorCode::Conflict);
  EXPECT_EQ(code_of(desk.hand_in(lowered(world, "5"), effect)), ErrorCode::Conflict)
      << "another version is in force by then";
  const auto back =
      desk.publications.give_back(world.viewer("rule_publisher", 8), made->rule.id, "rests on what changed", 2);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->state, Publication::State::Returned);
  EXPECT_EQ(code_of(desk.publish(made->rule.id)), ErrorCode::Conflict);
  const auto third = desk.hand_in(lowered(world, "5"), *today.plus_days(2));
  ASSERT_TRUE(third);
  EXPECT_EQ(code_of(desk.publications.withdraw(world.viewer("rule_author", 9), third->rule.id, 3)),
            ErrorCode::Forbidden);
  ASSERT_TRUE(desk.publications.withdraw(world.viewer("rule_author", 7), third->rule.id, 3));
  const auto all = desk.publications.list("grant", 10);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->front().state, Publication::State::Withdrawn);
  EXPECT_EQ(all->back().remark, "rests on what changed");
}

}  // namespace
}  // namespace yuanqu::population
