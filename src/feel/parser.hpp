#pragma once
// Parser: FEEL text to a syntax tree (DMN 1.5, clause 10.3.1). Recursive descent over the tokens; names are resolved
// against the scope and the local names by longest match. Where nothing is known about a name it runs over the words
// that follow, as two words side by side can only be one name. While parsing it also infers types as far as member
// names need them; an unknown type is never an error here.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "feel/expression.hpp"
#include "feel/lexer.hpp"
#include "feel/scope.hpp"
#include "feel/syntax.hpp"

namespace yuanqu::feel {

// Fails with Invalid and the offset of the first token that does not fit, or with LimitExceeded.
base::Result<SyntaxPointer> parse(std::string_view text, const Scope& scope, const CompileOptions& options);

class Parser {
 public:
  Parser(std::string_view text, const Scope& scope, const CompileOptions& options);
  base::Result<SyntaxPointer> run();

 private:
  struct Failure {
    std::uint32_t offset;
    bool limit = false;
  };
  struct Local {
    std::string name;
    TypePointer type;
  };
  using Node = SyntaxPointer;

  // parser.cpp: expressions, from the loosest binding to the tightest
  Node expressions();
  Node expression();
  Node disjunction();
  Node conjunction();
  Node comparison();
  Node additive();
  Node multiplicative();
  Node exponent();
  Node unary();
  Node instance_of();
  Node postfix(Node base);
  Node primary();
  Node number(bool negative);
  Node binary(Operation operation, Node left, Node right);

  // parser_forms.cpp: forms that begin with a keyword or bracket
  Node conditional();
  Node iteration();
  Node function_definition();
  Node bracketed();
  Node interval(bool low_included, Node low, std::uint32_t offset);
  Node interval_end(std::uint32_t& end_index);
  Node context_literal();
  Node call(Node callee);
  Node unary_tests();
  Node positive_test(bool whole_expression);
  Node in_tests(Node value);
  Node range_test();
  std::optional<Operation> comparison_operator();

  // parser_names.cpp
  struct Match {
    std::string name;
    TypePointer type;
    std::size_t next = 0;  // token after the name
  };
  std::optional<std::size_t> match_at(std::string_view name, std::size_t token) const;
  std::optional<Match> known_name(bool with_builtins) const;
  Match free_name() const;
  Node name_reference();
  Node member(Node base);
  std::string key_name();
  std::optional<std::string> name_before_colon();
  TypePointer type_name();
  std::vector<Member> typed_parameters();
  bool continues_name(std::size_t token) const;

  // tokens
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(position_ + ahead, tokens_.size() - 1)]; }
  std::string_view word(const Token& token) const { return text_.substr(token.offset, token.length); }
  bool is_symbol(std::string_view symbol, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::Symbol && word(peek(ahead)) == symbol;
  }
  bool is_word(std::string_view text, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::Identifier && word(peek(ahead)) == text;
  }
  bool accept(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++position_;
    return true;
  }
  bool accept_word(std::string_view text) {
    if (!is_word(text)) return false;
    ++position_;
    return true;
  }
  void expect(std::string_view symbol) {
    if (!accept(symbol)) fail();
  }
  void expect_word(std::string_view text) {
    if (!accept_word(text)) fail();
  }
  // Back to `start` to read what follows in another way.
  void go_back(std::size_t start) {
    read_in_vain_ += position_ - start + 1;
    if (read_in_vain_ > 20 * tokens_.size() + 1000) throw Failure{peek().offset, true};
    position_ = start;
  }
  [[noreturn]] void fail() const { throw Failure{peek().offset}; }
  Node make(SyntaxForm form, std::uint32_t offset) const;
  Node measured(Node node) const;  // refuses trees that are too high: evaluating and destroying recurse over them

  // Locals of item, iterators, parameters, entries. A scope ends when the mark is restored.
  struct LocalScope {
    explicit LocalScope(Parser& owner) : parser(owner), mark(owner.locals_.size()) {}
    ~LocalScope() { parser.locals_.resize(mark); }
    Parser& parser;
    std::size_t mark;
  };
  void declare(std::string name, TypePointer type) { locals_.push_back({std::move(name), std::move(type)}); }
  void declare_members(const TypePointer& type);

  struct Deeper;

  std::string_view text_;
  const Scope& scope_;
  CompileOptions options_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::uint32_t depth_ = 0;
  std::size_t read_in_vain_ =
      0;  // tokens read again after backtracking; bounded, or nested brackets would cost exponential time
  std::vector<Local> locals_;
};

// Types of intermediate results, as far as names need them.
TypePointer element_of(const TypePointer& type);                 // list<T> to T; other types to themselves
TypePointer merged(const TypePointer& a, const TypePointer& b);  // contexts get the members of both
TypePointer member_type(const TypePointer& type, std::string_view member);

}  // namespace yuanqu::feel
