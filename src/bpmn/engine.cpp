#include "bpmn/engine.hpp"

#include <algorithm>

#include "bpmn/run.hpp"

namespace yuanqu::bpmn {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

class NoConditions final : public Conditions {
 public:
  Result<std::optional<bool>> holds(const SequenceFlow&, const Token&, const State&) override {
    return std::optional<bool>{};
  }
};

Result<void> check_running(const State& state) {
  if (state.phase == Phase::Running) return {};
  return fail(ErrorCode::Conflict, "这件办件不在办理中，不能再办这一步。",
              "This case is not running; the step cannot be done.");
}

}  // namespace

Result<std::uint32_t> Conditions::times(const Node&, const Token&, const State&) { return 0; }
Result<bool> Conditions::enough(const Node&, const Token&, const State&) { return false; }

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::NotStarted: return "not_started";
    case Phase::Running: return "running";
    case Phase::Finished: return "finished";
    case Phase::Cancelled: return "cancelled";
  }
  return "cancelled";
}

const Token* State::find(std::uint64_t number) const {
  auto found = std::lower_bound(tokens.begin(), tokens.end(), number,
                                [](const Token& token, std::uint64_t wanted) { return token.number < wanted; });
  return found == tokens.end() || found->number != number ? nullptr : &*found;
}

bool is_announced(const Process& process, const Token& token) {
  if (token.part == Part::Watch) return true;
  if (token.part == Part::Rest || token.part == Part::Whole) return false;
  const Node* node = process.find(token.node);
  if (node == nullptr) return false;
  return is_task(node->kind) || node->kind == NodeKind::CallActivity || node->kind == NodeKind::CatchEvent ||
         (node->kind == NodeKind::ThrowEvent && !node->service.empty());
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
  if (auto running = check_running(state); !running) return tl::unexpected(running.error());
  Run run(process, state, conditions);
  if (auto done = run.complete(token); !done) return tl::unexpected(done.error());
  return run.settle();
}

Result<Step> raise(const Process& process, const State& state, std::uint64_t token, std::string_view code,
                   Conditions& conditions) {
  if (auto running = check_running(state); !running) return tl::unexpected(running.error());
  Run run(process, state, conditions);
  if (auto raised = run.raise(token, code); !raised) return tl::unexpected(raised.error());
  return run.settle();
}

std::vector<Token> earlier(const Process& process, const State& state, std::uint64_t number) {
  std::vector<Token> found;
  const Token* here = state.find(number);
  if (here == nullptr) return found;
  for (auto past = state.past.rbegin(); past != state.past.rend(); ++past) {
    if (past->done == 0) continue;
    for (const Token& token : past->took) {
      if (token.number != past->done || token.part == Part::Watch) continue;
      const Node* node = process.find(token.node);
      if (node == nullptr || !is_activity(node->kind)) continue;
      const bool known = std::any_of(found.begin(), found.end(), [&](const Token& other) {
        return other.node == token.node && other.index == token.index && other.part == token.part;
      });
      if (!known && Undoing(state, token.number).takes(*here)) found.push_back(token);
    }
  }
  return found;
}

Result<Step> roll_back(const Process& process, const State& state, std::uint64_t past_token, Conditions& conditions) {
  if (auto running = check_running(state); !running) return tl::unexpected(running.error());
  Run run(process, state, conditions);
  if (auto back = run.roll_back(past_token); !back) return tl::unexpected(back.error());
  return run.settle();
}

Step cancel(const Process& process, const State& state) {
  NoConditions none;
  Run run(process, state, none);
  if (state.phase == Phase::NotStarted || state.phase == Phase::Running) run.cancel();
  return run.take();
}

}  // namespace yuanqu::bpmn
