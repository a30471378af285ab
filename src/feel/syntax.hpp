#pragma once
// Syntax: the tree of a FEEL text (DMN 1.5, clause 10.3.1). One node type; `form` says what the parts mean. Names are
// canonical (scope.hpp). Parentheses are not kept; the printer puts them where the tree needs them, and reading its
// output against the same scope gives an equal tree. Offsets are bytes from the start of the text.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

struct Syntax;
using SyntaxPointer = std::unique_ptr<Syntax>;

enum class SyntaxForm : std::uint8_t {
  Literal,     // value: null, boolean, number, string, temporal of @"…"
  Name,        // text
  Path,        // part 0; text is the member
  Filter,      // part 0 [part 1]
  Call,        // part 0 (parts 1 …); names: one for each argument of a named call, else empty
  Negation,    // - part 0
  Binary,      // part 0 operation part 1
  Between,     // part 0 between part 1 and part 2
  In,          // part 0 in part 1 … (one test, or several in parentheses)
  InstanceOf,  // part 0 instance of type
  If,          // part 0 then part 1 else part 2
  For,         // names: iterators; parts: one domain for each (a RangeOf for a..b), then the body
  Some,        // as For, body is the condition
  Every,
  List,         // parts
  Context,      // names: keys; parts: values
  Interval,     // part 0 .. part 1, low_included, high_included
  RangeOf,      // part 0 .. part 1 of an iteration
  FunctionOf,   // names and types: parameters; part 0: body; external: body is a context naming a Java or PMML function
  Test,         // unary: operation part 0 (`< 5`, `= x`); as an expression it is a range
  Tests,        // unary tests: parts; negated for not(…); no parts and not negated: `-`
  Expressions,  // several expressions separated by commas
};

enum class Operation : std::uint8_t {
  None,
  Or,
  And,
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  Add,
  Subtract,
  Multiply,
  Divide,
  Power,
};
std::string_view symbol_of(Operation operation);

struct Syntax {
  SyntaxForm form = SyntaxForm::Literal;
  Operation operation = Operation::None;
  bool low_included = false;
  bool high_included = false;
  bool negated = false;
  bool external = false;
  std::uint32_t offset = 0;
  std::uint32_t height = 0;  // of the tree; 0: not measured
  std::string text;
  Value value;
  TypePointer type;  // InstanceOf; static type found while parsing otherwise (may be nullptr)
  std::vector<std::string> names;
  std::vector<TypePointer> types;  // FunctionOf: of the parameters, nullptr where none is written
  std::vector<SyntaxPointer> parts;

  SyntaxPointer clone() const;
};

// Equal trees: same forms, names, values and types, whatever the offsets.
bool equal(const Syntax& a, const Syntax& b);

// FEEL text of the tree.
std::string print(const Syntax& syntax);

}  // namespace yuanqu::feel
