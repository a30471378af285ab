#include "casework/loops.hpp"

#include <algorithm>

namespace yuanqu::casework {
namespace {

constexpr std::string_view loop_prefix = "loop ";

std::string key_of(std::uint64_t whole) { return std::string(loop_prefix) + std::to_string(whole); }

const feel::Value* part_of(const feel::Value& variables, std::uint64_t whole, std::string_view part) {
  if (!variables.is(feel::Kind::Context)) return nullptr;
  const feel::Value* loop = variables.context().find(key_of(whole));
  return loop == nullptr || !loop->is(feel::Kind::Context) ? nullptr : loop->context().find(part);
}

std::vector<feel::Value> list_of(const feel::Value* value) {
  if (value == nullptr || !value->is(feel::Kind::List)) return {};
  return {value->items().begin(), value->items().end()};
}

feel::Value with_part(const feel::Value& variables, std::uint64_t whole, const std::string& part, feel::Value value) {
  const feel::Value* loop = variables.context().find(key_of(whole));
  return with_entry(variables, key_of(whole),
                    with_entry(loop == nullptr ? feel::Value::context({}) : *loop, part, std::move(value)));
}

feel::Value with_item(const feel::Value& variables, const Round& round, const std::string& part, feel::Value value) {
  std::vector<feel::Value> list = list_of(part_of(variables, round.whole, part));
  if (list.size() < round.index) list.resize(round.index);
  list[round.index - 1] = std::move(value);
  return with_part(variables, round.whole, part, feel::Value::list(std::move(list)));
}

}  // namespace

feel::Value with_entry(const feel::Value& context, const std::string& name, feel::Value value) {
  std::vector<feel::Entry> entries;
  if (context.is(feel::Kind::Context)) entries = context.context().entries;
  for (feel::Entry& entry : entries) {
    if (entry.key.view() != name) continue;
    entry.value = std::move(value);
    return feel::Value::context(std::move(entries));
  }
  entries.push_back({feel::String(name), std::move(value)});
  return feel::Value::context(std::move(entries));
}

std::vector<Round> rounds_around(const bpmn::Process& process, const bpmn::State& state, const bpmn::Token& token) {
  std::vector<Round> rounds;
  const bpmn::Token* at = &token;
  while (at != nullptr) {
    if (at->part == bpmn::Part::One) rounds.push_back({at->scope, at->index, process.find(at->node)});
    at = at->scope == 0 ? nullptr : state.find(at->scope);
  }
  std::reverse(rounds.begin(), rounds.end());
  return rounds;
}

feel::Value begin_loop(const feel::Value& variables, std::uint64_t whole, std::vector<feel::Value> items) {
  return with_part(variables, whole, "items", feel::Value::list(std::move(items)));
}

feel::Value with_local(const feel::Value& variables, const Round& round, const std::string& name, feel::Value value) {
  const std::vector<feel::Value> locals = list_of(part_of(variables, round.whole, "locals"));
  const feel::Value before = locals.size() < round.index ? feel::Value() : locals[round.index - 1];
  return with_item(variables, round, "locals", with_entry(before, name, std::move(value)));
}

feel::Value with_result(const feel::Value& variables, const Round& round, feel::Value value) {
  return with_item(variables, round, "results", std::move(value));
}

feel::Value results_of(const feel::Value& variables, std::uint64_t whole) {
  return feel::Value::list(list_of(part_of(variables, whole, "results")));
}

void add_names(feel::ContextScope& names, const feel::Value& variables, const Round& round) {
  const std::vector<feel::Value> items = list_of(part_of(variables, round.whole, "items"));
  if (round.node != nullptr && round.node->loop && round.index <= items.size())
    names.set({round.node->loop->item, items[round.index - 1], nullptr});
  names.set({"loop counter", feel::Value(static_cast<std::int64_t>(round.index)), nullptr});
  const std::vector<feel::Value> locals = list_of(part_of(variables, round.whole, "locals"));
  if (round.index <= locals.size() && locals[round.index - 1].is(feel::Kind::Context))
    names.set_all(locals[round.index - 1]);
}

feel::Value without_loops(const feel::Value& variables) {
  if (!variables.is(feel::Kind::Context)) return variables;
  std::vector<feel::Entry> entries;
  for (const feel::Entry& entry : variables.context().entries) {
    if (!entry.key.view().starts_with(loop_prefix)) entries.push_back(entry);
  }
  return feel::Value::context(std::move(entries));
}

}  // namespace yuanqu::casework
