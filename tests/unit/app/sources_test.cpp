// Data sources: matching, comparison with the last delivery, the data desk, lateness and purposes where decisions read.
#include <gmock/gmock.h>

#include "open_zone.hpp"
#include "population/projection.hpp"
#include "register/use.hpp"

namespace yuanqu::app {
namespace {

using register_::FileId;
using register_::RecordId;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;
using testing::HasSubstr;
using testing::Not;

class Sources : public testing::Test, public OpenZone {
 protected:
  RecordId bureau =
      write("bureau", 0, {{"code", Value::string("SJT")}, {"name", Value::string("数据办")}}, "zone_office").record;

  RecordId firm(int number, const std::string& name, std::vector<std::pair<std::string, Value>> more = {}) {
    std::vector<std::pair<std::string, Value>> values = {{"uscc", Value::string(test::credit_code(number))},
                                                         {"name", Value::string(name)},
                                                         {"industry", Value::string("3489")},
                                                         {"status", Value::enumeration("operating")},
                                                         {"entity_type", Value::enumeration("limited_company")},
                                                         {"independent", Value::boolean(true)}};
    for (auto& one : more) values.push_back(std::move(one));
    return write("enterprise", 0, std::move(values), "market_registration", "2020-01-01").record;
  }
  RecordId schedule(const char* code, const char* source, const char* kind_name, const char* content, const char* cycle,
                    int days, const char* first, std::vector<Value> mapping = {}) {
    return write("data_source", 0,
                 {{"bureau", Value::reference(bureau)},
                  {"code", Value::string(code)},
                  {"name", Value::string(code)},
                  {"source", Value::string(source)},
                  {"delivers", Value::string(kind_name)},
                  {"content", Value::enumeration(content)},
                  {"period", Value::enumeration(cycle)},
                  {"expected_days", Value::number(days, 0)},
                  {"first_period", Value::date(day(first))},
                  {"column_mapping", Value::list(std::move(mapping))},
                  {"change_bound", Value::number(5, 1)}},
                 "zone_office", "2024-01-01")
        .record;
  }
  register_::DeliveryReport deliver(RecordId source, const char* period, const std::string& rows) {
    const std::filesystem::path file = folder / ("delivery-" + std::to_string(++trace) + ".csv");
    std::ofstream(file) << rows;
    return need(zone->house().sources->deliveries().receive(
                    register_::Viewer::system(),
                    {.schedule = source, .period = day(period), .file = file, .file_name = file.filename().string()}),
                "receive");
  }
  register_::Deliveries& deliveries() { return zone->house().sources->deliveries(); }
  void pass(const char* today) { need(zone->advance_to(0, day(today)), "advance"); }
  std::string figure(RecordId of, const char* kind_name, const char* field) {
    std::string text;
    for (const auto& state : need(records().states_of_file(of), "file")) {
      if (state.kind != kind(kind_name).number) continue;
      text += register_::read_plain(state, *kind(kind_name).field(std::string_view(field)), day("2026-03-02"))
                  .value()
                  .to_text() +
              " ";
    }
    return text;
  }
  std::string outcome(const char* decision, RecordId subject) {
    need(zone->settle(), "settle");
    const auto* found = zone->population().programs().decisions().find(std::string_view(decision));
    const auto one = zone->population().outcome(*found, subject);
    if (!one || !one->applies) return "none";
    return one->value.is_null() ? "null" : feel::to_literal(one->value);
  }
  std::string reasons(const char* decision, RecordId subject) {
    const auto* found = zone->population().programs().decisions().find(std::string_view(decision));
    std::string text;
    for (const auto& used :
         need(zone->population().explain(*found, subject, zone->population().today()), "explain").detail.facts)
      text += std::string(register_::name_of(used.reason)) + " ";
    return text;
  }
};

TEST_F(Sources, SavedMappingMatchesAndWhatDoesNotGoesToTheDeskAndComesBackMended) {
  const RecordId by_code = firm(1, "按代码有限公司");
  const RecordId by_tax = firm(2, "按税号有限公司");
  write("enterprise", by_tax, {{"tax_number", Value::string("980171000000002")}}, "tax");
  const RecordId by_meter = firm(3, "按户号有限公司");
  write("enterprise", by_meter, {{"power_accounts", Value::list({Value::string("7001"), Value::string("7002")})}},
        "power");
  const RecordId by_name =
      firm(4, "现名有限公司",
           {{"former_names", Value::list({Value::string("早名有限公司"), Value::string("旧名有限公司")})}});
  const RecordId lost = firm(5, "后来认出有限公司");
  const RecordId tax = schedule("SW", "tax", "annual_return", "period", "year", 170, "2024-01-01",
                                {Value::string("@year = year"), Value::string("纳税人 = enterprise")});
  const auto report =
      deliver(tax, "2024-05-01",
              "纳税人,营业收入（元）\n" + test::credit_code(1) +
                  ",1000000\n980171000000002,2000000\n旧名有限公司,3000000\n无人认识有限公司,4000000\n");
  EXPECT_EQ(report.import.created, 3u);
  EXPECT_EQ(report.delivery.refused, 1);
  EXPECT_EQ(figure(by_code, "annual_return", "revenue"), "100 ") << "元 became 万元";
  EXPECT_EQ(figure(by_tax, "annual_return", "year"), "2024 ") << "the year came from the period";
  EXPECT_EQ(figure(by_name, "annual_return", "revenue"), "300 ");

  // The workbook out, one cell mended, back in.
  const std::string steward = account("steward", {"data"});
  const std::string path = "/sources/" + std::to_string(tax) + "/deliveries/" + std::to_string(report.delivery.record);
  const auto book = get(path + "/desk.xlsx", steward);
  ASSERT_EQ(book.status, 200);
  EXPECT_THAT(book.text, HasSubstr("无人认识有限公司"));
  const auto waiting = need(deliveries().desk(), "desk");
  ASSERT_EQ(waiting.size(), 1u);
  const std::string number = std::to_string(waiting.front().id);
  const auto wrong =
      upload(path + "/desk", steward, "mended.csv", "质量台编号,纳税人\n" + number + ",还是不认识有限公司\n");
  EXPECT_THAT(wrong.text, HasSubstr("\"mended\":0,\"left\":1"));
  const auto mended =
      upload(path + "/desk", steward, "mended.csv", "质量台编号,纳税人\n" + number + ",后来认出有限公司\n");
  EXPECT_THAT(mended.text, HasSubstr("\"mended\":1,\"left\":0"));
  EXPECT_EQ(figure(lost, "annual_return", "revenue"), "400 ")
      << "the figure that was not in the workbook is the one that came";
  EXPECT_TRUE(need(deliveries().desk(), "desk").empty());

  // Electricity by the meter's account.
  const RecordId power =
      schedule("GD", "power", "month_return", "period", "month", 10, "2026-01-01",
               {Value::string("@year = year"), Value::string("@month = month"), Value::string("户号 = enterprise")});
  deliver(power, "2026-01-05", "户号,用电量\n7002,41250\n");
  EXPECT_EQ(figure(by_meter, "month_return", "electricity"), "41250 ");
}

TEST_F(Sources, ADeliveryIsComparedWithTheLast) {
  const RecordId stays = firm(1, "留下有限公司"), jumps = firm(2, "大变有限公司"), goes = firm(3, "消失有限公司"),
                 comes = firm(4, "新来有限公司");
  const RecordId tax = schedule("SW", "tax", "annual_return", "period", "year", 170, "2024-01-01",
                                {Value::string("@year = year"), Value::string("纳税人 = enterprise")});
  const auto row = [](int number, const char* amount) { return test::credit_code(number) + "," + amount + "\n"; };
  deliver(tax, "2024-05-01", "纳税人,营业收入（万元）\n" + row(1, "100") + row(2, "100") + row(3, "100"));
  const auto second =
      deliver(tax, "2025-05-01", "纳税人,营业收入（万元）\n" + row(1, "149") + row(2, "151") + row(4, "10"));
  EXPECT_EQ(second.delivery.fresh, 1);
  EXPECT_EQ(second.delivery.gone, 1);
  EXPECT_EQ(second.delivery.changed, 1);
  std::map<std::string, FileId> by;
  for (const auto& one : need(deliveries().differences(second.delivery.record), "differences"))
    by[std::string(register_::name_of(one.what))] = one.file;
  EXPECT_EQ(by["new"], comes);
  EXPECT_EQ(by["gone"], goes);
  EXPECT_EQ(by["changed"], jumps);
  EXPECT_NE(by["changed"], stays);
}

TEST_F(Sources, ALateSourceMakesItsConditionsUnknownNeverUnmet) {
  const RecordId told = firm(1, "统计户有限公司"), other = firm(2, "自报户有限公司");
  for (const auto& [of, source] : {std::pair(told, "statistics"), std::pair(other, "self_report")}) {
    write("annual_return", 0,
          {{"enterprise", Value::reference(of)},
           {"year", Value::number(2024, 0)},
           {"revenue", Value::number(1500, 0)},
           {"main_business_revenue", Value::number(1500, 0)},
           {"employees", Value::number(40, 0)}},
          source, "2024-12-31");
  }
  EXPECT_EQ(outcome("above_scale", told), "\"no\"");
  const RecordId statistics = schedule("TJ", "statistics", "annual_return", "period", "year", 65, "2025-01-01",
                                       {Value::string("@year = year"), Value::string("单位 = enterprise")});
  EXPECT_EQ(outcome("above_scale", told), "\"no\"") << "due on 6 March: not late yet";
  pass("2026-03-07");
  EXPECT_THAT(outcome("above_scale", told), testing::AnyOf("null", "\"unknown\""));
  EXPECT_THAT(reasons("above_scale", told), HasSubstr("late_source"));
  EXPECT_EQ(outcome("above_scale", other), "\"no\"") << "the source never told of this one";
  const std::string steward = account("steward", {"data"});
  EXPECT_THAT(get("/sources", steward).text, HasSubstr("\"state\":\"late\",\"overdue_from\":\"2026-03-07\""));

  deliver(statistics, "2025-06-01",
          "单位,主营业务收入（万元）,营业收入（万元）\n" + test::credit_code(1) + ",2500,2500\n");
  EXPECT_EQ(outcome("above_scale", told), "\"yes\"");
  EXPECT_THAT(get("/sources", steward).text, HasSubstr("\"state\":\"arrived\",\"overdue_from\":null"));
  // Lateness was a fact of its time: what was known then says late, what is known now does not.
  const auto state = need(records().state(statistics), "state");
  const auto& late = *kind("data_source").member("late");
  EXPECT_TRUE(register_::read_plain(*state, late, day("2026-03-07")).value().is_null());
}

TEST_F(Sources, PurposesAreCheckedWhereDecisionsRead) {
  const RecordId surveyed = firm(1, "统计户有限公司"), taxed = firm(2, "税务户有限公司");
  for (const auto& [of, source] : {std::pair(surveyed, "statistics"), std::pair(taxed, "tax")}) {
    write("annual_return", 0,
          {{"enterprise", Value::reference(of)},
           {"year", Value::number(2025, 0)},
           {"revenue", Value::number(1900, 0)},
           {"main_business_revenue", Value::number(1900, 0)}},
          source, "2025-12-31");
  }
  // Statistics may use both; cultivation neither survey data nor, without consent, tax data.
  EXPECT_EQ(outcome("above_scale", surveyed), "\"no\"");
  EXPECT_EQ(outcome("above_scale", taxed), "\"no\"");
  EXPECT_THAT(reasons("threshold_watch", surveyed), HasSubstr("purpose"));
  const std::string before = outcome("threshold_watch", taxed);
  EXPECT_THAT(before, testing::AnyOf("null", "\"unknown\""));
  write("data_consent", 0,
        {{"enterprise", Value::reference(taxed)},
         {"number", Value::string("TY-1")},
         {"purposes", Value::list({Value::string("cultivation")})},
         {"valid_from", Value::date(day("2026-01-01"))},
         {"valid_to", Value::date(day("2026-03-04"))}},
        "self_report", "2026-01-01");
  EXPECT_EQ(outcome("threshold_watch", taxed), "\"near\"");
  EXPECT_THAT(outcome("threshold_watch", surveyed), testing::AnyOf("null", "\"unknown\""));
  pass("2026-03-05");
  EXPECT_EQ(outcome("threshold_watch", taxed), before) << "the consent is over";
}

TEST_F(Sources, ADecisionThatMayNeverReadAFieldIsRefused) {
  const auto use = [&](const char* purpose) { return std::make_shared<const register_::Use>(catalogue(), purpose); };
  const auto from = feel::Type::context_of(
      {{"from",
        feel::Type::context_of(
            {{"statistics", feel::Type::context_of({{"revenue", feel::Type::simple(feel::Type::Form::Number)}})}})}});
  auto forbidden =
      need(population::Projection::make(catalogue(), kind("annual_return"), from, use("service")), "projection")
          .check_use(catalogue());
  ASSERT_FALSE(forbidden);
  EXPECT_THAT(forbidden.error().zh, HasSubstr("不得用于“政务服务”"));
  EXPECT_TRUE(
      need(population::Projection::make(catalogue(), kind("annual_return"), from, use("statistics")), "projection")
          .check_use(catalogue()));
  EXPECT_FALSE(use("service")->forbids(*kind("annual_return").field("revenue"))) << "the firm's own report may be read";
}

}  // namespace
}  // namespace yuanqu::app
