#include "register/use.hpp"

#include <algorithm>

namespace yuanqu::register_ {

namespace {

// As in the plain reading: what says more about why there is no value replaces what says less, else the first stays.
int weight(NullReason reason) {
  switch (reason) {
    case NullReason::None:
    case NullReason::Absent: return 0;
    case NullReason::NotYet: return 1;
    case NullReason::Cleared: return 2;
    default: return 3;
  }
}

bool lists(const std::vector<std::string>& list, const std::string& purpose) {
  return std::find(list.begin(), list.end(), purpose) != list.end();
}

}  // namespace

Use::Use(const Catalogue& catalogue, std::string purpose) : purpose_(std::move(purpose)) {
  for (const Source& source : catalogue.sources()) {
    if (allowances_.size() <= source.number) allowances_.resize(source.number + 1, Allowance::Free);
    const bool free = source.purposes.empty() || lists(source.purposes, purpose_);
    allowances_[source.number] = free                                   ? Allowance::Free
                                 : lists(source.with_consent, purpose_) ? Allowance::WithConsent
                                                                        : Allowance::Never;
    unrestricted_ = unrestricted_ && free;
  }
}

Allowance Use::allowance(SourceNumber source) const {
  return source < allowances_.size() ? allowances_[source] : Allowance::Free;
}

bool Use::forbids(const Field& field) const {
  return !field.sources.empty() && std::all_of(field.sources.begin(), field.sources.end(), [&](SourceNumber source) {
    return allowance(source) == Allowance::Never;
  });
}

bool Use::allowed(const SourceBook& book, const RecordState& state, SourceNumber source, base::Date day,
                  std::optional<base::Date>& until) const {
  if (purpose_.empty()) return true;
  const Allowance by_law = allowance(source);
  if (by_law == Allowance::Never || !book.schedule_allows(source, state.kind, purpose_)) return false;
  return by_law == Allowance::Free || book.consents(state.file, purpose_, 0, day, until);
}

Reading Use::of_source(const SourceBook& book, const RecordState& state, const Field& field, SourceNumber source,
                       base::Date day) const {
  Reading reading;
  if (!allowed(book, state, source, day, reading.until)) {
    reading.reason = NullReason::Purpose;
    return reading;
  }
  if (book.late_field(source, state.kind, field.number, day, reading.until)) {
    reading.reason = NullReason::LateSource;
    return reading;
  }
  const auto until = reading.until;
  reading = register_::read_source(state, field, source, day);
  sooner(reading.until, until);
  return reading;
}

Reading Use::read(const SourceBook& book, const RecordState& state, const Field& field, base::Date day) const {
  if (purpose_.empty() || (unrestricted_ && book.quiet(state.kind))) return read_plain(state, field, day);
  Reading found;
  const auto facts = state.facts_of(field.number);
  const auto take = [&](SourceNumber source, bool told) {
    // A source that never told of this record is not missed, unless the record is one it should tell of.
    if (!told && !book.late_field(source, state.kind, field.number, day, found.until)) return false;
    Reading one = of_source(book, state, field, source, day);
    sooner(found.until, one.until);
    if (one.fact != nullptr) {
      found.fact = one.fact;
      found.reason = NullReason::None;
      return true;
    }
    if (weight(one.reason) > weight(found.reason)) found.reason = one.reason;
    return false;
  };
  if (field.sources.empty()) {
    SourceNumber last = 0;
    for (const Fact& fact : facts) {
      if (fact.source == last) continue;
      last = fact.source;
      if (take(last, true)) return found;
    }
    return found;
  }
  for (const SourceNumber source : field.sources) {
    const bool told = std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.source == source; });
    if (take(source, told)) return found;
  }
  return found;
}

Reading Use::read_source(const SourceBook& book, const RecordState& state, const Field& field, SourceNumber source,
                         base::Date day) const {
  if (purpose_.empty()) return register_::read_source(state, field, source, day);
  return of_source(book, state, field, source, day);
}

RecordState Use::readable(const SourceBook& book, const RecordState& state, base::Date day,
                          std::optional<base::Date>& until) const {
  RecordState copy = state;
  if (purpose_.empty()) return copy;
  std::erase_if(copy.facts,
                [&](const Fact& fact) { return fact.field != 0 && !allowed(book, state, fact.source, day, until); });
  return copy;
}

}  // namespace yuanqu::register_
