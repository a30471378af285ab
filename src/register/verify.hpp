#pragma once
// Verify: what an auditor asks of a data folder. Every chain is walked and every current record is folded anew and
// compared. Every attachment that anything names is read and hashed.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "journal/journal.hpp"

namespace yuanqu::register_ {

struct VerifyProblem {
  std::string code;  // "digest", "hash", "previous", "sequence_missing", "sequence_order", "time_order",
                     // "record_not_fold", "record_missing", "record_unknown", "values_damaged",
                     // "attachment_missing", "attachment_damaged", "attachment_unnamed"
  journal::FileId file = 0;
  journal::RecordId record = 0;
  journal::Position sequence = 0;
  std::string zh;
  std::string en;
};

struct VerifyReport {
  std::uint64_t changes = 0;
  std::uint64_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;  // named ones, read whole
  std::vector<VerifyProblem> problems;  // the first of each file, at most problems_max
  std::uint64_t problems_total = 0;
  double seconds = 0;
};

// Reads one snapshot; beside a serving process or alone.
base::Result<VerifyReport> verify(journal::Journal& journal, const std::function<void(double)>& progress = {},
                                  std::size_t problems_max = 100);

}  // namespace yuanqu::register_
