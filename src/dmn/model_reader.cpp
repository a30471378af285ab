// XML to Model. Elements are told by the namespace of the document element: one document never mixes versions.
#include <array>
#include <charconv>

#include "dmn/model.hpp"
#include "dmn/xml.hpp"

namespace yuanqu::dmn {

namespace {

using base::ErrorCode;
using pugi::xml_node;

struct Version {
  std::string_view name, model, feel;
};
constexpr std::array versions{
    Version{"1.1", "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/FEEL/20140401"},
    Version{"1.2", "http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/FEEL/"},
    Version{"1.3", "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20191111/FEEL/"},
    Version{"1.4", "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/"},
    Version{"1.5", "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20230324/FEEL/"},
    Version{"1.6", "https://www.omg.org/spec/DMN/20240513/MODEL/", "https://www.omg.org/spec/DMN/20240513/FEEL/"},
};

// "https://www.omg.org/spec/DMN/<day>/MODEL/" with a day we do not list is taken as the newest: namespaces differ by name only.
bool is_dated(std::string_view uri, std::string_view part) {
  for (std::string_view scheme : {"https://", "http://"}) {
    if (!uri.starts_with(scheme)) continue;
    uri.remove_prefix(scheme.size());
    constexpr std::string_view base = "www.omg.org/spec/DMN/";
    if (!uri.starts_with(base)) return false;
    uri.remove_prefix(base.size());
    if (uri.size() < 9 || uri.substr(0, 8).find_first_not_of("0123456789") != std::string_view::npos) return false;
    uri.remove_prefix(8);
    if (uri.ends_with('/')) uri.remove_suffix(1);
    return uri == part;
  }
  return false;
}

std::string_view version_of(std::string_view uri) {
  for (const auto& version : versions) {
    if (version.model == uri) return version.name;
  }
  return is_dated(uri, "/MODEL") ? versions.back().name : std::string_view{};
}

bool is_feel(std::string_view uri) {
  for (const auto& version : versions) {
    if (version.feel == uri) return true;
  }
  return is_dated(uri, "/FEEL") || uri == "feel" || uri == "FEEL";
}

class Reader {
 public:
  Reader(Model& model, std::string_view name_space) : model_(model), model_namespace_(name_space) {}

  void read_definitions(xml_node root) {
    model_.id = xml::attribute(root, "id");
    model_.name = xml::attribute(root, "name");
    model_.name_space = xml::trimmed(xml::attribute(root, "namespace"));
    language_ = xml::attribute(root, "expressionLanguage");
    path_ = model_.name;
    for (auto child : root) {
      if (!is_ours(child)) continue;
      const auto name = xml::local_name(child);
      if (name == "description") model_.description = xml::text_of(child);
      else if (name == "import") model_.imports.push_back(read_import(child));
      else if (name == "itemDefinition") model_.item_definitions.push_back(read_item_definition(child));
      else if (name == "inputData") model_.inputs.push_back(read_input(child));
      else if (name == "decision") model_.decisions.push_back(read_decision(child));
      else if (name == "businessKnowledgeModel") model_.knowledge_models.push_back(read_knowledge_model(child));
      else if (name == "decisionService") model_.services.push_back(read_service(child));
    }
  }

 private:
  bool is_ours(xml_node node) const { return node.type() == pugi::node_element && xml::namespace_of(node) == model_namespace_; }

  xml_node child(xml_node node, std::string_view name) const {
    for (auto each : node) {
      if (each.type() == pugi::node_element && xml::local_name(each) == name && is_ours(each)) return each;
    }
    return {};
  }

  // Fills what every element has. An element without id gets a path of names and positions, stable for one document.
  void read_element(Element& element, xml_node node, std::string_view fallback) {
    element.id = xml::attribute(node, "id");
    element.label = xml::attribute(node, "label");
    element.offset = node.offset_debug() < 0 ? 0 : static_cast<std::size_t>(node.offset_debug());
    if (element.id.empty()) element.id = path_ + "/" + std::string(fallback);
  }

  TypeName read_type(xml_node at, std::string_view text) const {
    text = xml::trimmed(text);
    if (text.empty()) return {};
    // 1.2 and later: an expanded name "{namespace}local" as some exporters write it.
    if (text.front() == '{') {
      const auto end = text.find('}');
      if (end != std::string_view::npos) return type_in(text.substr(1, end - 1), text.substr(end + 1));
    }
    // A prefix counts only when it is bound; otherwise the colon belongs to the name.
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && colon > 0) {
      const auto uri = xml::namespace_of_prefix(at, text.substr(0, colon));
      if (!uri.empty()) return type_in(uri, text.substr(colon + 1));
    }
    return {{}, std::string(text)};
  }

  TypeName type_in(std::string_view uri, std::string_view local) const {
    local = xml::trimmed(local);
    if (is_feel(uri) || uri == model_.name_space) return {{}, std::string(local)};
    return {std::string(uri), std::string(local)};
  }

  InformationItem read_information_item(xml_node node, std::string_view fallback) {
    InformationItem item;
    read_element(item, node, fallback);
    item.name = xml::trimmed(xml::attribute(node, "name"));
    item.type = read_type(node, xml::attribute(node, "typeRef"));
    return item;
  }

  // The variable of a decision, input or invocable; its name is the element's when none is written (clause 6.3.7).
  InformationItem read_variable(xml_node owner, const std::string& owner_name) {
    InformationItem item;
    if (auto node = child(owner, "variable")) item = read_information_item(node, "variable");
    else read_element(item, owner, "variable");
    if (item.name.empty()) item.name = owner_name;
    return item;
  }

  Reference read_reference(xml_node node) const {
    std::string_view href = xml::trimmed(xml::attribute(node, "href"));
    const auto hash = href.rfind('#');
    if (hash == std::string_view::npos) return {{}, std::string(href)};
    std::string_view uri = href.substr(0, hash);
    if (uri == model_.name_space) uri = {};
    return {std::string(uri), std::string(href.substr(hash + 1))};
  }

  std::optional<UnaryTests> read_tests(xml_node owner, std::string_view name) {
    auto node = child(owner, name);
    if (!node) return std::nullopt;
    return read_tests_of(node, name);
  }

  UnaryTests read_tests_of(xml_node node, std::string_view fallback) {
    UnaryTests tests;
    read_element(tests, node, fallback);
    if (auto text = child(node, "text")) tests.text = xml::text_of(text);
    tests.language = language_of(node);
    return tests;
  }

  std::string language_of(xml_node node) const {
    std::string_view language = xml::attribute(node, "expressionLanguage");
    if (language.empty()) language = language_;
    return is_feel(language) || language.empty() ? std::string{} : std::string(language);
  }

  Import read_import(xml_node node) {
    Import import;
    read_element(import, node, "import");
    import.name = xml::trimmed(xml::attribute(node, "name"));
    import.name_space = xml::trimmed(xml::attribute(node, "namespace"));
    import.location = xml::attribute(node, "locationURI");
    import.type = xml::attribute(node, "importType");
    // DMN 1.1 imports have no name; QNames and references use the prefix bound to the namespace, which serves as the name.
    if (!node.attribute("name") && model_.version == "1.1") {
      for (auto at = node; at && import.name.empty(); at = at.parent()) {
        for (auto each : at.attributes()) {
          const std::string_view name = each.name();
          if (name.starts_with("xmlns:") && import.name_space == each.value()) { import.name = name.substr(6); break; }
        }
      }
    }
    return import;
  }

  ItemDefinition read_item_definition(xml_node node) {
    ItemDefinition item;
    item.name = xml::trimmed(xml::attribute(node, "name"));
    Nested nested(path_, item.name);
    read_element(item, node, "itemDefinition");
    item.is_collection = node.attribute("isCollection").as_bool(false);
    if (auto type = child(node, "typeRef")) item.type = read_type(type, xml::text_of(type));
    item.allowed_values = read_tests(node, "allowedValues");
    item.type_constraint = read_tests(node, "typeConstraint");
    for (auto each : node) {
      if (!is_ours(each)) continue;
      const auto name = xml::local_name(each);
      if (name == "itemComponent") {
        item.components.push_back(read_item_definition(each));
      } else if (name == "functionItem") {
        FunctionItem function;
        function.output = read_type(each, xml::attribute(each, "outputTypeRef"));
        for (auto parameter : each) {
          if (is_ours(parameter) && xml::local_name(parameter) == "parameters") {
            function.parameters.push_back(read_information_item(parameter, "parameters"));
          }
        }
        item.function = std::move(function);
      }
    }
    return item;
  }

  InputData read_input(xml_node node) {
    InputData input;
    input.name = xml::trimmed(xml::attribute(node, "name"));
    Nested nested(path_, input.name);
    read_element(input, node, "inputData");
    input.variable = read_variable(node, input.name);
    return input;
  }

  void read_requirements(xml_node node, std::vector<Reference>* decisions, std::vector<Reference>* inputs, std::vector<Reference>& knowledge) {
    for (auto each : node) {
      if (!is_ours(each)) continue;
      const auto name = xml::local_name(each);
      if (name != "informationRequirement" && name != "knowledgeRequirement") continue;
      for (auto target : each) {
        if (!is_ours(target)) continue;
        const auto kind = xml::local_name(target);
        if (kind == "requiredDecision" && decisions != nullptr) decisions->push_back(read_reference(target));
        else if (kind == "requiredInput" && inputs != nullptr) inputs->push_back(read_reference(target));
        else if (kind == "requiredKnowledge") knowledge.push_back(read_reference(target));
      }
    }
  }

  Decision read_decision(xml_node node) {
    Decision decision;
    decision.name = xml::trimmed(xml::attribute(node, "name"));
    Nested nested(path_, decision.name);
    read_element(decision, node, "decision");
    if (auto text = child(node, "question")) decision.question = xml::text_of(text);
    if (auto text = child(node, "description")) decision.description = xml::text_of(text);
    decision.variable = read_variable(node, decision.name);
    read_requirements(node, &decision.required_decisions, &decision.required_inputs, decision.required_knowledge);
    decision.expression = first_expression(node);
    return decision;
  }

  BusinessKnowledgeModel read_knowledge_model(xml_node node) {
    BusinessKnowledgeModel knowledge;
    knowledge.name = xml::trimmed(xml::attribute(node, "name"));
    Nested nested(path_, knowledge.name);
    read_element(knowledge, node, "businessKnowledgeModel");
    knowledge.variable = read_variable(node, knowledge.name);
    read_requirements(node, nullptr, nullptr, knowledge.required_knowledge);
    if (auto logic = child(node, "encapsulatedLogic")) knowledge.function = read_function(logic);
    return knowledge;
  }

  DecisionService read_service(xml_node node) {
    DecisionService service;
    service.name = xml::trimmed(xml::attribute(node, "name"));
    Nested nested(path_, service.name);
    read_element(service, node, "decisionService");
    service.variable = read_variable(node, service.name);
    for (auto each : node) {
      if (!is_ours(each)) continue;
      const auto name = xml::local_name(each);
      if (name == "outputDecision") service.output_decisions.push_back(read_reference(each));
      else if (name == "encapsulatedDecision") service.encapsulated_decisions.push_back(read_reference(each));
      else if (name == "inputDecision") service.input_decisions.push_back(read_reference(each));
      else if (name == "inputData") service.input_data.push_back(read_reference(each));
    }
    return service;
  }

  // Remembers the path for elements without an id.
  struct Nested {
    Nested(std::string& path, std::string_view name) : path_(path), size_(path.size()) { path_.append("/").append(name); }
    ~Nested() { path_.resize(size_); }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    std::string& path_;
    std::size_t size_;
  };

  ExpressionPointer first_expression(xml_node node) {
    for (auto each : node) {
      if (auto expression = read_expression(each)) return expression;
    }
    return nullptr;
  }

  ExpressionPointer expression_in(xml_node node, std::string_view wrapper) {
    auto inner = child(node, wrapper);
    return inner ? first_expression(inner) : nullptr;
  }

  ExpressionPointer read_expression(xml_node node);
  std::unique_ptr<Expression> read_function(xml_node node);
  LiteralExpression read_literal(xml_node node);
  ContextExpression read_context(xml_node node);
  InvocationExpression read_invocation(xml_node node);
  RelationExpression read_relation(xml_node node);
  IterationExpression read_iteration(xml_node node, IterationKind kind, std::string_view body);
  DecisionTable read_table(xml_node node);
  DecisionRule read_rule(xml_node node, std::size_t number);

  Model& model_;
  std::string model_namespace_;
  std::string language_;
  std::string path_;
};

LiteralExpression Reader::read_literal(xml_node node) {
  LiteralExpression literal;
  if (auto text = child(node, "text")) literal.text = xml::text_of(text);
  literal.language = language_of(node);
  literal.imported_values = static_cast<bool>(child(node, "importedValues"));
  return literal;
}

ContextExpression Reader::read_context(xml_node node) {
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

InvocationExpression Reader::read_invocation(xml_node node) {
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

RelationExpression Reader::read_relation(xml_node node) {
  RelationExpression relation;
  for (auto each : node) {
    if (!is_ours(each)) continue;
    const auto name = xml::local_name(each);
    if (name == "column") {
      relation.columns.push_back(read_information_item(each, "column[" + std::to_string(relation.columns.size() + 1) + "]"));
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

IterationExpression Reader::read_iteration(xml_node node, IterationKind kind, std::string_view body) {
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

DecisionRule Reader::read_rule(xml_node node, std::size_t number) {
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

DecisionTable Reader::read_table(xml_node node) {
  DecisionTable table;
  table.output_label = xml::attribute(node, "outputLabel");
  constexpr std::pair<std::string_view, HitPolicy> policies[] = {
      {"UNIQUE", HitPolicy::Unique}, {"ANY", HitPolicy::Any}, {"PRIORITY", HitPolicy::Priority}, {"FIRST", HitPolicy::First},
      {"RULE ORDER", HitPolicy::RuleOrder}, {"OUTPUT ORDER", HitPolicy::OutputOrder}, {"COLLECT", HitPolicy::Collect}};
  for (const auto& [name, policy] : policies) {
    if (xml::trimmed(xml::attribute(node, "hitPolicy")) == name) table.hit_policy = policy;
  }
  constexpr std::pair<std::string_view, Aggregation> aggregations[] = {
      {"SUM", Aggregation::Sum}, {"COUNT", Aggregation::Count}, {"MIN", Aggregation::Minimum}, {"MAX", Aggregation::Maximum}};
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

std::unique_ptr<Expression> Reader::read_function(xml_node node) {
  auto expression = std::make_unique<Expression>();
  read_element(*expression, node, "functionDefinition");
  Nested nested(path_, "functionDefinition");
  expression->type = read_type(node, xml::attribute(node, "typeRef"));
  FunctionExpression function;
  const std::string_view kind = xml::trimmed(xml::attribute(node, "kind"));
  if (kind == "Java" || kind == "J") function.kind = FunctionKind::Java;
  else if (kind == "PMML" || kind == "P") function.kind = FunctionKind::Pmml;
  for (auto each : node) {
    if (is_ours(each) && xml::local_name(each) == "formalParameter") {
      function.parameters.push_back(read_information_item(each, "formalParameter[" + std::to_string(function.parameters.size() + 1) + "]"));
    }
  }
  function.body = first_expression(node);
  expression->body = std::move(function);
  return expression;
}

ExpressionPointer Reader::read_expression(xml_node node) {
  if (!is_ours(node)) return nullptr;
  const std::string name(xml::local_name(node));
  if (name == "functionDefinition") return read_function(node);
  constexpr std::string_view known[] = {"literalExpression", "context", "decisionTable", "invocation", "list", "relation",
                                        "conditional", "filter", "for", "some", "every"};
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
    expression->body = ConditionalExpression{expression_in(node, "if"), expression_in(node, "then"), expression_in(node, "else")};
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

}  // namespace

bool Import::is_model() const { return type.empty() || !version_of(type).empty() || type == "DMN"; }

base::Result<std::shared_ptr<const Model>> read_model(std::string_view text, std::string_view source, const LoadLimits& limits) {
  pugi::xml_document document;
  if (auto parsed = xml::parse(document, text, source, limits.xml_bytes, limits.xml_depth); !parsed) return tl::unexpected(parsed.error());
  const auto root = document.document_element();
  const auto name_space = xml::namespace_of(root);
  const auto version = version_of(name_space);
  if (xml::local_name(root) != "definitions" || version.empty()) {
    return base::fail(ErrorCode::Invalid, "不是 DMN 1.1 至 1.6 的模型：根元素应为 DMN 命名空间中的 definitions。",
                      "Not a DMN 1.1 to 1.6 model: the document element must be definitions in a DMN namespace.",
                      {.file = std::string(source)});
  }
  auto model = std::make_shared<Model>();
  model->source = source;
  model->version = version;
  Reader(*model, name_space).read_definitions(root);
  return model;
}

}  // namespace yuanqu::dmn
