#pragma once
// Audit: what was done, by whom, when, in an append-only file. Every record holds the SHA-256 of the one before it, so
// a record that was changed, removed or put in between breaks the chain; head() may be kept elsewhere to notice a tail
// that was cut off. append() returns when the record is synced; after the first failure nothing is accepted until the
// audit is opened again, and so no command leaves. Times are the server's.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/desk.hpp"
#include "control/record_log.hpp"

namespace yuanqu::control {

struct AuditRecord {
  std::uint64_t number = 0;  // from 1
  std::int64_t at_ms = 0;
  std::string what;
  Details details;
  std::string previous;  // hex SHA-256 of the record before; 64 zeros for the first
  std::string hash;      // of this one
};

class Audit {
 public:
  // Opens `path` (made when missing) and checks the whole chain; a broken one is an error that names the record.
  static base::Result<std::unique_ptr<Audit>> open(const std::filesystem::path& path, const base::Clock& clock);
  base::Result<void> append(std::string_view what, const Details& details);

  std::uint64_t count() const { return count_; }
  const std::string& head() const { return head_; }
  bool failed() const { return log_->failed(); }

  // The records of a file, first to last; fails where the chain breaks.
  static base::Result<void> read(const std::filesystem::path& path,
                                 const std::function<void(const AuditRecord&)>& record);
  // JSON Lines, one record a line: {"number":…,"at_ms":…,"what":…,"details":[[…,…]],"previous":…,"hash":…}.
  static std::string to_json(const AuditRecord& record);

 private:
  explicit Audit(const base::Clock& clock) : clock_(clock) {}
  const base::Clock& clock_;
  std::unique_ptr<RecordLog> log_;
  std::uint64_t count_ = 0;
  std::string head_;
};

}  // namespace yuanqu::control
