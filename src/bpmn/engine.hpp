#pragma once
// The token engine: a pure state machine over one process. State in, event in -> new state and effects out. It holds
// nothing, asks no clock, touches no store; the same input gives the same output on every machine. Variables belong to
// the caller, who answers conditions and, before reporting a step complete, has stored what the step produced.
//
// Tokens. A token stands at an element inside a scope: the process (scope 0) or another token, which is then a
// subprocess, an activity done several times, an event gateway or an activity with boundary events. So whatever happens
// inside something goes away with it.
//   Way    moves along the flows, waits at a task, an event, a join, inside a subprocess
//   Whole  an activity done several times; `index` is how many times in all
//   One    one of these times; `index` counts from 1
//   Rest   an end was reached: the token rests there until its scope is complete
//   Watch  an armed boundary event (its scope is the activity) or a choice of an event gateway (its scope is the
//   gateway);
//          `index` counts the firings of a cycle
//
// A scope is complete when all its ways rest. A token waits at a task, an event or a join; everything else is passed at
// once. An inclusive join lets through when no token of its scope can still come by a flow that brought none yet (BPMN
// 2.0, 13.3.3).
//
// Going back. `past` remembers which tokens each firing took and made. roll_back() undoes the completion of one token
// and everything that rests on it, and nothing else: what a parallel branch has done meanwhile stays done, and what
// waited at a join that is undone waits there again. Undoing the causal future of a firing always leaves a marking the
// process could have had before, so no token is lost, doubled or stuck by it.
//
// Promises, tested over every order of events of small models (explore.hpp) and random orders of large ones:
//   - every waiting token was announced by exactly one effect (Perform, Offer, SetTimer, Await, Call), and a token is
//     completed at most once: completing one that is not there is Conflict and changes nothing;
//   - an announced token that goes without being completed is withdrawn by exactly one Withdraw.
// A conditionless task with several outgoing flows takes all of them (BPMN 2.0, 13.3.1).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bpmn/model.hpp"

namespace yuanqu::bpmn {

enum class Part : std::uint8_t { Way, Whole, One, Rest, Watch };

struct Token {
  std::uint64_t number = 0;  // never reused within a case
  std::string node;          // element id
  std::string flow;          // the sequence flow it came by; empty where it did not come by one
  std::uint64_t scope = 0;   // number of the token it is inside of; 0: the process
  std::uint32_t index = 0;
  Part part = Part::Way;
  friend bool operator==(const Token&, const Token&) = default;
};

// A firing: these tokens went, those came.
struct Past {
  std::vector<Token> took;
  std::vector<std::uint64_t> made;
  std::uint64_t scope = 0;
  std::uint64_t done = 0;  // the token of `took` that was completed; the others were joined, rested or were withdrawn
  bool fence = false;      // rests on everything that happened in its scope before (an inclusive join)
  friend bool operator==(const Past&, const Past&) = default;
};
inline constexpr std::size_t past_max = 2000;  // older firings are forgotten: one cannot go back beyond them

enum class Phase { NotStarted, Running, Finished, Cancelled };

std::string_view name_of(Phase phase);

struct State {
  Phase phase = Phase::NotStarted;
  std::uint64_t next_token = 1;
  std::vector<Token> tokens;  // ordered by number
  std::vector<Past> past;     // oldest first
  friend bool operator==(const State&, const State&) = default;

  const Token* find(std::uint64_t number) const;
};

enum class EffectKind {
  Perform,   // run the service task or the business rule task, then complete(token)
  Offer,     // put a user task before people
  SetTimer,  // wake the token when the timer is due
  Await,     // complete the token when the message or signal comes
  Call,      // open a case of the called procedure; complete the token when it has ended
  Tell,      // a message or signal is sent; the token has gone on
  Withdraw,  // what was announced before is void: its token is gone without being completed
  Pass,      // an element was passed; flow says by which way (gateways) or is empty
  Finish,    // the process is complete; flow is the code of the error that ended it, or empty
};

struct Effect {
  EffectKind kind = EffectKind::Pass;
  std::uint64_t token = 0;
  std::string node;
  std::string flow;
  friend bool operator==(const Effect&, const Effect&) = default;
};

// What the engine asks of the case's variables. `state` is that of the moment; the token's scopes are in it.
class Conditions {
 public:
  virtual ~Conditions() = default;
  // Whether the condition of a flow holds; nullopt is FEEL's null (unknown), which does not take the flow.
  virtual base::Result<std::optional<bool>> holds(const SequenceFlow& flow, const Token& token, const State& state) = 0;
  // How many times an activity is to be done. `token` is its Whole.
  virtual base::Result<std::uint32_t> times(const Node& node, const Token& token, const State& state);
  // One of them is done (`one`); whether that is enough.
  virtual base::Result<bool> enough(const Node& node, const Token& one, const State& state);
};

struct Step {
  State state;
  std::vector<Effect> effects;  // in the order they happened
  std::vector<Token> undone;    // roll_back: completions of announced tokens that were undone, the asked one first
};

// Passing more nodes than this between two waits is a loop without a pause: LimitExceeded.
inline constexpr std::size_t passes_max = 1000;
inline constexpr std::uint32_t times_max = 10'000;

base::Result<Step> start(const Process& process, const State& state, Conditions& conditions);

// The waiting token's work is done, its task completed, its timer due, its message there. An exclusive gateway where
// nothing holds and that has no default is Invalid with the gateway's id, and so is a join that waits for what can no
// longer come; the old state stays good and the step may be tried again with other variables.
base::Result<Step> complete(const Process& process, const State& state, std::uint64_t token, Conditions& conditions);

// The work of a waiting activity failed with an error of the procedure: the nearest boundary event that takes this code
// (or any) goes on. NotFound when none does.
base::Result<Step> raise(const Process& process, const State& state, std::uint64_t token, std::string_view code,
                         Conditions& conditions);

// Activities that were completed before the waiting token and lie on its way, nearest first, each (element, time) once:
// where it may go back to.
std::vector<Token> earlier(const Process& process, const State& state, std::uint64_t token);

// Undoes the completion of a past token (as earlier() names it) and all that rests on it; the activity is begun anew
// under a new number. NotFound when the past does not know it.
base::Result<Step> roll_back(const Process& process, const State& state, std::uint64_t past_token,
                             Conditions& conditions);

// Takes every token away.
Step cancel(const Process& process, const State& state);

// Text form of a state; one line per token and firing. Reading refuses tokens on nodes or flows the process does not
// have.
std::string write(const State& state);
base::Result<State> read_state(const Process& process, std::string_view text);

// Whether something waits for this token from outside: it was announced.
bool is_announced(const Process& process, const Token& token);

}  // namespace yuanqu::bpmn
