#include "dmn/evaluator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "feel/function.hpp"
#include "models.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;
using namespace yuanqu::dmn::testing;
using ::testing::ElementsAre;

const std::string chain = document(
    input("x", "number") + input("unused", "number") + decision("a", requires_input("x"), literal("x + 1"), "number") +
    decision("b", requires_decision("a"), literal("a * 2"), "number") +
    decision("bad", requires_input("x"), literal("1 +"), "number") +
    decision("picks", requires_decision("b") + requires_decision("bad"), literal("if b > 0 then b else bad")));

TEST(Evaluator, EvaluatesOnlyWhatIsNeededAndSaysWhereItFailed) {
  Evaluator evaluator(compiled({chain}));
  auto outcome = evaluate(evaluator, "picks", {{"x", "1"}});
  EXPECT_EQ(feel::to_literal(outcome.value), "4");
  EXPECT_TRUE(outcome.failures.empty());
  outcome = evaluate(evaluator, "picks", {{"x", "-5"}});
  EXPECT_TRUE(outcome.value.is_null());
  ASSERT_EQ(outcome.failures.size(), 1u);
  EXPECT_EQ(outcome.failures[0].model, "test");
  EXPECT_EQ(outcome.failures[0].decision, "bad");
  EXPECT_EQ(outcome.failures[0].element, "l");
  EXPECT_EQ(outcome.failures[0].offset, 3u);
  EXPECT_FALSE(outcome.failures[0].zh.empty());
  EXPECT_FALSE(outcome.failures[0].en.empty());
}

TEST(Evaluator, ListsDecisionsInputsAndProblems) {
  const auto models = compiled({chain});
  const auto picks = models->find(ElementKind::Decision, "picks");
  ASSERT_TRUE(picks);
  std::vector<std::string> names;
  for (const auto index : models->inputs_of(*picks)) names.push_back(models->elements()[index].name);
  EXPECT_THAT(names, ElementsAre("x"));
  EXPECT_EQ(models->find(ElementKind::Decision, "d_b"), models->find(ElementKind::Decision, "b"));
  EXPECT_FALSE(models->find(ElementKind::Decision, "x"));
  ASSERT_EQ(models->problems().size(), 1u);
  EXPECT_EQ(models->problems()[0].decision, "bad");
}

TEST(Evaluator, ReusesItsContextWithoutRememberingInputs) {
  Evaluator evaluator(compiled({chain}));
  EXPECT_EQ(feel::to_literal(evaluate(evaluator, "b", {{"x", "1"}}).value), "4");
  EXPECT_EQ(feel::to_literal(evaluate(evaluator, "b", {{"x", "10"}}).value), "22");
  EXPECT_TRUE(evaluate(evaluator, "b", {}).value.is_null());
  const auto wrong = evaluate(evaluator, "b", {{"x", "\"one\""}});
  EXPECT_TRUE(wrong.value.is_null());
  ASSERT_FALSE(wrong.failures.empty());
  EXPECT_EQ(wrong.failures[0].decision, "x");
}

TEST(Evaluator, BoundsStepsTimeAndLists) {
  const auto models = compiled({document(
      decision("long", "", literal("count(for i in 1..3000 return for j in 1..3000 return i * j)")) +
      decision("wide", "", literal("count(for i in 1..100000 return i)")) + decision("after", "", literal("1")))});
  EvaluatorOptions options;
  options.limits.steps = 10'000;
  {
    Evaluator evaluator(models, options);
    const auto outcome = evaluate(evaluator, "long", {});
    EXPECT_TRUE(outcome.value.is_null());
    ASSERT_FALSE(outcome.failures.empty());
    EXPECT_EQ(outcome.failures.back().code, feel::Suppressed::Code::LimitExceeded);
    EXPECT_EQ(feel::to_literal(evaluate(evaluator, "after", {}).value), "1");
  }
  options.limits = {};
  options.limits.milliseconds = 20;
  {
    Evaluator evaluator(models, options);
    EXPECT_TRUE(evaluate(evaluator, "long", {}).value.is_null());
  }
  options.limits = {};
  options.limits.list_items = 1000;
  {
    Evaluator evaluator(models, options);
    EXPECT_TRUE(evaluate(evaluator, "wide", {}).value.is_null());
  }
}

TEST(Evaluator, ReportsMatchedRulesAndTracesEveryCell) {
  const auto models = compiled(
      {document(input("x", "number") + input("s", "string") +
                decision("t", requires_input("x") + requires_input("s"),
                         table("RULE ORDER", {{"x", "number", ""}, {"s", "string", ""}}, "",
                               {{{"> 1", "\"a\""}, {"1"}}, {{"-", "\"b\""}, {"2"}}, {{"> 5", "-"}, {"3"}}})))});
  EvaluatorOptions options;
  options.collect_matches = true;
  options.trace = true;
  for (const bool use_index : {true, false}) {
    options.use_index = use_index;
    Evaluator evaluator(models, options);
    const auto outcome = evaluate(evaluator, "t", {{"x", "6"}, {"s", "\"a\""}});
    EXPECT_EQ(feel::to_literal(outcome.value), "[1, 3]");
    ASSERT_EQ(outcome.matched.size(), 1u);
    EXPECT_EQ(outcome.matched[0].decision, "t");
    EXPECT_EQ(outcome.matched[0].table, "t");
    EXPECT_THAT(outcome.matched[0].rules, ElementsAre(1u, 3u));
    const Trace& trace = evaluator.trace();
    ASSERT_EQ(trace.tables.size(), 1u);
    ASSERT_EQ(trace.tables[0].cells.size(), 4u);
    EXPECT_EQ(trace.tables[0].cells[2].text, "\"b\"");
    EXPECT_TRUE(trace.tables[0].cells[2].result.is_false());
    EXPECT_EQ(feel::to_literal(trace.tables[0].inputs[0].value), "6");
    EXPECT_EQ(trace.values.size(), 3u);  // two inputs and the decision
  }
}

TEST(Evaluator, AnswersTodayFromTheDayItIsGiven) {
  const auto models = compiled({document(
      input("Today", "date") + decision("d", requires_input("Today"), literal("[Today, today(), today() = Today]")))});
  Evaluator evaluator(models);
  evaluator.set_day(*base::Date::parse("2026-03-02"));
  const auto outcome = evaluate(evaluator, "d", {});
  EXPECT_EQ(feel::to_literal(outcome.value), "[@\"2026-03-02\", @\"2026-03-02\", true]");
  EXPECT_FALSE(outcome.horizon);
}

TEST(Evaluator, SharesModelsBetweenThreads) {
  const auto models = compiled({chain});
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Evaluator evaluator(models);
      const auto x = *models->find(ElementKind::InputData, "x");
      const auto b = *models->find(ElementKind::Decision, "b");
      for (int i = 0; i < 2000; ++i) {
        evaluator.begin();
        evaluator.set(x, feel::Value(std::int64_t{t} * 10'000 + i));
        if (evaluator.value_of(b).number() != base::Decimal((std::int64_t{t} * 10'000 + i + 1) * 2)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Evaluator, FunctionsThatEscapeStaySafe) {
  feel::Value function;
  {
    const auto models = compiled({document(
        "<businessKnowledgeModel id=\"k\" name=\"k\"><variable name=\"k\"/><encapsulatedLogic><formalParameter "
        "name=\"x\"/>" +
        literal("x + 1") + "</encapsulatedLogic></businessKnowledgeModel>" +
        decision("f", "<knowledgeRequirement><requiredKnowledge href=\"#k\"/></knowledgeRequirement>", literal("k")))});
    Evaluator evaluator(models);
    function = evaluate(evaluator, "f", {}).value;
    EXPECT_TRUE(function.is(feel::Kind::Function));
  }
  feel::Evaluation evaluation;
  const std::vector<feel::Value> arguments{feel::Value(1)};
  EXPECT_TRUE(function.function().call(evaluation, arguments).is_null());
}

TEST(Evaluator, RefusesAnEmptySet) { EXPECT_FALSE(ModelSet::compile({})); }

}  // namespace
