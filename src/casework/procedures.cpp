#include "casework/procedures.hpp"

#include "base/hash.hpp"
#include "casework/form.hpp"
#include "feel/expression.hpp"
#include "feel/scope.hpp"
#include "population/kind_type.hpp"

namespace yuanqu::casework {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

class ExpressionChecker {
 public:
  ExpressionChecker(const bpmn::Process& process, const register_::Catalogue& catalogue)
      : process_(process), catalogue_(catalogue) {
    scope_.declare("Today");
    scope_.declare("Case", feel::Type::context_of({{"id", nullptr},
                                                   {"number", nullptr},
                                                   {"opened on", nullptr},
                                                   {"due on", nullptr},
                                                   {"service", nullptr},
                                                   {"duty", nullptr},
                                                   {"outcome", nullptr}}));
    scope_.declare("result");
    scope_.declare("about");  // what a case opened by hand is about
    scope_.declare("loop counter");
    scope_.declare("results");
    scope_.declare("completed");
    scope_.declare("instances");
    if (process.subject_kind == "*") {
      // any record, or none
    } else if (const register_::Kind* kind = catalogue.kind(process.subject_kind)) {
      scope_.declare(kind->feel_name, population::type_of_kind(catalogue, *kind));
    } else {
      add(process.id, 0, "流程没有写明办件对象的类型，请在 yuanqu:procedure 写 subject。",
          "The procedure does not name the kind of its subject; write subject in yuanqu:procedure.");
    }
    for (const bpmn::Node& node : process.nodes) {
      if (!node.decision.result.empty()) scope_.declare(node.decision.result);
      for (const bpmn::Mapping& output : node.outputs) scope_.declare(output.name);
      if (!node.loop) continue;
      scope_.declare(node.loop->item);
      if (!node.loop->output.empty()) scope_.declare(node.loop->output);
    }
  }

  // Fields of the form a case is opened with by hand are variables from the start.
  void declare(const std::vector<std::string>& names) {
    for (const std::string& name : names) scope_.declare(name);
  }

  std::vector<bpmn::Problem> run() {
    text(process_.id, 0, process_.due);
    text(process_.id, 0, process_.summary);
    for (const bpmn::SequenceFlow& flow : process_.flows) {
      if (flow.condition) text(flow.id, process_.nodes[flow.source].line, *flow.condition);
    }
    for (const bpmn::Node& node : process_.nodes) {
      for (const auto* mappings : {&node.inputs, &node.outputs}) {
        for (const bpmn::Mapping& mapping : *mappings) text(node.id, node.line, mapping.expression);
      }
      text(node.id, node.line, node.assignment.department);
      text(node.id, node.line, node.assignment.person);
      if (node.assignment.role.starts_with('=')) text(node.id, node.line, node.assignment.role.substr(1));
      text(node.id, node.line, node.completed_by_when);
      text(node.id, node.line, node.call_subject);
      if (node.loop) {
        text(node.id, node.line, node.loop->collection);
        text(node.id, node.line, node.loop->cardinality);
        text(node.id, node.line, node.loop->output_item);
        text(node.id, node.line, node.loop->completion);
      }
      if (node.timer.expression) text(node.id, node.line, node.timer.text);
      for (const std::string& name : node.completed_by_changes) {
        if (catalogue_.kind(name) != nullptr) continue;
        add(node.id, node.line, "没有“" + name + "”这种记录，请核对 yuanqu:completedBy 的 change。",
            "There is no kind \"" + name + "\"; check change of yuanqu:completedBy.");
      }
    }
    return std::move(problems_);
  }

 private:
  void add(const std::string& element, std::size_t line, std::string zh, std::string en) {
    problems_.push_back({ErrorCode::Invalid, element, line, std::move(zh), std::move(en)});
  }

  void text(const std::string& element, std::size_t line, const std::string& expression) {
    if (expression.empty()) return;
    auto compiled = feel::compile(expression, scope_);
    if (!compiled) {
      add(element, line, "表达式“" + expression + "”不是合格的 FEEL：" + compiled.error().zh,
          "\"" + expression + "\" is not FEEL: " + compiled.error().en);
    }
  }

  const bpmn::Process& process_;
  const register_::Catalogue& catalogue_;
  feel::Scope scope_;
  std::vector<bpmn::Problem> problems_;
};

}  // namespace

std::vector<bpmn::Problem> check_expressions(const bpmn::Process& process, const register_::Catalogue& catalogue,
                                             const std::vector<std::string>& names) {
  ExpressionChecker checker(process, catalogue);
  checker.declare(names);
  return checker.run();
}

Result<std::shared_ptr<const Procedure>> read_procedure(std::string xml, const std::string& place,
                                                        const std::string& pack) {
  auto process = bpmn::read(xml, place);
  if (!process) return tl::unexpected(process.error());
  auto procedure = std::make_shared<Procedure>();
  procedure->process = std::move(*process);
  procedure->hash = base::to_hex(base::sha256(xml));
  procedure->xml = std::move(xml);
  procedure->place = place;
  procedure->pack = pack;
  return std::shared_ptr<const Procedure>(std::move(procedure));
}

Result<std::shared_ptr<const Procedures>> Procedures::load(const pack::PackSet& packs,
                                                           const register_::Catalogue& catalogue,
                                                           std::vector<base::Error>* faults) {
  auto procedures = std::make_shared<Procedures>();
  std::vector<base::Error> found;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("forms", ".json")) {
      if (auto text = pack.read(file)) {
        procedures->files_[pack.name()][file.path] = std::move(*text);
      } else {
        found.push_back(text.error());
      }
    }
    for (const pack::File& file : pack.files("procedures", ".bpmn")) {
      auto text = pack.read(file);
      if (!text) {
        found.push_back(text.error());
        continue;
      }
      const std::string place = pack.place_of(file);
      auto procedure = read_procedure(std::move(*text), place, pack.name());
      if (!procedure) {
        found.push_back(procedure.error());
        continue;
      }
      const bpmn::Process& process = (*procedure)->process;
      for (const bpmn::Problem& problem : process.problems) found.push_back(bpmn::to_error(problem, place));
      std::vector<std::string> names;
      const std::string start_form = process.nodes.empty() ? std::string() : process.nodes[process.start].form;
      if (auto form = procedures->file(**procedure, start_form); !start_form.empty() && form) {
        if (auto read = Form::read(*form, start_form)) names = read->names();
      }
      for (const bpmn::Problem& problem : check_expressions(process, catalogue, names))
        found.push_back(bpmn::to_error(problem, place));
      for (const bpmn::Node& node : process.nodes) {
        if (!node.form.empty() && !procedures->file(**procedure, node.form)) {
          found.push_back({ErrorCode::Invalid,
                           "表单“" + node.form + "”不存在，请补上文件。",
                           "The form \"" + node.form + "\" does not exist; add the file.",
                           {.file = place, .row = node.line, .rule = node.id}});
        }
      }
      if (!procedures->by_id_.emplace(process.id, *procedure).second) {
        found.push_back({ErrorCode::Conflict,
                         "流程编号“" + process.id + "”用了两次，请改一个。",
                         "Procedure id \"" + process.id + "\" is used twice; change one.",
                         {.file = place}});
      }
    }
  }
  for (const auto& [id, procedure] : procedures->by_id_) {
    for (const bpmn::Node& node : procedure->process.nodes) {
      if (node.kind != bpmn::NodeKind::CallActivity || procedures->by_id_.contains(node.calls)) continue;
      found.push_back({ErrorCode::Invalid,
                       "没有流程“" + node.calls + "”可以调用，请补上文件或更正 calledElement。",
                       "There is no procedure \"" + node.calls + "\" to call; add it or correct calledElement.",
                       {.file = procedure->place, .row = node.line, .rule = node.id}});
    }
  }
  if (found.empty()) return std::shared_ptr<const Procedures>(std::move(procedures));
  base::Error first = found.front();
  if (faults != nullptr) *faults = std::move(found);
  return tl::unexpected(std::move(first));
}

std::shared_ptr<const Procedure> Procedures::find(std::string_view id) const {
  auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

Result<std::string> Procedures::file(const Procedure& procedure, std::string_view path) const {
  if (auto pack = files_.find(procedure.pack); pack != files_.end()) {
    if (auto text = pack->second.find(std::string(path)); text != pack->second.end()) return text->second;
  }
  return fail(ErrorCode::NotFound, "业务包里没有文件“" + std::string(path) + "”。",
              "The pack has no file \"" + std::string(path) + "\".");
}

}  // namespace yuanqu::casework
