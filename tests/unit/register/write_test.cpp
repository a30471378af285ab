#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "register/register.hpp"
#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using base::ErrorCode;
using journal::Operation;
using test::day;
using test::number;
using test::text;

class Writing : public ::testing::Test {
 protected:
  test::Zone zone;
  RecordId firm(const char* code = "91110108551385082Q", const char* name = "甲公司") {
    auto written = zone.put(zone.write("firm", {{"uscc", text(code)}, {"name", text(name)}}));
    EXPECT_TRUE(written) << (written ? "" : base::to_text(written.error(), false));
    return written ? written->record : 0;
  }
  void TearDown() override {
    if (!zone.journal) return;
    auto report = verify(*zone.journal);
    ASSERT_TRUE(report);
    for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.en;
  }
};

TEST_F(Writing, ANewRecordOpensItsFileAndAChildJoinsIt) {
  const RecordId id = firm();
  auto child = zone.put(zone.write("certificate", {{"firm", Value::reference(id)}, {"number", text("C-1")}}));
  ASSERT_TRUE(child);
  EXPECT_EQ(child->file, id);
  auto file = zone.records->read_file(Viewer::system(), id, {day("2026-03-02"), {}});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->record.title, "甲公司");
  ASSERT_EQ(file->children.size(), 1U);
  EXPECT_EQ(file->children[0].second[0].title, "C-1");
}

TEST_F(Writing, RefusesWhatBreaksTheKindWithEveryFault) {
  Write write = zone.write("firm",
                           {{"uscc", text("91110108551385082A")},
                            {"industry", text("9999")},
                            {"employees", Value::number(125, 1)},
                            {"size", Value::enumeration("huge")}},
                           "register");
  Faults faults;
  auto refused = zone.records->write(Viewer::system(), {write}, {}, &faults);
  ASSERT_FALSE(refused);
  std::vector<std::string> fields;
  for (const base::Error& error : faults.errors) fields.push_back(error.place.field);
  // name is required; employees and size take nothing from this source
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("name", "uscc", "industry", "employees", "size"));
  EXPECT_EQ(zone.journal->position(), 0);
  Write tax = zone.write("firm",
                         {{"name", text("乙")},
                          {"employees", Value::number(125, 1)},
                          {"size", Value::enumeration("huge")},
                          {"revenue", Value::number(1, 7)}},
                         "tax");
  faults = {};
  EXPECT_FALSE(zone.records->write(Viewer::system(), {tax}, {}, &faults));
  EXPECT_EQ(faults.errors.size(), 3U);
}

TEST_F(Writing, WhatIsSoAlreadyWritesNothing) {
  const RecordId id = firm();
  const Position before = zone.journal->position();
  auto again = zone.put(zone.write("firm", {{"name", text("甲公司")}}, "register", "2026-02-01", id));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(zone.journal->position(), before);
  // A field that ages is confirmed by a later day.
  ASSERT_TRUE(
      zone.put(zone.write("firm", {{"inspected", Value::boolean(true)}}, "register", "2026-01-10", id))->changed);
  EXPECT_FALSE(
      zone.put(zone.write("firm", {{"inspected", Value::boolean(true)}}, "register", "2026-01-10", id))->changed);
  EXPECT_TRUE(
      zone.put(zone.write("firm", {{"inspected", Value::boolean(true)}}, "register", "2026-02-10", id))->changed);
}

TEST_F(Writing, AStaleVersionIsAConflictWithBothVersions) {
  const RecordId id = firm();
  Write first = zone.write("firm", {{"scope", text("一")}}, "register", "2026-01-02", id);
  first.version = (*zone.records->state(id))->version;
  const Position seen = *first.version;
  ASSERT_TRUE(zone.put(first));
  first.values[0].value = text("二");
  auto stale = zone.put(first);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::Conflict);
  EXPECT_NE(stale.error().en.find(std::to_string(seen)), std::string::npos);
  EXPECT_NE(stale.error().en.find(std::to_string((*zone.records->state(id))->version)), std::string::npos);
}

TEST_F(Writing, TheFirstKeyIsUnique) {
  firm();
  auto twice = zone.put(zone.write("firm", {{"uscc", text("91110108551385082Q")}, {"name", text("别的公司")}}));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(
      zone.put(zone.write("firm", {{"name", text("甲公司")}})));  // the same name alone is a suspicion, no refusal
  // within one batch too
  EXPECT_FALSE(zone.records->write(Viewer::system(),
                                   {zone.write("firm", {{"uscc", text("91350100M000100Y43")}, {"name", text("乙")}}),
                                    zone.write("firm", {{"uscc", text("91350100M000100Y43")}, {"name", text("丙")}})}));
}

TEST_F(Writing, ABatchIsWholeOrNothing) {
  auto refused = zone.records->write(Viewer::system(), {zone.write("firm", {{"name", text("甲")}}),
                                                        zone.write("firm", {{"scope", text("没有名称")}})});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place.row, 2U);
  EXPECT_EQ(zone.journal->position(), 0);
  EXPECT_EQ(*zone.records->count(zone.kind("firm")), 0U);
}

TEST_F(Writing, AKeySeenBeforeAnswersWithTheFirstResult) {
  auto first = zone.records->write(Viewer::system(), {zone.write("firm", {{"name", text("甲")}})}, {"form-7"});
  auto second = zone.records->write(Viewer::system(), {zone.write("firm", {{"name", text("甲")}})}, {"form-7"});
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(second->committed.repeated);
  EXPECT_EQ(second->written[0].record, first->written[0].record);
  EXPECT_EQ(*zone.records->count(zone.kind("firm")), 1U);
}

TEST_F(Writing, TheMostTrustedFreshSourceSpeaksAndTheOthersAreShown) {
  const RecordId id = firm();
  ASSERT_TRUE(zone.put(zone.write("firm", {{"revenue", number(2000)}}, "self_report", "2026-01-01", id)));
  EXPECT_EQ(zone.plain(id, "revenue", "2026-03-01"), number(2000));
  ASSERT_TRUE(zone.put(zone.write("firm", {{"revenue", number(1500)}}, "tax", "2026-02-01", id)));
  EXPECT_EQ(zone.plain(id, "revenue", "2026-01-15"), number(2000));
  EXPECT_EQ(zone.plain(id, "revenue", "2026-03-01"), number(1500));
  auto view = zone.records->read(Viewer::system(), zone.kind("firm"), id, {day("2026-03-01"), {}});
  ASSERT_TRUE(view);
  const auto shown = std::find_if(view->fields.begin(), view->fields.end(),
                                  [](const FieldView& one) { return one.field->name == "revenue"; });
  ASSERT_EQ(shown->others.size(), 1U);
  EXPECT_EQ(shown->others[0].value, number(2000));
  ASSERT_EQ(view->findings.size(), 1U);
  EXPECT_EQ(view->findings[0].code, "sources_differ");
}

TEST_F(Writing, ReadsAsOfWhatWasKnownThen) {
  const RecordId id = firm();
  const Position then = zone.journal->position();
  ASSERT_TRUE(zone.put(
      zone.write("firm", {{"name", text("乙公司")}}, "register", "2026-01-01", id)));  // a correction of the same day
  const auto name = [&](AsOf as_of) {
    return zone.records->read(Viewer::system(), zone.kind("firm"), id, as_of)->title;
  };
  EXPECT_EQ(name({day("2026-03-02"), {}}), "乙公司");
  EXPECT_EQ(name({day("2026-03-02"), then}), "甲公司");
}

TEST_F(Writing, ClosesReopensVoidsMerges) {
  const RecordId id = firm();
  Write close = zone.write("firm", {}, "register", "2026-02-01", id);
  close.operation = Operation::Close;
  ASSERT_TRUE(zone.put(close));
  EXPECT_FALSE(zone.put(close)->changed);
  EXPECT_TRUE(read_closed(**zone.records->state(id), day("2026-02-01")).closed);
  EXPECT_FALSE(read_closed(**zone.records->state(id), day("2026-01-31")).closed);

  auto rename = zone.put(zone.write("firm", {{"name", text("错名")}}, "register", "2026-02-02", id));
  ASSERT_TRUE(rename);
  Write undo = zone.write("firm", {}, "register", "2026-02-02", id);
  undo.operation = Operation::Void;
  undo.voided = {rename->version};
  ASSERT_TRUE(zone.put(undo));
  EXPECT_EQ(zone.plain(id, "name", "2026-03-01"), text("甲公司"));
  auto history = zone.records->history(Viewer::system(), zone.kind("firm"), id);
  ASSERT_TRUE(history);
  EXPECT_EQ(std::count_if(history->begin(), history->end(), [](const ChangeView& one) { return one.voided; }), 1);

  const RecordId other = firm("91350100M000100Y43", "乙公司");
  ASSERT_TRUE(zone.put(zone.write("certificate", {{"firm", Value::reference(other)}, {"number", text("C-9")}})));
  Write merge = zone.write("firm", {}, "register", "2026-02-02", other);
  merge.operation = Operation::Merge;
  merge.into = id;
  ASSERT_TRUE(zone.put(merge));
  EXPECT_EQ(zone.records->resolve(other), id);
  auto file = zone.records->read_file(Viewer::system(), other, {day("2026-03-01"), {}});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->record.id, id);
  ASSERT_EQ(file->children.size(), 1U);  // a child of the merged file, not rewritten
  merge.operation = Operation::Unmerge;
  ASSERT_TRUE(zone.put(merge));
  EXPECT_EQ(zone.records->resolve(other), other);
}

TEST_F(Writing, ARecordThatChangesHandsKeepsItsChainAndGoesToTheOtherFile) {
  const RecordId a = firm();
  const RecordId b = firm("91350100M000100Y43", "乙公司");
  auto licence =
      zone.put(zone.write("certificate", {{"firm", Value::reference(a)}, {"number", text("C-1")}}, "self_report"));
  ASSERT_TRUE(licence);
  Write move = zone.write("certificate", {{"firm", Value::reference(b)}}, "self_report", "2026-02-01", licence->record);
  EXPECT_EQ(zone.records->write(zone.viewer("owner", {a}), {move}).error().code, ErrorCode::Forbidden);
  auto moved = zone.put(move);
  ASSERT_TRUE(moved) << base::to_text(moved.error(), false);
  EXPECT_EQ(moved->file, b);
  const AsOf now{day("2026-03-01"), {}};
  EXPECT_TRUE(zone.records->read_file(Viewer::system(), a, now)->children.empty());
  EXPECT_EQ(zone.records->read_file(Viewer::system(), b, now)->children.size(), 1U);
  EXPECT_FALSE(zone.records->read(zone.viewer("owner", {a}), zone.kind("certificate"), licence->record, now));
  EXPECT_TRUE(zone.records->read(zone.viewer("owner", {b}), zone.kind("certificate"), licence->record, now));
  EXPECT_EQ(zone.records->history_of_file(Viewer::system(), b)->size(),
            3U);  // the firm, and both changes of the licence
  EXPECT_EQ(zone.records->history_of_file(Viewer::system(), a)->size(), 1U);
  Write undo = zone.write("certificate", {}, "self_report", "2026-02-01", licence->record);
  undo.operation = Operation::Void;
  undo.voided = {moved->version};
  EXPECT_EQ(zone.put(undo)->file, a);
}

TEST_F(Writing, VoidsAWholeBatch) {
  const RecordId id = firm();
  auto batch =
      zone.records->write(Viewer::system(), {zone.write("firm", {{"scope", text("一")}}, "register", "2026-01-05", id),
                                             zone.write("firm", {{"name", text("误建")}})});
  ASSERT_TRUE(batch);
  ASSERT_TRUE(zone.records->void_batch(Viewer::system(), batch->committed.batch, day("2026-03-01"), "错误的文件"));
  EXPECT_TRUE(zone.plain(id, "scope", "2026-03-01").is_null());
  EXPECT_TRUE(zone.plain(batch->written[1].record, "name", "2026-03-01").is_null());
  EXPECT_EQ(zone.plain(id, "name", "2026-03-01"), text("甲公司"));
}

TEST_F(Writing, ErasesPersonalDataAndTheChainStillHolds) {
  const RecordId id = firm();
  ASSERT_TRUE(zone.put(
      zone.write("firm", {{"phone", text("13800001234")}, {"scope", text("留下")}}, "register", "2026-01-05", id)));
  Write erase = zone.write("firm", {{"phone", Value()}}, "register", "2026-03-01", id);
  erase.operation = Operation::Erase;
  ASSERT_TRUE(zone.put(erase));
  EXPECT_TRUE(zone.plain(id, "phone", "2026-03-01").is_null());
  EXPECT_EQ(zone.plain(id, "scope", "2026-03-01"), text("留下"));
  zone.records.reset();
  zone.journal.reset();
  std::ifstream stream(zone.folder / "data/zone.db", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_EQ(bytes.find("13800001234"), std::string::npos);
  zone.open();
}

TEST_F(Writing, TheZonesDayOnlyMovesForward) {
  EXPECT_FALSE(zone.records->today());
  ASSERT_TRUE(zone.records->set_today(day("2026-03-02"), 1, "start"));
  EXPECT_EQ(zone.records->today(), day("2026-03-02"));
  EXPECT_FALSE(zone.records->set_today(day("2026-03-01"), 1, "back"));
  zone.open();
  EXPECT_EQ(zone.records->today(), day("2026-03-02"));
}

TEST_F(Writing, PostsSeeAndWriteWhatTheirRulesSay) {
  const RecordId id = firm();
  ASSERT_TRUE(zone.put(zone.write("firm", {{"phone", text("13800001234")}}, "register", "2026-01-05", id)));
  ASSERT_TRUE(zone.put(zone.write("firm", {{"revenue", number(5)}}, "tax", "2026-01-05", id)));
  const auto field_names = [&](const Viewer& viewer) {
    std::string names;
    auto view = zone.records->read(viewer, zone.kind("firm"), id, {day("2026-03-01"), {}});
    if (!view) return std::string("none");
    for (const FieldView& one : view->fields) {
      if (!one.value.is_null()) names += one.field->name + (one.masked ? "*" : "") + " ";
    }
    return names;
  };
  EXPECT_EQ(field_names(zone.viewer("counter")), "uscc name phone* ");
  EXPECT_EQ(field_names(zone.viewer("owner", {id})), "uscc name revenue phone ");
  EXPECT_EQ(field_names(zone.viewer("owner", {id + 1})), "none");
  EXPECT_EQ(field_names(zone.viewer("public")), "none");
  EXPECT_EQ(field_names(Viewer::nobody()), "none");
  auto view = zone.records->read(zone.viewer("counter"), zone.kind("firm"), id, {day("2026-03-01"), {}});
  for (const FieldView& one : view->fields) {
    if (one.masked && !one.value.is_null()) {
      EXPECT_EQ(one.value, text("138****1234"));
    }
  }
  EXPECT_FALSE(zone.records->reveal(zone.viewer("counter"), zone.kind("firm"), id, zone.field("firm", "phone"),
                                    {day("2026-03-01"), {}}, ""));
  EXPECT_EQ(*zone.records->reveal(zone.viewer("counter"), zone.kind("firm"), id, zone.field("firm", "phone"),
                                  {day("2026-03-01"), {}}, "联系企业"),
            text("13800001234"));
  EXPECT_FALSE(zone.records->reveal(zone.viewer("public"), zone.kind("firm"), id, zone.field("firm", "phone"),
                                    {day("2026-03-01"), {}}, "?"));
  // the history of a post shows nothing of what it may not read
  auto history = zone.records->history(zone.viewer("counter"), zone.kind("firm"), id);
  ASSERT_TRUE(history);
  for (const ChangeView& change : *history) {
    for (const FieldWrite& one : change.values) {
      EXPECT_NE(one.field, zone.field("firm", "revenue").number);
      EXPECT_NE(one.value, text("13800001234"));
    }
  }
  Write write = zone.write("firm", {{"revenue", number(9)}}, "self_report", "2026-02-01", id);
  EXPECT_EQ(zone.records->write(zone.viewer("counter"), {write}).error().code, ErrorCode::Forbidden);
  EXPECT_TRUE(zone.records->write(zone.viewer("owner", {id}), {write}));
  write.source = zone.source("tax");
  write.values[0].value = number(10);
  EXPECT_EQ(zone.records->write(zone.viewer("owner", {id}), {write}).error().code, ErrorCode::Forbidden);
  EXPECT_EQ(zone.records->write(zone.viewer("owner", {id + 1}), {write}).error().code, ErrorCode::NotFound);
}

TEST_F(Writing, PacksThatCannotReadTheRecordsAreRefused) {
  const RecordId id = firm();
  const auto roots = zone.folder / "packs";
  std::filesystem::copy(test::source_folder() / "tests/cases/register/packs", roots,
                        std::filesystem::copy_options::recursive);
  std::ofstream(roots / "small/kinds/firm.yaml") << R"(
kind: firm
number: 1
feel: {name: Firm, plural: firms}
labels: {zh: 企业, en: Firm}
opens_file: true
keys: [[name]]
title: name
fields:
  - {number: 1, name: uscc, feel: credit code, labels: {zh: 代码, en: Code}, type: number, class: public}
  - {number: 2, name: name, feel: name, labels: {zh: 名称, en: Name}, type: string, class: public}
)";
  auto packs = pack::PackSet::load({roots}, {"small"});
  std::filesystem::remove_all(roots / "small/data/posts.yaml");
  auto catalogue = Catalogue::load(*packs);
  ASSERT_TRUE(catalogue) << base::to_text(catalogue.error(), false);
  zone.records.reset();
  auto refused = Register::open(*zone.journal, *catalogue, zone.permissions);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
  EXPECT_NE(refused.error().en.find("firm.uscc"), std::string::npos);
  EXPECT_NE(refused.error().en.find(std::to_string(id)), std::string::npos);
}

TEST_F(Writing, CurrentRecordsComeBackFromTheJournalAlone) {
  const RecordId id = firm();
  ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text("一")}}, "register", "2026-01-05", id)));
  const std::string before = to_bytes(**zone.records->state(id));
  zone.records.reset();
  ASSERT_TRUE(
      zone.journal->commit([](journal::Transaction& t) { return t.database().execute("DELETE FROM record"); }, {}));
  zone.open();
  EXPECT_EQ(to_bytes(**zone.records->state(id)), before);
}

TEST_F(Writing, TwoPeopleAtOnceMakeOneRecordOfOneCode) {
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (zone.put(zone.write("firm", {{"uscc", text("91350100M000100Y43")}, {"name", text("抢注")}}))) ++accepted;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(accepted, 1);
}

TEST_F(Writing, TamperingIsNamed) {
  const RecordId id = firm();
  ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text("一")}}, "register", "2026-01-05", id)));
  ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text("二")}}, "register", "2026-01-06", id)));
  struct Case {
    const char* sql;
    const char* undo;
    std::vector<std::string> codes;
  };
  const std::vector<Case> cases = {
      {"UPDATE change SET effective_from = effective_from - 1 WHERE sequence = 2",
       "UPDATE change SET effective_from = effective_from + 1 WHERE sequence = 2",
       {"hash", "record_not_fold"}},
      {"UPDATE change SET reason = 'other' WHERE sequence = 2",
       "UPDATE change SET reason = 'test' WHERE sequence = 2",
       {"digest"}},
      {"UPDATE record SET version = 2", "UPDATE record SET version = 3", {"record_not_fold"}},
      {"UPDATE change SET sequence = 9 WHERE sequence = 3",
       "UPDATE change SET sequence = 3 WHERE sequence = 9",
       {"sequence_missing", "hash", "record_not_fold"}},
      {"INSERT INTO record SELECT 99, 99, 99, kind, version, created, alias_of, facts FROM record",
       "DELETE FROM record WHERE id = 99",
       {"record_unknown"}},
  };
  for (const Case& one : cases) {
    ASSERT_TRUE(zone.journal->commit([&](journal::Transaction& t) { return t.database().execute(one.sql); }, {}));
    auto report = verify(*zone.journal);
    ASSERT_TRUE(report);
    std::vector<std::string> codes;
    for (const VerifyProblem& problem : report->problems) codes.push_back(problem.code);
    EXPECT_EQ(codes, one.codes) << one.sql;
    ASSERT_TRUE(zone.journal->commit([&](journal::Transaction& t) { return t.database().execute(one.undo); }, {}));
  }
  EXPECT_EQ(verify(*zone.journal)->problems_total, 0U);
}

}  // namespace
}  // namespace yuanqu::register_
