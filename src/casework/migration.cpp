// Moving a running case to the installed version of its procedure. See casework.hpp.
#include "bpmn/migration.hpp"

#include <algorithm>
#include <set>

#include "casework/casework.hpp"
#include "casework/plan.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

namespace {

Migration::Element element_of(const bpmn::Process& process, const bpmn::Node& node) {
  Migration::Element element{node.id, {node.labels.zh, node.labels.en}, bpmn::name_of(node.kind), {}};
  if (node.kind == bpmn::NodeKind::UserTask) element.role = node.assignment.role;
  // What carries no name of its own is known by what comes after it.
  if (element.labels.zh.empty() && !node.outgoing.empty()) {
    const bpmn::Node& next = process.nodes[process.flows[node.outgoing.front()].target];
    if (!next.labels.zh.empty()) element.labels = {"“" + next.labels.zh + "”之前", "Before \"" + next.labels.en + "\""};
  }
  if (element.labels.zh.empty()) element.labels = {node.id, node.id};
  if (element.labels.en.empty()) element.labels.en = element.labels.zh;
  return element;
}

Migration::Element element_of(const bpmn::Process& process, const bpmn::SequenceFlow& flow) {
  const Label from = element_of(process, process.nodes[flow.source]).labels;
  return {flow.id, {"由“" + from.zh + "”来", "From \"" + from.en + "\""}, "sequence_flow", {}};
}

std::optional<Migration::Element> element_of(const bpmn::Process& process, const std::string& id, bool is_flow) {
  if (is_flow) {
    const auto flow = std::find_if(process.flows.begin(), process.flows.end(),
                                   [&](const bpmn::SequenceFlow& candidate) { return candidate.id == id; });
    if (flow != process.flows.end()) return element_of(process, *flow);
  } else if (const bpmn::Node* node = process.find(id); node != nullptr) {
    return element_of(process, *node);
  }
  return std::nullopt;
}

// The open steps of people as the new version puts them before people.
Result<std::vector<PlannedTask>> tasks_anew(const Situation& moved) {
  std::vector<PlannedTask> tasks;
  for (const bpmn::Token& token : moved.state.tokens) {
    const bpmn::Process& process = moved.procedure->process;
    const bpmn::Node* node = process.find(token.node);
    if (node == nullptr || node->kind != bpmn::NodeKind::UserTask || !bpmn::is_announced(process, token)) continue;
    auto task = plan_task(moved, *node, token.number, names_at(moved, token.number));
    if (!task) return tl::unexpected(task.error());
    tasks.push_back(std::move(*task));
  }
  return tasks;
}

// The case as it would stand in the installed version.
Result<Situation> moved_to(const std::shared_ptr<const Procedure>& installed, const Situation& before,
                           const bpmn::Renamed& renamed) {
  auto state = bpmn::migrate(before.procedure->process, installed->process, before.state, renamed);
  if (!state) return tl::unexpected(state.error());
  Situation moved = before;
  moved.procedure = installed;
  moved.state = std::move(*state);
  return moved;
}

}  // namespace

Result<Migration> Casework::migration_of(const register_::Viewer& viewer, std::int64_t case_id,
                                         const bpmn::Renamed& renamed) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  auto installed = procedures_->find(current->procedure);
  if (installed == nullptr) {
    return fail(ErrorCode::NotFound, "已装的业务包里没有这个流程了。",
                "No installed pack has this procedure any more.");
  }
  auto situation = situation_of(case_id);
  if (!situation) return tl::unexpected(situation.error());
  const bpmn::Process& before = situation->procedure->process;
  const bpmn::Process& after = installed->process;
  Migration migration{before.version, after.version, situation->procedure->hash, installed->hash, {}, {}, {}};
  std::set<std::string, std::less<>> offered;
  for (const bpmn::Place& place : bpmn::places(before, after, situation->state, renamed)) {
    const bool asked = place.counterpart != place.id;  // gone, or named anew
    if (!place.announced && !asked) continue;
    auto from = element_of(before, place.id, place.is_flow);
    if (!from) continue;
    migration.places.push_back({std::move(*from), element_of(after, place.counterpart, place.is_flow), place.choices});
    for (const std::string& choice : place.choices) {
      if (!offered.insert(choice).second) continue;
      if (auto step = element_of(after, choice, place.is_flow)) migration.steps.push_back(std::move(*step));
    }
  }
  auto moved = moved_to(installed, *situation, renamed);
  if (!moved) {
    migration.obstacle = moved.error();
  } else if (auto tasks = tasks_anew(*moved); !tasks) {
    migration.obstacle = tasks.error();
  }
  return migration;
}

Result<Case> Casework::migrate(const register_::Viewer& viewer, std::int64_t case_id, const std::string& to_hash,
                               const bpmn::Renamed& renamed) {
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以换流程版本。",
                "Only those who handle cases may change the version.");
  }
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  auto situation = situation_of(case_id);
  if (!situation) return tl::unexpected(situation.error());
  if (situation->current.closed_on) {
    return fail(ErrorCode::Conflict, "办件已经办结。", "The case is closed.");
  }
  auto installed = procedures_->find(situation->current.procedure);
  if (installed == nullptr) {
    return fail(ErrorCode::NotFound, "已装的业务包里没有这个流程了。",
                "No installed pack has this procedure any more.");
  }
  if (installed->hash != to_hash) {
    return fail(ErrorCode::Conflict, "流程又有了新版本，请重新预览。",
                "There is a newer version still; look at it first.", {.field = "to"});
  }
  auto moved = moved_to(installed, *situation, renamed);
  if (!moved) return tl::unexpected(moved.error());
  auto tasks = tasks_anew(*moved);
  if (!tasks) return tl::unexpected(tasks.error());
  journal::BatchInfo info;
  info.actor = viewer.account();
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto written = rows::write_version(transaction, situation->current, *moved, *tasks,
                                           {records_.catalogue(), applicant_posts_});
        if (!written) return written;
        const std::string& from = situation->procedure->process.version;
        const std::string& to = installed->process.version;
        return note(transaction, case_id,
                    {.type = "migrated",
                     .zh = "流程版本由 " + from + " 换到 " + to,
                     .en = "Moved from version " + from + " to " + to},
                    viewer);
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

}  // namespace yuanqu::casework
