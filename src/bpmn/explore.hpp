#pragma once
// Every order of events of a process: the state space of the token engine, walked breadth first. Conditions answer both
// ways, an activity that repeats is done twice, a completion condition answers both ways, every error that a boundary
// event takes is raised. It tells what can go wrong whatever the data say; tests use it to hold the engine to its
// promises. Cost: states × waiting tokens × answers; it stops at the limit and says so.

#include <functional>

#include "bpmn/engine.hpp"

namespace yuanqu::bpmn {

struct ExploreOptions {
  std::size_t states_max = 3000;
  bool going_back = false;  // also every return from every waiting user task to every step before it
};

struct Exploration {
  std::size_t states = 0;
  std::size_t steps = 0;
  std::size_t returns = 0;
  bool complete = false;          // the whole space was seen
  std::vector<Problem> problems;  // each element once: stuck joins, markings without an end, tokens lost or doubled
};

Exploration explore(const Process& process, const ExploreOptions& options = {});
// What may still come of a running case: every order of events from this state on.
Exploration explore_from(const Process& process, const State& state, const ExploreOptions& options = {});

}  // namespace yuanqu::bpmn
