#include "feel/horizon.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cases.hpp"
#include "feel/expression.hpp"

namespace yuanqu::feel {
namespace {

struct Outcome {
  std::string value;
  std::string horizon;
};

Outcome on(base::Date today, std::string_view text) {
  Scope scope;
  Slot slot = scope.declare("Today");
  auto expression = compile(text, scope);
  EXPECT_TRUE(expression) << text;
  Evaluation evaluation;
  Horizon horizon(today);
  evaluation.track(&horizon);
  Frame frame(evaluation, scope.frame_size());
  frame[slot] = today_value(today);
  Value value = expression->evaluate(evaluation, frame);
  note_use(horizon, value);
  return {to_literal(value), horizon.first_change() ? horizon.first_change()->to_string() : "never"};
}

TEST(Horizon, Cases) {
  base::Date today = *base::Date::parse("2025-03-10");
  for (const auto& one : test::read_cases("feel/horizon.cases")) {
    Outcome outcome = on(today, one.cell(0));
    EXPECT_EQ(outcome.value, one.cell(1)) << one.text;
    EXPECT_EQ(outcome.horizon, one.cell(2)) << one.text;
  }
}

// Until the horizon nothing may change: evaluate again on every day before it.
RC_GTEST_PROP(Horizon, NothingChangesBeforeIt, ()) {
  auto start = *rc::gen::inRange<std::int64_t>(18'000, 21'000);
  auto bound = base::Date::from_days(start + *rc::gen::inRange<std::int64_t>(-60, 400)).to_string();
  auto months = std::to_string(*rc::gen::inRange(0, 14));
  auto days = std::to_string(*rc::gen::inRange(-40, 40));
  auto sign = [](const std::string& n) { return n[0] == '-' ? "-P" + n.substr(1) : "P" + n; };
  std::string shift = *rc::gen::element<std::string>(
      "", " + @\"" + sign(days) + "D\"", " + @\"P" + months + "M\"", " - @\"P" + months + "M\"",
      " + @\"P" + months + "M\" + @\"" + sign(days) + "D\"", " + @\"" + sign(days) + "D\" - @\"P" + months + "M\"");
  std::string relation = *rc::gen::element<std::string>("<", "<=", ">", ">=", "=", "!=");
  std::string text = *rc::gen::element<std::string>(
      "Today" + shift + " " + relation + " @\"" + bound + "\"", "@\"" + bound + "\" " + relation + " Today" + shift,
      "@\"" + bound + "\" - Today " + relation + " @\"" + sign(days) + "D\"",
      "Today - @\"" + bound + "\" " + relation + " @\"" + sign(days) + "D\"", "(Today" + shift + ").year",
      "(Today" + shift + ").month", "Today in [@\"" + bound + "\"..@\"" + bound + "\" + @\"P2M\")");
  base::Date today = base::Date::from_days(start);
  Outcome now = on(today, text);
  bool never = now.horizon == "never";
  std::int64_t end = never ? start + 800 : base::Date::parse(now.horizon)->days();
  RC_ASSERT(end > start);
  for (std::int64_t day = start; day < end; ++day) {
    RC_ASSERT(on(base::Date::from_days(day), text).value == now.value);
  }
}

}  // namespace
}  // namespace yuanqu::feel
