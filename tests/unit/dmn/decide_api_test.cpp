#include "yuanqu/decide.h"

#include <gtest/gtest.h>

#include "models.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn::testing;

const std::string model = document(
    input("Income", "number") + input("Today", "date") + input("Until", "date") +
    decision("Rate", requires_input("Income"),
             table("FIRST", {{"Income", "number", ""}}, "", {{{"<= 300"}, {"5"}}, {{"> 300"}, {"25"}}}), "number") +
    decision("Expired", requires_input("Today") + requires_input("Until"), literal("Until < Today"), "boolean") +
    "<decisionService id=\"s\" name=\"Rating\"><variable name=\"Rating\"/><outputDecision href=\"#d_Rate\"/><inputData "
    "href=\"#i_Income\"/></decisionService>");

TEST(DecideApi, LoadsListsAndEvaluates) {
  const auto loaded = decide::Models::from_sources({{"model.dmn", model}});
  ASSERT_TRUE(loaded.models);
  EXPECT_TRUE(loaded.problems.empty());
  const auto decisions = loaded.models->decisions();
  ASSERT_EQ(decisions.size(), 3u);
  EXPECT_EQ(decisions[0].name, "Rate");
  EXPECT_EQ(decisions[0].inputs[0].name, "Income");
  EXPECT_EQ(decisions[0].inputs[0].type, "number");
  EXPECT_TRUE(decisions[2].is_service);

  decide::Options options;
  options.matched_rules = true;
  options.trace = true;
  options.today = "2026-01-01";
  options.horizon = true;
  decide::Evaluator evaluator(loaded.models, options);
  const auto rate = evaluator.evaluate("Rate", R"({"Income": 300.00})");
  EXPECT_EQ(rate.json, "5");
  EXPECT_EQ(std::get<decide::Number>(rate.value.data).text, "5");
  ASSERT_EQ(rate.matched.size(), 1u);
  EXPECT_EQ(rate.matched[0].rules, std::vector<std::uint32_t>{1});
  EXPECT_NE(rate.trace_json.find("\"cells\""), std::string::npos);
  EXPECT_FALSE(rate.horizon);
  const auto expired = evaluator.evaluate("Expired", R"({"Until": "2026-06-30"})");
  EXPECT_EQ(expired.json, "false");
  EXPECT_EQ(expired.horizon, "2026-07-01");
  EXPECT_EQ(evaluator.evaluate("Rating", decide::Context{{"Income", {decide::Number{"301"}}}}).json, "25");
}

TEST(DecideApi, SaysWhatIsWrong) {
  EXPECT_FALSE(decide::Models::from_sources({{"x", "<a/>"}}).models);
  EXPECT_FALSE(decide::Models::from_files({"no such file.dmn"}).models);
  const auto loaded = decide::Models::from_sources({{"model.dmn", model}});
  decide::Evaluator evaluator(loaded.models);
  const auto unknown = evaluator.evaluate("Nothing", "{}");
  EXPECT_FALSE(unknown.found);
  const auto malformed = evaluator.evaluate("Rate", "{");
  EXPECT_EQ(malformed.json, "null");
  EXPECT_FALSE(malformed.failures.empty());
  const auto mistyped = evaluator.evaluate("Rate", R"({"Income": "much"})");
  EXPECT_EQ(mistyped.json, "null");
  ASSERT_FALSE(mistyped.failures.empty());
  EXPECT_EQ(mistyped.failures[0].element, "Income");
}

}  // namespace
