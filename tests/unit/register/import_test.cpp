#include "register/import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "register/export.hpp"
#include "register/verify.hpp"
#include "tabular/writer.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using test::day;
using test::number;
using test::text;

class Importing : public ::testing::Test {
 protected:
  test::Zone zone;

  ImportOptions options(std::string_view kind = "firm", std::string_view source = "register") {
    ImportOptions made;
    made.kind = &zone.kind(kind);
    made.source = zone.source(source);
    made.effective_from = day("2026-01-01");
    return made;
  }
  ImportReport import(const std::string& content, ImportOptions made, const std::string& name = "file.csv") {
    auto report = run_import(*zone.records, Viewer::system(), zone.file(name, content), made);
    if (!report) {
      ADD_FAILURE() << base::to_text(report.error(), false);
      return {};
    }
    return *report;
  }
  ImportReport import(const std::string& content) { return import(content, options()); }
  RecordId by_name(const char* name) {
    auto found = zone.records->find_by_key(zone.kind("firm"), {2}, {text(name)}, day("2026-03-01"));
    return found && found->size() == 1 ? found->front() : 0;
  }
  void TearDown() override { EXPECT_EQ(verify(*zone.journal)->problems_total, 0U); }
};

TEST_F(Importing, ASecondRunChangesNothing) {
  const std::string file =
      "统一社会信用代码,企业名称,注册资本,成立日期\n91110108551385082Q,甲公司,\"1,300(万元)\",2019-05-"
      "20\n91350100M000100Y43,乙公司,62.1200(万美元),2020/1/2\n";
  auto first = import(file);
  EXPECT_EQ(first.created, 2U);
  EXPECT_EQ(first.rejected, 0U);
  const Position position = zone.journal->position();
  auto second = import(file);
  EXPECT_EQ(second.unchanged, 2U);
  EXPECT_EQ(second.created + second.changed + second.rejected, 0U);
  EXPECT_EQ(zone.journal->position(), position);
  const RecordId id = by_name("乙公司");
  EXPECT_EQ(zone.plain(id, "capital", "2026-03-01"), Value::money(6212, 2, "USD"));
  EXPECT_EQ(zone.plain(id, "founded_on", "2026-03-01"), Value::date(day("2020-01-02")));
}

TEST_F(Importing, EveryErrorOfEveryRowComesBackAtOnceWithAFileToMend) {
  ImportOptions made = options("firm", "tax");
  made.rejects = zone.folder / "rejects.csv";
  const std::string file =
      "企业名称,行业代码,从业人数（人）,营业收入（亿元）,规模,备注\r\n"
      "好公司,6513,12,1.5,小型,x\r\n"
      "坏公司,9999,12.5,0.00000000001,巨型,y\r\n"
      ",6513,1,1,小型,z\r\n"
      "又一家,3973,abc,1,大型,w\r\n";
  auto report = import(file, made);
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.rejected, 3U);
  std::map<std::size_t, int> by_row;
  for (const RowError& error : report.errors) {
    ++by_row[error.row];
    EXPECT_FALSE(error.zh.empty());
    EXPECT_FALSE(error.en.empty());
  }
  EXPECT_EQ(by_row[3],
            3);  // a scale, an excess digit, an unknown value; the code list is asked once the row can be read
  EXPECT_GE(by_row[4], 1);
  EXPECT_EQ(by_row[5], 1);
  EXPECT_EQ(zone.plain(by_name("好公司"), "revenue", "2026-03-01"), number(15000));
  auto again = tabular::open_workbook(made.rejects);
  ASSERT_TRUE(again);
  auto table = (*again)->open_sheet(0);
  EXPECT_THAT((*table)->header(), ::testing::ElementsAre("企业名称", "行业代码", "从业人数（人）", "营业收入（亿元）",
                                                         "规模", "备注", "原因", "原行号"));
  // Mended, the file of rejects is imported as it is.
  tabular::Row row;
  ASSERT_TRUE(*(*table)->next(row));
  EXPECT_EQ(row.cells[0].text, "坏公司");
  EXPECT_EQ(row.cells[7].text, "3");
  auto proposal = propose_import(*zone.catalogue, zone.kind("firm"), made.rejects);
  ASSERT_TRUE(proposal);
  EXPECT_EQ(proposal->sheets[0].mapping[6].field, 0U);
}

TEST_F(Importing, NeverTakesTodaySilently) {
  ImportOptions made = options();
  made.effective_from.reset();
  auto refused = run_import(*zone.records, Viewer::system(), zone.file("a.csv", "企业名称\n甲\n"), made);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place.field, "effective_from");
  auto report = import("企业名称,生效日期\n甲,2025-06-01\n乙,\n", made);
  EXPECT_EQ(report.created, 1U);
  ASSERT_EQ(report.rejected, 1U);
  EXPECT_NE(report.errors[0].en.find("day"), std::string::npos);
  EXPECT_EQ((*zone.records->state(by_name("甲")))->first_day(), day("2025-06-01"));
}

TEST_F(Importing, MapsHeadersByNameLabelAliasAndUnit) {
  const std::string file = "信用代码*,Name,营业收入(单位：千元),营业收入,注册 资本,未知列,成立日期,成立日期\n";
  auto proposal = propose_import(*zone.catalogue, zone.kind("firm"),
                                 zone.file("h.csv", file + "1,2,3,4,5,6,2019-01-01,2019-01-01\n"));
  ASSERT_TRUE(proposal);
  const SheetProposal& sheet = proposal->sheets[0];
  std::vector<FieldNumber> fields;
  for (const ColumnMapping& column : sheet.mapping) fields.push_back(column.field);
  EXPECT_THAT(fields, ::testing::ElementsAre(1, 2, 6, 6, 7, 0, 8, 0));
  EXPECT_EQ(sheet.mapping[2].unit, "千元");
  std::vector<std::string> codes;
  for (const MappingProblem& problem : sheet.problems) codes.push_back(problem.code);
  EXPECT_THAT(codes, ::testing::IsSupersetOf({"unknown_header", "duplicate_header", "field_twice"}));
  EXPECT_EQ(sheet.sample.size(), 1U);
  EXPECT_FALSE(
      run_import(*zone.records, Viewer::system(), zone.folder / "h.csv", options()));  // one field in two columns
}

TEST_F(Importing, AnUnknownUnitRefusesItsRows) {
  auto report = import("企业名称,营业收入（万斗米）\n甲,5\n乙,\n", options("firm", "tax"));
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_EQ(report.created, 1U);
  EXPECT_NE(report.errors[0].en.find("万斗米"), std::string::npos);
}

TEST_F(Importing, WithoutAKeyItDoesNotRun) {
  auto refused = run_import(*zone.records, Viewer::system(), zone.file("k.csv", "行业代码\n6513\n"), options());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().en.find("which record"), std::string::npos);
}

TEST_F(Importing, ReferencesAreFoundByCodeOrNameOrRefused) {
  import("统一社会信用代码,企业名称\n91110108551385082Q,甲公司\n,重名\n,丙公司\n");
  ASSERT_TRUE(zone.put(zone.write("firm", {{"name", text("重名")}})));
  const std::string file =
      "证书编号,持证企业,有效期至\nC1,91110108551385082Q,2027-01-01\nC2,丙公司,46023\nC3,没有的公司,2027-01-01\nC4,"
      "重名,2027-01-01\nC5,丙公司,不详\n";
  auto report = import(file, options("certificate"));
  EXPECT_EQ(report.created, 2U);
  EXPECT_EQ(report.rejected, 3U);
  EXPECT_NE(report.errors[0].en.find("no record"), std::string::npos);
  EXPECT_NE(report.errors[1].en.find("fits 2 records"), std::string::npos);
  auto found = zone.records->find_by_key(zone.kind("certificate"), {2}, {text("C2")}, day("2026-03-01"));
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(zone.plain(found->front(), "valid_to", "2026-03-01"),
            Value::date(day("2026-01-01")));  // a serial number as text
  EXPECT_EQ((*zone.records->state(found->front()))->file, by_name("丙公司"));
}

TEST_F(Importing, MayOpenFilesNotYetIdentified) {
  ImportOptions made = options("certificate");
  made.missing_reference = MissingReference::Create;
  auto report = import("证书编号,企业名称,有效期至\nC1,新公司,2027-01-01\nC2,新公司,2028-01-01\n", made);
  EXPECT_EQ(report.created, 2U);
  const RecordId firm = by_name("新公司");
  ASSERT_NE(firm, 0);
  EXPECT_EQ(zone.records->read_file(Viewer::system(), firm, {day("2026-03-01"), {}})->children[0].second.size(), 2U);
  // Identified later: the name finds it, the code is added to it.
  auto later = import("统一社会信用代码,企业名称\n91110108551385082Q,新公司\n");
  EXPECT_EQ(later.changed, 1U);
  EXPECT_EQ(zone.plain(firm, "uscc", "2026-03-01"), text("91110108551385082Q"));
  // Another code under the same name is another firm.
  auto namesake = import("统一社会信用代码,企业名称\n91350100M000100Y43,新公司\n");
  EXPECT_EQ(namesake.created, 1U);
}

TEST_F(Importing, AKeyTwiceInTheFile) {
  auto report = import("企业名称,经营范围\n甲,一\n甲,一\n甲,二\n乙,三\n");
  EXPECT_EQ(report.created, 2U);
  EXPECT_EQ(report.unchanged, 1U);
  ASSERT_EQ(report.rejected, 1U);
  EXPECT_EQ(report.errors[0].row, 4U);
  EXPECT_NE(report.errors[0].en.find("row 2"), std::string::npos);
}

TEST_F(Importing, RowsOlderThanTheRecordFallIntoTheirPlace) {
  import("企业名称,从业人数,生效日期\n甲,20,2026-01-01\n", options("firm", "tax"));
  ImportOptions made = options("firm", "tax");
  auto report = import("企业名称,从业人数,生效日期\n甲,10,2025-01-01\n", made);
  EXPECT_EQ(report.changed, 1U);
  const RecordId id = by_name("甲");
  EXPECT_EQ(zone.plain(id, "employees", "2026-02-01"), number(20));
  EXPECT_EQ(zone.plain(id, "employees", "2025-02-01"), number(10));
}

TEST_F(Importing, MoneyNobodyCanReadIsKeptAsAFinding) {
  auto report = import("企业名称,注册资本\n甲,70()\n乙,-\n丙,CHEONGYIPRICKY）\n");
  EXPECT_EQ(report.created, 3U);
  EXPECT_EQ(report.findings, 2U);
  auto view = zone.records->read(Viewer::system(), zone.kind("firm"), by_name("甲"), {day("2026-03-01"), {}});
  ASSERT_EQ(view->findings.size(), 1U);
  EXPECT_EQ(view->findings[0].code, "unreadable");
  EXPECT_TRUE(zone.plain(by_name("甲"), "capital", "2026-03-01").is_null());
  EXPECT_EQ(import("企业名称,注册资本\n甲,70()\n").unchanged, 1U);
}

TEST_F(Importing, ATrialWritesNothing) {
  ImportOptions made = options();
  made.dry_run = true;
  auto report = import("企业名称,行业代码\n甲,6513\n乙,9999\n", made);
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_EQ(zone.journal->position(), 0);
}

TEST_F(Importing, StopsAfterTheBatchInHandAndARerunGoesOn) {
  std::string file = "企业名称\n";
  for (int i = 0; i < 1000; ++i) file += "公司" + std::to_string(i) + "\n";
  ImportOptions made = options();
  made.batch_rows = 100;
  std::atomic<bool> stop{false};
  auto part = run_import(
      *zone.records, Viewer::system(), zone.file("many.csv", file), made,
      [&](const ImportProgress& progress) { stop = progress.rows_done >= 300; }, &stop);
  ASSERT_TRUE(part);
  EXPECT_GE(part->created, 300U);
  EXPECT_LT(part->created, 1000U);
  auto rest = import(file, made, "many.csv");
  EXPECT_EQ(rest.created + part->created, 1000U);
  EXPECT_EQ(rest.unchanged, part->created);
  EXPECT_EQ(*zone.records->count(zone.kind("firm")), 1000U);
}

TEST_F(Importing, WhatGoesOutComesBackUnchangedInEveryForm) {
  import(
      "统一社会信用代码,企业名称,曾用名,行业代码,注册资本,成立日期,手机,经营范围\n"
      "91110108551385082Q,甲（集团）公司,旧名一；旧名二,6513,\"1,300.5(万元)\",2019-05-20,13800001234,\"含,"
      "逗号与\"\"引号\"\"\"\n"
      "91350100M000100Y43,=1+1公司,,3973,62.1200(万美元),1899-12-31,,-\n");
  import("企业名称,从业人数,营业收入,规模\n甲（集团）公司,120,0.000001,小型\n", options("firm", "tax"));
  import("证书编号,持证企业,有效期至\nC1,91110108551385082Q,2027-01-01\n", options("certificate"));
  for (const auto& [format, name] : {std::pair{tabular::Format::Csv, "out.csv"},
                                     {tabular::Format::Xlsx, "out.xlsx"},
                                     {tabular::Format::JsonLines, "out.jsonl"}}) {
    for (const char* kind : {"firm", "certificate"}) {
      ExportOptions out;
      out.as_of.day = day("2026-03-01");
      auto exported = export_records(*zone.records, Viewer::system(), zone.kind(kind), format, zone.folder / name, out);
      ASSERT_TRUE(exported) << base::to_text(exported.error(), false);
      test::Zone fresh;
      if (std::string_view(kind) == "certificate") {
        ImportOptions firms;
        ASSERT_TRUE(fresh.put(fresh.write("firm", {{"uscc", text("91110108551385082Q")}, {"name", text("甲")}})));
      }
      ImportOptions in;
      in.kind = &fresh.kind(kind);
      in.source = fresh.source("self_report");
      in.effective_from = day("2026-01-01");
      // The register's own fields are not self-reported: those columns are left out of the mapping.
      auto proposal = propose_import(*fresh.catalogue, fresh.kind(kind), zone.folder / name);
      ASSERT_TRUE(proposal) << base::to_text(proposal.error(), false);
      in.mapping = proposal->sheets[0].mapping;
      for (ColumnMapping& column : in.mapping) {
        if (column.field != 0 && fresh.kind(kind).field(column.field)->trust_of(in.source) < 0) column.field = 0;
      }
      auto report = run_import(*fresh.records, Viewer::system(), zone.folder / name, in);
      ASSERT_TRUE(report) << base::to_text(report.error(), false);
      for (const RowError& error : report->errors) ADD_FAILURE() << name << " " << kind << " " << error.en;
      EXPECT_EQ(report->created, exported->rows);
      for (const Field& field : zone.kind(kind).fields) {
        if (field.trust_of(in.source) < 0 || field.type == FieldType::Reference) continue;
        std::vector<Value> before;
        std::vector<Value> after;
        const auto collect = [&](Register& records, const Kind& of, std::vector<Value>& values) {
          ASSERT_TRUE(records.for_each(of, [&](RecordState&& state) {
            values.push_back(read_plain(state, *of.field(field.number), day("2026-03-01")).value());
            return true;
          }));
        };
        collect(*zone.records, zone.kind(kind), before);
        collect(*fresh.records, fresh.kind(kind), after);
        EXPECT_EQ(before, after) << name << " " << field.name;
      }
    }
  }
}

TEST_F(Importing, ExportsOnlyWhatTheViewerMay) {
  import("企业名称,手机\n甲,13800001234\n");
  ExportOptions out;
  out.as_of.day = day("2026-03-01");
  std::string bytes;
  auto exported = export_records(
      *zone.records, zone.viewer("counter"), zone.kind("firm"), tabular::Format::Csv,
      [&](std::string_view piece) -> base::Result<void> {
        bytes += piece;
        return {};
      },
      out);
  ASSERT_TRUE(exported);
  EXPECT_NE(bytes.find("甲"), std::string::npos);
  EXPECT_EQ(bytes.find("13800001234"), std::string::npos);
  EXPECT_EQ(bytes.find("营业收入"), std::string::npos);
  EXPECT_FALSE(export_records(
      *zone.records, zone.viewer("public"), zone.kind("firm"), tabular::Format::Csv,
      [](std::string_view) -> base::Result<void> { return {}; }, out));
}

}  // namespace
}  // namespace yuanqu::register_
