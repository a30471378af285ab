#include "base/identifiers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "shared_data.hpp"

namespace yuanqu::base {
namespace {

using Kind = IdentifierFault::Kind;

TEST(Uscc, KnowsTheStandardsExample) {
  EXPECT_EQ(check_uscc("91350100M000100Y43"), std::nullopt);
  EXPECT_EQ(check_uscc("91350100M000100Y44"), (IdentifierFault{Kind::CheckCharacter, 18, "4", "3"}));
}

TEST(Uscc, NamesWhatIsWrongAndWhere) {
  EXPECT_EQ(check_uscc("91350100M000100Y4"), (IdentifierFault{Kind::Length, 17, "", "18"}));
  EXPECT_EQ(check_uscc(""), (IdentifierFault{Kind::Length, 0, "", "18"}));
  EXPECT_EQ(check_uscc("91350100M000100Y432"), (IdentifierFault{Kind::Length, 19, "", "18"}));
  EXPECT_EQ(check_uscc("91350100M000I00Y43"), (IdentifierFault{Kind::Character, 13, "I", ""}));
  EXPECT_EQ(check_uscc("91350100m000100Y43"), (IdentifierFault{Kind::Character, 9, "m", ""}));
  EXPECT_EQ(check_uscc("9135O100M000100Y43"), (IdentifierFault{Kind::Character, 5, "O", ""}));
  EXPECT_EQ(check_uscc("91350A00M000100Y43"), (IdentifierFault{Kind::CheckCharacter, 18, "3", "H"}));
  const std::string region_with_letter = "91350A00M000100Y4";
  EXPECT_EQ(check_uscc(region_with_letter + uscc_check_character(region_with_letter)),
            (IdentifierFault{Kind::Character, 6, "A", ""}));
  EXPECT_EQ(check_uscc("91350100M000１00Y43"), (IdentifierFault{Kind::Character, 13, "１", ""}));
  EXPECT_EQ(check_uscc("\xFF"
                       "1350100M000100Y43"),
            (IdentifierFault{Kind::Character, 1, "\xEF\xBF\xBD", ""}));
}

TEST(Uscc, ChecksTheOrganisationCodeInside) {
  EXPECT_EQ(check_uscc_organisation("91350100M000100Y43"), std::nullopt);
  const std::string inner = "M00010X8";
  std::string code = "91350100" + inner + "0";
  code += uscc_check_character(code);
  ASSERT_EQ(check_uscc(code), std::nullopt);
  const auto fault = check_uscc_organisation(code);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::CheckCharacter);
  EXPECT_EQ(fault->position, 17U);
  EXPECT_EQ(fault->expected, std::string(1, organisation_check_character(inner)));
}

TEST(OrganisationCode, WithAndWithoutHyphen) {
  EXPECT_EQ(check_organisation_code("D2143569-X"), std::nullopt);
  EXPECT_EQ(check_organisation_code("D2143569X"), std::nullopt);
  EXPECT_EQ(check_organisation_code("D2143569-1"), (IdentifierFault{Kind::CheckCharacter, 9, "1", "X"}));
  EXPECT_EQ(check_organisation_code("D21435-69X"), (IdentifierFault{Kind::Length, 10, "", "9"}));
  EXPECT_EQ(check_organisation_code("D2143569A"), (IdentifierFault{Kind::Character, 9, "A", ""}));
}

TEST(IdentityNumber, KnowsTheStandardsExamples) {
  EXPECT_EQ(check_identity_number("11010519491231002X"), std::nullopt);
  EXPECT_EQ(check_identity_number("440524188001010014"), std::nullopt);
  EXPECT_EQ(check_identity_number("110105194912310021"), (IdentifierFault{Kind::CheckCharacter, 18, "1", "X"}));
  EXPECT_EQ(check_identity_number("110105194902310021"), (IdentifierFault{Kind::Date, 7, "19490231", ""}));
  EXPECT_EQ(check_identity_number("110105491231002"), (IdentifierFault{Kind::Length, 15, "", "18"}));
  EXPECT_EQ(check_identity_number("1101051949123100X2"), (IdentifierFault{Kind::Character, 17, "X", ""}));
  EXPECT_EQ(widened_identity_number("110105491231002"), "11010519491231002X");
  EXPECT_EQ(widened_identity_number("1101054912310020"), std::nullopt);
}

TEST(NormalIdentifier, UndoesWhatPeopleWrite) {
  EXPECT_EQ(normal_identifier("  ９１350100m000100y43　"), "91350100M000100Y43");
  EXPECT_EQ(normal_identifier("d2143569-x"), "D2143569X");
  EXPECT_EQ(normal_identifier("9135 0100 M000 100Y 43\xEF\xBB\xBF"), "91350100M000100Y43");
}

TEST(IdentifierFault, SpeaksInSentences) {
  const Error error = to_error(*check_uscc("91350100M000100Y44"), "统一社会信用代码", "credit code");
  EXPECT_EQ(error.code, ErrorCode::Invalid);
  EXPECT_EQ(error.place.column, 18U);
  EXPECT_NE(error.zh.find("应为“3”"), std::string::npos) << error.zh;
  EXPECT_NE(error.en.find("should be '3'"), std::string::npos) << error.en;
}

TEST(Uscc, RefusesEveryBadCodeThatWasPublished) {
  const auto path = test::shared_data("data/enterprises/uscc_bad_as_published.csv");
  if (!path) GTEST_SKIP() << "needs shared data: uscc_bad_as_published";
  std::ifstream file(*path);
  std::string line;
  std::getline(file, line);
  std::size_t seen = 0;
  for (; std::getline(file, line); ++seen) {
    const std::string code = line.substr(0, line.find(','));
    const auto fault = check_uscc(code);
    ASSERT_TRUE(fault) << code;
    EXPECT_EQ(fault->kind, Kind::CheckCharacter) << code;
    // With the right check character most would be good; one also has a letter in its region.
    const auto mended = check_uscc(code.substr(0, 17) + fault->expected);
    EXPECT_EQ(mended.has_value(), code == "429006NA000000022X") << code;
  }
  EXPECT_EQ(seen, 191U);
}

rc::Gen<std::string> any_good_uscc() {
  static const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  return rc::gen::map(rc::gen::container<std::vector<int>>(17, rc::gen::inRange(0, 31)),
                      [](const std::vector<int>& digits) {
                        std::string code;
                        for (std::size_t i = 0; i < 17; ++i) {
                          const auto digit = static_cast<std::size_t>(i >= 2 && i < 8 ? digits[i] % 10 : digits[i]);
                          code += alphabet[digit];
                        }
                        return code + uscc_check_character(code);
                      });
}

RC_GTEST_PROP(UsccProperty, FindsEveryWrongCharacterAndEverySwap, ()) {
  static const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const std::string code = *any_good_uscc();
  RC_ASSERT(!check_uscc(code));
  const auto at = static_cast<std::size_t>(*rc::gen::inRange(0, 18));
  std::string changed = code;
  changed[at] = alphabet[static_cast<std::size_t>(*rc::gen::inRange(0, 31))];
  if (changed != code) RC_ASSERT(check_uscc(changed).has_value());
  if (at + 1 < 18 && code[at] != code[at + 1]) {
    std::string swapped = code;
    std::swap(swapped[at], swapped[at + 1]);
    RC_ASSERT(check_uscc(swapped).has_value());
  }
}

RC_GTEST_PROP(IdentifierProperty, AnyTextIsAnswered, (const std::string& text)) {
  (void)check_uscc(text);
  (void)check_uscc_organisation(text);
  (void)check_organisation_code(text);
  (void)check_identity_number(text);
  const std::string normal = normal_identifier(text);
  RC_ASSERT(normal_identifier(normal) == normal);
}

}  // namespace
}  // namespace yuanqu::base
