#include "population/reasons.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "feel/compare.hpp"

namespace yuanqu::population {

using base::Decimal;
using register_::FieldType;
using register_::Value;
using register_::ValueType;

std::optional<Value> plausible_value(const Field& field, base::Date day) {
  switch (field.type) {
    case FieldType::Number: {
      Decimal number(1);
      if (field.maximum && *field.maximum < number) number = *field.maximum;
      if (field.minimum && number < *field.minimum) number = *field.minimum;
      return Value::number(number);
    }
    case FieldType::Boolean: return Value::boolean(true);
    case FieldType::Date: return Value::date(day);
    case FieldType::DateTime: return Value::date_time(day.days() * 86'400'000);
    case FieldType::Enumeration:
      return field.values.empty() ? std::nullopt : std::optional(Value::enumeration(field.values.front().code));
    case FieldType::String: return Value::string(field.example.empty() ? "1" : field.example);
    default: return std::nullopt;
  }
}

namespace {

// Values near the present one: small enough to keep what is chosen by size, large enough to be seen behind a rounding.
std::vector<Value> moved(const Leaf& leaf) {
  const Value& value = leaf.value();
  switch (value.type()) {
    case ValueType::Number: {
      std::vector<Value> values;
      for (const std::int64_t step : {1, 100}) {
        for (const std::int64_t sign : {1, -1}) {
          const auto next = add(value.as_decimal(), Decimal(step * sign));
          if (!next || (leaf.field->minimum && *next < *leaf.field->minimum) ||
              (leaf.field->maximum && *leaf.field->maximum < *next))
            continue;
          if (const auto number = Value::number(*next)) values.push_back(*number);
          break;
        }
      }
      return values;
    }
    case ValueType::Boolean: return {Value::boolean(!value.as_boolean())};
    case ValueType::Date:
      return {Value::date(base::Date::from_days(value.coefficient() - 1)),
              Value::date(base::Date::from_days(value.coefficient() - 800))};
    case ValueType::Enumeration: {
      std::vector<Value> values;
      for (const auto& one : leaf.field->values) {
        if (one.code != value.text()) values.push_back(Value::enumeration(one.code));
      }
      return values;
    }
    case ValueType::Reference: return {};
    default: return {Value()};
  }
}

// What every condition looks at, by its key.
struct Seen {
  feel::Value value, limit;
};
std::map<std::string, Seen> seen_of(const Detail& detail, Cells& cells) {
  std::map<std::string, Seen> seen;
  for (const Condition& condition : conditions_of(detail.trace, cells)) {
    seen.emplace(
        condition.key(),
        Seen{condition.value, condition.rule == 0 && condition.distance ? condition.distance->limit : feel::Value()});
  }
  return seen;
}

std::set<std::string> unknown_keys(const Detail& detail, Cells& cells) {
  std::set<std::string> keys;
  for (const Condition& condition : conditions_of(detail.trace, cells)) {
    if (condition.verdict == Verdict::Unknown) keys.insert(condition.key());
  }
  return keys;
}

bool any_became_known(const std::set<std::string>& before, const std::set<std::string>& after) {
  return std::any_of(before.begin(), before.end(), [&](const std::string& key) { return after.count(key) == 0; });
}

// Records of child kinds as they would be if somebody told them: one for each value a numbered key takes elsewhere,
// latest first.
struct Imagined {
  const Kind* kind = nullptr;
  std::string about;
  RecordState state;
};
std::vector<Imagined> imagined_children(const WhatIf& what_if, const DecisionProgram& program) {
  std::vector<Imagined> imagined;
  const Catalogue& catalogue = what_if.facts().catalogue();
  const RecordState& subject = what_if.subject();
  std::set<std::int64_t, std::greater<>> numbers;
  for (const Leaf& leaf : what_if.leaves()) {
    if (leaf.key && leaf.value().type() == ValueType::Number && leaf.record != subject.id) {
      if (const auto number = leaf.value().as_decimal().to_int64()) numbers.insert(*number);
    }
  }
  if (numbers.empty()) numbers.insert(what_if.day().civil().year - 1);
  RecordId next = -1;
  for (const auto& [kind, parent] : catalogue.referring_to(*catalogue.kind(subject.kind))) {
    if (kind->belongs_to != parent->number || !program.reads(*kind) || kind->keys.empty()) continue;
    const Field* numbered = nullptr;
    for (const register_::FieldNumber number : kind->keys.front()) {
      const Field* field = kind->field(number);
      if (field != nullptr && field->type == FieldType::Number) numbered = field;
    }
    if (numbered == nullptr) continue;
    for (const std::int64_t number : numbers) {
      const bool there =
          std::any_of(what_if.leaves().begin(), what_if.leaves().end(), [&, &kind = kind](const Leaf& leaf) {
            return leaf.kind == kind && leaf.field == numbered && leaf.value().type() == ValueType::Number &&
                   leaf.value().as_decimal() == Decimal(number);
          });
      if (there) continue;
      RecordState state{.id = next--, .file = subject.file, .kind = kind->number};
      state = with_value(std::move(state), *parent, Value::reference(subject.id), what_if.day());
      for (const Field& field : kind->fields) {
        if (&field == parent) continue;
        const auto value = &field == numbered ? Value::number(Decimal(number)) : plausible_value(field, what_if.day());
        if (value) state = with_value(std::move(state), field, *value, what_if.day());
      }
      imagined.push_back({kind, std::to_string(number), std::move(state)});
    }
  }
  return imagined;
}

std::vector<Missing> missing_fields(WhatIf& what_if, const std::set<std::string>& unknown, Cells& cells) {
  std::vector<LeafChange> filled;
  for (std::size_t i = 0; i < what_if.leaves().size(); ++i) {
    const Leaf& leaf = what_if.leaves()[i];
    if (!leaf.value().is_null() && leaf.value().type() != ValueType::Unreadable) continue;
    if (auto value = plausible_value(*leaf.field, what_if.day())) filled.push_back({i, std::move(*value)});
  }
  std::vector<Missing> missing;
  if (filled.empty()) return missing;
  Detail whole;
  (void)what_if.with(filled, &whole);
  const std::set<std::string> left = unknown_keys(whole, cells);
  if (!any_became_known(unknown, left)) return missing;
  for (std::size_t out = 0; out < filled.size(); ++out) {
    std::vector<LeafChange> others = filled;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(out));
    Detail without;
    (void)what_if.with(others, &without);
    const std::set<std::string> again = unknown_keys(without, cells);
    const bool needed = std::any_of(unknown.begin(), unknown.end(), [&](const std::string& key) {
      return again.count(key) != 0 && left.count(key) == 0;
    });
    if (!needed) continue;
    const Leaf& leaf = what_if.leaves()[filled[out].leaf];
    missing.push_back({leaf.record, leaf.kind, leaf.field, leaf.reason, {}});
  }
  return missing;
}

// What a source owes: proven by evaluating as if it had delivered. What becomes known by that is taken out of
// `unknown`.
std::vector<Missing> missing_late(WhatIf& what_if, std::set<std::string>& unknown, Cells& cells) {
  std::vector<Missing> missing;
  for (const Kind* kind : what_if.late()) missing.push_back({0, kind, nullptr, register_::NullReason::LateSource, {}});
  for (const Leaf& leaf : what_if.leaves()) {
    if (leaf.reason == register_::NullReason::LateSource)
      missing.push_back({leaf.record, leaf.kind, leaf.field, leaf.reason, {}});
  }
  if (missing.empty()) return missing;
  Detail delivered;
  (void)what_if.as_if_delivered(&delivered);
  const std::set<std::string> left = unknown_keys(delivered, cells);
  if (!any_became_known(unknown, left)) return {};
  std::erase_if(unknown, [&](const std::string& key) { return left.count(key) == 0; });
  return missing;
}

}  // namespace

std::vector<Missing> missing_of(WhatIf& what_if, Cells& cells) {
  std::set<std::string> unknown = unknown_keys(what_if.detail(), cells);
  if (unknown.empty()) return {};
  std::vector<Missing> missing = missing_late(what_if, unknown, cells);
  if (unknown.empty()) return missing;
  for (Missing& one : missing_fields(what_if, unknown, cells)) {
    const bool told = std::any_of(missing.begin(), missing.end(), [&](const Missing& late) {
      return late.record == one.record && late.field == one.field && late.kind == one.kind;
    });
    if (!told) missing.push_back(std::move(one));
  }
  // A record nobody told of: the conditions that stay unknown whatever is filled in.
  for (const Imagined& one : imagined_children(what_if, what_if.program())) {
    Detail with;
    (void)what_if.with_records({one.state}, &with);
    const std::set<std::string> left = unknown_keys(with, cells);
    if (!any_became_known(unknown, left)) continue;
    missing.push_back({0, one.kind, nullptr, register_::NullReason::Absent, one.about});
    std::erase_if(unknown, [&](const std::string& key) { return left.count(key) == 0; });
    if (unknown.empty()) break;
  }
  return missing;
}

Reasons reasons_of(WhatIf& what_if, const OutcomeTable& table, const std::string& aim, Cells& cells) {
  Reasons reasons;
  reasons.conditions = conditions_of(what_if.detail().trace, cells);
  reasons.facts.resize(reasons.conditions.size());
  const std::map<std::string, Seen> before = seen_of(what_if.detail(), cells);
  for (std::size_t i = 0; i < what_if.leaves().size(); ++i) {
    const Leaf& leaf = what_if.leaves()[i];
    if (leaf.key || leaf.value().is_null()) continue;
    std::set<std::string> touched;
    for (const Value& value : moved(leaf)) {
      Detail then;
      (void)what_if.with({{i, value}}, &then);
      for (const auto& [key, seen] : seen_of(then, cells)) {
        const auto was = before.find(key);
        if (was != before.end() &&
            (!feel::same(was->second.value, seen.value) || !feel::same(was->second.limit, seen.limit)))
          touched.insert(key);
      }
      if (!touched.empty()) break;
    }
    for (std::size_t c = 0; c < reasons.conditions.size() && !touched.empty(); ++c) {
      if (touched.count(reasons.conditions[c].key()) != 0) reasons.facts[c].push_back(i);
    }
  }
  if (!aim.empty()) reasons.ways = table.ways(reasons.conditions, feel::Value(aim));
  reasons.missing = missing_of(what_if, cells);
  return reasons;
}

}  // namespace yuanqu::population
