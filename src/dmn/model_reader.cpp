#include "dmn/model_reader.hpp"

#include <array>

namespace yuanqu::dmn {

namespace {

using base::ErrorCode;

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

// "https://www.omg.org/spec/DMN/<day>/MODEL/" with a day we do not list is taken as the newest: namespaces differ by
// name only.
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

// The FEEL URIs of the versions, and what exporters write for them.
bool is_feel(std::string_view uri) {
  for (const auto& version : versions) {
    if (version.feel == uri) return true;
  }
  return is_dated(uri, "/FEEL") || uri == "feel" || uri == "FEEL" || uri.ends_with("/feel") || uri.ends_with("/FEEL");
}

}  // namespace

void ModelReader::read_definitions(xml_node root) {
  model_.id = xml::attribute(root, "id");
  model_.name = xml::attribute(root, "name");
  model_.name_space = xml::trimmed(xml::attribute(root, "namespace"));
  language_ = xml::attribute(root, "expressionLanguage");
  path_ = model_.name;
  for (auto child : root) {
    if (!is_ours(child)) continue;
    const auto name = xml::local_name(child);
    if (name == "description")
      model_.description = xml::text_of(child);
    else if (name == "import")
      model_.imports.push_back(read_import(child));
    else if (name == "itemDefinition")
      model_.item_definitions.push_back(read_item_definition(child));
    else if (name == "inputData")
      model_.inputs.push_back(read_input(child));
    else if (name == "decision")
      model_.decisions.push_back(read_decision(child));
    else if (name == "businessKnowledgeModel")
      model_.knowledge_models.push_back(read_knowledge_model(child));
    else if (name == "decisionService")
      model_.services.push_back(read_service(child));
  }
}

void ModelReader::read_element(Element& element, xml_node node, std::string_view fallback) {
  element.id = xml::attribute(node, "id");
  element.label = xml::attribute(node, "label");
  element.offset = node.offset_debug() < 0 ? 0 : static_cast<std::size_t>(node.offset_debug());
  if (element.id.empty()) element.id = path_ + "/" + std::string(fallback);
}

TypeName ModelReader::read_type(xml_node at, std::string_view text) const {
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

TypeName ModelReader::type_in(std::string_view uri, std::string_view local) const {
  local = xml::trimmed(local);
  if (is_feel(uri) || uri == model_.name_space) return {{}, std::string(local)};
  return {std::string(uri), std::string(local)};
}

InformationItem ModelReader::read_information_item(xml_node node, std::string_view fallback) {
  InformationItem item;
  read_element(item, node, fallback);
  item.name = xml::trimmed(xml::attribute(node, "name"));
  item.type = read_type(node, xml::attribute(node, "typeRef"));
  return item;
}

InformationItem ModelReader::read_variable(xml_node owner, const std::string& owner_name) {
  InformationItem item;
  if (auto node = child(owner, "variable"))
    item = read_information_item(node, "variable");
  else
    read_element(item, owner, "variable");
  if (item.name.empty()) item.name = owner_name;
  return item;
}

Reference ModelReader::read_reference(xml_node node) const {
  std::string_view href = xml::trimmed(xml::attribute(node, "href"));
  const auto hash = href.rfind('#');
  if (hash == std::string_view::npos) return {{}, std::string(href)};
  std::string_view uri = href.substr(0, hash);
  if (uri == model_.name_space) uri = {};
  return {std::string(uri), std::string(href.substr(hash + 1))};
}

std::optional<UnaryTests> ModelReader::read_tests(xml_node owner, std::string_view name) {
  auto node = child(owner, name);
  if (!node) return std::nullopt;
  return read_tests_of(node, name);
}

UnaryTests ModelReader::read_tests_of(xml_node node, std::string_view fallback) {
  UnaryTests tests;
  read_element(tests, node, fallback);
  if (auto text = child(node, "text")) tests.text = xml::text_of(text);
  tests.language = language_of(node);
  return tests;
}

std::string ModelReader::language_of(xml_node node) const {
  std::string_view language = xml::attribute(node, "expressionLanguage");
  if (language.empty()) language = language_;
  return is_feel(language) || language.empty() ? std::string{} : std::string(language);
}

Import ModelReader::read_import(xml_node node) {
  Import import;
  read_element(import, node, "import");
  import.name = xml::trimmed(xml::attribute(node, "name"));
  import.name_space = xml::trimmed(xml::attribute(node, "namespace"));
  import.location = xml::attribute(node, "locationURI");
  import.type = xml::attribute(node, "importType");
  // DMN 1.1 imports have no name; QNames and references use the prefix bound to the namespace, which serves as the
  // name.
  if (!node.attribute("name") && model_.version == "1.1") {
    for (auto at = node; at && import.name.empty(); at = at.parent()) {
      for (auto each : at.attributes()) {
        const std::string_view name = each.name();
        if (name.starts_with("xmlns:") && import.name_space == each.value()) {
          import.name = name.substr(6);
          break;
        }
      }
    }
  }
  return import;
}

ItemDefinition ModelReader::read_item_definition(xml_node node) {
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

InputData ModelReader::read_input(xml_node node) {
  InputData input;
  input.name = xml::trimmed(xml::attribute(node, "name"));
  Nested nested(path_, input.name);
  read_element(input, node, "inputData");
  input.variable = read_variable(node, input.name);
  return input;
}

void ModelReader::read_requirements(xml_node node, std::vector<Reference>* decisions, std::vector<Reference>* inputs,
                                    std::vector<Reference>& knowledge) {
  for (auto each : node) {
    if (!is_ours(each)) continue;
    const auto name = xml::local_name(each);
    if (name != "informationRequirement" && name != "knowledgeRequirement") continue;
    for (auto target : each) {
      if (!is_ours(target)) continue;
      const auto kind = xml::local_name(target);
      if (kind == "requiredDecision" && decisions != nullptr)
        decisions->push_back(read_reference(target));
      else if (kind == "requiredInput" && inputs != nullptr)
        inputs->push_back(read_reference(target));
      else if (kind == "requiredKnowledge")
        knowledge.push_back(read_reference(target));
    }
  }
}

Decision ModelReader::read_decision(xml_node node) {
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

BusinessKnowledgeModel ModelReader::read_knowledge_model(xml_node node) {
  BusinessKnowledgeModel knowledge;
  knowledge.name = xml::trimmed(xml::attribute(node, "name"));
  Nested nested(path_, knowledge.name);
  read_element(knowledge, node, "businessKnowledgeModel");
  knowledge.variable = read_variable(node, knowledge.name);
  read_requirements(node, nullptr, nullptr, knowledge.required_knowledge);
  if (auto logic = child(node, "encapsulatedLogic")) knowledge.function = read_function(logic);
  return knowledge;
}

DecisionService ModelReader::read_service(xml_node node) {
  DecisionService service;
  service.name = xml::trimmed(xml::attribute(node, "name"));
  Nested nested(path_, service.name);
  read_element(service, node, "decisionService");
  service.variable = read_variable(node, service.name);
  for (auto each : node) {
    if (!is_ours(each)) continue;
    const auto name = xml::local_name(each);
    if (name == "outputDecision")
      service.output_decisions.push_back(read_reference(each));
    else if (name == "encapsulatedDecision")
      service.encapsulated_decisions.push_back(read_reference(each));
    else if (name == "inputDecision")
      service.input_decisions.push_back(read_reference(each));
    else if (name == "inputData")
      service.input_data.push_back(read_reference(each));
  }
  return service;
}

bool Import::is_model() const { return type.empty() || !version_of(type).empty() || type == "DMN"; }

base::Result<std::shared_ptr<const Model>> read_model(std::string_view text, std::string_view source,
                                                      const LoadLimits& limits) {
  pugi::xml_document document;
  if (auto parsed = xml::parse(document, text, source, limits.xml_bytes, limits.xml_depth); !parsed)
    return tl::unexpected(parsed.error());
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
  ModelReader(*model, name_space).read_definitions(root);
  return model;
}

}  // namespace yuanqu::dmn
