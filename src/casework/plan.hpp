#pragma once
// A plan: everything one step of a case changes, worked out before anything is written. Pure: from the situation (the
// case as stored, its facts as read, the day) and an event to a plan; no store, no clock. Private to the
// room.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casework/case.hpp"
#include "casework/knowledge.hpp"
#include "casework/procedures.hpp"

namespace yuanqu::casework {

struct Situation {
  Case current;
  std::shared_ptr<const Procedure> procedure;
  bpmn::State state;
  feel::Value variables;  // context
  std::string visited;    // element ids, blanks between
  Subject subject;
  base::Date day;
};

struct PlannedTimer {
  std::uint64_t token = 0;
  base::Date due;
};

struct PlannedTask {
  Task task;                              // ids not yet given
  std::vector<std::string> awaits_kinds;  // whose change may complete it
  std::string awaits_when;
  std::vector<bpmn::Escalation> escalations;
  std::string pauses;  // the case's clock stands still for this reason while it is open
};

// A message or signal somewhere: waited for by a token, or told to those who wait.
struct PlannedEvent {
  std::uint64_t token = 0;  // that waits; 0: told
  bpmn::EventKind kind = bpmn::EventKind::Message;
  std::string name;
  feel::Value content;  // told: context
};

struct PlannedCall {
  std::uint64_t token = 0;
  std::string procedure;
  journal::RecordId subject = 0;
  feel::Value variables;  // context
  std::string element;
};

struct Plan {
  bpmn::State state;
  feel::Value variables;
  std::string visited;
  std::string title;
  std::vector<PlannedTask> tasks;
  std::vector<PlannedTimer> timers;
  std::vector<std::uint64_t> jobs;  // tokens at service and business rule tasks
  std::vector<PlannedEvent> awaited;
  std::vector<PlannedEvent> told;
  std::vector<PlannedCall> calls;
  std::vector<std::uint64_t> withdrawn;  // tokens
  std::vector<Event> events;
  bool finished = false;
  std::string error;  // code of the error that ended it
  Label outcome;
  std::vector<bpmn::Token> undone;  // of a return: completions undone, the asked one first
};

// `Today`, `Case`, the subject and the variables.
feel::ContextScope names_of(const Situation& situation);
// The same, inside the times of repeated activities the token stands in.
feel::ContextScope names_at(const Situation& situation, std::uint64_t token);
base::Result<feel::Value> inputs_of(const bpmn::Node& node, feel::ContextScope& names);  // also puts them into scope

// What a user task puts before people, in these names.
base::Result<PlannedTask> plan_task(const Situation& situation, const bpmn::Node& node, std::uint64_t token,
                                    feel::ContextScope names);

base::Result<Plan> plan_start(const Situation& situation);
// The token's step is done with `result` (for a business rule task the decision's value) by `person`, in scope of its
// outputs as `person`; empty: by nobody, null there.
base::Result<Plan> plan_complete(const Situation& situation, std::uint64_t token, const feel::Value& result,
                                 const std::string& person = {});
// The token's work failed with an error of the procedure.
base::Result<Plan> plan_raise(const Situation& situation, std::uint64_t token, const std::string& code);
// Back to a step completed before (bpmn::earlier).
base::Result<Plan> plan_return(const Situation& situation, std::uint64_t past_token);
Plan plan_cancel(const Situation& situation);

// Whether moving on from this node evaluates anything over the subject before the next wait. After a step that changed
// records the move then needs the facts read anew.
bool needs_facts_ahead(const bpmn::Process& process, const bpmn::Node& node);

Event make_event(const Situation& situation, std::string type, const std::string& element, std::string zh,
                 std::string en);

}  // namespace yuanqu::casework
