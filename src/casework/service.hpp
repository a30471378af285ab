#pragma once
// A service task's work, known by name. `prepare` runs outside transactions and may take its time (draw a PDF, ask
// another system); it may itself store only what is keyed by Call::key, because after a crash it runs again. `perform`
// runs on the writer thread inside the step's transaction: what it writes and the token's move become durable together
// or not at all. It must be short.

#include <functional>
#include <memory>
#include <string>

#include "base/date.hpp"
#include "base/error.hpp"
#include "casework/case.hpp"
#include "casework/knowledge.hpp"
#include "feel/context_scope.hpp"
#include "journal/journal.hpp"

namespace yuanqu::casework {

struct Call {
  const Case& current;
  const bpmn::Node& node;
  std::uint64_t token = 0;
  std::string key;  // "case 12 token 3": unique for ever, the same when the step is tried again
  base::Date day;   // the zone's day
  const Subject& subject;
  feel::Value inputs;        // context of the task's inputs
  feel::ContextScope names;  // everything in scope, the inputs included

  // An input by name; null when the task does not give it.
  feel::Value input(std::string_view name) const;
};

struct Performed {
  feel::Value result;  // in scope of the outputs as `result`
  std::string zh;      // a line for the timeline; empty: the task's name
  std::string en;
  std::string evidence;    // JSON or empty
  std::int64_t paper = 0;  // issued by this step
  std::string error;       // not empty: an error of the procedure; the nearest boundary event that takes it goes on
};

struct Service {
  std::function<base::Result<std::shared_ptr<void>>(const Call&)> prepare;  // may be empty
  std::function<base::Result<Performed>(journal::Transaction&, const Call&, void* prepared)> perform;
};

}  // namespace yuanqu::casework
