// Rooms: dmn
// Any bytes as a DMN document: reading, compiling, checking tables and evaluating every decision may answer null or an
// error, nothing else. The first byte chooses whether decision tables use their index.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dmn/evaluator.hpp"
#include "dmn/json.hpp"
#include "dmn/table_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yuanqu::dmn;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (auto json = from_json(text)) {
    const auto again = from_json(to_json(*json));
    if (!again || to_json(*again) != to_json(*json)) std::abort();
  }
  LoadLimits limits;
  limits.xml_bytes = 1u << 20;
  limits.xml_depth = 64;
  auto model = read_model(text, "fuzz.dmn", limits);
  if (!model) return 0;
  auto models = ModelSet::compile({*model});
  if (!models) return 0;
  CheckOptions check;
  check.work = 20'000;
  check.findings_max = 10;
  (void)check_tables(**models, check);

  EvaluatorOptions options;
  options.limits.steps = 20'000;
  options.limits.milliseconds = 500;
  options.limits.list_items = 10'000;
  options.limits.call_depth = 50;
  options.use_index = (data[0] & 1) != 0;
  options.collect_matches = true;
  options.trace = (data[0] & 2) != 0;
  Evaluator evaluator(*models, options);
  evaluator.set_day(*yuanqu::base::Date::parse("2026-03-02"), (data[0] & 4) != 0);
  for (ElementIndex e = 0; e < (*models)->elements().size(); ++e) {
    const auto outcome = evaluator.evaluate(e);
    if (outcome.horizon && *outcome.horizon <= *yuanqu::base::Date::parse("2026-03-02")) std::abort();
    if ((*models)->elements()[e].kind == ElementKind::Service) (void)evaluator.invoke(e, {});
  }
  return 0;
}
