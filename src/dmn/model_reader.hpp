#pragma once
// XML to Model (internal to the room). Elements are told by the namespace of the document element: one document never
// mixes versions. Include only from .cpp files: pugixml stays out of the room's headers.

#include <string>
#include <string_view>
#include <vector>

#include "dmn/model.hpp"
#include "dmn/xml.hpp"

namespace yuanqu::dmn {

using pugi::xml_node;

class ModelReader {
 public:
  ModelReader(Model& model, std::string_view name_space) : model_(model), model_namespace_(name_space) {}

  void read_definitions(xml_node root);

 private:
  bool is_ours(xml_node node) const {
    return node.type() == pugi::node_element && xml::namespace_of(node) == model_namespace_;
  }

  xml_node child(xml_node node, std::string_view name) const {
    for (auto each : node) {
      if (each.type() == pugi::node_element && xml::local_name(each) == name && is_ours(each)) return each;
    }
    return {};
  }

  // Fills what every element has. An element without id gets a path of names and positions, stable for one document.
  void read_element(Element& element, xml_node node, std::string_view fallback);

  TypeName read_type(xml_node at, std::string_view text) const;

  TypeName type_in(std::string_view uri, std::string_view local) const;

  InformationItem read_information_item(xml_node node, std::string_view fallback);

  // The variable of a decision, input or invocable; its name is the element's when none is written (clause 6.3.7).
  InformationItem read_variable(xml_node owner, const std::string& owner_name);

  Reference read_reference(xml_node node) const;

  std::optional<UnaryTests> read_tests(xml_node owner, std::string_view name);

  UnaryTests read_tests_of(xml_node node, std::string_view fallback);

  std::string language_of(xml_node node) const;

  Import read_import(xml_node node);

  ItemDefinition read_item_definition(xml_node node);

  InputData read_input(xml_node node);

  void read_requirements(xml_node node, std::vector<Reference>* decisions, std::vector<Reference>* inputs,
                         std::vector<Reference>& knowledge);

  Decision read_decision(xml_node node);

  BusinessKnowledgeModel read_knowledge_model(xml_node node);

  DecisionService read_service(xml_node node);

  // Remembers the path for elements without an id.
  struct Nested {
    Nested(std::string& path, std::string_view name) : path_(path), size_(path.size()) {
      path_.append("/").append(name);
    }
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

}  // namespace yuanqu::dmn
