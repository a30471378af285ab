#include <gtest/gtest.h>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"

namespace yuanqu::api {
namespace {

TEST(JsonWriter, PutsCommasAndEscapesItself) {
  JsonWriter json;
  json.object()
      .member("a", 1)
      .key("b")
      .array()
      .value("x\"\n")
      .null()
      .value(true)
      .end_array()
      .labels("l", "中", "en")
      .end_object();
  EXPECT_EQ(json.take(), "{\"a\":1,\"b\":[\"x\\\"\\n\",null,true],\"l\":{\"zh\":\"中\",\"en\":\"en\"}}");
}

TEST(JsonWriter, KeepsEveryDigitOfANumber) {
  const auto text = [](const char* number) {
    JsonWriter json;
    json.value(*base::Decimal::parse(number));
    return json.take();
  };
  EXPECT_EQ(text("18.8"), "18.8");
  EXPECT_EQ(text("-0.05"), "-0.05");
  EXPECT_EQ(text("9007199254740991"), "9007199254740991");
  EXPECT_EQ(text("9007199254740993"), "\"9007199254740993\"");
  EXPECT_EQ(text("123456789012345678.12"), "\"123456789012345678.12\"");
  JsonWriter id;
  id.value(Id{217365148271616});
  EXPECT_EQ(id.take(), "\"217365148271616\"");
}

TEST(JsonWriter, WritesInstantsAndReadsThemBack) {
  EXPECT_EQ(instant_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(instant_text(1772440200123), "2026-03-02T08:30:00.123Z");
  EXPECT_EQ(instant_text(-1), "1969-12-31T23:59:59.999Z");
  for (const std::int64_t moment : {0LL, 1772440200123LL, -1LL, 951782400000LL})
    EXPECT_EQ(parse_instant(instant_text(moment)), moment);
  for (const char* wrong : {"", "2026-03-02", "2026-03-02T25:00:00Z", "2026-03-02T08:30:00", "2026-02-30T08:30:00Z",
                            "2026-03-02T08:30:00.Z"}) {
    EXPECT_EQ(parse_instant(wrong), std::nullopt) << wrong;
  }
}

TEST(Json, KeepsTheTextOfNumbers) {
  const auto json = Json::parse(R"({"a": 12345678901234567890.10, "b": [1e3, "x"], "c": {"d": null, "e": true}})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("a")->text(), "12345678901234567890.10");
  EXPECT_EQ(json->find("b")->items()[0].text(), "1e3");
  EXPECT_TRUE(json->find("c")->find("e")->boolean());
  EXPECT_EQ(*json->integer_at("nothing"), std::nullopt);
  EXPECT_FALSE(json->integer_at("a"));
  EXPECT_FALSE(json->string_at("b"));
}

TEST(Json, RefusesWhatIsNotOneObjectWithOneMeaning) {
  for (const char* wrong : {"", "{", "{\"a\":1,\"a\":2}", "[1,]", "{} {}", "nul", "{\"a\":01}", "\"\xff\""}) {
    const auto json = Json::parse(wrong);
    ASSERT_FALSE(json) << wrong;
    EXPECT_EQ(json.error().code, base::ErrorCode::Invalid);
  }
  EXPECT_FALSE(Json::parse(std::string(33, '[') + std::string(33, ']')));
  EXPECT_TRUE(Json::parse(std::string(32, '[') + std::string(32, ']')));
}

}  // namespace
}  // namespace yuanqu::api
