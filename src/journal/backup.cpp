#include "journal/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <set>

#include "journal/journal.hpp"
#include "journal/schema.hpp"

namespace yuanqu::journal {

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr int pages_at_once = 2000;

tl::unexpected<base::Error> failed(sqlite3* database, const fs::path& file) {
  const std::string why = sqlite3_errmsg(database);
  return fail(ErrorCode::Unavailable, "备份没有写成 " + file.string() + "：" + why + "。",
              "The backup could not be written to " + file.string() + ": " + why + ".", {.file = file.string()});
}

Result<void> sync(const fs::path& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = handle >= 0 && ::fsync(handle) == 0;
  if (handle >= 0) ::close(handle);
  if (good) return {};
  return fail(ErrorCode::Unavailable, "无法把 " + path.string() + " 写到盘上。", "Cannot sync " + path.string() + ".",
              {.file = path.string()});
}

std::set<std::uint32_t> fields_of(std::string_view values) {
  std::set<std::uint32_t> fields;
  ValueReader reader(values);
  ValueEntry entry;
  while (reader.next(entry)) fields.insert(entry.field);
  return fields;
}

}  // namespace

Result<void> copy_database(const fs::path& data_folder, const fs::path& to,
                           const std::function<void(double)>& progress) {
  auto from = Database::open(data_folder / database_file, OpenMode::ReadOnly);
  if (!from) return tl::unexpected(from.error());
  if (auto known = check_schema(**from); !known) return known;
  // One read transaction, so that the copy is of one moment however long it takes.
  if (auto begun = (*from)->execute("BEGIN; SELECT 1 FROM change LIMIT 1"); !begun) return begun;
  auto target = Database::open(to, OpenMode::ReadWrite);
  if (!target) return tl::unexpected(target.error());
  sqlite3_backup* copy = sqlite3_backup_init((*target)->handle(), "main", (*from)->handle(), "main");
  if (copy == nullptr) return failed((*target)->handle(), to);
  int step = SQLITE_OK;
  while (step == SQLITE_OK || step == SQLITE_BUSY || step == SQLITE_LOCKED) {
    step = sqlite3_backup_step(copy, pages_at_once);
    const int pages = sqlite3_backup_pagecount(copy);
    if (progress && pages > 0) progress(1.0 - static_cast<double>(sqlite3_backup_remaining(copy)) / pages);
  }
  sqlite3_backup_finish(copy);
  if (step != SQLITE_DONE) return failed((*target)->handle(), to);
  if (auto checked = (*target)->integer("PRAGMA quick_check(1)"); !checked) return tl::unexpected(checked.error());
  target->reset();
  return sync(to);
}

Result<CopiedPosition> position_of_copy(const fs::path& database) {
  auto copy = Database::open(database, OpenMode::ReadOnly);
  if (!copy) return tl::unexpected(copy.error());
  auto row = (*copy)->prepare("SELECT sequence, recorded_at FROM change ORDER BY sequence DESC LIMIT 1");
  if (!row) return tl::unexpected(row.error());
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  return *found ? CopiedPosition{row->integer(0), row->integer(1)} : CopiedPosition{};
}

Result<Position> position_of_moment(const fs::path& database, std::int64_t at_ms) {
  auto copy = Database::open(database, OpenMode::ReadOnly);
  if (!copy) return tl::unexpected(copy.error());
  return position_at(**copy, at_ms);
}

Result<std::uint64_t> lay_on_top(const fs::path& base, const fs::path& later, Position up_to,
                                 const std::function<void(TakenOut)>& taken_out) {
  auto opened = Database::open(base, OpenMode::ReadWrite);
  if (!opened) return tl::unexpected(opened.error());
  Database& database = **opened;
  if (auto prepared = prepare_schema(database, true); !prepared) return tl::unexpected(prepared.error());
  auto attach = database.prepare("ATTACH DATABASE ? AS later");
  if (!attach) return tl::unexpected(attach.error());
  const std::string later_name = later.string();
  if (auto done = attach->bind(1, later_name).run(); !done) return tl::unexpected(done.error());
  auto shared = database.integer(
      "SELECT count(*) FROM later.change WHERE sequence = (SELECT max(sequence) FROM main.change) AND hash = (SELECT "
      "hash "
      "FROM main.change ORDER BY sequence DESC LIMIT 1)");
  if (!shared) return tl::unexpected(shared.error());
  auto any = database.integer("SELECT count(*) FROM (SELECT 1 FROM main.change LIMIT 1)");
  if (!any) return tl::unexpected(any.error());
  if (any->value_or(0) != 0 && shared->value_or(0) != 1) {
    return fail(ErrorCode::Conflict, "两份备份不是同一个园区的，或历史已分岔，不能接起来。",
                "The two backups are not of one zone, or their histories part; they cannot be joined.",
                {.file = later.string()});
  }
  // What an erasure took out of changes the base has in full: by then it goes here too, later ones are told.
  auto erased = database.prepare(
      "SELECT m.sequence, m.record, m.kind, m.field_values, l.field_values, l.salt, l.erased_by FROM later.change l "
      "JOIN "
      "main.change m ON m.sequence = l.sequence WHERE l.erased_by IS NOT NULL AND l.erased_by IS NOT m.erased_by");
  if (!erased) return tl::unexpected(erased.error());
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return tl::unexpected(begun.error());
  auto redact =
      database.prepare("UPDATE main.change SET reason='', field_values=?, salt=?, erased_by=? WHERE sequence=?");
  if (!redact) return tl::unexpected(redact.error());
  for (;;) {
    auto row = erased->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    if (erased->integer(6) <= up_to) {
      const std::string values(erased->blob(4));
      const std::string salt(erased->blob(5));
      redact->bind_all(Blob{values}, Blob{salt}, erased->integer(6), erased->integer(0));
      if (auto done = redact->run(); !done) return tl::unexpected(done.error());
      continue;
    }
    const auto left = fields_of(erased->blob(4));
    for (const std::uint32_t field : fields_of(erased->blob(3))) {
      if (!left.contains(field)) taken_out({erased->integer(1), static_cast<std::uint32_t>(erased->integer(2)), field});
    }
  }
  const std::string from = "(SELECT coalesce(max(sequence), 0) FROM main.change)";
  const std::string to = std::to_string(up_to);
  // A change that a later erasure reached lacks its old salt, so it cannot be shown with its values: it keeps what is
  // left, and the erasing change would be missing. Such a moment cannot be restored from this copy.
  auto torn = database.integer("SELECT min(sequence) FROM later.change WHERE sequence > " + from +
                               " AND sequence <= " + to + " AND erased_by > " + to);
  if (!torn) return tl::unexpected(torn.error());
  if (*torn) {
    (void)database.execute("ROLLBACK");
    return fail(
        ErrorCode::Conflict,
        "第 " + std::to_string(**torn) + " 号变动里的个人信息后来已依法删除，不能恢复到删除之前；请恢复到更晚的时刻。",
        "Personal data in change " + std::to_string(**torn) +
            " was erased afterwards; a moment before that cannot be restored. Choose a later one.");
  }
  const std::string columns =
      "sequence,file,record,kind,operation,effective_from,recorded_at,source,actor,batch,pack_version,reason,field_"
      "values,"
      "salt,digest,previous,hash,erased_by";
  const std::string statements =
      "CREATE TEMP TABLE interval(low INTEGER, high INTEGER);"
      "INSERT INTO interval VALUES(" +
      from + ", " + to +
      ");"
      "INSERT OR IGNORE INTO main.pack_version SELECT * FROM later.pack_version;"
      "INSERT INTO main.change(" +
      columns + ") SELECT " + columns +
      " FROM later.change, interval WHERE sequence > low AND sequence <= high ORDER BY sequence;"
      "INSERT OR IGNORE INTO main.batch_part SELECT p.* FROM later.batch_part p, interval WHERE p.first > low AND "
      "p.last <= high;"
      "INSERT OR IGNORE INTO main.idempotency SELECT i.* FROM later.idempotency i, interval WHERE i.position > low AND "
      "i.position <= high;"
      "INSERT OR IGNORE INTO main.checkpoint SELECT c.* FROM later.checkpoint c, interval WHERE c.position <= high;"
      "UPDATE main.last_id SET id = max(id, (SELECT id FROM later.last_id));"
      "DELETE FROM main.record;";
  if (auto done = database.execute(statements); !done) {
    (void)database.execute("ROLLBACK");
    return tl::unexpected(done.error());
  }
  auto laid = database.integer("SELECT count(*) FROM main.change, interval WHERE sequence > low");
  if (!laid) return tl::unexpected(laid.error());
  if (auto committed = database.execute("COMMIT"); !committed) return tl::unexpected(committed.error());
  return static_cast<std::uint64_t>(laid->value_or(0));
}

}  // namespace yuanqu::journal
