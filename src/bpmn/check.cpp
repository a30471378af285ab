#include <set>

#include "bpmn/explore.hpp"
#include "bpmn/model.hpp"

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;

class Checker {
 public:
  explicit Checker(const Process& process) : process_(process) {}

  std::vector<Problem> run() {
    check_start({}, process_.id, 0);
    for (std::size_t index = 0; index < process_.nodes.size(); ++index) {
      const Node& node = process_.nodes[index];
      if (node.kind == NodeKind::Subprocess) check_start(index, node.id, node.line);
      check_node(node);
    }
    if (problems_.empty() && process_.problems.empty())
      check_paths();  // reachability says little while flows are missing
    if (problems_.empty() && process_.problems.empty()) problems_ = explore(process_).problems;
    return std::move(problems_);
  }

 private:
  void add(const Node& node, std::string zh, std::string en) {
    problems_.push_back({ErrorCode::Invalid, node.id, node.line, std::move(zh), std::move(en)});
  }

  void check_start(std::optional<std::size_t> parent, const std::string& id, std::size_t line) {
    std::size_t starts = 0;
    for (const Node& node : process_.nodes) {
      if (node.kind != NodeKind::StartEvent || node.parent != parent) continue;
      if (++starts > 1) {
        add(node, "这一层只能有一个开始事件，请删去多余的。", "A level has one start event; remove the others.");
      }
      if (parent && node.event != EventKind::None) {
        add(node, "子流程的开始事件要是普通的。", "The start event of a subprocess is a plain one.");
      }
    }
    if (starts == 0) {
      problems_.push_back(
          {ErrorCode::Invalid, id, line, "这里没有开始事件，请加一个。", "There is no start event here; add one."});
    }
  }

  void check_node(const Node& node) {
    const bool is_end = node.kind == NodeKind::EndEvent;
    const bool begins = node.kind == NodeKind::StartEvent || node.kind == NodeKind::BoundaryEvent;
    if (begins && !node.incoming.empty()) {
      add(node, "开始事件和边界事件不能有进入的顺序流。",
          "A start event or boundary event cannot have an incoming sequence flow.");
    }
    if (is_end && !node.outgoing.empty()) {
      add(node, "结束事件不能有离开的顺序流。", "An end event cannot have an outgoing sequence flow.");
    }
    if (!is_end && node.outgoing.empty()) {
      add(node, "这里没有出口，办件会停在此处；请连到下一步或结束事件。",
          "There is no way out; connect it to the next step or to an end event.");
    }
    if (!begins && node.incoming.empty()) {
      add(node, "没有任何步骤通向这里，请连上或删去。", "Nothing leads here; connect it or remove it.");
    }
    check_flows(node);
    check_work(node);
    check_event(node);
  }

  void check_flows(const Node& node) {
    const bool exclusive = node.kind == NodeKind::ExclusiveGateway;
    const bool chooses = exclusive || node.kind == NodeKind::InclusiveGateway;
    bool conditional = false, always = false;
    for (std::size_t index : node.outgoing) {
      const SequenceFlow& flow = process_.flows[index];
      if (node.default_flow == index) {
        if (flow.condition) {
          add(node, "默认出口“" + flow.id + "”不应再写条件。",
              "The default flow \"" + flow.id + "\" must not carry a condition.");
        }
        continue;
      }
      (flow.condition ? conditional : always) = true;
      if (chooses && node.outgoing.size() > 1 && !flow.condition) {
        add(node, "网关的顺序流“" + flow.id + "”既没有条件也不是默认出口，请写上条件。",
            "Flow \"" + flow.id +
                "\" of the gateway has neither a condition nor is it the default; write its condition.");
      }
      if (flow.condition && !chooses && !is_activity(node.kind)) {
        problems_.push_back({ErrorCode::Unsupported, flow.id, node.line,
                             "只有排他网关、包容网关和任务的出口可以带条件。",
                             "Only flows out of an exclusive or inclusive gateway or a task may carry a condition."});
      }
    }
    const bool needs_default = (chooses && node.outgoing.size() > 1) || (conditional && !always);
    if (needs_default && !node.default_flow) {
      add(node, "没有默认出口；条件都不成立或有未知时办件无路可走，请指定默认出口。",
          "There is no default flow; when no condition holds or one is unknown the case has no way on. Name a "
          "default.");
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
    if (node.kind == NodeKind::CallActivity && node.calls.empty()) {
      add(node, "调用活动没有写要调用的流程，请填 calledElement。",
          "The call activity names no procedure; fill in calledElement.");
    }
    if (node.loop && node.loop->collection.empty() && node.loop->cardinality.empty()) {
      add(node, "多实例没有写列表或次数，请填 yuanqu:loop 的 collection 或 loopCardinality。",
          "The activity is to be repeated but names neither a list nor a number; fill in collection of yuanqu:loop or "
          "loopCardinality.");
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
    for (const Escalation& rung : node.deadline.escalations) {
      if (rung.to != "assignee" && rung.to != "file" && !rung.to.starts_with("role:")) {
        add(node, "催办的 to 写成 assignee、file 或 role:岗位。", "An escalation goes to assignee, file or role:POST.");
      }
    }
  }

  void check_event(const Node& node) {
    if (node.event == EventKind::Timer && node.timer.text.empty()) {
      add(node, "定时事件没有写日期或时长。", "The timer event has neither a date nor a duration.");
    }
    const bool named = node.event == EventKind::Message || node.event == EventKind::Signal;
    if (named && node.event_name.empty() && node.kind != NodeKind::StartEvent && node.service.empty()) {
      add(node, "消息或信号没有名字，请选定 message 或 signal。",
          "The message or signal has no name; choose a message or signal.");
    }
    if (node.event == EventKind::Error && node.kind == NodeKind::EndEvent && node.event_name.empty()) {
      add(node, "错误结束事件没有错误代码。", "The error end event has no error code.");
    }
    if (node.event == EventKind::Error && node.kind == NodeKind::BoundaryEvent && !node.interrupting) {
      add(node, "错误边界事件总是中断的。", "A boundary event for an error always interrupts.");
    }
    if (node.timer.kind == TimerKind::Cycle && (node.kind != NodeKind::BoundaryEvent || node.interrupting)) {
      add(node, "循环定时只用于不中断的边界事件。",
          "A timer cycle belongs to a boundary event that does not interrupt.");
    }
    if (node.kind != NodeKind::EventGateway) return;
    if (node.outgoing.size() < 2) {
      add(node, "事件网关至少要有两个出口。", "An event-based gateway has two ways out at least.");
    }
    for (std::size_t index : node.outgoing) {
      const Node& target = process_.nodes[process_.flows[index].target];
      const bool waits = target.kind == NodeKind::CatchEvent || target.kind == NodeKind::ReceiveTask;
      if (!waits || target.incoming.size() != 1 || !target.boundary.empty() || target.loop) {
        add(node, "事件网关的每个出口要直接通向一个捕获事件或接收任务，且只从这里进入。",
            "Each way out of an event-based gateway leads straight to a catching event or receive task that is entered "
            "from here only.");
      }
    }
  }

  // Elements reached by a walk along the flows (and through activities into boundary events and subprocesses), or back.
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
      if (forward) {
        from.insert(from.end(), node.boundary.begin(), node.boundary.end());
        if (node.inner_start) from.push_back(*node.inner_start);
      } else {
        if (node.attached_to) from.push_back(*node.attached_to);
        if (node.kind == NodeKind::StartEvent && node.parent) from.push_back(*node.parent);
      }
    }
    return seen;
  }

  void check_paths() {
    std::vector<std::size_t> ends;
    for (std::size_t index = 0; index < process_.nodes.size(); ++index) {
      if (process_.nodes[index].kind == NodeKind::EndEvent) ends.push_back(index);
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
