// Decision tables to TableNode.
#include <map>

#include "dmn/boxed_compiler.hpp"
#include "dmn/boxed_nodes.hpp"
#include "dmn/table_node.hpp"
#include "dmn/tests_constraint.hpp"
#include "dmn/xml.hpp"
#include "feel/inspect.hpp"

namespace yuanqu::dmn {

using feel::Scope;
using feel::Suppressed;
using feel::Type;
using feel::TypePointer;
using feel::Value;

namespace {

bool is_any(std::string_view text) {
  const auto inner = xml::trimmed(text);
  return inner.empty() || inner == "-";
}

std::string text_of(const ExpressionPointer& expression) {
  if (expression == nullptr) return {};
  const auto* literal = std::get_if<LiteralExpression>(&expression->body);
  return literal == nullptr ? std::string{} : std::string(xml::trimmed(literal->text));
}

// What a constant cell answers for null; only constant cells are asked, so no frame but `?` is needed.
bool admits_null(std::string_view text) {
  Scope scope;
  const auto input = scope.declare("?");
  auto compiled = feel::compile(text, scope, feel::Dialect::UnaryTests);
  if (!compiled) return false;
  feel::Evaluation evaluation;
  feel::Frame frame(evaluation, scope.frame_size());
  frame[input] = Value();
  return compiled->evaluate(evaluation, frame).is_true();
}

ColumnIndex::Cell index_cell(const feel::Expression& tests, std::string_view text) {
  ColumnIndex::Cell cell;
  cell.tests = feel::simple_tests(tests.syntax());
  if (cell.tests) cell.admits_null = admits_null(text);
  return cell;
}

}  // namespace

void BoxedCompiler::table_column(TableNode& node, const DecisionTable& table, std::size_t number, Scope& outer) {
  const InputClause& clause = table.inputs[number];
  TableColumn column;
  column.input = compile_or_null(clause.expression, outer, clause);
  column.text = text_of(clause.expression);
  column.label = clause.label.empty() ? column.text : clause.label;
  if (clause.expression != nullptr && !clause.expression->type.empty())
    column.type = type_of(clause.expression->type, clause.id);
  Scope scope(outer);
  column.slot = scope.declare("?", column.type != nullptr ? column.type : column.input->type);

  if (clause.values && !is_any(clause.values->text)) {
    auto values = feel::compile(clause.values->text, scope, feel::Dialect::UnaryTests);
    if (values) {
      use(*values);
      auto cell = index_cell(*values, clause.values->text);
      cell.rules = {0};
      column.values_index = ColumnIndex::build({cell}, 1);
      column.values = std::move(*values);
    } else {
      broken(*clause.values, values.error().place.offset, "允许的输入值无法理解，不予检查：" + values.error().zh,
             "The input values cannot be read and are not checked: " + values.error().en);
    }
  }

  std::map<std::string, std::uint32_t, std::less<>> known;
  std::vector<ColumnIndex::Cell> cells;
  ColumnIndex::Cell everything;
  everything.tests.emplace();
  everything.tests->any = true;
  everything.admits_null = true;
  for (std::uint32_t r = 0; r < table.rules.size(); ++r) {
    const auto& rule = table.rules[r];
    if (number >= rule.inputs.size() || is_any(rule.inputs[number].text)) {
      column.cell_of_rule.push_back(TableColumn::any);
      everything.rules.push_back(r);
      continue;
    }
    const UnaryTests& entry = rule.inputs[number];
    const auto [found, added] = known.emplace(entry.text, static_cast<std::uint32_t>(column.cells.size()));
    if (added) {
      TableCell cell;
      ColumnIndex::Cell indexed;
      if (!entry.language.empty()) {
        cell.zh = "表达式语言 " + entry.language + " 不受支持；请改用 FEEL。";
        cell.en = "The expression language " + entry.language + " is not supported; use FEEL.";
      } else if (auto tests = feel::compile(entry.text, scope, feel::Dialect::UnaryTests)) {
        use(*tests);
        indexed = index_cell(*tests, entry.text);
        cell.tests = std::move(*tests);
      } else {
        cell.zh = tests.error().zh;
        cell.en = tests.error().en;
        cell.offset = static_cast<std::uint32_t>(tests.error().place.offset);
      }
      if (!cell.tests) broken(entry, cell.offset, cell.zh, cell.en);
      column.cells.push_back(std::move(cell));
      cells.push_back(std::move(indexed));
    }
    column.cell_of_rule.push_back(found->second);
    cells[found->second].rules.push_back(r);
  }
  cells.push_back(std::move(everything));
  column.index = ColumnIndex::build(cells, static_cast<std::uint32_t>(table.rules.size()));
  node.columns.push_back(std::move(column));
}

void BoxedCompiler::table_outputs(TableNode& node, const DecisionTable& table, Scope& scope) {
  for (const auto& clause : table.outputs) {
    TableOutput output;
    output.name = feel::canonical_name(clause.name);
    if (output.name.empty() && table.outputs.size() > 1) {
      output.name = "output " + std::to_string(node.outputs.size() + 1);
      broken(clause, 0, "有多个输出的表，每个输出都要有名称。",
             "Every output of a table with several outputs needs a name.");
    }
    output.key = feel::String(output.name);
    output.type = type_of(clause.type, clause.id);
    if (clause.values && !is_any(clause.values->text)) {
      Scope inner(scope);
      inner.declare("?", output.type);
      auto values = feel::compile(clause.values->text, inner, feel::Dialect::UnaryTests);
      if (!values) {
        broken(*clause.values, values.error().place.offset, values.error().zh, values.error().en);
      } else if (auto simple = feel::simple_tests(values->syntax()); simple && !simple->negated) {
        output.ranking = std::move(simple->bounds);
      }
    }
    // Without output values the allowed values of the type say the order (clause 8.3.3).
    if (output.ranking.empty() && output.type != nullptr) {
      if (const auto* allowed = dynamic_cast<const TestsConstraint*>(output.type->constraint.get())) {
        auto simple = feel::simple_tests(allowed->tests().syntax());
        if (simple && !simple->negated) output.ranking = std::move(simple->bounds);
      }
    }
    if (clause.default_entry != nullptr && !text_of(clause.default_entry).empty()) {
      output.default_entry = compile(*clause.default_entry, scope);
      node.has_default = true;
    }
    node.outputs.push_back(std::move(output));
  }
}

void BoxedCompiler::table_rules(TableNode& node, const DecisionTable& table, Scope& scope) {
  feel::Evaluation evaluation;
  std::vector<Suppressed> failures;
  evaluation.collect(&failures);
  for (const auto& rule : table.rules) {
    TableRule compiled;
    bool constant = true;
    std::vector<feel::Entry> entries;
    for (std::size_t o = 0; o < node.outputs.size(); ++o) {
      NodePointer entry =
          o < rule.outputs.size() ? compile(*rule.outputs[o], scope) : std::make_unique<ConstantNode>(Value());
      const Value* value = entry->constant();
      if (value == nullptr || !constant) {
        constant = false;
      } else {
        Value converted = conform(evaluation, *value, node.outputs[o].type, node.outputs[o].name);
        if (!failures.empty())
          constant = false;  // say so each time
        else
          entries.push_back({node.outputs[o].key, std::move(converted)});
        failures.clear();
      }
      compiled.outputs.push_back(std::move(entry));
    }
    if (rule.outputs.size() > node.outputs.size() || rule.outputs.size() < node.outputs.size()) {
      broken(rule, 0, "这一行的结论格数与输出列数不同。", "The rule does not have one output entry for each output.");
    }
    if (constant) compiled.constant = entries.size() == 1 ? entries[0].value : Value::context(std::move(entries));
    node.rules.push_back(std::move(compiled));
  }
}

NodePointer BoxedCompiler::table(const DecisionTable& table, const Element& element, Scope& scope) {
  if (table.outputs.empty()) return broken(element, 0, "判定表没有输出列。", "The decision table has no output.");
  auto node = std::make_unique<TableNode>();
  node->source = &table;
  node->element = element.id;
  for (std::size_t i = 0; i < table.inputs.size(); ++i) table_column(*node, table, i, scope);
  table_outputs(*node, table, scope);
  table_rules(*node, table, scope);

  if (table.hit_policy == HitPolicy::Collect && table.aggregation != Aggregation::None) {
    Scope own;
    node->aggregate_slot = own.declare("l");
    const char* text = table.aggregation == Aggregation::Sum       ? "sum(l)"
                       : table.aggregation == Aggregation::Count   ? "count(l)"
                       : table.aggregation == Aggregation::Minimum ? "min(l)"
                                                                   : "max(l)";
    if (auto compiled = feel::compile(text, own)) node->aggregate = *compiled;
    node->aggregate_frame = own.frame_size();
  }

  TypePointer row;
  if (table.outputs.size() == 1) {
    row = node->outputs[0].type;
  } else {
    std::vector<feel::Member> members;
    for (const auto& output : node->outputs) members.push_back({output.name, output.type});
    row = Type::context_of(std::move(members));
  }
  const bool several = (table.hit_policy == HitPolicy::Collect && table.aggregation == Aggregation::None) ||
                       table.hit_policy == HitPolicy::RuleOrder || table.hit_policy == HitPolicy::OutputOrder;
  if (table.hit_policy == HitPolicy::Collect && table.aggregation == Aggregation::Count)
    node->type = Type::simple(Type::Form::Number);
  else
    node->type = several ? Type::list_of(row) : row;
  tables_.push_back(node.get());
  return node;
}

}  // namespace yuanqu::dmn
