#include "base/signature.hpp"

#include <array>

#include "base/hash.hpp"
#include "base/sodium.hpp"

namespace yuanqu::base {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

template <std::size_t Size>
std::string hex_of(const std::array<unsigned char, Size>& bytes) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

SigningKey make_signing_key() {
  start_sodium();
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key{};
  crypto_sign_keypair(public_key.data(), secret_key.data());
  SigningKey key{hex_of(public_key), hex_of(secret_key)};
  sodium_memzero(secret_key.data(), secret_key.size());
  return key;
}

Result<SigningKey> signing_key_of(std::string_view secret_hex) {
  start_sodium();
  const auto secret = from_hex(secret_hex);
  if (!secret || secret->size() != crypto_sign_SECRETKEYBYTES)
    return fail(ErrorCode::Invalid, "签名密钥应为 128 个十六进制字符。",
                "A signing key must be 128 hexadecimal digits.");
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  crypto_sign_ed25519_sk_to_pk(public_key.data(), bytes_of(*secret));
  return SigningKey{hex_of(public_key), to_hex(*secret)};
}

bool is_public_key(std::string_view text) {
  const auto bytes = from_hex(text);
  return bytes && bytes->size() == crypto_sign_PUBLICKEYBYTES;
}

std::string statement(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += std::to_string(part.size()) + ":" + std::string(part) + "\n";
  return text;
}

std::string sign(const SigningKey& key, std::string_view message) {
  start_sodium();
  const auto secret = from_hex(key.secret_hex);
  if (!secret || secret->size() != crypto_sign_SECRETKEYBYTES) return {};
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(message), message.size(), bytes_of(*secret));
  return hex_of(signature);
}

bool signature_holds(std::string_view public_hex, std::string_view message, std::string_view signature_hex) {
  start_sodium();
  const auto key = from_hex(public_hex);
  const auto signature = from_hex(signature_hex);
  return key && signature && key->size() == crypto_sign_PUBLICKEYBYTES && signature->size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes_of(*signature), bytes_of(message), message.size(), bytes_of(*key)) == 0;
}

}  // namespace yuanqu::base
