// Backups beside a zone at work, and the way back to any moment since the first.
#include <gtest/gtest.h>

#include "journal/backup.hpp"
#include "journal/checkpoint.hpp"
#include "register/backup.hpp"
#include "register/record.hpp"
#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using base::ErrorCode;
using test::day;
using test::text;

class Backup : public ::testing::Test {
 protected:
  test::Zone zone;
  std::filesystem::path series = zone.folder / "series";

  std::filesystem::path data() const { return zone.folder / "data"; }
  RecordId firm(const char* name) { return zone.put(zone.write("firm", {{"name", text(name)}}))->record; }
  void scope(RecordId record, const char* value, const char* on) {
    zone.clock.advance_ms(60'000);
    ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text(value)}}, "register", on, record)));
  }
  // The restored folder, opened: its records as bytes, and that verify finds nothing.
  std::map<RecordId, std::string> opened(const std::filesystem::path& folder) {
    std::map<RecordId, std::string> records;
    auto journal = journal::Journal::open(folder, zone.clock);
    EXPECT_TRUE(journal);
    auto made = Register::open(**journal, zone.catalogue, zone.permissions);
    EXPECT_TRUE(made) << (made ? "" : base::to_text(made.error(), false));
    EXPECT_TRUE((*made)->for_each([&](RecordState&& state) {
      records[state.id] = to_bytes(state);
      return true;
    }));
    auto report = verify(**journal, {.catalogue = zone.catalogue.get()});
    EXPECT_TRUE(report);
    for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.en;
    return records;
  }
  std::map<RecordId, std::string> now() {
    std::map<RecordId, std::string> records;
    EXPECT_TRUE(zone.records->for_each([&](RecordState&& state) {
      records[state.id] = to_bytes(state);
      return true;
    }));
    return records;
  }
};

TEST_F(Backup, RestoresToTheMomentBetweenTwoBackups) {
  const RecordId a = firm("甲");
  ASSERT_TRUE(make_backup(data(), series, zone.clock));
  scope(a, "一", "2026-01-02");
  const RecordId b = firm("乙");
  const auto wanted = now();
  const std::int64_t moment = zone.clock.now_ms();
  const Position position = zone.journal->position();
  scope(b, "二", "2026-01-03");
  scope(a, "三", "2026-01-04");
  auto second = make_backup(data(), series, zone.clock);
  ASSERT_TRUE(second);
  scope(a, "四", "2026-01-05");

  auto restored = restore_backup(series, zone.folder / "then", {.at_ms = moment});
  ASSERT_TRUE(restored) << base::to_text(restored.error(), false);
  EXPECT_EQ(restored->position, position);
  EXPECT_EQ(restored->laid_on_top, 2U);
  EXPECT_EQ(opened(zone.folder / "then"), wanted);
  auto newest = restore_backup(series, zone.folder / "newest", {});
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->position, second->position);
  EXPECT_EQ(opened(zone.folder / "newest").size(), 2U);
  EXPECT_EQ(restore_backup(series, zone.folder / "newest", {}).error().code, ErrorCode::Conflict);  // not empty
  EXPECT_EQ(restore_backup(series, zone.folder / "none", {.at_ms = 0}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(restore_backup(series, zone.folder / "none", {.position = 99}).error().code, ErrorCode::NotFound);
}

TEST_F(Backup, CopiesAttachmentsOnceAndLeavesTheKeyBehind) {
  firm("甲");
  ASSERT_TRUE(journal::make_checkpoint(*zone.journal));
  std::filesystem::create_directories(data() / "attachments/ab");
  std::ofstream(data() / "attachments/ab/abcd") << "一张照片";
  std::ofstream(data() / "zone.json") << "{\"packs\": [\"small\"]}";
  auto made = make_backup(data(), series, zone.clock);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->attachments, 1U);
  EXPECT_TRUE(std::filesystem::exists(made->folder / "zone.json"));
  EXPECT_GT(std::filesystem::file_size(made->folder / "roots.jsonl"), 100U);
  auto restored = restore_backup(series, zone.folder / "again", {});
  ASSERT_TRUE(restored);
  EXPECT_TRUE(std::filesystem::exists(zone.folder / "again/attachments/ab/abcd"));
  EXPECT_FALSE(std::filesystem::exists(zone.folder / "again/checkpoint.key"));
  opened(zone.folder / "again");
}

TEST_F(Backup, WhatWasErasedSinceIsToldAndNotBroughtBack) {
  const RecordId a = firm("甲");
  ASSERT_TRUE(zone.put(
      zone.write("firm", {{"phone", text("13800001234")}, {"scope", text("留")}}, "register", "2026-01-05", a)));
  ASSERT_TRUE(make_backup(data(), series, zone.clock));
  scope(a, "后", "2026-01-06");
  const Position before = zone.journal->position();
  Write erase = zone.write("firm", {{"phone", Value()}}, "register", "2026-03-01", a);
  erase.operation = journal::Operation::Erase;
  ASSERT_TRUE(zone.put(erase));
  ASSERT_TRUE(make_backup(data(), series, zone.clock));
  auto restored = restore_backup(series, zone.folder / "then", {.position = before});
  ASSERT_TRUE(restored) << base::to_text(restored.error(), false);
  ASSERT_EQ(restored->erase_again.size(), 1U);
  EXPECT_EQ(restored->erase_again[0].record, a);
  EXPECT_EQ(restored->erase_again[0].fields, std::vector<std::uint32_t>{zone.field("firm", "phone").number});
  // After the erasure everything is as it is now, and nothing is left to erase.
  auto after = restore_backup(series, zone.folder / "after", {.position = zone.journal->position()});
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->erase_again.empty());
  opened(zone.folder / "after");
}

TEST_F(Backup, BackupsOfTwoZonesAreNotJoined) {
  firm("甲");
  ASSERT_TRUE(make_backup(data(), series, zone.clock));
  test::Zone other;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(other.put(other.write("firm", {{"name", text("别的" + std::to_string(i))}})));
  zone.clock.advance_ms(1000);
  ASSERT_TRUE(make_backup(other.folder / "data", series, zone.clock));
  EXPECT_EQ(restore_backup(series, zone.folder / "mixed", {.position = 2}).error().code, ErrorCode::Conflict);
}

TEST_F(Backup, KeepsWhatVerifyFoundAndTheNewestThatWasSound) {
  const RecordId a = firm("甲");
  const auto sound = make_backup(data(), series, zone.clock);
  ASSERT_TRUE(sound);
  const auto found = check_backup(*sound, zone.clock);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->problems_total, 0u);
  for (const char* value : {"一", "二", "三"}) {
    scope(a, value, "2026-01-02");
    ASSERT_TRUE(make_backup(data(), series, zone.clock));
  }
  auto all = backups_of(series);
  ASSERT_TRUE(all && all->size() == 4);
  ASSERT_TRUE(all->front().check);
  EXPECT_EQ(all->front().check->problems, 0u);
  EXPECT_EQ(all->front().check->changes, found->changes);
  EXPECT_FALSE(all->back().check);
  // The oldest is the only one known to be sound: it stays whatever is kept.
  EXPECT_EQ(remove_oldest(series, 2).value(), 1u);
  EXPECT_EQ(remove_oldest(series, 0).value(), 1u);
  all = backups_of(series);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->front().folder, sound->folder);
  ASSERT_TRUE(check_backup(all->back(), zone.clock));
  EXPECT_EQ(remove_oldest(series, 1).value(), 1u);
  EXPECT_EQ(backups_of(series)->size(), 1u);
}

}  // namespace
}  // namespace yuanqu::register_
