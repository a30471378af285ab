#include "cli/moment.hpp"

#include <cstdio>

#include "base/date.hpp"

namespace yuanqu::cli {

namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t zone_offset_ms = 8LL * 3'600'000;

bool two_digits(std::string_view text, std::size_t at, int most, std::int64_t& number) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9')
    return false;
  number = (text[at] - '0') * 10 + (text[at + 1] - '0');
  return number <= most;
}

}  // namespace

base::Result<std::int64_t> moment_of(std::string_view text, std::string_view option) {
  const auto bad = [&] {
    return base::fail(base::ErrorCode::Invalid, std::string(option) + " 应写成 2026-03-02T08:30:00Z 或 2026-03-02。",
                      "Write " + std::string(option) + " like 2026-03-02T08:30:00Z or 2026-03-02.",
                      {.field = std::string(option)});
  };
  const auto day = base::Date::parse(text.substr(0, 10));
  if (!day) return bad();
  const std::int64_t midnight = day->days() * day_ms;
  if (text.size() == 10) return midnight + day_ms - 1 - zone_offset_ms;
  std::int64_t hour = 0, minute = 0, second = 0;
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || !two_digits(text, 11, 23, hour) ||
      !two_digits(text, 14, 59, minute) || !two_digits(text, 17, 59, second))
    return bad();
  std::string_view zone = text.substr(19);
  std::int64_t part_ms = 999;  // a moment to the second includes that second
  if (zone.front() == '.') {
    std::int64_t scale = 100;
    part_ms = 0;
    zone.remove_prefix(1);
    for (; !zone.empty() && zone.front() >= '0' && zone.front() <= '9'; zone.remove_prefix(1), scale /= 10)
      part_ms += (zone.front() - '0') * scale;
  }
  std::int64_t offset_ms = 0;
  if (zone != "Z") {
    std::int64_t hours = 0, minutes = 0;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !two_digits(zone, 1, 14, hours) ||
        !two_digits(zone, 4, 59, minutes))
      return bad();
    offset_ms = (zone[0] == '+' ? 1 : -1) * (hours * 3'600'000 + minutes * 60'000);
  }
  return midnight + hour * 3'600'000 + minute * 60'000 + second * 1000 + part_ms - offset_ms;
}

std::string moment_text(std::int64_t ms) {
  const std::int64_t days = ms / day_ms - (ms % day_ms < 0 ? 1 : 0);
  const std::int64_t rest = (ms - days * day_ms) / 1000;
  char time[16];
  std::snprintf(time, sizeof time, "T%02d:%02d:%02dZ", static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60),
                static_cast<int>(rest % 60));
  return base::Date::from_days(days).to_string() + time;
}

}  // namespace yuanqu::cli
