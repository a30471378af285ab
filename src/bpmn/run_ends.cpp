// Ends of scopes, errors, and going back. See run.hpp.
#include <algorithm>

#include "bpmn/run.hpp"

namespace yuanqu::bpmn {

using base::ErrorCode;
using base::fail;
using base::Result;

std::vector<std::uint64_t> Run::scopes_above(std::uint64_t scope) const {
  std::vector<std::uint64_t> scopes;
  while (scope != 0) {
    scopes.push_back(scope);
    const Token* above = step_.state.find(scope);
    scope = above == nullptr ? 0 : above->scope;
  }
  return scopes;
}

Result<void> Run::end(const Node& node, Token token) {
  if (node.event == EventKind::Terminate) {
    effect(EffectKind::Pass, token);
    return rest_all(token.scope, {});
  }
  if (node.event == EventKind::Error) {
    effect(EffectKind::Pass, token);
    auto caught = catch_error(scopes_above(token.scope), node.event_name);
    if (!caught) return tl::unexpected(caught.error());
    return *caught ? Result<void>{} : rest_all(0, node.event_name);
  }
  effect(node.event == EventKind::None ? EffectKind::Pass : EffectKind::Tell, token);
  token.part = Part::Rest;
  touched_.push_back(token.scope);
  put(std::move(token));
  return {};
}

Result<void> Run::rest_all(std::uint64_t scope, std::string code) {
  if (scope != 0) {
    const Token host = *step_.state.find(scope);
    return host.part == Part::One ? finish_one(host) : finish_activity(host);
  }
  while (!step_.state.tokens.empty()) remove(step_.state.tokens.front().number);
  moving_.clear();
  step_.state.phase = Phase::Finished;
  step_.effects.push_back({EffectKind::Finish, 0, "", std::move(code)});
  return {};
}

Result<void> Run::complete_scope(std::uint64_t scope) {
  const auto in_scope = [&](const Token& token) { return token.scope == scope && token.part != Part::Watch; };
  if (std::any_of(moving_.begin(), moving_.end(), in_scope)) return {};
  for (const Token& token : step_.state.tokens) {
    if (in_scope(token) && token.part != Part::Rest) return {};
  }
  if (scope == 0) return rest_all(0, {});
  const Token* host = step_.state.find(scope);
  if (host == nullptr || host->part == Part::Whole) return {};
  return rest_all(scope, {});
}

Result<bool> Run::catch_error(const std::vector<std::uint64_t>& hosts, std::string_view code) {
  for (std::uint64_t number : hosts) {
    const Token host = *step_.state.find(number);
    if (host.part == Part::One) continue;  // the events stand at the whole
    const Node* catching = nullptr;
    for (std::size_t index : node_of(host).boundary) {
      const Node& event = process_.nodes[index];
      if (event.event != EventKind::Error) continue;
      if (event.event_name == code) catching = &event;
      if (event.event_name.empty() && catching == nullptr) catching = &event;
    }
    if (catching == nullptr) continue;
    std::vector<Token> took = remove(number);
    Token like{.number = next_number(), .node = catching->id, .flow = "", .scope = host.scope};
    effect(EffectKind::Pass, like);
    if (auto left = leave(*catching, std::move(took), like); !left) return tl::unexpected(left.error());
    return true;
  }
  return false;
}

// ---- going back

Undoing::Undoing(const State& state, std::uint64_t seed) {
  for (const Token& token : state.tokens) scopes_[token.number] = token.scope;
  for (const Past& past : state.past) {
    for (const Token& token : past.took) scopes_[token.number] = token.scope;
  }
  undone_.insert(seed);
  for (std::size_t index = 0; index < state.past.size(); ++index) {
    const Past& past = state.past[index];
    bool rests = std::any_of(past.took.begin(), past.took.end(), [&](const Token& token) { return takes(token); });
    if (past.fence && !rests) {
      rests = std::any_of(firings_.begin(), firings_.end(),
                          [&](std::size_t earlier) { return under(state.past[earlier].scope, past.scope); });
    }
    if (!rests) continue;
    firings_.push_back(index);
    undone_.insert(past.made.begin(), past.made.end());
  }
}

bool Undoing::under(std::uint64_t scope, std::uint64_t of) const {
  while (scope != of) {
    if (scope == 0) return false;
    auto above = scopes_.find(scope);
    scope = above == scopes_.end() ? 0 : above->second;
  }
  return true;
}

bool Undoing::takes(const Token& token) const {
  if (undone_.contains(token.number)) return true;
  std::uint64_t scope = token.scope;
  while (scope != 0) {
    if (undone_.contains(scope)) return true;
    auto above = scopes_.find(scope);
    scope = above == scopes_.end() ? 0 : above->second;
  }
  return false;
}

void Run::renumber(std::uint64_t old, std::uint64_t fresh) {
  for (Past& past : step_.state.past) {
    std::replace(past.made.begin(), past.made.end(), old, fresh);
    for (Token& token : past.took) {
      if (token.scope == old) token.scope = fresh;
    }
  }
}

Result<void> Run::roll_back(std::uint64_t number) {
  State& state = step_.state;
  std::optional<Token> seed;
  for (const Past& past : state.past) {
    for (const Token& token : past.took) {
      if (token.number == number && past.done == number) seed = token;
    }
  }
  if (!seed || !is_activity(node_of(*seed).kind)) {
    return fail(ErrorCode::NotFound, "这一步退不回去：它没有办过，或已过得太久。",
                "There is no going back to this step: it was not done, or too much has happened since.",
                {.field = "step"});
  }
  const Undoing undoing(state, number);
  for (const Token& token : state.tokens) {
    if (undoing.takes(token) && is_announced(process_, token)) effect(EffectKind::Withdraw, token);
  }
  std::erase_if(state.tokens, [&](const Token& token) { return undoing.takes(token); });
  std::vector<Token> back;
  std::vector<Past> kept;
  std::size_t next = 0;
  for (std::size_t index = 0; index < state.past.size(); ++index) {
    if (next == undoing.firings().size() || undoing.firings()[next] != index) {
      kept.push_back(std::move(state.past[index]));
      continue;
    }
    ++next;
    for (Token& token : state.past[index].took) {
      if (token.number == state.past[index].done && (is_announced(process_, token) || token.part == Part::Whole))
        step_.undone.push_back(token);
      if (!undoing.takes(token)) back.push_back(std::move(token));
    }
  }
  state.past = std::move(kept);
  std::sort(back.begin(), back.end(), [](const Token& a, const Token& b) { return a.number < b.number; });
  if (auto restored = restore(back); !restored) return restored;
  // The step itself begins anew; what made the old token now made the new one.
  Token fresh = *seed;
  fresh.number = next_number();
  fresh.index = seed->part == Part::One ? seed->index : 0;
  renumber(seed->number, fresh.number);
  if (seed->part != Part::One) return begin_activity(std::move(fresh));
  put(fresh);
  return do_activity(fresh);
}

Result<void> Run::restore(const std::vector<Token>& tokens) {
  const auto hosted_anew = [&](const Token& watch) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& host) {
      return host.number == watch.scope && host.part == Part::Way && is_announced(process_, host);
    });
  };
  for (Token token : tokens) {
    const Node& node = node_of(token);
    if (token.part == Part::Watch && hosted_anew(token)) continue;  // armed anew with its activity
    if (is_announced(process_, token)) {
      const std::uint64_t old = token.number;
      token.number = next_number();
      renumber(old, token.number);
      put(token);
      announce(token);
      if (token.part == Part::Way && is_activity(node.kind)) arm(token);
      continue;
    }
    const bool stays = token.part != Part::Way || node.kind == NodeKind::Subprocess ||
                       node.kind == NodeKind::EventGateway ||
                       (node.incoming.size() > 1 &&
                        (node.kind == NodeKind::ParallelGateway || node.kind == NodeKind::InclusiveGateway));
    if (stays) {
      put(std::move(token));
    } else {
      moving_.push_back(std::move(token));
    }
  }
  return {};
}

}  // namespace yuanqu::bpmn
