// Permission by records: posts held, leave and deputies, hand-over, consent, individuals; and the access log.
#include <gmock/gmock.h>

#include "open_zone.hpp"

namespace yuanqu::app {
namespace {

using register_::RecordId;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;
using testing::HasSubstr;
using testing::Not;

class Relations : public testing::Test, public OpenZone {
 protected:
  RecordId bureau =
      write("bureau", 0, {{"code", Value::string("SPJ")}, {"name", Value::string("审批局")}}, "zone_office").record;

  RecordId position(const char* code, const char* role, RecordId deputy = 0) {
    std::vector<std::pair<std::string, Value>> values = {{"bureau", Value::reference(bureau)},
                                                         {"code", Value::string(code)},
                                                         {"name", Value::string(code)},
                                                         {"role", Value::enumeration(role)}};
    if (deputy != 0) values.emplace_back("deputy", Value::reference(deputy));
    return write("post", 0, std::move(values), "zone_office").record;
  }
  RecordId holding(RecordId post, const char* account_name, const char* from = "2026-01-01") {
    return write("post_holding", 0,
                 {{"bureau", Value::reference(bureau)},
                  {"post", Value::reference(post)},
                  {"account", Value::string(account_name)},
                  {"valid_from", Value::date(day(from))}},
                 "zone_office")
        .record;
  }
  RecordId firm(int number, const char* type = "limited_company") {
    return write("enterprise", 0,
                 {{"uscc", Value::string(test::credit_code(number))},
                  {"name", Value::string("样本" + std::to_string(number))},
                  {"entity_type", Value::enumeration(type)},
                  {"legal_representative", Value::string("张三丰")}},
                 "market_registration")
        .record;
  }
  RecordId revenue(RecordId of, int amount) {
    return write("annual_return", 0,
                 {{"enterprise", Value::reference(of)},
                  {"year", Value::number(2025, 0)},
                  {"revenue", Value::number(amount, 0)}},
                 "self_report", "2025-12-31")
        .record;
  }
  // Looks are on their way to the next commit; this waits for it.
  void flush() {
    need(records().journal().commit([](journal::Transaction&) -> base::Result<void> { return {}; }, {}), "flush");
  }
  std::string enterprise(RecordId record) { return "/records/enterprise/" + std::to_string(record); }
};

TEST_F(Relations, APostHeldByRecordGivesItsRightsOnItsDays) {
  const RecordId one = firm(1);
  const std::string token = account("wang", {});
  EXPECT_EQ(get(enterprise(one), token).status, 404);
  const RecordId held = holding(position("SPJ-01", "approver"), "wang");
  EXPECT_EQ(get(enterprise(one), token).status, 200) << "from the next request on";
  write("post_holding", held, {{"valid_to", Value::date(day("2026-03-01"))}}, "zone_office");
  EXPECT_EQ(get(enterprise(one), token).status, 404) << "it ended yesterday";
}

TEST_F(Relations, LeaveMovesRightsToTheDeputyAndBack) {
  const RecordId one = firm(1);
  const RecordId deputy_post = position("SPJ-02", "counter");
  holding(position("SPJ-01", "approver", deputy_post), "away");
  holding(deputy_post, "deputy");
  const std::string away = account("away", {}), deputy = account("deputy", {});
  const auto licence_type =
      write("licence_type", 0,
            {{"code", Value::string("T1")}, {"name", Value::string("样本证")}, {"power", Value::enumeration("own")}},
            "zone_office");
  const std::string path = "/records/licence_type/" + std::to_string(licence_type.record);
  const std::string change = R"({"values":{"name":"改名"},"source":"zone_office","effective_from":"2026-03-02"})";
  EXPECT_EQ(ask(api::Method::Patch, "/api/v1" + path, deputy, change).status, 403)
      << "a counter clerk does not write licence types";
  write("staff_leave", 0,
        {{"bureau", Value::reference(bureau)},
         {"number", Value::string("QJ-1")},
         {"account", Value::string("away")},
         {"valid_from", Value::date(day("2026-03-02"))},
         {"valid_to", Value::date(day("2026-03-03"))}},
        "zone_office");
  EXPECT_EQ(get(enterprise(one), away).status, 200) << "who is away still reads";
  EXPECT_EQ(ask(api::Method::Patch, "/api/v1" + path, away, change).status, 403) << "and does not act";
  EXPECT_EQ(ask(api::Method::Patch, "/api/v1" + path, deputy, change).status, 200) << "the deputy of the post does";
  const std::string auditor = account("auditor", {"auditor"});
  EXPECT_THAT(get("/permissions", auditor).text, HasSubstr("\"why\":\"stands_in\",\"instead_of\":\"away\""));
  EXPECT_THAT(get("/permissions?as_of=2026-02-01", auditor).text, Not(HasSubstr("stands_in")));
  need(zone->advance_to(0, day("2026-03-04")), "advance");
  EXPECT_EQ(ask(api::Method::Patch, "/api/v1" + path, away,
                R"({"values":{"name":"再改"},"source":"zone_office","effective_from":"2026-03-04"})")
                .status,
            200);
  EXPECT_EQ(ask(api::Method::Patch, "/api/v1" + path, deputy, change).status, 403);
}

TEST_F(Relations, APostLimitedToAParkSeesAndDoesNothingElsewhere) {
  const auto park = [&](const char* code) {
    return write("park", 0, {{"code", Value::string(code)}, {"name", Value::string(code)}}, "zone_office").record;
  };
  const RecordId east = park("EAST"), west = park("WEST");
  const RecordId here = firm(1), there = firm(2), nowhere = firm(3);
  write("enterprise", here, {{"park", Value::reference(east)}}, "zone_office");
  write("enterprise", there, {{"park", Value::reference(west)}}, "zone_office");
  const RecordId figures = revenue(there, 4711);
  const RecordId post = position("SPJ-09", "economy");
  write("post", post, {{"park", Value::reference(east)}}, "zone_office");
  holding(post, "ea");
  const std::string token = account("ea", {});
  EXPECT_EQ(get(enterprise(here), token).status, 200);
  EXPECT_EQ(get(enterprise(there), token).status, 404);
  EXPECT_EQ(get(enterprise(nowhere), token).status, 404) << "a firm nobody placed is nobody's park's";
  EXPECT_EQ(get("/records/annual_return/" + std::to_string(figures), token).status, 404);
  EXPECT_THAT(get("/records/enterprise", token).text, HasSubstr("\"total\":1"));
  EXPECT_THAT(get("/records/annual_return", token).text, HasSubstr("\"total\":0"));
  // Nor does it write there, found a firm there, or give one away.
  const auto change = [&](RecordId of, const std::string& values) {
    return ask(api::Method::Patch, "/api/v1" + enterprise(of), token,
               R"({"values":)" + values + R"(,"source":"zone_office","effective_from":"2026-03-02"})");
  };
  EXPECT_EQ(change(here, R"({"name":"本园改名"})").status, 200);
  EXPECT_EQ(change(there, R"({"name":"别园改名"})").status, 404);
  EXPECT_EQ(change(here, R"({"park":")" + std::to_string(west) + "\"}").status, 403);
  const auto found = [&](int number, RecordId in) {
    return this->post("/records/enterprise", token,
                      R"({"values":{"uscc":")" + test::credit_code(number) + R"(","name":"新设)" +
                          std::to_string(number) + "\"" +
                          (in == 0 ? std::string() : R"(,"park":")" + std::to_string(in) + "\"") +
                          R"(},"source":"zone_office","effective_from":"2026-03-02"})");
  };
  EXPECT_EQ(found(11, 0).status, 403);
  EXPECT_EQ(found(12, west).status, 403);
  const auto made = found(13, east);
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_THAT(get("/records/enterprise", token).text, HasSubstr("\"total\":2"));
  // The limit goes, the whole zone opens.
  EXPECT_THAT(get("/permissions", account("auditor", {"auditor"})).text, HasSubstr("\"within\":{\"id\""));
  write("post", post, {{"park", Value()}}, "zone_office");
  EXPECT_EQ(get(enterprise(there), token).status, 200);
}

TEST_F(Relations, AnAgentSeesTheFirmsItActsForInWhatItActsFor) {
  const RecordId mine = firm(1), other = firm(2);
  const RecordId figures = revenue(mine, 4711);
  const auto licence_type =
      write("licence_type", 0,
            {{"code", Value::string("T1")}, {"name", Value::string("样本证")}, {"power", Value::enumeration("own")}},
            "zone_office");
  const RecordId licence = write("licence", 0,
                                 {{"enterprise", Value::reference(mine)},
                                  {"type", Value::reference(licence_type.record)},
                                  {"number", Value::string("X-1")}},
                                 "licensing_authority")
                               .record;
  const std::string token = account("agent", {"agent"});
  const std::string figures_path = "/records/annual_return/" + std::to_string(figures),
                    licence_path = "/records/licence/" + std::to_string(licence);
  EXPECT_EQ(get(enterprise(mine), token).status, 404);
  const auto agency = write("agency", 0,
                            {{"enterprise", Value::reference(mine)},
                             {"number", Value::string("DB-1")},
                             {"account", Value::string("agent")},
                             {"kinds", Value::list({Value::string("licence")})},
                             {"valid_from", Value::date(day("2026-03-01"))}},
                            "self_report");
  EXPECT_EQ(get(licence_path, token).status, 200);
  EXPECT_EQ(get(figures_path, token).status, 404) << "only what the mandate names";
  EXPECT_EQ(get(enterprise(other), token).status, 404);
  EXPECT_EQ(get("/colleagues", token).status, 403) << "an agent is not of the staff";
  write("agency", agency.record, {{"kinds", Value()}}, "self_report", "2026-03-01");
  EXPECT_EQ(get(figures_path, token).status, 200) << "no kinds: everything";
  EXPECT_EQ(
      this->post(
              "/records/data_consent", token,
              R"({"values":{"enterprise":")" + std::to_string(mine) +
                  R"(","number":"TY-9","valid_from":"2026-03-02"},"source":"self_report","effective_from":"2026-03-02"})")
          .status,
      403)
      << "an agent does not consent in the firm's name";
  write("agency", agency.record, {{"revoked_on", Value::date(day("2026-03-02"))}}, "self_report", "2026-03-01");
  EXPECT_EQ(get(figures_path, token).status, 404);
}

TEST_F(Relations, HandOverMovesEverythingInOneStep) {
  const RecordId one = firm(1);
  holding(position("SPJ-01", "approver"), "old");
  const std::string old = account("old", {"counter"}), successor = account("new", {}),
                    administrator = account("admin", {"administrator"});
  EXPECT_EQ(get(enterprise(one), successor).status, 404);
  const std::string body =
      R"({"from":"old","to":"new","number":"JJ-1","department":")" + std::to_string(bureau) + "\"}";
  EXPECT_EQ(post("/hand-overs", old, body).status, 403);
  const auto done = post("/hand-overs", administrator, body);
  EXPECT_EQ(done.status, 201) << done.text;
  EXPECT_THAT(done.text, HasSubstr("\"posts\":2"));
  EXPECT_EQ(get(enterprise(one), successor).status, 200);
  EXPECT_EQ(get(enterprise(one), old).status, 404);
  EXPECT_THAT(get("/permissions?as_of=2026-03-01", administrator).text,
              HasSubstr("\"account\":\"old\",\"name\":\"old\",\"post\":\"approver\""));
  EXPECT_EQ(
      post("/hand-overs", administrator, R"({"from":"old","to":"nobody","number":"JJ-2","department":"1"})").status,
      404);
}

TEST_F(Relations, AnInstitutionSeesWhatIsSharedWithItAndNoMore) {
  const RecordId shared = firm(1), other = firm(2);
  const RecordId figures = revenue(shared, 1234), others = revenue(other, 5678);
  const RecordId bank =
      write("institution", 0, {{"code", Value::string("YH01")}, {"name", Value::string("样本银行")}}, "zone_office")
          .record;
  const std::string token = account("bank", {"institution"}, {bank});
  const std::string path = "/records/annual_return/" + std::to_string(figures);
  EXPECT_EQ(get(path, token).status, 404);
  const auto consent = write("data_consent", 0,
                             {{"enterprise", Value::reference(shared)},
                              {"number", Value::string("TY-1")},
                              {"institution", Value::reference(bank)},
                              {"purposes", Value::list({Value::string("finance")})},
                              {"classes", Value::list({Value::string("business_secret")})},
                              {"valid_from", Value::date(day("2026-03-01"))}},
                             "self_report");
  EXPECT_THAT(get(path, token).text, HasSubstr("1234"));
  EXPECT_EQ(get("/records/annual_return/" + std::to_string(others), token).status, 404);
  const auto list = get("/records/annual_return", token);
  EXPECT_THAT(list.text, HasSubstr("\"total\":1"));
  EXPECT_THAT(get(enterprise(shared), token).text, Not(HasSubstr("张")));  // personal data was not agreed to
  write("data_consent", consent.record, {{"revoked_on", Value::date(day("2026-03-02"))}}, "self_report", "2026-03-02");
  EXPECT_EQ(get(path, token).status, 404) << "taken back today";
}

TEST_F(Relations, AnIndividualsFiguresArePersonal) {
  const RecordId company = firm(1), person = firm(2, "individual_business");
  const RecordId open = revenue(company, 1234), closed = revenue(person, 5678);
  const std::string token = account("economy", {"economy"});
  EXPECT_THAT(get("/records/annual_return/" + std::to_string(open), token).text, HasSubstr("1234"));
  EXPECT_THAT(get("/records/annual_return/" + std::to_string(closed), token).text, Not(HasSubstr("5678")));
  const auto above = get("/records/annual_return?filter=revenue%20%3E%201000", token);
  EXPECT_THAT(above.text, HasSubstr("\"total\":1"));
  const std::string counter = account("counter", {"counter"});
  const auto revealed =
      post(enterprise(person) + "/reveal", counter, R"({"field":"legal_representative","reason":"电话核实"})");
  EXPECT_THAT(revealed.text, HasSubstr("张三丰"));
}

TEST_F(Relations, TheOwnerSeesWhoLookedAndTheAuditorIsLogged) {
  const RecordId own = firm(1), other = firm(2);
  const std::string owner = account("owner", {"owner"}, {own}), counter = account("counter", {"counter"}),
                    auditor = account("auditor", {"auditor"});
  const std::string looks = "/files/" + std::to_string(own) + "/looks";
  EXPECT_THAT(get(looks, owner).text, HasSubstr("\"items\":[]"));
  get("/files/" + std::to_string(own), owner);
  get("/files/" + std::to_string(own), counter);
  post(enterprise(own) + "/reveal", counter, R"({"field":"legal_representative","reason":"电话核实"})");
  get("/records/enterprise.xlsx", counter);
  get("/files/" + std::to_string(own), auditor);
  flush();
  const auto seen = get(looks, owner);
  EXPECT_THAT(seen.text, HasSubstr("\"what\":\"file\""));
  EXPECT_THAT(seen.text, HasSubstr("\"what\":\"export\""));
  EXPECT_THAT(seen.text, HasSubstr("电话核实"));
  EXPECT_THAT(seen.text, HasSubstr("审计"));
  EXPECT_THAT(seen.text, Not(HasSubstr("企业主"))) << "the own look is not noted";
  EXPECT_EQ(get("/files/" + std::to_string(other) + "/looks", owner).status, 404);
  EXPECT_EQ(get("/looks", counter).status, 403);
  get("/records/enterprise?q=x", auditor);
  flush();
  EXPECT_THAT(get("/looks", auditor).text, HasSubstr("GET /api/v1/records/enterprise"));
  EXPECT_EQ(get("/looks.xlsx", auditor).status, 200);
}

}  // namespace
}  // namespace yuanqu::app
