#pragma once
// Activities done several times: the items they are done for, and the variables of each time, which no other time sees.
// They are kept in the variables of the case under a name no expression can spell, by the number of the activity's
// token:
//   "loop 12": {items: [...], locals: [{...}, ...], results: [...]}
// Pure. Private to the room.

#include <cstdint>
#include <string>
#include <vector>

#include "bpmn/engine.hpp"
#include "feel/context_scope.hpp"

namespace yuanqu::casework {

struct Round {  // one time of an activity, around a token
  std::uint64_t whole = 0;
  std::uint32_t index = 0;  // from 1
  const bpmn::Node* node = nullptr;
};

// Outermost first; the token itself when it is one time of an activity.
std::vector<Round> rounds_around(const bpmn::Process& process, const bpmn::State& state, const bpmn::Token& token);

feel::Value with_entry(const feel::Value& context, const std::string& name, feel::Value value);

feel::Value begin_loop(const feel::Value& variables, std::uint64_t whole, std::vector<feel::Value> items);
feel::Value with_local(const feel::Value& variables, const Round& round, const std::string& name, feel::Value value);
feel::Value with_result(const feel::Value& variables, const Round& round, feel::Value value);
feel::Value results_of(const feel::Value& variables, std::uint64_t whole);  // list, null where one is not done

// Item, `loop counter` and the variables of the time.
void add_names(feel::ContextScope& names, const feel::Value& variables, const Round& round);
// The variables without what is kept here: what people see.
feel::Value without_loops(const feel::Value& variables);

}  // namespace yuanqu::casework
