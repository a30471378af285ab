#include "dmn/conformance_file.hpp"

#include "dmn/xml.hpp"
#include "feel/temporal.hpp"

namespace yuanqu::dmn::conformance {

namespace {

using feel::Value;
using pugi::xml_node;

constexpr std::string_view schema_instance = "http://www.w3.org/2001/XMLSchema-instance";

bool is(xml_node node, std::string_view name) {
  return node.type() == pugi::node_element && xml::local_name(node) == name;
}

xml_node child(xml_node node, std::string_view name) {
  for (auto each : node) {
    if (is(each, name)) return each;
  }
  return {};
}

// An attribute of the XMLSchema-instance namespace, whatever its prefix.
std::string_view instance_attribute(xml_node node, std::string_view local) {
  for (auto each : node.attributes()) {
    const std::string_view name = each.name();
    const auto colon = name.find(':');
    if (colon == std::string_view::npos || name.substr(colon + 1) != local) continue;
    const auto bound = xml::namespace_of_prefix(node, name.substr(0, colon));
    if (bound == schema_instance || (bound.empty() && name.substr(0, colon) == "xsi")) return each.value();
  }
  return {};
}

Value read_typed(std::string_view type, const std::string& text, std::string& problem) {
  const auto trimmed = xml::trimmed(text);
  const auto given = [&](const auto& parsed) -> Value {
    if (parsed) return Value(*parsed);
    problem = "cannot read \"" + text + "\" as " + std::string(type);
    return Value();
  };
  if (type == "string") return Value(text);
  if (type == "boolean") {
    if (trimmed == "true" || trimmed == "1") return Value(true);
    if (trimmed == "false" || trimmed == "0") return Value(false);
    problem = "cannot read \"" + text + "\" as boolean";
    return Value();
  }
  if (type == "date") return given(base::Date::parse(trimmed));
  if (type == "time") return given(feel::Time::parse(trimmed));
  if (type == "dateTime") return given(feel::DateTime::parse(trimmed));
  if (type == "duration" || type == "dayTimeDuration" || type == "yearMonthDuration") {
    if (trimmed.find('T') == std::string_view::npos && trimmed.find('D') == std::string_view::npos) {
      if (auto months = feel::YearsMonthsDuration::parse(trimmed)) return Value(*months);
    }
    return given(feel::DaysTimeDuration::parse(trimmed));
  }
  return given(base::Decimal::parse(trimmed));
}

Value read_value(xml_node holder, std::string& problem) {
  if (auto list = child(holder, "list")) {
    std::vector<Value> items;
    for (auto item : list) {
      if (is(item, "item")) items.push_back(read_value(item, problem));
    }
    return Value::list(std::move(items));
  }
  if (child(holder, "component")) {
    std::vector<feel::Entry> entries;
    for (auto component : holder) {
      if (is(component, "component"))
        entries.push_back({feel::String(xml::attribute(component, "name")), read_value(component, problem)});
    }
    return Value::context(std::move(entries));
  }
  auto value = child(holder, "value");
  if (!value) return Value();
  const auto nil = xml::trimmed(instance_attribute(value, "nil"));
  if (nil == "true" || nil == "1") return Value();
  std::string_view type = xml::trimmed(instance_attribute(value, "type"));
  if (const auto colon = type.find(':'); colon != std::string_view::npos) type.remove_prefix(colon + 1);
  const std::string text = xml::text_of(value);
  if (!type.empty()) return read_typed(type, text, problem);
  // Without a type the text says what it is.
  std::string ignored;
  for (std::string_view guess : {"boolean", "decimal"}) {
    ignored.clear();
    Value read = read_typed(guess, text, ignored);
    if (ignored.empty()) return read;
  }
  return Value(text);
}

Node read_node(xml_node node) {
  Node made;
  made.name = xml::attribute(node, "name");
  made.name_space = xml::attribute(node, "namespace");
  auto holder = child(node, "expected");
  made.value = read_value(holder ? holder : node, made.problem);
  return made;
}

}  // namespace

base::Result<File> read_file(std::string_view text, std::string_view source) {
  pugi::xml_document document;
  if (auto parsed = xml::parse(document, text, source, 64u << 20, 256); !parsed) return tl::unexpected(parsed.error());
  const auto root = document.document_element();
  if (xml::local_name(root) != "testCases") {
    return base::fail(base::ErrorCode::Invalid, "不是 TCK 测试文件：根元素应为 testCases。",
                      "Not a TCK test file: the document element must be testCases.", {.file = std::string(source)});
  }
  File file;
  for (auto each : root) {
    if (is(each, "modelName")) file.model = xml::trimmed(xml::text_of(each));
    if (!is(each, "testCase")) continue;
    Case one;
    one.id = xml::attribute(each, "id");
    one.type = xml::attribute(each, "type");
    one.invocable = xml::attribute(each, "invocableName");
    for (auto node : each) {
      if (is(node, "inputNode"))
        one.inputs.push_back(read_node(node));
      else if (is(node, "resultNode"))
        one.results.push_back(read_node(node));
    }
    file.cases.push_back(std::move(one));
  }
  return file;
}

}  // namespace yuanqu::dmn::conformance
