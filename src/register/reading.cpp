#include <algorithm>

#include "register/record.hpp"

namespace yuanqu::register_ {

namespace {

const Value null_value;

// One source's line of facts on a day: the fact in force, and the first later day on which another is.
struct Line {
  const Fact* fact = nullptr;
  std::optional<base::Date> next;
};

Line line_on(std::span<const Fact> facts, base::Date day) {
  const auto after = std::upper_bound(facts.begin(), facts.end(), day,
                                      [](base::Date wanted, const Fact& fact) { return wanted < fact.effective_from; });
  Line line;
  if (after != facts.end()) line.next = after->effective_from;
  if (after != facts.begin()) line.fact = &*(after - 1);
  return line;
}

std::span<const Fact> of_source(std::span<const Fact> facts, SourceNumber source) {
  const auto first =
      std::partition_point(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.source < source; });
  const auto last = std::partition_point(first, facts.end(), [&](const Fact& fact) { return fact.source == source; });
  return {first, last};
}

// Takes one source into a reading; true when it settles the question (present and fresh).
bool consider(Reading& reading, const Field& field, const Line& line, base::Date day) {
  sooner(reading.until, line.next);
  if (line.fact == nullptr) {
    if (line.next && reading.reason == NullReason::Absent) reading.reason = NullReason::NotYet;
    return false;
  }
  const auto worse = [&](NullReason reason) {
    // The reason told is that of the most trusted source that says anything; staleness and damage say more than a
    // clearing.
    if (reading.reason == NullReason::Absent || reading.reason == NullReason::NotYet ||
        reading.reason == NullReason::Cleared)
      reading.reason = reason;
  };
  if (line.fact->value.is_null()) {
    if (reading.reason == NullReason::Absent || reading.reason == NullReason::NotYet)
      reading.reason = NullReason::Cleared;
    return false;
  }
  if (line.fact->value.type() == ValueType::Unreadable) {
    worse(NullReason::Unreadable);
    return false;
  }
  if (const auto stale = stale_from(field, line.fact->effective_from)) {
    if (*stale <= day) {
      worse(NullReason::Stale);
      return false;
    }
    sooner(reading.until, stale);
  }
  reading.fact = line.fact;
  reading.reason = NullReason::None;
  return true;
}

}  // namespace

std::span<const Fact> RecordState::facts_of(FieldNumber field) const {
  const auto first =
      std::partition_point(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.field < field; });
  const auto last = std::partition_point(first, facts.end(), [&](const Fact& fact) { return fact.field == field; });
  return {first, last};
}

const Fact* RecordState::fact(FieldNumber field, SourceNumber source, base::Date day) const {
  return line_on(of_source(facts_of(field), source), day).fact;
}

std::optional<base::Date> RecordState::first_day() const {
  std::optional<base::Date> first;
  for (const Fact& fact : facts) sooner(first, fact.effective_from);
  return first;
}

std::string_view name_of(NullReason reason) {
  switch (reason) {
    case NullReason::None: return "none";
    case NullReason::Absent: return "absent";
    case NullReason::Cleared: return "cleared";
    case NullReason::Stale: return "stale";
    case NullReason::Unreadable: return "unreadable";
    case NullReason::NotYet: return "not_yet";
    case NullReason::LateSource: return "late_source";
    case NullReason::Purpose: return "purpose";
  }
  return "none";
}

const Value& Reading::value() const { return fact == nullptr ? null_value : fact->value; }

Reading read_plain(const RecordState& state, const Field& field, base::Date day) {
  Reading reading;
  const auto facts = state.facts_of(field.number);
  if (facts.empty()) return reading;
  if (field.sources.empty()) {
    for (std::span<const Fact> rest = facts; !rest.empty();) {
      const auto of_one = of_source(rest, rest.front().source);
      if (consider(reading, field, line_on(of_one, day), day)) return reading;
      rest = rest.subspan(of_one.size());
    }
    return reading;
  }
  for (SourceNumber source : field.sources) {
    const auto of_one = of_source(facts, source);
    if (!of_one.empty() && consider(reading, field, line_on(of_one, day), day)) return reading;
  }
  return reading;
}

Reading read_source(const RecordState& state, const Field& field, SourceNumber source, base::Date day) {
  Reading reading;
  consider(reading, field, line_on(of_source(state.facts_of(field.number), source), day), day);
  return reading;
}

std::optional<base::Date> stale_from(const Field& field, base::Date effective_from) {
  if (!field.fresh_for) return std::nullopt;
  const auto months = effective_from.plus_months(field.fresh_for->months);
  if (!months) return std::nullopt;
  return months->plus_days(std::int64_t{field.fresh_for->days} + 1);  // on its last day it is still fresh
}

ClosedReading read_closed(const RecordState& state, base::Date day) {
  if (state.facts.empty()) return {true, std::nullopt};
  const Line line = line_on(state.facts_of(0), day);
  return {line.fact != nullptr && line.fact->value.as_boolean(), line.next};
}

}  // namespace yuanqu::register_
