#pragma once
// A running case in another version of its process: where it stands, what may take the place of each element there, and
// the same marking in the new version. Elements are found by id, through `renamed` where given.
//
// An element fits another when it is of the same kind, waits for the same kind of event, repeats or does not repeat
// alike, stands in the counterpart of the same subprocess, hangs on the counterpart of the same activity (boundary
// event) and follows the counterpart of the same event gateway. Only what fits is offered and only what fits is taken.

#include <string>
#include <utility>
#include <vector>

#include "bpmn/engine.hpp"

namespace yuanqu::bpmn {

using Renamed = std::vector<std::pair<std::string, std::string>>;  // old id, new id; of elements and sequence flows

// An element on which at least one token stands, or a sequence flow by which one came to the join it waits at.
struct Place {
  std::string id;
  bool is_flow = false;
  bool announced = false;            // something waits here from outside: a task, a timer, a message, a call
  std::string counterpart;           // id in the new version, as renamed; empty: it has none
  std::vector<std::string> choices;  // ids in the new version that fit, in the order of its file
};

// Outer elements first, each once. What stands inside or hangs on something without counterpart has no choices yet.
std::vector<Place> places(const Process& from, const Process& to, const State& state, const Renamed& renamed);

// Invalid, with the element's id in `rule`, when a token stands where the other version has nothing that fits, when two
// places would become one, or when, whatever happens, the case could stop on its way to an end there (a join that would
// wait for what cannot come). The past is not carried over.
base::Result<State> migrate(const Process& from, const Process& to, const State& state, const Renamed& renamed);

}  // namespace yuanqu::bpmn
