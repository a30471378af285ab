#include "feel/expression.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "cases.hpp"
#include "feel/compare.hpp"
#include "feel/context_scope.hpp"
#include "feel/function.hpp"
#include "feel/inspect.hpp"

namespace yuanqu::feel {
namespace {

std::string value_text(std::string_view text) {
  base::Result<Value> value = evaluate_text(text);
  return value ? to_literal(*value) : "syntax error";
}

TEST(Expression, Cases) {
  for (const auto& one : test::read_cases("feel/expressions.cases"))
    EXPECT_EQ(value_text(one.cell(0)), one.cell(1)) << one.text;
}

TEST(Expression, CasesWithVariables) {
  for (const auto& one : test::read_cases("feel/variables.cases")) {
    ContextScope scope;
    scope.set_all(evaluate_text(one.cell(1)).value());
    base::Result<Value> value = scope.evaluate(one.cell(0));
    ASSERT_TRUE(value) << one.text << ": " << value.error().en;
    EXPECT_EQ(to_literal(*value), one.cell(2)) << one.text;
  }
}

TEST(Expression, UnaryTestCases) {
  for (const auto& one : test::read_cases("feel/unary_tests.cases")) {
    Scope scope;
    Slot input = scope.declare("?");
    base::Result<Expression> tests = compile(one.cell(0), scope, Dialect::UnaryTests);
    ASSERT_TRUE(tests) << one.text << ": " << tests.error().en;
    Evaluation evaluation;
    Frame frame(evaluation, scope.frame_size());
    frame[input] = evaluate_text(one.cell(1)).value();
    EXPECT_EQ(to_literal(tests->evaluate(evaluation, frame)), one.cell(2)) << one.text;
  }
}

TEST(Expression, LiteralsReadBack) {
  for (const auto& one : test::read_cases("feel/expressions.cases")) {
    if (one.cell(1) == "syntax error") continue;
    EXPECT_EQ(value_text(one.cell(1)), one.cell(1)) << one.text;
  }
}

TEST(Expression, SyntaxErrorsSayWhere) {
  Scope scope;
  base::Result<Expression> expression = compile("1 + * 2", scope);
  ASSERT_FALSE(expression);
  EXPECT_EQ(expression.error().place.offset, 4U);
  EXPECT_FALSE(expression.error().zh.empty());
}

TEST(Expression, FailuresAreKept) {
  Scope scope;
  scope.declare("income");
  base::Result<Expression> expression = compile("1 + incom", scope);
  ASSERT_TRUE(expression);
  Evaluation evaluation;
  std::vector<Suppressed> failures;
  evaluation.collect(&failures);
  Frame frame(evaluation, scope.frame_size());
  EXPECT_TRUE(expression->evaluate(evaluation, frame).is_null());
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].code, Suppressed::Code::UnknownName);
  EXPECT_EQ(failures[0].offset, 4U);
  EXPECT_NE(failures[0].en.find("income"), std::string::npos);
}

TEST(Expression, NamesAndPathsUsed) {
  Scope scope;
  scope.declare("Enterprise", type_of(evaluate_text("{annual returns: [{year: 1}], name: \"\"}").value()));
  scope.declare("Today");
  scope.declare("limit");
  auto expression =
      compile("Enterprise.annual returns[year = limit][1].year + (for Today in [1] return Today)[1]", scope);
  ASSERT_TRUE(expression);
  EXPECT_EQ(expression->names_used(), (std::set<std::string>{"Enterprise", "limit"}));
  EXPECT_EQ(expression->paths_used(), (std::set<std::string>{"Enterprise.annual returns", "limit"}));
  EXPECT_FALSE(expression->uses_clock());
  EXPECT_TRUE(compile("today().year", scope)->uses_clock());
}

TEST(Expression, ConstantsAreFolded) {
  Scope scope;
  auto folded = compile("[1 + 2, date(\"2024-01-01\")]", scope);
  ASSERT_NE(folded->constant(), nullptr);
  EXPECT_EQ(to_literal(*folded->constant()), "[3, @\"2024-01-01\"]");
  EXPECT_EQ(compile("1 + \"a\"", scope)->constant(), nullptr);  // fails, so it must fail again with its reason
  EXPECT_EQ(compile("today()", scope)->constant(), nullptr);
}

TEST(Expression, VariablesAreResolvedOnFirstRead) {
  struct Counting final : Resolver {
    int count = 0;
    Value resolve(Evaluation&, std::uint32_t) override {
      ++count;
      return Value(7);
    }
  };
  Scope scope;
  Slot x = scope.declare("x");
  auto expression = compile("if false then x else x + x", scope);
  Counting resolver;
  Evaluation evaluation;
  {
    Frame frame(evaluation, scope.frame_size(), &resolver);
    frame[x] = Value::unset();
    EXPECT_EQ(to_literal(expression->evaluate(evaluation, frame)), "14");
  }
  EXPECT_EQ(resolver.count, 1);
  Frame frame(evaluation, scope.frame_size(), &resolver);
  frame[x] = Value::unset();
  EXPECT_EQ(to_literal(compile("false and x > 1", scope)->evaluate(evaluation, frame)), "false");
  EXPECT_EQ(resolver.count, 1);
}

TEST(Expression, LimitsEndAnEvaluation) {
  auto null_within = [](std::string_view text, Limits limits) {
    Scope scope;
    auto expression = compile(text, scope);
    if (!expression) return expression.error().code == base::ErrorCode::LimitExceeded;
    Evaluation evaluation(limits);
    std::vector<Suppressed> failures;
    evaluation.collect(&failures);
    Frame frame(evaluation, scope.frame_size());
    bool null = expression->evaluate(evaluation, frame).is_null();
    bool told = false;
    for (const Suppressed& failure : failures) told = told || failure.code == Suppressed::Code::LimitExceeded;
    return null && told;
  };
  EXPECT_TRUE(null_within("{f: function(n) f(n + 1), r: f(1)}.r", {}));
  EXPECT_TRUE(null_within("count(for i in 1..100000, j in 1..100000 return i)", {.steps = 100'000}));
  EXPECT_TRUE(null_within("count(for i in 1..1000 return i)", {.list_items = 100}));
  EXPECT_TRUE(null_within("count(for i in 1..1000000, j in 1..1000000 return i)", {.steps = 0, .time_ms = 20}));
  EXPECT_TRUE(null_within(std::string(100'000, '('), {}));
  EXPECT_TRUE(null_within(std::string(100'000, '-') + "x", {}));
  std::string sum = "1";
  for (int i = 0; i < 50'000; ++i) sum += "+1";
  EXPECT_TRUE(null_within(sum, {}));
  // Lists that nest without end become null instead of exhausting the stack when they are destroyed.
  EXPECT_EQ(value_text("count(for i in 1..5000 return [partial])"), "null");
}

TEST(Expression, OneExpressionManyThreads) {
  Scope scope;
  Slot x = scope.declare("x");
  auto expression = compile("{a: [x, \"t\"], f: function(y) y + x, b: f(1)}.b + count(split(\"a;b\", \";\"))", scope);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Evaluation evaluation;
      for (int i = 0; i < 500; ++i) {
        Frame frame(evaluation, scope.frame_size());
        frame[x] = Value(t);
        if (equal(expression->evaluate(evaluation, frame), Value(t + 3)) != Truth::True) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Expression, NativeFunctionsAreCalled) {
  Scope scope;
  Slot f = scope.declare("rate for");
  auto expression = compile("rate for(size: [3])", scope);
  Evaluation evaluation;
  Frame frame(evaluation, scope.frame_size());
  frame[f] = make_function("rate for", {{"size", Type::simple(Type::Form::Number)}}, nullptr,
                           [](Evaluation&, std::span<const Value> arguments) { return arguments[0]; });
  EXPECT_EQ(to_literal(expression->evaluate(evaluation, frame)), "3");
  EXPECT_EQ(to_literal(compile("rate for(\"x\")", scope)->evaluate(evaluation, frame)), "null");
  EXPECT_EQ(to_literal(compile("rate for(1, 2)", scope)->evaluate(evaluation, frame)), "null");
  EXPECT_EQ(to_literal(compile("(for g in [rate for, abs] return g(-2))", scope)->evaluate(evaluation, frame)),
            "[-2, 2]");
}

TEST(Inspect, SimpleTests) {
  auto tests_of = [](std::string_view text) {
    Scope scope;
    scope.declare("?");
    scope.declare("x");
    return simple_tests(compile(text, scope, Dialect::UnaryTests)->syntax());
  };
  EXPECT_TRUE(tests_of("-")->any);
  auto tests = tests_of("not(< 5, [7..8), null, date(\"2024-01-01\"), [1, 2])");
  ASSERT_TRUE(tests);
  EXPECT_TRUE(tests->negated);
  EXPECT_TRUE(tests->matches_null);
  ASSERT_EQ(tests->bounds.size(), 5U);
  EXPECT_TRUE(tests->bounds[0].low.is_null());
  EXPECT_EQ(to_literal(tests->bounds[0].high), "5");
  EXPECT_FALSE(tests->bounds[1].high_included);
  EXPECT_EQ(to_literal(tests->bounds[2].low), "@\"2024-01-01\"");
  EXPECT_FALSE(tests_of("x"));
  EXPECT_FALSE(tests_of("? > 3"));
  EXPECT_FALSE(tests_of("< x"));
  EXPECT_TRUE(tests_of("-5"));
}

}  // namespace
}  // namespace yuanqu::feel
