#pragma once
// A procedure: one executable process of a BPMN 2.0 file (OMG formal/2011-01-03), read into what the token engine
// needs.
//
// How a procedure is written (packs/<pack>/procedures/*.bpmn): any BPMN 2.0 modeller opens it; our own details stand in
// extensionElements under the name space urn:yuanqu:bpmn:1 (prefix yuanqu here), attributes on standard elements stay
// standard. docs/procedures.md lists every element that is understood and what it means.
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
  CatchEvent,     // intermediate: waits for its event
  ThrowEvent,     // intermediate: tells its event, or nothing
  BoundaryEvent,  // attached to an activity
  ServiceTask,    // also a send task
  BusinessRuleTask,
  UserTask,
  ReceiveTask,
  CallActivity,  // runs another procedure as a case of its own
  Subprocess,    // embedded
  ExclusiveGateway,
  ParallelGateway,
  InclusiveGateway,
  EventGateway,
};

enum class EventKind { None, Timer, Message, Signal, Error, Terminate };

std::string_view name_of(NodeKind kind);  // "service_task", …
std::string_view name_of(EventKind kind);
bool is_task(NodeKind kind);      // service, business rule, user or receive task
bool is_activity(NodeKind kind);  // a task, a call or a subprocess: what may repeat and carry boundary events

struct Labels {
  std::string zh;
  std::string en;
};

struct Mapping {
  std::string name;
  std::string expression;  // FEEL
  Labels labels;           // of an input, for people; empty: its name
};

struct SequenceFlow {
  std::string id;
  std::string name;
  std::size_t source = 0;  // index into Process::nodes
  std::size_t target = 0;
  std::optional<std::string> condition;  // FEEL, without the leading "="
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

enum class TimerKind { Date, Duration, Cycle };

struct Timer {
  TimerKind kind = TimerKind::Date;
  std::string text;  // "2026-03-02", "P30D", or FEEL when `expression`; of a cycle its duration
  bool expression = false;
  int repeats = 1;  // of a cycle ("R3/P7D")
};

// An activity done several times: once for each item of a list, or so many times.
struct Loop {
  bool sequential = false;
  std::string collection;   // FEEL list; empty: `cardinality`
  std::string cardinality;  // FEEL number
  std::string item;         // variable that holds the item inside; empty: "item"
  std::string output;       // variable that receives the list of results; empty: none
  std::string output_item;  // FEEL, evaluated when one is done (its values as `result`); empty: result
  std::string completion;   // FEEL: true ends the activity early, the rest is withdrawn; empty: never
};

// Somebody is told when a deadline is so near, once.
struct Escalation {
  int working_days_before = 0;  // below zero: so many working days after the deadline
  std::string to;               // "assignee", "role:POST" or "file"
};

struct Deadline {
  int working_days = 0;  // 0: none
  std::vector<Escalation> escalations;
};

struct Node {
  std::string id;
  NodeKind kind = NodeKind::EndEvent;
  EventKind event = EventKind::None;
  std::string event_name;  // of the message or signal; code of an error (empty at a boundary: any)
  Labels labels;
  std::vector<std::size_t> incoming;  // indices into Process::flows
  std::vector<std::size_t> outgoing;  // in the order of the file
  std::optional<std::size_t> default_flow;
  std::optional<std::size_t> parent;       // the subprocess it stands in
  std::optional<std::size_t> inner_start;  // subprocess: its start event
  std::optional<std::size_t> attached_to;  // boundary event: its activity
  std::vector<std::size_t> boundary;       // activity: its boundary events
  bool interrupting = true;                // boundary event
  std::optional<Loop> loop;                // activity
  std::string service;                     // service task, throw event: name of the handler
  std::string calls;                       // call activity: id of the procedure
  std::string call_subject;                // call activity: FEEL giving the id of a record; empty: the case's own
  Decision decision;                       // business rule task
  Assignment assignment;                   // user task
  std::string returns_to;                  // user task: "none", or ids of steps it may return to; empty: any before it
  std::string not_by;                      // user task: an earlier user task; whoever did that one may not do this one
  std::string form;                        // user task, start event: path in the pack
  std::vector<std::string> completed_by_changes;  // user task: kinds whose change in the same file also completes it …
  std::string completed_by_when;                  // … if this FEEL holds then; empty: always
  Deadline deadline;                              // user task
  std::string pauses;                             // while it waits here the case's clock stands still, for this reason
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
  std::string version;                 // as written in the extension; empty if absent
  std::string subject_kind;            // as written in the extension; "*": any record or none
  std::string category;                // of worklists ("directive"); may be empty
  std::vector<std::string> opened_by;  // posts that may open a case by hand
  std::string summary;                 // FEEL text that lists show with a case; may be empty
  std::string due;                     // FEEL date: the day a case is due, instead of a deadline in working days
  bool withdrawable = true;            // by the one it is about
  int extension_working_days = 0;      // by how much the deadline may be extended, in all
  Deadline deadline;
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

// Well-formedness of what was read: one start event in each scope, flows that join existing nodes, every node reachable
// from the start and able to reach an end, gateways with a way out for every case, tasks that say what to do; and,
// tried out over every order of events (explore.hpp), no join that waits for what cannot come. read() has called it
// already.
std::vector<Problem> check(const Process& process);

base::Error to_error(const Problem& problem, std::string_view file_name);

}  // namespace yuanqu::bpmn
