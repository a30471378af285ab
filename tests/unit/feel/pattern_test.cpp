#include "feel/pattern.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <regex>

#include "cases.hpp"

namespace yuanqu::feel {
namespace {

using test::unescaped;

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : " | ") + parts[i];
  return parts.size() == 1 && parts[0].empty() ? "<EMPTY>" : text;
}

TEST(Pattern, DoesWhatTheCasesSay) {
  const auto cases = test::read_cases("feel/pattern.cases");
  EXPECT_GT(cases.size(), 200U);
  for (const test::CaseLine& line : cases) {
    const std::string& operation = line.cell(0);
    const bool split = operation == "split";
    const auto pattern = Pattern::compile(unescaped(line.cell(1)), split ? std::string() : unescaped(line.cell(2)));
    if (operation == "good" || operation == "bad") {
      EXPECT_EQ(pattern.has_value(), operation == "good") << line.text;
      if (!pattern) {
        EXPECT_EQ(pattern.error().code, base::ErrorCode::Invalid) << line.text;
        EXPECT_FALSE(pattern.error().zh.empty() || pattern.error().en.empty());
      }
      continue;
    }
    ASSERT_TRUE(pattern) << line.text << "\n" << pattern.error().en;
    if (operation == "matches") {
      const auto found = pattern->matches(unescaped(line.cell(3)));
      ASSERT_TRUE(found) << line.text;
      EXPECT_EQ(*found ? "true" : "false", line.cell(4)) << line.text;
    } else if (operation == "replace") {
      const auto found = pattern->replace(unescaped(line.cell(3)), unescaped(line.cell(4)));
      EXPECT_EQ(found ? *found : "error", unescaped(line.cell(5))) << line.text;
    } else if (split) {
      const auto found = pattern->split(unescaped(line.cell(2)));
      EXPECT_EQ(found ? joined(*found) : "error", line.cell(3)) << line.text;
    } else {
      ADD_FAILURE() << "unknown operation: " << line.text;
    }
  }
}

TEST(Pattern, KnowsEveryBlockByItsName) {
  for (const char* name : {"BasicLatin",
                           "Latin-1Supplement",
                           "LatinExtended-A",
                           "LatinExtended-B",
                           "IPAExtensions",
                           "SpacingModifierLetters",
                           "CombiningDiacriticalMarks",
                           "Greek",
                           "Cyrillic",
                           "Armenian",
                           "Hebrew",
                           "Arabic",
                           "Syriac",
                           "Thaana",
                           "Devanagari",
                           "Bengali",
                           "Gurmukhi",
                           "Gujarati",
                           "Oriya",
                           "Tamil",
                           "Telugu",
                           "Kannada",
                           "Malayalam",
                           "Sinhala",
                           "Thai",
                           "Lao",
                           "Tibetan",
                           "Myanmar",
                           "Georgian",
                           "HangulJamo",
                           "Ethiopic",
                           "Cherokee",
                           "UnifiedCanadianAboriginalSyllabics",
                           "Ogham",
                           "Runic",
                           "Khmer",
                           "Mongolian",
                           "LatinExtendedAdditional",
                           "GreekExtended",
                           "GeneralPunctuation",
                           "SuperscriptsandSubscripts",
                           "CurrencySymbols",
                           "CombiningMarksforSymbols",
                           "LetterlikeSymbols",
                           "NumberForms",
                           "Arrows",
                           "MathematicalOperators",
                           "MiscellaneousTechnical",
                           "ControlPictures",
                           "OpticalCharacterRecognition",
                           "EnclosedAlphanumerics",
                           "BoxDrawing",
                           "BlockElements",
                           "GeometricShapes",
                           "MiscellaneousSymbols",
                           "Dingbats",
                           "BraillePatterns",
                           "CJKRadicalsSupplement",
                           "KangxiRadicals",
                           "IdeographicDescriptionCharacters",
                           "CJKSymbolsandPunctuation",
                           "Hiragana",
                           "Katakana",
                           "Bopomofo",
                           "HangulCompatibilityJamo",
                           "Kanbun",
                           "BopomofoExtended",
                           "EnclosedCJKLettersandMonths",
                           "CJKCompatibility",
                           "CJKUnifiedIdeographsExtensionA",
                           "CJKUnifiedIdeographs",
                           "YiSyllables",
                           "YiRadicals",
                           "HangulSyllables",
                           "PrivateUse",
                           "CJKCompatibilityIdeographs",
                           "AlphabeticPresentationForms",
                           "ArabicPresentationForms-A",
                           "CombiningHalfMarks",
                           "CJKCompatibilityForms",
                           "SmallFormVariants",
                           "ArabicPresentationForms-B",
                           "HalfwidthandFullwidthForms",
                           "Specials"}) {
    EXPECT_TRUE(Pattern::compile("\\p{Is" + std::string(name) + "}")) << name;
  }
}

TEST(Pattern, BoundsItsWork) {
  using namespace std::chrono_literals;
  const auto start = std::chrono::steady_clock::now();
  // Without back-references even the worst patterns are linear.
  const std::string many(20'000, 'a');
  EXPECT_EQ(Pattern::compile("(a|aa)+$")->matches(many + "b"), false);
  EXPECT_EQ(Pattern::compile("(a*)*b")->matches(many), false);
  EXPECT_EQ(Pattern::compile("(.*)(.*)(.*)(.*)(.*)x")->matches(many), false);
  // With them the steps run out.
  const auto runaway = Pattern::compile("(a*)*(a*)*\\1\\2b")->matches(std::string(2'000, 'a'));
  ASSERT_FALSE(runaway);
  EXPECT_EQ(runaway.error().code, base::ErrorCode::LimitExceeded);
  // Patterns that would not fit are refused.
  EXPECT_EQ(Pattern::compile("((a{1000}){1000}){1000}").error().code, base::ErrorCode::LimitExceeded);
  EXPECT_EQ(Pattern::compile("a{1,99999999999}").error().code, base::ErrorCode::LimitExceeded);
  EXPECT_EQ(Pattern::compile(std::string(100'000, '(')).error().code, base::ErrorCode::LimitExceeded);
  EXPECT_FALSE(Pattern::compile(std::string(100'000, '[')));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(Pattern, LongTextsWithManyMatches) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "word ";
  const auto replaced = Pattern::compile("[a-z]+")->replace(text, "x");
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->size(), 100'000U);
  EXPECT_EQ(Pattern::compile(" ")->split(text)->size(), 50'001U);
}

// A small language in which the C++ library's ECMAScript means the same: letters, groups, alternation, greedy and
// reluctant quantifiers over what cannot be empty.
rc::Gen<std::string> any_pattern(int depth) {
  const auto letter = rc::gen::element<std::string>("a", "b", "c", "[ab]", "[^a]", ".");
  if (depth == 0) return letter;
  const auto quantifier = rc::gen::element<std::string>("*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??");
  return rc::gen::oneOf(
      letter,
      rc::gen::map(rc::gen::pair(any_pattern(depth - 1), any_pattern(depth - 1)),
                   [](const auto& p) { return p.first + p.second; }),
      rc::gen::map(rc::gen::pair(any_pattern(depth - 1), any_pattern(depth - 1)),
                   [](const auto& p) { return "(" + p.first + "|" + p.second + ")"; }),
      rc::gen::map(rc::gen::pair(rc::gen::element<std::string>("a", "b", "(ab)", "(a|bc)"), quantifier),
                   [](const auto& p) { return p.first + p.second; }));
}

RC_GTEST_PROP(PatternProperty, AgreesWithAnotherImplementation, ()) {
  const std::string pattern = *any_pattern(3);
  const std::string text = *rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c'));
  const auto compiled = Pattern::compile(pattern);
  RC_ASSERT(compiled.has_value());
  const std::regex other(pattern, std::regex::ECMAScript);
  RC_ASSERT(*compiled->matches(text) == std::regex_search(text, other));
  if (!std::regex_search(std::string(), other)) {
    RC_ASSERT(*compiled->replace(text, "<$0>") == std::regex_replace(text, other, "<$&>"));
  }
}

RC_GTEST_PROP(PatternProperty, AnyTextIsAnswered, (const std::string& pattern, const std::string& text)) {
  const auto flags = *rc::gen::element<std::string>("", "i", "x", "s", "m", "q", "smi");
  const auto compiled = Pattern::compile(pattern, flags);
  if (!compiled) return;
  (void)compiled->matches(text);
  (void)compiled->replace(text, "[$0]");
  (void)compiled->split(text);
}

RC_GTEST_PROP(PatternProperty, LiteralPatternsFindThemselves, (const std::string& text)) {
  std::string good = base::repaired_utf8(text);
  const auto compiled = Pattern::compile(good, "q");
  RC_ASSERT(compiled.has_value());
  RC_ASSERT(*compiled->matches("x" + good + "y"));
}

}  // namespace
}  // namespace yuanqu::feel
