#include "bpmn/model.hpp"

namespace yuanqu::bpmn {

std::string_view name_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::StartEvent:
      return "start_event";
    case NodeKind::EndEvent:
      return "end_event";
    case NodeKind::TerminateEndEvent:
      return "terminate_end_event";
    case NodeKind::ServiceTask:
      return "service_task";
    case NodeKind::BusinessRuleTask:
      return "business_rule_task";
    case NodeKind::UserTask:
      return "user_task";
    case NodeKind::ExclusiveGateway:
      return "exclusive_gateway";
    case NodeKind::ParallelGateway:
      return "parallel_gateway";
    case NodeKind::TimerCatchEvent:
      return "timer_catch_event";
  }
  return "task";
}

bool is_task(NodeKind kind) {
  return kind == NodeKind::ServiceTask || kind == NodeKind::BusinessRuleTask || kind == NodeKind::UserTask;
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
