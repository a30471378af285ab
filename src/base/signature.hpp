#pragma once
// Ed25519 signatures by libsodium. Keys and signatures travel as small hexadecimal text: 64 digits the public key, 128
// the secret key and the signature. Safe to call from any thread.

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::base {

struct SigningKey {
  std::string public_hex;
  std::string secret_hex;
};
SigningKey make_signing_key();
// Invalid for anything that is not 128 hexadecimal digits.
Result<SigningKey> signing_key_of(std::string_view secret_hex);
bool is_public_key(std::string_view text);  // 64 hexadecimal digits

// What is signed when several texts are: each with its length before it, so that no two lists give the same bytes.
std::string statement(std::initializer_list<std::string_view> parts);

std::string sign(const SigningKey& key, std::string_view message);
bool signature_holds(std::string_view public_hex, std::string_view message, std::string_view signature_hex);

}  // namespace yuanqu::base
