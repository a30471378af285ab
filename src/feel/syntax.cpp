#include "feel/syntax.hpp"

#include "feel/compare.hpp"

namespace yuanqu::feel {

std::string_view symbol_of(Operation operation) {
  switch (operation) {
    case Operation::None: return "";
    case Operation::Or: return "or";
    case Operation::And: return "and";
    case Operation::Equal: return "=";
    case Operation::NotEqual: return "!=";
    case Operation::Less: return "<";
    case Operation::LessOrEqual: return "<=";
    case Operation::Greater: return ">";
    case Operation::GreaterOrEqual: return ">=";
    case Operation::Add: return "+";
    case Operation::Subtract: return "-";
    case Operation::Multiply: return "*";
    case Operation::Divide: return "/";
    case Operation::Power: return "**";
  }
  return "";
}

SyntaxPointer Syntax::clone() const {
  auto copy = std::make_unique<Syntax>();
  copy->form = form;
  copy->operation = operation;
  copy->low_included = low_included;
  copy->high_included = high_included;
  copy->negated = negated;
  copy->external = external;
  copy->offset = offset;
  copy->height = height;
  copy->text = text;
  copy->value = value;
  copy->type = type;
  copy->names = names;
  copy->types = types;
  copy->parts.reserve(parts.size());
  for (const SyntaxPointer& part : parts) copy->parts.push_back(part->clone());
  return copy;
}

namespace {

bool same_type(const TypePointer& a, const TypePointer& b) {
  return (a ? a->to_string() : std::string("Any")) == (b ? b->to_string() : std::string("Any"));
}

bool same_shape(const Syntax& a, const Syntax& b) {
  return a.form == b.form && a.operation == b.operation && a.low_included == b.low_included &&
         a.high_included == b.high_included && a.negated == b.negated && a.external == b.external &&
         a.names == b.names && a.parts.size() == b.parts.size() && a.types.size() == b.types.size();
}

}  // namespace

bool equal(const Syntax& a, const Syntax& b) {
  if (!same_shape(a, b)) return false;
  bool texts = a.form == SyntaxForm::Name || a.form == SyntaxForm::Path;
  if (texts && a.text != b.text) return false;
  if (a.form == SyntaxForm::Literal && !same(a.value, b.value)) return false;
  if (a.form == SyntaxForm::InstanceOf && !same_type(a.type, b.type)) return false;
  for (std::size_t i = 0; i < a.types.size(); ++i) {
    if (!same_type(a.types[i], b.types[i])) return false;
  }
  for (std::size_t i = 0; i < a.parts.size(); ++i) {
    if (!equal(*a.parts[i], *b.parts[i])) return false;
  }
  return true;
}

}  // namespace yuanqu::feel
