// Context functions, table 81.
#include "feel/builtins.hpp"

namespace yuanqu::feel {
namespace {

Value get_value(const Call& call) {
  const Value* value = call[0].context().find(call[1].text());
  if (value != nullptr) return *value;
  return call.fail(Suppressed::Code::NoSuchMember, "没有这一项。", "there is no such entry.");
}

Value get_entries(const Call& call) {
  static const String key("key");
  static const String value("value");
  std::vector<Value> entries;
  for (const Entry& entry : call[0].context().entries) {
    entries.push_back(Value::context({{key, Value(entry.key)}, {value, entry.value}}));
  }
  return Value::list(std::move(entries));
}

// context(entries): each entry is a context with exactly a key and a value; a key may occur once.
Value context(const Call& call) {
  auto refuse = [&] {
    return call.fail(Suppressed::Code::WrongArguments, "每一项须有 key（文本，不重复）和 value。",
                     "each entry needs a key (a text that occurs once) and a value.");
  };
  std::vector<Entry> entries;
  for (const Value& item : call[0].items()) {
    if (!item.is(Kind::Context)) return refuse();
    const Value* key = item.context().find("key");
    const Value* value = item.context().find("value");
    if (key == nullptr || value == nullptr || !key->is(Kind::String)) return refuse();
    entries.push_back({key->string(), *value});
  }
  std::size_t count = entries.size();
  Value made = Value::context(std::move(entries));
  if (made.is_null() || made.context().size() != count) return refuse();
  return made;
}

// The context with the value put at the path keys[at …]; null when the path leads through something else.
Value put(const Call& call, const Value& context, const std::vector<Value>& keys, std::size_t at, const Value& value) {
  if (!context.is(Kind::Context) || !keys[at].is(Kind::String)) {
    return call.fail(Suppressed::Code::NoSuchMember, "路径须是文本，且沿途都是上下文。",
                     "the path must be texts leading through contexts.");
  }
  Value next = value;
  if (at + 1 < keys.size()) {
    const Value* inner = context.context().find(keys[at].text());
    static const Value null;
    next = put(call, inner == nullptr ? null : *inner, keys, at + 1, value);
    if (next.is_null()) return {};
  }
  std::vector<Entry> entries = context.context().entries;
  entries.push_back({keys[at].string(), std::move(next)});
  return Value::context(std::move(entries));
}

Value context_put(const Call& call) {
  if (call.signature() == 0) return put(call, call[0], {call[1]}, 0, call[2]);
  if (call[1].items().empty()) {
    return call.fail(Suppressed::Code::WrongArguments, "路径不能为空。", "the path must not be empty.");
  }
  return put(call, call[0], call[1].items(), 0, call[2]);
}

Value context_merge(const Call& call) {
  std::vector<Entry> entries;
  for (const Value& item : call[0].items()) {
    if (!item.is(Kind::Context)) {
      return call.fail(Suppressed::Code::WrongType, "各项须都是上下文。", "all items must be contexts.");
    }
    entries.insert(entries.end(), item.context().entries.begin(), item.context().entries.end());
  }
  return Value::context(std::move(entries));
}

}  // namespace

void add_context_functions(std::vector<Builtin>& table) {
  using A = Accepts;
  BuiltinParameter context_parameter{"context", A::Context};
  BuiltinParameter value{"value", A::Any};
  table.push_back({"get value", {{{{"m", A::Context}, {"key", A::String}}}}, get_value, true, false, {}});
  table.push_back({"get entries", {{{{"m", A::Context}}}}, get_entries, true, false, {}});
  table.push_back({"context", {{{{"entries", A::List}}}}, context, true, false, {}});
  table.push_back({"context put",
                   {{{context_parameter, {"key", A::String}, value}}, {{context_parameter, {"keys", A::List}, value}}},
                   context_put,
                   true,
                   false,
                   {}});
  table.push_back({"context merge", {{{{"contexts", A::List}}}}, context_merge, true, false, {}});
}

}  // namespace yuanqu::feel
