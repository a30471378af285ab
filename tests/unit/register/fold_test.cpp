// The fold against a reading of design.md as literal and slow as can be: for random histories of one record, at random
// pairs of (valid day, known at).

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "register/record.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using journal::Operation;
using journal::StoredChange;

struct History {
  std::vector<StoredChange> changes;
};

constexpr FieldNumber name_field = 2;        // sources register, tax, self_report
constexpr FieldNumber inspected_field = 11;  // register, self_report; fresh for six months

std::string values_of(FieldNumber field, const Value& value) {
  journal::ValueWriter writer;
  writer.add(field, value.to_bytes());
  return writer.take();
}

History any_history() {
  History history;
  const int count = *rc::gen::inRange(1, 25);
  for (int i = 0; i < count; ++i) {
    StoredChange change;
    change.sequence = 10 * (i + 1);
    change.file = change.record = 5;
    change.kind = 1;
    change.effective_from = 20'000 + *rc::gen::inRange(0, 400);
    change.recorded_at_ms = 1000 * i;
    change.source = static_cast<SourceNumber>(*rc::gen::inRange(1, 4));
    change.batch = *rc::gen::inRange(1, 5);
    const int what = *rc::gen::inRange(0, 12);
    const FieldNumber field = *rc::gen::element(name_field, inspected_field);
    if (what < 6) {
      const Value value = field == inspected_field ? Value::boolean(*rc::gen::arbitrary<bool>())
                                                   : Value::string(std::to_string(*rc::gen::inRange(0, 5)));
      change.values = values_of(field, *rc::gen::inRange(0, 8) == 0 ? Value::unreadable("?") : value);
    } else if (what == 6) {
      change.operation = Operation::Clear;
      change.values = values_of(field, Value());
    } else if (what == 7) {
      change.operation = *rc::gen::element(Operation::Close, Operation::Reopen);
    } else if (what == 8) {
      change.operation = Operation::Merge;
      change.values = values_of(1, Value::reference(*rc::gen::inRange(6, 9)));
    } else if (what == 9) {
      change.operation = Operation::Unmerge;
    } else {
      change.operation = Operation::Void;
      std::string bytes;
      const int named = *rc::gen::inRange(1, 4);
      for (int k = 0; k < named; ++k)
        journal::append_varint(bytes, static_cast<std::uint64_t>(10 * *rc::gen::inRange(1, count + 1)));
      journal::ValueWriter writer;
      writer.add(1, bytes);
      change.values = writer.take();
    }
    history.changes.push_back(std::move(change));
  }
  return history;
}

// ---- the slow reading

std::set<Position> voided_positions(const History& history, Position known_at) {
  std::set<Position> voided;
  for (auto it = history.changes.rbegin(); it != history.changes.rend(); ++it) {
    if (it->sequence > known_at || it->operation != Operation::Void || voided.contains(it->sequence)) continue;
    journal::ValueReader reader(it->values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      std::uint64_t sequence = 0;
      for (std::string_view rest = entry.bytes; journal::take_varint(rest, sequence);) {
        if (static_cast<Position>(sequence) < it->sequence) voided.insert(static_cast<Position>(sequence));
      }
    }
  }
  return voided;
}

// nullopt: no fact; a Null value: cleared.
std::optional<std::pair<Value, base::Date>> slow_fact(const History& history, Position known_at, FieldNumber field,
                                                      SourceNumber source, base::Date day) {
  const auto voided = voided_positions(history, known_at);
  const StoredChange* best = nullptr;
  Value value;
  for (const StoredChange& change : history.changes) {
    if (change.sequence > known_at || voided.contains(change.sequence) || change.source != source) continue;
    if (change.operation != Operation::Put && change.operation != Operation::Clear) continue;
    if (base::Date::from_days(change.effective_from) > day) continue;
    journal::ValueReader reader(change.values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      if (entry.field != field) continue;
      if (best != nullptr && best->effective_from > change.effective_from) continue;
      best = &change;
      value = *Value::from_bytes(entry.bytes);
    }
  }
  if (best == nullptr) return std::nullopt;
  return std::pair{value, base::Date::from_days(best->effective_from)};
}

Value slow_plain(const History& history, Position known_at, const Field& field, base::Date day) {
  for (SourceNumber source : field.sources) {
    const auto fact = slow_fact(history, known_at, field.number, source, day);
    if (!fact || fact->first.is_null() || fact->first.type() == ValueType::Unreadable) continue;
    if (field.fresh_for && *fact->second.plus_months(field.fresh_for->months) < day) continue;
    return fact->first;
  }
  return {};
}

// What says anything of the record: without it nothing stands, and it is closed.
bool anything_stands(const History& history, Position known_at) {
  const auto voided = voided_positions(history, known_at);
  return std::any_of(history.changes.begin(), history.changes.end(), [&](const StoredChange& change) {
    const bool says = change.operation == Operation::Put || change.operation == Operation::Clear ||
                      change.operation == Operation::Close || change.operation == Operation::Reopen;
    return says && change.sequence <= known_at && !voided.contains(change.sequence);
  });
}

bool slow_closed(const History& history, Position known_at, base::Date day) {
  if (!anything_stands(history, known_at)) return true;
  const auto voided = voided_positions(history, known_at);
  const StoredChange* best = nullptr;
  for (const StoredChange& change : history.changes) {
    if (change.sequence > known_at || voided.contains(change.sequence)) continue;
    if (change.operation != Operation::Close && change.operation != Operation::Reopen) continue;
    if (base::Date::from_days(change.effective_from) > day) continue;
    if (best == nullptr || best->effective_from <= change.effective_from) best = &change;
  }
  return best != nullptr && best->operation == Operation::Close;
}

RecordId slow_alias(const History& history, Position known_at) {
  const auto voided = voided_positions(history, known_at);
  RecordId alias = 0;
  for (const StoredChange& change : history.changes) {
    if (change.sequence > known_at || voided.contains(change.sequence)) continue;
    if (change.operation == Operation::Unmerge) alias = 0;
    if (change.operation == Operation::Merge) {
      journal::ValueReader reader(change.values);
      journal::ValueEntry entry;
      reader.next(entry);
      alias = Value::from_bytes(entry.bytes)->as_reference();
    }
  }
  return alias;
}

class Fold : public ::testing::Test {
 protected:
  static test::Zone& zone() {
    static test::Zone made;
    return made;
  }
  const Field& field(FieldNumber number) { return *zone().kind("firm").field(number); }
};

TEST_F(Fold, EqualsTheLiteralReading) {
  EXPECT_TRUE(rc::check([&] {
    const History history = any_history();
    const auto known_at =
        static_cast<Position>(*rc::gen::inRange(0, static_cast<int>(history.changes.size()) * 10 + 10));
    const base::Date day = base::Date::from_days(*rc::gen::inRange(19'990, 20'700));
    const auto folded = fold_changes(history.changes, known_at);
    RC_ASSERT(folded.has_value());
    for (FieldNumber number : {name_field, inspected_field}) {
      RC_ASSERT(read_plain(*folded, field(number), day).value() == slow_plain(history, known_at, field(number), day));
      for (SourceNumber source : {1U, 2U, 3U}) {
        const Fact* fact = folded->fact(number, source, day);
        const auto slow = slow_fact(history, known_at, number, source, day);
        RC_ASSERT((fact != nullptr) == slow.has_value());
        if (slow) RC_ASSERT(fact->value == slow->first && fact->effective_from == slow->second);
      }
    }
    RC_ASSERT(read_closed(*folded, day).closed == slow_closed(history, known_at, day));
    RC_ASSERT(folded->alias_of == slow_alias(history, known_at));
  }));
}

TEST_F(Fold, NothingDiffersBeforeTheDayItSays) {
  EXPECT_TRUE(rc::check([&] {
    const History history = any_history();
    const auto folded = fold_changes(history.changes);
    const base::Date day = base::Date::from_days(*rc::gen::inRange(19'990, 20'700));
    for (FieldNumber number : {name_field, inspected_field}) {
      const Reading now = read_plain(*folded, field(number), day);
      if (now.until) RC_ASSERT(*now.until > day);
      const std::int64_t end = now.until ? now.until->days() : 21'500;
      for (std::int64_t later = day.days() + 1; later < end; ++later) {
        const Reading then = read_plain(*folded, field(number), base::Date::from_days(later));
        RC_ASSERT(then.value() == now.value() && then.reason == now.reason);
      }
    }
    const ClosedReading closed = read_closed(*folded, day);
    const std::int64_t end = closed.until ? closed.until->days() : 21'500;
    for (std::int64_t later = day.days() + 1; later < end; ++later)
      RC_ASSERT(read_closed(*folded, base::Date::from_days(later)).closed == closed.closed);
  }));
}

TEST_F(Fold, StepByStepEqualsFromNothingAndSurvivesItsBytes) {
  EXPECT_TRUE(rc::check([&] {
    History history = any_history();
    std::erase_if(history.changes, [](const StoredChange& change) { return change.operation == Operation::Void; });
    RecordState state;
    for (const StoredChange& change : history.changes) RC_ASSERT(*apply_change(state, change));
    const auto folded = fold_changes(history.changes);
    RC_ASSERT(to_bytes(state) == to_bytes(*folded));
    auto back = state_from_bytes(to_bytes(state));
    RC_ASSERT(back.has_value());
    RC_ASSERT(to_bytes(*back) == to_bytes(state));
  }));
}

TEST_F(Fold, AnyBytesOfAStateAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) { (void)state_from_bytes(bytes); }));
}

TEST_F(Fold, SaysWhyAFieldIsNull) {
  RecordState state;
  StoredChange change;
  change.sequence = 1;
  change.kind = 1;
  change.source = 1;
  change.effective_from = static_cast<std::int32_t>(test::day("2026-01-10").days());
  change.values = values_of(inspected_field, Value::boolean(true));
  ASSERT_TRUE(apply_change(state, change));
  const auto reason = [&](const char* on) { return read_plain(state, field(inspected_field), test::day(on)).reason; };
  EXPECT_EQ(reason("2026-01-09"), NullReason::NotYet);
  EXPECT_EQ(reason("2026-01-10"), NullReason::None);
  EXPECT_EQ(reason("2026-07-10"), NullReason::None);  // on its last day it is fresh
  EXPECT_EQ(reason("2026-07-11"), NullReason::Stale);
  EXPECT_EQ(*read_plain(state, field(inspected_field), test::day("2026-02-01")).until, test::day("2026-07-11"));
  EXPECT_EQ(read_plain(state, field(name_field), test::day("2026-02-01")).reason, NullReason::Absent);
  change.sequence = 2;
  change.effective_from += 5;
  change.values = values_of(inspected_field, Value());
  ASSERT_TRUE(apply_change(state, change));
  EXPECT_EQ(reason("2026-01-20"), NullReason::Cleared);
}

}  // namespace
}  // namespace yuanqu::register_
