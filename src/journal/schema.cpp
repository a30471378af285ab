#include "journal/schema.hpp"

#include "journal/attachments.hpp"

namespace yuanqu::journal {

namespace {

constexpr std::int64_t application = 0x5975616E;  // "Yuan"
constexpr std::int64_t schema_version = 1;

constexpr const char* tables = R"(
CREATE TABLE change(
  sequence INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  record INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  effective_from INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  source INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  pack_version INTEGER NOT NULL,
  reason TEXT NOT NULL,
  field_values BLOB NOT NULL,
  salt BLOB NOT NULL,
  digest BLOB NOT NULL,
  previous BLOB NOT NULL,
  hash BLOB NOT NULL,
  erased_by INTEGER);
CREATE UNIQUE INDEX change_by_file ON change(file, sequence);
CREATE TABLE batch_part(
  batch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY(batch, first)) WITHOUT ROWID;
CREATE TABLE pack_version(id INTEGER PRIMARY KEY, versions TEXT NOT NULL UNIQUE);
CREATE TABLE idempotency(
  key TEXT PRIMARY KEY,
  batch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  position INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  reply BLOB NOT NULL,
  request BLOB NOT NULL DEFAULT x'') WITHOUT ROWID;
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  available_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  done_at INTEGER,
  UNIQUE(topic, key));
CREATE INDEX outbox_open ON outbox(topic, available_at) WHERE done_at IS NULL;
CREATE TABLE last_id(one INTEGER PRIMARY KEY CHECK(one = 1), id INTEGER NOT NULL);
INSERT INTO last_id VALUES(1, 0);
)";

// What came after the first release: made where it is missing, so that an older folder grows into it.
constexpr const char* additions = R"(
CREATE TABLE IF NOT EXISTS checkpoint(
  number INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  files INTEGER NOT NULL,
  heads BLOB NOT NULL,
  previous BLOB NOT NULL,
  root BLOB NOT NULL,
  public_key BLOB NOT NULL,
  signature BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS to_compact(one INTEGER PRIMARY KEY CHECK(one = 1), since INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS checkpoint_sent(target TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS change_merge ON change(record) WHERE operation = 5;
)";

// What tables gained since a folder of this schema version was made.
base::Result<void> complete_tables(Database& database) {
  auto known = database.integer("SELECT count(*) FROM pragma_table_info('idempotency') WHERE name='request'");
  if (!known) return tl::unexpected(known.error());
  if (known->value_or(0) == 0) {
    auto added = database.execute("ALTER TABLE idempotency ADD COLUMN request BLOB NOT NULL DEFAULT x''");
    if (!added) return added;
  }
  if (auto added = database.execute(additions); !added) return added;
  return create_attachment_tables(database);
}

}  // namespace

base::Result<void> check_schema(Database& database) {
  auto owner = database.integer("PRAGMA application_id");
  if (!owner) return tl::unexpected(owner.error());
  auto version = database.integer("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (owner->value_or(0) != application) {
    return base::fail(base::ErrorCode::Invalid, "这不是园区的数据文件夹。请检查 --data。",
                      "This is not a data folder of Yuanqu. Check --data.");
  }
  if (version->value_or(0) > schema_version) {
    return base::fail(base::ErrorCode::Unsupported, "数据文件夹由更新的程序写成，本程序读不了。请使用新版本。",
                      "The data folder was written by a newer program. Use the newer one.");
  }
  return {};
}

base::Result<void> prepare_schema(Database& database, bool synchronous_full) {
  // secure_delete: what is erased for privacy shall not linger in free pages; what does all the same, Journal::compact
  // takes out.
  const char* pragmas =
      "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA cache_size=-131072; PRAGMA wal_autocheckpoint=4000;"
      "PRAGMA trusted_schema=OFF; PRAGMA secure_delete=FAST; PRAGMA temp_store=MEMORY;";
  if (auto done = database.execute(pragmas); !done) return done;
  if (auto done = database.execute(synchronous_full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); !done)
    return done;
  auto known = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!known) return tl::unexpected(known.error());
  if (known->value_or(0) != 0) {
    if (auto checked = check_schema(database); !checked) return checked;
    return complete_tables(database);
  }
  if (auto done = database.execute("BEGIN IMMEDIATE"); !done) return done;
  if (auto done = database.execute(tables); !done) return done;
  if (auto done = complete_tables(database); !done) return done;
  if (auto done = database.execute("PRAGMA application_id=" + std::to_string(application)); !done) return done;
  if (auto done = database.execute("PRAGMA user_version=" + std::to_string(schema_version)); !done) return done;
  return database.execute("COMMIT");
}

}  // namespace yuanqu::journal
