#pragma once
// AccessLog: who looked at whose file, when, what for. Below every exit: the register notes looks itself. A revealed
// value and an export go out only after their entry is durable; a page may be shown while its entry is on its way to
// the next commit. One entry for each person, file and kind of look within an hour. The owner's own looks are not
// noted. An enterprise sees the entries of its file; auditors see all. Kept outside the journal: it tells about people
// at work, not about the zone.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "journal/journal.hpp"
#include "register/catalogue.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

enum class LookKind : std::uint8_t { File, Record, History, Reveal, Export, Request };
std::string_view name_of(LookKind kind);  // "file", "record" …

struct Look {
  std::int64_t id = 0;
  std::int64_t at_ms = 0;
  std::int64_t account = 0;
  LookKind what = LookKind::File;
  FileId file = 0;  // 0: a request that is about no file in particular (auditors)
  RecordId record = 0;
  FieldNumber field = 0;
  std::string reason;  // of a reveal; what was exported; the request
};

struct LookFilter {
  FileId file = 0;           // 0: every file
  std::int64_t account = 0;  // 0: everybody
  std::int64_t before = 0;   // id; 0: from the newest
  std::size_t limit = 100;
};

class AccessLog {
 public:
  explicit AccessLog(journal::Journal& journal) : journal_(journal) {}
  static base::Result<void> create_tables(journal::Database& database);

  void note(Look look);                                            // soon durable
  base::Result<void> keep(std::vector<Look> looks);                // durable when it answers
  base::Result<std::vector<Look>> list(const LookFilter& filter);  // newest first

 private:
  journal::Journal& journal_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::int64_t> noted_;  // (account, file, kind) → hour
};

}  // namespace yuanqu::register_
