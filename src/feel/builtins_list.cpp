// List functions, table 76, and sort(), table 80.
#include <algorithm>
#include <unordered_map>

#include "feel/builtins.hpp"
#include "feel/compare.hpp"

namespace yuanqu::feel {
namespace {

using Items = std::vector<Value>;

Value out_of_range(const Call& call) {
  return call.fail(Suppressed::Code::OutOfRange, "位置不在列表之内。", "the position lies outside the list.");
}

// A position from 1, or from the end when negative, as an index; nullopt outside. A fraction is cut off.
std::optional<std::size_t> index_of_position(const Value& position, std::size_t size) {
  std::optional<base::Decimal> cut = round_to(position.number(), 0, base::Rounding::Down);
  std::optional<std::int64_t> at = cut ? cut->to_int64() : std::nullopt;
  auto count = static_cast<std::int64_t>(size);
  if (!at || *at == 0 || *at > count || *at < -count) return std::nullopt;
  return static_cast<std::size_t>(*at > 0 ? *at - 1 : count + *at);
}

bool same_item(const Value& a, const Value& b) { return equal(a, b) == Truth::True; }

Value list_contains(const Call& call) {
  for (const Value& item : call[0].items()) {
    if (same_item(item, call[1])) return Value(true);
  }
  return Value(false);
}

Value count(const Call& call) { return Value(static_cast<std::int64_t>(call[0].items().size())); }

Value sublist(const Call& call) {
  const Items& items = call[0].items();
  std::optional<std::size_t> start = index_of_position(call[1], items.size());
  if (!start) return out_of_range(call);
  std::size_t length = items.size() - *start;
  if (!call[2].is_null()) {
    std::optional<base::Decimal> cut = round_to(call[2].number(), 0, base::Rounding::Down);
    std::optional<std::int64_t> wanted = cut ? cut->to_int64() : std::nullopt;
    if (!wanted || *wanted < 1 || static_cast<std::size_t>(*wanted) > length) return out_of_range(call);
    length = static_cast<std::size_t>(*wanted);
  }
  auto first = items.begin() + static_cast<std::ptrdiff_t>(*start);
  return Value::list(Items(first, first + static_cast<std::ptrdiff_t>(length)));
}

Value too_long(const Call& call) {
  return call.fail(Suppressed::Code::LimitExceeded, "列表过长。", "the list is too long.");
}

Value list_append(const Call& call) {
  Items items = call[0].items();
  items.insert(items.end(), call[1].items().begin(), call[1].items().end());
  if (items.size() > call.evaluation().limits().list_items) return too_long(call);
  return Value::list(std::move(items));
}

Value concatenate(const Call& call) {
  Items items;
  for (const Value& list : call[0].items()) {
    if (list.is_null())
      return call.fail(Suppressed::Code::WrongType, "参数须都是列表。", "all arguments must be lists.");
    if (list.is(Kind::List)) {
      items.insert(items.end(), list.items().begin(), list.items().end());
    } else {
      items.push_back(list);
    }
    if (items.size() > call.evaluation().limits().list_items) return too_long(call);
  }
  return Value::list(std::move(items));
}

Value insert_before(const Call& call) {
  Items items = call[0].items();
  std::optional<std::size_t> at = index_of_position(call[1], items.size());
  if (!at) return out_of_range(call);
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(*at), call[2]);
  return Value::list(std::move(items));
}

Value remove(const Call& call) {
  Items items = call[0].items();
  std::optional<std::size_t> at = index_of_position(call[1], items.size());
  if (!at) return out_of_range(call);
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(*at));
  return Value::list(std::move(items));
}

Value reverse(const Call& call) {
  Items items = call[0].items();
  std::reverse(items.begin(), items.end());
  return Value::list(std::move(items));
}

Value index_of(const Call& call) {
  Items positions;
  const Items& items = call[0].items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (same_item(items[i], call[1])) positions.emplace_back(static_cast<std::int64_t>(i + 1));
  }
  return Value::list(std::move(positions));
}

// The first of each equal items, in order. Hashing keeps it linear.
Value distinct(const Items& items) {
  Items kept;
  std::unordered_multimap<std::size_t, std::size_t> seen;
  for (const Value& item : items) {
    std::size_t hash = hash_of(item);
    auto [begin, end] = seen.equal_range(hash);
    bool known = std::any_of(begin, end, [&](const auto& entry) { return same_item(kept[entry.second], item); });
    if (known) continue;
    seen.emplace(hash, kept.size());
    kept.push_back(item);
  }
  return Value::list(std::move(kept));
}

Value distinct_values(const Call& call) { return distinct(call[0].items()); }

Value union_of(const Call& call) {
  Value all = concatenate(call);
  return all.is_null() ? all : distinct(all.items());
}

void flatten_into(const Items& items, Items& flat) {
  for (const Value& item : items) {
    if (item.is(Kind::List)) {
      flatten_into(item.items(), flat);
    } else {
      flat.push_back(item);
    }
  }
}

Value flatten(const Call& call) {
  Items flat;
  flatten_into(call[0].items(), flat);
  return Value::list(std::move(flat));
}

Value list_replace(const Call& call) {
  Items items = call[0].items();
  if (call.signature() == 0) {
    std::optional<std::size_t> at = index_of_position(call[1], items.size());
    if (!at) return out_of_range(call);
    items[*at] = call[2];
    return Value::list(std::move(items));
  }
  const Value& match = call[1];
  if (match.function().parameters().size() != 2) {
    return call.fail(Suppressed::Code::WrongArguments, "函数须有两个参数。", "the function must take two arguments.");
  }
  for (Value& item : items) {
    const Value arguments[] = {item, call[2]};
    Value verdict = call_function(call.evaluation(), match, arguments);
    if (!verdict.is(Kind::Boolean)) {
      return call.fail(Suppressed::Code::WrongType, "函数须返回真或假。", "the function must answer true or false.");
    }
    if (verdict.is_true()) item = call[2];
  }
  return Value::list(std::move(items));
}

// A merge sort of our own: stable, and safe with a function that is no order at all (std::stable_sort is not).
template <class Precedes>
void merge_sort(Items& items, Precedes precedes) {
  Items buffer(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t low = 0; low < items.size(); low += 2 * width) {
      std::size_t middle = std::min(low + width, items.size());
      std::size_t high = std::min(low + 2 * width, items.size());
      std::size_t left = low;
      std::size_t right = middle;
      for (std::size_t out = low; out < high; ++out) {
        bool take_right = left == middle || (right < high && precedes(items[right], items[left]));
        buffer[out] = std::move(items[take_right ? right++ : left++]);
      }
    }
    items.swap(buffer);
  }
}

Value sort(const Call& call) {
  Items items = call[0].items();
  const Value& function = call[1];
  if (function.function().parameters().size() != 2) {
    return call.fail(Suppressed::Code::WrongArguments, "排序函数须有两个参数。",
                     "the ordering function must take two arguments.");
  }
  merge_sort(items, [&](const Value& a, const Value& b) {
    const Value arguments[] = {a, b};
    return call_function(call.evaluation(), function, arguments).is_true();
  });
  return Value::list(std::move(items));
}

}  // namespace

void add_list_functions(std::vector<Builtin>& table) {
  using A = Accepts;
  BuiltinParameter list{"list", A::List};
  BuiltinParameter position{"position", A::Number};
  BuiltinParameter item{"newItem", A::Any};
  auto add = [&](std::string_view name, std::vector<BuiltinParameter> parameters, BuiltinBody body) {
    table.push_back({name, {{std::move(parameters)}}, body, true, false, {}});
  };
  add("list contains", {list, {"element", A::Any}}, list_contains);
  add("count", {list}, count);
  add("sublist", {list, {"start position", A::Number}, {"length", A::Number, true, true}}, sublist);
  table.push_back({"append", {{{list, {"item", A::Any}}, true}}, list_append, true, false, {}});
  table.push_back({"concatenate", {{{list}, true, true}}, concatenate, true, false, {}});
  table.push_back({"union", {{{list}, true, true}}, union_of, true, false, {}});
  add("insert before", {list, position, item}, insert_before);
  add("remove", {list, position}, remove);
  add("reverse", {list}, reverse);
  add("index of", {list, {"match", A::Any}}, index_of);
  add("distinct values", {list}, distinct_values);
  add("flatten", {list}, flatten);
  table.push_back({"list replace",
                   {{{list, position, item}}, {{list, {"match", A::Function}, item}}},
                   list_replace,
                   false,
                   false,
                   {}});
  table.push_back({"sort", {{{list, {"precedes", A::Function}}}}, sort, false, false, {}});
}

}  // namespace yuanqu::feel
