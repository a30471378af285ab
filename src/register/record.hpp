#pragma once
// Facts and the fold: what is true of a record on a valid day, given what was recorded by then.
//
// A fact is (record, field, source). On valid day v it is the unvoided put or clear with the greatest effective-from ≤
// v, ties by recorded order. The plain field is the fact of the most trusted source that is present (not cleared, not
// unreadable) and fresh. A RecordState holds every fact that some valid day can still see; of facts equal in (field,
// source, effective_from) only the last recorded is left. It answers every valid day. For an earlier "known at" the
// state is folded again from the journal up to there.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "journal/change.hpp"
#include "register/catalogue.hpp"
#include "register/value.hpp"

namespace yuanqu::register_ {

using journal::BatchId;
using journal::FileId;
using journal::Position;
using journal::RecordId;

// The moment a read speaks of.
struct AsOf {
  base::Date day;                    // valid day
  std::optional<Position> known_at;  // only changes up to this position; empty: everything recorded
};

struct Fact {
  FieldNumber field = 0;  // 0: whether the record is closed (Boolean)
  SourceNumber source = 0;
  base::Date effective_from;
  Position sequence = 0;
  std::int64_t recorded_at_ms = 0;
  BatchId batch = 0;
  Value value;  // Null: cleared
};

struct RecordState {
  RecordId id = 0;
  FileId file = 0;  // it belongs to now: that of what belongs_to names last. Permission goes by this
  FileId chain =
      0;  // its changes are chained in: the file it was created in. A record that changes hands keeps its chain
  KindNumber kind = 0;
  Position version = 0;  // of the last change of this record (voids and merges included): the ETag
  Position created = 0;
  RecordId alias_of = 0;    // merged into that record
  std::vector<Fact> facts;  // by (field, source, effective_from)

  // The facts of one field (all sources), contiguous.
  std::span<const Fact> facts_of(FieldNumber field) const;
  // The fact of one source on a day; nullptr when there is none yet. A cleared one has a Null value.
  const Fact* fact(FieldNumber field, SourceNumber source, base::Date day) const;
  // The first day a fact is effective; nullopt for a record without facts.
  std::optional<base::Date> first_day() const;
};

enum class NullReason : std::uint8_t {
  None,
  Absent,
  Cleared,
  Stale,
  Unreadable,
  NotYet,      // facts exist, all effective later
  LateSource,  // the source that should have told is behind its schedule (see use.hpp)
  Purpose      // there are facts, but their source does not allow this use
};
std::string_view name_of(NullReason reason);

struct Reading {
  const Fact* fact = nullptr;              // nullptr: null for `reason`
  NullReason reason = NullReason::Absent;  // None when there is a fact
  std::optional<base::Date>
      until;                   // the first later day this reading could differ: a later fact, or the end of freshness
  const Value& value() const;  // Null when there is no fact
};

// Makes `until` the earlier of the two; nullopt is later than every day.
inline void sooner(std::optional<base::Date>& until, std::optional<base::Date> day) {
  if (day && (!until || *day < *until)) until = day;
}

// The plain field.
Reading read_plain(const RecordState& state, const Field& field, base::Date day);
// field.from.<source>: the same freshness rule, one source.
Reading read_source(const RecordState& state, const Field& field, SourceNumber source, base::Date day);
// The first day on which a fact of this effective day is no longer fresh; nullopt when it never ages.
std::optional<base::Date> stale_from(const Field& field, base::Date effective_from);
// Closed on that day. The day it could next differ comes with it. A record of which nothing stands (everything was
// voided or erased) is closed on every day.
struct ClosedReading {
  bool closed = false;
  std::optional<base::Date> until;
};
ClosedReading read_closed(const RecordState& state, base::Date day);

// A gap between sources beyond the field's tolerance, an inner check digit that fails, a value nobody could read, a
// suspicion that two records are one: what the data desk hears of. Derived from the state, never stored as truth.
struct Finding {
  FieldNumber field = 0;
  SourceNumber source = 0;  // 0: between sources
  std::string code;         // "inner_check_digit", "unreadable", "sources_differ", "unknown_code", "possible_duplicate"
  std::string zh;
  std::string en;
};
std::vector<Finding> findings_of(const RecordState& state, const Kind& kind, const Catalogue& catalogue,
                                 base::Date day);

// Applies one change to a state, as the writer does. `Void` and `Erase` cannot be applied to a state alone: answers
// false, and the record must be folded again from its changes. Damaged values are an Internal error.
base::Result<bool> apply_change(RecordState& state, const journal::StoredChange& change);
// Folds a record's changes (in recorded order, all of one record) from nothing; those after `known_at` are left out.
base::Result<RecordState> fold_changes(std::span<const journal::StoredChange> changes,
                                       std::optional<Position> known_at = std::nullopt);

// Which of a record's changes (in recorded order, all of one record) are taken back by a void that itself stands.
// Ascending.
base::Result<std::vector<Position>> voided_changes(std::span<const journal::StoredChange> changes);

// Compact bytes of a state, equal for equal states: what the table of current records holds.
std::string to_bytes(const RecordState& state);
base::Result<RecordState> state_from_bytes(std::string_view bytes);

}  // namespace yuanqu::register_
