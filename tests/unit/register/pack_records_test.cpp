// Records that come with a pack: loaded by key, once, below the zone's own facts; a faulty row refuses with its place.
#include "register/pack_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using test::day;
using test::text;
using test::Zone;

TEST(PackRecords, AreLoadedOnceAndStayBelowTheZonesOwnFacts) {
  Zone zone({test::source_folder() / "packs"}, {"core", "national"});
  auto first = load_pack_records(*zone.records, zone.packs);
  ASSERT_TRUE(first) << base::to_text(first.error(), false);
  EXPECT_GE(*first, 12u);
  const auto position = zone.journal->position();
  auto second = load_pack_records(*zone.records, zone.packs);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, 0u);
  EXPECT_EQ(zone.journal->position(), position);

  // The zone's own word about one of them, by the same key, stands above the pack's.
  const Kind& kind = zone.kind("licence_type");
  auto found = zone.records->find_by_key(kind, {kind.field("code")->number}, {text("FOOD_BIZ")}, day("2026-03-02"));
  ASSERT_TRUE(found && found->size() == 1);
  const RecordId food = found->front();
  auto written = zone.put(
      zone.write("licence_type", {{"legal_basis", text("本区所记的条文")}}, "zone_office", "2026-01-01", food));
  ASSERT_TRUE(written) << written.error().en;
  ASSERT_TRUE(load_pack_records(*zone.records, zone.packs));
  EXPECT_EQ(zone.plain(food, "legal_basis", "2026-03-02").text(), "本区所记的条文");
  EXPECT_EQ(zone.plain(food, "name", "2026-03-02").text(), "食品经营许可证");
}

TEST(PackRecords, AFaultNamesFileAndRow) {
  const auto root = std::filesystem::temp_directory_path() / ("yuanqu-pack-records-" + std::to_string(::getpid()));
  std::filesystem::remove_all(root);
  std::filesystem::create_directories(root / "extra/records");
  const auto file = [&](const char* name, const char* content) { std::ofstream(root / "extra" / name) << content; };
  file("pack.yaml", "pack: extra\nversion: 1.0.0\nlabels: {zh: 附, en: Extra}\nneeds: [core]\nlanguages: [zh, en]\n");
  file("records/types.yaml", "kind: licence_type\nsource: zone_office\neffective_from: 2026-01-01\n");
  file("records/types.csv", "code,name\nGAS_BIZ,燃气经营许可证\nno code,坏\n");
  {
    Zone zone({root, test::source_folder() / "packs"}, {"core", "extra"});
    auto loaded = load_pack_records(*zone.records, zone.packs);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().place.file, "extra/records/types.csv");
    EXPECT_EQ(loaded.error().place.row, 3u);
  }
  file("records/types.yaml", "kind: nothing\nsource: zone_office\neffective_from: 2026-01-01\n");
  {
    Zone zone({root, test::source_folder() / "packs"}, {"core", "extra"});
    auto loaded = load_pack_records(*zone.records, zone.packs);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().place.file, "extra/records/types.yaml");
  }
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace yuanqu::register_
