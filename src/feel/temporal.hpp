#pragma once
// Times, date and times, and durations of FEEL (DMN 1.5, clauses 10.3.2.3.4 to 10.3.2.3.9): values, lexical forms,
// arithmetic. Dates are base::Date.
//
// All types are trivially copyable. Parsing is strict: nullopt for anything the clause does not allow, nothing is
// trimmed. Operations answer nullopt when the result leaves the domain (years ±999,999,999) or the operands do not go
// together (one with a zone, one without). Nothing here asks for the present time. to_string() gives the text of the
// built-in string(); parsing that text gives an identical value back.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/date.hpp"
#include "base/decimal.hpp"

namespace yuanqu::feel {

struct DaysTimeDuration;
struct YearsMonthsDuration;

// Where a clock stands: nowhere stated (local), at a fixed offset from UTC, or at an IANA place ("Europe/Paris").
// Ids are interned for the life of the process; only ids known to the system's tzdata exist, spelled exactly.
class Zone {
 public:
  enum class Kind : std::int32_t { None, Offset, Named };
  static constexpr std::int32_t offset_limit_seconds = 18 * 3600;

  constexpr Zone() = default;  // none
  static constexpr Zone utc() { return Zone(Kind::Offset, 0); }
  static std::optional<Zone> offset(std::int64_t seconds);  // nullopt beyond ±18:00
  static std::optional<Zone> named(std::string_view id);    // nullopt for an unknown id

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_none() const { return kind_ == Kind::None; }
  constexpr std::int32_t offset_seconds() const { return value_; }  // only of kind Offset
  std::string_view id() const;                                      // only of kind Named; lives as long as the process

  // Offset from UTC in seconds at a local date and time; nullopt for none. In a gap of local time (spring) the offset
  // before it holds, in an overlap (autumn) the earlier of the two instants is meant.
  std::optional<std::int32_t> offset_at(base::Date date, std::int64_t nanoseconds_of_day) const;
  // Offset at an instant (seconds since 1970-01-01T00:00:00Z); nullopt for none.
  std::optional<std::int32_t> offset_at_instant(std::int64_t seconds) const;
  // For a time without a date: of a named zone its standard offset by the last known rule, so it never depends on the
  // day.
  std::optional<std::int32_t> standard_offset() const;

  std::string to_string() const;  // "", "Z", "+02:00", "-02:45:55", "@Europe/Paris"
  friend constexpr bool operator==(const Zone&, const Zone&) = default;

 private:
  constexpr Zone(Kind kind, std::int32_t value) : kind_(kind), value_(value) {}
  Kind kind_ = Kind::None;
  std::int32_t value_ = 0;  // offset in seconds, or index of the interned id
};

struct Time {
  std::int64_t nanoseconds = 0;  // of the local day, 0 … 86'399'999'999'999
  Zone zone{};

  // hh:mm:ss[.fraction][Z|±hh:mm[:ss]|@id]; at most nine significant fraction digits; "24:00:00" is midnight.
  static std::optional<Time> parse(std::string_view text);
  // As the built-in time(hour, minute, second, offset): hour 0 … 23, minute 0 … 59, second 0 ≤ s < 60 with a fraction.
  static std::optional<Time> from_parts(base::Decimal hour, base::Decimal minute, base::Decimal second, Zone zone);

  int hour() const { return static_cast<int>(nanoseconds / 3'600'000'000'000); }
  int minute() const { return static_cast<int>(nanoseconds / 60'000'000'000 % 60); }
  int second() const { return static_cast<int>(nanoseconds / 1'000'000'000 % 60); }  // whole seconds
  int nanosecond() const { return static_cast<int>(nanoseconds % 1'000'000'000); }
  base::Decimal second_with_fraction() const;
  std::optional<DaysTimeDuration> time_offset() const;  // nullopt without a zone and with a named one
  std::optional<std::string_view> timezone() const;     // the IANA id; nullopt without one
  std::string to_string() const;

  // The same local time in the same zone, as the built-in is() asks; see equal() and compare() for FEEL's operators.
  friend bool operator==(const Time&, const Time&) = default;
};
static_assert(sizeof(Time) == 16);

// A point in time; for values without a zone counted as if they stood at UTC.
struct Instant {
  std::int64_t seconds = 0;      // since 1970-01-01T00:00:00Z
  std::int32_t nanoseconds = 0;  // 0 … 999'999'999
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

struct DateTime {
  base::Date date{};
  Time time{};

  // DATE "T" TIME as Time::parse says; "T24:00:00" is midnight of the next day.
  static std::optional<DateTime> parse(std::string_view text);
  // As the built-in date and time(from): parse(), or a date alone, which means its midnight without a zone.
  static std::optional<DateTime> parse_or_date(std::string_view text);
  static DateTime midnight_utc(base::Date date) {
    return {date, {0, Zone::utc()}};
  }  // how a date meets a date and time

  // A local time that a named zone shows twice means its first; at() therefore cannot tell the second from it.
  Instant instant() const;
  static std::optional<DateTime> at(Instant instant, Zone zone);  // for none the local fields are those of UTC
  std::optional<DaysTimeDuration> time_offset() const;  // of a named zone: its offset then; nullopt without a zone
  std::string to_string() const;
  friend bool operator==(const DateTime&, const DateTime&) = default;
};

// seconds + nanoseconds / 10^9; nanoseconds has the sign of the whole (or is 0), |nanoseconds| < 10^9.
struct DaysTimeDuration {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;

  static std::optional<DaysTimeDuration> parse(std::string_view text);         // [-]P[nD][T[nH][nM][n[.f]S]]
  static std::optional<DaysTimeDuration> from_seconds(base::Decimal seconds);  // rounds half-even to nanoseconds
  static constexpr DaysTimeDuration of_days(std::int64_t days) { return {days * 86'400, 0}; }

  bool is_negative() const { return seconds < 0 || nanoseconds < 0; }
  // The normalised parts, all with the duration's sign.
  std::int64_t days() const { return seconds / 86'400; }
  int hours() const { return static_cast<int>(seconds / 3'600 % 24); }
  int minutes() const { return static_cast<int>(seconds / 60 % 60); }
  int whole_seconds() const { return static_cast<int>(seconds % 60); }
  base::Decimal seconds_with_fraction() const;  // of the minute
  base::Decimal total_seconds() const;
  DaysTimeDuration negated() const { return {-seconds, -nanoseconds}; }
  std::string to_string() const;  // "P1DT2H3M4.5S", "-PT1H", "PT0S"
  friend auto operator<=>(const DaysTimeDuration&, const DaysTimeDuration&) = default;
};
static_assert(sizeof(DaysTimeDuration) == 16);

struct YearsMonthsDuration {
  std::int64_t total_months = 0;

  static std::optional<YearsMonthsDuration> parse(std::string_view text);  // [-]P[nY][nM]

  std::int64_t years() const { return total_months / 12; }
  int months() const { return static_cast<int>(total_months % 12); }
  YearsMonthsDuration negated() const { return {-total_months}; }
  std::string to_string() const;  // "P1Y2M", "-P3M", "P0M"
  friend auto operator<=>(const YearsMonthsDuration&, const YearsMonthsDuration&) = default;
};

// What an at-literal @"…" holds: the one form that the text has, or nothing.
using Temporal = std::variant<std::monostate, base::Date, Time, DateTime, DaysTimeDuration, YearsMonthsDuration>;
Temporal parse_temporal(std::string_view text);

// FEEL's "=": instants to the second (the components of 10.3.2.3.4 and 10.3.2.3.6 are whole seconds); nullopt when one
// has a zone and the other none.
std::optional<bool> equal(const Time& a, const Time& b);
std::optional<bool> equal(const DateTime& a, const DateTime& b);
// The order of instants to the nanosecond; nullopt when one has a zone and the other none. Times of day are compared on
// one reference day, so 01:00+02:00 comes before 00:00Z.
std::optional<std::strong_ordering> compare(const Time& a, const Time& b);
std::optional<std::strong_ordering> compare(const DateTime& a, const DateTime& b);

// Table 55. A duration's fraction of a day moves a date by whole days, rounded down: 2021-01-02 - PT1H is 2021-01-01.
std::optional<base::Date> add(base::Date date, const YearsMonthsDuration& duration);
std::optional<base::Date> add(base::Date date, const DaysTimeDuration& duration);
std::optional<DateTime> add(const DateTime& at, const YearsMonthsDuration& duration);
std::optional<DateTime> add(const DateTime& at,
                            const DaysTimeDuration& duration);  // elapsed time, across changes of offset
Time add(const Time& time, const DaysTimeDuration& duration);   // around midnight
std::optional<DaysTimeDuration> add(const DaysTimeDuration& a, const DaysTimeDuration& b);
std::optional<YearsMonthsDuration> add(const YearsMonthsDuration& a, const YearsMonthsDuration& b);

DaysTimeDuration difference(base::Date a, base::Date b);  // a - b
std::optional<DaysTimeDuration> difference(const Time& a, const Time& b);
std::optional<DaysTimeDuration> difference(const DateTime& a, const DateTime& b);
// Whole months from one date to another, towards zero: the built-in years and months duration().
YearsMonthsDuration months_between(base::Date from, base::Date to);

std::optional<DaysTimeDuration> multiply(const DaysTimeDuration& duration, base::Decimal factor);
std::optional<DaysTimeDuration> divide(const DaysTimeDuration& duration, base::Decimal divisor);
std::optional<base::Decimal> divide(const DaysTimeDuration& a, const DaysTimeDuration& b);
// Months are rounded towards zero.
std::optional<YearsMonthsDuration> multiply(const YearsMonthsDuration& duration, base::Decimal factor);
std::optional<YearsMonthsDuration> divide(const YearsMonthsDuration& duration, base::Decimal divisor);
std::optional<base::Decimal> divide(const YearsMonthsDuration& a, const YearsMonthsDuration& b);

}  // namespace yuanqu::feel
