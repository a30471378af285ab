#include "feel/expression.hpp"

#include "feel/compiler.hpp"
#include "feel/node.hpp"
#include "feel/parser.hpp"

namespace yuanqu::feel {

struct Program {
  std::string text;
  SyntaxPointer syntax;
  NodePointer root;
  TypePointer type;
  std::set<std::string> names_used;
  std::set<std::string> paths_used;
  bool uses_clock = false;
};

namespace {

const Value& null_value() {
  static const Value value;
  return value;
}

base::Result<Expression> assemble(SyntaxPointer syntax, Scope& scope, std::string text) {
  auto program = std::make_shared<Program>();
  Compiler compiler(scope);
  program->text = std::move(text);
  program->root = compiler.compile(*syntax);
  bool boolean = syntax->form == SyntaxForm::InstanceOf || syntax->form == SyntaxForm::Tests;
  program->type = boolean ? Type::simple(Type::Form::Boolean) : syntax->type;
  program->syntax = std::move(syntax);
  program->names_used = compiler.names_used();
  program->paths_used = compiler.paths_used();
  program->uses_clock = compiler.uses_clock();
  return Expression(std::move(program));
}

}  // namespace

base::Result<Expression> compile(std::string_view text, Scope& scope, const CompileOptions& options) {
  base::Result<SyntaxPointer> syntax = parse(text, scope, options);
  if (!syntax) return tl::unexpected(std::move(syntax.error()));
  return assemble(std::move(*syntax), scope, std::string(text));
}

base::Result<Expression> compile(SyntaxPointer syntax, Scope& scope, std::string text) {
  if (text.empty()) text = print(*syntax);
  return assemble(std::move(syntax), scope, std::move(text));
}

Expression constant_expression(Value value) {
  auto program = std::make_shared<Program>();
  program->text = to_literal(value);
  program->syntax = std::make_unique<Syntax>();
  program->syntax->value = value;
  program->type = value.is_null() ? nullptr : type_of(value);
  program->root = constant_node(std::move(value), 0);
  return Expression(std::move(program));
}

base::Result<Value> evaluate_text(std::string_view text) {
  Scope scope;
  base::Result<Expression> expression = compile(text, scope);
  if (!expression) return tl::unexpected(expression.error());
  Evaluation evaluation;
  Frame frame(evaluation, scope.frame_size());
  return expression->evaluate(evaluation, frame);
}

Value Expression::evaluate(Evaluation& evaluation, Frame& frame) const {
  Value scratch;
  const Value& result = evaluate(evaluation, frame, scratch);
  if (&result == &scratch) return scratch;
  return result;
}

const Value& Expression::evaluate(Evaluation& evaluation, Frame& frame, Value& scratch) const {
  if (program_ == nullptr) return null_value();
  State state{evaluation, frame};
  const Value& result = program_->root->evaluate(state, scratch);
  return evaluation.exhausted() ? null_value() : result;
}

const std::string& Expression::text() const {
  static const std::string none;
  return program_ == nullptr ? none : program_->text;
}

const Syntax& Expression::syntax() const {
  static const Syntax null_literal;
  return program_ == nullptr ? null_literal : *program_->syntax;
}

TypePointer Expression::type() const { return program_ == nullptr ? nullptr : program_->type; }

const Value* Expression::constant() const { return program_ == nullptr ? &null_value() : program_->root->constant(); }

const std::set<std::string>& Expression::names_used() const {
  static const std::set<std::string> none;
  return program_ == nullptr ? none : program_->names_used;
}

const std::set<std::string>& Expression::paths_used() const {
  static const std::set<std::string> none;
  return program_ == nullptr ? none : program_->paths_used;
}

bool Expression::uses_clock() const { return program_ != nullptr && program_->uses_clock; }

}  // namespace yuanqu::feel
