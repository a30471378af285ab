#include "register/source_book.hpp"

#include <algorithm>

namespace yuanqu::register_ {

namespace {

// What a schedule is set to, whatever the day: the last word of each field.
const Value& last_word(const RecordState& state, const Field* field) {
  static const Value nothing;
  if (field == nullptr) return nothing;
  const Fact* last = nullptr;
  for (const Fact& fact : state.facts_of(field->number)) {
    if (last == nullptr || fact.effective_from > last->effective_from ||
        (fact.effective_from == last->effective_from && fact.sequence > last->sequence))
      last = &fact;
  }
  return last == nullptr ? nothing : last->value;
}

std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts;
  for (const Value& item : value.items()) texts.push_back(item.text());
  return texts;
}

}  // namespace

SourceBook::SourceBook(const Catalogue& catalogue)
    : catalogue_(catalogue), schedule_(catalogue.playing("schedule")), consent_(catalogue.playing("consent")) {}

bool SourceBook::keeps(KindNumber kind) const {
  return (schedule_ != nullptr && schedule_->number == kind) || (consent_ != nullptr && consent_->number == kind);
}

void SourceBook::forget_schedule(RecordId record) {
  const auto known = schedules_.find(record);
  if (known == schedules_.end()) return;
  auto& of_kind = schedules_of_[known->second.kind];
  std::erase(of_kind, &known->second);
  if (of_kind.empty()) schedules_of_.erase(known->second.kind);
  schedules_.erase(known);
}

bool SourceBook::put(const RecordState& state) {
  if (consent_ != nullptr && state.kind == consent_->number) {
    if (const auto known = consent_files_.find(state.id); known != consent_files_.end())
      consents_[known->second].erase(state.id);
    consent_files_[state.id] = state.file;
    if (state.alias_of == 0) consents_[state.file][state.id] = state;
    return true;
  }
  if (schedule_ == nullptr || state.kind != schedule_->number) return false;
  forget_schedule(state.id);
  Schedule schedule;
  schedule.state = state;
  const Source* source = catalogue_.source(std::string_view(last_word(state, schedule_->member("source")).text()));
  const Kind* kind = catalogue_.kind(std::string_view(last_word(state, schedule_->member("delivers")).text()));
  if (source == nullptr || kind == nullptr || state.alias_of != 0) return true;
  schedule.source = source->number;
  schedule.kind = kind->number;
  const std::string& content = last_word(state, schedule_->member("content")).text();
  schedule.content = content == "period" ? Content::Period : content == "events" ? Content::Events : Content::State;
  for (const std::string& name : texts_of(last_word(state, schedule_->member("fields")))) {
    if (const Field* field = kind->field(std::string_view(name))) schedule.fields.push_back(field->number);
  }
  schedule.purposes = texts_of(last_word(state, schedule_->member("purposes")));
  const auto at = schedules_.emplace(state.id, std::move(schedule)).first;
  schedules_of_[at->second.kind].push_back(&at->second);
  return true;
}

KindNumber SourceBook::delivers(RecordId schedule) const {
  const auto known = schedules_.find(schedule);
  return known == schedules_.end() ? 0 : known->second.kind;
}

std::vector<RecordId> SourceBook::schedules() const {
  std::vector<RecordId> ids;
  for (const auto& [id, schedule] : schedules_) ids.push_back(id);
  return ids;
}

std::vector<RecordId> SourceBook::consents_of(FileId file) const {
  std::vector<RecordId> ids;
  if (const auto found = consents_.find(file); found != consents_.end()) {
    for (const auto& [id, state] : found->second) ids.push_back(id);
  }
  return ids;
}

std::optional<base::Date> SourceBook::late_since(const Schedule& schedule, base::Date day,
                                                 std::optional<base::Date>& until) const {
  const Field* field = schedule_->member("late");
  if (field == nullptr) return std::nullopt;
  const ClosedReading closed = read_closed(schedule.state, day);
  sooner(until, closed.until);
  if (closed.closed) return std::nullopt;  // no longer expected
  const Reading reading = read_plain(schedule.state, *field, day);
  sooner(until, reading.until);
  if (reading.value().type() != ValueType::Date) return std::nullopt;
  return reading.value().as_date();
}

bool SourceBook::late_field(SourceNumber source, KindNumber kind, FieldNumber field, base::Date day,
                            std::optional<base::Date>& until) const {
  const auto found = schedules_of_.find(kind);
  if (found == schedules_of_.end()) return false;
  for (const Schedule* schedule : found->second) {
    if (schedule->source != source || schedule->content != Content::State) continue;
    const Kind* of = catalogue_.kind(kind);
    const bool key = of != nullptr && std::any_of(of->keys.begin(), of->keys.end(), [&](const auto& fields) {
                       return std::find(fields.begin(), fields.end(), field) != fields.end();
                     });
    if (key || (of != nullptr && of->belongs_to == field)) continue;  // what a record is does not become unknown
    if (!schedule->fields.empty() &&
        std::find(schedule->fields.begin(), schedule->fields.end(), field) == schedule->fields.end())
      continue;
    if (late_since(*schedule, day, until)) return true;
  }
  return false;
}

std::vector<SourceBook::LateList> SourceBook::late_lists(KindNumber kind, base::Date day,
                                                         std::optional<base::Date>& until) const {
  std::vector<LateList> late;
  const auto found = schedules_of_.find(kind);
  if (found == schedules_of_.end()) return late;
  for (const Schedule* schedule : found->second) {
    if (const auto since = late_since(*schedule, day, until))
      late.push_back({schedule->source, schedule->content, *since, schedule->fields});
  }
  return late;
}

bool SourceBook::schedule_allows(SourceNumber source, KindNumber kind, std::string_view purpose) const {
  const auto found = schedules_of_.find(kind);
  if (found == schedules_of_.end()) return true;
  return std::all_of(found->second.begin(), found->second.end(), [&](const Schedule* schedule) {
    return schedule->source != source || schedule->purposes.empty() ||
           std::find(schedule->purposes.begin(), schedule->purposes.end(), purpose) != schedule->purposes.end();
  });
}

bool SourceBook::consents(FileId file, std::string_view purpose, RecordId institution, base::Date day,
                          std::optional<base::Date>& until) const {
  const auto found = consents_.find(file);
  if (found == consents_.end()) return false;
  const auto date_of = [&](const RecordState& state, std::string_view member) -> std::optional<base::Date> {
    const Field* field = consent_->member(member);
    if (field == nullptr) return std::nullopt;
    const Reading reading = read_plain(state, *field, day);
    sooner(until, reading.until);
    if (reading.value().type() != ValueType::Date) return std::nullopt;
    return reading.value().as_date();
  };
  bool given = false;
  for (const auto& [id, state] : found->second) {
    const ClosedReading closed = read_closed(state, day);
    sooner(until, closed.until);
    const auto from = date_of(state, "from"), to = date_of(state, "to"), revoked = date_of(state, "revoked");
    if (from && *from > day) sooner(until, from);
    if (to && *to >= day) sooner(until, to->plus_days(1));
    if (revoked && *revoked > day) sooner(until, revoked);
    if (closed.closed || !from || *from > day || (to && *to < day) || (revoked && *revoked <= day)) continue;
    const auto purposes = texts_of(last_word(state, consent_->member("purposes")));
    if (std::find(purposes.begin(), purposes.end(), purpose) == purposes.end()) continue;
    const Value& named = last_word(state, consent_->member("receiver"));
    const RecordId to_whom = named.type() == ValueType::Reference ? named.as_reference() : 0;
    given = given || to_whom == institution;
  }
  return given;
}

}  // namespace yuanqu::register_
