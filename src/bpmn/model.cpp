#include "bpmn/model.hpp"

namespace yuanqu::bpmn {

std::string_view name_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::StartEvent: return "start_event";
    case NodeKind::EndEvent: return "end_event";
    case NodeKind::CatchEvent: return "catch_event";
    case NodeKind::ThrowEvent: return "throw_event";
    case NodeKind::BoundaryEvent: return "boundary_event";
    case NodeKind::ServiceTask: return "service_task";
    case NodeKind::BusinessRuleTask: return "business_rule_task";
    case NodeKind::UserTask: return "user_task";
    case NodeKind::ReceiveTask: return "receive_task";
    case NodeKind::CallActivity: return "call_activity";
    case NodeKind::Subprocess: return "subprocess";
    case NodeKind::ExclusiveGateway: return "exclusive_gateway";
    case NodeKind::ParallelGateway: return "parallel_gateway";
    case NodeKind::InclusiveGateway: return "inclusive_gateway";
    case NodeKind::EventGateway: return "event_gateway";
  }
  return "task";
}

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::None: return "none";
    case EventKind::Timer: return "timer";
    case EventKind::Message: return "message";
    case EventKind::Signal: return "signal";
    case EventKind::Error: return "error";
    case EventKind::Terminate: return "terminate";
  }
  return "none";
}

bool is_task(NodeKind kind) {
  return kind == NodeKind::ServiceTask || kind == NodeKind::BusinessRuleTask || kind == NodeKind::UserTask ||
         kind == NodeKind::ReceiveTask;
}

bool is_activity(NodeKind kind) {
  return is_task(kind) || kind == NodeKind::CallActivity || kind == NodeKind::Subprocess;
}

const Node* Process::find(std::string_view node_id) const {
  for (const Node& node : nodes) {
    if (node.id == node_id) return &node;
  }
  return nullptr;
}

base::Error to_error(const Problem& problem, std::string_view file_name) {
  base::Place place;
  place.file = file_name;
  place.row = problem.line;
  place.rule = problem.element;
  return base::Error{problem.code, problem.zh, problem.en, std::move(place)};
}

}  // namespace yuanqu::bpmn
