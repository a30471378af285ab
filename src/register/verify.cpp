#include "register/verify.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>

#include "register/attached.hpp"
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

  Result<void> check_attachments(const journal::Attachments& attachments) {
    return journal::Attachments::for_each(database_, [&](const journal::Attachment& one, bool named) {
      if (!named) return true;
      ++report.attachments;
      if (auto whole = attachments.check(one); !whole) {
        const bool missing = whole.error().code == base::ErrorCode::NotFound;
        add({missing ? "attachment_missing" : "attachment_damaged", 0, 0, 0,
             "附件 " + one.hash + (missing ? " 不见了。" : " 的内容被改动。"),
             "The attachment " + one.hash + (missing ? " is missing." : " had its bytes altered.")});
      }
      return true;
    });
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
      if (auto kept = check_names(*folded); !kept) return kept;
    }
    return {};
  }

  // What a record's facts name must be in the book, or the file would be swept away.
  Result<void> check_names(const RecordState& state) {
    for (const Fact& fact : state.facts) {
      for (const Value* one : attachments_of(fact.value)) {
        auto named = journal::Attachments::named_by(database_, one->attachment_hash(), "record", state.id);
        if (!named) return tl::unexpected(named.error());
        if (*named) continue;
        StoredChange at;
        at.sequence = fact.sequence;
        at.file = state.chain;
        at.record = state.id;
        problem("attachment_unnamed", at, "的附件没有登记为在用。", "names an attachment that the book does not keep.");
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
  if (problem) problem = verifying.check_attachments(journal.attachments());
  if (!problem) return tl::unexpected(problem.error());
  if (progress) progress(1);
  verifying.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return std::move(verifying.report);
}

}  // namespace yuanqu::register_
