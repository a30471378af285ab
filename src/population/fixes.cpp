#include "population/fixes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "feel/compare.hpp"

namespace yuanqu::population {

using base::Decimal;
using register_::FieldType;
using register_::Value;
using register_::ValueType;

namespace {

constexpr int solve_rounds = 8;

bool is_scalar(const Value& value) { return value.type() == ValueType::Number || value.type() == ValueType::Date; }
Decimal scalar_of(const Value& value) {
  return value.type() == ValueType::Date ? Decimal(value.coefficient()) : value.as_decimal();
}

// A number as a value of the field, on the field's grid: below and above when it lies between.
void add_on_grid(const Field& field, Decimal number, std::vector<Value>& into) {
  const int scale = field.type == FieldType::Date ? 0 : field.scale;
  for (const base::Rounding mode : {base::Rounding::Floor, base::Rounding::Ceiling}) {
    const auto rounded = round_to(number, scale, mode);
    if (!rounded) continue;
    if ((field.minimum && *rounded < *field.minimum) || (field.maximum && *field.maximum < *rounded)) continue;
    std::optional<Value> value;
    if (field.type == FieldType::Date) {
      const auto days = rounded->to_int64();
      if (days) value = Value::date(base::Date::from_days(*days));
    } else {
      value = Value::number(*rounded);
    }
    if (value && std::find(into.begin(), into.end(), *value) == into.end()) into.push_back(*value);
  }
}

// One step of the field's grid past a value, both ways: an excluded bound is only passed beyond it.
void add_neighbours(const Field& field, std::vector<Value>& values) {
  const Decimal step = field.type == FieldType::Date ? Decimal(1) : Decimal::from_scaled(1, field.scale);
  const std::vector<Value> found = values;
  for (const Value& value : found) {
    for (const Decimal by : {step, step.negated()}) {
      if (const auto next = add(scalar_of(value), by)) add_on_grid(field, *next, values);
    }
  }
}

std::optional<Decimal> looked_at(const Detail& detail, const std::string& key, Cells& cells) {
  for (const Condition& condition : conditions_of(detail.trace, cells)) {
    if (condition.key() == key) return measure(condition.value);
  }
  return std::nullopt;
}

std::vector<Decimal> ends_of(const Condition& condition, Cells& cells) {
  std::vector<Decimal> ends;
  const auto add_end = [&](const feel::Value& end) {
    if (const auto number = end.is_null() ? std::nullopt : measure(end);
        number && std::find(ends.begin(), ends.end(), *number) == ends.end())
      ends.push_back(*number);
  };
  if (condition.rule == 0) {
    if (condition.distance) add_end(condition.distance->limit);
  } else if (const feel::SimpleTests* tests = cells.bounds(condition.bound)) {
    for (const feel::Bounds& bounds : tests->bounds) {
      if (bounds.low.kind() != condition.value.kind() && bounds.high.kind() != condition.value.kind()) continue;
      add_end(bounds.low);
      add_end(bounds.high);
    }
  }
  return ends;
}

// The value of the leaf at which what the condition looks at is `goal`, by secants: exact at once where it is linear in
// the fact.
std::optional<Decimal> solve(WhatIf& what_if, std::size_t leaf, const std::string& key, Decimal goal, Cells& cells) {
  const Leaf& of = what_if.leaves()[leaf];
  const auto at = [&](Decimal x) -> std::optional<Decimal> {
    std::vector<Value> on_grid;
    const int scale = of.field->type == FieldType::Date ? 0 : of.field->scale;
    const auto rounded = round_to(x, scale, base::Rounding::HalfEven);
    if (!rounded) return std::nullopt;
    add_on_grid(*of.field, *rounded, on_grid);
    if (on_grid.empty()) return std::nullopt;
    Detail then;
    (void)what_if.with({{leaf, on_grid.front()}}, &then);
    return looked_at(then, key, cells);
  };
  Decimal x0 = scalar_of(of.value());
  auto y0 = looked_at(what_if.detail(), key, cells);
  const double size = std::max(1.0, std::abs(x0.to_double()) / 100);
  auto x1 = add(x0, Decimal(static_cast<std::int64_t>(of.field->type == FieldType::Date ? 800 : std::ceil(size))));
  if (!y0 || !x1) return std::nullopt;
  auto y1 = at(*x1);
  if (!y1) {  // upward there may be no room
    x1 = subtract(x0, Decimal(static_cast<std::int64_t>(std::ceil(size))));
    y1 = x1 ? at(*x1) : std::nullopt;
  }
  for (int round = 0; round < solve_rounds && y1; ++round) {
    const auto rise = subtract(*y1, *y0), run = subtract(*x1, x0), left = subtract(goal, *y1);
    if (!rise || !run || !left || rise->is_zero()) return left && left->is_zero() ? x1 : std::nullopt;
    if (left->is_zero()) return x1;
    const auto slope_part = multiply(*left, *run);
    const auto step = slope_part ? divide(*slope_part, *rise) : std::nullopt;
    const auto next = step ? add(*x1, *step) : std::nullopt;
    if (!next) return std::nullopt;
    const double moved = std::abs(step->to_double());
    x0 = *x1;
    y0 = y1;
    x1 = next;
    if (moved < std::pow(10.0, -of.field->scale) / 2) return x1;
    y1 = at(*x1);
    if (!y1) return x1;  // out of the field's bounds or unknown there: the caller's proof decides
  }
  return x1;
}

double size_of(const Leaf& leaf, const Value& to) {
  if (!is_scalar(leaf.value()) || !is_scalar(to)) return 1;
  const auto by = subtract(scalar_of(to), scalar_of(leaf.value()));
  const double base =
      leaf.value().type() == ValueType::Date ? 365 : std::max(1.0, std::abs(scalar_of(leaf.value()).to_double()));
  return by ? std::abs(by->to_double()) / base : 1;
}

bool advisable(Lever lever, const Leaf& leaf, const Value& to) {
  switch (lever) {
    case Lever::Firm:
    case Lever::Zone: return true;
    case Lever::FirmUp: return !is_scalar(to) || scalar_of(leaf.value()) < scalar_of(to);
    case Lever::Fixed:
    case Lever::Never: return false;
  }
  return false;
}

}  // namespace

std::vector<Value> candidates_for(WhatIf& what_if, const Reasons& reasons, std::size_t leaf, Cells& cells,
                                  std::size_t evaluations_max) {
  const Leaf& of = what_if.leaves()[leaf];
  std::vector<Value> values;
  if (of.value().type() == ValueType::Boolean) return {Value::boolean(!of.value().as_boolean())};
  if (of.value().type() == ValueType::Enumeration) {
    for (const auto& one : of.field->values) {
      if (one.code != of.value().text()) values.push_back(Value::enumeration(one.code));
    }
    return values;
  }
  if (!is_scalar(of.value())) return values;
  // One equation for each thing looked at and each bound, however many cells repeat it.
  std::set<std::string> solved;
  const std::size_t begun = what_if.evaluations();
  for (std::size_t c = 0; c < reasons.conditions.size(); ++c) {
    if (std::find(reasons.facts[c].begin(), reasons.facts[c].end(), leaf) == reasons.facts[c].end()) continue;
    const Condition& condition = reasons.conditions[c];
    for (const Decimal end : ends_of(condition, cells)) {
      if (!solved.insert(condition.element + '\x1f' + condition.expression + '\x1f' + end.to_string()).second) continue;
      if (what_if.evaluations() - begun > evaluations_max) return values;
      if (const auto x = solve(what_if, leaf, condition.key(), end, cells)) add_on_grid(*of.field, *x, values);
    }
  }
  add_neighbours(*of.field, values);
  std::erase(values, of.value());
  return values;
}

Fixes fixes_for(WhatIf& what_if, const Reasons& reasons, const Levers& levers, const std::string& aim, Cells& cells,
                const FixSearch& search) {
  Fixes fixes;
  const feel::Value wanted(aim);
  if (aim.empty() || !what_if.now().applies || feel::same(what_if.now().value, wanted)) return fixes;
  const std::size_t begun = what_if.evaluations();
  const auto spent = [&] { return what_if.evaluations() - begun; };
  struct Move {
    LeafChange change;
    double size = 0;
  };
  std::vector<Move> moves;
  for (std::size_t leaf = 0; leaf < what_if.leaves().size(); ++leaf) {
    const Leaf& of = what_if.leaves()[leaf];
    const Lever lever = levers.of(*of.kind, *of.field);
    if (of.key || of.value().is_null() || lever == Lever::Fixed) continue;
    const bool behind = std::any_of(reasons.facts.begin(), reasons.facts.end(), [&](const auto& facts) {
      return std::find(facts.begin(), facts.end(), leaf) != facts.end();
    });
    if (!behind) continue;
    for (Value& value : candidates_for(what_if, reasons, leaf, cells, search.evaluations_max / 8)) {
      if (lever != Lever::Never && !advisable(lever, of, value)) continue;
      moves.push_back({{leaf, value}, size_of(of, value)});
    }
    if (spent() > search.evaluations_max) fixes.ended = false;
  }
  std::stable_sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) { return a.size < b.size; });
  const auto is_cliff = [&](const Move& move) {
    const Leaf& of = what_if.leaves()[move.change.leaf];
    return levers.of(*of.kind, *of.field) == Lever::Never;
  };
  const auto try_all = [&](std::vector<const Move*> chosen) {
    std::vector<LeafChange> changes;
    double size = 0;
    for (const Move* move : chosen) {
      changes.push_back(move->change);
      size += move->size;
    }
    const Assessment then = what_if.with(changes);
    if (!then.applies || !feel::same(then.value, wanted)) return;
    (is_cliff(*chosen.front()) ? fixes.cliffs : fixes.advised).push_back({std::move(changes), then.value, size});
  };
  for (const Move& move : moves) try_all({&move});
  std::vector<const Move*> advised;
  for (const Move& move : moves) {
    if (!is_cliff(move)) advised.push_back(&move);
  }
  const auto apart = [](const Move* a, const Move* b) { return a->change.leaf != b->change.leaf; };
  for (std::size_t i = 0; fixes.advised.empty() && search.changes_max >= 2 && fixes.ended && i < advised.size(); ++i) {
    for (std::size_t j = i + 1; j < advised.size(); ++j) {
      if (spent() > search.evaluations_max) fixes.ended = false;
      if (!fixes.ended) break;
      if (apart(advised[i], advised[j])) try_all({advised[i], advised[j]});
    }
    if (!fixes.advised.empty()) {  // finish this size
      for (std::size_t a = i + 1; a < advised.size() && fixes.ended; ++a) {
        for (std::size_t b = a + 1; b < advised.size() && fixes.ended; ++b) {
          if (spent() > search.evaluations_max) fixes.ended = false;
          if (fixes.ended && apart(advised[a], advised[b])) try_all({advised[a], advised[b]});
        }
      }
    }
  }
  if (fixes.advised.empty() && search.changes_max >= 3) {
    for (std::size_t i = 0; i < advised.size() && fixes.ended; ++i) {
      for (std::size_t j = i + 1; j < advised.size() && fixes.ended; ++j) {
        if (!apart(advised[i], advised[j])) continue;
        for (std::size_t k = j + 1; k < advised.size() && fixes.ended; ++k) {
          if (spent() > search.evaluations_max) fixes.ended = false;
          if (fixes.ended && apart(advised[i], advised[k]) && apart(advised[j], advised[k]))
            try_all({advised[i], advised[j], advised[k]});
        }
      }
    }
  }
  // Of the same facts only the smallest change is worth showing.
  const auto tidy = [&](std::vector<Fix>& list) {
    std::stable_sort(list.begin(), list.end(), [](const Fix& a, const Fix& b) { return a.size < b.size; });
    std::set<std::vector<std::size_t>> seen;
    std::erase_if(list, [&](const Fix& fix) {
      std::vector<std::size_t> leaves;
      for (const LeafChange& change : fix.changes) leaves.push_back(change.leaf);
      std::sort(leaves.begin(), leaves.end());
      return !seen.insert(leaves).second;
    });
    if (list.size() > search.kept_max) list.resize(search.kept_max);
  };
  tidy(fixes.advised);
  tidy(fixes.cliffs);
  fixes.evaluations = spent();
  return fixes;
}

}  // namespace yuanqu::population
