#include "base/secret.hpp"

#include "base/sodium.hpp"

namespace yuanqu::base {
namespace {

constexpr std::size_t password_bytes_maximum = 4096;

unsigned long long operations(PasswordCost cost) {
  return cost == PasswordCost::Minimal ? crypto_pwhash_argon2id_OPSLIMIT_MIN
                                       : crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
}
std::size_t memory(PasswordCost cost) {
  return cost == PasswordCost::Minimal ? crypto_pwhash_argon2id_MEMLIMIT_MIN
                                       : crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  start_sodium();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string random_token(std::size_t bytes) {
  const std::string secret = random_bytes(bytes);
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(secret.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                    variant);
  text.pop_back();  // the terminating zero
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
  start_sodium();
  if (password.size() > password_bytes_maximum) {
    return fail(ErrorCode::Invalid, "密码过长：请用不超过 4096 字节的密码。",
                "The password is too long: use at most 4,096 bytes.");
  }
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), operations(cost), memory(cost),
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::Unavailable, "内存不足，无法处理密码：请稍后再试。",
                "There is not enough memory to hash a password: try again later.");
  }
  return std::string(hash);
}

bool verify_password(std::string_view password, const std::string& hash) {
  start_sodium();
  if (password.size() > password_bytes_maximum || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_new_hash(const std::string& hash, PasswordCost cost) {
  start_sodium();
  if (hash.size() >= crypto_pwhash_STRBYTES) return true;
  return crypto_pwhash_str_needs_rehash(hash.c_str(), operations(cost), memory(cost)) != 0;
}

}  // namespace yuanqu::base
