#include "base/signature.hpp"

#include <gtest/gtest.h>

namespace yuanqu::base {
namespace {

TEST(Signature, HoldsForItsMessageAndKeyAlone) {
  const SigningKey key = make_signing_key(), other = make_signing_key();
  const std::string message = statement({"delivery", "ZHZX-01", "2026-10"});
  std::string signature = sign(key, message);
  EXPECT_EQ(signature.size(), 128U);
  EXPECT_TRUE(signature_holds(key.public_hex, message, signature));
  EXPECT_FALSE(signature_holds(other.public_hex, message, signature));
  EXPECT_FALSE(signature_holds(key.public_hex, message + " ", signature));
  signature[5] = signature[5] == '0' ? '1' : '0';
  EXPECT_FALSE(signature_holds(key.public_hex, message, signature));
  EXPECT_FALSE(signature_holds(key.public_hex, message, ""));
  EXPECT_FALSE(signature_holds("", message, sign(key, message)));
  EXPECT_FALSE(signature_holds("zz", message, sign(key, message)));
}

TEST(Signature, ThePublicKeyFollowsFromTheSecretOne) {
  const SigningKey key = make_signing_key();
  const auto read = signing_key_of(key.secret_hex);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->public_hex, key.public_hex);
  EXPECT_TRUE(is_public_key(key.public_hex));
  EXPECT_FALSE(is_public_key(key.secret_hex));
  EXPECT_FALSE(signing_key_of(key.public_hex));
  EXPECT_FALSE(signing_key_of("not a key"));
}

// RFC 8032, section 7.1, test 2.
TEST(Signature, AgreesWithThePublishedVector) {
  const auto key = signing_key_of(
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_hex, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(sign(*key, "r"),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(Signature, AStatementCannotBeCutDifferently) {
  EXPECT_NE(statement({"ab", "c"}), statement({"a", "bc"}));
  EXPECT_NE(statement({"a\n1:b"}), statement({"a", "b"}));
}

}  // namespace
}  // namespace yuanqu::base
