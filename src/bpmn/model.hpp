#pragma once
// A procedure: one executable process of a BPMN 2.0 file (OMG formal/2011-01-03), read into what the token engine
// needs.
//
// How a procedure is written (packs/<pack>/procedures/*.bpmn). Any BPMN 2.0 modeller opens it; our own details stand in
// extensionElements under the name space urn:yuanqu:bpmn:1 (prefix yuanqu here), attributes on standard elements stay
// standard.
//
//   process            id, name, isExecutable="true"; extension <yuanqu:procedure version="2026-01" subject="…kind…"
//   en="…"/> startEvent         exactly one, plain endEvent           plain, or with terminateEventDefinition (takes
//   all other tokens with it) serviceTask        implementation="urn:yuanqu:service:NAME", or extension <yuanqu:service
//   name="NAME"/>: a handler known by name businessRuleTask   extension <yuanqu:decision model="FILE or name"
//   name="DECISION" result="VARIABLE"/> userTask           extension <yuanqu:assignment role="…" department="FEEL"
//   person="FEEL"/> (also read: potentialOwner's
//                      formalExpression, as the role), <yuanqu:form ref="forms/x.json"/>,
//                      <yuanqu:deadline workingDays="5"/>, <yuanqu:completedBy change="KIND" when="FEEL"/>
//                      (a change of a record of that kind in the case's file also completes it, if `when` is then true)
//   intermediateCatchEvent  with timerEventDefinition: timeDate or timeDuration
//   exclusiveGateway   default="flow"; conditions are tried in the order of the sequenceFlow elements, the first true
//   one is taken parallelGateway    splits to all outgoing flows; joins when a token has come by every incoming flow
//   sequenceFlow       conditionExpression holds FEEL (a leading "=" is allowed)
//   on every task      <yuanqu:input name="x" expression="FEEL"/>  computed before the step, given to it
//                      <yuanqu:output name="x" expression="FEEL"/> computed after it (its values are in scope as
//                      `result`), kept <yuanqu:labels zh="…" en="…"/> the name on screen in both languages (default:
//                      the BPMN name)
//
// Variables of a case are a FEEL context; names may be used in every expression after the step that sets them. `Today`,
// `Case` and the subject (under the FEEL name of its kind) are always in scope.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::bpmn {

inline constexpr std::string_view extension_name_space = "urn:yuanqu:bpmn:1";

enum class NodeKind {
  StartEvent,
  EndEvent,
  TerminateEndEvent,
  ServiceTask,
  BusinessRuleTask,
  UserTask,
  ExclusiveGateway,
  ParallelGateway,
  TimerCatchEvent,
};

std::string_view name_of(NodeKind kind);  // "service_task", …
bool is_task(NodeKind kind);              // service, business rule or user task

struct Mapping {
  std::string name;
  std::string expression;  // FEEL
};

struct SequenceFlow {
  std::string id;
  std::string name;
  std::size_t source = 0;  // index into Process::nodes
  std::size_t target = 0;
  std::optional<std::string> condition;  // FEEL, without the leading "="
};

struct Labels {
  std::string zh;
  std::string en;
};

struct Decision {
  std::string model;   // model name or file, as written
  std::string name;    // decision in it
  std::string result;  // variable that receives the value; empty: not kept
};

struct Assignment {
  std::string role;        // a role or post code; empty: anybody who may see the case
  std::string department;  // FEEL giving a string; empty: any
  std::string person;      // FEEL giving an account; empty: nobody in particular
};

enum class TimerKind { Date, Duration };

struct Timer {
  TimerKind kind = TimerKind::Date;
  std::string text;  // "2026-03-02", "P30D", or FEEL when `expression`
  bool expression = false;
};

struct Node {
  std::string id;
  NodeKind kind = NodeKind::EndEvent;
  Labels labels;
  std::vector<std::size_t> incoming;  // indices into Process::flows
  std::vector<std::size_t> outgoing;  // in the order of the file
  std::optional<std::size_t> default_flow;
  std::string service;              // service task: name of the handler
  Decision decision;                // business rule task
  Assignment assignment;            // user task
  std::string form;                 // user task: path in the pack
  std::string completed_by_change;  // user task: kind whose change in the same file also completes it …
  std::string completed_by_when;    // … if this FEEL holds then; empty: always
  int deadline_working_days = 0;    // user task: 0 is none
  Timer timer;
  std::vector<Mapping> inputs;
  std::vector<Mapping> outputs;
  std::size_t line = 0;
};

// Something wrong or not offered, by element. A process with problems is never run.
struct Problem {
  base::ErrorCode code = base::ErrorCode::Unsupported;
  std::string element;  // id, or the element's name where it has none
  std::size_t line = 0;
  std::string zh;
  std::string en;
};

struct Process {
  std::string id;
  std::string version;       // as written in the extension; empty if absent
  std::string subject_kind;  // as written in the extension; empty if absent
  Labels labels;
  std::vector<Node> nodes;
  std::vector<SequenceFlow> flows;
  std::size_t start = 0;          // index of the start event
  std::vector<Problem> problems;  // from reading and from check(); empty for a process that may run

  const Node* find(std::string_view node_id) const;  // linear; null if there is none
};

struct ReadLimits {
  std::size_t bytes_max = 4u << 20;
  std::size_t elements_max = 20000;
  std::size_t depth_max = 64;
};

// Reads a BPMN 2.0 file. An error is returned when it is not XML, not BPMN, over a limit, has a document type
// declaration, or holds not exactly one executable process. Everything in it that we do not run is listed in `problems`
// by element id, together with what check() finds, so that one pass tells all.
base::Result<Process> read(std::string_view xml, std::string_view file_name, const ReadLimits& limits = {});

// Well-formedness of what was read: one start event, flows that join existing nodes, every node reachable from the
// start and able to reach an end, gateways with a way out for every case, tasks that say what to do. read() has called
// it already.
std::vector<Problem> check(const Process& process);

base::Error to_error(const Problem& problem, std::string_view file_name);

}  // namespace yuanqu::bpmn
