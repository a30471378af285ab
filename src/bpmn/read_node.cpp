#include "bpmn/read_node.hpp"

#include <charconv>
#include <pugixml.hpp>
#include <regex>

namespace yuanqu::bpmn {
namespace {

constexpr std::string_view service_prefix = "urn:yuanqu:service:";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::string without_equals(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('=')) text = trimmed(text.substr(1));
  return std::string(text);
}

std::string all_text(const pugi::xml_node& element) {
  std::string text;
  for (pugi::xml_node child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return text;
}

void read_timer(const pugi::xml_node& definition, Node& node, std::vector<std::string>& unsupported) {
  static const std::regex date("[+-]?[0-9]{4,9}-[0-9]{2}-[0-9]{2}(T.*)?");
  static const std::regex duration("P([0-9]+[YMWD])*(T([0-9]+[HMS])+)?");
  for (pugi::xml_node child : definition.children()) {
    if (child.type() != pugi::node_element) continue;
    const std::string_view name = local_name(child.name());
    if (name == "timeDate" || name == "timeDuration") {
      node.timer.kind = name == "timeDate" ? TimerKind::Date : TimerKind::Duration;
      const std::string text = all_text(child);
      node.timer.text = without_equals(text);
      const bool literal = trimmed(text) == node.timer.text &&
                           std::regex_match(node.timer.text, node.timer.kind == TimerKind::Date ? date : duration);
      node.timer.expression = !literal;
    } else if (name != "documentation" && name != "extensionElements") {
      unsupported.emplace_back(name);  // timeCycle
    }
  }
}

void read_events(const pugi::xml_node& element, Node& node, std::vector<std::string>& unsupported) {
  std::size_t definitions = 0;
  for (pugi::xml_node child : element.children()) {
    const std::string_view name = local_name(child.name());
    if (!name.ends_with("EventDefinition") && name != "eventDefinitionRef") continue;
    ++definitions;
    if (node.kind == NodeKind::TimerCatchEvent && name == "timerEventDefinition") {
      read_timer(child, node, unsupported);
    } else if (node.kind == NodeKind::EndEvent && name == "terminateEventDefinition") {
      node.kind = NodeKind::TerminateEndEvent;
    } else {
      unsupported.emplace_back(name);
    }
  }
  if (definitions > 1) unsupported.emplace_back("several event definitions");
  if (node.kind == NodeKind::TimerCatchEvent && definitions == 0)
    unsupported.emplace_back("intermediateCatchEvent without a timer");
}

// Standard: potentialOwner / resourceAssignmentExpression / formalExpression names who may do it; we read it as the
// role.
std::string potential_owner(const pugi::xml_node& element) {
  for (pugi::xml_node owner : element.children()) {
    if (local_name(owner.name()) != "potentialOwner") continue;
    for (pugi::xml_node assignment : owner.children()) {
      for (pugi::xml_node expression : assignment.children()) {
        if (local_name(expression.name()) == "formalExpression") return std::string(trimmed(all_text(expression)));
      }
    }
  }
  return {};
}

int whole_number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void read_task(const pugi::xml_node& element, Node& node) {
  if (pugi::xml_node own = extension(element, "service")) {
    node.service = own.attribute("name").value();
  } else if (std::string_view given = element.attribute("implementation").value(); given.starts_with(service_prefix)) {
    node.service = given.substr(service_prefix.size());
  }
  if (pugi::xml_node own = extension(element, "decision")) {
    node.decision = {own.attribute("model").value(), own.attribute("name").value(), own.attribute("result").value()};
  }
  if (pugi::xml_node own = extension(element, "assignment")) {
    node.assignment = {own.attribute("role").value(), without_equals(own.attribute("department").value()),
                       without_equals(own.attribute("person").value())};
  }
  if (node.assignment.role.empty()) node.assignment.role = potential_owner(element);
  if (pugi::xml_node own = extension(element, "form")) node.form = own.attribute("ref").value();
  if (pugi::xml_node own = extension(element, "completedBy")) {
    node.completed_by_change = own.attribute("change").value();
    node.completed_by_when = without_equals(own.attribute("when").value());
  }
  if (pugi::xml_node own = extension(element, "deadline")) {
    node.deadline_working_days = whole_number(own.attribute("workingDays").value());
  }
}

void read_mappings(const pugi::xml_node& element, Node& node) {
  for (pugi::xml_node holder : element.children()) {
    if (local_name(holder.name()) != "extensionElements") continue;
    for (pugi::xml_node own : holder.children()) {
      if (name_space_of(own, own.name()) != extension_name_space) continue;
      const std::string_view name = local_name(own.name());
      if (name != "input" && name != "output") continue;
      Mapping mapping{own.attribute("name").value(), without_equals(own.attribute("expression").value())};
      if (mapping.expression.empty()) mapping.expression = feel_text(own);
      (name == "input" ? node.inputs : node.outputs).push_back(std::move(mapping));
    }
  }
}

}  // namespace

std::string_view local_name(std::string_view qualified) {
  std::size_t colon = qualified.find(':');
  return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

std::string_view name_space_of(const pugi::xml_node& element, std::string_view qualified) {
  std::size_t colon = qualified.find(':');
  std::string attribute = "xmlns";
  if (colon != std::string_view::npos) attribute += ":" + std::string(qualified.substr(0, colon));
  for (pugi::xml_node node = element; node; node = node.parent()) {
    if (pugi::xml_attribute declared = node.attribute(attribute.c_str())) return declared.value();
  }
  return {};
}

pugi::xml_node extension(const pugi::xml_node& element, std::string_view name) {
  for (pugi::xml_node holder : element.children()) {
    if (local_name(holder.name()) != "extensionElements") continue;
    for (pugi::xml_node own : holder.children()) {
      if (local_name(own.name()) == name && name_space_of(own, own.name()) == extension_name_space) return own;
    }
  }
  return {};
}

std::string feel_text(const pugi::xml_node& element) { return without_equals(all_text(element)); }

std::vector<std::string> read_details(const pugi::xml_node& element, Node& node) {
  std::vector<std::string> unsupported;
  node.labels.zh = element.attribute("name").value();
  if (node.labels.zh.empty()) node.labels.zh = node.id;
  node.labels.en = node.labels.zh;
  if (pugi::xml_node own = extension(element, "labels")) {
    if (own.attribute("zh")) node.labels.zh = own.attribute("zh").value();
    if (own.attribute("en")) node.labels.en = own.attribute("en").value();
  }
  read_events(element, node, unsupported);
  if (is_task(node.kind)) read_task(element, node);
  read_mappings(element, node);
  return unsupported;
}

}  // namespace yuanqu::bpmn
