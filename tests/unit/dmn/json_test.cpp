#include "dmn/json.hpp"

#include <gtest/gtest.h>

#include "dmn/typed_input.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;

std::string round(const char* text) {
  const auto value = from_json(text);
  return value ? to_json(*value) : "error: " + value.error().en;
}

TEST(Json, LosesNoDigit) {
  EXPECT_EQ(round("0.1"), "0.1");
  EXPECT_EQ(round("1234567890123456789012345678901234"), "1234567890123456789012345678901234");
  EXPECT_EQ(round("0.1234567890123456789012345678901234"), "0.1234567890123456789012345678901234");
  EXPECT_EQ(round("1e3"), "1000");
  EXPECT_EQ(round("-0.50"), "-0.5");
}

TEST(Json, ReadsAndWritesEveryKind) {
  EXPECT_EQ(round(R"( {"a": [true, false, null], "b c": {"d": "x\"\\\n\u00e9\ud83d\ude00"}} )"),
            "{\"a\":[true,false,null],\"b c\":{\"d\":\"x\\\"\\\\\\né😀\"}}");
  EXPECT_EQ(round("[]"), "[]");
  EXPECT_EQ(round("{}"), "{}");
  EXPECT_EQ(round("\"\\u0001\""), "\"\\u0001\"");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":}", "01", "+1", ".5", "1.", "nul", "\"a", "\"\x01\"", "\"\\x\"",
                           "[1] 2", "{a:1}", "--1", "1e", "\"\\u12\""}) {
    EXPECT_FALSE(from_json(text)) << text;
  }
  const std::string deep(100'000, '[');
  const auto value = from_json(deep);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, base::ErrorCode::LimitExceeded);
}

std::string typed(std::string_view text, const char* type) {
  const auto value = value_from_text(text, type == nullptr ? nullptr : feel::Type::builtin(type));
  return value ? feel::to_literal(*value) : "error";
}

TEST(TypedInput, ReadsCellsByTheirDeclaredType) {
  EXPECT_EQ(typed(" 12.50 ", "number"), "12.5");
  EXPECT_EQ(typed("1,000", "number"), "error");
  EXPECT_EQ(typed("", "number"), "null");
  EXPECT_EQ(typed("TRUE", "boolean"), "true");
  EXPECT_EQ(typed("0", "boolean"), "false");
  EXPECT_EQ(typed("maybe", "boolean"), "error");
  EXPECT_EQ(typed("2024-02-30", "date"), "error");
  EXPECT_EQ(typed("2024-02-29", "date"), "@\"2024-02-29\"");
  EXPECT_EQ(typed("007", "string"), "\"007\"");
  EXPECT_EQ(typed("007", nullptr), "\"007\"");
  EXPECT_EQ(typed("7", nullptr), "7");
  EXPECT_EQ(typed("P1Y", "years and months duration"), "@\"P1Y\"");
}

TEST(TypedInput, GivesJsonItsDatesAndMissingMembers) {
  const auto type =
      feel::Type::context_of({{"day", feel::Type::builtin("date")}, {"n", feel::Type::builtin("number")}});
  const auto value = value_from_json(*from_json(R"({"day": "2024-01-31"})"), feel::Type::list_of(type));
  ASSERT_TRUE(value);
  EXPECT_EQ(feel::to_literal(*value), "{day: @\"2024-01-31\", n: null}");
  const auto wrong =
      value_from_json(*from_json(R"([{"day": "2024-01-31"}, {"day": "soon"}])"), feel::Type::list_of(type));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place.field, "[2].day");
}

}  // namespace
