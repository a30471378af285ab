// The index of decision tables against testing every cell: random tables, random inputs, every hit policy.
#include <gtest/gtest.h>

#include <random>

#include "models.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;
using namespace yuanqu::dmn::testing;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 engine_;
};

std::string number(Random& random) {
  static const std::vector<std::string> some{
      "-3", "0", "1", "1.5", "2", "2.50", "3", "10", "1e3", "0.0000000001", "12345678901234567890"};
  return random.pick(some);
}
std::string date(Random& random) {
  return "date(\"2024-0" + std::to_string(1 + random.below(4)) + "-1" + std::to_string(random.below(10)) + "\")";
}
std::string text(Random& random) { return "\"" + std::string(1, static_cast<char>('a' + random.below(5))) + "\""; }
std::string duration(Random& random) { return "duration(\"P" + std::to_string(random.below(5)) + "D\")"; }

std::string value(Random& random, int kind) {
  switch (kind) {
    case 0: return number(random);
    case 1: return text(random);
    case 2: return date(random);
    case 3: return random.below(2) ? "true" : "false";
    default: return duration(random);
  }
}

std::string test(Random& random, int kind) {
  const std::string a = value(random, kind), b = value(random, kind);
  const bool ordered = kind == 0 || kind == 2 || kind == 4;
  switch (random.below(ordered ? 9 : 3)) {
    case 3: return "< " + a;
    case 4: return ">= " + a;
    case 5: return "[" + a + ".." + b + "]";
    case 6: return "(" + a + ".." + b + "]";
    case 7: return "]" + a + ".." + b + "[";
    case 8: return "> " + a;
    default: return a;
  }
}

std::string cell(Random& random, int kind) {
  switch (random.below(12)) {
    case 0:
    case 1: return "-";
    case 2: return test(random, kind) + ", " + test(random, kind);
    case 3: return "not(" + test(random, kind) + ")";
    case 4: return "not(" + test(random, kind) + "," + test(random, kind) + ")";
    case 5: return "null";
    case 6: return "? = " + value(random, kind);   // not constant for the index
    case 7: return test(random, random.below(5));  // perhaps of another kind
    case 8: return test(random, kind) + ", null";
    case 9: return "v" + std::to_string(random.below(3));  // another input
    default: return test(random, kind);
  }
}

TEST(TableIndex, AgreesWithTestingEveryCellOnRandomTables) {
  static const std::vector<std::string> policies{"UNIQUE",     "ANY",          "PRIORITY", "FIRST",
                                                 "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
  for (unsigned seed = 1; seed <= 250; ++seed) {
    Random random(seed);
    const int columns = 1 + random.below(3);
    std::vector<int> kinds;
    std::vector<Column> clauses;
    std::string body, requirements;
    for (int c = 0; c < columns; ++c) {
      kinds.push_back(random.below(5));
      const std::string name = "v" + std::to_string(c);
      body += input(name);
      requirements += requires_input(name);
      clauses.push_back({name, "", kinds.back() == 1 && random.below(3) == 0 ? "\"a\",\"b\",\"c\"" : ""});
    }
    std::vector<Row> rows;
    const int count = random.below(6) == 0 ? 70 + random.below(90) : 1 + random.below(12);
    for (int r = 0; r < count; ++r) {
      Row row;
      for (int c = 0; c < columns; ++c) row.cells.push_back(cell(random, kinds[static_cast<std::size_t>(c)]));
      row.outputs.push_back(std::to_string(random.below(4)));
      rows.push_back(row);
    }
    const std::string xml =
        document(body + decision("d", requirements,
                                 table(random.pick(policies), clauses,
                                       "<output><outputValues><text>3,1,0,2</text></outputValues></output>", rows)));
    const auto models = compiled({xml});
    EvaluatorOptions plain, indexed;
    plain.use_index = false;
    plain.collect_matches = indexed.collect_matches = true;
    Evaluator slow(models, plain), fast(models, indexed);
    for (int i = 0; i < 60; ++i) {
      std::vector<std::pair<std::string, std::string>> inputs;
      for (int c = 0; c < columns; ++c) {
        const int kind = random.below(10) == 0 ? random.below(5) : kinds[static_cast<std::size_t>(c)];
        inputs.emplace_back("v" + std::to_string(c), random.below(8) == 0 ? "null" : value(random, kind));
      }
      const auto a = evaluate(slow, "d", inputs);
      const auto b = evaluate(fast, "d", inputs);
      ASSERT_EQ(feel::to_literal(a.value), feel::to_literal(b.value)) << "seed " << seed << "\n" << xml;
      ASSERT_EQ(a.matched.size(), b.matched.size()) << "seed " << seed;
      if (a.matched.empty()) continue;
      ASSERT_EQ(a.matched[0].rules, b.matched[0].rules) << "seed " << seed;
    }
  }
}

TEST(TableIndex, FindsTheRuleOfALargeTable) {
  std::vector<Row> rows;
  for (int r = 0; r < 5000; ++r) {
    const std::string low = std::to_string(r * 10), high = std::to_string(r * 10 + 10);
    rows.push_back({{"[" + low + ".." + high + ")", r % 2 ? "\"odd\"" : "\"even\""}, {std::to_string(r)}});
  }
  const auto models =
      compiled({document(input("x", "number") + input("s", "string") +
                         decision("d", requires_input("x") + requires_input("s"),
                                  table("UNIQUE", {{"x", "number", ""}, {"s", "string", ""}}, "", rows)))});
  Evaluator evaluator(models);
  EXPECT_EQ(feel::to_literal(evaluate(evaluator, "d", {{"x", "49999.5"}, {"s", "\"odd\""}}).value), "4999");
  EXPECT_EQ(feel::to_literal(evaluate(evaluator, "d", {{"x", "0"}, {"s", "\"even\""}}).value), "0");
  EXPECT_EQ(feel::to_literal(evaluate(evaluator, "d", {{"x", "25005"}, {"s", "\"even\""}}).value), "2500");
  EXPECT_EQ(feel::to_literal(evaluate(evaluator, "d", {{"x", "50000"}, {"s", "\"even\""}}).value), "null");
}

}  // namespace
