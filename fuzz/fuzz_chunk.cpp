// Rooms: telemetry pack feel journal tabular base
// A chunk of history. The bytes as they are, then with their checksum made right (what is behind the checksum must
// stand by itself), then as columns to be packed. What decodes encodes to what decodes to the same.

#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "telemetry/bytes.hpp"
#include "telemetry/chunk.hpp"

namespace {

using namespace yuanqu::telemetry;

void must(bool condition) {
  if (!condition) std::abort();
}

std::string sealed(const std::string& body) {
  std::string bytes;
  put_fixed(bytes, static_cast<std::uint32_t>(
                       crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
  return bytes + body;
}

void look(const std::string& bytes) {
  const auto points = decode_chunk(bytes, 1);
  if (!points) {
    must(!points.error().zh.empty());
    return;
  }
  const auto again = decode_chunk(encode_chunk(*points), 1);
  must(again.has_value() && again->size() == points->size());
  for (std::size_t i = 0; i < points->size(); ++i) must(same_bits((*points)[i], (*again)[i]));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  look(bytes);
  look(sealed(bytes));
  if (size < 2) return 0;
  std::string body;
  put_byte(body, 1);
  put_varint(body, data[0] + 256U * (data[1] & 3U));
  const std::string columns = bytes.substr(2);
  put_varint(body, columns.size());
  std::string packed(ZSTD_compressBound(columns.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), columns.data(), columns.size(), 1));
  look(sealed(body + packed));
  return 0;
}
