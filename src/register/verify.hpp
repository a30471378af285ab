#pragma once
// Verify: what an auditor asks of a data folder. Every chain is walked, every current record is folded anew and
// compared, every checkpoint's root is worked out again from the changes it covers, and roots kept outside tell whether
// the tail was cut off or the whole rewritten. Every attachment that anything names is read and hashed. docs/records.md
// says it exactly enough to be written again by others.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "journal/checkpoint.hpp"
#include "journal/journal.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::register_ {

struct VerifyProblem {
  // digest            values or reason of the change were altered
  // hash              its numbers, time, source or actor were altered
  // previous          it does not follow the change before it: that one was altered, removed or moved
  // reordered         it follows another change of its file than the one in front of it
  // sequence_missing  there is no change of this number
  // cut_off           changes from here on are gone: a root kept outside covers them
  // time_order        it was recorded before the one in front of it
  // root_differs      changes from here on to the checkpoint's position are not those it was made over
  // root_forged       a checkpoint's root or signature does not hold, or another key signed it
  // root_order        a checkpoint does not follow the one before it
  // attachment_missing, attachment_damaged, attachment_unnamed: a file that something names
  // values_damaged, record_not_fold, record_missing, record_unknown, record_elsewhere: the current record
  std::string code;
  journal::FileId file = 0;
  journal::RecordId record = 0;
  journal::Position sequence = 0;  // the change, 0 when it is about a record alone
  std::string zh;
  std::string en;
};

struct VerifyOptions {
  std::vector<journal::Checkpoint> roots;        // kept outside
  std::optional<journal::PublicKey> public_key;  // the only key that may have signed; without it any one key
  const Catalogue* catalogue = nullptr;          // with it, that every record lies in the file it belongs to
  std::size_t problems_max = 100;
  unsigned threads = 0;  // that hash and fold beside the one that reads; 0: as many as there are processors, less one
  std::function<void(double part)> progress;
};

struct VerifyReport {
  std::uint64_t changes = 0;
  std::uint64_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;  // named ones, read whole
  std::uint64_t checkpoints = 0;  // of the data folder
  std::uint64_t roots = 0;        // from outside, that agree
  journal::Position covered = 0;  // by the last root from outside that agrees; what came after could be cut off unseen
  std::optional<journal::PublicKey> key;  // that signed
  std::vector<VerifyProblem> problems;    // by change, then by record; at most problems_max
  std::uint64_t problems_total = 0;
  double seconds = 0;
};

// Reads one snapshot; beside a serving process or alone.
base::Result<VerifyReport> verify(journal::Journal& journal, const VerifyOptions& options = {});

}  // namespace yuanqu::register_
