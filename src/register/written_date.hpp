#pragma once
// Dates as people write them. For this room's .cpp files.

#include <optional>
#include <string_view>

#include "base/date.hpp"

namespace yuanqu::register_ {

// 2026-03-02, 2026/3/2, 2026.3.2, 20260302, 2026年3月2日, with a time of day behind it that is left out; full-width
// digits. Year first only: 03/02/2026 means different days to different people. nullopt for anything else.
std::optional<base::Date> parse_written_date(std::string_view text);
// 2026-03-02T08:30:00, with a blank instead of T, without seconds, with Z or +08:00; without a zone it is the zone's
// wall clock, UTC+8.
std::optional<std::int64_t> parse_written_date_time(std::string_view text);

}  // namespace yuanqu::register_
