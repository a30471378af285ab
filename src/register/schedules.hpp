#pragma once
// Schedules: the register of data sources as its records say it (kinds that play the parts "schedule" and "delivery"):
// what is delivered for which period, by when, and what is missing. A period is owed from the day it is over; it is due
// on the n-th day after its end, and late from the day after that until its delivery is recorded.
//
// pass_day() records what became late and takes back what is no longer; it is called when the zone's day has moved and
// after a delivery. Lateness is written from the day it began, so what is known later about that day is read back too.

#include <optional>
#include <string>
#include <vector>

#include "register/register.hpp"
#include "register/source_book.hpp"

namespace yuanqu::register_ {

enum class Cycle : std::uint8_t { Week, Month, Quarter, Year };

struct ReportingPeriod {
  base::Date begin;
  base::Date end;  // last day
  friend bool operator==(const ReportingPeriod&, const ReportingPeriod&) = default;
};
ReportingPeriod period_of(Cycle cycle, base::Date day);  // that holds the day; weeks begin on Monday
ReportingPeriod after(Cycle cycle, const ReportingPeriod& period);
std::string name_of(Cycle cycle, const ReportingPeriod& period);  // "2026", "2026-Q1", "2026-02", "2026-W07"

struct Schedule {
  RecordId record = 0;
  FileId file = 0;
  std::string code;
  std::string name;
  const Source* source = nullptr;
  const Kind* kind = nullptr;  // of what it delivers
  Content content = Content::State;
  Cycle cycle = Cycle::Month;
  int days = 0;  // after the end of the period
  base::Date first;
  std::vector<std::string> mapping;  // "header = field [unit]"; "@year = field" for what the period says
  RecordId officer = 0;
  RecordId bureau = 0;
  std::vector<std::string> purposes;
  std::vector<FieldNumber> fields;
  std::optional<base::Decimal> bound;
  std::optional<base::Date> late_from;   // begin of the missing period …
  std::optional<base::Date> late_since;  // … and since when it is late
  RecordId respondent = 0;               // the file that alone tells it; 0: a department does
  std::string key;                       // public key of signed deliveries; empty: none is taken
  bool closed = false;

  base::Date due_on(const ReportingPeriod& period) const;
};

struct DeliveryRecord {
  RecordId record = 0;
  RecordId schedule = 0;
  std::string number;
  ReportingPeriod period;
  base::Date arrived;
  std::string file_name;
  std::int64_t rows = 0, fresh = 0, gone = 0, changed = 0, refused = 0;
  std::int64_t issued_ms = 0;  // of a signed one
  std::string signature;
};

// All of them, by code. Schedules whose source or kind no pack knows are left out.
base::Result<std::vector<Schedule>> read_schedules(Register& records, base::Date day);
base::Result<std::vector<DeliveryRecord>> read_deliveries(Register& records, base::Date day,
                                                          RecordId schedule = 0);  // newest period first
// The first period that is owed and not delivered; nullopt when the source is up to date.
std::optional<ReportingPeriod> first_missing(const Schedule& schedule, const std::vector<DeliveryRecord>& deliveries,
                                             base::Date day);
base::Result<void> pass_day(Register& records, base::Date day);

}  // namespace yuanqu::register_
