// A workbook with FEEL in named cells: filled as of a day, checked, signed by another, frozen.

#include "report/reports.hpp"

#include <fstream>
#include <iterator>

#include "../population/world.hpp"
#include "base/hash.hpp"
#include "tabular/xlsx_template.hpp"

namespace yuanqu::report {
namespace {

using namespace population::test;
using population::RecordId;

std::string bytes_of(const std::string& name) {
  std::ifstream stream(std::filesystem::path(YUANQU_SOURCE_DIR) / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

const std::string logic = table_xml({{"Firm.alpha", "number"}}, {{{">= 10"}, "yes"}, {{"< 10"}, "no"}});

struct Zone : World {
  Zone() : World(logic), reports(*journal, *population) {
    EXPECT_TRUE(reports.create_tables());
    for (int i = 0; i < 5; ++i) {
      const RecordId id = put(firm(), {{"name", Value::string("firm " + std::to_string(i))},
                                       {"alpha", Value::number(i * 5, 0)},
                                       {"town", Value::string(i < 2 ? "a" : "b")}});
      (void)put(
          yearly(),
          {{"firm", Value::reference(id)}, {"year", Value::number(2025, 0)}, {"sales", Value::number(10 + i, 0)}});
    }
    catch_up();
  }
  Reports reports;
};

TEST(Reports, FilledAsOfADay) {
  Zone zone;
  const auto made = zone.reports.add_template("firms", bytes_of("tests/cases/report/firms.xlsx"), 7, 1);
  ASSERT_TRUE(made) << base::to_text(made.error(), false);
  EXPECT_EQ(made->figures, 6u);
  EXPECT_EQ(made->checks, 1u);
  const auto report = zone.reports.fill(made->id, today, zone.viewer("officer"), 2);
  ASSERT_TRUE(report) << base::to_text(report.error(), false);
  EXPECT_TRUE(report->findings.empty());
  const std::string bytes = zone.reports.file(report->id).value();
  EXPECT_EQ(base::to_hex(base::sha256(bytes)), report->hash);
  const auto filled = tabular::XlsxTemplate::read(bytes, "filled");
  ASSERT_TRUE(filled);
  // Figures are numbers now, so no named cell holds a text any more, except the list's first one.
  for (const tabular::NamedCell& cell : filled->cells())
    EXPECT_EQ(cell.text, cell.name == "towns" ? "a" : "") << cell.name;
  EXPECT_NE(bytes, bytes_of("tests/cases/report/firms.xlsx"));
  // The same day and facts give the same bytes.
  EXPECT_EQ(zone.reports.fill(made->id, today, zone.viewer("officer"), 3)->hash, report->hash);
  // Before anything was recorded there is nobody; the sums have nothing to add up.
  const auto before = zone.reports.fill(made->id, *today.plus_days(-30), zone.viewer("officer"), 4);
  ASSERT_TRUE(before);
  EXPECT_NE(before->hash, report->hash);
}

TEST(Reports, SignedByAnotherAndFrozen) {
  Zone zone;
  const auto made = zone.reports.add_template("firms", bytes_of("tests/cases/report/firms.xlsx"), 7, 1);
  const auto report = zone.reports.fill(made->id, today, zone.viewer("officer"), 2);
  ASSERT_TRUE(report);
  EXPECT_EQ(zone.reports.sign(report->id, zone.viewer("officer"), 3).error().code, base::ErrorCode::Conflict)
      << "its own maker";
  const register_::Viewer other(8, "other", {zone.permissions->post("economy")}, {}, zone.permissions);
  const auto done = zone.reports.sign(report->id, other, 4);
  ASSERT_TRUE(done) << base::to_text(done.error(), false);
  EXPECT_EQ(done->number, "BB-2026-0001");
  EXPECT_EQ(done->hash, report->hash);
  EXPECT_EQ(done->signer, 8);
  EXPECT_EQ(zone.reports.sign(report->id, other, 5).error().code, base::ErrorCode::Conflict);
  const auto next = zone.reports.fill(made->id, today, zone.viewer("officer"), 6);
  EXPECT_EQ(zone.reports.sign(next->id, other, 7)->number, "BB-2026-0002");
  EXPECT_EQ(zone.reports.list(10)->size(), 2u);
  EXPECT_EQ(zone.reports.sign(99, other, 8).error().code, base::ErrorCode::NotFound);
}

TEST(Reports, WhatCannotBeReadOrWorkedOutIsSaid) {
  Zone zone;
  EXPECT_EQ(zone.reports.add_template("nothing", "no workbook", 7, 1).error().code, base::ErrorCode::Invalid);
  // A name the viewer may not read refuses the whole report.
  auto file = tabular::XlsxTemplate::read(bytes_of("tests/cases/report/firms.xlsx"), "x").value();
  const auto with = [&](const std::string& name, const std::string& text) {
    auto copy = file;
    for (std::size_t i = 0; i < copy.cells().size(); ++i) {
      if (copy.cells()[i].name == name) copy.set(i, {{{.kind = tabular::CellKind::Text, .text = text}}});
    }
    return copy.write().value();
  };
  const auto secret = zone.reports.add_template("secret", with("alpha", "sum(firms.secret)"), 7, 1);
  ASSERT_TRUE(secret) << base::to_text(secret.error(), false);
  EXPECT_EQ(zone.reports.fill(secret->id, today, zone.viewer("officer"), 2).error().code, base::ErrorCode::Forbidden);
  EXPECT_EQ(zone.reports.may_read(secret->id, zone.viewer("officer")).error().code, base::ErrorCode::Forbidden);
  EXPECT_TRUE(zone.reports.may_read(secret->id, zone.viewer("economy")));
  // Text that is no FEEL names its cell when the template is taken in.
  const auto broken = zone.reports.add_template("broken", with("alpha", "sum(firms."), 7, 1);
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().place.field.find("Firms!B4"), std::string::npos);
  // A check that does not hold stands in the way of signing.
  const auto failing = zone.reports.add_template("failing", with("check_granted", "count(firms) > 100"), 7, 1);
  const auto report = zone.reports.fill(failing->id, today, zone.viewer("officer"), 2);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_TRUE(report->findings[0].check);
  const register_::Viewer other(8, "other", {zone.permissions->post("economy")}, {}, zone.permissions);
  EXPECT_EQ(zone.reports.sign(report->id, other, 4).error().code, base::ErrorCode::Conflict);
}

TEST(Reports, TheExampleIsFeelOverTheNationalPack) {
  const auto file = tabular::XlsxTemplate::read(bytes_of("examples/report/zone-overview.xlsx"), "zone-overview.xlsx");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->cells().size(), 9u);
  for (const tabular::NamedCell& cell : file->cells()) EXPECT_FALSE(cell.text.empty()) << cell.name;
}

}  // namespace
}  // namespace yuanqu::report
