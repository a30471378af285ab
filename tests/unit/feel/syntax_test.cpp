#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "feel/compare.hpp"
#include "feel/expression.hpp"
#include "feel/parser.hpp"
#include "feel/syntax.hpp"

namespace yuanqu::feel {
namespace {

const std::vector<std::string> variable_names = {"x",    "y",     "Monthly Income", "a-b", "profit and loss",
                                                 "企业", "step 1"};

// A random syntax tree in which every form can occur where the grammar has it.
class Grower {
 public:
  SyntaxPointer expression(int depth) {
    if (depth <= 0) return leaf();
    switch (pick(22)) {
      case 0: return leaf();
      case 1: return with(SyntaxForm::Path, {expression(depth - 1)}, "amount due");
      case 2: return with(SyntaxForm::Filter, {expression(depth - 1), expression(depth - 1)});
      case 3: return call(depth);
      case 4: return negation(depth);
      case 5:
      case 6:
      case 7: return binary(depth);
      case 8: return with(SyntaxForm::Between, {expression(depth - 1), expression(depth - 1), expression(depth - 1)});
      case 9: return in(depth);
      case 10: return instance_of(depth);
      case 11: return with(SyntaxForm::If, {expression(depth - 1), expression(depth - 1), expression(depth - 1)});
      case 12: return iteration(SyntaxForm::For, depth);
      case 13: return iteration(SyntaxForm::Some, depth);
      case 14: return iteration(SyntaxForm::Every, depth);
      case 15: return list(depth);
      case 16: return context(depth);
      case 17: return interval(depth);
      case 18: return function(depth);
      case 19: return test(depth);
      default: return binary(depth);
    }
  }

  SyntaxPointer unary_tests(int depth) {
    SyntaxPointer tests = with(SyntaxForm::Tests, {});
    int count = pick(4);
    for (int i = 0; i < count; ++i) tests->parts.push_back(pick(2) == 0 ? test(depth) : expression(depth));
    tests->negated = count > 0 && pick(3) == 0;
    return tests;
  }

 private:
  int pick(int count) { return *rc::gen::inRange(0, count); }

  static SyntaxPointer node(SyntaxForm form) {
    auto made = std::make_unique<Syntax>();
    made->form = form;
    return made;
  }

  template <std::size_t N>
  static SyntaxPointer with(SyntaxForm form, SyntaxPointer (&&parts)[N], std::string text = {}) {
    SyntaxPointer made = node(form);
    made->text = std::move(text);
    for (SyntaxPointer& part : parts) made->parts.push_back(std::move(part));
    return made;
  }
  static SyntaxPointer with(SyntaxForm form, std::initializer_list<int>) { return node(form); }

  SyntaxPointer leaf() {
    SyntaxPointer made = node(SyntaxForm::Literal);
    switch (pick(8)) {
      case 0: made->value = Value(); break;
      case 1: made->value = Value(pick(2) == 0); break;
      case 2:
        made->value = Value(base::Decimal::from_scaled(*rc::gen::inRange<std::int64_t>(-100'000, 100'000), pick(4)));
        break;
      case 3: made->value = Value(*rc::gen::element<std::string>("", "a\"b", "tab\t\\n", "中文", "😀")); break;
      case 4: made->value = Value(base::Date::from_days(*rc::gen::inRange<std::int64_t>(-100'000, 100'000))); break;
      case 5: made->value = Value(DaysTimeDuration{*rc::gen::inRange<std::int64_t>(-100'000, 100'000), 0}); break;
      default: made->form = SyntaxForm::Name; made->text = *rc::gen::elementOf(variable_names);
    }
    return made;
  }

  SyntaxPointer call(int depth) {
    SyntaxPointer made = node(SyntaxForm::Call);
    made->parts.push_back(expression(depth - 1));
    int count = pick(3);
    bool named = pick(2) == 0;
    for (int i = 0; i < count; ++i) {
      made->parts.push_back(expression(depth - 1));
      if (named) made->names.push_back(i == 0 ? "start position" : "n");
    }
    return made;
  }

  SyntaxPointer negation(int depth) { return with(SyntaxForm::Negation, {expression(depth - 1)}); }

  SyntaxPointer binary(int depth) {
    SyntaxPointer made = with(SyntaxForm::Binary, {expression(depth - 1), expression(depth - 1)});
    made->operation = static_cast<Operation>(
        *rc::gen::inRange(static_cast<int>(Operation::Or), static_cast<int>(Operation::Power) + 1));
    return made;
  }

  SyntaxPointer test(int depth) {
    SyntaxPointer made = with(SyntaxForm::Test, {expression(depth - 1)});
    made->operation = static_cast<Operation>(
        *rc::gen::inRange(static_cast<int>(Operation::Equal), static_cast<int>(Operation::GreaterOrEqual) + 1));
    return made;
  }

  SyntaxPointer in(int depth) {
    SyntaxPointer made = with(SyntaxForm::In, {expression(depth - 1)});
    int count = 1 + pick(3);
    for (int i = 0; i < count; ++i) made->parts.push_back(pick(2) == 0 ? test(depth) : expression(depth - 1));
    return made;
  }

  SyntaxPointer instance_of(int depth) {
    SyntaxPointer made = with(SyntaxForm::InstanceOf, {expression(depth - 1)});
    made->type = type(2);
    return made;
  }

  TypePointer type(int depth) {
    switch (depth <= 0 ? pick(3) : pick(7)) {
      case 0: return Type::simple(Type::Form::Number);
      case 1: return Type::simple(Type::Form::DateTime);
      case 2: return Type::simple(Type::Form::YearsMonthsDuration);
      case 3: return Type::list_of(type(depth - 1));
      case 4: return Type::range_of(type(depth - 1));
      case 5: return Type::context_of({{"a b", type(depth - 1)}, {"c", type(depth - 1)}});
      default: return Type::function_of({{"", type(depth - 1)}}, type(depth - 1));
    }
  }

  SyntaxPointer iteration(SyntaxForm form, int depth) {
    SyntaxPointer made = node(form);
    int count = 1 + pick(2);
    for (int i = 0; i < count; ++i) {
      made->names.push_back(i == 0 ? "i" : "the item");
      if (pick(3) == 0) {
        made->parts.push_back(with(SyntaxForm::RangeOf, {expression(depth - 1), expression(depth - 1)}));
      } else {
        made->parts.push_back(expression(depth - 1));
      }
    }
    made->parts.push_back(expression(depth - 1));
    return made;
  }

  SyntaxPointer list(int depth) {
    SyntaxPointer made = node(SyntaxForm::List);
    int count = pick(4);
    for (int i = 0; i < count; ++i) made->parts.push_back(expression(depth - 1));
    return made;
  }

  SyntaxPointer context(int depth) {
    static const std::vector<std::string> keys = {"k", "long key", "x+y", "{odd}"};
    SyntaxPointer made = node(SyntaxForm::Context);
    int count = pick(4);
    for (int i = 0; i < count; ++i) {
      made->names.push_back(keys[static_cast<std::size_t>(i)]);
      made->parts.push_back(expression(depth - 1));
    }
    return made;
  }

  SyntaxPointer interval(int depth) {
    SyntaxPointer made = with(SyntaxForm::Interval, {expression(depth - 1), expression(depth - 1)});
    made->low_included = pick(2) == 0;
    made->high_included = pick(2) == 0;
    return made;
  }

  SyntaxPointer function(int depth) {
    SyntaxPointer made = node(SyntaxForm::FunctionOf);
    int count = pick(3);
    for (int i = 0; i < count; ++i) {
      made->names.push_back(i == 0 ? "p" : "second parameter");
      made->types.push_back(pick(2) == 0 ? type(2) : nullptr);
    }
    made->parts.push_back(expression(depth - 1));
    return made;
  }
};

void declare_all(Scope& scope) {
  for (const std::string& name : variable_names) scope.declare(name);
}

RC_GTEST_PROP(Syntax, PrintedTextReadsBackAsTheSameTree, ()) {
  SyntaxPointer tree = Grower().expression(*rc::gen::inRange(0, 5));
  std::string text = print(*tree);
  Scope scope;
  declare_all(scope);
  base::Result<SyntaxPointer> again = parse(text, scope, {});
  if (!again) RC_FAIL(text + ": " + again.error().en + " @" + std::to_string(again.error().place.offset));
  if (!equal(*tree, **again)) RC_FAIL(text + " reads as " + print(**again));
}

RC_GTEST_PROP(Syntax, PrintedUnaryTestsReadBack, ()) {
  SyntaxPointer tree = Grower().unary_tests(2);
  std::string text = print(*tree);
  Scope scope;
  declare_all(scope);
  scope.declare("?");
  base::Result<SyntaxPointer> again = parse(text, scope, {.dialect = Dialect::UnaryTests});
  if (!again) RC_FAIL(text + ": " + again.error().en);
  if (!equal(*tree, **again)) RC_FAIL(text + " reads as " + print(**again));
}

Value value_of(const std::string& name) {
  static const std::vector<std::string> literals = {"3",        "\"a\"",           "null", "[1, 2, \"a\"]",
                                                    "@\"P1D\"", "@\"2024-02-29\"", "-0.5"};
  for (std::size_t i = 0; i < variable_names.size(); ++i) {
    if (variable_names[i] == name) return evaluate_text(literals[i]).value();
  }
  return {};
}

// Every variable replaced by its value.
void substitute(Syntax& syntax) {
  bool variable = syntax.form == SyntaxForm::Name &&
                  std::find(variable_names.begin(), variable_names.end(), syntax.text) != variable_names.end();
  if (variable) {
    Value value = value_of(syntax.text);
    if (value.is(Kind::List)) {
      syntax.form = SyntaxForm::List;
      for (const Value& item : value.items()) {
        auto literal = std::make_unique<Syntax>();
        literal->value = item;
        syntax.parts.push_back(std::move(literal));
      }
    } else {
      syntax.form = SyntaxForm::Literal;
      syntax.value = std::move(value);
    }
    syntax.text.clear();
    return;
  }
  for (SyntaxPointer& part : syntax.parts) substitute(*part);
}

std::string evaluated(SyntaxPointer tree, bool observed) {
  Scope scope;
  declare_all(scope);
  base::Result<Expression> expression = compile(std::move(tree), scope);
  RC_ASSERT(expression.has_value());
  Evaluation evaluation(Limits{.steps = 10'000});
  std::vector<Suppressed> failures;
  Horizon horizon(base::Date::from_days(20'000));
  if (observed) {
    evaluation.collect(&failures);
    evaluation.track(&horizon);
  }
  Frame frame(evaluation, scope.frame_size());
  for (const Scope::Variable& variable : scope.variables()) frame[variable.slot] = value_of(variable.name);
  std::string text = to_literal(expression->evaluate(evaluation, frame));
  return evaluation.exhausted() ? "exhausted" : text;
}

// Variables in slots, constants folded while compiling, failures and horizon observed: one value.
RC_GTEST_PROP(Syntax, ValuesDoNotDependOnHowTheyAreFound, ()) {
  SyntaxPointer tree = Grower().expression(*rc::gen::inRange(0, 5));
  std::string text = print(*tree);
  SyntaxPointer constant = tree->clone();
  substitute(*constant);
  std::string plain = evaluated(tree->clone(), false);
  std::string observed = evaluated(std::move(tree), true);
  std::string folded = evaluated(std::move(constant), false);
  if (plain != observed) RC_FAIL(text + " is " + plain + ", observed " + observed);
  bool cut_short = plain == "exhausted" || folded == "exhausted";
  if (!cut_short && plain != folded) RC_FAIL(text + " is " + plain + ", folded " + folded);
}

TEST(Logic, TablesAreThreeValued) {
  const std::vector<std::string> operands = {"true", "false", "null", "1"};
  auto truth = [](const std::string& text) {
    return text == "true" ? Truth::True : text == "false" ? Truth::False : Truth::Unknown;
  };
  for (const std::string& a : operands) {
    for (const std::string& b : operands) {
      Truth left = truth(a);
      Truth right = truth(b);
      Truth conjunction = left == Truth::False || right == Truth::False ? Truth::False
                          : left == Truth::True && right == Truth::True ? Truth::True
                                                                        : Truth::Unknown;
      Truth disjunction = left == Truth::True || right == Truth::True     ? Truth::True
                          : left == Truth::False && right == Truth::False ? Truth::False
                                                                          : Truth::Unknown;
      for (const char* form : {"%s and %s", "%s or %s"}) {
        std::string text = std::string(form).find("and") != std::string::npos ? a + " and " + b : a + " or " + b;
        Truth wanted = text.find("and") != std::string::npos ? conjunction : disjunction;
        EXPECT_EQ(truth_of(evaluate_text(text).value()), wanted) << text;
        EXPECT_EQ(truth_of(evaluate_text("not(" + text + ")").value()), negate(wanted)) << text;
      }
      std::string pair = "[" + a + ", " + b + "]";
      if (a != "1" && b != "1") {
        EXPECT_EQ(truth_of(evaluate_text("every v in " + pair + " satisfies v").value()), conjunction) << pair;
        EXPECT_EQ(truth_of(evaluate_text("some v in " + pair + " satisfies v").value()), disjunction) << pair;
      }
      EXPECT_EQ(truth_of(evaluate_text("all(" + pair + ")").value()), conjunction) << pair;
      EXPECT_EQ(truth_of(evaluate_text("any(" + pair + ")").value()), disjunction) << pair;
    }
  }
}

RC_GTEST_PROP(Sort, IsStableAndTotal, ()) {
  auto keys = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
  std::string list;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    list += (i == 0 ? "" : ", ") + ("{k: " + std::to_string(keys[i]) + ", at: " + std::to_string(i) + "}");
  }
  Value sorted = evaluate_text("sort([" + list + "], function(a, b) a.k < b.k)").value();
  RC_ASSERT(sorted.items().size() == keys.size());
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Context& before = sorted.items()[i - 1].context();
    const Context& after = sorted.items()[i].context();
    auto order = compare(*before.find("k"), *after.find("k"));
    RC_ASSERT((*order <= 0));
    if (*order == 0) RC_ASSERT((*compare(*before.find("at"), *after.find("at")) < 0));
  }
}

RC_GTEST_PROP(Sort, SurvivesAFunctionThatIsNoOrder, ()) {
  int size = *rc::gen::inRange(0, 60);
  std::string text =
      "count(sort(for i in 1.." + std::to_string(size) + " return i, function(a, b) modulo(a * b, 3) = 1))";
  if (size > 0) RC_ASSERT(to_literal(evaluate_text(text).value()) == std::to_string(size));
}

}  // namespace
}  // namespace yuanqu::feel
