// The verifier in tests/verifier, written from docs/records.md alone, agrees with verify: on a zone that has seen every
// operation, and on every way of tampering with it.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "journal/checkpoint.hpp"
#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using journal::Operation;
using test::day;
using test::number;
using test::text;

class IndependentVerifier : public ::testing::Test {
 protected:
  test::Zone zone;
  RecordId a = 0, b = 0;
  std::filesystem::path roots = zone.folder / "roots.jsonl";

  void SetUp() override {
    a = put("firm",
            {{"uscc", text("91110108551385082Q")},
             {"name", text("甲公司")},
             {"former_names", Value::list({text("旧一"), text("旧二")})},
             {"capital", Value::money(12345, 2, "CNY")},
             {"founded_on", Value::date(day("1999-05-05"))},
             {"phone", text("13800001234")}},
            "register", "2026-01-01");
    b = put("firm", {{"name", text("乙公司")}, {"phone", text("13900001234")}}, "register", "2026-01-01");
    const RecordId certificate =
        put("certificate", {{"firm", Value::reference(b)}, {"number", text("C-1")}}, "register", "2026-01-02");
    sign();
    put("firm", {{"revenue", Value::number(-5, 1)}, {"size", Value::enumeration("small")}}, "tax", "2025-12-31", a);
    const Position wrong = version_of(put("firm", {{"scope", text("错的")}}, "register", "2026-01-03", a));
    put("firm", {{"scope", text("迟到的")}}, "register", "2026-01-02", a);
    put("firm", {{"capital", Value::unreadable("一大笔")}}, "self_report", "2026-01-02", a);
    operate(Operation::Clear, a, {{zone.field("firm", "size").number, Value()}}, "tax");
    operate(Operation::Close, certificate, {}, "register", "certificate");
    operate(Operation::Reopen, certificate, {}, "register", "certificate");
    Write undo = zone.write("firm", {}, "register", "2026-02-01", a);
    undo.operation = Operation::Void;
    undo.voided = {wrong};
    auto voided = zone.put(undo);
    ASSERT_TRUE(voided);
    undo.voided = {voided->version};
    ASSERT_TRUE(zone.put(undo));  // the void is void
    Write merge = zone.write("firm", {}, "register", "2026-02-01", b);
    merge.operation = Operation::Merge;
    merge.into = a;
    ASSERT_TRUE(zone.put(merge));
    merge.operation = Operation::Unmerge;
    ASSERT_TRUE(zone.put(merge));
    merge.operation = Operation::Merge;
    ASSERT_TRUE(zone.put(merge));
    operate(Operation::Erase, a, {{zone.field("firm", "phone").number, Value()}}, "register");
    sign();
    put("certificate", {{"firm", Value::reference(a)}}, "register", "2026-03-01", certificate);
    ASSERT_TRUE(journal::export_checkpoints(*zone.journal, roots));
  }

  RecordId put(const char* kind, std::vector<std::pair<std::string, Value>> values, const char* source, const char* on,
               RecordId record = 0) {
    auto written = zone.put(zone.write(kind, std::move(values), source, on, record));
    EXPECT_TRUE(written) << (written ? "" : base::to_text(written.error(), false));
    return written ? written->record : 0;
  }
  Position version_of(RecordId record) { return (*zone.records->state(record))->version; }
  void operate(Operation operation, RecordId record, std::vector<FieldWrite> values, const char* source,
               const char* kind = "firm") {
    Write write = zone.write(kind, {}, source, "2026-02-01", record);
    write.operation = operation;
    write.values = std::move(values);
    auto done = zone.put(write);
    ASSERT_TRUE(done) << base::to_text(done.error(), false);
    EXPECT_TRUE(done->changed);
  }
  void sign() { ASSERT_TRUE(journal::make_checkpoint(*zone.journal)); }
  void execute(const std::string& sql) {
    auto done = zone.journal->commit([&](journal::Transaction& t) { return t.database().execute(sql); }, {});
    ASSERT_TRUE(done) << base::to_text(done.error(), false);
  }

  // Both as one text: counts and problems.
  std::string ours(bool outside) {
    VerifyOptions options;
    if (outside) options.roots = *journal::read_checkpoints(roots);
    auto report = verify(*zone.journal, options);
    EXPECT_TRUE(report);
    std::vector<std::string> problems;
    for (const VerifyProblem& one : report->problems)
      problems.push_back("[\"" + one.code + "\", " + std::to_string(one.sequence) + ", " + std::to_string(one.record) +
                         "]");
    std::string text = "{\"changes\": " + std::to_string(report->changes) +
                       ", \"files\": " + std::to_string(report->files) +
                       ", \"records\": " + std::to_string(report->records) +
                       ", \"checkpoints\": " + std::to_string(report->checkpoints) +
                       ", \"roots\": " + std::to_string(report->roots) + ", \"problems\": [";
    for (std::size_t i = 0; i < problems.size(); ++i) text += (i == 0 ? "" : ", ") + problems[i];
    return text + "]}";
  }
  std::string theirs(bool outside) const {
    const std::string command = "python3 '" + (test::source_folder() / "tests/verifier/verify.py").string() + "' '" +
                                (zone.folder / "data").string() + "'" +
                                (outside ? " --roots '" + roots.string() + "'" : "");
    std::string text;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
    ::pclose(pipe);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
};

TEST_F(IndependentVerifier, AgreesOnEveryOperation) {
  EXPECT_EQ(theirs(true), ours(true));
  EXPECT_NE(ours(true).find("\"problems\": []"), std::string::npos) << ours(true);
  EXPECT_NE(ours(true).find("\"roots\": 2"), std::string::npos);
}

TEST_F(IndependentVerifier, AgreesOnEveryTampering) {
  const std::string one = std::to_string(a);
  const std::vector<std::pair<const char*, std::string>> cases = {
      {"content",
       "UPDATE change SET field_values = (SELECT field_values FROM change WHERE sequence = 2) WHERE sequence = 1"},
      {"actor", "UPDATE change SET actor = 9 WHERE sequence = 5"},
      {"time", "UPDATE change SET recorded_at = recorded_at - 86400000 WHERE sequence = 6"},
      {"missing", "DELETE FROM change WHERE sequence = 6"},
      {"swap",
       "UPDATE change SET sequence = -1 WHERE sequence = 5; UPDATE change SET sequence = 5 WHERE sequence = 6; UPDATE "
       "change SET sequence = 6 WHERE sequence = -1"},
      {"erasure", "UPDATE change SET erased_by = NULL WHERE erased_by IS NOT NULL"},
      {"facts",
       "UPDATE record SET facts = (SELECT facts FROM record WHERE id <> " + one + " LIMIT 1) WHERE id = " + one},
      {"alias", "UPDATE record SET alias_of = 0"},
      {"no record", "DELETE FROM record WHERE id = " + one},
      {"new record",
       "INSERT INTO record SELECT 99, 99, 99, kind, version, created, alias_of, facts FROM record WHERE id = " + one},
      {"cut", "DELETE FROM change WHERE sequence > 8"},
      {"root", "UPDATE checkpoint SET files = files + 1 WHERE number = 2"},
  };
  // Each on the folder as it was: what is changed is kept aside and put back.
  execute(
      "CREATE TABLE kept_change AS SELECT * FROM change; CREATE TABLE kept_record AS SELECT * FROM record; CREATE "
      "TABLE kept_checkpoint AS SELECT * FROM checkpoint");
  for (const auto& [name, sql] : cases) {
    execute(sql);
    EXPECT_EQ(theirs(true), ours(true)) << name;
    EXPECT_EQ(theirs(false), ours(false)) << name;
    EXPECT_EQ(ours(true).find("\"problems\": []"), std::string::npos) << name;
    execute(
        "DELETE FROM change; INSERT INTO change SELECT * FROM kept_change; DELETE FROM record; INSERT INTO record "
        "SELECT * FROM kept_record;"
        "DELETE FROM checkpoint; INSERT INTO checkpoint SELECT * FROM kept_checkpoint");
  }
  EXPECT_NE(ours(true).find("\"problems\": []"), std::string::npos);
}

}  // namespace
}  // namespace yuanqu::register_
