#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "bpmn/model.hpp"
#include "bpmn/read_node.hpp"

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

// Elements that describe, draw or annotate and change nothing about the way of a token.
const std::set<std::string_view> silent = {"documentation",
                                           "extensionElements",
                                           "laneSet",
                                           "textAnnotation",
                                           "association",
                                           "group",
                                           "category",
                                           "dataObject",
                                           "dataObjectReference",
                                           "dataStoreReference",
                                           "ioSpecification",
                                           "dataInputAssociation",
                                           "dataOutputAssociation",
                                           "property",
                                           "auditing",
                                           "monitoring"};

const std::map<std::string_view, NodeKind> node_kinds = {{"startEvent", NodeKind::StartEvent},
                                                         {"endEvent", NodeKind::EndEvent},
                                                         {"intermediateCatchEvent", NodeKind::CatchEvent},
                                                         {"intermediateThrowEvent", NodeKind::ThrowEvent},
                                                         {"boundaryEvent", NodeKind::BoundaryEvent},
                                                         {"serviceTask", NodeKind::ServiceTask},
                                                         {"sendTask", NodeKind::ServiceTask},
                                                         {"businessRuleTask", NodeKind::BusinessRuleTask},
                                                         {"userTask", NodeKind::UserTask},
                                                         {"receiveTask", NodeKind::ReceiveTask},
                                                         {"callActivity", NodeKind::CallActivity},
                                                         {"subProcess", NodeKind::Subprocess},
                                                         {"exclusiveGateway", NodeKind::ExclusiveGateway},
                                                         {"parallelGateway", NodeKind::ParallelGateway},
                                                         {"inclusiveGateway", NodeKind::InclusiveGateway},
                                                         {"eventBasedGateway", NodeKind::EventGateway}};

// Inside a node that we read ourselves, or that carries no flow.
const std::set<std::string_view> inner = {"incoming", "outgoing", "multiInstanceLoopCharacteristics",
                                          "standardLoopCharacteristics"};

class ProcessReader {
 public:
  ProcessReader(std::string_view xml, std::string_view file) : xml_(xml), file_(file) {}

  Result<Process> read(const pugi::xml_document& document, const ReadLimits& limits) {
    if (auto sized = measure(document, limits); !sized) return tl::unexpected(sized.error());
    pugi::xml_node root = document.document_element();
    if (local_name(root.name()) != "definitions" || name_space_of(root, root.name()) != model_name_space) {
      return fail(ErrorCode::Invalid, "这不是 BPMN 2.0 文件：根元素应为 definitions。",
                  "This is not a BPMN 2.0 file: the root element must be definitions.", place(root));
    }
    pugi::xml_node found;
    for (pugi::xml_node child : root.children()) {
      const std::string_view name = local_name(child.name());
      if (name == "message" || name == "signal")
        declared_[child.attribute("id").value()] = child.attribute("name").value();
      if (name == "error") {
        const char* code = child.attribute("errorCode").value();
        declared_[child.attribute("id").value()] = *code != 0 ? code : child.attribute("name").value();
      }
      if (local_name(child.name()) != "process") continue;
      if (std::string_view(child.attribute("isExecutable").value()) == "false") continue;
      if (found) {
        return fail(ErrorCode::Unsupported, "一个文件只放一个可执行流程，请分成两个文件。",
                    "One file holds one executable process; split the file.", place(child));
      }
      found = child;
    }
    if (!found) {
      return fail(ErrorCode::Invalid, "文件里没有可执行的流程（process）。", "The file holds no executable process.",
                  place(root));
    }
    read_process(found);
    for (Problem& problem : check(process_)) process_.problems.push_back(std::move(problem));
    return std::move(process_);
  }

 private:
  base::Place place(pugi::xml_node node) const {
    base::Place where;
    where.file = file_;
    where.row = line_of(node);
    return where;
  }

  std::size_t line_of(pugi::xml_node node) const {
    auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, node.offset_debug()));
    offset = std::min(offset, xml_.size());
    return 1 +
           static_cast<std::size_t>(std::count(xml_.begin(), xml_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  }

  Result<void> measure(const pugi::xml_document& document, const ReadLimits& limits) const {
    std::size_t count = 0;
    std::size_t depth = 0;
    pugi::xml_node node = document.first_child();
    while (node) {
      if (node.type() == pugi::node_doctype) {
        return fail(ErrorCode::Invalid, "文件带有 DOCTYPE 声明，不予读取，请删去。",
                    "The file carries a document type declaration, which is refused; remove it.", place(node));
      }
      if (++count > limits.elements_max || depth > limits.depth_max) {
        return fail(ErrorCode::LimitExceeded, "流程文件过大或嵌套过深。",
                    "The procedure file is too large or nested too deeply.", place(node));
      }
      if (node.first_child()) {
        node = node.first_child();
        ++depth;
        continue;
      }
      while (node && !node.next_sibling()) {
        node = node.parent();
        if (depth > 0) --depth;
      }
      if (node) node = node.next_sibling();
    }
    return {};
  }

  void problem(ErrorCode code, pugi::xml_node node, std::string zh, std::string en) {
    std::string element = node.attribute("id").value();
    if (element.empty()) element = node.name();
    process_.problems.push_back({code, std::move(element), line_of(node), std::move(zh), std::move(en)});
  }

  void unsupported(pugi::xml_node node, const std::string& what) {
    problem(ErrorCode::Unsupported, node, "不支持“" + what + "”，请换成支持的写法。",
            "\"" + what + "\" is not supported; use a supported element.");
  }

  void read_process(pugi::xml_node element) {
    process_.id = element.attribute("id").value();
    process_.labels.zh = element.attribute("name").value();
    process_.labels.en = process_.labels.zh;
    if (pugi::xml_node own = extension(element, "procedure")) read_procedure(own);
    process_.deadline = read_deadline(element);
    if (process_.id.empty()) {
      problem(ErrorCode::Invalid, element, "流程没有 id。", "The process has no id.");
    }
    read_scope(element, std::nullopt);
    for (const auto& [index, host] : attached_) {
      auto found = ids_.find(host);
      Node& event = process_.nodes[index];
      if (found == ids_.end() || !is_activity(process_.nodes[found->second].kind) ||
          process_.nodes[found->second].parent != event.parent) {
        process_.problems.push_back({ErrorCode::Invalid, event.id, event.line, "边界事件要附在同一层的任务或子流程上。",
                                     "A boundary event is attached to a task or subprocess of the same level."});
        continue;
      }
      event.attached_to = found->second;
      process_.nodes[found->second].boundary.push_back(index);
    }
    for (const Node& node : process_.nodes) {
      if (node.not_by.empty()) continue;
      const auto found = ids_.find(node.not_by);
      if (found == ids_.end() || process_.nodes[found->second].kind != NodeKind::UserTask || node.not_by == node.id) {
        process_.problems.push_back({ErrorCode::Invalid, node.id, node.line,
                                     "notBy 要写本流程另一个用户任务的 id，“" + node.not_by + "”不是。",
                                     "notBy names another user task of the process; \"" + node.not_by + "\" is none."});
      }
    }
    for (const auto& [index, flow_id] : defaults_) {
      Node& node = process_.nodes[index];
      for (std::size_t flow : node.outgoing) {
        if (process_.flows[flow].id == flow_id) node.default_flow = flow;
      }
      if (!node.default_flow) {
        process_.problems.push_back({ErrorCode::Invalid, node.id, node.line, "默认出口“" + flow_id + "”不是它的出口。",
                                     "The default flow \"" + flow_id + "\" does not leave this gateway."});
      }
    }
  }

  void read_procedure(pugi::xml_node own) {
    process_.version = own.attribute("version").value();
    process_.subject_kind = own.attribute("subject").value();
    process_.category = own.attribute("category").value();
    process_.summary = without_equals(own.attribute("summary").value());
    process_.due = without_equals(own.attribute("due").value());
    process_.withdrawable = std::string_view(own.attribute("withdrawable").value()) != "false";
    process_.extension_working_days = own.attribute("extensionWorkingDays").as_int();
    std::string_view posts = own.attribute("openedBy").value();
    while (!posts.empty()) {
      const std::size_t end = std::min(posts.find(' '), posts.size());
      if (end > 0) process_.opened_by.emplace_back(posts.substr(0, end));
      posts.remove_prefix(std::min(end + 1, posts.size()));
    }
    if (own.attribute("en")) process_.labels.en = own.attribute("en").value();
  }

  // The nodes of the process or of a subprocess, then its flows: a flow joins nodes of one level.
  void read_scope(pugi::xml_node element, std::optional<std::size_t> parent) {
    for (pugi::xml_node child : element.children()) {
      if (child.type() != pugi::node_element || name_space_of(child, child.name()) != model_name_space) continue;
      std::string_view name = local_name(child.name());
      if (name == "sequenceFlow" || silent.contains(name) || (parent && inner.contains(name))) continue;
      if (auto kind = node_kinds.find(name); kind != node_kinds.end()) {
        read_flow_node(child, kind->second, parent);
      } else {
        unsupported(child, std::string(name));
      }
    }
    for (pugi::xml_node child : element.children()) {
      if (local_name(child.name()) == "sequenceFlow") read_flow(child, parent);
    }
  }

  void read_flow_node(pugi::xml_node element, NodeKind kind, std::optional<std::size_t> parent) {
    Node node;
    node.kind = kind;
    node.parent = parent;
    node.line = line_of(element);
    node.id = element.attribute("id").value();
    if (node.id.empty() || ids_.contains(node.id) || flow_ids_.contains(node.id) ||
        node.id.find_first_of(" /,\t\n") != std::string::npos) {
      problem(ErrorCode::Invalid, element, "元素没有 id、id 重复或不是合格的名字。",
              "The element has no id, its id is used twice or is no proper name.");
      return;
    }
    for (const std::string& what : read_details(element, declared_, node)) unsupported(element, what);
    if (element.attribute("default")) {
      if (kind == NodeKind::ExclusiveGateway || kind == NodeKind::InclusiveGateway || is_activity(node.kind)) {
        defaults_.emplace_back(process_.nodes.size(), element.attribute("default").value());
      } else {
        unsupported(element, "default");
      }
    }
    const std::size_t index = process_.nodes.size();
    ids_.emplace(node.id, index);
    if (kind == NodeKind::StartEvent) {
      if (parent) {
        process_.nodes[*parent].inner_start = index;
      } else {
        process_.start = index;
      }
    }
    if (kind == NodeKind::BoundaryEvent)
      attached_.emplace_back(index, local_name(element.attribute("attachedToRef").value()));
    process_.nodes.push_back(std::move(node));
    if (kind == NodeKind::Subprocess) read_scope(element, index);
  }

  void read_flow(pugi::xml_node element, std::optional<std::size_t> parent) {
    SequenceFlow flow;
    flow.id = element.attribute("id").value();
    flow.name = element.attribute("name").value();
    auto source = ids_.find(element.attribute("sourceRef").value());
    auto target = ids_.find(element.attribute("targetRef").value());
    if (flow.id.empty() || flow.id.find_first_of(" /,\t\n") != std::string::npos || !flow_ids_.insert(flow.id).second ||
        ids_.contains(flow.id)) {
      problem(ErrorCode::Invalid, element, "顺序流没有 id 或 id 重复。",
              "The sequence flow has no id or its id is used twice.");
      return;
    }
    if (source == ids_.end() || target == ids_.end() || process_.nodes[source->second].parent != parent ||
        process_.nodes[target->second].parent != parent) {
      problem(ErrorCode::Invalid, element, "顺序流两端要连到同一层里支持的元素。",
              "Both ends of the sequence flow must be supported elements of the same level.");
      return;
    }
    flow.source = source->second;
    flow.target = target->second;
    for (pugi::xml_node child : element.children()) {
      if (local_name(child.name()) == "conditionExpression") flow.condition = feel_text(child);
    }
    const std::size_t index = process_.flows.size();
    process_.nodes[flow.source].outgoing.push_back(index);
    process_.nodes[flow.target].incoming.push_back(index);
    process_.flows.push_back(std::move(flow));
  }

  std::string_view xml_;
  std::string_view file_;
  Process process_;
  std::map<std::string, std::size_t, std::less<>> ids_;
  std::set<std::string, std::less<>> flow_ids_;
  std::vector<std::pair<std::size_t, std::string>> defaults_;
  std::vector<std::pair<std::size_t, std::string>> attached_;
  Declared declared_;
};

}  // namespace

Result<Process> read(std::string_view xml, std::string_view file_name, const ReadLimits& limits) {
  base::Place whole;
  whole.file = file_name;
  if (xml.size() > limits.bytes_max) {
    return fail(ErrorCode::LimitExceeded, "流程文件超过大小上限。", "The procedure file is over the size limit.",
                whole);
  }
  pugi::xml_document document;
  // pugixml resolves no entity beyond XML's own five and never loads anything from outside.
  pugi::xml_parse_result parsed = document.load_buffer(
      xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single);
  if (!parsed) {
    whole.offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, parsed.offset));
    whole.row =
        1 + static_cast<std::size_t>(std::count(
                xml.begin(), xml.begin() + static_cast<std::ptrdiff_t>(std::min(whole.offset, xml.size())), '\n'));
    return fail(ErrorCode::Invalid, "流程文件不是合格的 XML，请在建模工具里重新保存。",
                std::string("The procedure file is not well-formed XML (") + parsed.description() +
                    "); save it again in the modeller.",
                whole);
  }
  return ProcessReader(xml, file_name).read(document, limits);
}

}  // namespace yuanqu::bpmn
