// Attachments as values of records: who may name them, who may fetch them, what keeps them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "register/attached.hpp"
#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using base::ErrorCode;
using test::day;
using test::text;

constexpr std::int64_t visitor = 77;  // the account of zone.viewer()

class Attached : public ::testing::Test {
 protected:
  test::Zone zone;
  Value put(const std::string& content, std::int64_t account = visitor, const std::string& name = "扫描.pdf") {
    auto stored = zone.journal->attachments().put(zone.file("upload", content), account);
    EXPECT_TRUE(stored);
    return Value::attachment(stored->hash, stored->size, stored->format, name);
  }
  RecordId firm() {
    return zone.put(zone.write("firm", {{"uscc", text("91110108551385082Q")}, {"name", text("甲公司")}}))->record;
  }
  base::Result<Written> set(const Viewer& viewer, RecordId record, const std::string& field, Value value,
                            std::string_view source = "self_report") {
    Write write = zone.write("firm", {}, source, "2026-02-01", record);
    write.values.push_back({zone.field("firm", field).number, std::move(value)});
    auto reply = zone.records->write(viewer, {write});
    if (!reply) return tl::unexpected(reply.error());
    return reply->written.front();
  }
  base::Result<Value> fetch(const Viewer& viewer, RecordId record, const std::string& field, std::string_view hash = {},
                            const std::string& reason = {}) {
    return zone.records->attachment(viewer, zone.kind("firm"), record, zone.field("firm", field), hash,
                                    {day("2026-03-02"), {}}, reason);
  }
  VerifyReport verified() {
    auto report = verify(*zone.journal);
    EXPECT_TRUE(report);
    return *report;
  }
};

TEST_F(Attached, AValueIsBytesAndBack) {
  const Value value = put("%PDF-1");
  EXPECT_EQ(Value::from_bytes(value.to_bytes()), value);
  EXPECT_EQ(value.to_text(), "扫描.pdf");
  EXPECT_EQ(value.attachment_format(), "pdf");
  EXPECT_EQ(value.attachment_size(), 6U);
  std::string cut = value.to_bytes();
  cut.resize(40);
  EXPECT_FALSE(Value::from_bytes(cut));
}

TEST_F(Attached, ARecordKeepsWhatItNamesAndVerifyReadsIt) {
  const RecordId id = firm();
  const Value scan = put("%PDF-scan");
  ASSERT_TRUE(set(Viewer::system(), id, "scan", scan));
  EXPECT_EQ(verified().attachments, 1U);
  EXPECT_EQ(verified().problems_total, 0U);
  const auto path = zone.folder / "data/attachments" / std::string(scan.attachment_hash()).substr(0, 2) /
                    std::string(scan.attachment_hash()).substr(2);
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  ASSERT_TRUE(zone.journal->attachments().sweep());
  EXPECT_TRUE(std::filesystem::exists(path));
  std::ofstream(path, std::ios::binary) << "%PDF-scam";
  EXPECT_EQ(verified().problems.at(0).code, "attachment_damaged");
  std::filesystem::remove(path);
  EXPECT_EQ(verified().problems.at(0).code, "attachment_missing");
}

TEST_F(Attached, VerifyTellsAFileTheBookForgot) {
  const RecordId id = firm();
  ASSERT_TRUE(set(Viewer::system(), id, "scan", put("%PDF-scan")));
  ASSERT_TRUE(zone.journal->commit(
      [](journal::Transaction& t) { return t.database().execute("DELETE FROM attachment_name"); }, {}));
  EXPECT_EQ(verified().problems.at(0).code, "attachment_unnamed");
}

TEST_F(Attached, LimitsAreTheFields) {
  const RecordId id = firm();
  EXPECT_EQ(set(Viewer::system(), id, "scan", put("plain words")).error().code, ErrorCode::Invalid);
  EXPECT_EQ(set(Viewer::system(), id, "scan", put("%PDF-" + std::string(1 << 20, 'x'))).error().place.field, "scan");
  // What the value says of size and format must be what the file is.
  const Value real = put("plain words");
  EXPECT_FALSE(set(Viewer::system(), id, "scan",
                   Value::attachment(real.attachment_hash(), real.attachment_size(), "pdf", "a.pdf")));
  EXPECT_FALSE(set(Viewer::system(), id, "scan", put("%PDF-1", visitor, "../a.pdf")));
  EXPECT_FALSE(set(Viewer::system(), id, "scan", Value::attachment(std::string(64, 'a'), 5, "pdf", "a.pdf")));
}

TEST_F(Attached, KnowingAHashOpensNoFile) {
  const RecordId mine = firm();
  const RecordId other =
      zone.put(zone.write("firm", {{"uscc", text("91350100M000100Y43")}, {"name", text("乙公司")}}))->record;
  const Value secret = put("%PDF-of another", 12);
  ASSERT_TRUE(set(Viewer::system(), other, "scan", secret));
  const Viewer owner = zone.viewer("owner", {mine});
  auto stolen = set(owner, mine, "scan", secret);
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().place.field, "scan");
  const Value own = put("%PDF-of another");  // brought by oneself, the same bytes are one's own
  EXPECT_TRUE(set(owner, mine, "scan", own));
}

TEST_F(Attached, WhoMayReadTheFieldMayFetchTheFile) {
  const RecordId id = firm();
  const Value scan = put("%PDF-scan");
  const Value paper = put("%PDF-paper");
  const Value second = put("\x89PNG\r\n\x1a\n2");
  ASSERT_TRUE(set(Viewer::system(), id, "scan", scan));
  ASSERT_TRUE(set(Viewer::system(), id, "papers", Value::list({paper, second})));
  EXPECT_EQ(*fetch(Viewer::system(), id, "papers"), paper);
  EXPECT_EQ(*fetch(Viewer::system(), id, "papers", second.attachment_hash()), second);
  EXPECT_EQ(fetch(Viewer::system(), id, "papers", scan.attachment_hash()).error().code, ErrorCode::NotFound);
  EXPECT_EQ(*fetch(zone.viewer("owner", {id}), id, "papers"), paper);
  // Personal data is shown masked to the clerk: the file takes a reason, and the look is on record.
  const Viewer clerk = zone.viewer("counter");
  EXPECT_EQ(*fetch(clerk, id, "scan"), scan);
  EXPECT_EQ(fetch(clerk, id, "papers").error().place.field, "reason");
  EXPECT_EQ(*fetch(clerk, id, "papers", {}, "核对身份"), paper);
  auto snapshot = zone.journal->snapshot();
  EXPECT_EQ(*snapshot->database().integer("SELECT count(*) FROM access_log"), 1);
  EXPECT_FALSE(fetch(Viewer::nobody(), id, "scan"));
}

TEST_F(Attached, ErasingLetsTheFileGo) {
  const RecordId id = firm();
  const Value paper = put("%PDF-paper");
  const Value scan = put("%PDF-scan");
  ASSERT_TRUE(set(Viewer::system(), id, "papers", Value::list({paper, scan})));
  ASSERT_TRUE(set(Viewer::system(), id, "scan", scan));
  Write erase = zone.write("firm", {}, "register", "2026-03-01", id);
  erase.operation = journal::Operation::Erase;
  erase.values.push_back({zone.field("firm", "papers").number, {}});
  ASSERT_TRUE(zone.records->write(Viewer::system(), {erase}));
  auto snapshot = zone.journal->snapshot();
  auto named = journal::Attachments::all_named_by(snapshot->database(), "record", id);
  ASSERT_TRUE(named);
  EXPECT_THAT(*named, ::testing::ElementsAre(std::string(scan.attachment_hash())));
  EXPECT_EQ(verified().problems_total, 0U);
}

TEST_F(Attached, AFactKeepsItsFileWhenAnotherFollows) {
  const RecordId id = firm();
  const Value first = put("%PDF-first");
  ASSERT_TRUE(set(Viewer::system(), id, "scan", first));
  Write later = zone.write("firm", {{"scan", put("%PDF-second")}}, "self_report", "2026-03-01", id);
  ASSERT_TRUE(zone.records->write(Viewer::system(), {later}));
  EXPECT_EQ(verified().attachments, 2U);
  auto then = zone.records->attachment(Viewer::system(), zone.kind("firm"), id, zone.field("firm", "scan"), {},
                                       {day("2026-02-15"), {}}, {});
  EXPECT_EQ(*then, first);
}

}  // namespace
}  // namespace yuanqu::register_
