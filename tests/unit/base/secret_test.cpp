#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/hash.hpp"

namespace yuanqu::base {
namespace {

TEST(Sha256, KnowsThePublishedVectors) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.update("a");
  pieces.update("");
  pieces.update("bc");
  EXPECT_EQ(pieces.finish(), sha256("abc"));
}

TEST(Hex, ReadsBack) {
  EXPECT_EQ(to_hex(std::string_view("\x00\xFF\x10", 3)), "00ff10");
  EXPECT_EQ(from_hex("00fF10"), std::string("\x00\xFF\x10", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Password, IsVerifiedAgainstItsHashOnly) {
  const std::string hash = hash_password("开放园区-2026", PasswordCost::Minimal).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password("开放园区-2026", hash));
  EXPECT_FALSE(verify_password("开放园区-2025", hash));
  EXPECT_FALSE(verify_password("开放园区-2026", ""));
  EXPECT_FALSE(verify_password("开放园区-2026", "$argon2id$broken"));
  EXPECT_FALSE(verify_password("x", std::string(5'000, '$')));
  EXPECT_NE(hash, hash_password("开放园区-2026", PasswordCost::Minimal).value());
  EXPECT_FALSE(needs_new_hash(hash, PasswordCost::Minimal));
  EXPECT_TRUE(needs_new_hash(hash, PasswordCost::Interactive));
  EXPECT_TRUE(needs_new_hash("broken", PasswordCost::Minimal));
  EXPECT_FALSE(hash_password(std::string(5'000, 'a'), PasswordCost::Minimal));
}

TEST(Token, IsLongAndDifferentEachTime) {
  std::set<std::string> tokens;
  for (int i = 0; i < 200; ++i) {
    const std::string token = random_token();
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    tokens.insert(token);
  }
  EXPECT_EQ(tokens.size(), 200U);
  EXPECT_EQ(random_bytes(7).size(), 7U);
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace yuanqu::base
