// The token engine over random procedures and random orders of events: no token is lost, doubled or stuck.
#include "bpmn/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

namespace yuanqu::bpmn {
namespace {

// Builds block-structured processes: a block has one way in and one way out, so what must happen can be counted
// independently.
class Builder {
 public:
  Builder() { process.id = "p"; }

  std::size_t node(NodeKind kind) {
    Node made;
    made.kind = kind;
    made.id = "n" + std::to_string(process.nodes.size());
    made.service = "work";
    made.decision.name = "decide";
    made.timer.text = "P1D";
    if (kind == NodeKind::CatchEvent) made.event = EventKind::Timer;
    process.nodes.push_back(made);
    return process.nodes.size() - 1;
  }

  std::size_t flow(std::size_t source, std::size_t target, std::optional<std::string> condition = {}) {
    SequenceFlow made;
    made.id = "f" + std::to_string(process.flows.size());
    made.source = source;
    made.target = target;
    made.condition = std::move(condition);
    process.flows.push_back(made);
    process.nodes[source].outgoing.push_back(process.flows.size() - 1);
    process.nodes[target].incoming.push_back(process.flows.size() - 1);
    return process.flows.size() - 1;
  }

  // A block after `from`; answers its last node and counts in `expected` how often each task will be done.
  std::size_t block(std::size_t from, int depth) {
    const int shape = depth == 0 ? 0 : *rc::gen::inRange(depth > 1 ? 2 : 0, 5);
    if (shape <= 1) {
      std::size_t task = node(*rc::gen::element(NodeKind::UserTask, NodeKind::ServiceTask, NodeKind::CatchEvent));
      flow(from, task);
      if (counting) ++expected[process.nodes[task].id];
      return task;
    }
    if (shape == 2) {
      return block(block(from, depth - 1), depth - 1);
    }
    const int ways = *rc::gen::inRange(2, 4);
    if (shape == 3) {
      std::size_t split = node(NodeKind::ParallelGateway);
      flow(from, split);
      std::size_t join = node(NodeKind::ParallelGateway);
      for (int way = 0; way < ways; ++way) flow(block(split, depth - 1), join);
      return join;
    }
    std::size_t split = node(NodeKind::ExclusiveGateway);
    flow(from, split);
    std::size_t merge = node(NodeKind::ExclusiveGateway);
    const int taken = *rc::gen::inRange(0, ways);
    const bool outer = counting;
    for (int way = 0; way < ways; ++way) {
      counting = outer && way == taken;
      const std::size_t first = process.flows.size();
      flow(block(split, depth - 1), merge);
      const bool is_default = way == ways - 1;
      if (is_default) {
        process.nodes[split].default_flow = first;
      } else {
        process.flows[first].condition = way == taken ? "true" : *rc::gen::element<std::string>("false", "null");
      }
    }
    counting = outer;
    return merge;
  }

  Process build(int depth) {
    std::size_t start = node(NodeKind::StartEvent);
    process.start = start;
    std::size_t last = block(start, depth);
    flow(last, node(NodeKind::EndEvent));
    return process;
  }

  Process process;
  std::map<std::string, int> expected;
  bool counting = true;
};

class Literal final : public Conditions {
 public:
  base::Result<std::optional<bool>> holds(const SequenceFlow& flow, const Token&, const State&) override {
    if (flow.condition == "error") return base::fail(base::ErrorCode::Invalid, "坏", "bad");
    if (flow.condition == "null") return std::optional<bool>{};
    return std::optional<bool>(flow.condition == "true");
  }
};

// Follows effects as casework does: what is announced may be completed once.
struct Ledger {
  std::map<std::uint64_t, std::string> open;
  std::map<std::string, int> done;
  std::set<std::uint64_t> ever;

  void follow(const Step& step) {
    for (const Effect& effect : step.effects) {
      if (effect.kind == EffectKind::Perform || effect.kind == EffectKind::Offer ||
          effect.kind == EffectKind::SetTimer) {
        RC_ASSERT(ever.insert(effect.token).second);  // announced exactly once
        open[effect.token] = effect.node;
      }
      if (effect.kind == EffectKind::Withdraw) RC_ASSERT(open.erase(effect.token) == 1u);
    }
  }

  void agrees_with(const Process& process, const State& state) const {
    std::map<std::uint64_t, std::string> waiting;
    for (const Token& token : state.tokens) {
      if (is_announced(process, token)) waiting[token.number] = token.node;
    }
    RC_ASSERT(waiting == open);
  }
};

TEST(Engine, RandomOrdersNeitherLoseNorDoubleTokens) {
  RC_ASSERT(rc::check("every task of the way is done exactly once, whatever the order", [] {
    Builder builder;
    const Process process = builder.build(*rc::gen::inRange(1, 5));
    RC_ASSERT(check(process).empty());
    Literal conditions;
    auto step = start(process, State{}, conditions);
    RC_ASSERT(step.has_value());
    Ledger ledger;
    ledger.follow(*step);
    int rounds = 0;
    while (step->state.phase == Phase::Running) {
      RC_ASSERT(++rounds < 10000);
      ledger.agrees_with(process, step->state);
      RC_ASSERT(!ledger.open.empty());  // nothing is stuck
      auto again = read_state(process, write(step->state));
      RC_ASSERT(again.has_value());
      RC_ASSERT(*again == step->state);
      auto picked = ledger.open.begin();
      std::advance(picked, *rc::gen::inRange<std::size_t>(0, ledger.open.size()));
      const std::uint64_t token = picked->first;
      ++ledger.done[picked->second];
      ledger.open.erase(picked);
      auto next = complete(process, *again, token, conditions);
      RC_ASSERT(next.has_value());
      ledger.follow(*next);
      RC_ASSERT(!complete(process, next->state, token, conditions).has_value());  // a second time is refused
      step = std::move(next);
    }
    RC_ASSERT(step->state.phase == Phase::Finished);
    RC_ASSERT(step->state.tokens.empty());
    RC_ASSERT(ledger.open.empty());
    RC_ASSERT(ledger.done == builder.expected);
    RC_CLASSIFY(builder.expected.size() > 5, "more than five tasks");
  }));
}

// Every interleaving of a small model, not a sample of them.
std::size_t explore(const Process& process, const State& state, std::multiset<std::string> done,
                    std::set<std::multiset<std::string>>& ends) {
  if (state.phase != Phase::Running) {
    EXPECT_EQ(state.phase, Phase::Finished);
    ends.insert(std::move(done));
    return 1;
  }
  Literal conditions;
  std::size_t ways = 0;
  for (const Token& token : state.tokens) {
    if (!is_announced(process, token)) continue;
    auto next = complete(process, state, token.number, conditions);
    EXPECT_TRUE(next.has_value());
    if (!next) continue;
    auto more = done;
    more.insert(token.node);
    ways += explore(process, next->state, std::move(more), ends);
  }
  EXPECT_GT(ways, 0u) << "stuck";
  return ways;
}

TEST(Engine, EveryInterleavingOfThreeBranchesEndsTheSame) {
  Builder builder;
  auto s = builder.node(NodeKind::StartEvent);
  auto split = builder.node(NodeKind::ParallelGateway);
  auto join = builder.node(NodeKind::ParallelGateway);
  builder.flow(s, split);
  for (int way = 0; way < 3; ++way) {
    auto a = builder.node(NodeKind::UserTask);
    auto b = builder.node(NodeKind::UserTask);
    builder.flow(split, a);
    builder.flow(a, b);
    builder.flow(b, join);
  }
  auto after = builder.node(NodeKind::UserTask);
  builder.flow(join, after);
  builder.flow(after, builder.node(NodeKind::EndEvent));
  Literal conditions;
  auto first = start(builder.process, State{}, conditions);
  ASSERT_TRUE(first);
  std::set<std::multiset<std::string>> ends;
  EXPECT_EQ(explore(builder.process, first->state, {}, ends), 90u);  // 6! / (2!·2!·2!)
  EXPECT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends.begin()->size(), 7u);
}

TEST(Engine, TerminateWithdrawsWhatWaits) {
  Builder builder;
  auto s = builder.node(NodeKind::StartEvent);
  auto split = builder.node(NodeKind::ParallelGateway);
  auto a = builder.node(NodeKind::UserTask);
  auto b = builder.node(NodeKind::CatchEvent);
  builder.flow(s, split);
  builder.flow(split, a);
  builder.flow(split, b);
  auto terminate = builder.node(NodeKind::EndEvent);
  builder.process.nodes[terminate].event = EventKind::Terminate;
  builder.flow(a, terminate);
  builder.flow(b, builder.node(NodeKind::EndEvent));
  Literal conditions;
  auto first = start(builder.process, State{}, conditions);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->state.tokens.size(), 2u);
  auto last = complete(builder.process, first->state, first->state.tokens[0].number, conditions);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->state.phase, Phase::Finished);
  ASSERT_EQ(last->effects.size(), 3u);
  EXPECT_EQ(last->effects[1].kind, EffectKind::Withdraw);
  EXPECT_EQ(last->effects[1].node, "n3");
  EXPECT_EQ(last->effects[2].kind, EffectKind::Finish);
}

TEST(Engine, NoConditionHoldsAndNoDefaultLeavesTheOldStateGood) {
  Builder builder;
  auto s = builder.node(NodeKind::StartEvent);
  auto task = builder.node(NodeKind::UserTask);
  auto gateway = builder.node(NodeKind::ExclusiveGateway);
  auto end = builder.node(NodeKind::EndEvent);
  builder.flow(s, task);
  builder.flow(task, gateway);
  builder.flow(gateway, end, "false");
  Literal conditions;
  auto first = start(builder.process, State{}, conditions);
  ASSERT_TRUE(first);
  auto next = complete(builder.process, first->state, 1, conditions);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, base::ErrorCode::Invalid);
  EXPECT_EQ(next.error().place.rule, "n2");
  builder.process.flows.back().condition = "error";
  EXPECT_FALSE(complete(builder.process, first->state, 1, conditions));
  builder.process.flows.back().condition = "true";
  EXPECT_TRUE(complete(builder.process, first->state, 1, conditions));
}

TEST(Engine, LoopWithoutPauseIsStopped) {
  Builder builder;
  auto s = builder.node(NodeKind::StartEvent);
  auto gateway = builder.node(NodeKind::ExclusiveGateway);
  auto back = builder.node(NodeKind::ExclusiveGateway);
  builder.flow(s, gateway);
  builder.flow(gateway, back, "true");
  builder.process.nodes[gateway].default_flow = builder.flow(gateway, builder.node(NodeKind::EndEvent));
  builder.flow(back, gateway);
  Literal conditions;
  auto first = start(builder.process, State{}, conditions);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, base::ErrorCode::LimitExceeded);
}

TEST(Engine, CancelTakesEverythingAway) {
  Builder builder;
  auto s = builder.node(NodeKind::StartEvent);
  auto task = builder.node(NodeKind::UserTask);
  builder.flow(s, task);
  builder.flow(task, builder.node(NodeKind::EndEvent));
  Literal conditions;
  auto first = start(builder.process, State{}, conditions);
  ASSERT_TRUE(first);
  Step gone = cancel(builder.process, first->state);
  EXPECT_EQ(gone.state.phase, Phase::Cancelled);
  EXPECT_TRUE(gone.state.tokens.empty());
  ASSERT_EQ(gone.effects.size(), 1u);
  EXPECT_EQ(gone.effects[0].kind, EffectKind::Withdraw);
  EXPECT_FALSE(complete(builder.process, gone.state, 1, conditions));
  EXPECT_FALSE(start(builder.process, gone.state, conditions));
}

TEST(Engine, DamagedStateIsRefused) {
  Builder builder;
  auto s = builder.node(NodeKind::StartEvent);
  auto task = builder.node(NodeKind::UserTask);
  builder.flow(s, task);
  builder.flow(task, builder.node(NodeKind::EndEvent));
  EXPECT_TRUE(read_state(builder.process, "1 running 2\n1 n1 f0\n"));  // the first format
  EXPECT_TRUE(read_state(builder.process, "2 running 3\nt 2/n1/f0/0/0/w\np 0 1 0 2 1/n1/f0/0/0/w\n"));
  for (const char* text :
       {"", "3 running 2\n", "2 running 2\nt 1/n1/f0/0/0\n", "2 running 2\nt 1/n1/f0/7/0/w\n",
        "2 running 2\nt 1/n1/f0/0/0/w\np 0 0 0 -\n", "2 running 2\nq\n", "1 walking 2\n", "1 running x\n",
        "1 running 2\n1 n1\n", "1 running 2\n1 nowhere f0\n", "1 running 2\n1 n1 nowhere\n", "1 running 2\n2 n1 f0\n",
        "1 running 3\n1 n1 f0\n1 n1 f0\n", "1 finished 2\n1 n1 f0\n"}) {
    EXPECT_FALSE(read_state(builder.process, text)) << text;
  }
}

}  // namespace
}  // namespace yuanqu::bpmn
