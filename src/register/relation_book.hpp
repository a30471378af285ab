#pragma once
// RelationBook: the relations permission goes by, read from records: who holds which post, who is away and who stands
// in, who acts for which enterprise, which files are shared with which institution by whose consent, which files are an
// individual's, and in which place each file lies. The kinds that hold them play the parts "position", "holding",
// "leave", "mandate" and "consent"; a zone without such kinds has none.
//
// catch_up() brings it to the journal's last position; a permission taken away holds from the next request on. Safe
// from every thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "register/record.hpp"

namespace yuanqu::register_ {

class Register;

// A file an institution may see by consent.
struct SharedFile {
  FileId file = 0;
  std::uint8_t classes = 0;  // bit per FieldClass
  std::vector<std::string> purposes;
};

// A post held by record: everywhere, or within one place (the file of a park).
struct HeldPost {
  std::string name;
  FileId within = 0;  // 0: everywhere
  friend bool operator==(const HeldPost&, const HeldPost&) = default;
};

// A file somebody acts for by its owner's word; some kinds of its records, or (none named) all.
struct Agency {
  FileId file = 0;
  std::vector<KindNumber> kinds;
};

class RelationBook {
 public:
  static base::Result<std::shared_ptr<RelationBook>> open(Register& records);
  base::Result<void> catch_up();

  // Permission posts the account holds by record on that day.
  std::vector<HeldPost> posts_of(std::string_view account, base::Date day) const;
  // Files it acts for on that day.
  std::vector<Agency> agencies_of(std::string_view account, base::Date day) const;
  // Accounts that are away on that day and for whom this one stands in.
  std::vector<std::string> stands_in_for(std::string_view account, base::Date day) const;
  bool away(std::string_view account, base::Date day) const;
  // By file, ascending.
  std::vector<SharedFile> shared_with(RecordId institution, base::Date day) const;
  bool individual(FileId file) const;
  // The place a file lies in; 0 when none is named; nullopt when its kind has no place. By the last word of the most
  // trusted source, whatever the day, as files go.
  std::optional<FileId> place_of(FileId file) const;
  std::vector<FileId> files_in(FileId place) const;  // ascending, its own among them
  // Holdings in force on that day: (record, version), for a hand-over.
  struct Holding {
    RecordId record = 0;
    RecordId post = 0;
    FileId file = 0;
    std::string account;
  };
  std::vector<Holding> holdings_of(std::string_view account, base::Date day) const;

 private:
  explicit RelationBook(Register& records);
  void take(const RecordState& state);
  void take_agency(const RecordState& state);
  void take_place(const RecordState& state);
  bool in_force(const RecordState& state, const Kind& kind, base::Date day) const;

  Register& records_;
  const Kind* position_ = nullptr;
  const Kind* holding_ = nullptr;
  const Kind* leave_ = nullptr;
  const Kind* consent_ = nullptr;
  const Kind* agency_ = nullptr;
  std::vector<const Kind*> of_individuals_;
  std::vector<const Kind*> opening_placed_;  // kinds that open files with a place, and places

  std::mutex catching_up_;
  mutable std::shared_mutex mutex_;
  std::atomic<Position> position_reached_{0};
  std::map<RecordId, RecordState> positions_, holdings_, leaves_;
  std::unordered_map<RecordId, std::map<RecordId, RecordState>> consents_;     // by institution, then by record
  std::unordered_map<RecordId, RecordId> institution_of_;                      // consent record → institution
  std::unordered_map<std::string, std::map<RecordId, RecordState>> agencies_;  // by account, then by record
  std::unordered_map<RecordId, std::string> agent_of_;                         // agency record → account
  std::unordered_set<FileId> individuals_;
  std::unordered_map<FileId, FileId> places_;  // file → place
};

}  // namespace yuanqu::register_
