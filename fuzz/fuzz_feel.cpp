// Rooms: feel base
// FEEL text: whatever reads must print as text that reads as the same tree, and must evaluate within its limits without
// harm. The first byte chooses the dialect.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "feel/expression.hpp"
#include "feel/inspect.hpp"
#include "feel/parser.hpp"

namespace {

using namespace yuanqu::feel;

void must(bool condition) {
  if (!condition) std::abort();
}

bool has_number_of_no_value(const Syntax& syntax) {
  if (syntax.form == SyntaxForm::Literal && syntax.value.is_null() && !syntax.text.empty()) return true;
  for (const SyntaxPointer& part : syntax.parts) {
    if (has_number_of_no_value(*part)) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  CompileOptions options;
  options.dialect = static_cast<Dialect>(data[0] % 3);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

  Scope scope;
  const Slot x = scope.declare("x");
  const Slot list = scope.declare("long list");
  const Slot input = scope.declare("?");
  const auto expression = compile(text, scope, options);
  if (!expression) return 0;

  // A literal such as 1e9999 or @"x" has no value to print.
  if (!has_number_of_no_value(expression->syntax())) {
    const auto again = parse(print(expression->syntax()), scope, options);
    // Parentheses that the printer adds may nest a text at the limit of depth beyond it.
    if (again) must(print(**again) == print(expression->syntax()));
  }
  (void)simple_tests(expression->syntax());

  Evaluation evaluation(
      Limits{.depth = 100, .steps = 20'000, .list_items = 10'000, .string_bytes = 100'000, .time_ms = 200});
  std::vector<Suppressed> failures;
  yuanqu::feel::Horizon horizon(yuanqu::base::Date::from_days(20'000));
  evaluation.collect(&failures);
  evaluation.track(&horizon);
  Frame frame(evaluation, scope.frame_size());
  frame[x] = Value(3);
  frame[list] = Value::list({Value(1), Value("a"), today_value(yuanqu::base::Date::from_days(20'000)), Value()});
  frame[input] = Value(5);
  (void)to_literal(expression->evaluate(evaluation, frame));
  return 0;
}
