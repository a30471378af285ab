#include "bpmn/engine.hpp"

#include <algorithm>
#include <deque>

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

bool announced(NodeKind kind) { return is_task(kind) || kind == NodeKind::TimerCatchEvent; }

// One run from an event to the next quiet state. Tokens on their way are kept in a queue in the order they were made,
// so that the numbers of tokens and the order of effects depend on the process alone.
class Run {
 public:
  Run(const Process& process, const State& state, Conditions& conditions) : process_(process), conditions_(conditions) {
    step_.state = state;
  }

  void begin() {
    step_.state.phase = Phase::Running;
    moving_.push_back(Moving{process_.start, make_token(process_.start, "")});
  }

  Result<void> leave(std::uint64_t number) {
    const Token* token = step_.state.find(number);
    const Node* node = token == nullptr ? nullptr : process_.find(token->node);
    if (node == nullptr || !announced(node->kind)) {
      return fail(ErrorCode::Conflict, "这一步已经办过或已撤回，请刷新后再看。",
                  "This step was already done or withdrawn; refresh and look again.",
                  {.field = "token", .rule = std::to_string(number)});
    }
    Token gone = *token;
    erase(number);
    take_all(*node, gone);
    return {};
  }

  Result<Step> settle() {
    std::size_t passes = 0;
    while (!moving_.empty() && step_.state.phase == Phase::Running) {
      if (++passes > passes_max) {
        return fail(ErrorCode::LimitExceeded, "流程在没有停顿的环路里打转，请检查网关条件。",
                    "The procedure runs in a loop without a pause; check the gateway conditions.",
                    {.rule = process_.nodes[moving_.front().node].id});
      }
      Moving moving = std::move(moving_.front());
      moving_.pop_front();
      if (auto entered = enter(process_.nodes[moving.node], std::move(moving.token)); !entered) {
        return tl::unexpected(entered.error());
      }
    }
    if (step_.state.phase == Phase::Running && step_.state.tokens.empty()) {
      step_.state.phase = Phase::Finished;
      step_.effects.push_back({EffectKind::Finish, 0, "", ""});
    }
    return std::move(step_);
  }

  void withdraw_all() {
    for (const Token& token : step_.state.tokens) {
      const Node* node = process_.find(token.node);
      if (node != nullptr && announced(node->kind)) {
        step_.effects.push_back({EffectKind::Withdraw, token.number, token.node, ""});
      }
    }
    step_.state.tokens.clear();
    moving_.clear();
  }

  Step take() { return std::move(step_); }
  State& state() { return step_.state; }

 private:
  struct Moving {
    std::size_t node;
    Token token;
  };

  Token make_token(std::size_t node, std::string flow) {
    return Token{step_.state.next_token++, process_.nodes[node].id, std::move(flow)};
  }

  void erase(std::uint64_t number) {
    std::erase_if(step_.state.tokens, [&](const Token& token) { return token.number == number; });
  }

  void put(Token token) {
    auto& tokens = step_.state.tokens;
    auto place = std::lower_bound(tokens.begin(), tokens.end(), token,
                                  [](const Token& a, const Token& b) { return a.number < b.number; });
    tokens.insert(place, std::move(token));
  }

  // The token keeps its number along a single flow and is replaced by new ones when it splits, so a number names one
  // path.
  void move_by(const SequenceFlow& flow, Token token) {
    token.node = process_.nodes[flow.target].id;
    token.flow = flow.id;
    moving_.push_back(Moving{flow.target, std::move(token)});
  }

  void take_all(const Node& node, const Token& token) {
    if (node.outgoing.size() == 1) {
      Token next = token;
      next.number = announced(node.kind) ? step_.state.next_token++ : token.number;
      move_by(process_.flows[node.outgoing.front()], std::move(next));
      return;
    }
    for (std::size_t flow : node.outgoing) {
      move_by(process_.flows[flow], make_token(process_.flows[flow].target, process_.flows[flow].id));
    }
  }

  Result<void> enter(const Node& node, Token token) {
    auto effect = [&](EffectKind kind, std::string flow = {}) {
      step_.effects.push_back({kind, token.number, node.id, std::move(flow)});
    };
    switch (node.kind) {
      case NodeKind::StartEvent:
        effect(EffectKind::Pass);
        take_all(node, token);
        return {};
      case NodeKind::ServiceTask:
      case NodeKind::BusinessRuleTask:
        effect(EffectKind::Perform);
        put(std::move(token));
        return {};
      case NodeKind::UserTask:
        effect(EffectKind::Offer);
        put(std::move(token));
        return {};
      case NodeKind::TimerCatchEvent:
        effect(EffectKind::SetTimer);
        put(std::move(token));
        return {};
      case NodeKind::EndEvent:
        effect(EffectKind::Pass);
        return {};
      case NodeKind::TerminateEndEvent:
        effect(EffectKind::Pass);
        withdraw_all();
        return {};
      case NodeKind::ExclusiveGateway:
        return choose(node, std::move(token));
      case NodeKind::ParallelGateway:
        join(node, std::move(token));
        return {};
    }
    return {};
  }

  Result<void> choose(const Node& node, Token token) {
    const SequenceFlow* chosen = nullptr;
    for (std::size_t index : node.outgoing) {
      const SequenceFlow& flow = process_.flows[index];
      if (node.default_flow == index) continue;
      if (!flow.condition) {  // a lone way out needs no condition
        chosen = &flow;
        break;
      }
      auto holds = conditions_.holds(flow);
      if (!holds) return tl::unexpected(holds.error());
      if (holds->value_or(false)) {
        chosen = &flow;
        break;
      }
    }
    if (chosen == nullptr && node.default_flow) chosen = &process_.flows[*node.default_flow];
    if (chosen == nullptr) {
      return fail(
          ErrorCode::Invalid, "网关“" + node.id + "”没有一个条件成立，也没有默认出口；请补默认出口或更正数据。",
          "No condition of gateway \"" + node.id + "\" holds and it has no default flow; add one or correct the data.",
          {.rule = node.id});
    }
    step_.effects.push_back({EffectKind::Pass, token.number, node.id, chosen->id});
    move_by(*chosen, std::move(token));
    return {};
  }

  void join(const Node& node, Token token) {
    if (node.incoming.size() <= 1) {
      step_.effects.push_back({EffectKind::Pass, token.number, node.id, ""});
      take_all(node, token);
      return;
    }
    put(token);
    // The oldest token of each incoming flow takes part; a second one by the same flow waits for the next round.
    std::vector<std::uint64_t> arrived;
    for (std::size_t index : node.incoming) {
      const std::string& flow = process_.flows[index].id;
      auto found = std::find_if(step_.state.tokens.begin(), step_.state.tokens.end(),
                                [&](const Token& t) { return t.node == node.id && t.flow == flow; });
      if (found == step_.state.tokens.end()) return;
      arrived.push_back(found->number);
    }
    for (std::uint64_t number : arrived) erase(number);
    Token joined{step_.state.next_token++, node.id, ""};
    step_.effects.push_back({EffectKind::Pass, joined.number, node.id, ""});
    take_all(node, joined);
  }

  const Process& process_;
  Conditions& conditions_;
  Step step_;
  std::deque<Moving> moving_;
};

class NoConditions final : public Conditions {
 public:
  Result<std::optional<bool>> holds(const SequenceFlow&) override { return std::optional<bool>{}; }
};

}  // namespace

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::NotStarted:
      return "not_started";
    case Phase::Running:
      return "running";
    case Phase::Finished:
      return "finished";
    case Phase::Cancelled:
      return "cancelled";
  }
  return "cancelled";
}

const Token* State::find(std::uint64_t number) const {
  for (const Token& token : tokens) {
    if (token.number == number) return &token;
  }
  return nullptr;
}

Result<Step> start(const Process& process, const State& state, Conditions& conditions) {
  if (!process.problems.empty()) return tl::unexpected(to_error(process.problems.front(), process.id));
  if (state.phase != Phase::NotStarted) {
    return fail(ErrorCode::Conflict, "这件办件已经开始，不必再次启动。", "This case has already started.");
  }
  Run run(process, state, conditions);
  run.begin();
  return run.settle();
}

Result<Step> complete(const Process& process, const State& state, std::uint64_t token, Conditions& conditions) {
  if (state.phase != Phase::Running) {
    return fail(ErrorCode::Conflict, "这件办件不在办理中，不能再办这一步。",
                "This case is not running; the step cannot be done.");
  }
  Run run(process, state, conditions);
  if (auto left = run.leave(token); !left) return tl::unexpected(left.error());
  return run.settle();
}

Step cancel(const Process& process, const State& state) {
  NoConditions none;
  Run run(process, state, none);
  if (state.phase == Phase::NotStarted || state.phase == Phase::Running) {
    run.withdraw_all();
    run.state().phase = Phase::Cancelled;
  }
  return run.take();
}

}  // namespace yuanqu::bpmn
