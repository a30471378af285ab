#include "bpmn/read_node.hpp"

#include <charconv>
#include <pugixml.hpp>
#include <regex>
#include <sstream>

namespace yuanqu::bpmn {
namespace {

constexpr std::string_view service_prefix = "urn:yuanqu:service:";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::string all_text(const pugi::xml_node& element) {
  std::string text;
  for (pugi::xml_node child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return text;
}

int whole_number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// An attribute by its local name, whatever the prefix: other engines' files keep the same facts under their own.
std::string foreign(const pugi::xml_node& element, std::string_view name) {
  for (pugi::xml_attribute attribute : element.attributes()) {
    const std::string_view qualified = attribute.name();
    if (qualified.find(':') != std::string_view::npos && local_name(qualified) == name) return attribute.value();
  }
  return {};
}

void read_timer(const pugi::xml_node& definition, Node& node, std::vector<std::string>& unsupported) {
  static const std::regex date("[+-]?[0-9]{4,9}-[0-9]{2}-[0-9]{2}(T.*)?");
  static const std::regex duration("P([0-9]+[YMWD])*(T([0-9]+[HMS])+)?");
  static const std::regex cycle("R([0-9]{1,4})/(P.+)");
  for (pugi::xml_node child : definition.children()) {
    if (child.type() != pugi::node_element) continue;
    const std::string_view name = local_name(child.name());
    if (name == "documentation" || name == "extensionElements") continue;
    if (name != "timeDate" && name != "timeDuration" && name != "timeCycle") {
      unsupported.emplace_back(name);
      continue;
    }
    const std::string text = all_text(child);
    node.timer.text = without_equals(text);
    if (name == "timeCycle") {
      std::smatch parts;
      if (!std::regex_match(node.timer.text, parts, cycle) || node.kind != NodeKind::BoundaryEvent) {
        unsupported.emplace_back("timeCycle");  // R3/P7D at a boundary event, nothing else
        continue;
      }
      node.timer.kind = TimerKind::Cycle;
      node.timer.repeats = whole_number(parts[1].str());
      node.timer.text = parts[2].str();
      continue;
    }
    node.timer.kind = name == "timeDate" ? TimerKind::Date : TimerKind::Duration;
    const bool literal = trimmed(text) == node.timer.text &&
                         std::regex_match(node.timer.text, node.timer.kind == TimerKind::Date ? date : duration);
    node.timer.expression = !literal;
  }
}

bool takes(NodeKind node, EventKind event) {
  switch (event) {
    case EventKind::None: return node != NodeKind::CatchEvent && node != NodeKind::BoundaryEvent;
    case EventKind::Timer: return node == NodeKind::CatchEvent || node == NodeKind::BoundaryEvent;
    case EventKind::Message:
    case EventKind::Signal: return true;
    case EventKind::Error: return node == NodeKind::EndEvent || node == NodeKind::BoundaryEvent;
    case EventKind::Terminate: return node == NodeKind::EndEvent;
  }
  return false;
}

std::string declared_name(const pugi::xml_node& element, const char* attribute, const Declared& declared) {
  const std::string_view reference = local_name(element.attribute(attribute).value());
  auto found = declared.find(reference);
  return found == declared.end() ? std::string(reference) : found->second;
}

void read_events(const pugi::xml_node& element, const Declared& declared, Node& node,
                 std::vector<std::string>& unsupported) {
  static const std::map<std::string_view, EventKind> kinds = {{"timerEventDefinition", EventKind::Timer},
                                                              {"messageEventDefinition", EventKind::Message},
                                                              {"signalEventDefinition", EventKind::Signal},
                                                              {"errorEventDefinition", EventKind::Error},
                                                              {"terminateEventDefinition", EventKind::Terminate}};
  std::size_t definitions = 0;
  for (pugi::xml_node child : element.children()) {
    const std::string_view name = local_name(child.name());
    if (!name.ends_with("EventDefinition") && name != "eventDefinitionRef") continue;
    ++definitions;
    auto kind = kinds.find(name);
    if (kind == kinds.end() || !takes(node.kind, kind->second)) {
      unsupported.emplace_back(name);
      continue;
    }
    node.event = kind->second;
    if (node.event == EventKind::Timer) read_timer(child, node, unsupported);
    if (node.event == EventKind::Message) node.event_name = declared_name(child, "messageRef", declared);
    if (node.event == EventKind::Signal) node.event_name = declared_name(child, "signalRef", declared);
    if (node.event == EventKind::Error) node.event_name = declared_name(child, "errorRef", declared);
  }
  if (definitions > 1) unsupported.emplace_back("several event definitions");
  if (definitions == 0 && (node.kind == NodeKind::CatchEvent || node.kind == NodeKind::BoundaryEvent))
    unsupported.emplace_back(std::string(local_name(element.name())) + " without an event");
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

void read_work(const pugi::xml_node& element, Node& node) {
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
    node.returns_to = own.attribute("returns").value();
    node.not_by = own.attribute("notBy").value();
  }
  if (node.assignment.role.empty()) node.assignment.role = potential_owner(element);
  if (node.assignment.role.empty()) node.assignment.role = foreign(element, "candidateGroups");
  if (pugi::xml_node own = extension(element, "form")) node.form = own.attribute("ref").value();
  if (pugi::xml_node own = extension(element, "completedBy")) {
    std::istringstream kinds(own.attribute("change").value());
    for (std::string kind; kinds >> kind;) node.completed_by_changes.push_back(kind);
    node.completed_by_when = without_equals(own.attribute("when").value());
  }
  if (pugi::xml_node own = extension(element, "pause")) node.pauses = own.attribute("reason").value();
  node.deadline = read_deadline(element);
  node.calls = element.attribute("calledElement").value();
  if (pugi::xml_node own = extension(element, "call")) {
    if (own.attribute("procedure")) node.calls = own.attribute("procedure").value();
    node.call_subject = without_equals(own.attribute("subject").value());
  }
}

void read_loop(const pugi::xml_node& element, Node& node, std::vector<std::string>& unsupported) {
  for (pugi::xml_node child : element.children()) {
    const std::string_view name = local_name(child.name());
    if (name == "standardLoopCharacteristics") unsupported.emplace_back(name);
    if (name != "multiInstanceLoopCharacteristics") continue;
    Loop loop;
    loop.sequential = std::string_view(child.attribute("isSequential").value()) == "true";
    for (pugi::xml_node part : child.children()) {
      const std::string_view what = local_name(part.name());
      if (what == "loopCardinality") loop.cardinality = feel_text(part);
      if (what == "completionCondition") loop.completion = feel_text(part);
      if (what == "loopDataInputRef") loop.collection = feel_text(part);
      if (what == "loopDataOutputRef") loop.output = feel_text(part);
      if (what == "inputDataItem") loop.item = part.attribute("name").value();
    }
    pugi::xml_node own = extension(child, "loop");
    if (!own) own = extension(element, "loop");
    if (own) {
      if (own.attribute("collection")) loop.collection = without_equals(own.attribute("collection").value());
      if (own.attribute("item")) loop.item = own.attribute("item").value();
      if (own.attribute("output")) loop.output = own.attribute("output").value();
      loop.output_item = without_equals(own.attribute("outputItem").value());
      if (own.attribute("until")) loop.completion = without_equals(own.attribute("until").value());
    }
    if (loop.collection.empty()) loop.collection = foreign(child, "collection");
    if (loop.item.empty()) loop.item = foreign(child, "elementVariable");
    if (loop.item.empty()) loop.item = "item";
    node.loop = std::move(loop);
  }
}

void read_mappings(const pugi::xml_node& element, Node& node) {
  for (pugi::xml_node holder : element.children()) {
    if (local_name(holder.name()) != "extensionElements") continue;
    for (pugi::xml_node own : holder.children()) {
      if (name_space_of(own, own.name()) != extension_name_space) continue;
      const std::string_view name = local_name(own.name());
      if (name != "input" && name != "output") continue;
      Mapping mapping{own.attribute("name").value(),
                      without_equals(own.attribute("expression").value()),
                      {own.attribute("zh").value(), own.attribute("en").value()}};
      if (mapping.expression.empty()) mapping.expression = feel_text(own);
      (name == "input" ? node.inputs : node.outputs).push_back(std::move(mapping));
    }
  }
}

}  // namespace

std::string without_equals(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('=')) text = trimmed(text.substr(1));
  return std::string(text);
}

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

Deadline read_deadline(const pugi::xml_node& element) {
  Deadline deadline;
  const pugi::xml_node own = extension(element, "deadline");
  if (!own) return deadline;
  deadline.working_days = whole_number(own.attribute("workingDays").value());
  for (pugi::xml_node rung : own.children()) {
    if (local_name(rung.name()) != "escalation") continue;
    deadline.escalations.push_back(
        {whole_number(rung.attribute("workingDaysBefore").value()), rung.attribute("to").value()});
  }
  return deadline;
}

std::vector<std::string> read_details(const pugi::xml_node& element, const Declared& declared, Node& node) {
  std::vector<std::string> unsupported;
  node.labels.zh = element.attribute("name").value();
  if (node.labels.zh.empty()) node.labels.zh = node.id;
  node.labels.en = node.labels.zh;
  if (pugi::xml_node own = extension(element, "labels")) {
    if (own.attribute("zh")) node.labels.zh = own.attribute("zh").value();
    if (own.attribute("en")) node.labels.en = own.attribute("en").value();
  }
  read_work(element, node);
  const std::string_view name = local_name(element.name());
  if (name == "sendTask" && node.service.empty() && element.attribute("messageRef")) {
    node.kind = NodeKind::ThrowEvent;
    node.event = EventKind::Message;
    node.event_name = declared_name(element, "messageRef", declared);
  } else if (node.kind == NodeKind::ReceiveTask) {
    node.event = EventKind::Message;
    node.event_name = declared_name(element, "messageRef", declared);
  } else if (name.ends_with("Event")) {
    read_events(element, declared, node, unsupported);
  }
  if (node.kind == NodeKind::BoundaryEvent)
    node.interrupting = std::string_view(element.attribute("cancelActivity").value()) != "false";
  read_loop(element, node, unsupported);
  if (node.loop && !is_activity(node.kind)) unsupported.emplace_back("multiInstanceLoopCharacteristics");
  if (node.kind == NodeKind::Subprocess) {
    if (std::string_view(element.attribute("triggeredByEvent").value()) == "true")
      unsupported.emplace_back("triggeredByEvent");
  }
  read_mappings(element, node);
  return unsupported;
}

}  // namespace yuanqu::bpmn
