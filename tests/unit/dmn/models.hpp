#pragma once
// Small models for the tests of the room, written as little as possible.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dmn/evaluator.hpp"
#include "feel/expression.hpp"

namespace yuanqu::dmn::testing {

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

inline std::string document(const std::string& body, const std::string& name_space = "urn:test") {
  return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"test\" id=\"m\" namespace=\"" +
         name_space + "\">" + body + "</definitions>";
}

inline std::string input(const std::string& name, const std::string& type = "") {
  return "<inputData id=\"i_" + escaped(name) + "\" name=\"" + escaped(name) + "\"><variable name=\"" + escaped(name) +
         "\"" + (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/></inputData>";
}

inline std::string requires_input(const std::string& name) {
  return "<informationRequirement><requiredInput href=\"#i_" + escaped(name) + "\"/></informationRequirement>";
}

inline std::string requires_decision(const std::string& name) {
  return "<informationRequirement><requiredDecision href=\"#d_" + escaped(name) + "\"/></informationRequirement>";
}

inline std::string decision(const std::string& name, const std::string& requirements, const std::string& body,
                            const std::string& type = "") {
  return "<decision id=\"d_" + escaped(name) + "\" name=\"" + escaped(name) + "\"><variable name=\"" + escaped(name) +
         "\"" + (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/>" + requirements + body + "</decision>";
}

inline std::string literal(const std::string& text) {
  return "<literalExpression id=\"l\"><text>" + escaped(text) + "</text></literalExpression>";
}

struct Column {
  std::string expression, type, values;
};
struct Row {
  std::vector<std::string> cells, outputs;
};

inline std::string table(const std::string& hit_policy, const std::vector<Column>& columns, const std::string& outputs,
                         const std::vector<Row>& rows, const std::string& aggregation = "") {
  std::string xml = "<decisionTable id=\"t\" hitPolicy=\"" + hit_policy + "\"" +
                    (aggregation.empty() ? "" : " aggregation=\"" + aggregation + "\"") + ">";
  for (const auto& column : columns) {
    xml += "<input><inputExpression" + (column.type.empty() ? "" : " typeRef=\"" + column.type + "\"") + "><text>" +
           escaped(column.expression) + "</text></inputExpression>" +
           (column.values.empty() ? "" : "<inputValues><text>" + escaped(column.values) + "</text></inputValues>") +
           "</input>";
  }
  xml += outputs.empty() ? "<output/>" : outputs;
  for (const auto& row : rows) {
    xml += "<rule>";
    for (const auto& cell : row.cells) xml += "<inputEntry><text>" + escaped(cell) + "</text></inputEntry>";
    for (const auto& output : row.outputs) xml += "<outputEntry><text>" + escaped(output) + "</text></outputEntry>";
    xml += "</rule>";
  }
  return xml + "</decisionTable>";
}

inline std::shared_ptr<const ModelSet> compiled(const std::vector<std::string>& documents) {
  std::vector<std::shared_ptr<const Model>> models;
  for (const auto& each : documents) {
    auto model = read_model(each, "test.dmn");
    EXPECT_TRUE(model) << model.error().en;
    if (!model) return nullptr;
    models.push_back(*model);
  }
  auto set = ModelSet::compile(std::move(models));
  EXPECT_TRUE(set);
  return set ? *set : nullptr;
}

inline feel::Value feel_value(const std::string& text) {
  auto value = feel::evaluate_text(text);
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().en);
  return value ? *value : feel::Value();
}

inline Outcome evaluate(Evaluator& evaluator, const std::string& decision_name,
                        const std::vector<std::pair<std::string, std::string>>& inputs) {
  evaluator.begin();
  for (const auto& [name, text] : inputs) {
    const auto index = evaluator.models().find(ElementKind::InputData, name);
    EXPECT_TRUE(index) << name;
    if (index) evaluator.set(*index, feel_value(text));
  }
  const auto index = evaluator.models().find(ElementKind::Decision, decision_name);
  EXPECT_TRUE(index) << decision_name;
  return index ? evaluator.evaluate(*index) : Outcome{};
}

}  // namespace yuanqu::dmn::testing
