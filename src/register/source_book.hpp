#pragma once
// SourceBook: what the zone's records say about its sources and its consents, held ready for whoever reads facts.
// A *schedule* (a record of the kind that plays that part) says that a source delivers a kind of record each period;
// its field `late_from` holds, while a delivery is behind, the first day of the period that is missing. It is set by
// the house when the expected day passes and taken back when the delivery comes (see deliveries.hpp), so lateness is a
// fact like any other: it has valid days and a known-at. A *consent* allows a use of a file.
//
// What a schedule tells (member `content`): `state` – how things are now: while it is late, the fields it tells of are
// not known; `period` – figures of a period: the list of such records lacks one while it is late; `events` – what
// happened: the list is not complete while it is late.
//
// Fed with records one by one; not safe from threads by itself: its owner guards it.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "register/catalogue.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

enum class Content : std::uint8_t { State, Period, Events };

class SourceBook {
 public:
  explicit SourceBook(const Catalogue& catalogue);

  // Takes the record when it is of a kind this book keeps; answers whether it was.
  bool put(const RecordState& state);
  bool keeps(KindNumber kind) const;
  // The kind of record a schedule record delivers (its readings change with it); 0 for other records.
  KindNumber delivers(RecordId schedule) const;
  // What it was fed: every schedule, and the consents of a file. Ascending.
  std::vector<RecordId> schedules() const;
  std::vector<RecordId> consents_of(FileId file) const;

  // No schedule speaks of this kind: readings need not ask.
  bool quiet(KindNumber kind) const { return schedules_of_.find(kind) == schedules_of_.end(); }
  bool late_field(SourceNumber source, KindNumber kind, FieldNumber field, base::Date day,
                  std::optional<base::Date>& until) const;
  struct LateList {
    SourceNumber source = 0;
    Content content = Content::Events;
    base::Date since;                 // first day of the missing period
    std::vector<FieldNumber> fields;  // that it owes; empty: all the source may write
  };
  // Schedules of this kind whose lists are incomplete on that day.
  std::vector<LateList> late_lists(KindNumber kind, base::Date day, std::optional<base::Date>& until) const;
  // Whether the schedules of (source, kind), if any, allow the purpose. The law's limits are the catalogue's.
  bool schedule_allows(SourceNumber source, KindNumber kind, std::string_view purpose) const;
  // A consent of the file in force on that day for the purpose; `institution` 0: for the zone itself.
  bool consents(FileId file, std::string_view purpose, RecordId institution, base::Date day,
                std::optional<base::Date>& until) const;

 private:
  struct Schedule {
    RecordState state;
    SourceNumber source = 0;
    KindNumber kind = 0;
    Content content = Content::State;
    std::vector<FieldNumber> fields;  // that it tells; empty: all the source may write
    std::vector<std::string> purposes;
  };
  std::optional<base::Date> late_since(const Schedule& schedule, base::Date day,
                                       std::optional<base::Date>& until) const;
  void forget_schedule(RecordId record);

  const Catalogue& catalogue_;
  const Kind* schedule_ = nullptr;
  const Kind* consent_ = nullptr;
  std::map<RecordId, Schedule> schedules_;
  std::unordered_map<KindNumber, std::vector<const Schedule*>> schedules_of_;
  std::unordered_map<FileId, std::map<RecordId, RecordState>> consents_;
  std::unordered_map<RecordId, FileId> consent_files_;
};

}  // namespace yuanqu::register_
