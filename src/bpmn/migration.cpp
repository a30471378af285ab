#include "bpmn/migration.hpp"

#include <algorithm>
#include <map>

#include "bpmn/explore.hpp"

namespace yuanqu::bpmn {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

class Mover {
 public:
  Mover(const Process& from, const Process& to, const State& state, const Renamed& renamed)
      : from_(from), to_(to), state_(state), names_(renamed.begin(), renamed.end()) {}

  std::string new_name(const std::string& id) const {
    auto found = names_.find(id);
    return found == names_.end() ? id : found->second;
  }

  bool fits(const Token& token, const Node& before, const Node& after) const {
    if (before.kind != after.kind || before.event != after.event || before.loop.has_value() != after.loop.has_value() ||
        before.interrupting != after.interrupting) {
      return false;
    }
    if (outer(from_, before.parent) != outer(to_, after.parent)) return false;
    if (outer(from_, before.attached_to) != outer(to_, after.attached_to)) return false;
    if (token.part != Part::Watch || before.kind == NodeKind::BoundaryEvent) return true;
    // A choice of an event gateway.
    const Token* gateway = state_.find(token.scope);
    return gateway != nullptr && std::any_of(after.incoming.begin(), after.incoming.end(), [&](std::size_t flow) {
             return to_.nodes[to_.flows[flow].source].id == new_name(gateway->node);
           });
  }

  // The element in the new version that stands for the one the token is at; null: none.
  const Node* counterpart(const Token& token) const {
    const Node* before = from_.find(token.node);
    const Node* after = to_.find(new_name(token.node));
    return before != nullptr && after != nullptr && fits(token, *before, *after) ? after : nullptr;
  }

  // Whether the token waits at a join, where it matters by which flow it came.
  bool joins(const Token& token) const {
    const Node* before = from_.find(token.node);
    return before != nullptr && token.part == Part::Way && before->incoming.size() > 1 && !is_announced(from_, token) &&
           before->kind != NodeKind::Subprocess;
  }

  // The flow's counterpart into this element of the new version; null: none.
  const SequenceFlow* flow_into(const Node& after, const std::string& old_flow) const {
    const std::string id = new_name(old_flow);
    for (std::size_t index : after.incoming) {
      if (to_.flows[index].id == id) return &to_.flows[index];
    }
    return nullptr;
  }

  const Process& to() const { return to_; }

 private:
  // The id of what an element stands in or hangs on, in the words of the new version.
  std::string outer(const Process& process, std::optional<std::size_t> index) const {
    if (!index) return {};
    return &process == &from_ ? new_name(process.nodes[*index].id) : process.nodes[*index].id;
  }

  const Process& from_;
  const Process& to_;
  const State& state_;
  std::map<std::string, std::string, std::less<>> names_;
};

std::size_t depth_of(const State& state, const Token& token) {
  std::size_t depth = 0;
  for (const Token* outer = state.find(token.scope); outer != nullptr; outer = state.find(outer->scope)) ++depth;
  return depth;
}

base::Error no_counterpart(const Process& from, const std::string& id) {
  const Node* node = from.find(id);
  const Labels labels = node == nullptr ? Labels{} : node->labels;
  const auto named = [&](const std::string& text) { return text.empty() ? id : text; };
  return {ErrorCode::Invalid,
          "新版流程里没有与“" + named(labels.zh) + "”对应的步骤，请指明换到哪一步。",
          "The new version has no step that stands for \"" + named(labels.en) + "\"; say which one it is.",
          {.rule = id}};
}

}  // namespace

std::vector<Place> places(const Process& from, const Process& to, const State& state, const Renamed& renamed) {
  const Mover mover(from, to, state, renamed);
  std::vector<const Token*> tokens;
  for (const Token& token : state.tokens) tokens.push_back(&token);
  std::stable_sort(tokens.begin(), tokens.end(),
                   [&](const Token* a, const Token* b) { return depth_of(state, *a) < depth_of(state, *b); });
  std::vector<Place> found;
  const auto known = [&](const std::string& id) {
    return std::find_if(found.begin(), found.end(), [&](const Place& place) { return place.id == id; });
  };
  for (const Token* token : tokens) {
    if (auto place = known(token->node); place != found.end()) {
      place->announced = place->announced || is_announced(from, *token);
      continue;
    }
    Place place{token->node, false, is_announced(from, *token), {}, {}};
    if (const Node* node = mover.counterpart(*token); node != nullptr) place.counterpart = node->id;
    if (const Node* before = from.find(token->node); before != nullptr) {
      for (const Node& candidate : to.nodes) {
        if (mover.fits(*token, *before, candidate)) place.choices.push_back(candidate.id);
      }
    }
    found.push_back(std::move(place));
  }
  for (const Token* token : tokens) {
    const Node* after = mover.counterpart(*token);
    if (after == nullptr || !mover.joins(*token) || known(token->flow) != found.end()) continue;
    Place place{token->flow, true, false, {}, {}};
    if (const SequenceFlow* flow = mover.flow_into(*after, token->flow); flow != nullptr) place.counterpart = flow->id;
    for (std::size_t index : after->incoming) place.choices.push_back(to.flows[index].id);
    found.push_back(std::move(place));
  }
  return found;
}

Result<State> migrate(const Process& from, const Process& to, const State& state, const Renamed& renamed) {
  const Mover mover(from, to, state, renamed);
  State made = state;
  made.past.clear();
  std::map<std::string, std::string, std::less<>> taken;  // id in the new version -> in the old
  for (Token& token : made.tokens) {
    const Token before = token;
    const Node* after = mover.counterpart(before);
    if (after == nullptr) return tl::unexpected(no_counterpart(from, before.node));
    const auto [other, fresh] = taken.emplace(after->id, before.node);
    if (!fresh && other->second != before.node) {
      return fail(
          ErrorCode::Invalid,
          "“" + other->second + "”和“" + before.node + "”不能换到同一步“" + after->labels.zh + "”。",
          "\"" + other->second + "\" and \"" + before.node + "\" cannot both become \"" + after->labels.en + "\".",
          {.rule = before.node});
    }
    token.node = after->id;
    const SequenceFlow* flow = mover.flow_into(*after, before.flow);
    if (flow == nullptr && mover.joins(before)) {
      return fail(
          ErrorCode::Invalid, "新版流程里没有通向“" + token.node + "”的顺序流“" + before.flow + "”，请指明换到哪一条。",
          "The new version has no flow \"" + before.flow + "\" into \"" + token.node + "\"; say which one it is.",
          {.rule = before.flow});
    }
    token.flow = flow == nullptr ? std::string() : flow->id;
  }
  if (made.phase != Phase::Running) return made;
  const Exploration ahead = explore_from(to, made);
  if (!ahead.problems.empty()) {
    const Problem& problem = ahead.problems.front();
    return fail(ErrorCode::Invalid, "换到新版以后会停住：" + problem.zh,
                "In the new version the case would stop: " + problem.en, {.rule = problem.element});
  }
  return made;
}

}  // namespace yuanqu::bpmn
