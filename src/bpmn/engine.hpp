#pragma once
// The token engine: a pure state machine over one process. State in, event in -> new state and effects out. It holds
// nothing, asks no clock, touches no store; the same input gives the same output on every machine. Variables belong to
// the caller, who answers conditions and, before reporting a step complete, has stored what the step produced.
//
// A token waits at a service task, a business rule task, a user task, a timer or a join; everything else is passed at
// once. Promises, tested over random orders of events:
//   - every waiting token was announced by exactly one effect (Perform, Offer, SetTimer), and a token is completed at
//   most once:
//     completing one that is not there is Conflict and changes nothing;
//   - tokens are neither lost nor doubled: a step replaces its token by one token per flow taken; a join replaces one
//   token per
//     incoming flow by one; an end event takes its token away; the process is finished when none is left.
// A conditionless task with several outgoing flows takes all of them (BPMN 2.0, 13.3.1).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bpmn/model.hpp"

namespace yuanqu::bpmn {

struct Token {
  std::uint64_t number = 0;  // never reused within a case
  std::string node;          // element id
  std::string flow;          // the sequence flow it came by; empty at the start event
  friend bool operator==(const Token&, const Token&) = default;
};

enum class Phase { NotStarted, Running, Finished, Cancelled };

std::string_view name_of(Phase phase);

struct State {
  Phase phase = Phase::NotStarted;
  std::uint64_t next_token = 1;
  std::vector<Token> tokens;  // ordered by number
  friend bool operator==(const State&, const State&) = default;

  const Token* find(std::uint64_t number) const;
};

enum class EffectKind {
  Perform,   // run the service task or the business rule task, then complete(token)
  Offer,     // put a user task before people
  SetTimer,  // wake the token when the timer is due
  Withdraw,  // a task or timer announced before is void: its token is gone without being completed
  Pass,      // a gateway, start or end event was passed; flow says by which way (gateways) or is empty
  Finish,    // no token is left
};

struct Effect {
  EffectKind kind = EffectKind::Pass;
  std::uint64_t token = 0;
  std::string node;
  std::string flow;
  friend bool operator==(const Effect&, const Effect&) = default;
};

// Answers whether the condition of a flow holds; nullopt is FEEL's null (unknown), which does not take the flow.
class Conditions {
 public:
  virtual ~Conditions() = default;
  virtual base::Result<std::optional<bool>> holds(const SequenceFlow& flow) = 0;
};

struct Step {
  State state;
  std::vector<Effect> effects;  // in the order they happened
};

// Passing more nodes than this between two waits is a loop without a pause: LimitExceeded.
inline constexpr std::size_t passes_max = 1000;

base::Result<Step> start(const Process& process, const State& state, Conditions& conditions);

// The waiting token's work is done, its task completed, or its timer due. An exclusive gateway where nothing holds and
// that has no default is Invalid with the gateway's id; the old state stays good and the step may be tried again with
// other variables.
base::Result<Step> complete(const Process& process, const State& state, std::uint64_t token, Conditions& conditions);

// Takes every token away.
Step cancel(const Process& process, const State& state);

// Text form of a state; one line per token. Reading refuses tokens on nodes or flows the process does not have.
std::string write(const State& state);
base::Result<State> read_state(const Process& process, std::string_view text);

}  // namespace yuanqu::bpmn
