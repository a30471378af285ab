#pragma once
// Moments as people write them in options: 2026-03-02T08:30:00Z, with +08:00 instead of Z, or a day alone (its end, in
// the zone's time, UTC+8).

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::cli {

base::Result<std::int64_t> moment_of(std::string_view text, std::string_view option);  // milliseconds since 1970 UTC
std::string moment_text(std::int64_t ms);                                              // UTC, to the second

}  // namespace yuanqu::cli
