#include <algorithm>
#include <array>

#include "feel/builtins.hpp"
#include "feel/parser.hpp"

namespace yuanqu::feel {
namespace {

bool is_name_symbol(char c) { return c == '.' || c == '/' || c == '-' || c == '\'' || c == '+' || c == '*'; }

// Members that temporal values and ranges have and that are longer than one word.
constexpr std::array<std::string_view, 3> long_properties = {"time offset", "start included", "end included"};

}  // namespace

std::string canonical_name(std::string_view name) {
  std::string result;
  std::size_t at = skip_blanks(name, 0);
  while (at < name.size()) {
    CodePoint next = code_point_at(name, at);
    result.append(name.substr(at, next.length));
    bool symbol = next.length == 1 && is_name_symbol(name[at]);
    at += next.length;
    std::size_t after = skip_blanks(name, at);
    if (after > at && after < name.size() && !symbol && !is_name_symbol(name[after])) result.push_back(' ');
    at = after;
  }
  return result;
}

// The token after `name` if the text has it at this token.
std::optional<std::size_t> Parser::match_at(std::string_view name, std::size_t token) const {
  std::size_t at = tokens_[token].offset;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == ' ') {
      std::size_t after = skip_blanks(text_, at);
      if (after == at) return std::nullopt;
      at = after;
      continue;
    }
    bool around_symbol = i > 0 && (is_name_symbol(name[i]) || is_name_symbol(name[i - 1]));
    if (around_symbol) at = skip_blanks(text_, at);
    if (at >= text_.size() || text_[at] != name[i]) return std::nullopt;
    ++at;
  }
  // The name must end where a token ends, or "rate" would match in "rates".
  std::size_t next = token;
  while (tokens_[next].kind != TokenKind::End && tokens_[next].offset < at) ++next;
  if (next == token || tokens_[next - 1].offset + tokens_[next - 1].length != at) return std::nullopt;
  return next;
}

std::optional<Parser::Match> Parser::known_name(bool with_builtins) const {
  std::optional<Match> best;
  auto consider = [&](std::string_view name, const TypePointer& type) {
    if (name.empty() || name[0] != text_[peek().offset]) return;
    std::optional<std::size_t> next = match_at(name, position_);
    if (next && (!best || *next > best->next)) best = Match{std::string(name), type, *next};
  };
  if (peek().offset >= text_.size()) return std::nullopt;
  for (std::size_t i = locals_.size(); i > 0; --i) consider(locals_[i - 1].name, locals_[i - 1].type);
  for (const Scope* scope = &scope_; scope != nullptr; scope = scope->parent()) {
    const auto& variables = scope->variables();
    for (std::size_t i = variables.size(); i > 0; --i) consider(variables[i - 1].name, variables[i - 1].type);
  }
  if (with_builtins) {
    for (std::string_view name : builtin_names_starting_with(word(peek()))) {
      std::optional<std::size_t> next = match_at(name, position_);
      if (!next || (best && *next <= best->next)) continue;
      bool called = tokens_[*next].kind == TokenKind::Symbol && word(tokens_[*next]) == "(";
      if (called || !best) best = Match{std::string(name), nullptr, *next};
    }
  }
  return best;
}

bool Parser::continues_name(std::size_t token) const {
  const Token& next = tokens_[token];
  return (next.kind == TokenKind::Identifier && !is_keyword(word(next))) || next.kind == TokenKind::Number;
}

// Words side by side.
Parser::Match Parser::free_name() const {
  std::size_t next = position_;
  std::string name;
  while (continues_name(next) && (next > position_ || tokens_[next].kind == TokenKind::Identifier)) {
    if (!name.empty()) name.push_back(' ');
    name += word(tokens_[next]);
    ++next;
  }
  return {std::move(name), nullptr, next};
}

SyntaxPointer Parser::name_reference() {
  std::optional<Match> known = known_name(true);
  bool keyword = is_keyword(word(peek()));
  if (keyword && (!known || known->next == position_ + 1)) fail();
  Match match;
  if (known && !continues_name(known->next)) {
    match = std::move(*known);
  } else {
    match = free_name();
    if (known && known->next > match.next) match = std::move(*known);
  }
  if (match.next == position_) fail();
  Node node = make(SyntaxForm::Name, peek().offset);
  node->text = std::move(match.name);
  node->type = std::move(match.type);
  position_ = match.next;
  return node;
}

SyntaxPointer Parser::member(Node base) {
  if (peek().kind != TokenKind::Identifier) fail();
  TypePointer owner = element_of(base->type);
  std::optional<Match> best;
  auto consider = [&](std::string_view name, const TypePointer& type) {
    std::optional<std::size_t> next = match_at(name, position_);
    if (next && (!best || *next > best->next)) best = Match{std::string(name), type, *next};
  };
  if (owner && owner->form == Type::Form::Context) {
    for (const Member& candidate : owner->members) consider(candidate.name, candidate.type);
  }
  for (std::string_view property : long_properties) consider(property, nullptr);
  if (!best || continues_name(best->next)) {
    Match free = free_name();
    if (free.next > position_ && (!best || free.next > best->next)) best = std::move(free);
  }
  if (!best && is_keyword(word(peek()))) {
    // A member may be called like a keyword: the point before it leaves no other reading.
    best = Match{std::string(word(peek())), nullptr, position_ + 1};
  }
  if (!best) fail();
  Node node = make(SyntaxForm::Path, peek().offset);
  node->text = std::move(best->name);
  node->type =
      best->type && base->type && base->type->form == Type::Form::List ? Type::list_of(best->type) : best->type;
  position_ = best->next;
  node->parts.push_back(std::move(base));
  return node;
}

// The key of a context entry or the name of a named argument, up to the colon; nullopt (and nothing read) if there is
// none.
std::optional<std::string> Parser::name_before_colon() {
  std::size_t next = position_;
  if (peek().kind == TokenKind::String && is_symbol(":", 1)) {
    std::optional<std::string> name = unquote(word(peek()));
    if (name) position_ += 2;
    return name;
  }
  if (tokens_[next].kind != TokenKind::Identifier) return std::nullopt;
  while (true) {
    const Token& token = tokens_[next];
    bool symbol =
        token.kind == TokenKind::Symbol && ((token.length == 1 && is_name_symbol(text_[token.offset])) ||
                                            word(token) == "**" || word(token) == "->" || word(token) == "..");
    if (token.kind != TokenKind::Identifier && token.kind != TokenKind::Number && !symbol) break;
    ++next;
  }
  if (tokens_[next].kind != TokenKind::Symbol || word(tokens_[next]) != ":") return std::nullopt;
  std::size_t begin = tokens_[position_].offset;
  std::string name = canonical_name(text_.substr(begin, tokens_[next].offset - begin));
  position_ = next + 1;
  return name;
}

std::string Parser::key_name() {
  std::optional<std::string> name = name_before_colon();
  if (!name) fail();
  return std::move(*name);
}

// Rule 53: function<…>->T, list<T>, range<T>, context<a: T>, or a qualified name.
TypePointer Parser::type_name() {
  if (++depth_ > options_.depth) throw Failure{peek().offset, true};
  struct Up {
    std::uint32_t& depth;
    ~Up() { --depth; }
  } up{depth_};
  auto close = [&] {
    // ">=" may be a closing bracket and an operator.
    if (is_symbol(">=")) {
      Token& token = tokens_[position_];
      ++token.offset;
      --token.length;
      return;
    }
    expect(">");
  };
  if (is_symbol("<", 1)) {
    if (is_word("list") || is_word("range")) {
      bool list = is_word("list");
      position_ += 2;
      TypePointer element = type_name();
      close();
      return list ? Type::list_of(std::move(element)) : Type::range_of(std::move(element));
    }
    if (is_word("context")) {
      position_ += 2;
      std::vector<Member> members;
      if (!is_symbol(">")) {
        do {
          std::string name = key_name();
          members.push_back({std::move(name), type_name()});
        } while (accept(","));
      }
      close();
      return Type::context_of(std::move(members));
    }
    if (is_word("function")) {
      position_ += 2;
      std::vector<Member> parameters;
      if (!is_symbol(">") && !is_symbol("->")) {
        do {
          parameters.push_back({"", type_name()});
        } while (accept(","));
      }
      close();
      expect("->");
      return Type::function_of(std::move(parameters), type_name());
    }
  }
  static constexpr std::array<std::string_view, 3> long_names = {"date and time", "days and time duration",
                                                                 "years and months duration"};
  std::optional<Match> best;
  auto consider = [&](std::string_view name, const TypePointer& type) {
    std::optional<std::size_t> next = match_at(name, position_);
    if (next && (!best || *next > best->next)) best = Match{std::string(name), type, *next};
  };
  for (const Scope* scope = &scope_; scope != nullptr; scope = scope->parent()) {
    for (const auto& [name, type] : scope->types()) consider(name, type);
  }
  for (std::string_view name : long_names) consider(name, Type::builtin(name));
  if (best && !continues_name(best->next)) {
    position_ = best->next;
    return best->type ? best->type : Type::any();
  }
  if (peek().kind != TokenKind::Identifier) fail();
  Match free = free_name();
  if (free.next == position_) {
    if (!is_word("null") && !is_word("function")) fail();
    free = {std::string(word(peek())), nullptr, position_ + 1};
  }
  position_ = free.next;
  std::string name = std::move(free.name);
  while (is_symbol(".") && peek(1).kind == TokenKind::Identifier) {
    ++position_;
    Match more = free_name();
    if (more.next == position_) fail();
    name += "." + more.name;
    position_ = more.next;
  }
  if (TypePointer builtin = Type::builtin(name)) return builtin;
  auto unknown = std::make_shared<Type>();
  unknown->form = Type::Form::Unknown;
  unknown->name = std::move(name);
  return unknown;
}

void Parser::declare_members(const TypePointer& type) {
  TypePointer element = element_of(type);
  if (!element || element->form != Type::Form::Context) return;
  for (const Member& member : element->members) declare(member.name, member.type);
}

TypePointer element_of(const TypePointer& type) {
  TypePointer element = type;
  while (element && element->form == Type::Form::List) element = element->element;
  return element;
}

TypePointer merged(const TypePointer& a, const TypePointer& b) {
  if (!a) return b;
  if (!b || a == b) return a;
  if (a->form == Type::Form::List && b->form == Type::Form::List) return Type::list_of(merged(a->element, b->element));
  if (a->form != Type::Form::Context || b->form != Type::Form::Context) return a;
  std::vector<Member> members = a->members;
  for (const Member& member : b->members) {
    if (a->member(member.name) == nullptr) members.push_back(member);
  }
  return Type::context_of(std::move(members));
}

TypePointer member_type(const TypePointer& type, std::string_view name) {
  TypePointer owner = element_of(type);
  const Member* member = owner ? owner->member(name) : nullptr;
  return member == nullptr ? nullptr : member->type;
}

}  // namespace yuanqu::feel
