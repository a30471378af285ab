#pragma once
// Boxed expressions to nodes (internal to the room). One BoxedCompiler serves one decision or one invocable.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/linked_models.hpp"
#include "dmn/node.hpp"
#include "feel/expression.hpp"

namespace yuanqu::dmn {

class TableNode;

class BoxedCompiler {
 public:
  // `owner` is the name of the decision or invocable, for problems.
  BoxedCompiler(const LinkedModels& linked, const Types& types, std::vector<Problem>& problems, std::uint32_t model,
                std::string_view owner)
      : linked_(linked), types_(types), problems_(problems), model_(model), owner_(owner) {}

  // Never null: what cannot be compiled becomes a node that answers null and says why. The expression must outlive the
  // node.
  NodePointer compile(const Expression& expression, feel::Scope& scope);
  NodePointer compile_or_null(const ExpressionPointer& expression, feel::Scope& scope, const Element& owner);

  feel::TypePointer type_of(const TypeName& name, std::string_view element) const;
  Problem place(std::string_view element) const;
  // Makes a scope with the type names of the model.
  void declare_types(feel::Scope& scope) const;
  // Variables that what was compiled so far reads.
  const std::set<std::string>& names_used() const { return names_used_; }
  // The decision tables met, in document order; they live as long as the nodes.
  const std::vector<const TableNode*>& tables() const { return tables_; }
  std::string_view model_name() const { return linked_.models()[model_]->name; }

 private:
  // Of an expression that is evaluated with other variables each time: the body of a function or an iteration.
  NodePointer compile_repeated(const ExpressionPointer& expression, feel::Scope& scope, const Element& owner);
  NodePointer compile_body(const Expression& expression, feel::Scope& scope);
  NodePointer literal(const LiteralExpression& literal, const Element& element, feel::Scope& scope);
  NodePointer text(std::string_view before, std::string_view text, std::string_view after, const Element& element,
                   feel::Scope& scope);
  NodePointer broken(const Element& element, std::size_t offset, std::string zh, std::string en,
                     feel::Suppressed::Code code = feel::Suppressed::Code::Decision);
  NodePointer context(const ContextExpression& context, const Element& element, feel::Scope& scope);
  NodePointer relation(const RelationExpression& relation, feel::Scope& scope);
  NodePointer invocation(const InvocationExpression& invocation, const Element& element, feel::Scope& scope);
  NodePointer filter(const FilterExpression& filter, const Element& element, feel::Scope& scope);
  NodePointer iteration(const IterationExpression& iteration, const Element& element, feel::Scope& scope);
  NodePointer function(const FunctionExpression& function, const Element& element, feel::Scope& scope);
  NodePointer table(const DecisionTable& table, const Element& element, feel::Scope& scope);
  void table_column(TableNode& node, const DecisionTable& table, std::size_t number, feel::Scope& scope);
  void table_outputs(TableNode& node, const DecisionTable& table, feel::Scope& scope);
  void table_rules(TableNode& node, const DecisionTable& table, feel::Scope& scope);
  void use(const feel::Expression& expression);

  const LinkedModels& linked_;
  const Types& types_;
  std::vector<Problem>& problems_;
  std::uint32_t model_;
  std::string owner_;
  std::set<std::string> names_used_;
  std::vector<const TableNode*> tables_;
  std::string entry_name_;  // of the context entry being compiled: a function may call itself by it
  int depth_ = 0;
  int repeated_ = 0;
};

}  // namespace yuanqu::dmn
