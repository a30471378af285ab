#include "register/delivery_store.hpp"

#include <algorithm>

#include "register/erased.hpp"
#include "register/forgetting.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Blob;
using journal::Database;

namespace {

std::string packed(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) {
    journal::append_varint(bytes, text.size());
    bytes += text;
  }
  return bytes;
}

std::vector<std::string> unpacked(std::string_view bytes) {
  std::vector<std::string> texts;
  std::uint64_t size = 0;
  while (!bytes.empty() && journal::take_varint(bytes, size) && size <= bytes.size()) {
    texts.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return texts;
}

std::string packed(const std::vector<FieldNumber>& numbers) {
  std::string bytes;
  for (const FieldNumber number : numbers) journal::append_varint(bytes, number);
  return bytes;
}

std::vector<FieldNumber> unpacked_numbers(std::string_view bytes) {
  std::vector<FieldNumber> numbers;
  std::uint64_t number = 0;
  while (!bytes.empty() && journal::take_varint(bytes, number)) numbers.push_back(static_cast<FieldNumber>(number));
  return numbers;
}

// Runs one statement for each row it is bound to.
template <class Each>
Result<void> each_row(Database& database, std::string_view sql, const Each& each) {
  auto row = database.prepare(sql);
  if (!row) return tl::unexpected(row.error());
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    each(*row);
  }
}

}  // namespace

Result<void> create_delivery_tables(Database& database) {
  auto made = database.execute(R"(
CREATE TABLE IF NOT EXISTS delivery_row(
  delivery INTEGER NOT NULL, subject INTEGER NOT NULL, file INTEGER NOT NULL, record INTEGER NOT NULL, figures BLOB NOT NULL,
  PRIMARY KEY(delivery, subject)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery_difference(
  delivery INTEGER NOT NULL, what INTEGER NOT NULL, file INTEGER NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_difference_by ON delivery_difference(delivery);
CREATE TABLE IF NOT EXISTS delivery_columns(delivery INTEGER PRIMARY KEY, headers BLOB NOT NULL, fields BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS desk_row(
  id INTEGER PRIMARY KEY, schedule INTEGER NOT NULL, delivery INTEGER NOT NULL, row INTEGER NOT NULL, record INTEGER NOT NULL,
  cells BLOB NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, account INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS desk_row_waiting ON desk_row(delivery) WHERE state='open';
)");
  if (!made) return made;
  for (const Copies& copies : {Copies{.table = "delivery_difference", .file = "file", .texts = "before, after"},
                               Copies{.table = "desk_row",
                               .file = "SELECT r.file FROM record r WHERE r.id = desk_row.record",
                               .texts = "zh, en, reason"}}) {
    if (auto declared = declare_copies(database, copies); !declared) return declared;
  }
  return {};
}

Result<void> store_rows(Database& database, RecordId delivery, const std::vector<DeliveredRow>& rows) {
  auto insert =
      database.prepare("INSERT OR REPLACE INTO delivery_row(delivery,subject,file,record,figures) VALUES(?,?,?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  for (const DeliveredRow& row : rows) {
    journal::ValueWriter writer;
    for (const auto& [field, value] : row.figures) writer.add(field, value.to_bytes());
    const std::string figures = writer.take();
    insert->bind_all(delivery, row.subject, row.file, row.record, Blob{figures});
    if (auto done = insert->run(); !done) return done;
  }
  return {};
}

Result<std::vector<DeliveredRow>> load_rows(Database& database, RecordId delivery) {
  std::vector<DeliveredRow> rows;
  auto read = each_row(
      database, "SELECT subject,file,record,figures FROM delivery_row WHERE delivery=" + std::to_string(delivery),
      [&](const journal::Statement& row) {
        DeliveredRow one{row.integer(0), row.integer(1), row.integer(2), {}};
        journal::ValueReader reader(row.blob(3));
        journal::ValueEntry entry;
        while (reader.next(entry)) one.figures[entry.field] = Value::from_bytes(entry.bytes).value_or(Value());
        rows.push_back(std::move(one));
      });
  if (!read) return tl::unexpected(read.error());
  return rows;
}

Result<void> store_differences(Database& database, RecordId delivery, const std::vector<Difference>& all) {
  auto insert = database.prepare(
      "INSERT INTO delivery_difference(delivery,what,file,record,field,before,after) VALUES(?,?,?,?,?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  for (const Difference& one : all) {
    insert->bind_all(delivery, static_cast<int>(one.what), one.file, one.record, one.field, one.before, one.after);
    if (auto done = insert->run(); !done) return done;
  }
  return {};
}

Result<std::vector<Difference>> load_differences(Database& database, RecordId delivery) {
  std::vector<Difference> all;
  auto read = each_row(
      database,
      "SELECT what,file,record,field,before,after FROM delivery_difference WHERE delivery=" + std::to_string(delivery) +
          " ORDER BY what DESC, rowid",
      [&](const journal::Statement& row) {
        all.push_back({static_cast<Change>(row.integer(0)), row.integer(1), row.integer(2),
                       static_cast<FieldNumber>(row.integer(3)), std::string(row.text(4)), std::string(row.text(5))});
      });
  if (!read) return tl::unexpected(read.error());
  return all;
}

Result<void> store_columns(Database& database, const DeskRow& like) {
  auto insert = database.prepare("INSERT OR REPLACE INTO delivery_columns(delivery,headers,fields) VALUES(?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  const std::string headers = packed(like.headers), fields = packed(like.fields);
  insert->bind_all(like.delivery, Blob{headers}, Blob{fields});
  return insert->run();
}

Result<void> store_desk_row(journal::Transaction& transaction, const DeskRow& row) {
  auto insert = transaction.database().prepare(
      "INSERT INTO desk_row(id,schedule,delivery,row,record,cells,zh,en,state,reason,account) "
      "VALUES(?,?,?,?,?,?,?,?,'open','',0)");
  if (!insert) return tl::unexpected(insert.error());
  const std::string cells = packed(row.cells);
  insert->bind_all(transaction.new_id(), row.schedule, row.delivery, static_cast<std::int64_t>(row.row), row.record,
                   Blob{cells}, row.zh, row.en);
  return insert->run();
}

// A row that is settled keeps who and why, and nothing of what it said.
Result<void> settle_desk_row(Database& database, std::int64_t row, std::string_view state, std::string_view reason,
                             std::int64_t account) {
  auto update = database.prepare("UPDATE desk_row SET state=?2, reason=?3, account=?4, cells=x'' WHERE id=?1");
  if (!update) return tl::unexpected(update.error());
  update->bind_all(row, state, reason, account);
  return update->run();
}

Result<void> update_desk_row(Database& database, const DeskRow& row) {
  auto update = database.prepare("UPDATE desk_row SET cells=?2, zh=?3, en=?4, record=?5 WHERE id=?1");
  if (!update) return tl::unexpected(update.error());
  const std::string cells = packed(row.cells);
  update->bind_all(row.id, Blob{cells}, row.zh, row.en, row.record);
  return update->run();
}

Result<std::vector<DeskRow>> load_desk(Database& database, RecordId schedule, RecordId delivery, std::size_t limit) {
  std::vector<DeskRow> rows;
  auto read = each_row(database,
                       "SELECT id,schedule,desk_row.delivery,row,record,cells,zh,en,headers,fields FROM desk_row LEFT "
                       "JOIN delivery_columns ON "
                       "delivery_columns.delivery=desk_row.delivery WHERE state='open'" +
                           (schedule == 0 ? "" : " AND schedule=" + std::to_string(schedule)) +
                           (delivery == 0 ? "" : " AND desk_row.delivery=" + std::to_string(delivery)) +
                           " ORDER BY id LIMIT " + std::to_string(limit),
                       [&](const journal::Statement& row) {
                         DeskRow one;
                         one.id = row.integer(0);
                         one.schedule = row.integer(1);
                         one.delivery = row.integer(2);
                         one.row = static_cast<std::size_t>(row.integer(3));
                         one.record = row.integer(4);
                         one.cells = unpacked(row.blob(5));
                         one.zh = std::string(row.text(6));
                         one.en = std::string(row.text(7));
                         one.headers = unpacked(row.blob(8));
                         one.fields = unpacked_numbers(row.blob(9));
                         one.cells.resize(one.headers.size());
                         one.fields.resize(one.headers.size());
                         rows.push_back(std::move(one));
                       });
  if (!read) return tl::unexpected(read.error());
  return rows;
}

namespace {

// The figures of a delivered row without those that were erased.
Result<void> forget_figures(Database& database, RecordId record, const Erased& erased) {
  std::vector<std::tuple<RecordId, std::int64_t, std::string>> rows;
  auto read =
      each_row(database, "SELECT delivery,subject,figures FROM delivery_row WHERE record=" + std::to_string(record),
               [&](const journal::Statement& row) {
                 journal::ValueWriter kept;
                 journal::ValueReader reader(row.blob(2));
                 journal::ValueEntry entry;
                 while (reader.next(entry)) {
                   if (!erased.has(record, entry.field)) kept.add(entry.field, entry.bytes);
                 }
                 if (std::string figures = kept.take(); figures != row.blob(2))
                   rows.emplace_back(row.integer(0), row.integer(1), std::move(figures));
               });
  if (!read) return read;
  auto update = database.prepare("UPDATE delivery_row SET figures=?3 WHERE delivery=?1 AND subject=?2");
  if (!update) return tl::unexpected(update.error());
  for (const auto& [delivery, subject, figures] : rows) {
    update->bind_all(delivery, subject, Blob{figures});
    if (auto done = update->run(); !done) return done;
  }
  return {};
}

}  // namespace

Result<void> forget_delivered(Database& database, const Erased& erased) {
  auto there = database.integer("SELECT count(*) FROM sqlite_schema WHERE name='desk_row'");
  if (!there) return tl::unexpected(there.error());
  if (there->value_or(0) == 0) return {};
  std::set<RecordId> records;
  auto difference = database.prepare("UPDATE delivery_difference SET before='', after='' WHERE record=?1 AND field=?2");
  if (!difference) return tl::unexpected(difference.error());
  for (const auto& [record, field] : erased.fields()) {
    records.insert(record);
    if (auto done = difference->bind_all(record, field).run(); !done) return done;
  }
  for (const RecordId record : records) {
    if (auto done = forget_figures(database, record, erased); !done) return done;
  }
  auto waiting = load_desk(database, 0, 0, SIZE_MAX / 2);
  if (!waiting) return tl::unexpected(waiting.error());
  for (DeskRow& row : *waiting) {
    FileId file = 0;
    if (row.record != 0) {
      auto found = database.integer("SELECT file FROM record WHERE id=" + std::to_string(row.record));
      if (!found) return tl::unexpected(found.error());
      file = found->value_or(0);
      if (!erased.files().contains(file)) continue;
    }
    bool touched = false;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.record != 0 && erased.has(row.record, row.fields[i]) && !row.cells[i].empty()) {
        row.cells[i] = erased_word;
        touched = true;
      }
      touched = erased.take_out(row.cells[i], file != 0 ? Length::Any : Length::Telling) || touched;
    }
    if (!touched) continue;
    if (auto done = update_desk_row(database, row); !done) return done;
  }
  return {};
}

}  // namespace yuanqu::register_
