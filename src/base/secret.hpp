#pragma once
// Secrets, by libsodium: random bytes, tokens, comparing without giving away where two differ, and password hashes
// (argon2id). Safe to call from any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::base {

std::string random_bytes(std::size_t count);  // from the operating system
// `bytes` random bytes as text of letters, digits, '-' and '_' (base64url without padding): 32 bytes give 43
// characters.
std::string random_token(std::size_t bytes = 32);
bool equal_in_constant_time(std::string_view a, std::string_view b);  // the lengths are no secret

// What hashing a password costs an attacker, and us. Minimal is for tests and for demo accounts whose passwords are
// public.
enum class PasswordCost { Minimal, Interactive };

// "$argon2id$v=19$m=…,t=…,p=…$salt$hash". Fails with Unavailable when memory is short, Invalid for more than 4,096
// bytes.
Result<std::string> hash_password(std::string_view password, PasswordCost cost = PasswordCost::Interactive);
bool verify_password(std::string_view password, const std::string& hash);
// True when the hash was made at another cost, or is none: hash again at the next sign-in.
bool needs_new_hash(const std::string& hash, PasswordCost cost = PasswordCost::Interactive);

}  // namespace yuanqu::base
