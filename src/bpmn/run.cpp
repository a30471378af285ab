#include "bpmn/run.hpp"

#include <algorithm>

namespace yuanqu::bpmn {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

bool waits_to_join(const Node& node, const Token& token) {
  return token.part == Part::Way && node.incoming.size() > 1 &&
         (node.kind == NodeKind::ParallelGateway || node.kind == NodeKind::InclusiveGateway);
}

}  // namespace

std::set<std::size_t> flows_ahead(const Process& process, std::size_t node, std::size_t around) {
  std::set<std::size_t> flows;
  std::vector<std::size_t> ahead = {node};
  std::set<std::size_t> seen = {node};
  while (!ahead.empty()) {
    const Node& here = process.nodes[ahead.back()];
    ahead.pop_back();
    std::vector<std::size_t> ways = here.outgoing;
    for (std::size_t event : here.boundary) {
      const auto& more = process.nodes[event].outgoing;
      ways.insert(ways.end(), more.begin(), more.end());
    }
    for (std::size_t flow : ways) {
      flows.insert(flow);
      const std::size_t target = process.flows[flow].target;
      if (target != around && seen.insert(target).second) ahead.push_back(target);
    }
  }
  return flows;
}

const Node& Run::node_of(const Token& token) const { return *process_.find(token.node); }

void Run::put(Token token) {
  auto& tokens = step_.state.tokens;
  auto place = std::lower_bound(tokens.begin(), tokens.end(), token,
                                [](const Token& a, const Token& b) { return a.number < b.number; });
  tokens.insert(place, std::move(token));
}

bool Run::inside(std::uint64_t scope, const std::set<std::uint64_t>& of) const {
  while (scope != 0) {
    if (of.contains(scope)) return true;
    const Token* above = step_.state.find(scope);
    if (above == nullptr) return false;
    scope = above->scope;
  }
  return false;
}

std::vector<Token> Run::remove(std::uint64_t number, std::uint64_t quiet) {
  const std::set<std::uint64_t> roots = {number};
  std::vector<Token> gone;
  for (const Token& token : step_.state.tokens) {
    if (token.number == number || inside(token.scope, roots)) gone.push_back(token);
  }
  // What was on its way inside goes too; it had not been announced.
  std::erase_if(moving_, [&](const Token& token) { return inside(token.scope, roots); });
  for (const Token& token : gone) {
    if (token.number != quiet && is_announced(process_, token)) effect(EffectKind::Withdraw, token);
  }
  std::erase_if(step_.state.tokens, [&](const Token& token) {
    return std::any_of(gone.begin(), gone.end(), [&](const Token& one) { return one.number == token.number; });
  });
  return gone;
}

void Run::remember(Past past) {
  auto& all = step_.state.past;
  all.push_back(std::move(past));
  if (all.size() > past_max) all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() - past_max));
}

void Run::begin() {
  step_.state.phase = Phase::Running;
  moving_.push_back(Token{.number = next_number(), .node = process_.nodes[process_.start].id, .flow = ""});
}

Result<void> Run::complete(std::uint64_t number) {
  const Token* found = step_.state.find(number);
  if (found == nullptr || !is_announced(process_, *found)) {
    return fail(ErrorCode::Conflict, "这一步已经办过或已撤回，请刷新后再看。",
                "This step was already done or withdrawn; refresh and look again.",
                {.field = "token", .rule = std::to_string(number)});
  }
  const Token token = *found;
  if (token.part == Part::Watch) return fire_watch(token);
  if (token.part == Part::One) return finish_one(token);
  return finish_activity(token);
}

Result<void> Run::raise(std::uint64_t number, std::string_view code) {
  const Token* found = step_.state.find(number);
  if (found == nullptr || !is_announced(process_, *found)) {
    return fail(ErrorCode::Conflict, "这一步已经办过或已撤回。", "This step was already done or withdrawn.",
                {.field = "token", .rule = std::to_string(number)});
  }
  const std::string node = found->node;
  std::vector<std::uint64_t> hosts = scopes_above(found->scope);
  hosts.insert(hosts.begin(), number);
  auto caught = catch_error(hosts, code);
  if (!caught) return tl::unexpected(caught.error());
  if (*caught) return {};
  return fail(ErrorCode::NotFound, "没有边界事件接住错误“" + std::string(code) + "”，请在流程里补上。",
              "No boundary event takes the error \"" + std::string(code) + "\"; add one to the procedure.",
              {.rule = node});
}

void Run::cancel() {
  while (!step_.state.tokens.empty()) remove(step_.state.tokens.front().number);
  moving_.clear();
  step_.state.phase = Phase::Cancelled;
}

Result<Step> Run::settle() {
  std::size_t passes = 0;
  while (step_.state.phase == Phase::Running) {
    if (!moving_.empty()) {
      Token token = std::move(moving_.front());
      moving_.pop_front();
      if (++passes > passes_max) {
        return fail(ErrorCode::LimitExceeded, "流程在没有停顿的环路里打转，请检查网关条件。",
                    "The procedure runs in a loop without a pause; check the gateway conditions.",
                    {.rule = token.node});
      }
      if (auto entered = enter(std::move(token)); !entered) return tl::unexpected(entered.error());
    } else if (!touched_.empty()) {
      const std::uint64_t scope = touched_.back();
      touched_.pop_back();
      if (auto done = complete_scope(scope); !done) return tl::unexpected(done.error());
    } else {
      auto joined = join_inclusive();
      if (!joined) return tl::unexpected(joined.error());
      if (!*joined) break;
    }
  }
  if (step_.state.phase == Phase::Running) {
    if (auto sound = check_joins(); !sound) return tl::unexpected(sound.error());
  }
  return std::move(step_);
}

Result<void> Run::enter(Token token) {
  const Node& node = node_of(token);
  switch (node.kind) {
    case NodeKind::StartEvent: effect(EffectKind::Pass, token); return leave(node, {}, token);
    case NodeKind::EndEvent: return end(node, std::move(token));
    case NodeKind::CatchEvent:
    case NodeKind::BoundaryEvent:
      put(token);
      announce(token);
      return {};
    case NodeKind::ThrowEvent:
      if (!node.service.empty()) {
        put(token);
        announce(token);
        return {};
      }
      effect(node.event == EventKind::None ? EffectKind::Pass : EffectKind::Tell, token);
      return leave(node, {}, token);
    case NodeKind::ExclusiveGateway: return leave(node, {}, token);
    case NodeKind::ParallelGateway:
      if (node.incoming.size() > 1) {
        const std::uint64_t scope = token.scope;
        put(std::move(token));
        return join_parallel(node, scope);
      }
      effect(EffectKind::Pass, token);
      return leave(node, {}, token);
    case NodeKind::InclusiveGateway:
      if (node.incoming.size() > 1) {
        put(std::move(token));  // looked at when everything else has come to rest
        return {};
      }
      effect(EffectKind::Pass, token);
      return leave(node, {}, token);
    case NodeKind::EventGateway:
      effect(EffectKind::Pass, token);
      put(token);
      open_choice(token);
      return {};
    default: return begin_activity(std::move(token));
  }
}

void Run::announce(const Token& token) {
  const Node& node = node_of(token);
  switch (node.kind) {
    case NodeKind::UserTask: return effect(EffectKind::Offer, token);
    case NodeKind::CallActivity: return effect(EffectKind::Call, token);
    case NodeKind::CatchEvent:
    case NodeKind::BoundaryEvent:
    case NodeKind::ReceiveTask:
      return effect(node.event == EventKind::Timer ? EffectKind::SetTimer : EffectKind::Await, token);
    default: return effect(EffectKind::Perform, token);
  }
}

void Run::arm(const Token& host) {
  for (std::size_t index : node_of(host).boundary) {
    const Node& event = process_.nodes[index];
    if (event.event == EventKind::Error) continue;  // taken when it is raised
    Token watch{.number = next_number(), .node = event.id, .flow = "", .scope = host.number, .part = Part::Watch};
    put(watch);
    announce(watch);
  }
}

void Run::open_choice(const Token& token) {
  for (std::size_t flow : node_of(token).outgoing) {
    const Node& event = process_.nodes[process_.flows[flow].target];
    Token watch{.number = next_number(),
                .node = event.id,
                .flow = process_.flows[flow].id,
                .scope = token.number,
                .part = Part::Watch};
    put(watch);
    announce(watch);
  }
}

Result<void> Run::begin_activity(Token token) {
  const Node& node = node_of(token);
  if (!node.loop) {
    token.part = Part::Way;
    put(token);
    if (auto begun = do_activity(token); !begun) return begun;
    arm(token);
    return {};
  }
  token.part = Part::Whole;
  auto times = conditions_.times(node, token, step_.state);
  if (!times) return tl::unexpected(times.error());
  if (*times > times_max) {
    return fail(ErrorCode::LimitExceeded, "“" + node.id + "”要办的次数过多，请核对列表。",
                "\"" + node.id + "\" is to be done too many times; check the list.", {.rule = node.id});
  }
  if (*times == 0) {
    token.part = Part::Way;
    effect(EffectKind::Pass, token);
    return leave(node, {}, token);
  }
  token.index = *times;
  put(token);
  for (std::uint32_t index = 1; index <= (node.loop->sequential ? 1 : *times); ++index) {
    Token one{
        .number = next_number(), .node = node.id, .flow = "", .scope = token.number, .index = index, .part = Part::One};
    put(one);
    if (auto begun = do_activity(one); !begun) return begun;
  }
  arm(token);
  return {};
}

Result<void> Run::do_activity(const Token& token) {
  const Node& node = node_of(token);
  if (node.kind != NodeKind::Subprocess) {
    announce(token);
    return {};
  }
  effect(EffectKind::Pass, token);
  moving_.push_back(
      Token{.number = next_number(), .node = process_.nodes[*node.inner_start].id, .flow = "", .scope = token.number});
  return {};
}

Result<void> Run::finish_activity(Token token) {
  std::vector<Token> took = remove(token.number, token.number);
  return leave(node_of(token), std::move(took), token, token.number);
}

Result<void> Run::finish_one(Token one) {
  const Node& node = node_of(one);
  const Token whole = *step_.state.find(one.scope);
  Past past{.took = remove(one.number, one.number), .made = {}, .scope = whole.number, .done = one.number};
  Token rest{.number = next_number(),
             .node = node.id,
             .flow = "",
             .scope = whole.number,
             .index = one.index,
             .part = Part::Rest};
  past.made.push_back(rest.number);
  put(rest);
  auto enough = conditions_.enough(node, one, step_.state);
  if (!enough) return tl::unexpected(enough.error());
  const auto done = static_cast<std::uint32_t>(
      std::count_if(step_.state.tokens.begin(), step_.state.tokens.end(),
                    [&](const Token& token) { return token.scope == whole.number && token.part == Part::Rest; }));
  if (*enough || done >= whole.index) {
    remember(std::move(past));
    return finish_activity(whole);
  }
  if (!node.loop->sequential) {
    remember(std::move(past));
    return {};
  }
  Token next{.number = next_number(),
             .node = node.id,
             .flow = "",
             .scope = whole.number,
             .index = one.index + 1,
             .part = Part::One};
  past.made.push_back(next.number);
  remember(std::move(past));
  put(next);
  return do_activity(next);
}

Result<void> Run::fire_watch(Token watch) {
  const Node& event = node_of(watch);
  const Token host = *step_.state.find(watch.scope);
  effect(EffectKind::Pass, watch);
  Token like = watch;
  like.scope = host.scope;
  like.index = 0;
  like.part = Part::Way;
  if (node_of(host).kind == NodeKind::EventGateway || event.interrupting) {
    std::vector<Token> took = remove(host.number, watch.number);
    return leave(event, std::move(took), like, watch.number);
  }
  std::vector<Token> took = remove(watch.number, watch.number);
  if (auto left = leave(event, std::move(took), like, watch.number); !left) return left;
  // A message may come again; a cycle goes round as often as it says.
  const bool again = event.event != EventKind::Timer ||
                     (event.timer.kind == TimerKind::Cycle && static_cast<int>(watch.index) + 1 < event.timer.repeats);
  if (!again) return {};
  watch.number = next_number();
  ++watch.index;
  step_.state.past.back().made.push_back(watch.number);
  put(watch);
  announce(watch);
  return {};
}

Result<std::vector<std::size_t>> Run::ways_of(const Node& node, const Token& token) {
  std::vector<std::size_t> ways;
  if (node.kind == NodeKind::ParallelGateway || node.kind == NodeKind::EventGateway) return node.outgoing;
  const bool exclusive = node.kind == NodeKind::ExclusiveGateway;
  for (std::size_t index : node.outgoing) {
    if (node.default_flow == index) continue;
    const SequenceFlow& flow = process_.flows[index];
    if (!flow.condition) {  // a lone way out, or one that is always taken
      ways.push_back(index);
    } else {
      auto holds = conditions_.holds(flow, token, step_.state);
      if (!holds) return tl::unexpected(holds.error());
      if (holds->value_or(false)) ways.push_back(index);
    }
    if (exclusive && !ways.empty()) return ways;
  }
  if (ways.empty() && node.default_flow) ways.push_back(*node.default_flow);
  if (ways.empty()) {
    return fail(ErrorCode::Invalid, "“" + node.id + "”没有一个条件成立，也没有默认出口；请补默认出口或更正数据。",
                "No condition of \"" + node.id + "\" holds and it has no default flow; add one or correct the data.",
                {.rule = node.id});
  }
  return ways;
}

Result<void> Run::leave(const Node& node, std::vector<Token> took, const Token& like, std::uint64_t done) {
  auto ways = ways_of(node, like);
  if (!ways) return tl::unexpected(ways.error());
  if (node.kind == NodeKind::ExclusiveGateway) effect(EffectKind::Pass, like, process_.flows[ways->front()].id);
  auto on = [&](std::size_t index, std::uint64_t number) {
    const SequenceFlow& flow = process_.flows[index];
    moving_.push_back(
        Token{.number = number, .node = process_.nodes[flow.target].id, .flow = flow.id, .scope = like.scope});
  };
  if (took.empty() && ways->size() == 1) {
    on(ways->front(), like.number);
    return {};
  }
  if (took.empty()) took.push_back(like);
  Past past{.took = std::move(took), .made = {}, .scope = like.scope, .done = done};
  for (std::size_t index : *ways) {
    past.made.push_back(next_number());
    on(index, past.made.back());
  }
  remember(std::move(past));
  return {};
}

Result<void> Run::pass_join(const Node& node, std::vector<Token> took, bool fence) {
  for (const Token& token : took) remove(token.number, token.number);
  Token joined{.number = next_number(), .node = node.id, .flow = "", .scope = took.front().scope};
  effect(EffectKind::Pass, joined);
  remember({.took = std::move(took), .made = {joined.number}, .scope = joined.scope, .fence = fence});
  return leave(node, {}, joined);
}

Result<void> Run::join_parallel(const Node& node, std::uint64_t scope) {
  // The oldest token of each incoming flow takes part; a second one by the same flow waits for the next round.
  std::vector<Token> arrived;
  for (std::size_t index : node.incoming) {
    const std::string& flow = process_.flows[index].id;
    auto found = std::find_if(step_.state.tokens.begin(), step_.state.tokens.end(), [&](const Token& token) {
      return token.node == node.id && token.flow == flow && token.scope == scope;
    });
    if (found == step_.state.tokens.end()) return {};
    arrived.push_back(*found);
  }
  return pass_join(node, std::move(arrived), false);
}

Result<bool> Run::join_inclusive() {
  for (const Token& first : step_.state.tokens) {
    const Node& node = node_of(first);
    if (node.kind != NodeKind::InclusiveGateway || !waits_to_join(node, first)) continue;
    const std::size_t here = static_cast<std::size_t>(&node - process_.nodes.data());
    std::set<std::size_t> with;
    std::vector<Token> arrived;
    for (std::size_t index : node.incoming) {
      for (const Token& token : step_.state.tokens) {
        if (token.node != node.id || token.flow != process_.flows[index].id || token.scope != first.scope) continue;
        if (with.insert(index).second) arrived.push_back(token);
      }
    }
    bool waits = false;
    for (const Token& other : step_.state.tokens) {
      if (other.scope != first.scope || other.node == node.id) continue;
      if (other.part != Part::Way && other.part != Part::Whole) continue;
      const Node& stands = node_of(other);
      const auto ahead = flows_ahead(process_, static_cast<std::size_t>(&stands - process_.nodes.data()), here);
      bool to_empty = false, to_full = false;
      for (std::size_t index : node.incoming) {
        if (!ahead.contains(index)) continue;
        (with.contains(index) ? to_full : to_empty) = true;
      }
      if (to_empty && !to_full) waits = true;
    }
    if (waits) continue;
    if (auto passed = pass_join(node, std::move(arrived), true); !passed) return tl::unexpected(passed.error());
    return true;
  }
  return false;
}

Result<void> Run::check_joins() const {
  for (const Token& token : step_.state.tokens) {
    const Node& node = node_of(token);
    if (!waits_to_join(node, token)) continue;
    std::set<std::size_t> coming;
    bool moves = false;
    for (const Token& other : step_.state.tokens) {
      if (other.scope != token.scope || (other.part != Part::Way && other.part != Part::Whole)) continue;
      const Node& stands = node_of(other);
      if (!waits_to_join(stands, other)) moves = true;
      if (other.node == token.node) continue;
      coming.merge(flows_ahead(process_, static_cast<std::size_t>(&stands - process_.nodes.data()), ~std::size_t{0}));
    }
    bool stuck = !moves;
    for (std::size_t index : node.incoming) {
      const bool there = std::any_of(step_.state.tokens.begin(), step_.state.tokens.end(), [&](const Token& other) {
        return other.node == token.node && other.scope == token.scope && other.flow == process_.flows[index].id;
      });
      if (node.kind == NodeKind::ParallelGateway && !there && !coming.contains(index)) stuck = true;
    }
    if (stuck) {
      return fail(ErrorCode::Invalid, "汇合网关“" + node.id + "”等的分支已不会到来，办件会停在此处；请改流程。",
                  "The join \"" + node.id +
                      "\" waits for a branch that can no longer come; the case would stay here. Change the procedure.",
                  {.rule = node.id});
    }
  }
  return {};
}

}  // namespace yuanqu::bpmn
