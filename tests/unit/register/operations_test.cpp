// What can happen to a record besides being written, and the two times through every read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using base::ErrorCode;
using journal::Operation;
using test::day;
using test::number;
using test::text;

class Operations : public ::testing::Test {
 protected:
  test::Zone zone;
  RecordId a = 0, b = 0;

  void SetUp() override {
    a = zone.put(zone.write("firm", {{"uscc", text("91110108551385082Q")}, {"name", text("甲公司")}}))->record;
    b = zone.put(zone.write("firm",
                            {{"uscc", text("91350100M000100Y43")}, {"name", text("甲公司")}, {"scope", text("乙的")}}))
            ->record;
  }
  void TearDown() override {
    auto report = verify(*zone.journal, {.catalogue = zone.catalogue.get()});
    ASSERT_TRUE(report);
    for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.en;
  }
  Write operation(Operation what, RecordId record, const char* on = "2026-02-01") {
    Write write = zone.write("firm", {}, "register", on, record);
    write.operation = what;
    return write;
  }
  RecordId yearly(RecordId of, int year, int revenue) {
    return zone
        .put(zone.write("yearly",
                        {{"firm", Value::reference(of)}, {"year", number(year)}, {"revenue", number(revenue)}}, "tax"))
        ->record;
  }
};

TEST_F(Operations, AMergeIsPreviewedTraceableAndReversible) {
  const RecordId own = yearly(b, 2024, 5);
  const RecordId other = yearly(a, 2024, 7);
  yearly(b, 2025, 6);
  EXPECT_THAT(*zone.records->similar(Viewer::system(), zone.kind("firm"), b, day("2026-03-01")),
              ::testing::ElementsAre(a));
  auto preview = zone.records->preview_merge(Viewer::system(), zone.kind("firm"), b, a, day("2026-03-01"));
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->into.id, a);
  std::vector<std::string> differing;
  for (const auto& one : preview->differences) differing.push_back(one.field->name);
  EXPECT_THAT(differing, ::testing::ElementsAre("uscc", "scope"));
  ASSERT_EQ(preview->children.size(), 1U);
  EXPECT_EQ(preview->children[0].count, 2U);
  EXPECT_THAT(preview->children[0].same_key, ::testing::ElementsAre(std::pair(own, other)));

  const Position before = zone.journal->position();
  Write merge = operation(Operation::Merge, b);
  merge.into = a;
  merge.reason = "同一家企业";
  ASSERT_TRUE(zone.put(merge));
  EXPECT_FALSE(zone.put(merge)->changed);
  const Position merged = zone.journal->position();
  EXPECT_EQ(zone.records->preview_merge(Viewer::system(), zone.kind("firm"), b, a, day("2026-03-01")).error().code,
            ErrorCode::Conflict);
  Write back = operation(Operation::Merge, a);
  back.into = b;
  EXPECT_EQ(zone.put(back).error().code, ErrorCode::Conflict);  // never in a circle
  const auto children = [&](FileId file, std::optional<Position> known_at) {
    auto view = zone.records->read_file(Viewer::system(), file, {day("2026-03-01"), known_at});
    std::size_t count = 0;
    for (const auto& [kind, records] : view->children) count += records.size();
    return std::pair(view->record.id, count);
  };
  EXPECT_EQ(children(a, {}), std::pair(a, std::size_t{3}));
  EXPECT_EQ(children(b, {}), std::pair(a, std::size_t{3}));
  EXPECT_EQ(children(b, before), std::pair(b, std::size_t{2}));  // as it was known before the merge
  EXPECT_EQ(children(a, before), std::pair(a, std::size_t{1}));
  ASSERT_TRUE(zone.put(operation(Operation::Unmerge, b)));
  EXPECT_EQ(children(b, {}), std::pair(b, std::size_t{2}));
  EXPECT_EQ(children(b, merged), std::pair(a, std::size_t{3}));
  auto history = zone.records->history(Viewer::system(), zone.kind("firm"), b);
  ASSERT_TRUE(history);
  EXPECT_EQ((*history)[0].operation, Operation::Unmerge);
  EXPECT_EQ((*history)[1].into, a);
  EXPECT_EQ((*history)[1].reason, "同一家企业");
}

TEST_F(Operations, WhatIsMergedGoesNeitherIntoItselfNorIntoWhatWasMergedIntoIt) {
  const RecordId c = zone.put(zone.write("firm", {{"name", text("丙公司")}}))->record;
  const auto merge = [&](RecordId record, RecordId into) {
    Write write = operation(Operation::Merge, record);
    write.into = into;
    return zone.put(write);
  };
  ASSERT_TRUE(merge(b, a));
  EXPECT_EQ(merge(b, b).error().code, ErrorCode::Conflict);
  ASSERT_TRUE(merge(c, b));
  EXPECT_EQ(merge(b, c).error().code, ErrorCode::Conflict);
  EXPECT_EQ(zone.records->resolve(c), a);
  ASSERT_TRUE(zone.put(operation(Operation::Unmerge, c)));
  ASSERT_TRUE(merge(b, c));  // another way round, once nothing leads back
  EXPECT_EQ(zone.records->resolve(b), c);
}

TEST_F(Operations, UndoingAnUnmergeMayNotMakeACircle) {
  Write merge = operation(Operation::Merge, b);
  merge.into = a;
  ASSERT_TRUE(zone.put(merge));
  auto apart = zone.put(operation(Operation::Unmerge, b));
  ASSERT_TRUE(apart);
  Write other = operation(Operation::Merge, a);
  other.into = b;
  ASSERT_TRUE(zone.put(other));
  Write undo = operation(Operation::Void, b);
  undo.voided = {apart->version};
  EXPECT_EQ(zone.put(undo).error().code, ErrorCode::Conflict);
  EXPECT_EQ(zone.records->resolve(a), b);
}

TEST_F(Operations, AnImportIsTakenBackOnceAndGivenBackByTakingThatBack) {
  auto batch = zone.records->write(Viewer::system(),
                                   {zone.write("firm", {{"scope", text("错")}}, "register", "2026-01-05", a),
                                    zone.write("firm", {{"name", text("误建")}}),
                                    zone.write("firm", {{"scope", text("也错")}}, "register", "2026-01-05", b)});
  ASSERT_TRUE(batch);
  ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text("后来改的")}}, "register", "2026-01-06", b)));
  auto view = zone.records->batch(Viewer::system(), batch->committed.batch);
  ASSERT_TRUE(view);
  EXPECT_EQ(std::tuple(view->changes, view->voided, view->records, view->created, view->built_upon),
            std::tuple(3U, 0U, 3U, 1U, 1U));
  auto undone = zone.records->void_batch(Viewer::system(), batch->committed.batch, day("2026-03-01"), "文件弄错了");
  ASSERT_TRUE(undone);
  EXPECT_TRUE(zone.plain(a, "scope", "2026-03-01").is_null());
  EXPECT_EQ(zone.plain(b, "scope", "2026-01-05"), text("乙的"));
  EXPECT_EQ(zone.plain(b, "scope", "2026-03-01"), text("后来改的"));
  const RecordId made = batch->written[1].record;
  EXPECT_TRUE(read_closed(**zone.records->state(made), day("2026-03-01")).closed);
  EXPECT_EQ(zone.records->void_batch(Viewer::system(), batch->committed.batch, day("2026-03-01"), "再来").error().code,
            ErrorCode::Conflict);
  EXPECT_EQ(zone.records->batch(Viewer::system(), batch->committed.batch)->voided, 3U);
  EXPECT_EQ(zone.records->void_batch(Viewer::system(), 12345, day("2026-03-01"), "?").error().code,
            ErrorCode::NotFound);
  Write reopen = operation(Operation::Reopen, made);
  EXPECT_EQ(zone.put(reopen).error().code, ErrorCode::Conflict);  // nothing of it stands
  ASSERT_TRUE(zone.records->void_batch(Viewer::system(), undone->committed.batch, day("2026-03-02"), "没有弄错"));
  EXPECT_EQ(zone.plain(a, "scope", "2026-03-01"), text("错"));
  EXPECT_EQ(zone.plain(made, "name", "2026-03-01"), text("误建"));
}

TEST_F(Operations, WhoMayNotWriteAFieldMayNotTakeItsChangeBack) {
  auto personal = zone.put(zone.write("firm", {{"phone", text("13800001234")}}, "register", "2026-01-05", a));
  ASSERT_TRUE(personal);
  Write undo = operation(Operation::Void, a);
  undo.voided = {personal->version};
  EXPECT_EQ(zone.records->write(zone.viewer("counter"), {undo}).error().code, ErrorCode::Forbidden);
  EXPECT_EQ(zone.plain(a, "phone", "2026-03-01"), text("13800001234"));
  Write merge = operation(Operation::Merge, b);
  merge.into = a;
  merge.source = zone.source("self_report");
  EXPECT_EQ(zone.records->write(zone.viewer("owner", {b}), {merge}).error().code,
            ErrorCode::NotFound);  // the other file is not theirs
}

TEST_F(Operations, HistoryTellsWhatWasSaidBefore) {
  ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text("一")}}, "register", "2026-01-05", a)));
  auto second = zone.put(zone.write("firm", {{"scope", text("二")}}, "register", "2026-01-10", a));
  ASSERT_TRUE(
      zone.put(zone.write("firm", {{"scope", text("迟到")}}, "register", "2026-01-07", a)));  // a retroactive one
  Write undo = operation(Operation::Void, a);
  undo.voided = {second->version};
  ASSERT_TRUE(zone.put(undo));
  ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text("三")}}, "register", "2026-01-12", a)));
  auto history = zone.records->history(Viewer::system(), zone.kind("firm"), a);
  ASSERT_TRUE(history);
  std::vector<std::string> story;
  for (auto it = history->rbegin(); it != history->rend(); ++it) {
    if (it->values.size() == 1)
      story.push_back(it->before[0].to_text() + ">" + it->values[0].value.to_text() + (it->voided ? "!" : ""));
  }
  EXPECT_THAT(story, ::testing::ElementsAre(">一", "一>二!", "一>迟到", "迟到>三"));
  EXPECT_THAT((*history)[1].voids, ::testing::ElementsAre(second->version));
}

TEST_F(Operations, AFutureDatedChangeHoldsFromItsDay) {
  ASSERT_TRUE(zone.put(zone.write("firm", {{"name", text("新名")}}, "register", "2027-01-01", a)));
  EXPECT_EQ(zone.plain(a, "name", "2026-12-31"), text("甲公司"));
  EXPECT_EQ(zone.plain(a, "name", "2027-01-01"), text("新名"));
  EXPECT_EQ(*read_plain(**zone.records->state(a), zone.field("firm", "name"), day("2026-03-01")).until,
            day("2027-01-01"));
}

TEST_F(Operations, ClearingIsAnOperationOfItsOwn) {
  Write clear = zone.write("firm", {{"scope", Value()}}, "register", "2026-02-01", b);
  clear.operation = Operation::Clear;
  ASSERT_TRUE(zone.put(clear));
  EXPECT_EQ(zone.plain(b, "scope", "2026-01-31"), text("乙的"));
  EXPECT_TRUE(zone.plain(b, "scope", "2026-02-01").is_null());
  EXPECT_FALSE(zone.put(clear)->changed);
  clear.values[0].value = text("x");
  EXPECT_EQ(zone.put(clear).error().code, ErrorCode::Invalid);
}

}  // namespace
}  // namespace yuanqu::register_
