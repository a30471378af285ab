// Horizons against replaying every day: until the day that is told, the result may not change.
#include <gtest/gtest.h>

#include "models.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;
using namespace yuanqu::dmn::testing;

const std::string model_text = [] {
  std::string body =
      input("Today", "date") + input("until", "date") + input("since", "date") + input("amount", "number");
  const std::string all =
      requires_input("Today") + requires_input("until") + requires_input("since") + requires_input("amount");
  body += decision("days left", all, literal("(until - Today) / duration(\"P1D\")"), "number");
  body += decision("expired", all, literal("until < Today"), "boolean");
  body += decision("soon", all, literal("until >= Today and until <= Today + duration(\"P30D\")"), "boolean");
  body += decision("a month before", all, literal("Today >= until - duration(\"P1M\")"), "boolean");
  body += decision("age in years", all, literal("years and months duration(since, Today).years"), "number");
  body += decision("this year", all, literal("Today.year = 2026"), "boolean");
  body += decision("weekday", all, literal("day of week(Today)"), "string");
  body += decision("no date", all, literal("amount > 3"), "boolean");
  body += decision("branch", all, literal("if amount > 3 then Today > until else false"), "boolean");
  body += decision("clock", all, literal("today() > until"), "boolean");
  body += decision("through decisions", requires_decision("soon") + requires_decision("expired"),
                   literal("if expired then \"expired\" else if soon then \"soon\" else \"later\""));
  const std::string outputs = "<output/>";
  body += decision("by date", all,
                   table("FIRST", {{"Today", "date", ""}, {"amount", "number", ""}}, outputs,
                         {{{"< date(\"2026-02-01\")", "-"}, {"\"early\""}},
                          {{"[date(\"2026-02-10\")..date(\"2026-03-05\"))", "> 3"}, {"\"spring\""}},
                          {{"date(\"2026-04-01\")", "-"}, {"\"fool\""}},
                          {{"not(date(\"2026-05-01\"), > date(\"2027-01-01\"))", "-"}, {"\"other\""}}}));
  body += decision("by distance", all,
                   table("FIRST", {{"until - Today", "", ""}}, outputs,
                         {{{"< duration(\"P0D\")"}, {"\"expired\""}},
                          {{"<= duration(\"P30D\")"}, {"\"month\""}},
                          {{"<= duration(\"P90D\")"}, {"\"quarter\""}}}));
  body += decision("by cell", all,
                   table("FIRST", {{"until", "date", ""}}, outputs,
                         {{{"< Today"}, {"\"expired\""}}, {{"<= Today + duration(\"P1M\")"}, {"\"soon\""}}}));
  body += decision("boxed", all,
                   "<context><contextEntry><variable name=\"limit\"/>" + literal("Today + duration(\"P10D\")") +
                       "</contextEntry><contextEntry>" + literal("until <= limit") + "</contextEntry></context>");
  body += decision("listed", all, "<list>" + literal("until < Today") + literal("Today.month") + "</list>");
  body += decision("shifted", all, literal("Today + duration(\"P1M\")"), "date");
  body +=
      "<businessKnowledgeModel id=\"k\" name=\"late\"><variable name=\"late\"/><encapsulatedLogic><formalParameter "
      "name=\"day\" typeRef=\"date\"/>"
      "<formalParameter name=\"now\" typeRef=\"date\"/>" +
      literal("now > day") + "</encapsulatedLogic></businessKnowledgeModel>";
  body +=
      decision("by knowledge", all + "<knowledgeRequirement><requiredKnowledge href=\"#k\"/></knowledgeRequirement>",
               literal("late(until, Today)"));
  body +=
      "<decisionService id=\"s\" name=\"service\"><variable name=\"service\"/><outputDecision "
      "href=\"#d_soon\"/><inputData href=\"#i_Today\"/>"
      "<inputData href=\"#i_until\"/></decisionService>";
  body += decision("by service", all + "<knowledgeRequirement><requiredKnowledge href=\"#s\"/></knowledgeRequirement>",
                   literal("service(Today, until)"));
  return document(body);
}();

class Horizons : public ::testing::TestWithParam<bool> {};

TEST_P(Horizons, TellNoDayTooLate) {
  const auto models = compiled({model_text});
  for (const auto& problem : models->problems()) ADD_FAILURE() << problem.decision << ": " << problem.en;
  EvaluatorOptions options;
  options.use_index = GetParam();
  Evaluator evaluator(models, options);
  const base::Date first = *base::Date::parse("2025-12-20");
  constexpr int days = 500;
  std::map<std::string, int> steps;
  for (const char* until : {"2026-03-31", "2026-02-28", "2028-02-29"}) {
    for (const char* amount : {"1", "5"}) {
      for (const auto& element : models->elements()) {
        if (element.kind != ElementKind::Decision) continue;
        std::vector<std::string> values;
        std::vector<std::optional<base::Date>> horizons;
        for (int d = 0; d < days; ++d) {
          evaluator.set_day(*first.plus_days(d), true, 0);
          const auto outcome = evaluate(evaluator, element.name,
                                        {{"until", "date(\"" + std::string(until) + "\")"},
                                         {"since", "date(\"2020-02-29\")"},
                                         {"amount", amount}});
          values.push_back(feel::to_literal(outcome.value));
          horizons.push_back(outcome.horizon);
          ASSERT_FALSE(outcome.horizon && *outcome.horizon <= *first.plus_days(d))
              << element.name << ": a horizon in the past";
        }
        for (int d = 0; d < days;) {
          const auto horizon = horizons[static_cast<std::size_t>(d)];
          const int end =
              horizon ? static_cast<int>(std::min<std::int64_t>(days, horizon->days() - first.days())) : days;
          for (int e = d; e < end; ++e) {
            ASSERT_EQ(values[static_cast<std::size_t>(e)], values[static_cast<std::size_t>(d)])
                << element.name << " until " << until << ": on " << first.plus_days(d)->to_string()
                << " the horizon was " << (horizon ? horizon->to_string() : "none") << " but "
                << first.plus_days(e)->to_string() << " differs";
          }
          ++steps[element.name];
          d = end;
        }
      }
    }
  }
  // And it is worth having: what rests on bounds steps over quiet days.
  EXPECT_LT(steps["soon"], 6 * 6);
  EXPECT_LT(steps["by date"], 6 * 15);
  EXPECT_LT(steps["by distance"], 6 * 8);
  EXPECT_EQ(steps["no date"], 6);
  EXPECT_EQ(steps["this year"], 6 * 3);
}

INSTANTIATE_TEST_SUITE_P(IndexAndPlain, Horizons, ::testing::Bool());

TEST(Horizon, CostsNothingAndSaysNothingWhenOff) {
  const auto models = compiled({model_text});
  Evaluator evaluator(models);
  evaluator.set_day(*base::Date::parse("2026-01-01"));
  EXPECT_FALSE(evaluate(evaluator, "expired", {{"until", "date(\"2026-03-31\")"}}).horizon);
}

TEST(Horizon, OfADecisionEvaluatedBeforeIsCountedAgain) {
  const auto models = compiled({model_text});
  Evaluator evaluator(models);
  evaluator.set_day(*base::Date::parse("2026-01-01"), true);
  evaluator.begin();
  evaluator.set(*models->find(ElementKind::InputData, "until"), feel_value("date(\"2026-03-31\")"));
  const auto soon = evaluator.evaluate(*models->find(ElementKind::Decision, "soon"));
  const auto through = evaluator.evaluate(*models->find(ElementKind::Decision, "through decisions"));
  ASSERT_TRUE(soon.horizon && through.horizon);
  EXPECT_EQ(soon.horizon->to_string(), "2026-03-01");
  EXPECT_EQ(through.horizon->to_string(), "2026-03-01");
}

}  // namespace
