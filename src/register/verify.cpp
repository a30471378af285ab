#include "register/verify.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <tuple>
#include <unordered_map>

#include "register/attached.hpp"
#include "register/record_store.hpp"
#include "register/verify_roots.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Database;
using journal::Hash;
using journal::Operation;
using journal::Position;
using journal::StoredChange;

namespace {

constexpr std::size_t pack_changes = 1000;  // changes handed over at once
constexpr std::size_t packs_waiting_max = 16;

// A stored record as it lies in the table, compared by its bytes.
struct StoredRecord {
  journal::RecordId id = 0;
  journal::FileId file = 0;
  journal::FileId chain = 0;
  KindNumber kind = 0;
  Position version = 0;
  Position created = 0;
  journal::RecordId alias_of = 0;
  std::string facts;
};

struct FileWork {
  std::vector<StoredChange> changes;  // of one file, in order of the chain
  std::vector<StoredRecord> records;  // by id; those that are there
};

// Where a record should lie: with what it belongs to.
struct Belonging {
  journal::RecordId record = 0;
  journal::FileId file = 0;
  journal::FileId chain = 0;
  journal::RecordId owner = 0;  // 0: its own chain
};

// A file that a fact of a current record names.
struct NamedAttachment {
  Position sequence = 0;
  journal::FileId file = 0;
  journal::RecordId record = 0;
  std::string hash;
};

struct Findings {
  std::vector<VerifyProblem> problems;
  std::uint64_t total = 0;
  std::uint64_t records = 0;
  std::vector<Belonging> belongings;
  std::vector<NamedAttachment> attachments;
};

// Checks whole files; one for each thread, without a database.
class FileChecker {
 public:
  FileChecker(const VerifyOptions& options, Findings& findings) : options_(options), findings_(findings) {}

  void check(FileWork& work) {
    check_chain(work.changes);
    compare_records(work);
  }

 private:
  void check_chain(const std::vector<StoredChange>& changes) {
    Hash previous{};
    bool previous_good = true;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const StoredChange& change = changes[i];
      bool good = true;
      if (change.previous != previous) {
        good = false;
        const bool elsewhere = std::any_of(changes.begin(), changes.end(), [&](const StoredChange& other) {
          return other.hash == change.previous && other.sequence != change.sequence;
        });
        if (elsewhere) {
          problem("reordered", change, "与同一档案里别的变动调换了次序。",
                  "changed places with another change of its file.");
        } else if (previous_good) {
          problem("previous", change, "接不上它前面的变动：前面的变动被改动、删除或调换。",
                  "does not follow the change before it: that one was altered, removed or moved.");
        }
      }
      if (good && change.hash != journal::hash_of(change)) {
        good = false;
        problem("hash", change, "的编号、时间、来源或经办人被改动。",
                "had its numbers, time, source or actor altered.");
      }
      if (good && !digest_holds(change, changes)) {
        good = false;
        problem("digest", change, "的内容或理由被改动。", "had its values or reason altered.");
      }
      previous = change.hash;
      previous_good = good;
    }
  }

  // An erased change is vouched for by what its Erase change says of the remains.
  static bool digest_holds(const StoredChange& change, const std::vector<StoredChange>& changes) {
    const Hash digest = journal::digest_of(change.salt, change.reason, change.values);
    if (change.erased_by == 0) return digest == change.digest;
    // Several erasures may have passed over it; the last one that names it counts.
    const auto erase = std::lower_bound(changes.begin(), changes.end(), change.erased_by,
                                        [](const StoredChange& one, Position wanted) { return one.sequence < wanted; });
    if (erase == changes.end() || erase->sequence != change.erased_by || erase->operation != Operation::Erase)
      return false;
    journal::ValueReader reader(erase->values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      std::string_view rest = entry.bytes;
      std::uint64_t sequence = 0;
      if (!journal::take_varint(rest, sequence) || rest.size() != digest.size()) return false;
      if (static_cast<Position>(sequence) == change.sequence)
        return std::memcmp(rest.data(), digest.data(), digest.size()) == 0;
    }
    return false;
  }

  void compare_records(FileWork& work) {
    // Stable, so that each record's changes stay in recorded order.
    std::stable_sort(work.changes.begin(), work.changes.end(),
                     [](const StoredChange& a, const StoredChange& b) { return a.record < b.record; });
    auto stored = work.records.begin();
    for (auto first = work.changes.begin(); first != work.changes.end();) {
      const auto last = std::find_if(first, work.changes.end(),
                                     [&](const StoredChange& change) { return change.record != first->record; });
      ++findings_.records;
      while (stored != work.records.end() && stored->id < first->record) ++stored;
      const bool there = stored != work.records.end() && stored->id == first->record;
      compare(std::span<const StoredChange>(first, last), there ? &*stored : nullptr);
      first = last;
    }
  }

  void compare(std::span<const StoredChange> changes, const StoredRecord* stored) {
    auto folded = fold_changes(changes);
    if (!folded) {
      problem("values_damaged", changes.front(), "所属记录的变动读不出来。",
              "belongs to a record whose changes cannot be read.");
    } else if (stored == nullptr) {
      problem("record_missing", changes.back(), "所属的当前记录不见了。",
              "belongs to a current record that is missing.");
    } else if (stored->chain != folded->chain || stored->kind != folded->kind || stored->version != folded->version ||
               stored->created != folded->created || stored->alias_of != folded->alias_of ||
               stored->facts != to_bytes(*folded)) {
      problem("record_not_fold", changes.back(), "所属的当前记录与变动推出的不同。",
              "belongs to a current record that is not the fold of its changes.");
    } else if (options_.catalogue != nullptr) {
      note_belonging(*folded, stored->file);
    }
    if (folded) note_attachments(*folded);
  }

  void note_attachments(const RecordState& state) {
    for (const Fact& fact : state.facts) {
      for (const Value* one : attachments_of(fact.value))
        findings_.attachments.push_back({fact.sequence, state.chain, state.id, std::string(one->attachment_hash())});
    }
  }

  void note_belonging(RecordState& state, journal::FileId file) {
    const Kind* kind = options_.catalogue->kind(state.kind);
    if (kind == nullptr) return;
    Belonging belonging{.record = state.id, .file = file, .chain = state.chain, .owner = 0};
    if (!kind->opens_file && kind->belongs_to != 0) belonging.owner = owner_of(*kind, state);
    if (belonging.owner != 0 || file != state.chain) findings_.belongings.push_back(belonging);
  }

  void problem(std::string code, const StoredChange& change, const std::string& zh, const std::string& en) {
    const std::string number = std::to_string(change.sequence);
    ++findings_.total;
    if (findings_.problems.size() >= options_.problems_max) return;
    findings_.problems.push_back({std::move(code), change.file, change.record, change.sequence,
                                  "第 " + number + " 号变动" + zh, "Change " + number + " " + en});
  }

  const VerifyOptions& options_;
  Findings& findings_;
};

// Threads that check what one reader hands over.
class Checkers {
 public:
  explicit Checkers(const VerifyOptions& options) {
    const unsigned processors = std::max(2U, std::thread::hardware_concurrency());
    const unsigned count = options.threads != 0 ? options.threads : std::min(processors - 1, 8U);
    findings_.resize(count);
    for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this, i, &options] { work(options, findings_[i]); });
  }
  ~Checkers() { finish(); }

  void give(std::vector<FileWork> pack) {
    std::unique_lock hold(mutex_);
    room_.wait(hold, [&] { return packs_.size() < packs_waiting_max; });
    packs_.push_back(std::move(pack));
    ready_.notify_one();
  }

  std::vector<Findings>& finish() {
    {
      const std::lock_guard hold(mutex_);
      over_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    return findings_;
  }

 private:
  void work(const VerifyOptions& options, Findings& findings) {
    FileChecker checker(options, findings);
    for (;;) {
      std::vector<FileWork> pack;
      {
        std::unique_lock hold(mutex_);
        ready_.wait(hold, [&] { return over_ || !packs_.empty(); });
        if (packs_.empty()) return;
        pack = std::move(packs_.front());
        packs_.pop_front();
        room_.notify_one();
      }
      for (FileWork& file : pack) checker.check(file);
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::deque<std::vector<FileWork>> packs_;
  bool over_ = false;
  std::vector<Findings> findings_;
  std::vector<std::thread> threads_;
};

class Verifying {
 public:
  Verifying(Database& database, const VerifyOptions& options) : database_(database), options_(options) {}
  VerifyReport report;

  // Reads file after file and hands them to the checkers.
  Result<void> check_files(Position last) {
    Checkers checkers(options_);
    std::vector<FileWork> pack(1);
    std::size_t in_pack = 0;
    Result<void> problem;
    auto read = journal::changes_by_file(database_, [&](const StoredChange& change) {
      if (!pack.back().changes.empty() && pack.back().changes.front().file != change.file) {
        problem = close_file(pack.back());
        if (in_pack >= pack_changes) {
          checkers.give(std::move(pack));
          pack.clear();
          in_pack = 0;
          if (options_.progress)
            options_.progress(static_cast<double>(report.changes) / static_cast<double>(std::max<Position>(last, 1)));
        }
        pack.emplace_back();
      }
      pack.back().changes.push_back(change);
      ++in_pack;
      ++report.changes;
      return problem.has_value();
    });
    if (!read) return read;
    if (!problem) return problem;
    if (!pack.back().changes.empty()) {
      if (auto closed = close_file(pack.back()); !closed) return closed;
      checkers.give(std::move(pack));
    }
    for (Findings& findings : checkers.finish()) {
      report.records += findings.records;
      report.problems_total += findings.total - findings.problems.size();
      for (VerifyProblem& one : findings.problems) add(std::move(one));
      belongings_.insert(belongings_.end(), findings.belongings.begin(), findings.belongings.end());
      attachments_.insert(attachments_.end(), findings.attachments.begin(), findings.attachments.end());
    }
    return {};
  }

  // Numbers are dense and times do not fall; answers the greatest number.
  Result<Position> check_sequence() {
    auto rows = database_.prepare("SELECT sequence, recorded_at FROM change ORDER BY sequence");
    if (!rows) return tl::unexpected(rows.error());
    Position expected = 1;
    std::int64_t last_time = INT64_MIN;
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return expected - 1;
      const Position sequence = rows->integer(0);
      if (sequence != expected) {
        add({"sequence_missing", 0, 0, expected, "第 " + std::to_string(expected) + " 号变动不见了。",
             "Change " + std::to_string(expected) + " is missing."});
        expected = sequence;
      }
      if (rows->integer(1) < last_time) {
        add({"time_order", 0, 0, sequence, "第 " + std::to_string(sequence) + " 号变动的记录时间早于前一条。",
             "Change " + std::to_string(sequence) + " was recorded before the one in front of it."});
      }
      last_time = rows->integer(1);
      ++expected;
    }
  }

  Result<void> check_records() {
    std::unordered_map<journal::RecordId, journal::FileId> file_of;
    std::unordered_map<journal::RecordId, journal::RecordId> alias_of;
    auto rows = database_.prepare("SELECT id, file, chain, alias_of FROM record");
    if (!rows) return tl::unexpected(rows.error());
    std::uint64_t count = 0;
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      ++count;
      if (options_.catalogue == nullptr) continue;
      file_of[rows->integer(0)] = rows->integer(1);
      if (rows->integer(3) != 0) alias_of[rows->integer(0)] = rows->integer(3);
    }
    if (count != report.records) {  // as many as were folded: then none is without changes
      if (auto checked = check_unknown_records(); !checked) return checked;
    }
    for (const Belonging& one : belongings_) {
      journal::RecordId owner = one.owner;
      for (int steps = 0; steps < 100; ++steps) {
        const auto at = alias_of.find(owner);
        if (at == alias_of.end()) break;
        owner = at->second;
      }
      const auto home = file_of.find(owner);
      const journal::FileId expected = owner == 0 || home == file_of.end() ? one.chain : home->second;
      // The record is moved when its owner is written, not when the owner is merged: then its old file is right as
      // well.
      const auto unmerged = file_of.find(one.owner);
      if (one.file == expected || (unmerged != file_of.end() && one.file == unmerged->second)) continue;
      add({"record_elsewhere", one.file, one.record, 0,
           "当前记录 " + std::to_string(one.record) + " 放在不属于它的档案 " + std::to_string(one.file) + " 里。",
           "The current record " + std::to_string(one.record) + " lies in the file " + std::to_string(one.file) +
               ", where it does not belong."});
    }
    return {};
  }

  // Every file in the book is whole, and what a record's facts name is in the book, or it would be swept away.
  Result<void> check_attachments(const journal::Attachments& attachments) {
    for (const NamedAttachment& one : attachments_) {
      auto named = journal::Attachments::named_by(database_, one.hash, "record", one.record);
      if (!named) return tl::unexpected(named.error());
      if (*named) continue;
      const std::string number = std::to_string(one.sequence);
      add({"attachment_unnamed", one.file, one.record, one.sequence, "第 " + number + " 号变动的附件没有登记为在用。",
           "Change " + number + " names an attachment that the book does not keep."});
    }
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

  Result<void> check_roots(Position last) {
    return verify_roots(database_, options_, last, report, [this](VerifyProblem problem) { add(std::move(problem)); });
  }

  void sort_problems() {
    std::stable_sort(report.problems.begin(), report.problems.end(),
                     [](const VerifyProblem& a, const VerifyProblem& b) {
                       const Position left = a.sequence == 0 ? INT64_MAX : a.sequence;
                       const Position right = b.sequence == 0 ? INT64_MAX : b.sequence;
                       return std::tie(left, a.record, a.code) < std::tie(right, b.record, b.code);
                     });
    if (report.problems.size() > options_.problems_max) report.problems.resize(options_.problems_max);
  }

 private:
  Result<void> close_file(FileWork& work) {
    ++report.files;
    std::vector<journal::RecordId> records;
    for (const StoredChange& change : work.changes) {
      if (records.empty() || records.back() != change.record) records.push_back(change.record);
    }
    std::sort(records.begin(), records.end());
    records.erase(std::unique(records.begin(), records.end()), records.end());
    auto select = database_.prepare("SELECT id,file,chain,kind,version,created,alias_of,facts FROM record WHERE id=?");
    if (!select) return tl::unexpected(select.error());
    for (journal::RecordId record : records) {
      select->reset();
      auto row = select->bind(1, record).step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) continue;
      work.records.push_back({select->integer(0), select->integer(1), select->integer(2),
                              static_cast<KindNumber>(select->integer(3)), select->integer(4), select->integer(5),
                              select->integer(6), std::string(select->blob(7))});
    }
    return {};
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

  void add(VerifyProblem problem) {
    ++report.problems_total;
    // A few more than asked for are kept until they are sorted, so that the first ones stay.
    if (report.problems.size() < options_.problems_max * 10) report.problems.push_back(std::move(problem));
  }

  Database& database_;
  const VerifyOptions& options_;
  std::vector<Belonging> belongings_;
  std::vector<NamedAttachment> attachments_;
};

}  // namespace

Result<VerifyReport> verify(journal::Journal& journal, const VerifyOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  Verifying verifying(snapshot->database(), options);
  if (auto checked = verifying.check_files(snapshot->position()); !checked) return tl::unexpected(checked.error());
  auto last = verifying.check_sequence();
  if (!last) return tl::unexpected(last.error());
  if (auto checked = verifying.check_records(); !checked) return tl::unexpected(checked.error());
  if (auto checked = verifying.check_attachments(journal.attachments()); !checked)
    return tl::unexpected(checked.error());
  if (auto checked = verifying.check_roots(*last); !checked) return tl::unexpected(checked.error());
  verifying.sort_problems();
  if (options.progress) options.progress(1);
  verifying.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return std::move(verifying.report);
}

}  // namespace yuanqu::register_
