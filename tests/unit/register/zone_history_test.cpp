// A whole register against a brute-force reading of its journal: random histories of several records with every
// operation, at random pairs of valid day and known at. The reading shares nothing with the product but the table: it
// decodes the rows itself and goes through all of them for every question, as docs/records.md says.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using journal::Operation;
using test::day;

// ---- the reading

struct Row {
  std::int64_t sequence = 0, record = 0, batch = 0;
  int operation = 0, effective = 0, source = 0;
  std::vector<std::pair<std::uint64_t, std::string>> entries;
};

std::uint64_t varint(const std::string& bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(at++));
    value |= static_cast<std::uint64_t>(byte & 127) << shift;
    if (byte < 128) return value;
  }
}

std::vector<Row> rows_of(const std::filesystem::path& file) {
  std::vector<Row> rows;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(
      database,
      "SELECT sequence, record, batch, operation, effective_from, source, field_values FROM change ORDER BY sequence",
      -1, &statement, nullptr);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    Row row;
    row.sequence = sqlite3_column_int64(statement, 0);
    row.record = sqlite3_column_int64(statement, 1);
    row.batch = sqlite3_column_int64(statement, 2);
    row.operation = sqlite3_column_int(statement, 3);
    row.effective = sqlite3_column_int(statement, 4);
    row.source = sqlite3_column_int(statement, 5);
    const std::string bytes(static_cast<const char*>(sqlite3_column_blob(statement, 6)) == nullptr
                                ? ""
                                : static_cast<const char*>(sqlite3_column_blob(statement, 6)),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, 6)));
    for (std::size_t at = 0; at < bytes.size();) {
      const std::uint64_t field = varint(bytes, at);
      const std::uint64_t length = varint(bytes, at);
      row.entries.emplace_back(field, bytes.substr(at, length));
      at += length;
    }
    rows.push_back(std::move(row));
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return rows;
}

class Reading {
 public:
  Reading(const std::vector<Row>& rows, std::int64_t known_at) {
    std::vector<const Row*> known;
    for (const Row& row : rows) {
      if (row.sequence <= known_at) known.push_back(&row);
    }
    std::set<std::int64_t> voided;
    for (auto it = known.rbegin(); it != known.rend(); ++it) {
      if ((*it)->operation != 7 || voided.contains((*it)->sequence)) continue;
      for (const auto& [field, bytes] : (*it)->entries) {
        for (std::size_t at = 0; at < bytes.size();) {
          const auto named = static_cast<std::int64_t>(varint(bytes, at));
          // A void reaches changes of its own record recorded before it.
          const bool own = std::any_of(known.begin(), known.end(), [&](const Row* row) {
            return row->sequence == named && row->record == (*it)->record;
          });
          if (own && named < (*it)->sequence) voided.insert(named);
        }
      }
    }
    for (const Row* row : known) {
      if (!voided.contains(row->sequence)) standing_.push_back(row);
    }
  }

  // The bytes of a fact's value with its day; nullopt when there is none on that day.
  std::optional<std::pair<std::string, int>> fact(std::int64_t record, std::uint64_t field, int source, int on) const {
    std::optional<std::pair<std::string, int>> best;
    for (const Row* row : standing_) {
      if (row->record != record || row->source != source || row->effective > on || row->operation > 2) continue;
      for (const auto& [number, bytes] : row->entries) {
        if (number == field && (!best || best->second <= row->effective))
          best = {row->operation == 2 ? std::string(1, '\0') : bytes, row->effective};
      }
    }
    return best;
  }
  std::string plain(std::int64_t record, std::uint64_t field, const std::vector<int>& sources, int months_fresh,
                    int on) const {
    for (const int source : sources) {
      const auto found = fact(record, field, source, on);
      if (!found || found->first[0] == 0 || found->first[0] == 10) continue;
      if (months_fresh > 0 &&
          *base::Date::from_days(found->second).plus_months(months_fresh) < base::Date::from_days(on))
        continue;
      return found->first;
    }
    return std::string(1, '\0');
  }
  bool closed(std::int64_t record, int on) const {
    bool anything = false;
    std::optional<std::pair<int, bool>> best;
    for (const Row* row : standing_) {
      if (row->record != record) continue;
      if (row->operation == 3 || row->operation == 4) {
        anything = true;
        if (row->effective <= on && (!best || best->first <= row->effective))
          best = {row->effective, row->operation == 3};
      }
      if (row->operation <= 2 && !row->entries.empty()) anything = true;
    }
    return !anything || (best && best->second);
  }
  std::int64_t alias(std::int64_t record) const {
    std::int64_t into = 0;
    for (const Row* row : standing_) {
      if (row->record != record) continue;
      if (row->operation == 6) into = 0;
      if (row->operation != 5) continue;
      std::size_t at = 1;  // behind the type of a reference
      into = static_cast<std::int64_t>(varint(row->entries.at(0).second, at) >> 1);
    }
    return into;
  }
  std::int64_t resolved(std::int64_t record) const {
    for (std::int64_t into = alias(record); into != 0; into = alias(record)) record = into;
    return record;
  }

 private:
  std::vector<const Row*> standing_;
};

// ---- random histories

class ZoneHistory : public ::testing::Test {
 protected:
  test::Zone zone;

  std::string any_day() { return base::Date::from_days(20'454 + *rc::gen::inRange(0, 500)).to_string(); }

  // One of each, whatever chance brings.
  void every_operation(const std::vector<RecordId>& firms) {
    const auto write = [&](Operation operation, std::vector<std::pair<std::string, Value>> values, RecordId into = 0) {
      Write one = zone.write("firm", values, "register", "2026-01-10", firms[0]);
      one.operation = operation;
      one.into = into;
      if (operation == Operation::Void)
        one.voided = {(*zone.records->history(Viewer::system(), zone.kind("firm"), firms[0])).front().sequence};
      EXPECT_TRUE(zone.put(one)->changed);
    };
    write(Operation::Put, {{"phone", Value::string("13800009999")}, {"inspected", Value::boolean(true)}});
    write(Operation::Clear, {{"inspected", Value()}});
    write(Operation::Close, {});
    write(Operation::Reopen, {});
    write(Operation::Merge, {}, firms[1]);
    write(Operation::Unmerge, {});
    write(Operation::Erase, {{"phone", Value()}});
    write(Operation::Void, {});
  }

  Write any_write(const std::vector<RecordId>& firms) {
    const std::string source = *rc::gen::element<std::string>("register", "tax", "self_report");
    std::vector<std::pair<std::string, Value>> values;
    if (source != "register" && *rc::gen::arbitrary<bool>())
      values.emplace_back("revenue", Value::number(*rc::gen::inRange(0, 6), 0));
    if (source != "tax" && *rc::gen::arbitrary<bool>())
      values.emplace_back("inspected", Value::boolean(*rc::gen::arbitrary<bool>()));
    if (source != "tax" && *rc::gen::arbitrary<bool>())
      values.emplace_back("phone", Value::string("1380000" + std::to_string(*rc::gen::inRange(0, 4))));
    if (values.empty()) values.emplace_back("name", Value::string("名" + std::to_string(*rc::gen::inRange(0, 5))));
    Write write = zone.write("firm", values, source, any_day().c_str(), *rc::gen::elementOf(firms));
    switch (*rc::gen::inRange(0, 14)) {
      case 0:
        write.operation = Operation::Clear;
        for (FieldWrite& one : write.values) one.value = Value();
        break;
      case 1: write.operation = Operation::Close; break;
      case 2: write.operation = Operation::Reopen; break;
      case 3:
        write.operation = Operation::Merge;
        write.into = *rc::gen::elementOf(firms);
        break;
      case 4: write.operation = Operation::Unmerge; break;
      case 5:
      case 6: {
        write.operation = Operation::Void;
        auto history = zone.records->history(Viewer::system(), zone.kind("firm"), write.record);
        write.voided = {(*rc::gen::elementOf(*history)).sequence};
        break;
      }
      case 7:
        write.operation = Operation::Erase;
        write.values = {{zone.field("firm", "phone").number, Value()}};
        break;
      default: break;
    }
    return write;
  }
};

TEST_F(ZoneHistory, ReadsAsABruteForceReadingOfItsJournal) {
  std::set<int> operations_seen;
  // Each history is durable work on a disk, so a test run takes some; YUANQU_HISTORIES asks for more.
  const char* asked = std::getenv("YUANQU_HISTORIES");
  const int histories = asked == nullptr ? 25 : std::atoi(asked);
  const int every =
      std::max(1, 100 / std::max(1, histories));  // of the hundred, so that small and large ones are among them
  int turn = 0;
  bool first = true;
  EXPECT_TRUE(rc::check([&] {
    if (turn++ % every != 0) return;
    std::vector<RecordId> firms;
    const Write made = zone.write("firm", {{"name", Value::string("企业")}});
    const auto three = zone.records->write(Viewer::system(), {made, made, made});
    for (const Written& one : three->written) firms.push_back(one.record);
    std::vector<Position> moments;
    std::vector<BatchId> batches;
    if (std::exchange(first, false)) every_operation(firms);
    const int commits = *rc::gen::inRange(1, 5);
    for (int i = 0; i < commits; ++i) {
      // Writes of one commit that were refused leave the others in place, so each is tried alone inside it.
      auto committed = zone.journal->commit(
          [&](journal::Transaction& transaction) -> base::Result<void> {
            const int count = *rc::gen::inRange(1, 7);
            for (int k = 0; k < count; ++k) (void)zone.records->write(transaction, Viewer::system(), any_write(firms));
            return {};
          },
          {});
      RC_ASSERT(committed.has_value());
      batches.push_back(committed->batch);
      moments.push_back(committed->position);
    }
    if (*rc::gen::inRange(0, 3) == 0)
      (void)zone.records->void_batch(Viewer::system(), *rc::gen::elementOf(batches), day("2026-06-01"), "整批撤回");
    moments.push_back(zone.journal->position());

    const auto rows = rows_of(zone.folder / "data/zone.db");
    for (const Row& row : rows) operations_seen.insert(row.operation);
    for (int question = 0; question < 5; ++question) {
      const Position known_at = *rc::gen::elementOf(moments);
      const int on = 20'454 + *rc::gen::inRange(-10, 900);
      const Reading reading(rows, known_at);
      const AsOf as_of{base::Date::from_days(on), known_at};
      for (const RecordId firm : firms) {
        auto view = zone.records->read(Viewer::system(), zone.kind("firm"), firm, as_of);
        RC_ASSERT(view.has_value());
        const auto expect = [&](const char* name, const std::vector<int>& sources, int months) {
          const Field& field = zone.field("firm", name);
          const auto shown = std::find_if(view->fields.begin(), view->fields.end(),
                                          [&](const FieldView& one) { return one.field == &field; });
          RC_ASSERT(shown->value.to_bytes() == reading.plain(firm, field.number, sources, months, on));
        };
        expect("name", {1, 2, 3}, 0);
        expect("revenue", {2, 3}, 0);
        expect("phone", {1, 3}, 0);
        expect("inspected", {1, 3}, 6);
        RC_ASSERT(view->closed == reading.closed(firm, on));
        RC_ASSERT(view->alias_of == reading.alias(firm));
        auto file = zone.records->read_file(Viewer::system(), firm, as_of);
        RC_ASSERT(file.has_value());
        RC_ASSERT(file->record.id == reading.resolved(firm));
      }
    }
  }));
  EXPECT_EQ(operations_seen, (std::set<int>{1, 2, 3, 4, 5, 6, 7, 8}));

  // Replay: from the journal alone come the same records, and every hash is worked out again as it stands.
  std::map<RecordId, std::string> before;
  ASSERT_TRUE(zone.records->for_each([&](RecordState&& state) {
    before[state.id] = to_bytes(state) + "/" + std::to_string(state.alias_of) + "/" + std::to_string(state.version);
    return true;
  }));
  zone.records.reset();
  ASSERT_TRUE(
      zone.journal->commit([](journal::Transaction& t) { return t.database().execute("DELETE FROM record"); }, {}));
  zone.open();
  std::size_t same = 0;
  ASSERT_TRUE(zone.records->for_each([&](RecordState&& state) {
    same +=
        before[state.id] == to_bytes(state) + "/" + std::to_string(state.alias_of) + "/" + std::to_string(state.version)
            ? 1U
            : 0U;
    return true;
  }));
  EXPECT_EQ(same, before.size());
  auto report = verify(*zone.journal, {.catalogue = zone.catalogue.get()});
  ASSERT_TRUE(report);
  for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.en;
}

}  // namespace
}  // namespace yuanqu::register_
