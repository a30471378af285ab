#include "dmn/literal_conditions.hpp"

#include <algorithm>

namespace yuanqu::dmn {

namespace {

using feel::Operation;
using feel::Syntax;
using feel::SyntaxForm;

constexpr std::size_t conditions_max = 64;  // of one text

bool is_null(const Syntax& syntax) {
  return syntax.form == SyntaxForm::Literal && syntax.value.is_null() && syntax.text.empty();
}

bool is_comparison(const Syntax& syntax) {
  return syntax.form == SyntaxForm::Binary && syntax.operation >= Operation::Equal &&
         syntax.operation <= Operation::GreaterOrEqual;
}

class Walk {
 public:
  explicit Walk(feel::Scope& scope) : scope_(scope) {}

  // `condition`: the part decides something, so even a plain name or a call is a condition.
  void visit(const Syntax& syntax, bool condition) {
    if (found.size() >= conditions_max) return;
    if (syntax.form == SyntaxForm::If) {
      visit(*syntax.parts[0], true);
      visit(*syntax.parts[1], false);
      visit(*syntax.parts[2], false);
    } else if (syntax.form == SyntaxForm::Binary && syntax.operation == Operation::And) {
      visit(*syntax.parts[0], true);
      visit(*syntax.parts[1], true);
    } else if (is_comparison(syntax)) {
      if (!is_null(*syntax.parts[0]) && !is_null(*syntax.parts[1]))
        add(syntax, *syntax.parts[0], syntax.parts[1].get());
    } else if (syntax.form == SyntaxForm::In) {
      add(syntax, *syntax.parts[0], nullptr);
    } else if (condition && asks_no_null(syntax)) {
      add(syntax);
    } else if (syntax.form == SyntaxForm::Binary && syntax.operation == Operation::Or && asks_no_null(syntax)) {
      add(syntax);
    }
  }

  std::vector<LiteralCondition> found;

 private:
  // Whether something is known is no condition of its own: `x = null or …` guards what follows.
  static bool asks_no_null(const Syntax& syntax) {
    if (is_comparison(syntax)) return !is_null(*syntax.parts[0]) && !is_null(*syntax.parts[1]);
    return syntax.form != SyntaxForm::Literal &&
           std::all_of(syntax.parts.begin(), syntax.parts.end(), [](const auto& part) {
             return part == nullptr || part->form == SyntaxForm::Literal || asks_no_null(*part);
           });
  }

  feel::Expression compiled(const Syntax& syntax) const {
    auto expression = feel::compile(syntax.clone(), scope_);
    return expression ? *expression : feel::Expression();
  }

  void add(const Syntax& whole) { add({.whole = compiled(whole), .text = print(whole)}); }

  void add(const Syntax& whole, const Syntax& left, const Syntax* right) {
    LiteralCondition condition{
        .whole = compiled(whole), .left = compiled(left), .text = print(whole), .left_text = print(left)};
    if (right != nullptr) {
      condition.right = compiled(*right);
      condition.right_text = print(*right);
      condition.operation = feel::symbol_of(whole.operation);
    } else {
      condition.operation = "in";
      condition.right_text = condition.text.substr(std::min(condition.text.size(), condition.left_text.size() + 4));
    }
    add(std::move(condition));
  }

  void add(LiteralCondition condition) {
    const bool known = std::any_of(found.begin(), found.end(),
                                   [&](const LiteralCondition& one) { return one.text == condition.text; });
    if (condition.whole && !known) found.push_back(std::move(condition));
  }

  feel::Scope& scope_;
};

}  // namespace

std::vector<LiteralCondition> conditions_of(const feel::Expression& expression, feel::Scope& scope) {
  if (expression.constant() != nullptr) return {};
  Walk walk(scope);
  walk.visit(expression.syntax(), false);
  return std::move(walk.found);
}

}  // namespace yuanqu::dmn
