#include "population/kind_type.hpp"

namespace yuanqu::population {

using feel::Type;
using register_::FieldType;

namespace {
feel::TypePointer simple_type(FieldType type) {
  switch (type) {
    case FieldType::Number: return Type::simple(Type::Form::Number);
    case FieldType::Boolean: return Type::simple(Type::Form::Boolean);
    case FieldType::Date: return Type::simple(Type::Form::Date);
    case FieldType::DateTime: return Type::simple(Type::Form::DateTime);
    case FieldType::Money:
      return Type::context_of(
          {{"amount", Type::simple(Type::Form::Number)}, {"currency", Type::simple(Type::Form::String)}});
    case FieldType::String:
    case FieldType::Enumeration:
    case FieldType::Attachment:  // its name
    case FieldType::Reference: return Type::simple(Type::Form::String);
    case FieldType::List: break;
  }
  return Type::any();
}
}  // namespace

feel::TypePointer type_of_field(const register_::Field& field) {
  return field.type == FieldType::List ? Type::list_of(simple_type(field.item_type)) : simple_type(field.type);
}

feel::TypePointer type_of_kind(const register_::Catalogue& catalogue, const register_::Kind& kind, int levels) {
  std::vector<feel::Member> members;
  if (kind.field_by_feel("id") == nullptr)
    members.push_back({"id", Type::simple(Type::Form::Number)});  // of the record
  for (const register_::Field& field : kind.fields) {
    if (field.type == FieldType::Reference && levels > 0) {
      members.push_back({field.feel, type_of_kind(catalogue, *catalogue.kind(field.to_kind), levels - 1)});
    } else {
      members.push_back({field.feel, type_of_field(field)});
    }
  }
  if (levels > 0) {
    for (const auto& [child, field] : catalogue.referring_to(kind)) {
      if (child->belongs_to != field->number || kind.field_by_feel(child->feel_plural) != nullptr) continue;
      members.push_back({child->feel_plural, Type::list_of(type_of_kind(catalogue, *child, levels > 1 ? 1 : 0))});
    }
  }
  return Type::context_of(std::move(members));
}

}  // namespace yuanqu::population
