// Microseconds of the reference evaluator: the reference decision and tables of 10 to 5,000 rules with an early, middle
// and late hit, with and without the table index. Inputs are made before the clock starts; one context is reused.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>

#include "dmn/evaluator.hpp"
#include "feel/expression.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;

std::shared_ptr<const ModelSet> load(const std::string& text) {
  auto model = read_model(text, "bench.dmn");
  if (!model) return nullptr;
  auto set = ModelSet::compile({*model});
  return set ? *set : nullptr;
}

void reference(benchmark::State& state, const char* decision, bool horizon) {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/bench/models/reference.dmn");
  std::ostringstream text;
  text << in.rdbuf();
  const auto models = load(text.str());
  if (models == nullptr) return state.SkipWithError("bench/models/reference.dmn cannot be read");
  EvaluatorOptions options;
  options.collect_failures = false;
  Evaluator evaluator(models, options);
  evaluator.set_day(*base::Date::parse("2025-12-31"), horizon);
  const auto input = *models->find(ElementKind::InputData, "Enterprise");
  const auto asked = *models->find(ElementKind::Decision, decision);
  std::vector<feel::Value> enterprises;
  static const char* const industries[] = {"A01", "C39", "E47", "F51", "I65", "K70", "L72", "M73", "N77", "X99"};
  std::uint64_t seed = 20251231;
  const auto below = [&](std::uint64_t n) {
    return static_cast<std::int64_t>(((seed = seed * 6364136223846793005ull + 1442695040888963407ull) >> 33) % n);
  };
  for (int i = 0; i < 4096; ++i) {
    const std::int64_t revenue = below(5'000'000);
    const auto amount = [](std::int64_t hundredths) { return feel::Value(base::Decimal::from_scaled(hundredths, 2)); };
    std::vector<feel::Entry> entries;
    const auto add = [&](const char* name, feel::Value value) {
      entries.push_back({feel::String(name), std::move(value)});
    };
    add("industry", feel::Value(industries[below(10)]));
    add("employees", feel::Value(1 + below(2000)));
    add("assets", amount(revenue * (20 + below(280)) / 100));
    add("income", amount(revenue * (below(40) - 10) / 100));
    add("revenue", amount(revenue));
    add("rd expense", amount(revenue * below(1000) / 10'000));
    add("rd staff ratio", amount(below(4000)));
    add("hnte valid until", below(10) < 6 ? feel::Value() : feel::Value(base::Date::from_days(19'300 + below(2190))));
    add("registered on", feel::Value(base::Date::from_days(7300 + below(12'000))));
    add("restricted", feel::Value(below(20) == 0));
    add("blacklisted", feel::Value(below(30) == 0));
    enterprises.push_back(feel::Value::context(std::move(entries)));
  }
  std::size_t at = 0;
  for (auto _ : state) {
    evaluator.begin();
    evaluator.set(input, enterprises[at++ & 4095]);
    benchmark::DoNotOptimize(evaluator.value_of(asked));
  }
}

void table(benchmark::State& state) {
  const auto rules = state.range(0);
  const auto hit = state.range(1);  // per mille of the table
  const bool use_index = state.range(2) != 0;
  std::string xml =
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"b\" namespace=\"urn:b\"><inputData "
      "id=\"a\" name=\"amount\"/>"
      "<inputData id=\"k\" name=\"kind\"/><decision id=\"d\" name=\"d\"><variable "
      "name=\"d\"/><informationRequirement><requiredInput href=\"#a\"/>"
      "</informationRequirement><informationRequirement><requiredInput "
      "href=\"#k\"/></informationRequirement><decisionTable hitPolicy=\"FIRST\">"
      "<input><inputExpression typeRef=\"number\"><text>amount</text></inputExpression></input><input><inputExpression "
      "typeRef=\"string\">"
      "<text>kind</text></inputExpression></input><output/>";
  for (std::int64_t r = 0; r < rules; ++r) {
    xml += "<rule><inputEntry><text>[" + std::to_string(r * 10) + ".." + std::to_string(r * 10 + 10) +
           ")</text></inputEntry><inputEntry><text>\"k" + std::to_string(r % 7) +
           "\"</text></inputEntry><outputEntry><text>" + std::to_string(r) + "</text></outputEntry></rule>";
  }
  const auto models = load(xml + "</decisionTable></decision></definitions>");
  if (models == nullptr) return state.SkipWithError("the table cannot be compiled");
  EvaluatorOptions options;
  options.collect_failures = false;
  options.use_index = use_index;
  Evaluator evaluator(models, options);
  const std::int64_t wanted = (rules - 1) * hit / 1000;
  const feel::Value amount(wanted * 10 + 3), kind("k" + std::to_string(wanted % 7));
  const auto decision = *models->find(ElementKind::Decision, "d");
  const auto amount_input = *models->find(ElementKind::InputData, "amount"),
             kind_input = *models->find(ElementKind::InputData, "kind");
  for (auto _ : state) {
    evaluator.begin();
    evaluator.set(amount_input, amount);
    evaluator.set(kind_input, kind);
    benchmark::DoNotOptimize(evaluator.value_of(decision));
  }
  if (evaluator.value_of(decision).is_null()) state.SkipWithError("the wrong result");
}

BENCHMARK_CAPTURE(reference, assessment, "Assessment", false);
BENCHMARK_CAPTURE(reference, assessment_with_horizon, "Assessment", true);
BENCHMARK_CAPTURE(reference, size_class, "Size class", false);
BENCHMARK_CAPTURE(reference, tax, "Tax", false);
BENCHMARK(table)->ArgNames({"rules", "hit", "index"})->ArgsProduct({{10, 100, 1000, 5000}, {0, 500, 1000}, {1}});
BENCHMARK(table)->ArgNames({"rules", "hit", "index"})->Args({1000, 1000, 0});

}  // namespace
