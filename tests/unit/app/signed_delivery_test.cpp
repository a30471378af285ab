// Figures an enterprise's smart centre signs: taken from its key alone, of its own file alone, once, newest last, and
// there for rules to read.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "api/json_writer.hpp"
#include "base/signature.hpp"
#include "open_zone.hpp"
#include "register/signed_delivery.hpp"

namespace yuanqu::app {
namespace {

using register_::RecordId;
using register_::SignedDelivery;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;
using testing::HasSubstr;

class SignedDeliveries : public testing::Test, public OpenZone {
 protected:
  RecordId bureau =
      write("bureau", 0, {{"code", Value::string("JFJ")}, {"name", Value::string("经发局")}}, "zone_office").record;
  RecordId plant = firm(1, "有厂有限公司");
  RecordId other = firm(2, "别家有限公司");
  base::SigningKey key = base::make_signing_key();
  RecordId source =
      write("data_source", 0,
            {{"bureau", Value::reference(bureau)},
             {"code", Value::string("ZHZX-1")},
             {"name", Value::string("智慧中心月报")},
             {"source", Value::string("smart_centre")},
             {"delivers", Value::string("plant_month")},
             {"content", Value::enumeration("period")},
             {"period", Value::enumeration("month")},
             {"expected_days", Value::number(5, 0)},
             {"first_period", Value::date(day("2026-01-01"))},
             {"column_mapping", Value::list({Value::string("@year = year"), Value::string("@month = month")})},
             {"respondent", Value::reference(plant)},
             {"delivery_key", Value::string(key.public_hex)}},
            "zone_office", "2026-01-01")
          .record;

  SignedDelivery signed_of(std::int64_t issued_ms, const std::string& rows, const char* period = "2026-01-01") {
    SignedDelivery one{
        "ZHZX-1", period, issued_ms, "工厂,产量（吨）,用电量（千瓦时）,运行率（%）,数据完整率（%）\n" + rows, {}};
    one.signature = base::sign(key, register_::statement_of(one));
    return one;
  }
  auto send(const SignedDelivery& one) {
    api::JsonWriter json;
    json.object().member("source", one.source).member("period", one.period).member("issued", one.issued_ms);
    json.member("file", one.file).member("signature", one.signature).end_object();
    return post("/signed-deliveries", "", json.take());
  }
  // As the centre does it: the same again until it is stored.
  auto deliver(const SignedDelivery& one) {
    auto reply = send(one);
    for (int i = 0; i < 500 && reply.status == 202; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      reply = send(one);
    }
    return reply;
  }
  std::string figures(RecordId of, const char* field, const char* as_of = "2026-03-02") {
    std::string text;
    for (const auto& state : need(records().states_of_file(of), "file")) {
      if (state.kind != kind("plant_month").number) continue;
      text += register_::read_plain(state, *kind("plant_month").field(std::string_view(field)), day(as_of))
                  .value()
                  .to_text() +
              " ";
    }
    return text;
  }
  std::size_t deliveries_held() {
    return need(register_::read_deliveries(records(), day("2026-03-02")), "deliveries").size();
  }
};

TEST_F(SignedDeliveries, FiguresBecomeFactsWithTheirSource) {
  const auto stored = deliver(signed_of(1000, "hot_metal,182000,5124000.5,97.6,99.8\n"));
  ASSERT_EQ(stored.status, 200) << stored.text;
  EXPECT_THAT(stored.text, HasSubstr("\"rows\":1,\"to_desk\":0"));
  EXPECT_EQ(figures(plant, "electricity"), "5124000.5 ");
  EXPECT_EQ(figures(plant, "uptime"), "97.6 ");
  EXPECT_EQ(figures(plant, "month"), "1 ");
  EXPECT_EQ(figures(other, "electricity"), "");
  for (const auto& state : need(records().states_of_file(plant), "file")) {
    if (state.kind != kind("plant_month").number) continue;
    const auto reading =
        register_::read_plain(state, *kind("plant_month").field(std::string_view("output")), day("2026-03-02"));
    ASSERT_NE(reading.fact, nullptr);
    EXPECT_EQ(catalogue().source(reading.fact->source)->name, "smart_centre");
  }
}

TEST_F(SignedDeliveries, TheSameAgainIsTheSameAndALaterOneCorrects) {
  const auto first = signed_of(1000, "hot_metal,100,200,90,99\n");
  ASSERT_EQ(deliver(first).status, 200);
  ASSERT_EQ(deliver(first).status, 200);
  EXPECT_EQ(deliveries_held(), 1U) << "the same again is no second delivery";
  const auto later = signed_of(2000, "hot_metal,105,200,90,100\n");
  const auto corrected = deliver(later);
  ASSERT_EQ(corrected.status, 200);
  for (const auto& row : need(zone->house().sources->deliveries().desk(), "desk"))
    ADD_FAILURE() << "sent to the desk: " << row.en;
  EXPECT_THAT(corrected.text, HasSubstr("\"rows\":1,\"to_desk\":0"));
  EXPECT_EQ(figures(plant, "output"), "105 ");
  EXPECT_EQ(deliveries_held(), 2U);
  const auto back = send(signed_of(1500, "hot_metal,1,1,1,1\n"));
  EXPECT_EQ(back.status, 409) << "one signed earlier does not come in place of a later one";
  ASSERT_EQ(deliver(first).status, 200) << "and what is known is answered as known";
  EXPECT_EQ(figures(plant, "output"), "105 ");
}

TEST_F(SignedDeliveries, NothingButTheKeyOpensAndOnlyTheOwnFile) {
  auto forged = signed_of(1000, "hot_metal,100,200,90,99\n");
  forged.file[forged.file.size() - 2] = '8';
  EXPECT_EQ(send(forged).status, 403);
  auto moved = signed_of(1000, "hot_metal,100,200,90,99\n");
  moved.period = "2026-02-01";
  EXPECT_EQ(send(moved).status, 403);
  auto renewed = signed_of(1000, "hot_metal,100,200,90,99\n");
  renewed.issued_ms = 1001;
  EXPECT_EQ(send(renewed).status, 403);
  auto unknown = signed_of(1000, "hot_metal,100,200,90,99\n");
  unknown.source = "ZHZX-2";
  EXPECT_EQ(send(unknown).status, send(forged).status) << "nobody learns which codes there are";
  EXPECT_EQ(deliveries_held(), 0U);
  EXPECT_EQ(send(signed_of(9'000'000'000'000, "hot_metal,100,200,90,99\n")).status, 422) << "issued in the future";
  EXPECT_EQ(send(signed_of(1000, "hot_metal,100,200,90,99\n", "someday")).status, 422);

  // A row about somebody else is refused even with the right key.
  SignedDelivery strange{
      "ZHZX-1", "2026-01-01", 3000, "统一社会信用代码,工厂,产量（吨）\n" + test::credit_code(2) + ",hot_metal,7\n", {}};
  strange.signature = base::sign(key, register_::statement_of(strange));
  const auto refused = deliver(strange);
  EXPECT_THAT(refused.text, HasSubstr("\"to_desk\":1"));
  EXPECT_EQ(figures(other, "output"), "");
}

TEST_F(SignedDeliveries, NobodySignedInTakesItsPlaceButTheSteward) {
  const std::string path = "/sources/" + std::to_string(source) + "/deliveries";
  const std::string owner = account("owner", {"owner"}, {plant});
  EXPECT_NE(upload(path, owner, "x.csv", "工厂,产量（吨）\nx,1\n", {{"period", "2026-01-01"}}).status, 202)
      << "an owner does not say what meters say";
  const std::string economy = account("economy2", {"economy"});
  EXPECT_EQ(upload(path, economy, "x.csv", "工厂,产量（吨）\nx,1\n", {{"period", "2026-01-01"}}).status, 403);
  const std::string steward = account("steward", {"data"});
  EXPECT_EQ(upload(path, steward, "x.csv", "工厂,产量（吨）\nx,1\n", {{"period", "2026-01-01"}}).status, 202);
}

TEST_F(SignedDeliveries, RulesReadThem) {
  ASSERT_EQ(deliver(signed_of(1000, "hot_metal,100,200,90,99\n")).status, 200);
  ASSERT_EQ(deliver(signed_of(2000, "hot_metal,120,260,95,100\n", "2026-02-01")).status, 200);
  need(zone->settle(), "settle");
  const std::string economy = account("economy", {"economy"});
  const auto found =
      post("/query", economy,
           R"json({"kind":"enterprise","filter":"sum(plant months[coverage >= 95].electricity) = 460"})json");
  EXPECT_THAT(found.text, HasSubstr("有厂有限公司")) << found.text;
  EXPECT_THAT(found.text, testing::Not(HasSubstr("别家有限公司")));
}

}  // namespace
}  // namespace yuanqu::app
