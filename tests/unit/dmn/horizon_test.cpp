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
  body += decision("moment", all, literal("Today"), "date and time");
  body += decision("after moment", requires_decision("moment"),
                   literal("moment > date and time(\"2026-03-01T12:00:00Z\")"));
  int number = 0;
  for (const char* text : {"string(Today)",
                           "Today in [date(\"2026-01-01\")..until]",
                           "Today in (date(\"2026-01-15\"), date(\"2026-01-17\"))",
                           "max(Today, until)",
                           "min([Today, until]) = Today",
                           "list contains([date(\"2026-02-01\"), until], Today)",
                           "[Today, until][item > date(\"2026-02-01\")]",
                           "count([until][item < Today])",
                           "sort([Today, until], function(a, b) a < b)[1]",
                           "date and time(Today, time(\"10:00:00\")) < date and time(until, time(\"09:00:00\"))",
                           "for d in Today..until return d",
                           "count(for d in since..Today return d) > 2200",
                           "some d in [until] satisfies d < Today",
                           "is(Today, until)",
                           "before(Today, until)",
                           "during(Today, [date(\"2026-01-01\")..until])",
                           "context put({a: 1}, \"day\", Today).day > until",
                           "{day: Today}.day.month",
                           "get entries({day: Today})[1].value >= until",
                           "distinct values([Today, until, Today])",
                           "if Today = until then 1 else 2",
                           "Today between since and until",
                           "Today != until",
                           "not(Today = until)",
                           "Today.day = until.day",
                           "week of year(Today)",
                           "day of year(Today) > 100",
                           "month of year(Today)",
                           "(Today - since).days > 2150",
                           "abs(until - Today) < duration(\"P10D\")",
                           "years and months duration(Today, until) > duration(\"P1M\")",
                           "(function(x) x + duration(\"P1D\"))(Today) > until",
                           "until - Today > duration(\"P20D\") and Today - since > duration(\"P1D\")",
                           "Today + duration(\"P1M\") + duration(\"P1D\") > until",
                           "until in [Today..Today + duration(\"P30D\")]",
                           "overlaps([since..Today], [until..until])",
                           "date(Today.year, 1, 1) < until",
                           "Today - duration(\"P1Y\") < date(\"2025-03-01\")",
                           "until < Today or amount > 3",
                           "amount > 3 and until < Today",
                           "concatenate([Today], [until])[1]",
                           "{limit: until, late: Today > limit}.late",
                           "duration(string(until - Today)) < duration(\"P5D\")",
                           "now() > date and time(until, time(\"00:00:00\"))",
                           "today() + duration(\"P5D\") >= until",
                           "Today instance of date",
                           "[Today] = [until]",
                           "{a: Today} = {a: until}",
                           "index of([since, until], Today)",
                           "union([Today], [until])",
                           "Today > \"x\"",
                           "(Today - until) / duration(\"P1D\") > 5",
                           "(Today - until) * 2 > duration(\"P10D\")",
                           "-(Today - until) > duration(\"P10D\")",
                           "decimal((until - Today) / duration(\"P30D\"), 0)"}) {
    body += decision("expression " + std::to_string(++number), all, literal(text));
  }
  body += decision("typed list", all, literal("[Today, until]"), "tDays");
  body += decision("of typed list", requires_decision("typed list") + requires_input("until"),
                   literal("typed list[1] > until"));
  body += decision("output", all,
                   table("COLLECT", {{"amount", "number", ""}}, "<output typeRef=\"date\"/>",
                         {{{"-"}, {"Today"}}, {{"-"}, {"until"}}}, "MAX"));
  body += decision("allowed", all, table("FIRST", {{"Today", "tThisYear", ""}}, outputs, {{{"-"}, {"\"yes\""}}}));
  body += decision("input values", all,
                   table("FIRST", {{"Today", "date", "< date(\"2026-03-15\")"}}, outputs, {{{"-"}, {"\"yes\""}}}));
  body += decision("relation", all,
                   "<relation><column name=\"day\"/><row>" + literal("Today") + "</row><row>" + literal("until") +
                       "</row></relation>");
  body += decision("of relation", requires_decision("relation") + requires_input("until"),
                   literal("relation[day >= until][1].day = until"));
  body += decision(
      "boxed filter", all,
      "<filter><in>" + literal("[until, since]") + "</in><match>" + literal("item < Today") + "</match></filter>");
  body += decision("boxed for", all,
                   "<for iteratorVariable=\"d\"><in>" + literal("[until, since]") + "</in><return>" +
                       literal("d < Today") + "</return></for>");
  body += decision("boxed some", all,
                   "<some iteratorVariable=\"d\"><in>" + literal("[Today]") + "</in><satisfies>" +
                       literal("d > until") + "</satisfies></some>");
  body +=
      "<itemDefinition name=\"tDays\" isCollection=\"true\"><typeRef>date</typeRef></itemDefinition><itemDefinition "
      "name=\"tThisYear\"><typeRef>date</typeRef>"
      "<allowedValues><text>&lt; date(\"2026-04-10\")</text></allowedValues></itemDefinition>";
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
