#include "dmn/boxed_compiler.hpp"

#include "dmn/boxed_nodes.hpp"
#include "dmn/literal_conditions.hpp"
#include "feel/function.hpp"

namespace yuanqu::dmn {

using feel::Scope;
using feel::Suppressed;
using feel::Type;
using feel::TypePointer;
using feel::Value;

namespace {

constexpr int compile_depth_max = 200;
constexpr int condition_depth_max = 3;  // a decision, an entry of its context, an input of a table there

// A filter whose condition can only be true, false, null or a position.
bool answers_condition(const feel::Syntax& filter) {
  using feel::Operation;
  using feel::SyntaxForm;
  if (filter.form != SyntaxForm::Filter || filter.parts.size() != 2) return false;
  const feel::Syntax& condition = *filter.parts[1];
  switch (condition.form) {
    case SyntaxForm::Binary: return condition.operation <= Operation::GreaterOrEqual;
    case SyntaxForm::Between:
    case SyntaxForm::In:
    case SyntaxForm::InstanceOf:
    case SyntaxForm::Some:
    case SyntaxForm::Every: return true;
    case SyntaxForm::Literal: return condition.value.is(feel::Kind::Boolean) || condition.value.is(feel::Kind::Number);
    default: return false;
  }
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

Problem BoxedCompiler::place(std::string_view element) const {
  return {std::string(model_name()), owner_, std::string(element), 0, {}, {}};
}

TypePointer BoxedCompiler::type_of(const TypeName& name, std::string_view element) const {
  return types_.resolve(model_, name, place(element));
}

void BoxedCompiler::declare_types(Scope& scope) const {
  for (const auto& [name, type] : types_.visible(model_)) scope.declare_type(name, type);
}

void BoxedCompiler::use(const feel::Expression& expression) {
  names_used_.insert(expression.names_used().begin(), expression.names_used().end());
}

NodePointer BoxedCompiler::broken(const Element& element, std::size_t offset, std::string zh, std::string en,
                                  Suppressed::Code code) {
  Problem problem = place(element.id);
  problem.offset = offset;
  problem.zh = zh;
  problem.en = en;
  problems_.push_back(std::move(problem));
  return std::make_unique<BrokenNode>(code, static_cast<std::uint32_t>(offset), element.id, std::move(zh),
                                      std::move(en));
}

// Compiles `before + text + after`; offsets stay those of `text`.
NodePointer BoxedCompiler::text(std::string_view before, std::string_view text, std::string_view after,
                                const Element& element, Scope& scope) {
  std::string whole;
  whole.reserve(before.size() + text.size() + after.size());
  whole.append(before).append(text).append(after);
  auto compiled = feel::compile(whole, scope);
  if (!compiled) {
    const std::size_t offset = compiled.error().place.offset;
    return broken(element, offset < before.size() ? 0 : std::min(offset - before.size(), text.size()),
                  compiled.error().zh, compiled.error().en);
  }
  use(*compiled);
  auto node = std::make_unique<LiteralNode>(*compiled, element.id,
                                            static_cast<std::uint32_t>(0u - static_cast<std::uint32_t>(before.size())));
  // Only what stands by itself; a text inside a function or an iteration is evaluated with other variables each time.
  if (before.empty() && depth_ <= condition_depth_max && repeated_ == 0)
    node->set_conditions(conditions_of(*compiled, scope));
  return node;
}

NodePointer BoxedCompiler::literal(const LiteralExpression& literal, const Element& element, Scope& scope) {
  if (!literal.language.empty()) {
    return broken(element, 0, "表达式语言 " + literal.language + " 不受支持；请改用 FEEL。",
                  "The expression language " + literal.language + " is not supported; use FEEL.",
                  Suppressed::Code::Unsupported);
  }
  if (literal.imported_values) {
    return broken(element, 0, "不支持 importedValues；请把值写进模型。",
                  "importedValues is not supported; write the values into the model.", Suppressed::Code::Unsupported);
  }
  if (is_blank(literal.text)) return std::make_unique<ConstantNode>(Value());
  return text({}, literal.text, {}, element, scope);
}

NodePointer BoxedCompiler::compile(const Expression& expression, Scope& scope) {
  if (++depth_ > compile_depth_max) {
    --depth_;
    return broken(expression, 0, "表达式嵌套过深。", "The expression is nested too deeply.",
                  Suppressed::Code::LimitExceeded);
  }
  NodePointer node = compile_body(expression, scope);
  --depth_;
  if (expression.type.empty()) return node;
  // The type of a boxed function is that of its result or of the function itself; function() has seen to both.
  if (std::holds_alternative<FunctionExpression>(expression.body)) return node;
  TypePointer declared = type_of(expression.type, expression.id);
  if (declared == nullptr) return node;
  return std::make_unique<TypedNode>(std::move(node), std::move(declared), "expression", expression.id);
}

NodePointer BoxedCompiler::compile_or_null(const ExpressionPointer& expression, Scope& scope, const Element& owner) {
  if (expression != nullptr) return compile(*expression, scope);
  return broken(owner, 0, "缺少表达式；请补上。", "An expression is missing; add it.");
}

NodePointer BoxedCompiler::compile_repeated(const ExpressionPointer& expression, Scope& scope, const Element& owner) {
  ++repeated_;
  NodePointer node = compile_or_null(expression, scope, owner);
  --repeated_;
  return node;
}

NodePointer BoxedCompiler::compile_body(const Expression& expression, Scope& scope) {
  const Element& element = expression;
  return std::visit(
      [&](const auto& body) -> NodePointer {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, LiteralExpression>)
          return literal(body, element, scope);
        else if constexpr (std::is_same_v<Body, ContextExpression>)
          return context(body, element, scope);
        else if constexpr (std::is_same_v<Body, DecisionTable>)
          return table(body, element, scope);
        else if constexpr (std::is_same_v<Body, InvocationExpression>)
          return invocation(body, element, scope);
        else if constexpr (std::is_same_v<Body, RelationExpression>)
          return relation(body, scope);
        else if constexpr (std::is_same_v<Body, FunctionExpression>)
          return function(body, element, scope);
        else if constexpr (std::is_same_v<Body, FilterExpression>)
          return filter(body, element, scope);
        else if constexpr (std::is_same_v<Body, IterationExpression>)
          return iteration(body, element, scope);
        else if constexpr (std::is_same_v<Body, ListExpression>) {
          std::vector<NodePointer> items;
          TypePointer common;
          for (const auto& item : body.items) {
            items.push_back(compile(*item, scope));
            if (items.size() == 1)
              common = items[0]->type;
            else if (common != nullptr && !feel::equivalent(common, items.back()->type))
              common = nullptr;
          }
          auto node = std::make_unique<ListNode>(std::move(items));
          node->type = Type::list_of(common);
          return node;
        } else {
          auto node = std::make_unique<ConditionalNode>(compile_or_null(body.condition, scope, element),
                                                        compile_or_null(body.when_true, scope, element),
                                                        compile_or_null(body.when_false, scope, element), element.id);
          return node;
        }
      },
      expression.body);
}

NodePointer BoxedCompiler::context(const ContextExpression& context, const Element& element, Scope& outer) {
  Scope scope(outer);
  std::vector<ContextNode::Entry> entries;
  std::vector<feel::Member> members;
  std::set<std::string> keys;
  NodePointer result;
  bool duplicate = false;
  for (std::size_t i = 0; i < context.entries.size(); ++i) {
    const ContextEntry& entry = context.entries[i];
    if (!entry.variable || entry.variable->name.empty()) {
      if (i + 1 == context.entries.size())
        result = compile_or_null(entry.value, scope, entry);
      else
        broken(entry, 0, "只有最后一个条目可以没有名称。", "Only the last entry may have no name.");
      continue;
    }
    const std::string name = feel::canonical_name(entry.variable->name);
    const std::string before = std::exchange(entry_name_, name);
    NodePointer value = compile_or_null(entry.value, scope, entry);
    entry_name_ = before;
    if (!entry.variable->type.empty()) {
      TypePointer declared = type_of(entry.variable->type, entry.variable->id);
      // A function entry may name the type of its result.
      const bool is_function = value->type != nullptr && value->type->form == Type::Form::Function;
      if (declared != nullptr && (!is_function || declared->form == Type::Form::Function)) {
        value = std::make_unique<TypedNode>(std::move(value), std::move(declared), name, entry.id);
      }
    }
    if (!keys.insert(name).second) duplicate = true;
    members.push_back({name, value->type});
    const feel::Slot slot = scope.declare(name, value->type);
    entries.push_back({feel::String(name), slot, std::move(value), entry.id});
  }
  if (duplicate)
    broken(element, 0, "上下文中有两个同名的条目；请改名。",
           "Two entries of the context have the same name; rename one.");
  TypePointer type = result != nullptr ? result->type : Type::context_of(std::move(members));
  auto node = std::make_unique<ContextNode>(std::move(entries), std::move(result), duplicate, element.id);
  node->type = std::move(type);
  return node;
}

NodePointer BoxedCompiler::relation(const RelationExpression& relation, Scope& scope) {
  std::vector<feel::String> columns;
  std::vector<TypePointer> types;
  for (const auto& column : relation.columns) {
    columns.emplace_back(feel::canonical_name(column.name));
    types.push_back(type_of(column.type, column.id));
  }
  std::vector<std::vector<NodePointer>> rows;
  for (const auto& row : relation.rows) {
    std::vector<NodePointer> cells;
    for (std::size_t c = 0; c < row.cells.size() && c < columns.size(); ++c) {
      NodePointer cell = compile(*row.cells[c], scope);
      if (types[c] != nullptr)
        cell = std::make_unique<TypedNode>(std::move(cell), types[c], relation.columns[c].name, row.cells[c]->id);
      cells.push_back(std::move(cell));
    }
    if (row.cells.size() != columns.size()) {
      broken(row, 0, "这一行的格数与列数不同。", "The row does not have one cell for each column.");
    }
    rows.push_back(std::move(cells));
  }
  std::vector<feel::Member> members;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    TypePointer type = types[c];
    if (type == nullptr && !rows.empty() && c < rows[0].size()) type = rows[0][c]->type;
    members.push_back({std::string(columns[c].view()), type});
  }
  auto node = std::make_unique<RelationNode>(std::move(columns), std::move(rows));
  node->type = Type::list_of(Type::context_of(std::move(members)));
  return node;
}

NodePointer BoxedCompiler::invocation(const InvocationExpression& invocation, const Element& element, Scope& scope) {
  NodePointer called = compile_or_null(invocation.called, scope, element);
  std::vector<InvocationNode::Argument> arguments;
  for (const auto& binding : invocation.bindings) {
    arguments.push_back({feel::String(feel::canonical_name(binding.parameter.name)),
                         compile_or_null(binding.formula, scope, binding.parameter),
                         type_of(binding.parameter.type, binding.parameter.id)});
  }
  TypePointer result;
  if (called->type != nullptr && called->type->form == Type::Form::Function) result = called->type->element;
  auto node = std::make_unique<InvocationNode>(std::move(called), std::move(arguments), element.id);
  node->type = std::move(result);
  return node;
}

NodePointer BoxedCompiler::filter(const FilterExpression& filter, const Element& element, Scope& outer) {
  NodePointer in = compile_or_null(filter.in, outer, element);
  if (filter.match == nullptr)
    return broken(element, 0, "筛选缺少条件；请补上 match。", "The filter has no condition; add a match.");
  Scope scope(outer);
  // A FEEL condition is compiled as a FEEL filter over a hidden variable, so that members of items are in scope exactly
  // as in FEEL.
  if (const auto* condition = std::get_if<LiteralExpression>(&filter.match->body);
      condition != nullptr && condition->language.empty() && !is_blank(condition->text) && filter.match->type.empty()) {
    constexpr std::string_view hidden = "boxed filter input";
    const feel::Slot slot = scope.declare(hidden, in->type);
    NodePointer whole = text("boxed filter input[", condition->text, "\n]", *filter.match, scope);
    if (const auto* plain = dynamic_cast<const LiteralNode*>(whole.get());
        plain != nullptr && !answers_condition(plain->expression().syntax())) {
      const feel::Slot check = scope.declare("boxed filter condition");
      NodePointer checked =
          text("boxed filter input[boxed filter condition(", condition->text, "\n)]", *filter.match, scope);
      whole = std::make_unique<ConditionCheckNode>(check, std::move(checked), std::move(whole), filter.match->id);
    }
    TypePointer type = whole->type != nullptr ? whole->type : in->type;
    auto node = std::make_unique<LetNode>(hidden, slot, std::move(in), std::move(whole));
    node->type = std::move(type);
    return node;
  }
  TypePointer item = in->type != nullptr && in->type->form == Type::Form::List ? in->type->element : nullptr;
  const feel::Slot slot = scope.declare("item", item);
  std::vector<std::pair<std::string, feel::Slot>> members;
  if (item != nullptr && item->form == Type::Form::Context) {
    for (const auto& member : item->members) members.emplace_back(member.name, scope.declare(member.name, member.type));
  }
  TypePointer type = in->type;
  auto node = std::make_unique<FilterNode>(std::move(in), compile_repeated(filter.match, scope, element), slot,
                                           std::move(members), element.id);
  node->type = std::move(type);
  return node;
}

NodePointer BoxedCompiler::iteration(const IterationExpression& iteration, const Element& element, Scope& outer) {
  // A FEEL domain is compiled as the domain of a FEEL iteration, which gives it ranges (1..n) and their errors.
  NodePointer in;
  const LiteralExpression* domain =
      iteration.in == nullptr ? nullptr : std::get_if<LiteralExpression>(&iteration.in->body);
  if (domain != nullptr && domain->language.empty() && !is_blank(domain->text) && iteration.in->type.empty()) {
    in = text("for item in ", domain->text, "\n return item", *iteration.in, outer);
  } else {
    in = compile_or_null(iteration.in, outer, element);
  }
  TypePointer declared = type_of(iteration.variable_type, element.id);
  TypePointer item = declared;
  if (item == nullptr && in->type != nullptr) item = in->type->form == Type::Form::List ? in->type->element : in->type;
  // typeRef of the domain says the type of the domain: a list of items, or the type of one.
  if (declared != nullptr && declared->form == Type::Form::List) {
    item = declared->element;
    in = std::make_unique<TypedNode>(std::move(in), declared, iteration.variable, element.id);
    declared = nullptr;
  }
  Scope scope(outer);
  Iterator iterator{.name = feel::canonical_name(iteration.variable)};
  iterator.slot = scope.declare(iterator.name, item);
  iterator.type = std::move(declared);
  if (iteration.kind == IterationKind::For) {
    const feel::Slot partial = scope.declare("partial", Type::list_of(nullptr));
    std::set<std::string> before;
    before.swap(names_used_);
    NodePointer body = compile_repeated(iteration.body, scope, element);
    const bool uses_partial = names_used_.contains("partial");
    names_used_.insert(before.begin(), before.end());
    TypePointer type = Type::list_of(body->type);
    auto node = std::make_unique<ForNode>(std::move(in), std::move(body), std::move(iterator),
                                          uses_partial ? partial : UINT32_MAX);
    node->type = std::move(type);
    return node;
  }
  auto node = std::make_unique<QuantifiedNode>(iteration.kind == IterationKind::Every, std::move(in),
                                               compile_repeated(iteration.body, scope, element), std::move(iterator),
                                               element.id);
  node->type = Type::simple(Type::Form::Boolean);
  return node;
}

NodePointer BoxedCompiler::function(const FunctionExpression& function, const Element& element, Scope& outer) {
  if (function.kind != FunctionKind::Feel) {
    const std::string name = function.kind == FunctionKind::Java ? "Java" : "PMML";
    return broken(element, 0, "外部 " + name + " 函数不受支持；请改写为 FEEL。",
                  "External " + name + " functions are not supported; write the function in FEEL.",
                  Suppressed::Code::Unsupported);
  }
  auto body = std::make_shared<FunctionNode::Body>();
  Scope scope;
  declare_types(scope);
  // Everything visible outside is declared; what the body turns out to read is captured when the function is made.
  std::vector<std::pair<std::string, std::pair<feel::Slot, feel::Slot>>> visible;
  for (const auto& name : outer.names()) {
    const auto* variable = outer.find(name);
    if (variable != nullptr) visible.emplace_back(name, std::pair(variable->slot, scope.declare(name, variable->type)));
  }
  const std::string own_name = std::exchange(entry_name_, {});
  if (!own_name.empty()) body->self = scope.declare(own_name);
  Scope inner(scope);
  for (const auto& parameter : function.parameters) {
    TypePointer type = type_of(parameter.type, parameter.id);
    const std::string name = feel::canonical_name(parameter.name);
    body->parameters.push_back({name, type});
    body->parameter_slots.push_back(inner.declare(name, type));
  }
  std::set<std::string> before;
  before.swap(names_used_);
  body->node = compile_repeated(function.body, inner, element);
  std::set<std::string> own = std::exchange(names_used_, std::move(before));
  if (!own_name.empty() && !own.contains(own_name)) body->self = UINT32_MAX;
  for (const auto& parameter : body->parameters) own.erase(parameter.name);
  for (const auto& [name, slots] : visible) {
    if (own.contains(name) && name != own_name) {
      body->captures.push_back(slots);
      names_used_.insert(name);
    }
  }
  body->frame_size = scope.frame_size();
  const auto* expression = static_cast<const Expression*>(&element);
  if (!expression->type.empty()) {
    TypePointer declared = type_of(expression->type, element.id);
    body->result = declared != nullptr && declared->form == Type::Form::Function ? declared->element : declared;
  }
  TypePointer result = body->result != nullptr ? body->result : body->node->type;
  TypePointer type = Type::function_of(body->parameters, std::move(result));
  auto node = std::make_unique<FunctionNode>(std::move(body));
  node->type = std::move(type);
  return node;
}

}  // namespace yuanqu::dmn
