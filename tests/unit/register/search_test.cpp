#include "register/search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "register/pinyin.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using test::day;
using test::text;

class Searching : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(zone.records->set_today(day("2026-03-02"), 1, "start"));
    ASSERT_TRUE(zone.put(zone.write("firm", {{"uscc", text("91110108551385082Q")}, {"name", text("重庆银行科技")}})));
    ASSERT_TRUE(
        zone.put(zone.write("firm", {{"name", text("长城乐技")}, {"former_names", Value::list({text("示例旧名")})}})));
    ASSERT_TRUE(zone.put(zone.write("firm", {{"name", text("Sample Works (A)")}})));
    auto built = Search::build(*zone.records, zone.packs);
    ASSERT_TRUE(built) << base::to_text(built.error(), false);
    search = std::move(*built);
  }
  std::string found(std::string_view wanted, const Viewer& viewer = Viewer::system()) {
    std::string hits;
    for (const SearchGroup& group : search->find(viewer, wanted)) {
      for (const SearchHit& hit : group.hits) hits += hit.title + ":" + std::string(name_of(hit.matched_by)) + " ";
    }
    return hits;
  }
  test::Zone zone;
  std::unique_ptr<Search> search;
};

TEST_F(Searching, ByNameCodeTailPinyinAndInitials) {
  EXPECT_EQ(found("银行"), "重庆银行科技:title ");
  EXPECT_EQ(found("5082Q"), "重庆银行科技:code ");
  EXPECT_EQ(found("5082q"), "重庆银行科技:code ");
  EXPECT_EQ(found("chongqing"), "重庆银行科技:pinyin ");
  EXPECT_EQ(found("yinhang"), "重庆银行科技:pinyin ");
  EXPECT_EQ(found("cqyh"), "重庆银行科技:initials ");
  EXPECT_EQ(found("zhongqing"), "");  // the phrase settles the reading
  EXPECT_EQ(found("ongqing"), "");    // not at the begin of a syllable
  EXPECT_EQ(found("旧名"), "长城乐技:former_name ");
  EXPECT_EQ(found("sample works（a）"), "Sample Works (A):title ");
  EXPECT_EQ(found("nothing"), "");
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found("\n"), "");
}

TEST_F(Searching, PolyphonesAreReadEveryWay) {
  EXPECT_EQ(found("changcheng"), "长城乐技:pinyin ");
  EXPECT_EQ(found("zhangcheng"), "长城乐技:pinyin ");
  EXPECT_EQ(found("cclj"), "长城乐技:initials ");
  EXPECT_EQ(found("ccyj"), "长城乐技:initials ");
}

TEST_F(Searching, SeveralWordsMustAllMatch) {
  EXPECT_EQ(found("重庆 科技"), "重庆银行科技:title ");
  EXPECT_EQ(found("重庆 长城"), "");
}

TEST_F(Searching, FollowsWritesAndKeepsFormerNames) {
  auto ids = zone.records->find_by_key(zone.kind("firm"), {2}, {text("长城乐技")}, day("2026-03-01"));
  ASSERT_EQ(ids->size(), 1U);
  ASSERT_TRUE(zone.put(zone.write("firm", {{"name", text("新名")}}, "register", "2026-03-01", ids->front())));
  ASSERT_TRUE(search->catch_up());
  EXPECT_EQ(found("新名"), "新名:title ");
  EXPECT_EQ(found("长城"), "新名:former_name ");
}

TEST_F(Searching, FindsOnlyWhatTheViewerMayRead) {
  EXPECT_EQ(found("银行", zone.viewer("public")), "");
  EXPECT_EQ(found("银行", zone.viewer("counter")), "重庆银行科技:title ");
  EXPECT_EQ(found("银行", zone.viewer("owner", {1})), "");
}

}  // namespace
}  // namespace yuanqu::register_
