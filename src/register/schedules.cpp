#include "register/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace yuanqu::register_ {

using base::Date;
using base::Result;

namespace {

Date civil(std::int64_t year, int month, int day) { return base::Date::from_civil(year, month, day).value_or(Date{}); }
Date day_before(Date day) { return Date::from_days(day.days() - 1); }

// Reads members of a record on a day.
class Members {
 public:
  Members(const Kind& kind, const RecordState& state, Date day) : kind_(kind), state_(state), day_(day) {}
  const Value& value(std::string_view member) const {
    static const Value nothing;
    const Field* field = kind_.member(member);
    if (field == nullptr) return nothing;
    const Reading reading = read_plain(state_, *field, day_);
    return reading.fact == nullptr ? nothing : reading.fact->value;
  }
  std::string text(std::string_view member) const { return value(member).text(); }
  std::int64_t integer(std::string_view member) const {
    const Value& one = value(member);
    return one.type() == ValueType::Number ? one.scaled(0).value_or(0) : 0;
  }
  std::optional<Date> date(std::string_view member) const {
    const Value& one = value(member);
    return one.type() == ValueType::Date ? std::optional(one.as_date()) : std::nullopt;
  }
  RecordId reference(std::string_view member) const {
    const Value& one = value(member);
    return one.type() == ValueType::Reference ? one.as_reference() : 0;
  }
  std::vector<std::string> texts(std::string_view member) const {
    std::vector<std::string> all;
    for (const Value& item : value(member).items()) all.push_back(item.text());
    return all;
  }

 private:
  const Kind& kind_;
  const RecordState& state_;
  Date day_;
};

}  // namespace

ReportingPeriod period_of(Cycle cycle, Date day) {
  const base::Civil at = day.civil();
  switch (cycle) {
    case Cycle::Week: {
      const Date begin = Date::from_days(day.days() - (day.weekday() - 1));
      return {begin, Date::from_days(begin.days() + 6)};
    }
    case Cycle::Month: {
      const Date begin = civil(at.year, at.month, 1);
      return {begin, day_before(begin.plus_months(1).value_or(begin))};
    }
    case Cycle::Quarter: {
      const Date begin = civil(at.year, (at.month - 1) / 3 * 3 + 1, 1);
      return {begin, day_before(begin.plus_months(3).value_or(begin))};
    }
    case Cycle::Year: break;
  }
  return {civil(at.year, 1, 1), civil(at.year, 12, 31)};
}

ReportingPeriod after(Cycle cycle, const ReportingPeriod& period) {
  return period_of(cycle, Date::from_days(period.end.days() + 1));
}

std::string name_of(Cycle cycle, const ReportingPeriod& period) {
  const base::Civil at = period.begin.civil();
  switch (cycle) {
    case Cycle::Week:
      return fmt::format("{}-W{:02}", Date::from_days(period.begin.days() + 3).civil().year, period.begin.iso_week());
    case Cycle::Month: return fmt::format("{}-{:02}", at.year, at.month);
    case Cycle::Quarter: return fmt::format("{}-Q{}", at.year, (at.month - 1) / 3 + 1);
    case Cycle::Year: break;
  }
  return fmt::format("{}", at.year);
}

Date Schedule::due_on(const ReportingPeriod& period) const { return Date::from_days(period.end.days() + days); }

Result<std::vector<Schedule>> read_schedules(Register& records, Date day) {
  std::vector<Schedule> schedules;
  const Catalogue& catalogue = records.catalogue();
  const Kind* kind = catalogue.playing("schedule");
  if (kind == nullptr) return schedules;
  auto read = records.for_each(*kind, [&](RecordState&& state) {
    if (state.alias_of != 0) return true;
    const Members of(*kind, state, day);
    Schedule schedule;
    schedule.source = catalogue.source(std::string_view(of.text("source")));
    schedule.kind = catalogue.kind(std::string_view(of.text("delivers")));
    const auto first = of.date("first");
    if (schedule.source == nullptr || schedule.kind == nullptr || !first) return true;
    schedule.record = state.id;
    schedule.file = state.file;
    schedule.code = of.text("code");
    schedule.name = of.text("name");
    const std::string content = of.text("content"), cycle = of.text("period");
    schedule.content = content == "period" ? Content::Period : content == "events" ? Content::Events : Content::State;
    schedule.cycle = cycle == "week"      ? Cycle::Week
                     : cycle == "quarter" ? Cycle::Quarter
                     : cycle == "year"    ? Cycle::Year
                                          : Cycle::Month;
    schedule.days = static_cast<int>(of.integer("days"));
    schedule.first = *first;
    schedule.mapping = of.texts("mapping");
    schedule.officer = of.reference("officer");
    if (const Value& bureau = [&]() -> const Value& {
          const Reading reading = read_plain(state, *kind->field(kind->belongs_to), day);
          static const Value nothing;
          return reading.fact == nullptr ? nothing : reading.fact->value;
        }();
        bureau.type() == ValueType::Reference)
      schedule.bureau = bureau.as_reference();
    schedule.purposes = of.texts("purposes");
    for (const std::string& name : of.texts("fields")) {
      if (const Field* field = schedule.kind->field(std::string_view(name))) schedule.fields.push_back(field->number);
    }
    if (const Value& bound = of.value("bound"); bound.type() == ValueType::Number) schedule.bound = bound.as_decimal();
    schedule.late_from = of.date("late");
    schedule.late_since = of.date("overdue");
    schedule.respondent = of.reference("respondent");
    schedule.key = of.text("key");
    schedule.closed = read_closed(state, day).closed;
    schedules.push_back(std::move(schedule));
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  std::sort(schedules.begin(), schedules.end(), [](const Schedule& a, const Schedule& b) { return a.code < b.code; });
  return schedules;
}

Result<std::vector<DeliveryRecord>> read_deliveries(Register& records, Date day, RecordId schedule) {
  std::vector<DeliveryRecord> deliveries;
  const Kind* kind = records.catalogue().playing("delivery");
  if (kind == nullptr) return deliveries;
  auto read = records.for_each(*kind, [&](RecordState&& state) {
    if (state.alias_of != 0 || read_closed(state, day).closed) return true;
    const Members of(*kind, state, day);
    DeliveryRecord one;
    one.record = state.id;
    one.schedule = of.reference("schedule");
    if (one.schedule == 0 || (schedule != 0 && one.schedule != schedule)) return true;
    one.number = of.text("number");
    one.period = {of.date("begin").value_or(Date{}), of.date("end").value_or(Date{})};
    one.arrived = of.date("arrived").value_or(Date{});
    one.file_name = of.text("file");
    one.rows = of.integer("rows");
    one.fresh = of.integer("fresh");
    one.gone = of.integer("gone");
    one.changed = of.integer("changed");
    one.refused = of.integer("refused");
    one.issued_ms = of.integer("issued");
    one.signature = of.text("signature");
    deliveries.push_back(std::move(one));
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  std::sort(deliveries.begin(), deliveries.end(), [](const DeliveryRecord& a, const DeliveryRecord& b) {
    return a.period.begin != b.period.begin ? a.period.begin > b.period.begin : a.record > b.record;
  });
  return deliveries;
}

std::optional<ReportingPeriod> first_missing(const Schedule& schedule, const std::vector<DeliveryRecord>& deliveries,
                                             Date day) {
  for (ReportingPeriod period = period_of(schedule.cycle, schedule.first); period.end < day;
       period = after(schedule.cycle, period)) {
    const bool there = std::any_of(deliveries.begin(), deliveries.end(), [&](const DeliveryRecord& one) {
      return one.schedule == schedule.record && one.period.begin == period.begin;
    });
    if (!there) return period;
  }
  return std::nullopt;
}

Result<void> pass_day(Register& records, Date day) {
  const Kind* kind = records.catalogue().playing("schedule");
  if (kind == nullptr) return {};
  const Field* late = kind->member("late");
  const Field* overdue = kind->member("overdue");
  if (late == nullptr || overdue == nullptr || late->sources.empty()) return {};
  auto schedules = read_schedules(records, day);
  if (!schedules) return tl::unexpected(schedules.error());
  auto deliveries = read_deliveries(records, day);
  if (!deliveries) return tl::unexpected(deliveries.error());
  std::vector<Write> writes;
  for (const Schedule& schedule : *schedules) {
    auto missing = schedule.closed ? std::nullopt : first_missing(schedule, *deliveries, day);
    if (missing && schedule.due_on(*missing) >= day) missing.reset();  // owed, not yet late
    const std::optional<Date> from = missing ? std::optional(missing->begin) : std::nullopt;
    if (from == schedule.late_from) continue;
    Write write;
    write.kind = kind;
    write.record = schedule.record;
    write.source = late->sources.front();
    if (schedule.late_from) {  // it came after all: for every day it was thought late
      write.effective_from = schedule.late_since.value_or(day);
      write.reason = "到件，逾期解除";
      write.values = {{late->number, Value()}, {overdue->number, Value()}};
      writes.push_back(write);
    }
    if (missing) {
      const Date since = Date::from_days(schedule.due_on(*missing).days() + 1);
      write.effective_from = since;
      write.reason = "到期未到件";
      write.values = {{late->number, Value::date(missing->begin)}, {overdue->number, Value::date(since)}};
      writes.push_back(std::move(write));
    }
  }
  if (writes.empty()) return {};
  auto written = records.write(Viewer::system(), std::move(writes));
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace yuanqu::register_
