#pragma once
// Expression: FEEL text compiled against a Scope. Immutable, cheap to copy, usable from many threads at once, each with
// its own Evaluation and Frame.
//
//   Scope scope;
//   Slot x = scope.declare("x");
//   auto expression = compile("x + 1", scope);
//   Evaluation evaluation;
//   Frame frame(evaluation, scope.frame_size());   // after everything for this scope is compiled
//   frame[x] = Value(41);
//   Value result = expression->evaluate(evaluation, frame);
//
// compile() fails only for text that is not FEEL. Unknown names and functions, and type errors, are null when they are
// evaluated. Cost: evaluating allocates only for strings, lists and contexts the expression makes.

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "feel/evaluation.hpp"
#include "feel/scope.hpp"
#include "feel/syntax.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

enum class Dialect : std::uint8_t {
  Expression,          // grammar rule 1: expression (boxed expressions are dmn's)
  TextualExpressions,  // several expressions separated by commas: the value is a list if there is more than one
  UnaryTests,          // grammar rule 17, against the variable `?`, which the scope must declare
};

struct CompileOptions {
  Dialect dialect = Dialect::Expression;
  std::uint32_t depth = 200;        // nesting of the text
  std::uint32_t bytes = 1'000'000;  // length of the text
};

struct Program;  // internal

class Expression {
 public:
  Expression() = default;  // evaluates to null
  explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  Value evaluate(Evaluation& evaluation, Frame& frame) const;
  // As evaluate, but may answer a reference to a variable or constant instead of a copy; `scratch` holds the value
  // otherwise.
  const Value& evaluate(Evaluation& evaluation, Frame& frame, Value& scratch) const;

  explicit operator bool() const { return program_ != nullptr; }
  const std::string& text() const;
  const Syntax& syntax() const;   // the tree, for printing and inspection
  TypePointer type() const;       // as far as it can be told without evaluating; nullptr: Any
  const Value* constant() const;  // not null when the expression was folded to a constant
  // Names of the scope's variables the text uses (canonical), "?" among them.
  const std::set<std::string>& names_used() const;
  // Paths from a variable as far as they are plain members: "Enterprise.annual returns". A bare use of the variable
  // lists its name.
  const std::set<std::string>& paths_used() const;
  bool uses_clock() const;  // calls now() or today()

 private:
  std::shared_ptr<const Program> program_;
};

base::Result<Expression> compile(std::string_view text, Scope& scope, const CompileOptions& options = {});
inline base::Result<Expression> compile(std::string_view text, Scope& scope, Dialect dialect) {
  return compile(text, scope, CompileOptions{.dialect = dialect});
}
// Compiles a tree that was parsed or built elsewhere; `text` is kept for messages only.
base::Result<Expression> compile(SyntaxPointer syntax, Scope& scope, std::string text = {});

// An expression that always has this value.
Expression constant_expression(Value value);

// Parses, compiles and evaluates a text that uses no variables.
base::Result<Value> evaluate_text(std::string_view text);

}  // namespace yuanqu::feel
