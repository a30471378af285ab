#include <set>

#include "bpmn/model.hpp"

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;

class Checker {
 public:
  explicit Checker(const Process& process) : process_(process) {}

  std::vector<Problem> run() {
    check_start();
    for (std::size_t index = 0; index < process_.nodes.size(); ++index) check_node(process_.nodes[index]);
    if (problems_.empty()) check_paths();  // reachability says little while flows are missing
    return std::move(problems_);
  }

 private:
  void add(const Node& node, std::string zh, std::string en) {
    problems_.push_back({ErrorCode::Invalid, node.id, node.line, std::move(zh), std::move(en)});
  }

  void check_start() {
    std::size_t starts = 0;
    for (const Node& node : process_.nodes) {
      if (node.kind == NodeKind::StartEvent && ++starts > 1) {
        add(node, "流程只能有一个开始事件，请删去多余的。", "A procedure has one start event; remove the others.");
      }
    }
    if (starts == 0) {
      problems_.push_back({ErrorCode::Invalid, process_.id, 0, "流程没有开始事件，请加一个。",
                           "The procedure has no start event; add one."});
    }
  }

  void check_node(const Node& node) {
    const bool is_end = node.kind == NodeKind::EndEvent || node.kind == NodeKind::TerminateEndEvent;
    if (node.kind == NodeKind::StartEvent && !node.incoming.empty()) {
      add(node, "开始事件不能有进入的顺序流。", "A start event cannot have an incoming sequence flow.");
    }
    if (is_end && !node.outgoing.empty()) {
      add(node, "结束事件不能有离开的顺序流。", "An end event cannot have an outgoing sequence flow.");
    }
    if (!is_end && node.outgoing.empty()) {
      add(node, "这里没有出口，办件会停在此处；请连到下一步或结束事件。",
          "There is no way out; connect it to the next step or to an end event.");
    }
    if (node.kind != NodeKind::StartEvent && node.incoming.empty()) {
      add(node, "没有任何步骤通向这里，请连上或删去。", "Nothing leads here; connect it or remove it.");
    }
    check_flows(node);
    check_work(node);
  }

  void check_flows(const Node& node) {
    if (node.kind == NodeKind::ExclusiveGateway) {
      for (std::size_t index : node.outgoing) {
        const SequenceFlow& flow = process_.flows[index];
        if (node.outgoing.size() > 1 && node.default_flow != index && !flow.condition) {
          add(node, "网关的顺序流“" + flow.id + "”既没有条件也不是默认出口，请写上条件。",
              "Flow \"" + flow.id +
                  "\" of the gateway has neither a condition nor is it the default; write its condition.");
        }
        if (node.default_flow == index && flow.condition) {
          add(node, "默认出口“" + flow.id + "”不应再写条件。",
              "The default flow \"" + flow.id + "\" must not carry a condition.");
        }
      }
      if (node.outgoing.size() > 1 && !node.default_flow) {
        add(node, "网关没有默认出口；条件都不成立或有未知时办件无路可走，请指定默认出口。",
            "The gateway has no default flow; when no condition holds or one is unknown the case has no way on. Name a "
            "default.");
      }
      return;
    }
    for (std::size_t index : node.outgoing) {
      if (process_.flows[index].condition) {
        problems_.push_back(
            {ErrorCode::Unsupported, process_.flows[index].id, node.line,
             "只有排他网关的出口可以带条件，请在任务后面放一个排他网关。",
             "Only flows out of an exclusive gateway may carry a condition; put a gateway after the task."});
      }
    }
  }

  void check_work(const Node& node) {
    if (node.kind == NodeKind::ServiceTask && node.service.empty()) {
      add(node, "服务任务没有说由谁来做，请填 yuanqu:service 的 name。",
          "The service task does not say who does it; fill in yuanqu:service name.");
    }
    if (node.kind == NodeKind::BusinessRuleTask && node.decision.name.empty()) {
      add(node, "规则任务没有指明判定，请填 yuanqu:decision 的 name。",
          "The business rule task names no decision; fill in yuanqu:decision name.");
    }
    if (node.kind == NodeKind::TimerCatchEvent && node.timer.text.empty()) {
      add(node, "定时事件没有写日期或时长。", "The timer event has neither a date nor a duration.");
    }
    std::set<std::string> names;
    for (const auto* mappings : {&node.inputs, &node.outputs}) {
      names.clear();
      for (const Mapping& mapping : *mappings) {
        if (mapping.name.empty() || mapping.expression.empty()) {
          add(node, "输入输出映射要有 name 与 expression。", "An input or output mapping needs name and expression.");
        } else if (!names.insert(mapping.name).second) {
          add(node, "映射“" + mapping.name + "”写了两次。", "Mapping \"" + mapping.name + "\" is written twice.");
        }
      }
    }
  }

  std::vector<bool> walk(std::vector<std::size_t> from, bool forward) const {
    std::vector<bool> seen(process_.nodes.size(), false);
    while (!from.empty()) {
      std::size_t index = from.back();
      from.pop_back();
      if (seen[index]) continue;
      seen[index] = true;
      const Node& node = process_.nodes[index];
      for (std::size_t flow : forward ? node.outgoing : node.incoming) {
        from.push_back(forward ? process_.flows[flow].target : process_.flows[flow].source);
      }
    }
    return seen;
  }

  void check_paths() {
    std::vector<std::size_t> ends;
    for (std::size_t index = 0; index < process_.nodes.size(); ++index) {
      NodeKind kind = process_.nodes[index].kind;
      if (kind == NodeKind::EndEvent || kind == NodeKind::TerminateEndEvent) ends.push_back(index);
    }
    const auto reached = walk({process_.start}, true);
    const auto closing = walk(ends, false);
    for (std::size_t index = 0; index < process_.nodes.size(); ++index) {
      if (!reached[index]) {
        add(process_.nodes[index], "从开始事件走不到这里，请连上或删去。",
            "This cannot be reached from the start event; connect it or remove it.");
      } else if (!closing[index]) {
        add(process_.nodes[index], "从这里走不到任何结束事件，办件永远办不完。",
            "No end event can be reached from here; a case would never close.");
      }
    }
  }

  const Process& process_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> check(const Process& process) { return Checker(process).run(); }

}  // namespace yuanqu::bpmn
