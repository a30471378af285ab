#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace yuanqu::base {
namespace {

TEST(Utf8, KnowsWellFormedText) {
  for (const char* good : {"", "a", "é", "园区", "😀", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  }
  const std::pair<const char*, std::size_t> bad[] = {{"\x80", 0},
                                                     {"a\xC0\x80", 1},
                                                     {"\xC1\xBF", 0},
                                                     {"\xE0\x80\x80", 0},
                                                     {"\xED\xA0\x80", 0},
                                                     {"园\xED\xBF\xBF", 3},
                                                     {"\xF0\x80\x80\x80", 0},
                                                     {"\xF4\x90\x80\x80", 0},
                                                     {"\xF5\x80\x80\x80", 0},
                                                     {"ab\xE5\x9B", 2},
                                                     {"\xFF", 0},
                                                     {"abcdefghijkl\xE5", 12}};
  for (const auto& [text, offset] : bad) EXPECT_EQ(first_invalid_utf8(text), offset) << text;
}

TEST(Utf8, CountsAndCutsCodePoints) {
  EXPECT_EQ(count_code_points("园区abc😀"), 6U);
  EXPECT_EQ(count_code_points("abcdefghijklmnop园"), 17U);
  EXPECT_EQ(offset_of_code_point("园区abc", 2), 6U);
  EXPECT_EQ(offset_of_code_point("园区abc", 9), 9U);
  EXPECT_EQ(code_points("园区abc😀", 1, 2), "区a");
  EXPECT_EQ(code_points("园区", 1, 5), "区");
  EXPECT_EQ(code_points("园区", 5, 1), "");
  EXPECT_EQ(repaired_utf8("a\xFF园\xE5\x9B"), "a\xEF\xBF\xBD园\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Text, TrimsTheBlanksOfChineseInput) {
  EXPECT_EQ(trimmed("　 园 区 \t\r\n"), "园 区");
  EXPECT_EQ(trimmed("\xEF\xBB\xBF\xC2\xA0示例\xE2\x80\x8B"), "示例");
  EXPECT_EQ(trimmed(" \xE3\x80\x80 "), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Text, MakesFullWidthHalfWidth) {
  EXPECT_EQ(half_width("ＡＢｃ１２３（示例）　￥５．０％"), "ABc123(示例) ¥5.0%");
  EXPECT_EQ(half_width("，：；！？～"), ",:;!?~");
  EXPECT_EQ(half_width("。、《》“”"), "。、《》“”");
}

TEST(Text, ChangesCaseByUnicode) {
  EXPECT_EQ(lower_case("ÀÉ ABC Σ"), "àé abc σ");
  EXPECT_EQ(upper_case("straße abc"), "STRASSE ABC");
  EXPECT_EQ(upper_case("i"), "I");
  EXPECT_EQ(lower_case("园区 ABC"), "园区 abc");
}

TEST(Encoding, RecognisesWhatFilesHold) {
  const auto decoded = [](std::string_view bytes) {
    const auto result = decode_text(bytes);
    EXPECT_TRUE(result) << result.error().en;
    return result.value_or(DecodedText{});
  };
  const std::string gbk = "\xD4\xB0\xC7\xF8";  // 园区
  EXPECT_EQ(decoded(gbk).text, "园区");
  EXPECT_EQ(decoded(gbk).encoding, Encoding::Gb18030);
  EXPECT_EQ(decoded("\xEF\xBB\xBF园区").text, "园区");
  EXPECT_EQ(decoded("园区").encoding, Encoding::Utf8);
  EXPECT_EQ(decoded(std::string_view("\xFF\xFE\xED\x56\x3A\x53", 6)).text, "园区");
  EXPECT_EQ(decoded(std::string_view("\xFE\xFF\x56\xED\x53\x3A", 6)).text, "园区");
  EXPECT_EQ(decoded("").text, "");
  EXPECT_EQ(to_gb18030("园区").value(), gbk);
  EXPECT_EQ(from_gb18030("\x81\x30\x81\x30").value(), "\xC2\x80");  // four bytes: beyond GBK
}

TEST(Encoding, SaysWhereTextBreaks) {
  const auto broken = decode_text("abc\xD4\xB0\xFF\xFF");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::Invalid);
  EXPECT_GE(broken.error().place.offset, 5U);
  const auto marked = decode_text(
      "\xEF\xBB\xBF"
      "ab\xFF");
  ASSERT_FALSE(marked);
  EXPECT_EQ(marked.error().place.offset, 5U);
}

TEST(Encoding, DetectsFromTheFirstBytes) {
  EXPECT_EQ(detect_encoding("name,企"), Encoding::Utf8);
  EXPECT_EQ(detect_encoding("name,\xE4\xBC"), Encoding::Utf8);  // a character cut in two
  EXPECT_EQ(detect_encoding("\xC6\xF3\xD2\xB5"), Encoding::Gb18030);
  EXPECT_EQ(detect_encoding("\xFF\xFE"), Encoding::Utf16LittleEndian);
}

TEST(Encoding, LongTextsPassInPieces) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += i % 3 == 0 ? "园" : "区a";
  const auto bytes = to_gb18030(text);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(from_gb18030(*bytes).value(), text);
}

RC_GTEST_PROP(TextProperty, AnyBytesCanBeWalked, (const std::string& bytes)) {
  std::size_t count = 0;
  std::string rebuilt;
  for (std::size_t offset = 0; offset < bytes.size(); ++count)
    append_code_point(rebuilt, next_code_point(bytes, offset));
  RC_ASSERT(count == count_code_points(bytes));
  RC_ASSERT(rebuilt == repaired_utf8(bytes));
  RC_ASSERT(is_valid_utf8(rebuilt));
  RC_ASSERT(is_valid_utf8(bytes) == (rebuilt == bytes));
  RC_ASSERT(trimmed(trimmed(bytes)) == trimmed(bytes));
  (void)decode_text(bytes);
}

// Cutting from the back gives what a walk from the front gives, also in text that is not well formed.
RC_GTEST_PROP(TextProperty, TrimsAsAWalkFromTheFrontWould, ()) {
  const std::vector<std::string> pieces = {
      " ",        "\xE3\x80\x80",     "\xC2\xA0", "\xE2\x80\x8B", "\xE5\x8C\xBA", "a",
      "\xC3\xA9", "\xF0\x9F\x98\x80", "\x80",     "\xE5\x8C",     "\xE3\x80",     "\xF0\x9F\x98"};
  std::string text;
  for (const int piece : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, static_cast<int>(pieces.size()))))
    text += pieces[static_cast<std::size_t>(piece)];
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t from = offset;
    if (is_blank(next_code_point(text, offset))) continue;
    begin = std::min(begin, from);
    end = offset;
  }
  RC_ASSERT(trimmed(text) == (end == 0 ? std::string() : text.substr(begin, end - begin)));
}

RC_GTEST_PROP(TextProperty, Gb18030HoldsAllOfUnicode, ()) {
  std::string text;
  for (const auto c : *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(1, 0x110000))) {
    append_code_point(text, c);
  }
  const auto bytes = to_gb18030(text);
  RC_ASSERT(bytes.has_value());
  RC_ASSERT(*from_gb18030(*bytes) == text);
}

}  // namespace
}  // namespace yuanqu::base
