#include "journal/attachments.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.hpp"
#include "folder.hpp"
#include "journal/journal.hpp"

namespace yuanqu::journal {
namespace {

namespace fs = std::filesystem;

class AttachmentsTest : public ::testing::Test {
 protected:
  yuanqu::test::Folder folder;
  base::ManualClock clock{1'772'400'000'000};
  std::unique_ptr<Journal> journal = *Journal::open(folder.path() / "data", clock);

  fs::path file(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder.path() / name, std::ios::binary) << bytes;
    return folder.path() / name;
  }
  base::Result<void> in_work(const Work& work) {
    auto done = journal->commit(work, {});
    if (!done) return tl::unexpected(done.error());
    return {};
  }
  bool known(const std::string& hash) {
    auto snapshot = journal->snapshot();
    return Attachments::find(snapshot->database(), hash)->has_value();
  }
  fs::path path_of(const std::string& hash) const {
    return folder.path() / "data" / "attachments" / hash.substr(0, 2) / hash.substr(2);
  }
  void make_old(const std::string& hash) const {
    fs::last_write_time(path_of(hash), fs::file_time_type::clock::now() - std::chrono::hours(25));
  }
};

TEST_F(AttachmentsTest, ContentNamesTheFileAndTellsItsFormat) {
  auto put = journal->attachments().put(file("evil.exe", "%PDF-1.7 a"), 5);
  ASSERT_TRUE(put);
  EXPECT_EQ(put->format, "pdf");
  EXPECT_EQ(put->size, 10U);
  EXPECT_TRUE(fs::exists(path_of(put->hash)));
  EXPECT_EQ(*journal->attachments().read(put->hash), "%PDF-1.7 a");
  // The same bytes again are the same file.
  EXPECT_EQ(journal->attachments().put(file("b.pdf", "%PDF-1.7 a"), 6)->hash, put->hash);
  auto snapshot = journal->snapshot();
  EXPECT_TRUE(*Attachments::brought_by(snapshot->database(), put->hash, 5));
  EXPECT_TRUE(*Attachments::brought_by(snapshot->database(), put->hash, 6));
  EXPECT_FALSE(*Attachments::brought_by(snapshot->database(), put->hash, 7));
}

TEST(AttachmentFormat, IsToldByTheFirstBytes) {
  using namespace std::string_view_literals;
  EXPECT_EQ(format_of_content("\x89PNG\r\n\x1a\n..."sv), "png");
  EXPECT_EQ(format_of_content("\xff\xd8\xff\xe0"sv), "jpeg");
  EXPECT_EQ(format_of_content("PK\x03\x04 … word/document.xml"sv), "docx");
  EXPECT_EQ(format_of_content("PK\x03\x04 … xl/workbook.xml"sv), "xlsx");
  EXPECT_EQ(format_of_content("PK\x03\x04 … OFD.xml"sv), "ofd");
  EXPECT_EQ(format_of_content("PK\x03\x04"sv), "zip");
  EXPECT_EQ(format_of_content("企业名称\n"sv), "text");
  EXPECT_EQ(format_of_content("\xff\xfe\x00"sv), "other");
  EXPECT_EQ(format_of_content("MZ\x90\x00\x03"sv), "other");
  EXPECT_EQ(format_of_content(""sv), "other");
}

TEST_F(AttachmentsTest, WhatNobodyNamesGoesAfterADayAndWhatIsNamedStays) {
  auto kept = journal->attachments().put(file("a", "%PDF-kept"), 5);
  auto dropped = journal->attachments().put(file("b", "%PDF-dropped"), 5);
  auto young = journal->attachments().put(file("c", "%PDF-young"), 5);
  ASSERT_TRUE(kept && dropped && young);
  ASSERT_TRUE(in_work([&](Transaction& t) { return Attachments::name(t, kept->hash, "record", 9); }));
  std::ofstream(folder.path() / "data/attachments/incoming-1-1") << "left by a writer that died";
  fs::last_write_time(folder.path() / "data/attachments/incoming-1-1",
                      fs::file_time_type::clock::now() - std::chrono::hours(25));
  make_old(kept->hash);
  make_old(dropped->hash);
  EXPECT_EQ(*journal->attachments().sweep(), 2U);
  EXPECT_TRUE(fs::exists(path_of(kept->hash)));
  EXPECT_FALSE(fs::exists(path_of(dropped->hash)));
  EXPECT_FALSE(fs::exists(folder.path() / "data/attachments/incoming-1-1"));
  EXPECT_TRUE(fs::exists(path_of(young->hash)));
  EXPECT_TRUE(known(kept->hash));
  EXPECT_FALSE(known(dropped->hash));
  // Once it is let go, it goes.
  ASSERT_TRUE(in_work([&](Transaction& t) { return Attachments::unname(t, kept->hash, "record", 9); }));
  EXPECT_EQ(*journal->attachments().sweep(), 1U);
  EXPECT_FALSE(fs::exists(path_of(kept->hash)));
}

TEST_F(AttachmentsTest, PuttingAgainMakesTheFileYoung) {
  auto put = journal->attachments().put(file("a", "%PDF-again"), 5);
  make_old(put->hash);
  ASSERT_TRUE(journal->attachments().put(file("a", "%PDF-again"), 5));
  EXPECT_EQ(*journal->attachments().sweep(), 0U);
  EXPECT_TRUE(known(put->hash));
}

TEST_F(AttachmentsTest, DamageAndLossAreTold) {
  auto put = journal->attachments().put(file("a", "%PDF-whole"), 5);
  std::ofstream(path_of(put->hash), std::ios::binary) << "%PDF-other";
  auto damaged = journal->attachments().checked_path(*put);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, base::ErrorCode::Internal);
  fs::remove(path_of(put->hash));
  EXPECT_EQ(journal->attachments().checked_path(*put).error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(journal->attachments().read("../../zone.db").error().code, base::ErrorCode::NotFound);
}

TEST_F(AttachmentsTest, AFolderOfBeforeGetsTheBookAndItsKeysGainADigest) {
  journal.reset();
  {
    auto database = *Database::open(folder.path() / "data/zone.db", OpenMode::ReadWrite);
    ASSERT_TRUE(
        database->execute("DROP TABLE attachment; DROP TABLE attachment_name; DROP TABLE attachment_upload;"
                          "ALTER TABLE idempotency DROP COLUMN request"));
  }
  journal = *Journal::open(folder.path() / "data", clock);
  EXPECT_TRUE(journal->attachments().put(file("a", "%PDF-1"), 5));
  EXPECT_TRUE(journal->commit([](Transaction&) { return base::Result<void>{}; }, {.idempotency_key = "k"}));
}

TEST_F(AttachmentsTest, AFullBasketIsRefused) {
  auto put = journal->attachments().put(file("a", "%PDF-1"), 5);
  ASSERT_TRUE(put);
  // As if a gigabyte had been brought and nothing used it.
  ASSERT_TRUE(in_work([&](Transaction& t) {
    return t.database().execute("UPDATE attachment SET size=1073741824 WHERE hash='" + put->hash + "'");
  }));
  auto more = journal->attachments().put(file("b", "%PDF-2"), 5);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, base::ErrorCode::LimitExceeded);
  EXPECT_TRUE(journal->attachments().put(file("b", "%PDF-2"), 6));
}

}  // namespace
}  // namespace yuanqu::journal
