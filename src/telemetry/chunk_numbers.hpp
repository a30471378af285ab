#pragma once
// The column of floating-point values in a chunk. For chunk.cpp.

#include <vector>

#include "telemetry/bytes.hpp"

namespace yuanqu::telemetry {

void put_numbers(std::string& out, const std::vector<double>& values);
// `count` values are appended; false when the bytes do not hold them.
bool take_numbers(ByteReader& in, std::size_t count, std::vector<double>& values);

// Differences or differences of differences as varints, whichever is shorter. Any integers, overflow wraps.
void put_series(std::string& out, const std::vector<std::int64_t>& values);
bool take_series(ByteReader& in, std::size_t count, std::vector<std::int64_t>& values);

}  // namespace yuanqu::telemetry
