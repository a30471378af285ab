#include "feel/scope.hpp"

#include <algorithm>

namespace yuanqu::feel {

Scope::Scope() : next_slot_(std::make_shared<Slot>(0)) {}
Scope::Scope(Scope& parent) : parent_(&parent), next_slot_(parent.next_slot_) {}
Scope::~Scope() = default;

Slot Scope::declare(std::string_view name, TypePointer type) {
  Variable variable{canonical_name(name), (*next_slot_)++, std::move(type)};
  Slot slot = variable.slot;
  auto known =
      std::find_if(variables_.begin(), variables_.end(), [&](const Variable& v) { return v.name == variable.name; });
  if (known != variables_.end()) {
    *known = std::move(variable);
  } else {
    variables_.push_back(std::move(variable));
  }
  return slot;
}

void Scope::declare_type(std::string_view name, TypePointer type) {
  types_.insert_or_assign(canonical_name(name), std::move(type));
}

Slot Scope::reserve() { return (*next_slot_)++; }

const Scope::Variable* Scope::find(std::string_view canonical) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const Variable& variable : scope->variables_) {
      if (variable.name == canonical) return &variable;
    }
  }
  return nullptr;
}

TypePointer Scope::find_type(std::string_view canonical) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    auto found = scope->types_.find(canonical);
    if (found != scope->types_.end()) return found->second;
  }
  return Type::builtin(canonical);
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> names;
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const Variable& variable : scope->variables_) names.push_back(variable.name);
  }
  return names;
}

std::size_t Scope::frame_size() const { return *next_slot_; }

}  // namespace yuanqu::feel
