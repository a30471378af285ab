#pragma once
// RelationBook: the relations permission goes by, read from records: who holds which post, who is away and who stands
// in, which files are shared with which institution by whose consent, and which files are an individual's. The kinds
// that hold them play the parts "position", "holding", "leave" and "consent"; a zone without such kinds has none.
//
// catch_up() brings it to the journal's last position; a permission taken away holds from the next request on. Safe
// from every thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
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

class RelationBook {
 public:
  static base::Result<std::shared_ptr<RelationBook>> open(Register& records);
  base::Result<void> catch_up();

  // Names of permission posts the account holds by record on that day.
  std::vector<std::string> posts_of(std::string_view account, base::Date day) const;
  // Accounts that are away on that day and for whom this one stands in.
  std::vector<std::string> stands_in_for(std::string_view account, base::Date day) const;
  bool away(std::string_view account, base::Date day) const;
  // By file, ascending.
  std::vector<SharedFile> shared_with(RecordId institution, base::Date day) const;
  bool individual(FileId file) const;
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
  bool in_force(const RecordState& state, const Kind& kind, base::Date day) const;

  Register& records_;
  const Kind* position_ = nullptr;
  const Kind* holding_ = nullptr;
  const Kind* leave_ = nullptr;
  const Kind* consent_ = nullptr;
  std::vector<const Kind*> of_individuals_;

  std::mutex catching_up_;
  mutable std::shared_mutex mutex_;
  std::atomic<Position> position_reached_{0};
  std::map<RecordId, RecordState> positions_, holdings_, leaves_;
  std::unordered_map<RecordId, std::map<RecordId, RecordState>> consents_;  // by institution, then by record
  std::unordered_map<RecordId, RecordId> institution_of_;                   // consent record → institution
  std::unordered_set<FileId> individuals_;
};

}  // namespace yuanqu::register_
