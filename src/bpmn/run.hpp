#pragma once
// One run of the engine from an event to the next quiet state. Tokens on their way are kept in a queue in the order
// they were made, so that the numbers of tokens and the order of effects depend on the process alone. Private to the
// room.

#include <deque>
#include <map>
#include <set>

#include "bpmn/engine.hpp"

namespace yuanqu::bpmn {

class Run {
 public:
  Run(const Process& process, const State& state, Conditions& conditions) : process_(process), conditions_(conditions) {
    step_.state = state;
  }

  void begin();
  base::Result<void> complete(std::uint64_t number);
  base::Result<void> raise(std::uint64_t number, std::string_view code);
  base::Result<void> roll_back(std::uint64_t number);
  void cancel();
  base::Result<Step> settle();  // until everything waits
  Step take() { return std::move(step_); }

 private:
  const Node& node_of(const Token& token) const;
  std::uint64_t next_number() { return step_.state.next_token++; }
  void effect(EffectKind kind, const Token& token, std::string flow = {}) {
    step_.effects.push_back({kind, token.number, token.node, std::move(flow)});
  }
  void put(Token token);
  bool inside(std::uint64_t scope, const std::set<std::uint64_t>& of) const;
  // Takes a token and everything inside it out; answers them. What was announced is withdrawn, but not `quiet`.
  std::vector<Token> remove(std::uint64_t number, std::uint64_t quiet = 0);
  void remember(Past past);

  base::Result<void> enter(Token token);
  base::Result<void> begin_activity(Token token);
  base::Result<void> do_activity(const Token& token);
  base::Result<void> finish_activity(Token token);  // removes it, goes on by its flows
  base::Result<void> finish_one(Token token);       // one of several times
  base::Result<void> fire_watch(Token watch);
  base::Result<void> rest_all(std::uint64_t scope, std::string code);  // a terminate or an uncaught error ends a scope
  void announce(const Token& token);
  void arm(const Token& host);
  void open_choice(const Token& token);
  base::Result<std::vector<std::size_t>> ways_of(const Node& node, const Token& token);
  // Goes on by the flows of a node. Empty `took`: the token `like` itself passes and keeps its number along a single
  // flow.
  base::Result<void> leave(const Node& node, std::vector<Token> took, const Token& like, std::uint64_t done = 0);
  base::Result<void> pass_join(const Node& node, std::vector<Token> took, bool fence);
  base::Result<void> join_parallel(const Node& node, std::uint64_t scope);
  base::Result<bool> join_inclusive();
  base::Result<void> end(const Node& node, Token token);
  base::Result<void> complete_scope(std::uint64_t scope);
  base::Result<bool> catch_error(const std::vector<std::uint64_t>& hosts, std::string_view code);
  std::vector<std::uint64_t> scopes_above(std::uint64_t scope) const;
  base::Result<void> check_joins() const;
  base::Result<void> restore(const std::vector<Token>& tokens);
  void renumber(std::uint64_t old, std::uint64_t fresh);

  const Process& process_;
  Conditions& conditions_;
  Step step_;
  std::deque<Token> moving_;
  std::vector<std::uint64_t> touched_;  // scopes something came to rest in
};

// Flows a token at `node` may come along, out of boundary events too, without passing through the node `around` (an
// index beyond all: nothing is avoided).
std::set<std::size_t> flows_ahead(const Process& process, std::size_t node, std::size_t around);

// What of a state rests on a token of its past or of its present. Private to the room.
class Undoing {
 public:
  Undoing(const State& state, std::uint64_t seed);
  bool takes(const Token& token) const;                                 // undone itself, or inside something that is
  const std::vector<std::size_t>& firings() const { return firings_; }  // indices into past, ascending

 private:
  bool under(std::uint64_t scope, std::uint64_t of) const;
  std::set<std::uint64_t> undone_;
  std::map<std::uint64_t, std::uint64_t> scopes_;
  std::vector<std::size_t> firings_;
};

}  // namespace yuanqu::bpmn
