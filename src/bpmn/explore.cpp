#include "bpmn/explore.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;
using base::Result;

constexpr std::size_t answers_max = 256;  // ways one event may go on

// Answers by a script; what it does not say yet is "no" and is written down to be tried the other way.
class Scripted final : public Conditions {
 public:
  Result<std::optional<bool>> holds(const SequenceFlow&, const Token&, const State&) override {
    return std::optional<bool>(next());
  }
  Result<std::uint32_t> times(const Node&, const Token&, const State&) override { return 2; }
  Result<bool> enough(const Node& node, const Token&, const State&) override {
    return !node.loop->completion.empty() && next();
  }
  void again() { asked_ = 0; }
  // The next script in order; false when all were tried.
  bool advance() {
    script_.resize(asked_);
    while (!script_.empty() && script_.back()) script_.pop_back();
    if (script_.empty()) return false;
    script_.back() = true;
    return true;
  }

 private:
  bool next() {
    if (asked_ == script_.size()) script_.push_back(false);
    return script_[asked_++];
  }
  std::vector<bool> script_;
  std::size_t asked_ = 0;
};

std::string marking_of(const State& state, std::uint64_t scope) {
  std::vector<std::string> inside;
  for (const Token& token : state.tokens) {
    if (token.scope != scope) continue;
    const std::uint32_t index = token.part == Part::Watch ? std::min(token.index, 1u) : token.index;
    inside.push_back(token.node + "/" + token.flow + "/" + std::to_string(index) +
                     std::to_string(static_cast<int>(token.part)) + "{" + marking_of(state, token.number) + "}");
  }
  std::sort(inside.begin(), inside.end());
  std::string text;
  for (const std::string& one : inside) text += one + ",";
  return text;
}

// With the past, where one may still go back to: numbers by order of appearance, so that equal histories are equal.
std::string history_of(const State& state) {
  std::map<std::uint64_t, std::size_t> order = {{0, 0}};
  const auto name = [&](std::uint64_t number) {
    return std::to_string(order.emplace(number, order.size()).first->second);
  };
  std::string text;
  const auto add = [&](const Token& token) {
    text += name(token.number) + token.node + "/" + token.flow + "/" + name(token.scope) + "/" +
            std::to_string(token.index) + std::to_string(static_cast<int>(token.part)) + ",";
  };
  for (const Past& past : state.past) {
    for (const Token& token : past.took) add(token);
    text += past.fence ? "!" : ">";
    for (std::uint64_t number : past.made) text += name(number) + ",";
  }
  for (const Token& token : state.tokens) add(token);
  return text;
}

class Explorer {
 public:
  Explorer(const Process& process, const ExploreOptions& options) : process_(process), options_(options) {}

  Exploration run() {
    Scripted script;
    do {
      script.again();
      follow(State{}, 0, start(process_, State{}, script), {});
    } while (script.advance());
    return walk();
  }

  Exploration run_from(const State& state) {
    numbers_.emplace(key_of(state), 1);
    stands_[1] = state.tokens.empty() ? process_.id : state.tokens.back().node;
    waiting_.emplace_back(state, 1);
    return walk();
  }

 private:
  Exploration walk() {
    while (!waiting_.empty() && found_.states < options_.states_max) {
      auto [state, number] = std::move(waiting_.front());
      waiting_.pop_front();
      expand(state, number);
    }
    found_.complete = waiting_.empty();
    if (found_.complete && found_.problems.empty()) check_ends();
    return std::move(found_);
  }

  std::string key_of(const State& state) const {
    if (state.phase != Phase::Running) return "end";
    return options_.going_back ? history_of(state) : marking_of(state, 0);
  }

  void problem(const std::string& element, ErrorCode code, std::string zh, std::string en) {
    if (!told_.insert(element).second) return;
    const Node* node = process_.find(element);
    found_.problems.push_back({code, element, node == nullptr ? 0 : node->line, std::move(zh), std::move(en)});
  }

  std::set<std::uint64_t> announced(const State& state) const {
    std::set<std::uint64_t> numbers;
    for (const Token& token : state.tokens) {
      if (is_announced(process_, token)) numbers.insert(token.number);
    }
    return numbers;
  }

  template <class Event>
  void each_answer(const State& state, std::size_t number, Event event, std::uint64_t completed) {
    Scripted script;
    std::size_t tried = 0;
    do {
      script.again();
      follow(state, number, event(script), {completed});
    } while (++tried < answers_max && script.advance());
  }

  void expand(const State& state, std::size_t number) {
    for (const Token& token : state.tokens) {
      if (!is_announced(process_, token)) continue;
      if (token.part == Part::Watch && token.index > 0) continue;  // once round is enough; messages may come for ever
      each_answer(
          state, number, [&](Conditions& c) { return complete(process_, state, token.number, c); }, token.number);
      const Node& node = *process_.find(token.node);
      if (is_activity(node.kind)) {
        for (std::size_t event : node.boundary) {
          if (process_.nodes[event].event != EventKind::Error) continue;
          each_answer(
              state, number,
              [&](Conditions& c) { return raise(process_, state, token.number, process_.nodes[event].event_name, c); },
              0);
        }
      }
      if (!options_.going_back || node.kind != NodeKind::UserTask) continue;
      for (const Token& target : earlier(process_, state, token.number)) {
        ++found_.returns;
        each_answer(
            state, number, [&](Conditions& c) { return roll_back(process_, state, target.number, c); }, 0);
      }
    }
  }

  void follow(const State& before, std::size_t from, Result<Step> step, std::set<std::uint64_t> completed) {
    ++found_.steps;
    if (!step) {
      // A loop without a pause ends as soon as its conditions change; everything else is wrong whatever the data say.
      if (step.error().code != ErrorCode::LimitExceeded)
        problem(step.error().place.rule, step.error().code, step.error().zh, step.error().en);
      return;
    }
    std::set<std::uint64_t> open = announced(before);
    for (std::uint64_t number : completed) open.erase(number);
    for (const Effect& effect : step->effects) {
      const bool announces = effect.kind == EffectKind::Perform || effect.kind == EffectKind::Offer ||
                             effect.kind == EffectKind::SetTimer || effect.kind == EffectKind::Await ||
                             effect.kind == EffectKind::Call;
      const bool good = announces                             ? open.insert(effect.token).second
                        : effect.kind == EffectKind::Withdraw ? open.erase(effect.token) == 1
                                                              : true;
      if (!good)
        problem(effect.node, ErrorCode::Internal, "令牌重复或多撤。", "A token is doubled or withdrawn twice.");
    }
    if (open != announced(step->state)) problem(process_.id, ErrorCode::Internal, "令牌丢失。", "A token is lost.");
    if (step->state.phase == Phase::Running && open.empty())
      problem(process_.id, ErrorCode::Internal, "办件停住了。", "The case is stuck.");

    auto [known, fresh] = numbers_.emplace(key_of(step->state), numbers_.size() + 1);
    leads_[known->second].push_back(from);
    if (!fresh) return;
    ++found_.states;
    if (step->state.phase != Phase::Running) {
      end_ = known->second;
    } else {
      stands_[known->second] = step->state.tokens.back().node;
      waiting_.emplace_back(std::move(step->state), known->second);
    }
  }

  void check_ends() {
    std::set<std::size_t> good;
    std::vector<std::size_t> ahead;
    if (end_ != 0) ahead.push_back(end_);
    while (!ahead.empty()) {
      const std::size_t number = ahead.back();
      ahead.pop_back();
      if (!good.insert(number).second) continue;
      const auto& before = leads_[number];
      ahead.insert(ahead.end(), before.begin(), before.end());
    }
    for (const auto& [number, node] : stands_) {
      if (good.contains(number)) continue;
      problem(node, ErrorCode::Invalid, "从这里办件走不到结束，请检查汇合与出口。",
              "From here a case cannot come to its end; check joins and ways out.");
      return;
    }
  }

  const Process& process_;
  const ExploreOptions& options_;
  Exploration found_;
  std::deque<std::pair<State, std::size_t>> waiting_;
  std::map<std::string, std::size_t> numbers_;
  std::map<std::size_t, std::vector<std::size_t>> leads_;  // state -> states before it
  std::map<std::size_t, std::string> stands_;
  std::set<std::string> told_;
  std::size_t end_ = 0;
};

}  // namespace

Exploration explore(const Process& process, const ExploreOptions& options) { return Explorer(process, options).run(); }

Exploration explore_from(const Process& process, const State& state, const ExploreOptions& options) {
  return Explorer(process, options).run_from(state);
}

}  // namespace yuanqu::bpmn
