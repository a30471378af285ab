#include "feel/zone_rules.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <utility>

#include "base/date.hpp"
#include "feel/temporal_parts.hpp"

namespace yuanqu::feel::detail {
namespace {

constexpr std::size_t file_bytes_maximum = 1 << 20;
constexpr std::int32_t offset_maximum = 26 * 3600;  // RFC 8536 wants offsets between -25 and +26 hours

bool is_zone_id(std::string_view id) {
  if (id.empty() || id.size() > 64 || id.front() == '/' || id.back() == '/') return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const char c = id[i];
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    const bool inner = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
    if (c == '/' ? id[i - 1] == '/' : !letter && !inner) return false;
  }
  return !id.starts_with("posix/") && !id.starts_with("right/") && id != "localtime" && id != "posixrules" &&
         id != "Factory";
}

// Numbers of a TZif file: big-endian, two's complement. Reading past the end gives zero and spoils the cursor.
struct Cursor {
  std::string_view bytes;
  bool good = true;

  std::int64_t number(std::size_t width) {
    if (bytes.size() < width) {
      good = false;
      return 0;
    }
    std::uint64_t value = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(width);
    return static_cast<std::int64_t>(value);
  }
  void skip(std::size_t count) {
    if (bytes.size() < count) good = false;
    bytes.remove_prefix(std::min(count, bytes.size()));
  }
};

struct Header {
  char version = 0;
  std::array<std::size_t, 6> counts{};  // isutc, isstd, leap, time, type, char
};

std::optional<Header> read_header(Cursor& cursor) {
  if (!cursor.bytes.starts_with("TZif") || cursor.bytes.size() < 44) return std::nullopt;
  Header header;
  header.version = cursor.bytes[4];
  cursor.skip(20);
  for (std::size_t& count : header.counts) {
    const std::int64_t value = cursor.number(4);
    if (value < 0 || value > 65'536) return std::nullopt;
    count = static_cast<std::size_t>(value);
  }
  return header;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_number(std::string_view& text, int& number, int maximum) {
  std::size_t digits = 0;
  number = 0;
  while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') {
    number = number * 10 + (text[digits++] - '0');
  }
  text.remove_prefix(digits);
  return digits > 0 && number <= maximum;
}

// [+-]h[:mm[:ss]]
bool take_time(std::string_view& text, std::int32_t& seconds) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  int hours = 0, minutes = 0, rest = 0;
  if (!take_number(text, hours, 167)) return false;
  if (take(text, ':')) {
    if (!take_number(text, minutes, 59)) return false;
    if (take(text, ':') && !take_number(text, rest, 59)) return false;
  }
  seconds = hours * 3600 + minutes * 60 + rest;
  if (negative) seconds = -seconds;
  return true;
}

// "CET" or "<+0330>"
bool take_name(std::string_view& text) {
  std::size_t length = 0;
  if (take(text, '<')) {
    while (length < text.size() && text[length] != '>') ++length;
    if (length == text.size()) return false;
    text.remove_prefix(length + 1);
    return true;
  }
  while (length < text.size() &&
         ((text[length] >= 'A' && text[length] <= 'Z') || (text[length] >= 'a' && text[length] <= 'z'))) {
    ++length;
  }
  text.remove_prefix(length);
  return length >= 3;
}

}  // namespace

std::int64_t ZoneRules::YearDay::in_year(std::int64_t year) const {
  std::int64_t days = base::Date::from_civil(year, 1, 1)->days();
  switch (form) {
    case Form::DayOfYear: days += day; break;
    case Form::JulianWithoutLeapDay: days += day - 1 + (day > 59 && base::is_leap_year(year) ? 1 : 0); break;
    case Form::MonthWeekDay: {
      const base::Date first = *base::Date::from_civil(year, month, 1);
      int date = 1 + (day + 7 - first.weekday() % 7) % 7 + (week - 1) * 7;
      while (date > base::days_in_month(year, month)) date -= 7;
      days = first.days() + date - 1;
      break;
    }
  }
  return days * day_seconds + seconds;
}

std::int32_t ZoneRules::Rule::offset_at(std::int64_t seconds) const {
  if (!has_summer) return standard;
  // The calendar repeats every 400 years, so the years 2000 to 2399 stand for all.
  constexpr std::int64_t cycle = 146'097 * day_seconds;
  constexpr std::int64_t year_2000 = 946'684'800;
  std::int64_t in_cycle = (seconds - year_2000) % cycle;
  if (in_cycle < 0) in_cycle += cycle;
  in_cycle += year_2000;
  const std::int64_t local = in_cycle + standard;
  const std::int64_t days = (local >= 0 ? local : local - day_seconds + 1) / day_seconds;
  const std::int64_t year = base::Date::from_days(days).civil().year;
  std::array<std::pair<std::int64_t, bool>, 6> changes;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::int64_t near = year - 1 + static_cast<std::int64_t>(i);
    changes[2 * i] = {begin.in_year(near) - standard, true};
    changes[2 * i + 1] = {end.in_year(near) - summer, false};
  }
  std::sort(changes.begin(), changes.end());
  bool in_summer = !changes[0].second;
  for (const auto& [instant, starts] : changes) {
    if (instant <= in_cycle) in_summer = starts;
  }
  return in_summer ? summer : standard;
}

bool ZoneRules::read_year_day(std::string_view& text, YearDay& day) {
  if (take(text, 'M')) {
    day.form = YearDay::Form::MonthWeekDay;
    if (!take_number(text, day.month, 12) || day.month < 1 || !take(text, '.') || !take_number(text, day.week, 5) ||
        day.week < 1 || !take(text, '.') || !take_number(text, day.day, 6)) {
      return false;
    }
  } else if (take(text, 'J')) {
    day.form = YearDay::Form::JulianWithoutLeapDay;
    if (!take_number(text, day.day, 365) || day.day < 1) return false;
  } else {
    day.form = YearDay::Form::DayOfYear;
    if (!take_number(text, day.day, 365)) return false;
  }
  return !take(text, '/') || take_time(text, day.seconds);
}

bool ZoneRules::read_rule(std::string_view text, Rule& rule) {
  // POSIX counts offsets westwards: "CET-1" is UTC+1.
  if (!take_name(text) || !take_time(text, rule.standard)) return false;
  rule.standard = -rule.standard;
  if (text.empty()) return true;
  if (!take_name(text)) return false;
  rule.has_summer = true;
  rule.summer = rule.standard + 3600;
  if (!text.empty() && text[0] != ',') {
    if (!take_time(text, rule.summer)) return false;
    rule.summer = -rule.summer;
  }
  return take(text, ',') && read_year_day(text, rule.begin) && take(text, ',') && read_year_day(text, rule.end) &&
         text.empty();
}

std::unique_ptr<const ZoneRules> ZoneRules::read(std::string_view bytes) {
  Cursor cursor{bytes};
  const std::optional<Header> old = read_header(cursor);
  if (!old || old->version < '2') return nullptr;
  const auto& o = old->counts;
  cursor.skip(o[3] * 5 + o[4] * 6 + o[5] + o[2] * 8 + o[1] + o[0]);
  const std::optional<Header> header = read_header(cursor);
  if (!header) return nullptr;
  const auto& [isutc, isstd, leap, time, type, character] = header->counts;
  if (type == 0 || leap != 0) return nullptr;

  auto rules = std::make_unique<ZoneRules>();
  rules->times_.reserve(time);
  for (std::size_t i = 0; i < time; ++i) rules->times_.push_back(cursor.number(8));
  std::vector<std::size_t> types(time);
  for (std::size_t& index : types) index = static_cast<std::size_t>(cursor.number(1) & 0xFF);
  std::vector<std::int32_t> offsets(type);
  for (std::int32_t& offset : offsets) {
    const std::int64_t value = cursor.number(4);
    if (value < -offset_maximum || value > offset_maximum) return nullptr;
    offset = static_cast<std::int32_t>(value);
    cursor.skip(2);
  }
  cursor.skip(character + isstd + isutc);
  if (!cursor.good || !std::is_sorted(rules->times_.begin(), rules->times_.end())) return nullptr;
  for (const std::size_t index : types) {
    if (index >= offsets.size()) return nullptr;
    rules->offsets_.push_back(offsets[index]);
  }
  rules->first_offset_ = offsets[0];
  if (!take(cursor.bytes, '\n')) return nullptr;
  const std::size_t end = cursor.bytes.find('\n');
  if (end == std::string_view::npos) return nullptr;
  const std::string_view footer = cursor.bytes.substr(0, end);
  if (!footer.empty()) {
    if (!read_rule(footer, rules->rule_)) return nullptr;
    rules->has_rule_ = true;
  }
  return rules;
}

std::unique_ptr<const ZoneRules> ZoneRules::load(std::string_view id) {
  if (!is_zone_id(id)) return nullptr;
  const char* folder = std::getenv("TZDIR");
  std::ifstream file(
      std::string(folder != nullptr && *folder == '/' ? folder : "/usr/share/zoneinfo") + "/" + std::string(id),
      std::ios::binary);
  if (!file) return nullptr;
  std::string bytes(file_bytes_maximum, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return read(bytes);
}

std::int32_t ZoneRules::offset_at_instant(std::int64_t seconds) const {
  if (has_rule_ && (times_.empty() || seconds >= times_.back())) return rule_.offset_at(seconds);
  const auto after = std::upper_bound(times_.begin(), times_.end(), seconds) - times_.begin();
  return after == 0 ? first_offset_ : offsets_[static_cast<std::size_t>(after) - 1];
}

std::int32_t ZoneRules::offset_at_local(std::int64_t seconds) const {
  // Offsets are below a day, so the instant meant lies between these two.
  const std::int32_t before = offset_at_instant(seconds - day_seconds);
  const std::int32_t after = offset_at_instant(seconds + day_seconds);
  if (before == after) return before;
  const bool before_holds = offset_at_instant(seconds - before) == before;
  const bool after_holds = offset_at_instant(seconds - after) == after;
  if (before_holds && after_holds) return std::max(before, after);  // the greater offset is the earlier instant
  return after_holds ? after : before;
}

std::int32_t ZoneRules::standard_offset() const {
  // Dublin's rule calls winter time the exception; standard time in the usual sense is the lesser offset.
  if (has_rule_) return rule_.has_summer ? std::min(rule_.standard, rule_.summer) : rule_.standard;
  return offsets_.empty() ? first_offset_ : offsets_.back();
}

}  // namespace yuanqu::feel::detail
