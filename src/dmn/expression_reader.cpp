// Boxed expressions of a model (clause 10.2.2).
#include <algorithm>

#include "dmn/model_reader.hpp"

namespace yuanqu::dmn {

LiteralExpression ModelReader::read_literal(xml_node node) {
  LiteralExpression literal;
  if (auto text = child(node, "text")) literal.text = xml::text_of(text);
  literal.language = language_of(node);
  literal.imported_values = static_cast<bool>(child(node, "importedValues"));
  return literal;
}

ContextExpression ModelReader::read_context(xml_node node) {
  ContextExpression context;
  for (auto each : node) {
    if (!is_ours(each) || xml::local_name(each) != "contextEntry") continue;
    ContextEntry entry;
    const std::string fallback = "contextEntry[" + std::to_string(context.entries.size() + 1) + "]";
    Nested nested(path_, fallback);
    read_element(entry, each, fallback);
    if (auto variable = child(each, "variable")) entry.variable = read_information_item(variable, "variable");
    entry.value = first_expression(each);
    context.entries.push_back(std::move(entry));
  }
  return context;
}

InvocationExpression ModelReader::read_invocation(xml_node node) {
  InvocationExpression invocation;
  invocation.called = first_expression(node);
  for (auto each : node) {
    if (!is_ours(each) || xml::local_name(each) != "binding") continue;
    Nested nested(path_, "binding[" + std::to_string(invocation.bindings.size() + 1) + "]");
    Binding binding;
    if (auto parameter = child(each, "parameter")) binding.parameter = read_information_item(parameter, "parameter");
    binding.formula = first_expression(each);
    invocation.bindings.push_back(std::move(binding));
  }
  return invocation;
}

RelationExpression ModelReader::read_relation(xml_node node) {
  RelationExpression relation;
  for (auto each : node) {
    if (!is_ours(each)) continue;
    const auto name = xml::local_name(each);
    if (name == "column") {
      relation.columns.push_back(
          read_information_item(each, "column[" + std::to_string(relation.columns.size() + 1) + "]"));
    } else if (name == "row") {
      RelationRow row;
      const std::string fallback = "row[" + std::to_string(relation.rows.size() + 1) + "]";
      Nested nested(path_, fallback);
      read_element(row, each, fallback);
      for (auto cell : each) {
        if (auto value = read_expression(cell)) row.cells.push_back(std::move(value));
      }
      relation.rows.push_back(std::move(row));
    }
  }
  return relation;
}

IterationExpression ModelReader::read_iteration(xml_node node, IterationKind kind, std::string_view body) {
  IterationExpression iteration;
  iteration.kind = kind;
  iteration.variable = xml::trimmed(xml::attribute(node, "iteratorVariable"));
  if (auto in = child(node, "in")) {
    iteration.variable_type = read_type(in, xml::attribute(in, "typeRef"));
    iteration.in = first_expression(in);
  }
  iteration.body = expression_in(node, body);
  return iteration;
}

DecisionRule ModelReader::read_rule(xml_node node, std::size_t number) {
  DecisionRule rule;
  const std::string fallback = "rule[" + std::to_string(number) + "]";
  Nested nested(path_, fallback);
  read_element(rule, node, fallback);
  for (auto each : node) {
    if (!is_ours(each)) continue;
    const auto name = xml::local_name(each);
    if (name == "inputEntry") {
      rule.inputs.push_back(read_tests_of(each, "inputEntry[" + std::to_string(rule.inputs.size() + 1) + "]"));
    } else if (name == "outputEntry") {
      auto entry = std::make_unique<Expression>();
      read_element(*entry, each, "outputEntry[" + std::to_string(rule.outputs.size() + 1) + "]");
      entry->type = read_type(each, xml::attribute(each, "typeRef"));
      entry->body = read_literal(each);
      rule.outputs.push_back(std::move(entry));
    } else if (name == "annotationEntry") {
      auto text = child(each, "text");
      rule.annotations.push_back(text ? xml::text_of(text) : std::string{});
    } else if (name == "description") {
      rule.description = xml::text_of(each);
    }
  }
  return rule;
}

DecisionTable ModelReader::read_table(xml_node node) {
  DecisionTable table;
  table.output_label = xml::attribute(node, "outputLabel");
  constexpr std::pair<std::string_view, HitPolicy> policies[] = {
      {"UNIQUE", HitPolicy::Unique},        {"ANY", HitPolicy::Any},
      {"PRIORITY", HitPolicy::Priority},    {"FIRST", HitPolicy::First},
      {"RULE ORDER", HitPolicy::RuleOrder}, {"OUTPUT ORDER", HitPolicy::OutputOrder},
      {"COLLECT", HitPolicy::Collect}};
  for (const auto& [name, policy] : policies) {
    if (xml::trimmed(xml::attribute(node, "hitPolicy")) == name) table.hit_policy = policy;
  }
  constexpr std::pair<std::string_view, Aggregation> aggregations[] = {{"SUM", Aggregation::Sum},
                                                                       {"COUNT", Aggregation::Count},
                                                                       {"MIN", Aggregation::Minimum},
                                                                       {"MAX", Aggregation::Maximum}};
  for (const auto& [name, aggregation] : aggregations) {
    if (xml::trimmed(xml::attribute(node, "aggregation")) == name) table.aggregation = aggregation;
  }
  for (auto each : node) {
    if (!is_ours(each)) continue;
    const auto name = xml::local_name(each);
    if (name == "input") {
      InputClause input;
      const std::string fallback = "input[" + std::to_string(table.inputs.size() + 1) + "]";
      Nested nested(path_, fallback);
      read_element(input, each, fallback);
      if (auto inner = child(each, "inputExpression")) {
        input.expression = std::make_unique<Expression>();
        read_element(*input.expression, inner, "inputExpression");
        input.expression->type = read_type(inner, xml::attribute(inner, "typeRef"));
        input.expression->body = read_literal(inner);
      }
      input.values = read_tests(each, "inputValues");
      table.inputs.push_back(std::move(input));
    } else if (name == "output") {
      OutputClause output;
      const std::string fallback = "output[" + std::to_string(table.outputs.size() + 1) + "]";
      Nested nested(path_, fallback);
      read_element(output, each, fallback);
      output.name = xml::trimmed(xml::attribute(each, "name"));
      output.type = read_type(each, xml::attribute(each, "typeRef"));
      output.values = read_tests(each, "outputValues");
      if (auto entry = child(each, "defaultOutputEntry")) {
        output.default_entry = std::make_unique<Expression>();
        read_element(*output.default_entry, entry, "defaultOutputEntry");
        output.default_entry->body = read_literal(entry);
      }
      table.outputs.push_back(std::move(output));
    } else if (name == "annotation") {
      table.annotation_names.emplace_back(xml::attribute(each, "name"));
    } else if (name == "rule") {
      table.rules.push_back(read_rule(each, table.rules.size() + 1));
    }
  }
  return table;
}

std::unique_ptr<Expression> ModelReader::read_function(xml_node node) {
  auto expression = std::make_unique<Expression>();
  read_element(*expression, node, "functionDefinition");
  Nested nested(path_, "functionDefinition");
  expression->type = read_type(node, xml::attribute(node, "typeRef"));
  FunctionExpression function;
  const std::string_view kind = xml::trimmed(xml::attribute(node, "kind"));
  if (kind == "Java" || kind == "J")
    function.kind = FunctionKind::Java;
  else if (kind == "PMML" || kind == "P")
    function.kind = FunctionKind::Pmml;
  for (auto each : node) {
    if (is_ours(each) && xml::local_name(each) == "formalParameter") {
      function.parameters.push_back(
          read_information_item(each, "formalParameter[" + std::to_string(function.parameters.size() + 1) + "]"));
    }
  }
  function.body = first_expression(node);
  expression->body = std::move(function);
  return expression;
}

ExpressionPointer ModelReader::read_expression(xml_node node) {
  if (!is_ours(node)) return nullptr;
  const std::string name(xml::local_name(node));
  if (name == "functionDefinition") return read_function(node);
  constexpr std::string_view known[] = {
      "literalExpression", "context", "decisionTable", "invocation", "list", "relation",
      "conditional",       "filter",  "for",           "some",       "every"};
  if (std::find(std::begin(known), std::end(known), name) == std::end(known)) return nullptr;
  auto expression = std::make_unique<Expression>();
  read_element(*expression, node, name);
  Nested nested(path_, name);
  expression->type = read_type(node, xml::attribute(node, "typeRef"));
  if (name == "literalExpression") {
    expression->body = read_literal(node);
  } else if (name == "context") {
    expression->body = read_context(node);
  } else if (name == "decisionTable") {
    expression->body = read_table(node);
  } else if (name == "invocation") {
    expression->body = read_invocation(node);
  } else if (name == "list") {
    ListExpression list;
    for (auto each : node) {
      if (auto item = read_expression(each)) list.items.push_back(std::move(item));
    }
    expression->body = std::move(list);
  } else if (name == "relation") {
    expression->body = read_relation(node);
  } else if (name == "conditional") {
    expression->body =
        ConditionalExpression{expression_in(node, "if"), expression_in(node, "then"), expression_in(node, "else")};
  } else if (name == "filter") {
    expression->body = FilterExpression{expression_in(node, "in"), expression_in(node, "match")};
  } else if (name == "for") {
    expression->body = read_iteration(node, IterationKind::For, "return");
  } else if (name == "some") {
    expression->body = read_iteration(node, IterationKind::Some, "satisfies");
  } else {
    expression->body = read_iteration(node, IterationKind::Every, "satisfies");
  }
  return expression;
}

}  // namespace yuanqu::dmn
