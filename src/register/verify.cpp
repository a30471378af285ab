#include "register/verify.hpp"

#include <chrono>
#include <map>
#include <set>

#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::StoredChange;

namespace {

// Walks one file's chain at a time and keeps its changes by record, so that each record can be folded when the file ends.
class Walk {
 public:
  Walk(journal::Database& database, VerifyReport& report, std::size_t problems_max) : database_(database), report_(report), max_(problems_max) {}

  Result<void> change(const StoredChange& change) {
    if (change.file != file_) {
      if (auto ended = end_file(); !ended) return ended;
      file_ = change.file;
      previous_ = journal::Hash{};
      ++report_.files;
    }
    ++report_.changes;
    sequences_.push_back(change.sequence);
    const auto at = std::to_string(change.sequence);
    if (change.previous != previous_) {
      note("previous", change, "第 " + at + " 号变动接不上它前面的一条：中间有被删去或改动的。", "Change " + at + " does not follow the one before it: something between was removed or altered.");
    }
    const bool erased = change.erased_by != 0;
    if (!erased && journal::digest_of(change.salt, change.reason, change.values) != change.digest) {
      note("digest", change, "第 " + at + " 号变动的内容被改动过。", "The content of change " + at + " was altered.");
    }
    if (erased) remaining_[change.erased_by].emplace_back(change.sequence, journal::digest_of(change.salt, "", change.values));
    if (journal::hash_of(change) != change.hash) {
      note("hash", change, "第 " + at + " 号变动的登记项被改动过。", "The entry of change " + at + " was altered.");
    }
    if (change.recorded_at_ms < recorded_at_ms_) note("time_order", change, "第 " + at + " 号变动的时间早于它前面的一条。", "Change " + at + " is earlier than the one before it.");
    recorded_at_ms_ = change.recorded_at_ms;
    previous_ = change.hash;
    records_[change.record].push_back(change);
    return {};
  }

  Result<void> finish() {
    if (auto ended = end_file(); !ended) return ended;
    std::sort(sequences_.begin(), sequences_.end());
    for (std::size_t i = 0; i < sequences_.size(); ++i) {
      const Position expected = static_cast<Position>(i + 1);
      if (sequences_[i] == expected) continue;
      StoredChange missing;
      missing.sequence = expected;
      note("sequence_missing", missing, "缺第 " + std::to_string(expected) + " 号变动。", "Change " + std::to_string(expected) + " is missing.");
      break;
    }
    return unknown_records();
  }

 private:
  void note(std::string code, const StoredChange& change, std::string zh, std::string en) {
    ++report_.problems_total;
    if (report_.problems.size() < max_) report_.problems.push_back({std::move(code), change.file, change.record, change.sequence, std::move(zh), std::move(en)});
  }

  Result<void> end_file() {
    recorded_at_ms_ = 0;
    // An Erase vouches for what remains of the changes it took values out of.
    for (const auto& [erase, digests] : remaining_) {
      for (const auto& [record, changes] : records_) {
        for (const StoredChange& change : changes) {
          if (change.sequence != erase) continue;
          for (const auto& [sequence, digest] : digests) {
            if (!vouches(change, sequence, digest)) {
              note("digest", change, "第 " + std::to_string(sequence) + " 号变动被抹去后的内容与抹去记录不符。",
                   "What remains of change " + std::to_string(sequence) + " is not what its erasure vouches for.");
            }
          }
        }
      }
    }
    remaining_.clear();
    for (const auto& [record, changes] : records_) {
      ++report_.records;
      known_.insert(record);
      auto folded = fold_changes(changes);
      if (!folded) {
        note("values_damaged", changes.front(), folded.error().zh, folded.error().en);
        continue;
      }
      auto row = database_.prepare("SELECT file, kind, version, created, alias_of, state FROM record WHERE id = ?");
      if (!row) return tl::unexpected(row.error());
      row->bind_all(record);
      auto found = row->step();
      if (!found) return tl::unexpected(found.error());
      const auto equal = [&] {
        return row->integer(0) == folded->file && row->integer(1) == folded->kind && row->integer(2) == folded->version &&
               row->integer(3) == folded->created && row->integer(4) == folded->alias_of && row->blob(5) == to_bytes(*folded);
      };
      if (!*found) {
        note("record_missing", changes.back(), "记录 " + std::to_string(record) + " 不在现行档案中。", "Record " + std::to_string(record) + " is not among the current records.");
      } else if (!equal()) {
        note("record_not_fold", changes.back(), "记录 " + std::to_string(record) + " 的现行内容与它的变动不符。",
             "The current state of record " + std::to_string(record) + " is not what its changes make.");
      }
    }
    records_.clear();
    return {};
  }

  static bool vouches(const StoredChange& erase, Position sequence, const journal::Hash& digest) {
    journal::ValueReader reader(erase.values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      std::string_view rest = entry.bytes;
      std::uint64_t named = 0;
      if (!journal::take_varint(rest, named) || static_cast<Position>(named) != sequence) continue;
      return rest == std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
    }
    return false;
  }

  Result<void> unknown_records() {
    auto row = database_.prepare("SELECT id, file FROM record");
    if (!row) return tl::unexpected(row.error());
    while (true) {
      auto more = row->step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
      if (known_.count(row->integer(0)) != 0) continue;
      StoredChange nowhere;
      nowhere.record = row->integer(0);
      nowhere.file = row->integer(1);
      note("record_unknown", nowhere, "现行档案中的记录 " + std::to_string(nowhere.record) + " 没有任何变动记载。",
           "The current record " + std::to_string(nowhere.record) + " has no change that made it.");
    }
  }

  journal::Database& database_;
  VerifyReport& report_;
  std::size_t max_;
  FileId file_ = 0;
  journal::Hash previous_{};
  std::int64_t recorded_at_ms_ = 0;
  std::map<RecordId, std::vector<StoredChange>> records_;  // of the file being walked
  std::map<Position, std::vector<std::pair<Position, journal::Hash>>> remaining_;
  std::vector<Position> sequences_;
  std::set<RecordId> known_;
};

}  // namespace

Result<VerifyReport> verify(journal::Journal& journal, const std::function<void(double)>& progress, std::size_t problems_max) {
  const auto began = std::chrono::steady_clock::now();
  VerifyReport report;
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  journal::Database& database = snapshot->database();
  const double total = static_cast<double>(std::max<Position>(snapshot->position(), 1));
  Walk walk(database, report, problems_max);
  Result<void> walked;
  auto read = journal::changes_by_file(database, [&](const StoredChange& change) {
    walked = walk.change(change);
    if (progress && report.changes % 10'000 == 0) progress(static_cast<double>(report.changes) / total);
    return walked.has_value();
  });
  if (!read) return tl::unexpected(read.error());
  if (!walked) return tl::unexpected(walked.error());
  if (auto finished = walk.finish(); !finished) return tl::unexpected(finished.error());
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return report;
}

}  // namespace yuanqu::register_
