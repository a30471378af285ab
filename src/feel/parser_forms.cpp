#include <algorithm>

#include "feel/builtins.hpp"
#include "feel/parser.hpp"

namespace yuanqu::feel {

SyntaxPointer Parser::conditional() {
  Node node = make(SyntaxForm::If, peek().offset);
  expect_word("if");
  node->parts.push_back(expression());
  expect_word("then");
  node->parts.push_back(expression());
  expect_word("else");
  node->parts.push_back(expression());
  node->type = merged(node->parts[1]->type, node->parts[2]->type);
  return node;
}

SyntaxPointer Parser::iteration() {
  SyntaxForm form = is_word("for") ? SyntaxForm::For : is_word("some") ? SyntaxForm::Some : SyntaxForm::Every;
  Node node = make(form, peek().offset);
  ++position_;
  LocalScope locals(*this);
  do {
    std::size_t begin = position_;
    if (peek().kind != TokenKind::Identifier) fail();
    while (!is_word("in")) {
      if (peek().kind == TokenKind::End || is_symbol(",")) fail();
      ++position_;
    }
    std::string name = canonical_name(text_.substr(tokens_[begin].offset, peek().offset - tokens_[begin].offset));
    ++position_;
    Node domain = expression();
    if (is_symbol("..")) {
      Node range = make(SyntaxForm::RangeOf, domain->offset);
      ++position_;
      range->type = Type::list_of(domain->type);
      range->parts.push_back(std::move(domain));
      range->parts.push_back(expression());
      domain = std::move(range);
    }
    TypePointer type = domain->type;
    if (type && (type->form == Type::Form::List || type->form == Type::Form::Range)) type = type->element;
    declare(name, type);
    node->names.push_back(std::move(name));
    node->parts.push_back(std::move(domain));
  } while (accept(","));
  if (form == SyntaxForm::For) {
    expect_word("return");
    declare("partial", nullptr);
  } else {
    expect_word("satisfies");
  }
  node->parts.push_back(expression());
  node->type = form == SyntaxForm::For ? Type::list_of(node->parts.back()->type) : Type::simple(Type::Form::Boolean);
  return node;
}

SyntaxPointer Parser::function_definition() {
  Node node = make(SyntaxForm::FunctionOf, peek().offset);
  expect_word("function");
  expect("(");
  LocalScope locals(*this);
  std::vector<Member> parameters;
  if (!is_symbol(")")) {
    do {
      std::size_t begin = position_;
      if (peek().kind != TokenKind::Identifier) fail();
      while (!is_symbol(",") && !is_symbol(":") && !is_symbol(")")) {
        if (peek().kind == TokenKind::End) fail();
        ++position_;
      }
      std::string name = canonical_name(text_.substr(tokens_[begin].offset, peek().offset - tokens_[begin].offset));
      TypePointer type = accept(":") ? type_name() : nullptr;
      parameters.push_back({name, type});
      node->names.push_back(std::move(name));
      node->types.push_back(std::move(type));
    } while (accept(","));
  }
  expect(")");
  for (const Member& parameter : parameters) declare(parameter.name, parameter.type);
  node->external = accept_word("external");
  node->parts.push_back(expression());
  node->type = Type::function_of(std::move(parameters), node->parts[0]->type);
  return node;
}

// ( … ), [ … ], ] … ] and { … }
SyntaxPointer Parser::bracketed() {
  std::uint32_t offset = peek().offset;
  if (is_symbol("{")) return context_literal();
  if (accept("(")) {
    if (comparison_operator()) return range_test();
    Node inner = expression();
    if (is_symbol("..")) return interval(false, std::move(inner), offset);
    expect(")");
    return inner;
  }
  if (accept("]")) {
    Node low = expression();
    return interval(false, std::move(low), offset);
  }
  expect("[");
  Node list = make(SyntaxForm::List, offset);
  // A bracket that closes at once is an empty list, unless an interval ]a..b] begins with it.
  TokenKind next = peek(1).kind;
  bool interval_begins = next == TokenKind::Number || next == TokenKind::String || next == TokenKind::At ||
                         (next == TokenKind::Identifier && !is_keyword(word(peek(1))));
  if (!is_symbol("]") || interval_begins) {
    Node first = expression();
    if (is_symbol("..")) return interval(true, std::move(first), offset);
    TypePointer element = first->type;
    list->parts.push_back(std::move(first));
    while (accept(",")) {
      list->parts.push_back(expression());
      element = merged(element, list->parts.back()->type);
    }
    list->type = Type::list_of(std::move(element));
  } else {
    list->type = Type::list_of(nullptr);
  }
  expect("]");
  return list;
}

// Behind the opening parenthesis of (< 5), (=1), (>= x).
SyntaxPointer Parser::range_test() {
  Node node = make(SyntaxForm::Test, peek().offset);
  node->operation = *comparison_operator();
  ++position_;
  node->parts.push_back(additive());
  expect(")");
  node->type = Type::range_of(node->parts[0]->type);
  return node;
}

SyntaxPointer Parser::interval(bool low_included, Node low, std::uint32_t offset) {
  Node node = make(SyntaxForm::Interval, offset);
  expect("..");
  node->low_included = low_included;
  node->type = Type::range_of(low->type);
  node->parts.push_back(std::move(low));
  node->parts.push_back(expression());
  if (accept("]")) {
    node->high_included = true;
  } else if (!accept(")") && !accept("[")) {
    fail();
  }
  return node;
}

SyntaxPointer Parser::context_literal() {
  Node node = make(SyntaxForm::Context, peek().offset);
  expect("{");
  LocalScope locals(*this);
  std::vector<Member> members;
  if (!is_symbol("}")) {
    do {
      std::string key = key_name();
      Node value = expression();
      members.push_back({key, value->type});
      declare(key, value->type);
      node->names.push_back(std::move(key));
      node->parts.push_back(std::move(value));
    } while (accept(","));
  }
  expect("}");
  node->type = Type::context_of(std::move(members));
  return node;
}

SyntaxPointer Parser::call(Node callee) {
  Node node = make(SyntaxForm::Call, callee->offset);
  expect("(");
  std::vector<Node> arguments;
  if (!is_symbol(")")) {
    bool named = false;
    do {
      std::optional<std::string> name = name_before_colon();
      if (!arguments.empty() && name.has_value() != named) fail();
      named = name.has_value();
      if (named) node->names.push_back(std::move(*name));
      arguments.push_back(expression());
    } while (accept(","));
  }
  expect(")");
  if (callee->form == SyntaxForm::Name) {
    node->type = builtin_result_type(callee->text, arguments.empty() ? nullptr : arguments[0]->type);
  }
  if (callee->type && callee->type->form == Type::Form::Function) node->type = callee->type->element;
  node->parts.push_back(std::move(callee));
  for (Node& argument : arguments) node->parts.push_back(std::move(argument));
  return node;
}

// Rule 17.
SyntaxPointer Parser::unary_tests() {
  Node node = make(SyntaxForm::Tests, peek().offset);
  if (is_symbol("-") && peek(1).kind == TokenKind::End) {
    ++position_;
    return node;
  }
  if (is_word("not") && is_symbol("(", 1)) {
    std::size_t start = position_;
    try {
      position_ += 2;
      do {
        node->parts.push_back(positive_test(true));
      } while (accept(","));
      expect(")");
      if (peek().kind == TokenKind::End) {
        node->negated = true;
        return node;
      }
    } catch (const Failure& failure) {
      if (failure.limit) throw;
    }
    // not(…) was only the beginning of an expression: not(a) and b
    go_back(start);
    node->parts.clear();
  }
  do {
    node->parts.push_back(positive_test(true));
  } while (accept(","));
  return node;
}

SyntaxPointer Parser::positive_test(bool whole_expression) {
  if (std::optional<Operation> operation = comparison_operator()) {
    Node node = make(SyntaxForm::Test, peek().offset);
    node->operation = *operation;
    ++position_;
    node->parts.push_back(additive());
    return node;
  }
  return whole_expression ? expression() : additive();
}

// Rule 49 c and d: one test, or several in parentheses. "x in (a) + 1" is the expression (a) + 1 after all.
SyntaxPointer Parser::in_tests(Node value) {
  Node node = make(SyntaxForm::In, value->offset);
  node->type = Type::simple(Type::Form::Boolean);
  LocalScope locals(*this);
  declare("?", value->type);
  node->parts.push_back(std::move(value));
  if (!is_symbol("(")) {
    node->parts.push_back(positive_test(false));
    return node;
  }
  std::size_t start = position_;
  try {
    ++position_;
    do {
      node->parts.push_back(positive_test(true));
    } while (accept(","));
    expect(")");
    bool goes_on = is_symbol("+") || is_symbol("-") || is_symbol("*") || is_symbol("/") || is_symbol("**") ||
                   is_symbol(".") || is_symbol("[") || is_symbol("(") || is_symbol("..");
    if (!goes_on) return node;
  } catch (const Failure& failure) {
    if (failure.limit) throw;
  }
  node->parts.resize(1);
  go_back(start);
  node->parts.push_back(positive_test(false));
  return node;
}

}  // namespace yuanqu::feel
