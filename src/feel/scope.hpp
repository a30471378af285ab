#pragma once
// Scope: the names an expression may use, each with a slot of the frame and, where known, a type. FEEL names may hold
// blanks and operators, so a text can only be read against its scope (10.3.1.2): the longest name that matches wins,
// inner scopes before outer ones of the same length. The types of variables give the member names of paths (`a.b c`)
// the same treatment.
//
//   Scope scope;                                   // the names of one frame
//   auto income = scope.declare("Monthly Income", Type::simple(Type::Form::Number));
//   Scope inner(scope);                            // e.g. the entries of a boxed context; slots go on counting in the
//   same frame
//
// A Scope is only needed to compile; compiled expressions do not refer to it. Child scopes must not outlive their
// parent.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feel/type.hpp"

namespace yuanqu::feel {

using Slot = std::uint32_t;

// Blanks collapse to one and vanish around . / - ' + *: the spelling under which a name is known.
std::string canonical_name(std::string_view name);

class Scope {
 public:
  Scope();
  explicit Scope(Scope& parent);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

  // Declares a variable; a name declared twice in one scope is replaced (its slot is new).
  Slot declare(std::string_view name, TypePointer type = nullptr);
  // A type name for `instance of` and function parameters ("tLoan", "Model B.tLoan").
  void declare_type(std::string_view name, TypePointer type);
  // A slot without a name.
  Slot reserve();

  struct Variable {
    std::string name;
    Slot slot = 0;
    TypePointer type;
  };
  const Variable* find(std::string_view canonical) const;  // this scope, then its parents
  TypePointer find_type(std::string_view canonical) const;
  std::vector<std::string> names() const;  // all visible names, inner first

  // How many slots a frame needs for everything compiled against this scope and its relatives so far.
  std::size_t frame_size() const;

  Scope* parent() const { return parent_; }
  const std::vector<Variable>& variables() const { return variables_; }
  const std::map<std::string, TypePointer, std::less<>>& types() const { return types_; }

 private:
  Scope* parent_ = nullptr;
  std::shared_ptr<Slot> next_slot_;
  std::vector<Variable> variables_;
  std::map<std::string, TypePointer, std::less<>> types_;
};

}  // namespace yuanqu::feel
