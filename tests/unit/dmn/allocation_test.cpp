// In the steady state evaluating decisions over plain values allocates nothing, with and without the table index.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "models.hpp"

namespace {
std::size_t allocations = 0;  // of all threads; the tests here run alone in one
}

#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // the pair below is matched: both are replaced
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace yuanqu::dmn;
using namespace yuanqu::dmn::testing;

TEST(Allocations, AreNoneInTheSteadyState) {
  std::vector<Row> rows;
  for (int r = 0; r < 300; ++r) {
    rows.push_back({{"[" + std::to_string(r) + ".." + std::to_string(r + 1) + ")",
                     "\"k" + std::to_string(r % 5) + "\", \"any\"", r % 50 == 7 ? "? > Limit" : "-"},
                    {r % 2 ? "\"odd\"" : "Amount * 2"}});
  }
  const std::string all =
      requires_input("Amount") + requires_input("Kind") + requires_input("Limit") + requires_input("Day");
  const auto models = compiled({document(
      input("Amount", "number") + input("Kind", "string") + input("Limit", "number") + input("Day", "date") +
      decision(
          "Base", all,
          literal("if Amount > Limit and Day + duration(\"P1M\") >= date(\"2024-03-01\") then Amount * 3 / 7 else 0"),
          "number") +
      decision("Table", all + requires_decision("Base"),
               table("FIRST", {{"Amount", "number", ""}, {"Kind", "string", ""}, {"Base", "number", ""}}, "", rows)))});
  const auto table_index = *models->find(ElementKind::Decision, "Table");
  const auto amount = *models->find(ElementKind::InputData, "Amount"),
             kind = *models->find(ElementKind::InputData, "Kind");
  const auto limit = *models->find(ElementKind::InputData, "Limit"), day = *models->find(ElementKind::InputData, "Day");
  const yuanqu::feel::Value text("any"), date = feel_value("date(\"2024-02-29\")");
  for (const bool use_index : {true, false}) {
    EvaluatorOptions options;
    options.use_index = use_index;
    options.collect_failures = false;
    Evaluator evaluator(models, options);
    std::size_t found = 0, before = 0;
    for (int i = 0; i < 600; ++i) {
      if (i == 300) before = allocations;
      evaluator.begin();
      evaluator.set(amount, yuanqu::feel::Value(i % 300));
      evaluator.set(kind, text);
      evaluator.set(limit, yuanqu::feel::Value(100));
      evaluator.set(day, date);
      found += evaluator.value_of(table_index).is_null() ? 0 : 1;
    }
    EXPECT_EQ(allocations - before, 0u) << (use_index ? "with the index" : "cell by cell");
    EXPECT_GT(found, 580u);
  }
}

}  // namespace
