#include "journal/change.hpp"

#include <sodium.h>

namespace yuanqu::journal {

namespace {

void append_number(std::array<std::uint8_t, 96>& bytes, std::size_t& at, std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, rest >>= 8) bytes[at++] = static_cast<std::uint8_t>(rest);
}

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::Put: return "put";
    case Operation::Clear: return "clear";
    case Operation::Close: return "close";
    case Operation::Reopen: return "reopen";
    case Operation::Merge: return "merge";
    case Operation::Unmerge: return "unmerge";
    case Operation::Void: return "void";
    case Operation::Erase: return "erase";
  }
  return "unknown";
}

std::optional<Operation> operation_of(std::string_view name) {
  for (int number = 1; number <= 8; ++number) {
    const auto operation = static_cast<Operation>(number);
    if (name_of(operation) == name) return operation;
  }
  return std::nullopt;
}

void append_varint(std::string& bytes, std::uint64_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<char>(value));
}

bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

void ValueWriter::add(std::uint32_t field, std::string_view bytes) {
  append_varint(bytes_, field);
  append_varint(bytes_, bytes.size());
  bytes_.append(bytes);
}

bool ValueReader::next(ValueEntry& entry) {
  if (rest_.empty() || damaged_) return false;
  std::uint64_t field = 0;
  std::uint64_t length = 0;
  if (!take_varint(rest_, field) || !take_varint(rest_, length) || length > rest_.size() || field > UINT32_MAX) {
    damaged_ = true;
    return false;
  }
  entry.field = static_cast<std::uint32_t>(field);
  entry.bytes = rest_.substr(0, static_cast<std::size_t>(length));
  rest_.remove_prefix(static_cast<std::size_t>(length));
  return true;
}

Hash digest_of(const Salt& salt, std::string_view reason, std::string_view values) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 32);
  crypto_generichash_update(&state, salt.data(), salt.size());
  std::array<std::uint8_t, 4> length{};
  for (std::size_t i = 0; i < 4; ++i) length[i] = static_cast<std::uint8_t>(reason.size() >> (8 * i));
  crypto_generichash_update(&state, length.data(), length.size());
  crypto_generichash_update(&state, raw(reason), reason.size());
  crypto_generichash_update(&state, raw(values), values.size());
  Hash hash{};
  crypto_generichash_final(&state, hash.data(), hash.size());
  return hash;
}

Hash hash_of(const StoredChange& change) {
  std::array<std::uint8_t, 96> numbers{};
  std::size_t at = 0;
  append_number(numbers, at, change.sequence);
  append_number(numbers, at, change.file);
  append_number(numbers, at, change.record);
  append_number(numbers, at, change.kind);
  append_number(numbers, at, static_cast<std::int64_t>(change.operation));
  append_number(numbers, at, change.effective_from);
  append_number(numbers, at, change.recorded_at_ms);
  append_number(numbers, at, change.source);
  append_number(numbers, at, change.actor);
  append_number(numbers, at, change.batch);
  append_number(numbers, at, change.pack_version);
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 32);
  crypto_generichash_update(&state, change.previous.data(), change.previous.size());
  crypto_generichash_update(&state, numbers.data(), at);
  crypto_generichash_update(&state, change.digest.data(), change.digest.size());
  Hash hash{};
  crypto_generichash_final(&state, hash.data(), hash.size());
  return hash;
}

std::string to_hex(const Hash& hash) {
  std::string hex(65, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace yuanqu::journal
