#include "paper/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yuanqu::paper {
namespace {

feel::ContextScope names() {
  feel::ContextScope scope;
  scope.set({"Shop",
             feel::Value::context({{feel::String("name"), feel::Value("甲店")},
                                   {feel::String("opened on"), feel::Value(*base::Date::parse("2026-03-02"))},
                                   {feel::String("staff"), feel::Value(12)}}),
             nullptr});
  return scope;
}

std::string printed(std::string_view text, Language language = Language::Chinese) {
  auto parsed = Text::parse(text);
  if (!parsed) return "refused: " + parsed.error().en;
  auto words = parsed->print(names(), language);
  return words ? *words : "failed: " + words.error().en;
}

TEST(Text, PutsValuesIntoWords) {
  EXPECT_EQ(printed("{Shop.name}有{Shop.staff}人"), "甲店有12人");
  EXPECT_EQ(printed("{Shop.opened on}"), "2026年3月2日");
  EXPECT_EQ(printed("{Shop.opened on}", Language::English), "2 March 2026");
  EXPECT_EQ(printed("{Shop.closed on}"), "—");
  EXPECT_EQ(printed("{Shop.staff > 10}"), "是");
  EXPECT_EQ(printed("{if Shop.staff > 10 then \"大}店\" else \"小店\"}"), "大}店");
  EXPECT_EQ(printed("{ {a: 1}.a }"), "1");
  EXPECT_EQ(printed("{{不算}}"), "{不算}");
  EXPECT_EQ(printed("{[1, 2]}", Language::English), "1, 2");
  EXPECT_EQ(printed("开{Shop.name"), "refused: The \"{\" has no \"}\"; add it, or double it to print a brace.");
  EXPECT_THAT(printed("{1 +}"), ::testing::StartsWith("failed: "));
}

TEST(Templates, FaultsComeBackTogetherWithTheirLines) {
  std::vector<base::Error> faults;
  auto read = Templates::read(R"(
paper: x
labels: {zh: 只有中文}
series: k d
page: {size: A3}
blocks:
  - nothing: 1
  - text: {zh: '{', en: ''}
  - table: {rows: '[]', columns: []}
)",
                              "x.yaml", &faults);
  EXPECT_FALSE(read);
  EXPECT_EQ(faults.size(), 6u);
  for (const base::Error& fault : faults) {
    EXPECT_EQ(fault.place.file, "x.yaml");
    EXPECT_GT(fault.place.row, 0u) << fault.en;
  }
  EXPECT_FALSE(Templates::read("paper: [", "x.yaml"));
  EXPECT_FALSE(Templates::read("other: 1", "x.yaml"));
  EXPECT_FALSE(Templates::read("- message: a\n  title: {zh: a, en: a}\n", "x.yaml"));
}

TEST(Templates, MessagesAreRead) {
  auto read = Templates::read(R"(
- message: done
  title: {zh: '{Shop.name}办好了', en: '{Shop.name} is done'}
  body: {zh: 请查收。, en: Please look.}
  href: /my
)",
                              "m.yaml");
  ASSERT_TRUE(read);
  const MessageTemplate* message = (*read)->message("done");
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(*message->title.print(names(), Language::English), "甲店 is done");
  EXPECT_EQ((*read)->message("other"), nullptr);
}

}  // namespace
}  // namespace yuanqu::paper
