#include "journal/writer.hpp"

#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace yuanqu::journal {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::size_t heads_max = 200'000;

// Random salts, drawn by the kilobyte: one system call a change would be felt in imports.
class Salts {
 public:
  Salt next() {
    if (at_ == pool_.size()) {
      randombytes_buf(pool_.data(), pool_.size());
      at_ = 0;
    }
    Salt salt{};
    std::memcpy(salt.data(), pool_.data() + at_, salt.size());
    sodium_memzero(pool_.data() + at_, salt.size());
    at_ += salt.size();
    return salt;
  }

 private:
  std::array<std::uint8_t, 16 * 256> pool_{};
  std::size_t at_ = 16 * 256;
};

// A word that is said for every work stays prepared: reading it anew would cost more than doing it.
base::Result<void> say(Database& database, std::string_view word) {
  auto statement = database.prepare(word);
  if (!statement) return tl::unexpected(statement.error());
  return statement->run();
}

base::Error read_only() {
  return {ErrorCode::Unavailable,
          "磁盘出过错。为保住已经保存的内容，系统已转为只读，可以查看，不能写入。请检查磁盘，然后重启服务。",
          "The disk failed. To keep what is stored, the system is read-only: look, but nothing is written. Check the "
          "disk, then restart the service.",
          {}};
}

}  // namespace

class Writer::Batch final : public Transaction {
 public:
  Batch(Writer& writer, const BatchInfo& info, std::int64_t recorded_at_ms, BatchId batch, std::int64_t pack_version)
      : writer_(writer), info_(info), recorded_at_ms_(recorded_at_ms), batch_(batch), pack_version_(pack_version) {}

  base::Result<Position> append(Change change) override {
    if (sealed_) {
      return fail(ErrorCode::Internal, "参与者不能在批次结束时再追加变动。",
                  "A participant may not append changes when a batch ends.");
    }
    auto previous = writer_.head_of(change.file);
    if (!previous) return tl::unexpected(previous.error());
    StoredChange stored;
    stored.sequence = writer_.position_ + 1;
    stored.file = change.file;
    stored.record = change.record;
    stored.kind = change.kind;
    stored.operation = change.operation;
    stored.effective_from = change.effective_from;
    stored.recorded_at_ms = recorded_at_ms_;
    stored.source = change.source;
    stored.actor = info_.actor;
    stored.batch = batch_;
    stored.pack_version = pack_version_;
    stored.reason = std::move(change.reason);
    stored.values = std::move(change.values);
    stored.salt = salts().next();
    stored.digest = digest_of(stored.salt, stored.reason, stored.values);
    stored.previous = *previous;
    stored.hash = hash_of(stored);
    auto insert = writer_.database_->prepare(
        "INSERT INTO "
        "change(sequence,file,record,kind,operation,effective_from,recorded_at,source,actor,batch,pack_version,reason,"
        "field_values,salt,digest,previous,hash) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!insert) return tl::unexpected(insert.error());
    insert->bind_all(stored.sequence, stored.file, stored.record, stored.kind, static_cast<int>(stored.operation),
                     stored.effective_from, stored.recorded_at_ms, stored.source, stored.actor, stored.batch,
                     stored.pack_version, stored.reason, Blob{stored.values}, blob_of(stored.salt),
                     blob_of(stored.digest), blob_of(stored.previous), blob_of(stored.hash));
    if (auto done = insert->run(); !done) return tl::unexpected(done.error());
    ++writer_.position_;
    if (writer_.heads_.size() >= heads_max) writer_.heads_.clear();
    writer_.heads_[stored.file] = stored.hash;
    const Position sequence = stored.sequence;
    appended_.push_back(std::move(stored));
    return sequence;
  }

  std::span<const StoredChange> appended() const override { return appended_; }
  Database& database() override { return *writer_.database_; }
  const BatchInfo& info() const override { return info_; }
  BatchId batch() const override { return batch_; }
  std::int64_t recorded_at_ms() const override { return recorded_at_ms_; }
  Position position() const override { return writer_.position_; }
  std::int64_t new_id() override { return writer_.ids_->next(); }
  void set_reply(std::string reply) override { reply_ = std::move(reply); }
  Salt new_salt() override { return salts().next(); }

  base::Result<void> enqueue(std::string_view topic, std::string_view key, std::string_view body,
                             std::int64_t available_at_ms) override {
    auto insert = writer_.database_->prepare(
        "INSERT INTO outbox(id,topic,key,body,created_at,available_at) VALUES(?,?,?,?,?,?) ON CONFLICT(topic,key) DO "
        "NOTHING");
    if (!insert) return tl::unexpected(insert.error());
    insert->bind_all(new_id(), topic, key, Blob{body}, recorded_at_ms_, std::max(available_at_ms, recorded_at_ms_));
    return insert->run();
  }

  base::Result<void> redact(Position sequence, std::string_view remaining_values, const Salt& salt,
                            Position erased_by) override {
    auto before = writer_.database_->prepare("SELECT file, record, field_values FROM change WHERE sequence=?");
    if (!before) return tl::unexpected(before.error());
    before->bind_all(sequence);
    auto found = before->step();
    if (!found) return tl::unexpected(found.error());
    if (*found) {
      redacted_.push_back({sequence, before->integer(0), before->integer(1), std::string(before->blob(2)),
                           std::string(remaining_values)});
    }
    auto update =
        writer_.database_->prepare("UPDATE change SET reason='', field_values=?, salt=?, erased_by=? WHERE sequence=?");
    if (!update) return tl::unexpected(update.error());
    update->bind_all(Blob{remaining_values}, blob_of(salt), erased_by, sequence);
    if (auto done = update->run(); !done) return done;
    auto note = writer_.database_->prepare("INSERT INTO to_compact(one,since) VALUES(1,?) ON CONFLICT DO NOTHING");
    if (!note) return tl::unexpected(note.error());
    note->bind_all(recorded_at_ms_);
    return note->run();
  }

  std::span<const Redacted> redacted() const override { return redacted_; }

  void on_rollback(std::function<void()> undo) override { undo_.push_back(std::move(undo)); }
  void on_commit(std::function<void()> done) override { done_.push_back(std::move(done)); }

  static Salts& salts() {
    static thread_local Salts pool;
    return pool;
  }
  Writer& writer_;
  const BatchInfo& info_;
  std::int64_t recorded_at_ms_;
  BatchId batch_;
  std::int64_t pack_version_;
  bool sealed_ = false;
  std::string reply_;
  std::vector<StoredChange> appended_;
  std::vector<Redacted> redacted_;
  std::vector<std::function<void()>> undo_;
  std::vector<std::function<void()>> done_;
};

base::Result<void> Writer::start() {
  auto last = database_->prepare("SELECT sequence, recorded_at FROM change ORDER BY sequence DESC LIMIT 1");
  if (!last) return tl::unexpected(last.error());
  auto row = last->step();
  if (!row) return tl::unexpected(row.error());
  if (*row) {
    position_ = durable_ = last->integer(0);
    recorded_at_ms_ = last->integer(1);
  }
  auto id = database_->integer("SELECT id FROM last_id");
  if (!id) return tl::unexpected(id.error());
  ids_ = std::make_unique<base::IdSource>(clock_, id->value_or(0));
  return {};
}

base::Result<Hash> Writer::head_of(FileId file) {
  if (const auto it = heads_.find(file); it != heads_.end()) return it->second;
  auto select = database_->prepare("SELECT hash FROM change WHERE file=? ORDER BY sequence DESC LIMIT 1");
  if (!select) return tl::unexpected(select.error());
  auto row = select->bind(1, file).step();
  if (!row) return tl::unexpected(row.error());
  Hash hash{};
  if (*row) {
    const std::string_view bytes = select->blob(0);
    if (bytes.size() != hash.size())
      return fail(ErrorCode::Internal, "变动的散列长度不对。请运行 yuanqu verify。",
                  "A change's hash has a wrong length. Run yuanqu verify.");
    std::memcpy(hash.data(), bytes.data(), hash.size());
  }
  return hash;
}

base::Result<std::int64_t> Writer::pack_version(const std::string& versions) {
  if (const auto it = pack_version_ids_.find(versions); it != pack_version_ids_.end()) return it->second;
  auto insert = database_->prepare("INSERT INTO pack_version(versions) VALUES(?) ON CONFLICT DO NOTHING");
  if (!insert) return tl::unexpected(insert.error());
  if (auto done = insert->bind(1, versions).run(); !done) return tl::unexpected(done.error());
  auto select = database_->prepare("SELECT id FROM pack_version WHERE versions=?");
  if (!select) return tl::unexpected(select.error());
  auto row = select->bind(1, versions).step();
  if (!row) return tl::unexpected(row.error());
  return pack_version_ids_[versions] = select->integer(0);
}

base::Result<std::optional<Committed>> Writer::earlier(const BatchInfo& info) {
  auto select =
      database_->prepare("SELECT batch,first,last,position,recorded_at,reply,request FROM idempotency WHERE key=?");
  if (!select) return tl::unexpected(select.error());
  auto row = select->bind(1, info.idempotency_key).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<Committed>{};
  if (const std::string_view first = select->blob(6);
      !first.empty() && !info.request_digest.empty() && first != info.request_digest) {
    return fail(ErrorCode::Conflict, "这个幂等键（Idempotency-Key）已用于另一个内容不同的请求。请换一个新键。",
                "This Idempotency-Key was used for a request with other content. Use a new key.",
                {.field = "Idempotency-Key"});
  }
  return Committed{.first = select->integer(1),
                   .last = select->integer(2),
                   .position = select->integer(3),
                   .batch = select->integer(0),
                   .recorded_at_ms = select->integer(4),
                   .repeated = true,
                   .reply = std::string(select->blob(5))};
}

base::Result<Committed> Writer::run_in_savepoint(QueuedWork& queued, Batch& batch) {
  try {
    if (auto done = queued.work(batch); !done) return tl::unexpected(done.error());
  } catch (const std::exception& problem) {  // out of memory, or a bug: this batch is lost, the writer lives
    return fail(ErrorCode::Internal, std::string("写入时出错：") + problem.what(),
                std::string("Writing failed: ") + problem.what());
  }
  batch.sealed_ = true;
  for (Participant* participant : participants_) {
    if (auto done = participant->apply(batch, batch.appended_); !done) return tl::unexpected(done.error());
  }
  Committed committed{.position = position_,
                      .batch = batch.batch_,
                      .recorded_at_ms = batch.recorded_at_ms_,
                      .repeated = false,
                      .reply = batch.reply_};
  if (!batch.appended_.empty()) {
    committed.first = batch.appended_.front().sequence;
    committed.last = batch.appended_.back().sequence;
    auto part = database_->prepare("INSERT INTO batch_part(batch,first,last,actor,recorded_at) VALUES(?,?,?,?,?)");
    if (!part) return tl::unexpected(part.error());
    part->bind_all(batch.batch_, committed.first, committed.last, queued.info.actor, batch.recorded_at_ms_);
    if (auto done = part->run(); !done) return tl::unexpected(done.error());
  }
  if (!queued.info.idempotency_key.empty()) {
    auto insert = database_->prepare(
        "INSERT INTO idempotency(key,batch,first,last,position,recorded_at,reply,request) VALUES(?,?,?,?,?,?,?,?)");
    if (!insert) return tl::unexpected(insert.error());
    insert->bind_all(queued.info.idempotency_key, committed.batch, committed.first, committed.last, committed.position,
                     committed.recorded_at_ms, Blob{committed.reply}, Blob{queued.info.request_digest});
    if (auto done = insert->run(); !done) return tl::unexpected(done.error());
  }
  return committed;
}

Writer::Outcome Writer::run_one(QueuedWork& queued) {
  Outcome outcome;
  if (!queued.info.idempotency_key.empty()) {
    auto before = earlier(queued.info);
    if (!before) {
      outcome.result = tl::unexpected(before.error());
      return outcome;
    }
    if (*before) {
      outcome.result = std::move(**before);
      return outcome;
    }
  }
  const Position position_before = position_;
  // Never less than that of the change before it; a work that appends nothing leaves no trace of its time.
  const std::int64_t recorded_at_ms = std::max(recorded_at_ms_, clock_.now_ms());
  if (auto opened = say(*database_, "SAVEPOINT batch"); !opened) {
    outcome.result = tl::unexpected(opened.error());
    return outcome;
  }
  auto version = pack_version(queued.info.pack_versions.empty() ? pack_versions_ : queued.info.pack_versions);
  Batch batch(*this, queued.info, recorded_at_ms, queued.info.batch != 0 ? queued.info.batch : ids_->next(),
              version ? *version : 0);
  outcome.result = version ? run_in_savepoint(queued, batch) : base::Result<Committed>(tl::unexpected(version.error()));
  if (outcome.result && !batch.appended_.empty()) recorded_at_ms_ = recorded_at_ms;
  outcome.undo = std::move(batch.undo_);
  outcome.done = std::move(batch.done_);
  if (outcome.result) {
    if (auto released = say(*database_, "RELEASE batch"); !released) outcome.result = tl::unexpected(released.error());
  }
  if (!outcome.result) {
    for (auto it = outcome.undo.rbegin(); it != outcome.undo.rend(); ++it) (*it)();
    outcome.undo.clear();
    outcome.done.clear();
    // A full disk makes SQLite roll everything back by itself; then there is no savepoint left to return to.
    if (sqlite3_get_autocommit(database_->handle()) == 0) (void)database_->execute("ROLLBACK TO batch; RELEASE batch");
    position_ = position_before;
    heads_.clear();
    pack_version_ids_.clear();
  }
  return outcome;
}

base::Result<void> Writer::run_group(std::vector<QueuedWork>& works, std::vector<Outcome>& outcomes) {
  if (auto begun = say(*database_, "BEGIN IMMEDIATE"); !begun) return begun;
  for (QueuedWork& queued : works) {
    outcomes.push_back(run_one(queued));
    if (sqlite3_get_autocommit(database_->handle()) != 0) {
      return tl::unexpected(
          outcomes.back().result
              ? base::Error{ErrorCode::Internal, "事务意外结束。", "The transaction ended unexpectedly.", {}}
              : outcomes.back().result.error());
    }
  }
  auto update = database_->prepare("UPDATE last_id SET id=?1 WHERE id<?1");
  if (!update) return tl::unexpected(update.error());
  if (auto done = update->bind(1, ids_->next()).run(); !done) return done;
  return say(*database_, "COMMIT");
}

void Writer::run(std::vector<QueuedWork>& works, const std::function<void(Position)>& tell) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(works.size());
  auto committed = failed() ? base::Result<void>(tl::unexpected(read_only())) : run_group(works, outcomes);
  if (database_->disk_failed()) failed_.store(true);
  if (!committed) {
    if (sqlite3_get_autocommit(database_->handle()) == 0) (void)database_->execute("ROLLBACK");
    for (auto it = outcomes.rbegin(); it != outcomes.rend(); ++it) {
      for (auto undo = it->undo.rbegin(); undo != it->undo.rend(); ++undo) (*undo)();
      if (it->result) it->result = tl::unexpected(committed.error());
    }
    while (outcomes.size() < works.size())
      outcomes.push_back({.result = tl::unexpected(committed.error()), .undo = {}, .done = {}});
    position_ = durable_;
    tell(durable_);
    heads_.clear();
    pack_version_ids_.clear();
  } else {
    durable_ = position_;
    tell(durable_);
    for (Outcome& outcome : outcomes) {
      for (const auto& done : outcome.done) done();
    }
  }
  for (std::size_t i = 0; i < works.size(); ++i) works[i].promise.set_value(std::move(outcomes[i].result));
}

base::Result<bool> Writer::compact() {
  if (failed()) return tl::unexpected(read_only());
  // Written anew page by page, then the log is emptied. The copy on the way lies in a file, not in memory.
  auto done = database_->execute("PRAGMA temp_store=FILE; VACUUM; PRAGMA temp_store=MEMORY");
  if (!done) (void)database_->execute("PRAGMA temp_store=MEMORY");
  if (database_->disk_failed()) failed_.store(true);
  if (!done) return tl::unexpected(done.error());
  auto busy = database_->integer("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return tl::unexpected(busy.error());
  if (busy->value_or(1) != 0) return false;
  if (auto noted = database_->execute("DELETE FROM to_compact"); !noted) return tl::unexpected(noted.error());
  return true;
}

}  // namespace yuanqu::journal
