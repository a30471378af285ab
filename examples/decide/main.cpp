// Evaluates the decision "Tax" of rates.dmn for a few incomes and says which rule applied.
//   example_decide examples/decide/rates.dmn
#include <iostream>

#include "yuanqu/decide.h"

int main(int argc, char** argv) {
  namespace decide = yuanqu::decide;
  const std::string file = argc > 1 ? argv[1] : "examples/decide/rates.dmn";

  const auto loaded = decide::Models::from_files({file});
  for (const auto& problem : loaded.problems) std::cerr << problem.decision << ": " << problem.en << "\n";
  if (!loaded.models) return 1;

  for (const auto& decision : loaded.models->decisions()) {
    std::cout << decision.name << " (" << decision.type << ") needs";
    for (const auto& input : decision.inputs) std::cout << " " << input.name << ": " << input.type;
    std::cout << "\n";
  }

  decide::Options options;
  options.matched_rules = true;
  decide::Evaluator evaluator(loaded.models, options);

  const auto show = [](const decide::Result& result) {
    std::cout << result.json;
    for (const auto& matched : result.matched) {
      for (const auto rule : matched.rules) std::cout << "  (rule " << rule << " of " << matched.decision << ")";
    }
    for (const auto& failure : result.failures) std::cout << "  ! " << failure.en;
    std::cout << "\n";
  };

  // As JSON: numbers keep every digit, 0.1 is 0.1.
  show(evaluator.evaluate("Tax", R"({"Income": 300.10, "Kind": "high-tech"})"));
  show(evaluator.evaluate("Tax", R"({"Income": 299.99, "Kind": "other"})"));

  // As values.
  show(evaluator.evaluate("Tax",
                          decide::Context{{"Income", {decide::Number{"1000"}}}, {"Kind", {std::string("other")}}}));

  // What cannot be decided is null, and says why.
  show(evaluator.evaluate("Tax", R"({"Income": "a lot"})"));
  return 0;
}
