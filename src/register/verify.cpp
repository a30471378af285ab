#include "register/verify.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>

#include "register/record_store.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Database;
using journal::StoredChange;

namespace {

class Verifying {
 public:
  Verifying(Database& database, std::size_t problems_max) : database_(database), problems_max_(problems_max) {}
  VerifyReport report;

  Result<void> check_file(std::vector<StoredChange>& changes) {
    ++report.files;
    journal::Hash previous{};
    for (const StoredChange& change : changes) {
      ++report.changes;
      if (change.previous != previous) {
        problem("previous", change, "接不上它前面的变动：前面的变动被改动、删除或调换。",
                "does not follow the change before it: that one was altered, removed or moved.");
      } else if (change.hash != journal::hash_of(change)) {
        problem("hash", change, "的编号、时间、来源或经办人被改动。",
                "had its numbers, time, source or actor altered.");
      } else if (!digest_holds(change, changes)) {
        problem("digest", change, "的内容或理由被改动。", "had its values or reason altered.");
      }
      previous = change.hash;
    }
    return compare_records(changes);
  }

  Result<void> check_sequence() {
    auto rows = database_.prepare("SELECT sequence, recorded_at FROM change ORDER BY sequence");
    if (!rows) return tl::unexpected(rows.error());
    journal::Position expected = 1;
    std::int64_t last_time = INT64_MIN;
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return {};
      StoredChange at;
      at.sequence = rows->integer(0);
      if (at.sequence != expected) {
        StoredChange missing;
        missing.sequence = expected;
        problem("sequence_missing", missing, "不见了。", "is missing.");
        expected = at.sequence;
      }
      if (rows->integer(1) < last_time)
        problem("time_order", at, "的记录时间早于前一条。", "was recorded before the one in front of it.");
      last_time = rows->integer(1);
      ++expected;
    }
  }

  Result<void> check_unknown_records() {
    auto rows = database_.prepare(
        "SELECT id, file FROM record r WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.file = r.chain AND c.record = "
        "r.id)");
    if (!rows) return tl::unexpected(rows.error());
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return {};
      add({"record_unknown", rows->integer(1), rows->integer(0), 0,
           "当前记录 " + std::to_string(rows->integer(0)) + " 没有任何变动作依据。",
           "The current record " + std::to_string(rows->integer(0)) + " rests on no change."});
    }
  }

 private:
  // An erased change is vouched for by what its Erase change says of the remains.
  static bool digest_holds(const StoredChange& change, const std::vector<StoredChange>& changes) {
    const journal::Hash digest = journal::digest_of(change.salt, change.reason, change.values);
    if (change.erased_by == 0) return digest == change.digest;
    // Several erasures may have passed over it; the last one that names it counts.
    const auto erase = std::find_if(changes.begin(), changes.end(),
                                    [&](const StoredChange& one) { return one.sequence == change.erased_by; });
    if (erase == changes.end() || erase->operation != journal::Operation::Erase) return false;
    journal::ValueReader reader(erase->values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      std::string_view rest = entry.bytes;
      std::uint64_t sequence = 0;
      if (!journal::take_varint(rest, sequence) || rest.size() != digest.size()) return false;
      if (static_cast<journal::Position>(sequence) == change.sequence)
        return std::memcmp(rest.data(), digest.data(), digest.size()) == 0;
    }
    return false;
  }

  Result<void> compare_records(std::vector<StoredChange>& changes) {
    std::map<journal::RecordId, std::vector<StoredChange>> by_record;
    for (StoredChange& change : changes) by_record[change.record].push_back(std::move(change));
    for (const auto& [record, own] : by_record) {
      ++report.records;
      auto folded = fold_changes(own);
      if (!folded) {
        problem("values_damaged", own.front(), "所属记录的变动读不出来。",
                "belongs to a record whose changes cannot be read.");
        continue;
      }
      auto stored = load_state(database_, record);
      if (!stored) {
        problem("record_not_fold", own.back(), "之后的当前记录已损坏。", "is followed by a damaged current record.");
      } else if (!*stored) {
        problem("record_missing", own.back(), "所属的当前记录不见了。", "belongs to a current record that is missing.");
      } else if (!same(**stored, *folded)) {
        problem("record_not_fold", own.back(), "所属的当前记录与变动推出的不同。",
                "belongs to a current record that is not the fold of its changes.");
      }
    }
    return {};
  }

  static bool same(const RecordState& a, const RecordState& b) {
    return a.id == b.id && a.chain == b.chain && a.kind == b.kind && a.version == b.version && a.created == b.created &&
           a.alias_of == b.alias_of && to_bytes(a) == to_bytes(b);
  }

  void problem(std::string code, const StoredChange& change, const std::string& zh, const std::string& en) {
    const std::string number = std::to_string(change.sequence);
    add({std::move(code), change.file, change.record, change.sequence, "第 " + number + " 号变动" + zh,
         "Change " + number + " " + en});
  }
  void add(VerifyProblem problem) {
    ++report.problems_total;
    if (report.problems.size() < problems_max_) report.problems.push_back(std::move(problem));
  }

  Database& database_;
  std::size_t problems_max_;
};

}  // namespace

Result<VerifyReport> verify(journal::Journal& journal, const std::function<void(double)>& progress,
                            std::size_t problems_max) {
  const auto started = std::chrono::steady_clock::now();
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  Verifying verifying(snapshot->database(), problems_max);
  const double total = static_cast<double>(std::max<journal::Position>(snapshot->position(), 1));
  std::vector<StoredChange> changes;
  Result<void> problem;
  std::uint64_t told = 0;
  auto walked = journal::changes_by_file(snapshot->database(), [&](const StoredChange& change) {
    if (!changes.empty() && changes.front().file != change.file) {
      problem = verifying.check_file(changes);
      changes.clear();
      if (progress && verifying.report.changes >= told + 10'000) {
        told = verifying.report.changes;
        progress(static_cast<double>(told) / total);
      }
    }
    changes.push_back(change);
    return problem.has_value();
  });
  if (!walked) return tl::unexpected(walked.error());
  if (problem && !changes.empty()) problem = verifying.check_file(changes);
  if (problem) problem = verifying.check_sequence();
  if (problem) problem = verifying.check_unknown_records();
  if (!problem) return tl::unexpected(problem.error());
  if (progress) progress(1);
  verifying.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return std::move(verifying.report);
}

}  // namespace yuanqu::register_
