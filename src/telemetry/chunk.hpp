#pragma once
// Chunk: some hundred points of one tag as compressed bytes. Columns: source times, server times, sequences, qualities
// as runs, types as runs, and the values of each type; then zstd. Numbers are kept as integers at the fewest decimals
// that give every value back to the bit, those that have none (NaN, infinities, -0.0, noise) beside them, and as
// byte-shuffled differences when too many have none. What is decoded equals what was encoded to the bit, in its order;
// `tag` is not part of the bytes.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

inline constexpr std::size_t chunk_points_max = 500;       // of the chunks history makes; the format takes 65,535
inline constexpr std::size_t chunk_bytes_max = 64 * 1024;  // of their values before compression

// At most 65,535 points. The bytes begin with a CRC-32 of the rest.
std::string encode_chunk(std::span<const Point> points);
// Internal ("damaged") when the checksum or the format does not hold; never reads out of bounds, never allocates more
// than the points announced can need.
base::Result<std::vector<Point>> decode_chunk(std::string_view bytes, TagIndex tag);

}  // namespace yuanqu::telemetry
