#include "register/access_log.hpp"

#include <array>
#include <chrono>

#include "register/forgetting.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Database;
using journal::Transaction;

namespace {

constexpr std::array<std::string_view, 6> look_names = {"file", "record", "history", "reveal", "export", "request"};
constexpr std::size_t noted_max = 100'000;

LookKind look_kind_of(std::string_view name) {
  for (std::size_t i = 0; i < look_names.size(); ++i) {
    if (look_names[i] == name) return static_cast<LookKind>(i);
  }
  return LookKind::Request;
}

std::int64_t hour_now() {
  return std::chrono::duration_cast<std::chrono::hours>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<void> insert(Transaction& transaction, const std::vector<Look>& looks) {
  auto row = transaction.database().prepare(
      "INSERT INTO access_log(id,at,account,what,file,record,field,reason) VALUES(?,?,?,?,?,?,?,?)");
  if (!row) return tl::unexpected(row.error());
  for (const Look& look : looks) {
    row->bind_all(transaction.new_id(), transaction.recorded_at_ms(), look.account, name_of(look.what), look.file,
                  look.record, look.field, look.reason);
    if (auto done = row->run(); !done) return done;
  }
  return {};
}

}  // namespace

std::string_view name_of(LookKind kind) { return look_names[static_cast<std::size_t>(kind)]; }

Result<void> AccessLog::create_tables(Database& database) {
  auto made = database.execute(
      "CREATE TABLE IF NOT EXISTS access_log(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, account INTEGER NOT NULL,"
      " file INTEGER NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL, reason TEXT NOT NULL,"
      " what TEXT NOT NULL DEFAULT 'reveal');"
      "CREATE INDEX IF NOT EXISTS access_log_by_file ON access_log(file, id);");
  if (!made) return made;
  // A folder of an earlier program knows revealed values only.
  auto there = database.integer("SELECT count(*) FROM pragma_table_info('access_log') WHERE name='what'");
  if (!there) return tl::unexpected(there.error());
  if (auto declared = declare_copies(database, {.table = "access_log", .file = "nullif(file, 0)", .texts = "reason"});
      !declared)
    return declared;
  if (there->value_or(0) != 0) return {};
  return database.execute("ALTER TABLE access_log ADD COLUMN what TEXT NOT NULL DEFAULT 'reveal'");
}

void AccessLog::note(Look look) {
  const std::string key = std::to_string(look.account) + "/" + std::to_string(look.file) + "/" +
                          std::string(name_of(look.what)) +
                          (look.what == LookKind::Request ? "/" + look.reason : std::string());
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t hour = hour_now();
    if (noted_.size() > noted_max) noted_.clear();
    const auto [known, fresh] = noted_.try_emplace(key, hour);
    if (!fresh && known->second == hour) return;
    known->second = hour;
  }
  const std::int64_t actor = look.account;
  (void)journal_.submit([look = std::move(look)](Transaction& transaction) { return insert(transaction, {look}); },
                        {.actor = actor});
}

Result<void> AccessLog::keep(std::vector<Look> looks) {
  if (looks.empty()) return {};
  const std::int64_t actor = looks.front().account;
  auto kept = journal_.commit([&](Transaction& transaction) { return insert(transaction, looks); }, {.actor = actor});
  if (!kept) return tl::unexpected(kept.error());
  return {};
}

Result<std::vector<Look>> AccessLog::list(const LookFilter& filter) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT id,at,account,what,file,record,field,reason FROM access_log WHERE (?1=0 OR file=?1) AND (?2=0 OR "
      "account=?2) AND (?3=0 OR id<?3) ORDER BY id DESC LIMIT ?4");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(filter.file, filter.account, filter.before, static_cast<std::int64_t>(filter.limit));
  std::vector<Look> looks;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return looks;
    looks.push_back({row->integer(0), row->integer(1), row->integer(2), look_kind_of(row->text(3)), row->integer(4),
                     row->integer(5), static_cast<FieldNumber>(row->integer(6)), std::string(row->text(7))});
  }
}

}  // namespace yuanqu::register_
