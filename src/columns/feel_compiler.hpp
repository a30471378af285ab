#pragma once
// FeelCompiler: FEEL trees to parts (internal to the room). Where a tree has no vector steps, the smallest part of it
// that has none is evaluated value by value by the reference's own functions; what cannot even be handed to those is
// NotCompiled.

#include <string>

#include "columns/builder.hpp"
#include "feel/syntax.hpp"

namespace yuanqu::columns {

// Names in scope, innermost first. An `item` scope gives the members of its part (10.3.2.5).
struct Names {
  const Names* outer = nullptr;
  std::string name;
  PartPointer part;
  bool item = false;
};

// What a function of the models becomes when it is called.
class Functions {
 public:
  virtual ~Functions() = default;
  virtual PartPointer call(dmn::ElementIndex function, std::vector<PartPointer> arguments) = 0;
  virtual const std::vector<feel::Member>& parameters(dmn::ElementIndex function) const = 0;
};

Form form_of(const feel::TypePointer&
                 type);  // of a scalar type; Boxed for the rest. Numbers are Decimal: their scale is not known

NotCompiled no_steps(const std::string& text);  // what to say of a tree without vector steps

class FeelCompiler {
 public:
  explicit FeelCompiler(Builder& builder, Functions* functions = nullptr) : builder_(builder), functions_(functions) {}

  PartPointer compile(const feel::Syntax& syntax, const Names* names);
  // Unary tests against `?`, which the names must hold.
  PartPointer test(const feel::Syntax& tests, const Names* names);
  // The part made to fit a declared type (10.3.2.9.4).
  PartPointer conform(const PartPointer& part, const feel::TypePointer& type, const std::string& what);
  // A row as a context of the members its type declares.
  PartPointer as_context(const PartPointer& row);
  PartPointer interpret(const feel::Syntax& syntax, const Names* names, Form form, const NotCompiled& why);
  PartPointer filter(const PartPointer& list, const std::function<PartPointer(const Names*)>& condition,
                     const Names* names);
  PartPointer list_of(PartPointer part);  // a constant list as items
  PartPointer member(const PartPointer& base, const std::string& name);
  PartPointer aggregate(const std::string& name, const PartPointer& list);  // sum, count, min, max, mean, all, any
  PartPointer find(const Names* names, const std::string& name);            // nullptr: nobody declares it

 private:
  PartPointer native(const feel::Syntax& syntax, const Names* names);
  PartPointer call(const feel::Syntax& syntax, const Names* names);
  PartPointer builtin(const feel::Syntax& syntax, const Names* names);
  PartPointer iteration(const feel::Syntax& syntax, const Names* names);
  PartPointer one_test(const feel::Syntax& test, const Names* names, const PartPointer& input);
  PartPointer branch(const PartPointer& condition, bool taken, const feel::Syntax& syntax, const Names* names);
  bool fits(const PartPointer& part, const feel::TypePointer& type) const;

  Builder& builder_;
  Functions* functions_;
  int depth_ = 0;
};

}  // namespace yuanqu::columns
