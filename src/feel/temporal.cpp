// Lexical forms: reading and writing. XML Schema part 2, sections 3.2.6 to 3.2.9, with FEEL's "@zone" (10.3.2.3.4).

#include "feel/temporal.hpp"

#include <limits>

#include "base/text.hpp"
#include "feel/temporal_parts.hpp"

namespace yuanqu::feel {

using base::is_digit;
using detail::append_two;
using detail::day_nanoseconds;
using detail::second_nanoseconds;

namespace {

// A text consumed from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }

  bool take(char c) {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly two digits, at most `maximum`.
  bool two_digits(int& number, int maximum) {
    if (rest_.size() < 2 || !is_digit(rest_[0]) || !is_digit(rest_[1])) return false;
    number = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return number <= maximum;
  }
  // One digit or more; false without one or beyond int64.
  bool digits(std::int64_t& number) {
    number = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, rest_[count] - '0', &number)) {
        return false;
      }
    }
    rest_.remove_prefix(count);
    return count > 0;
  }
  // The digits after a point, as nanoseconds; false when more than nine of them matter, which we could not keep.
  bool fraction(std::int32_t& nanoseconds, std::size_t digits_minimum) {
    nanoseconds = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (count < 9) {
        nanoseconds = nanoseconds * 10 + (rest_[count] - '0');
      } else if (rest_[count] != '0') {
        return false;
      }
    }
    for (std::size_t i = count; i < 9; ++i) nanoseconds *= 10;
    rest_.remove_prefix(count);
    return count >= digits_minimum;
  }

 private:
  std::string_view rest_;
};

// What stands after the seconds; consumes everything.
std::optional<Zone> read_zone(Scanner& scanner) {
  if (scanner.at_end()) return Zone();
  // Lower case too: the examples of table 83 write "23:00:50z".
  if (scanner.take('Z') || scanner.take('z')) return scanner.at_end() ? std::optional(Zone::utc()) : std::nullopt;
  if (scanner.take('@')) return Zone::named(scanner.rest());
  const bool negative = scanner.take('-');
  if (!negative && !scanner.take('+')) return std::nullopt;
  int hours = 0, minutes = 0, seconds = 0;
  if (!scanner.two_digits(hours, 18) || !scanner.take(':') || !scanner.two_digits(minutes, 59)) return std::nullopt;
  // Seconds are beyond XML Schema, but time() can make such offsets and string() shows them.
  if (scanner.take(':') && !scanner.two_digits(seconds, 59)) return std::nullopt;
  if (!scanner.at_end()) return std::nullopt;
  const int magnitude = hours * 3600 + minutes * 60 + seconds;
  return Zone::offset(negative ? -magnitude : magnitude);
}

// A time whose nanoseconds may be those of 24:00:00.
std::optional<Time> read_time(std::string_view text) {
  Scanner scanner(text);
  int hour = 0, minute = 0, second = 0;
  if (!scanner.two_digits(hour, 24) || !scanner.take(':') || !scanner.two_digits(minute, 59) || !scanner.take(':') ||
      !scanner.two_digits(second, 59)) {
    return std::nullopt;
  }
  std::int32_t fraction = 0;
  if (scanner.take('.') && !scanner.fraction(fraction, 1)) return std::nullopt;
  if (hour == 24 && (minute != 0 || second != 0 || fraction != 0)) return std::nullopt;
  const std::optional<Zone> zone = read_zone(scanner);
  if (!zone) return std::nullopt;
  return Time{(hour * 3600LL + minute * 60LL + second) * second_nanoseconds + fraction, *zone};
}

// ".5", nothing for zero.
void append_fraction(std::string& text, int nanoseconds) {
  if (nanoseconds == 0) return;
  std::string digits = std::to_string(nanoseconds);
  digits.insert(0, 9 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  text += '.';
  text += digits;
}

}  // namespace

std::optional<Time> Time::parse(std::string_view text) {
  std::optional<Time> time = read_time(text);
  if (time && time->nanoseconds == day_nanoseconds) time->nanoseconds = 0;
  return time;
}

std::optional<Time> Time::from_parts(base::Decimal hour, base::Decimal minute, base::Decimal second, Zone zone) {
  const std::optional<std::int64_t> hours = hour.to_int64();
  const std::optional<std::int64_t> minutes = minute.to_int64();
  if (!hours || *hours < 0 || *hours > 23 || !minutes || *minutes < 0 || *minutes > 59) return std::nullopt;
  if (second.is_negative() || second >= base::Decimal(60)) return std::nullopt;
  const std::optional<base::Decimal> kept = round_to(second, 9, base::Rounding::Down);
  const std::optional<std::int64_t> nanos = kept ? kept->to_scaled(9) : std::nullopt;
  if (!nanos) return std::nullopt;
  return Time{(*hours * 3600 + *minutes * 60) * second_nanoseconds + *nanos, zone};
}

base::Decimal Time::second_with_fraction() const {
  return base::Decimal::from_scaled(nanoseconds % (60 * second_nanoseconds), 9);
}

std::optional<DaysTimeDuration> Time::time_offset() const {
  if (zone.kind() != Zone::Kind::Offset) return std::nullopt;
  return DaysTimeDuration{zone.offset_seconds(), 0};
}

std::optional<std::string_view> Time::timezone() const {
  if (zone.kind() != Zone::Kind::Named) return std::nullopt;
  return zone.id();
}

std::string Time::to_string() const {
  std::string text;
  append_two(text, hour());
  text += ':';
  append_two(text, minute());
  text += ':';
  append_two(text, second());
  append_fraction(text, nanosecond());
  return text + zone.to_string();
}

std::optional<DateTime> DateTime::parse(std::string_view text) {
  const std::size_t separator = text.find('T');
  if (separator == std::string_view::npos) return std::nullopt;
  const std::optional<base::Date> date = base::Date::parse(text.substr(0, separator));
  std::optional<Time> time = read_time(text.substr(separator + 1));
  if (!date || !time) return std::nullopt;
  if (time->nanoseconds < day_nanoseconds) return DateTime{*date, *time};
  const std::optional<base::Date> next = date->plus_days(1);
  if (!next) return std::nullopt;
  return DateTime{*next, {0, time->zone}};
}

std::optional<DateTime> DateTime::parse_or_date(std::string_view text) {
  if (std::optional<DateTime> at = parse(text)) return at;
  const std::optional<base::Date> date = base::Date::parse(text);
  if (!date) return std::nullopt;
  return DateTime{*date, {}};
}

std::optional<DaysTimeDuration> DateTime::time_offset() const {
  const std::optional<std::int32_t> offset = time.zone.offset_at(date, time.nanoseconds);
  if (!offset) return std::nullopt;
  return DaysTimeDuration{*offset, 0};
}

std::string DateTime::to_string() const { return date.to_string() + "T" + time.to_string(); }

std::optional<DaysTimeDuration> DaysTimeDuration::parse(std::string_view text) {
  Scanner scanner(text);
  const bool negative = scanner.take('-');
  if (!scanner.take('P')) return std::nullopt;
  __extension__ using Wide = __int128;
  Wide total = 0;
  std::int32_t nanos = 0;
  std::int64_t number = 0;
  bool any = false;
  if (is_digit(scanner.peek())) {
    if (!scanner.digits(number) || !scanner.take('D')) return std::nullopt;
    total = static_cast<Wide>(number) * 86'400;
    any = true;
  }
  if (scanner.take('T')) {
    // The designators in their order, each at most once, at least one.
    static constexpr std::string_view designators = "HMS";
    static constexpr std::int64_t weights[] = {3600, 60, 1};
    std::size_t next = 0;
    if (scanner.at_end()) return std::nullopt;
    while (!scanner.at_end()) {
      if (!scanner.digits(number)) return std::nullopt;
      const bool fraction = scanner.take('.');
      if (fraction && !scanner.fraction(nanos, 0)) return std::nullopt;
      const std::size_t which = designators.find(scanner.peek());
      if (scanner.at_end() || which == std::string_view::npos || which < next || (fraction && which != 2)) {
        return std::nullopt;
      }
      scanner.take(scanner.peek());
      total += static_cast<Wide>(number) * weights[which];
      next = which + 1;
    }
    any = true;
  }
  // One second of room keeps every sign change and carry inside int64.
  if (!any || !scanner.at_end() || total >= std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  const auto seconds = static_cast<std::int64_t>(total);
  return DaysTimeDuration{negative ? -seconds : seconds, negative ? -nanos : nanos};
}

base::Decimal DaysTimeDuration::seconds_with_fraction() const {
  return base::Decimal::from_scaled(seconds % 60 * second_nanoseconds + nanoseconds, 9);
}

std::string DaysTimeDuration::to_string() const {
  if (seconds == 0 && nanoseconds == 0) return "PT0S";
  std::string text = is_negative() ? "-P" : "P";
  const auto magnitude = [](std::int64_t number) { return number < 0 ? -number : number; };
  const auto part = [&text, &magnitude](std::int64_t number, char designator) {
    if (number != 0) text += std::to_string(magnitude(number)) + designator;
  };
  part(days(), 'D');
  if (seconds % 86'400 == 0 && nanoseconds == 0) return text;
  text += 'T';
  part(hours(), 'H');
  part(minutes(), 'M');
  if (whole_seconds() != 0 || nanoseconds != 0) {
    text += std::to_string(magnitude(whole_seconds()));
    append_fraction(text, static_cast<int>(magnitude(nanoseconds)));
    text += 'S';
  }
  return text;
}

std::optional<YearsMonthsDuration> YearsMonthsDuration::parse(std::string_view text) {
  Scanner scanner(text);
  const bool negative = scanner.take('-');
  if (!scanner.take('P') || scanner.at_end()) return std::nullopt;
  std::int64_t number = 0, total = 0;
  if (!scanner.digits(number)) return std::nullopt;
  if (scanner.take('Y')) {
    if (__builtin_mul_overflow(number, 12, &total)) return std::nullopt;
    if (!scanner.at_end()) {
      if (!scanner.digits(number) || !scanner.take('M') || __builtin_add_overflow(total, number, &total)) {
        return std::nullopt;
      }
    }
  } else {
    if (!scanner.take('M')) return std::nullopt;
    total = number;
  }
  if (!scanner.at_end()) return std::nullopt;
  return YearsMonthsDuration{negative ? -total : total};
}

std::string YearsMonthsDuration::to_string() const {
  if (total_months == 0) return "P0M";
  std::string text = total_months < 0 ? "-P" : "P";
  const std::int64_t whole = years() < 0 ? -years() : years();
  const int rest = months() < 0 ? -months() : months();
  if (whole != 0) text += std::to_string(whole) + "Y";
  if (rest != 0) text += std::to_string(rest) + "M";
  return text;
}

Temporal parse_temporal(std::string_view text) {
  if (text.empty()) return {};
  if (text.find('P') <= 1) {
    if (const auto duration = DaysTimeDuration::parse(text)) return *duration;
    if (const auto duration = YearsMonthsDuration::parse(text)) return *duration;
    return {};
  }
  if (const auto date = base::Date::parse(text)) return *date;
  if (const auto time = Time::parse(text)) return *time;
  if (const auto at = DateTime::parse(text)) return *at;
  return {};
}

}  // namespace yuanqu::feel
