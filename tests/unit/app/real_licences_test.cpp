// Real licences (451 lines of published seed production licences in three yearly snapshots, outside this project) in a
// zone whose day moves through three years: windows and rungs against a second computation that knows neither the
// tables nor the calendar of the packs. They have no rule of their own: article 50 of the licensing law applies, thirty
// working days.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "../base/shared_data.hpp"
#include "open_zone.hpp"
#include "register/import.hpp"

namespace yuanqu::app {
namespace {

using base::Date;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;

// The published notices themselves: day → whether it is off.
std::map<Date, bool> notices(const std::filesystem::path& folder) {
  std::map<Date, bool> days;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json" || file.path().stem() == "schema") continue;
    const boost::json::value year = boost::json::parse(OpenZone::file_text(file.path()));
    for (const boost::json::value& one : year.at("days").as_array())
      days[*Date::parse(one.at("date").as_string())] = one.at("isOffDay").as_bool();
  }
  return days;
}

struct Line {
  std::string number;
  Date known, expires;
};

std::vector<Line> lines_of(const std::filesystem::path& file) {
  std::vector<Line> lines;
  auto table = need(need(tabular::open_workbook(file), "open")->open_sheet(0), "sheet");
  const auto& header = table->header();
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const std::size_t known = column("date_upto"), number = column("LicenceNo"), expires = column("ExpireDate");
  tabular::Row row;
  while (need(table->next(row), "row"))
    lines.push_back(
        {row.cells[number].text, *Date::parse(row.cells[known].text), *Date::parse(row.cells[expires].text)});
  return lines;
}

class RealLicences : public testing::Test {
 protected:
  Date back(Date day, int working_days) const {
    while (working_days > 0) {
      day = Date::from_days(day.days() - 1);
      const auto listed = off_.find(day);
      if (listed == off_.end() ? day.weekday() <= 5 : !listed->second) --working_days;
    }
    return day;
  }
  struct Window {
    Date begins, urgent, last;
  };
  Window window(Date expires) const {
    const Date last = back(expires, 30);
    return {Date::from_days(last.days() - 60), back(last, 7), last};
  }
  // Where a term stands on a day; empty before its window.
  std::string rung(Date expires, Date today) const {
    const Window at = window(expires);
    if (today > expires) return "rung_expired";
    if (today == expires) return "rung_expiry";
    if (today >= at.last) return "rung_last_day";
    if (today >= at.urgent) return "rung_urgent";
    return today >= at.begins ? "rung_opened" : "";
  }
  std::map<Date, bool> off_;
};

TEST_F(RealLicences, WindowsAndRungsAreThoseOfArticleFifty) {
  const auto file = yuanqu::test::shared_data("data/licences/seed_licences_451.csv");
  const auto holidays = yuanqu::test::shared_data("data/holidays");
  if (!file || !holidays) GTEST_SKIP() << "the published licences are not here (YUANQU_SHARED or ../shared)";
  off_ = notices(*holidays);
  const std::vector<Line> lines = lines_of(*file);
  ASSERT_EQ(lines.size(), 451U);

  const Date first = day("2023-12-31"), last = day("2026-12-31");
  OpenZone zone("2023-12-31");
  zone.write("licence_type", 0,
             {{"code", Value::string("CROP_SEED")}, {"name", Value::string("农作物种子生产经营许可证")}}, "zone_office",
             "2020-01-01");
  register_::ImportOptions options;
  options.kind = &zone.kind("licence");
  options.source = zone.catalogue().source("zone_office")->number;
  options.missing_reference = register_::MissingReference::Create;
  // The publisher's letter for the class of the permit is no code of the catalogue; everything else stays as it was
  // published.
  std::string rows = OpenZone::file_text(*file);
  for (std::size_t at = rows.find(",A\n"); at != std::string::npos; at = rows.find(",A\n", at))
    rows.replace(at, 3, ",CROP_SEED\n");
  const std::filesystem::path coded = zone.folder / "licences.csv";
  std::ofstream(coded, std::ios::binary) << rows;
  auto table = need(need(tabular::open_workbook(coded), "open")->open_sheet(0), "sheet");
  const std::map<std::string, std::string> fields = {{"LicenceNo", "number"},
                                                     {"ApplyCompanyName", "enterprise"},
                                                     {"IssuingAuthorityCaption", "issuer"},
                                                     {"InitialPublishDate", "first_issued_on"},
                                                     {"PublishDate", "issued_on"},
                                                     {"ExpireDate", "valid_to"},
                                                     {"licence_type", "type"}};
  for (std::size_t i = 0; i < table->header().size(); ++i) {
    register_::ColumnMapping column;
    column.column = i + 1;
    column.header = table->header()[i];
    column.effective_from = column.header == "date_upto";
    if (const auto known = fields.find(column.header); known != fields.end())
      column.field = options.kind->field(std::string_view(known->second))->number;
    options.mapping.push_back(std::move(column));
  }
  const auto report =
      need(register_::run_import(zone.records(), register_::Viewer::system(), coded, options), "import");
  EXPECT_EQ(report.rows, 451U);
  // Two rows say of a licence something else than the row before, known on the same day: neither the product nor this
  // test can choose.
  EXPECT_EQ(report.rejected, 2U);
  EXPECT_EQ(report.created, 175U) << "licences";
  need(zone.zone->settle(), "baseline");

  // The term of a licence on a day: of the latest snapshot by then.
  std::map<std::string, std::map<Date, Date>> terms;
  for (const Line& line : lines) terms[line.number].emplace(line.known, line.expires);
  const auto term_on = [&](const std::string& number, Date today) -> std::optional<Date> {
    const auto& known = terms[number];
    auto at = known.upper_bound(today);
    return at == known.begin() ? std::nullopt : std::optional(std::prev(at)->second);
  };
  std::map<std::string, Date> expected;
  for (const auto& [number, known] : terms) {
    std::string before;
    for (Date today = first; today <= last; today = Date::from_days(today.days() + 1)) {
      const auto term = term_on(number, today);
      const std::string stands = term ? rung(*term, today) : "";
      const std::string now = stands.empty() ? "" : stands + " " + number + " " + term->to_string();
      if (!now.empty() && now != before && today > first) {
        EXPECT_TRUE(expected.emplace(now, today).second) << now << " would be told twice";
      }
      before = now;
    }
  }
  EXPECT_GT(expected.size(), 250U);

  need(zone.zone->advance_to(0, last), "three years");
  std::map<std::string, Date> found;
  const auto& decisions = zone.zone->population().programs().decisions();
  const population::Decision& rungs = *decisions.find(std::string_view("renewal_rung"));
  std::set<register_::RecordId> licences;
  auto page =
      need(zone.zone->house().duties.list(register_::Viewer::system(),
                                          {.states = {duty::State::Planned, duty::State::Due, duty::State::Taken,
                                                      duty::State::Done, duty::State::Withdrawn, duty::State::Expired},
                                           .limit = 100000}),
           "duties");
  for (const duty::Duty& one : page.duties) {
    if (!one.item->name.starts_with("rung_")) continue;
    licences.insert(one.subject);
    if (one.created_on <= first) continue;
    const std::string what = one.occurrence.substr(0, one.occurrence.rfind(' '));
    EXPECT_TRUE(found.emplace(one.item->name + " " + what, one.created_on).second)
        << one.occurrence << " was told twice";
  }
  for (const auto& [what, on] : expected) {
    const auto told = found.find(what);
    if (told == found.end()) {
      ADD_FAILURE() << what << " was not told on " << on.to_string();
    } else {
      EXPECT_EQ(told->second.to_string(), on.to_string()) << what;
    }
  }
  for (const auto& [what, on] : found)
    EXPECT_TRUE(expected.contains(what)) << what << " was told on " << on.to_string() << " without need";

  // The windows as shown, of every licence.
  std::size_t compared = 0;
  for (const auto& state : licences) {
    const auto record = zone.zone->population().state(state);
    ASSERT_TRUE(record);
    const auto& kind = *options.kind;
    const std::string number =
        register_::read_plain(*record, *kind.field(std::string_view("number")), last).value().to_text();
    const Date expires = *term_on(number, last);
    const Window wanted = window(expires);
    const auto shown = need(zone.zone->population().explain(rungs, state, last), "explain").details;
    const auto date = [&](const char* name) {
      const feel::Value* value = shown.context().find(name);
      return value != nullptr && value->is(feel::Kind::Date) ? value->date().to_string() : std::string("none");
    };
    EXPECT_EQ(date("begins on"), wanted.begins.to_string()) << number;
    EXPECT_EQ(date("urgent from"), wanted.urgent.to_string()) << number;
    EXPECT_EQ(date("last lawful day"), wanted.last.to_string()) << number;
    ++compared;
  }
  EXPECT_GT(compared, 70U);
  RecordProperty("rungs", std::to_string(expected.size()));
}

}  // namespace
}  // namespace yuanqu::app
