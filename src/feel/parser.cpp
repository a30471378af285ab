#include "feel/parser.hpp"

#include <algorithm>

#include "feel/builtins.hpp"

namespace yuanqu::feel {

struct Parser::Deeper {
  explicit Deeper(Parser& owner) : parser(owner) {
    if (++parser.depth_ > parser.options_.depth) {
      --parser.depth_;
      throw Failure{parser.peek().offset, true};
    }
  }
  ~Deeper() { --parser.depth_; }
  Parser& parser;
};

Parser::Parser(std::string_view text, const Scope& scope, const CompileOptions& options)
    : text_(text), scope_(scope), options_(options), tokens_(tokenize(text)) {}

SyntaxPointer Parser::make(SyntaxForm form, std::uint32_t offset) const {
  auto node = std::make_unique<Syntax>();
  node->form = form;
  node->offset = offset;
  return node;
}

base::Result<SyntaxPointer> parse(std::string_view text, const Scope& scope, const CompileOptions& options) {
  if (text.size() > options.bytes) {
    return base::fail(base::ErrorCode::LimitExceeded, "表达式过长，请拆成几个。",
                      "The expression is too long; split it into several.");
  }
  return Parser(text, scope, options).run();
}

base::Result<SyntaxPointer> Parser::run() {
  try {
    Node node = options_.dialect == Dialect::UnaryTests           ? unary_tests()
                : options_.dialect == Dialect::TextualExpressions ? expressions()
                                                                  : expression();
    if (peek().kind != TokenKind::End) fail();
    return node;
  } catch (const Failure& failure) {
    if (failure.limit) {
      return base::fail(base::ErrorCode::LimitExceeded, "表达式嵌套过深，请拆成几个。",
                        "The expression nests too deeply; split it into several.", {.offset = failure.offset});
    }
    std::string_view rest = text_.substr(std::min<std::size_t>(failure.offset, text_.size()));
    std::size_t length = std::min<std::size_t>(rest.size(), 24);
    while (length > 0 && length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0U) == 0x80) --length;
    std::string near(rest.substr(0, length));
    if (near.empty()) {
      return base::fail(base::ErrorCode::Invalid, "表达式不完整，请补全。",
                        "The expression ends too early; complete it.", {.offset = failure.offset});
    }
    return base::fail(base::ErrorCode::Invalid, "此处不符合 FEEL 语法：“" + near + "”，请检查写法。",
                      "This is not FEEL here: \"" + near + "\"; check the spelling.", {.offset = failure.offset});
  }
}

SyntaxPointer Parser::expressions() {
  Node first = expression();
  if (!is_symbol(",")) return first;
  Node list = make(SyntaxForm::Expressions, first->offset);
  list->parts.push_back(std::move(first));
  while (accept(",")) list->parts.push_back(expression());
  return list;
}

SyntaxPointer Parser::expression() {
  Deeper deeper(*this);
  return measured(disjunction());
}

namespace {

std::uint32_t height_of(Syntax& node) {
  if (node.height == 0) {
    for (SyntaxPointer& part : node.parts) node.height = std::max(node.height, height_of(*part));
    ++node.height;
  }
  return node.height;
}

}  // namespace

SyntaxPointer Parser::measured(Node node) const {
  if (height_of(*node) > options_.depth * 10) throw Failure{node->offset, true};
  return node;
}

SyntaxPointer Parser::binary(Operation operation, Node left, Node right) {
  Node node = make(SyntaxForm::Binary, left->offset);
  node->operation = operation;
  if (operation >= Operation::Add) {
    bool same = left->type && right->type && left->type->form == right->type->form;
    if (same) node->type = left->type;
  } else {
    node->type = Type::simple(Type::Form::Boolean);
  }
  node->parts.push_back(std::move(left));
  node->parts.push_back(std::move(right));
  return measured(std::move(node));
}

SyntaxPointer Parser::disjunction() {
  Node left = conjunction();
  while (is_word("or")) {
    ++position_;
    left = binary(Operation::Or, std::move(left), conjunction());
  }
  return left;
}

SyntaxPointer Parser::conjunction() {
  Node left = comparison();
  while (is_word("and")) {
    ++position_;
    left = binary(Operation::And, std::move(left), comparison());
  }
  return left;
}

std::optional<Operation> Parser::comparison_operator() {
  if (peek().kind != TokenKind::Symbol) return std::nullopt;
  std::string_view symbol = word(peek());
  if (symbol == "=") return Operation::Equal;
  if (symbol == "!=") return Operation::NotEqual;
  if (symbol == "<") return Operation::Less;
  if (symbol == "<=") return Operation::LessOrEqual;
  if (symbol == ">") return Operation::Greater;
  if (symbol == ">=") return Operation::GreaterOrEqual;
  return std::nullopt;
}

SyntaxPointer Parser::comparison() {
  Node left = additive();
  while (true) {
    if (std::optional<Operation> operation = comparison_operator()) {
      ++position_;
      left = binary(*operation, std::move(left), additive());
    } else if (is_word("between")) {
      ++position_;
      Node node = make(SyntaxForm::Between, left->offset);
      node->type = Type::simple(Type::Form::Boolean);
      node->parts.push_back(std::move(left));
      node->parts.push_back(additive());
      expect_word("and");
      node->parts.push_back(additive());
      left = measured(std::move(node));
    } else if (is_word("in")) {
      ++position_;
      left = measured(in_tests(std::move(left)));
    } else {
      return left;
    }
  }
}

SyntaxPointer Parser::additive() {
  Node left = multiplicative();
  while (is_symbol("+") || is_symbol("-")) {
    Operation operation = is_symbol("+") ? Operation::Add : Operation::Subtract;
    ++position_;
    left = binary(operation, std::move(left), multiplicative());
  }
  return left;
}

SyntaxPointer Parser::multiplicative() {
  Node left = exponent();
  while (is_symbol("*") || is_symbol("/")) {
    Operation operation = is_symbol("*") ? Operation::Multiply : Operation::Divide;
    ++position_;
    left = binary(operation, std::move(left), exponent());
  }
  return left;
}

// The grammar leaves open how a**b**c groups; like its other operators it groups from the left.
SyntaxPointer Parser::exponent() {
  Node left = unary();
  while (accept("**")) {
    left = binary(Operation::Power, std::move(left), unary());
  }
  return left;
}

// Rule 24 stands below rule 23: -3 ** 2 is (-3) ** 2.
SyntaxPointer Parser::unary() {
  if (!is_symbol("-")) return instance_of();
  Deeper deeper(*this);
  std::uint32_t offset = peek().offset;
  if (peek(1).kind == TokenKind::Number) return instance_of();
  ++position_;
  Node node = make(SyntaxForm::Negation, offset);
  node->parts.push_back(unary());
  node->type = node->parts[0]->type;
  return node;
}

SyntaxPointer Parser::instance_of() {
  Node left = postfix(primary());
  while (is_word("instance") && is_word("of", 1)) {
    Node node = make(SyntaxForm::InstanceOf, left->offset);
    position_ += 2;
    node->parts.push_back(std::move(left));
    node->type = type_name();
    left = measured(std::move(node));
  }
  return left;
}

SyntaxPointer Parser::postfix(Node node) {
  while (true) {
    if (accept(".")) {
      node = measured(member(std::move(node)));
    } else if (is_symbol("(")) {
      node = measured(call(std::move(node)));
    } else if (is_symbol("[")) {
      // The bracket may as well end an interval such as ]1..5[, so a filter that cannot be read is given back.
      std::size_t start = position_;
      Node filter = make(SyntaxForm::Filter, peek().offset);
      try {
        Deeper deeper(*this);
        LocalScope locals(*this);
        ++position_;
        declare("item", element_of(node->type));
        declare_members(node->type);
        Node condition = expression();
        expect("]");
        filter->parts.push_back(nullptr);
        filter->parts.push_back(std::move(condition));
      } catch (const Failure& failure) {
        if (failure.limit) throw;
        go_back(start);
        return node;
      }
      filter->type = node->type;
      filter->parts[0] = std::move(node);
      node = measured(std::move(filter));
    } else {
      return node;
    }
  }
}

SyntaxPointer Parser::number(bool negative) {
  Node node = make(SyntaxForm::Literal, peek().offset);
  if (negative) ++position_;
  std::string digits = (negative ? "-" : "") + std::string(word(peek()));
  ++position_;
  node->text = digits;
  std::optional<base::Decimal> value = base::Decimal::parse(digits);
  if (value) node->value = Value(*value);
  node->type = Type::simple(Type::Form::Number);
  return node;
}

SyntaxPointer Parser::primary() {
  Deeper deeper(*this);
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::Number: return number(false);
    case TokenKind::String: {
      Node node = make(SyntaxForm::Literal, token.offset);
      std::optional<std::string> text = unquote(word(token));
      node->value = Value(text ? std::string_view(*text) : word(token).substr(1, token.length - 2));
      node->type = Type::simple(Type::Form::String);
      ++position_;
      return node;
    }
    case TokenKind::At: {
      Node node = make(SyntaxForm::Literal, token.offset);
      std::string_view quoted = word(token);
      std::optional<std::string> text = unquote(quoted.substr(quoted.find('"')));
      if (text) node->value = at_literal(*text);
      node->text = std::string(quoted);
      node->type = node->value.is_null() ? nullptr : type_of(node->value);
      ++position_;
      return node;
    }
    case TokenKind::Identifier: break;
    case TokenKind::Symbol:
      if (is_symbol("-") && peek(1).kind == TokenKind::Number) return number(true);
      return bracketed();
    default: fail();
  }
  // A name of the scope that is longer than its first word wins over a keyword ("for all", "null value").
  if (is_keyword(word(token))) {
    std::optional<Match> known = known_name(false);
    if (!known || known->next == position_ + 1) {
      if (is_word("if")) return conditional();
      if (is_word("for") || is_word("some") || is_word("every")) return iteration();
      if (is_word("function") && is_symbol("(", 1)) return function_definition();
      if (is_word("null") || is_word("true") || is_word("false")) {
        Node node = make(SyntaxForm::Literal, token.offset);
        if (!is_word("null")) node->value = Value(is_word("true"));
        node->type = type_of(node->value);
        ++position_;
        return node;
      }
      fail();
    }
  }
  return name_reference();
}

}  // namespace yuanqu::feel
