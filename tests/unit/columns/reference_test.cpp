// The reference decision of the benchmark over random enterprises, and its `until` by asking every day.
#include <fstream>
#include <random>
#include <sstream>

#include "agreement.hpp"

namespace yuanqu::columns::testing {
namespace {

using feel::Value;

std::shared_ptr<const dmn::ModelSet> reference_model() {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/bench/models/reference.dmn", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  auto model = dmn::read_model(text.str(), "reference.dmn");
  EXPECT_TRUE(model);
  auto set = dmn::ModelSet::compile({*model});
  EXPECT_TRUE(set);
  return *set;
}

std::vector<std::vector<Value>> enterprises(const dmn::ModelSet& models, dmn::ElementIndex decision, std::size_t count,
                                            unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const char* codes[] = {"A01", "B06", "C13", "E47", "F51", "F52", "H61", "I65", "K70", "L72", "M73", "N77", "Z99"};
  const int bounds[] = {50, 100, 300, 500, 2000, 5000, 20000, 40000, 80000, 300000};
  const auto amount = [&] {
    if (below(12) == 0) return Value();
    const std::int64_t base = bounds[below(10)];
    return Value(base::Decimal::from_scaled(
        below(3) == 0 ? base * 100 : (base * below(200) + below(100)) * (below(20) == 0 ? -1 : 1), 2));
  };
  const auto whole = [&](int n) { return below(12) == 0 ? Value() : Value(below(n)); };
  const auto date = [&](int spread) {
    return below(8) == 0 ? Value() : Value(base::Date::from_days(some_day().days() + below(spread) - spread / 2));
  };
  const auto flag = [&] { return below(10) == 0 ? Value() : Value(below(5) == 0); };
  const auto inputs = models.inputs_of(decision);
  std::vector<std::vector<Value>> rows;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<feel::Entry> entries;
    const auto add = [&](const char* name, Value value) { entries.push_back({feel::String(name), std::move(value)}); };
    add("industry", below(12) == 0 ? Value() : Value(codes[below(13)]));
    add("employees", whole(1200));
    add("assets", amount());
    add("income", amount());
    add("revenue", amount());
    add("rd expense", amount());
    add("rd staff ratio", whole(20));
    add("hnte valid until", date(800));
    add("registered on", date(900));
    add("restricted", flag());
    add("blacklisted", flag());
    std::vector<Value> row;
    for (const auto input : inputs)
      row.push_back(models.elements()[input].name == "Today" ? Value(some_day()) : Value::context(entries));
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(ReferenceDecision, EveryDecisionAgrees) {
  const auto models = reference_model();
  for (const char* name : {"Size class", "Small low-profit", "High-tech", "Rate", "Tax", "Assessment"}) {
    const auto decision = models->find(dmn::ElementKind::Decision, name);
    ASSERT_TRUE(decision) << name;
    Tally tally;
    EXPECT_TRUE(Agreement(models, *decision, enterprises(*models, *decision, 3000, 7), name).run(tally))
        << (tally.reasons.empty() ? "" : tally.reasons[0]);
    EXPECT_EQ(tally.slow_parts, 0U) << name;
    EXPECT_EQ(tally.escaped, 0U) << name;
    EXPECT_EQ(tally.rows, 3000U) << name;
  }
}

TEST(ReferenceDecision, UntilIsTheDayFoundByAskingEveryDay) {
  const auto models = reference_model();
  const auto decision = models->find(dmn::ElementKind::Decision, "Assessment");
  Tally tally;
  Agreement(models, *decision, enterprises(*models, *decision, 120, 11), "Assessment").run_until(500, tally);
  EXPECT_EQ(tally.rows, 120U);
}

}  // namespace
}  // namespace yuanqu::columns::testing
