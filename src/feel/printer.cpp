// print(): FEEL text of a syntax tree, with the fewest parentheses that keep the tree.
#include "feel/lexer.hpp"
#include "feel/syntax.hpp"

namespace yuanqu::feel {
namespace {

// How tightly a form binds; a part printed where something tighter is needed gets parentheses.
enum Level : int { Loose, Or, And, Comparison, Additive, Multiplicative, Power, Unary, Postfix, Primary };

Level level_of(const Syntax& syntax) {
  switch (syntax.form) {
    case SyntaxForm::If:
    case SyntaxForm::For:
    case SyntaxForm::Some:
    case SyntaxForm::Every:
    case SyntaxForm::FunctionOf:
    case SyntaxForm::Expressions:
    case SyntaxForm::Tests:
    case SyntaxForm::RangeOf: return Loose;
    // "x instance of list < 5" would read on into the type.
    case SyntaxForm::InstanceOf: return And;
    case SyntaxForm::Between:
    case SyntaxForm::In: return Comparison;
    case SyntaxForm::Negation: return Unary;
    case SyntaxForm::Path:
    case SyntaxForm::Filter:
    case SyntaxForm::Call: return Postfix;
    case SyntaxForm::Binary:
      switch (syntax.operation) {
        case Operation::Or: return Or;
        case Operation::And: return And;
        case Operation::Add:
        case Operation::Subtract: return Additive;
        case Operation::Multiply:
        case Operation::Divide: return Multiplicative;
        case Operation::Power: return Power;
        default: return Comparison;
      }
    default: return Primary;
  }
}

class Printer {
 public:
  std::string out;

  void print(const Syntax& syntax, int least) {
    if (level_of(syntax) < least) {
      out += '(';
      form(syntax);
      out += ')';
    } else {
      form(syntax);
    }
  }

 private:
  void list(const std::vector<SyntaxPointer>& parts, std::size_t first) {
    for (std::size_t i = first; i < parts.size(); ++i) {
      if (i > first) out += ", ";
      print(*parts[i], Loose);
    }
  }

  // A test: `< 5` stands bare inside the parentheses of `in` and at the top of unary tests.
  void test(const Syntax& syntax) {
    if (syntax.form == SyntaxForm::Test) {
      out += symbol_of(syntax.operation);
      out += ' ';
      print(*syntax.parts[0], Additive);
      return;
    }
    bool looks_negated =
        syntax.form == SyntaxForm::Call && syntax.parts[0]->form == SyntaxForm::Name && syntax.parts[0]->text == "not";
    if (looks_negated) out += '(';
    print(syntax, Loose);
    if (looks_negated) out += ')';
  }

  void tests(const Syntax& syntax, std::size_t first) {
    for (std::size_t i = first; i < syntax.parts.size(); ++i) {
      if (i > first) out += ", ";
      test(*syntax.parts[i]);
    }
  }

  void key(const std::string& name) {
    bool plain = !name.empty() && is_name_start(code_point_at(name, 0).value);
    for (std::size_t at = 0; plain && at < name.size();) {
      CodePoint next = code_point_at(name, at);
      bool blank = next.value == ' ' && at + 1 < name.size() && name[at + 1] != ' ';
      plain = blank || is_name_part(next.value);
      at += next.length;
    }
    out += plain ? name : quote(name);
  }

  void iteration(const Syntax& syntax, std::string_view word, std::string_view before_body) {
    out += word;
    for (std::size_t i = 0; i < syntax.names.size(); ++i) {
      out += i == 0 ? " " : ", ";
      out += syntax.names[i] + " in ";
      const Syntax& domain = *syntax.parts[i];
      if (domain.form == SyntaxForm::RangeOf) {
        print(*domain.parts[0], Additive);
        out += "..";
        print(*domain.parts[1], Additive);
      } else {
        print(domain, Or);
      }
    }
    out += before_body;
    print(*syntax.parts.back(), Loose);
  }

  void function(const Syntax& syntax) {
    out += "function(";
    for (std::size_t i = 0; i < syntax.names.size(); ++i) {
      if (i > 0) out += ", ";
      out += syntax.names[i];
      if (syntax.types[i]) out += ": " + syntax.types[i]->to_string();
    }
    out += syntax.external ? ") external " : ") ";
    print(*syntax.parts[0], Loose);
  }

  void negation(const Syntax& syntax) {
    out += '-';
    std::size_t start = out.size();
    print(*syntax.parts[0], Unary);
    // "-3" is a literal of its own.
    if (out[start] == '.' || (out[start] >= '0' && out[start] <= '9')) {
      out.insert(start, "(");
      out += ')';
    }
  }

  void form(const Syntax& syntax) {
    const auto& parts = syntax.parts;
    switch (syntax.form) {
      case SyntaxForm::Literal: out += to_literal(syntax.value); break;
      case SyntaxForm::Name: out += syntax.text; break;
      case SyntaxForm::Path:
        print(*parts[0], Postfix);
        out += "." + syntax.text;
        break;
      case SyntaxForm::Filter:
        print(*parts[0], Postfix);
        out += '[';
        print(*parts[1], Loose);
        out += ']';
        break;
      case SyntaxForm::Call:
        print(*parts[0], Postfix);
        out += '(';
        for (std::size_t i = 1; i < parts.size(); ++i) {
          if (i > 1) out += ", ";
          if (!syntax.names.empty()) {
            key(syntax.names[i - 1]);
            out += ": ";
          }
          print(*parts[i], Loose);
        }
        out += ')';
        break;
      case SyntaxForm::Negation: negation(syntax); break;
      case SyntaxForm::Binary: {
        int level = level_of(syntax);
        print(*parts[0], level);
        out += " " + std::string(symbol_of(syntax.operation)) + " ";
        print(*parts[1], level + 1);
        break;
      }
      case SyntaxForm::Between:
        print(*parts[0], Comparison);
        out += " between ";
        print(*parts[1], Additive);
        out += " and ";
        print(*parts[2], Additive);
        break;
      case SyntaxForm::In:
        print(*parts[0], Comparison);
        out += " in (";
        tests(syntax, 1);
        out += ')';
        break;
      case SyntaxForm::InstanceOf:
        print(*parts[0], Postfix);
        out += " instance of " + (syntax.type ? syntax.type->to_string() : std::string("Any"));
        break;
      case SyntaxForm::If:
        out += "if ";
        print(*parts[0], Loose);
        out += " then ";
        print(*parts[1], Loose);
        out += " else ";
        print(*parts[2], Loose);
        break;
      case SyntaxForm::For: iteration(syntax, "for", " return "); break;
      case SyntaxForm::Some: iteration(syntax, "some", " satisfies "); break;
      case SyntaxForm::Every: iteration(syntax, "every", " satisfies "); break;
      case SyntaxForm::List:
        out += '[';
        list(parts, 0);
        out += ']';
        break;
      case SyntaxForm::Context:
        out += '{';
        for (std::size_t i = 0; i < parts.size(); ++i) {
          if (i > 0) out += ", ";
          key(syntax.names[i]);
          out += ": ";
          print(*parts[i], Loose);
        }
        out += '}';
        break;
      case SyntaxForm::Interval:
        out += syntax.low_included ? '[' : '(';
        print(*parts[0], Additive);
        out += "..";
        print(*parts[1], Additive);
        out += syntax.high_included ? ']' : ')';
        break;
      case SyntaxForm::RangeOf:
        print(*parts[0], Additive);
        out += "..";
        print(*parts[1], Additive);
        break;
      case SyntaxForm::FunctionOf: function(syntax); break;
      case SyntaxForm::Test:
        out += '(';
        test(syntax);
        out += ')';
        break;
      case SyntaxForm::Tests:
        if (parts.empty()) {
          out += '-';
          break;
        }
        if (syntax.negated) out += "not(";
        tests(syntax, 0);
        if (syntax.negated) out += ')';
        break;
      case SyntaxForm::Expressions: list(parts, 0); break;
    }
  }
};

}  // namespace

std::string print(const Syntax& syntax) {
  Printer printer;
  printer.print(syntax, Loose);
  return std::move(printer.out);
}

}  // namespace yuanqu::feel
