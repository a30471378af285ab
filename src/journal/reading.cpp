#include <cstring>

#include "journal/journal.hpp"

namespace yuanqu::journal {

namespace {

constexpr std::string_view columns =
    "sequence,file,record,kind,operation,effective_from,recorded_at,source,actor,batch,pack_version,reason,field_"
    "values,salt,digest,previous,hash,"
    "erased_by FROM change ";

void read_row(const Statement& row, StoredChange& change) {
  change.sequence = row.integer(0);
  change.file = row.integer(1);
  change.record = row.integer(2);
  change.kind = static_cast<std::uint32_t>(row.integer(3));
  change.operation = static_cast<Operation>(row.integer(4));
  change.effective_from = static_cast<std::int32_t>(row.integer(5));
  change.recorded_at_ms = row.integer(6);
  change.source = static_cast<std::uint32_t>(row.integer(7));
  change.actor = row.integer(8);
  change.batch = row.integer(9);
  change.pack_version = row.integer(10);
  change.reason = row.text(11);
  change.values = row.blob(12);
  copy_blob(change.salt, row.blob(13));
  copy_blob(change.digest, row.blob(14));
  copy_blob(change.previous, row.blob(15));
  copy_blob(change.hash, row.blob(16));
  change.erased_by = row.integer(17);
}

base::Result<void> walk(Statement& statement, const ChangeCallback& callback) {
  StoredChange change;
  for (;;) {
    auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    read_row(statement, change);
    if (!callback(change)) return {};
  }
}

std::string select(std::string_view rest) { return "SELECT " + std::string(columns) + std::string(rest); }

}  // namespace

base::Result<void> changes_of_file(Database& database, FileId file, const ChangeCallback& callback) {
  static const std::string sql = select("WHERE file=? ORDER BY sequence");
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return walk(statement->bind(1, file), callback);
}

base::Result<void> changes_of_record(Database& database, FileId file, RecordId record, const ChangeCallback& callback) {
  return changes_of_file(database, file,
                         [&](const StoredChange& change) { return change.record != record || callback(change); });
}

base::Result<void> changes_after(Database& database, Position after, std::size_t limit,
                                 const ChangeCallback& callback) {
  static const std::string sql = select("WHERE sequence>? ORDER BY sequence LIMIT ?");
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return walk(statement->bind(1, after).bind(2, limit > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(limit)),
              callback);
}

base::Result<void> changes_of_batch(Database& database, BatchId batch, const ChangeCallback& callback) {
  static const std::string sql = select("WHERE sequence BETWEEN ? AND ? ORDER BY sequence");
  auto parts = database.prepare("SELECT first,last FROM batch_part WHERE batch=? ORDER BY first");
  if (!parts) return tl::unexpected(parts.error());
  parts->bind(1, batch);
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  bool going = true;
  while (going) {
    auto row = parts->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    statement->reset();
    statement->bind(1, parts->integer(0)).bind(2, parts->integer(1));
    auto walked = walk(*statement, [&](const StoredChange& change) { return going = callback(change); });
    if (!walked) return walked;
  }
  return {};
}

base::Result<void> changes_by_file(Database& database, const ChangeCallback& callback) {
  static const std::string sql = select("ORDER BY file, sequence");
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return walk(*statement, callback);
}

base::Result<std::string> pack_versions_of(Database& database, std::int64_t pack_version) {
  auto statement = database.prepare("SELECT versions FROM pack_version WHERE id=?");
  if (!statement) return tl::unexpected(statement.error());
  auto row = statement->bind(1, pack_version).step();
  if (!row) return tl::unexpected(row.error());
  return *row ? std::string(statement->text(0)) : std::string();
}

base::Result<Position> position_at(Database& database, std::int64_t recorded_at_ms) {
  // recorded_at never falls as the sequence rises, so a binary search over sequences needs no index of its own.
  auto last = database.integer("SELECT max(sequence) FROM change");
  if (!last) return tl::unexpected(last.error());
  auto statement = database.prepare("SELECT recorded_at FROM change WHERE sequence=?");
  if (!statement) return tl::unexpected(statement.error());
  Position low = 0;
  Position high = last->value_or(0);
  while (low < high) {
    const Position middle = low + (high - low + 1) / 2;
    statement->reset();
    auto row = statement->bind(1, middle).step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) {
      return base::fail(base::ErrorCode::Internal, "变动序号不连续。请运行 yuanqu verify。",
                        "The sequence of changes has a gap. Run yuanqu verify.");
    }
    if (statement->integer(0) <= recorded_at_ms) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace yuanqu::journal
