#pragma once
// Change: one append to the journal. The journal knows numbers and bytes, never kinds: what a field means is the
// register's matter.
//
// Chain. digest = BLAKE2b-256(salt ‖ u32 length of reason ‖ reason ‖ values).
//        hash   = BLAKE2b-256(previous ‖ sequence ‖ file ‖ record ‖ kind ‖ operation ‖ effective_from ‖ recorded_at ‖
//        source ‖ actor ‖
//                 batch ‖ pack_version ‖ digest), every number as eight little-endian bytes, previous = the hash of the
//                 change before
// it in its file (32 zero bytes for the first). Erasing replaces values, reason and salt and keeps the digest, so the
// chain still holds.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::journal {

using FileId = std::int64_t;
using RecordId = std::int64_t;
using Position = std::int64_t;  // the sequence of a change: dense from 1, in the order of commit over all files
using BatchId = std::int64_t;
using Hash = std::array<std::uint8_t, 32>;
using Salt = std::array<std::uint8_t, 16>;

// Numbers are stored; never reuse one.
enum class Operation : std::uint8_t {
  Put = 1,
  Clear = 2,
  Close = 3,
  Reopen = 4,
  Merge = 5,
  Unmerge = 6,
  Void = 7,
  Erase = 8
};
std::string_view name_of(Operation operation);
std::optional<Operation> operation_of(std::string_view name);

struct Change {
  FileId file = 0;
  RecordId record = 0;
  std::uint32_t kind = 0;
  Operation operation = Operation::Put;
  std::int32_t effective_from = 0;  // days since 1970-01-01
  std::uint32_t source = 0;
  std::string reason;
  std::string values;  // see ValueWriter
};

struct StoredChange {
  Position sequence = 0;
  FileId file = 0;
  RecordId record = 0;
  std::uint32_t kind = 0;
  Operation operation = Operation::Put;
  std::int32_t effective_from = 0;
  std::int64_t recorded_at_ms = 0;  // never less than that of the change before it
  std::uint32_t source = 0;
  std::int64_t actor = 0;
  BatchId batch = 0;
  std::int64_t pack_version = 0;  // row of the table pack_version
  std::string reason;
  std::string values;
  Salt salt{};
  Hash digest{};
  Hash previous{};
  Hash hash{};
  Position erased_by = 0;  // 0, or the Erase change that took values out of this one
};

// values = entries of (field number as varint, length as varint, bytes), ascending by field number.
class ValueWriter {
 public:
  void add(std::uint32_t field, std::string_view bytes);
  std::string take() { return std::move(bytes_); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

struct ValueEntry {
  std::uint32_t field = 0;
  std::string_view bytes;
};

// Walks the entries of a change's values. next() is false at the end and on damage; damaged() tells which.
class ValueReader {
 public:
  explicit ValueReader(std::string_view values) : rest_(values) {}
  bool next(ValueEntry& entry);
  bool damaged() const { return damaged_; }

 private:
  std::string_view rest_;
  bool damaged_ = false;
};

void append_varint(std::string& bytes, std::uint64_t value);
bool take_varint(std::string_view& bytes, std::uint64_t& value);
// Numbers of any sign as varints: small ones are short.
inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

Hash digest_of(const Salt& salt, std::string_view reason, std::string_view values);
Hash hash_of(const StoredChange& change);  // from its previous, numbers and digest
std::string to_hex(const Hash& hash);

}  // namespace yuanqu::journal
