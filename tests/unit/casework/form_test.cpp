#include "casework/form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace yuanqu::casework {
namespace {

constexpr std::string_view approve = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "title": "核定",
  "required": ["decision", "reason"], "additionalProperties": false,
  "properties": {
    "decision": {"type": "string", "enum": ["renew", "return"], "title": "决定"},
    "reason": {"type": "string", "minLength": 2, "maxLength": 10},
    "until": {"type": "string", "format": "date"},
    "fee": {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01},
    "visits": {"type": "integer"},
    "checked": {"type": "boolean"},
    "notes": {"type": "array", "maxItems": 2, "items": {"type": "string", "pattern": "^[a-z]+$"}},
    "contact": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
  },
  "x-layout": [["decision", "reason"]]
})json";

const Form& form() {
  static const auto read = Form::read(approve, "forms/approve.json");
  return *read;
}

std::vector<std::string> faults_of(std::string_view values) {
  std::vector<base::Error> faults;
  auto accepted = form().accept(values, &faults);
  std::vector<std::string> fields;
  for (const base::Error& fault : faults) fields.push_back(fault.place.field);
  if (!accepted && faults.empty()) fields.push_back("whole");
  return fields;
}

TEST(Form, AcceptsAndGivesFeel) {
  auto accepted = form().accept(
      R"({"decision":"renew","reason":"条件都满足","until":"2031-03-01","fee":12.34,"visits":0,"checked":true,
      "notes":["a"],"contact":{"name":"张"}})");
  ASSERT_TRUE(accepted) << accepted.error().en;
  EXPECT_EQ(feel::to_literal(*accepted),
            feel::to_literal(feel::Value::context(
                {{feel::String("decision"), "renew"},
                 {feel::String("reason"), "条件都满足"},
                 {feel::String("until"), feel::Value(*base::Date::parse("2031-03-01"))},
                 {feel::String("fee"), feel::Value(*base::Decimal::parse("12.34"))},
                 {feel::String("visits"), 0},
                 {feel::String("checked"), true},
                 {feel::String("notes"), feel::Value::list({"a"})},
                 {feel::String("contact"), feel::Value::context({{feel::String("name"), "张"}})}})));
}

TEST(Form, TellsEveryFaultAtOnce) {
  EXPECT_THAT(faults_of("{}"), ::testing::ElementsAre("decision", "reason"));
  EXPECT_THAT(faults_of(R"({"decision":"refuse","reason":"好","until":"2031-02-30","fee":0.001,"visits":1.5,"checked":1,
      "notes":["A","b","c"],"contact":{},"other":1})"),
              ::testing::UnorderedElementsAre("decision", "reason", "until", "fee", "visits", "checked", "notes",
                                              "notes[1]", "contact.name", "other"));
  EXPECT_THAT(faults_of(R"({"decision":"renew","reason":"一二三四五六七八九十一"})"), ::testing::ElementsAre("reason"));
  EXPECT_THAT(faults_of("[]"), ::testing::ElementsAre("whole"));
  EXPECT_THAT(faults_of("{"), ::testing::ElementsAre("whole"));
}

TEST(Form, AKeywordItDoesNotKnowIsRefusedNotIgnored) {
  EXPECT_FALSE(Form::read(R"({"type":"object","if":{}})", "x"));
  EXPECT_FALSE(Form::read(R"({"properties":{"a":{"pattern":"("}}})", "x"));
  EXPECT_FALSE(Form::read("{", "x"));
  EXPECT_FALSE(Form::read("[]", "x"));
}

TEST(Form, JsonAndFeelMeet) {
  for (const char* text : {"null", "true", "12", "0.1", "\"字\"", "[1,\"a\",null]", "{\"a\":{\"b\":[]}}"}) {
    auto value = value_of_json(text);
    ASSERT_TRUE(value) << text;
    auto again = value_of_json(json_of_value(*value));
    ASSERT_TRUE(again);
    EXPECT_EQ(feel::to_literal(*again), feel::to_literal(*value)) << text;
  }
  EXPECT_EQ(json_of_value(feel::Value(*base::Date::parse("2026-03-02"))), "\"2026-03-02\"");
  EXPECT_EQ(json_of_value(feel::Value(*base::Decimal::parse("9007199254740993"))), "\"9007199254740993\"");
}

TEST(Form, SurvivesAnything) {
  RC_ASSERT(rc::check("bytes of any kind", [](const std::string& bytes) {
    (void)form().accept(bytes);
    (void)Form::read(bytes, "x");
  }));
}

}  // namespace
}  // namespace yuanqu::casework
