#pragma once
// The offsets of one IANA zone over all time, read from the system's tzdata (TZif files, RFC 8536): listed transitions,
// and after the last of them the file's closing rule, without end. (Howard Hinnant's tz library, which Debian builds on
// the same files, ignores that rule: it has no summer time after 2037.) Before the first transition the zone's first
// type holds. Immutable after load().

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace yuanqu::feel::detail {

class ZoneRules {
 public:
  // Null when there is no such zone or its file is damaged. Ids are exact; what only names this machine's choice
  // ("localtime") or another reckoning of time ("right/…", "posix/…") is no zone.
  static std::unique_ptr<const ZoneRules> load(std::string_view id);
  static std::unique_ptr<const ZoneRules> read(std::string_view bytes);  // of a TZif file

  std::int32_t offset_at_instant(std::int64_t seconds) const;  // seconds since 1970-01-01T00:00:00Z
  // At a local time, given as if it stood at UTC. In a gap: the offset before it; in an overlap: the earlier instant's.
  std::int32_t offset_at_local(std::int64_t seconds) const;
  std::int32_t standard_offset() const;

 private:
  // A day and time of every year: "M3.5.0/2" (fifth, that is last, Sunday of March at 02:00), "J60", "59".
  struct YearDay {
    enum class Form { MonthWeekDay, JulianWithoutLeapDay, DayOfYear };
    Form form = Form::DayOfYear;
    int month = 0, week = 0, day = 0;
    std::int32_t seconds = 7200;
    std::int64_t in_year(std::int64_t year) const;  // local seconds since the epoch
  };
  // The closing rule, a POSIX TZ string as RFC 8536 section 3.3 widens it.
  struct Rule {
    std::int32_t standard = 0;
    std::int32_t summer = 0;
    bool has_summer = false;
    YearDay begin{}, end{};
    std::int32_t offset_at(std::int64_t seconds) const;
  };
  static bool read_rule(std::string_view text, Rule& rule);
  static bool read_year_day(std::string_view& text, YearDay& day);

  std::vector<std::int64_t> times_;    // ascending
  std::vector<std::int32_t> offsets_;  // from each of times_ on
  std::int32_t first_offset_ = 0;      // before all of them
  bool has_rule_ = false;
  Rule rule_{};
};

}  // namespace yuanqu::feel::detail
