#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

std::optional<Value> civil_property(Evaluation& evaluation, const Value& moving, base::Date date,
                                    std::string_view name) {
  DateComponent component = DateComponent::Other;
  base::Civil civil = date.civil();
  std::optional<Value> result;
  if (name == "year") {
    result = Value(civil.year);
    component = DateComponent::Year;
  } else if (name == "month") {
    result = Value(civil.month);
    component = DateComponent::Month;
  } else if (name == "day") {
    result = Value(civil.day);
    component = DateComponent::Day;
  } else if (name == "weekday") {
    result = Value(date.weekday());
    component = DateComponent::Weekday;
  }
  if (result && evaluation.horizon() != nullptr) note_component(*evaluation.horizon(), moving, component);
  return result;
}

std::optional<Value> clock_property(const Time& time, std::string_view name) {
  if (name == "hour") return Value(time.hour());
  if (name == "minute") return Value(time.minute());
  if (name == "second") return Value(time.second());
  if (name == "timezone") {
    std::optional<std::string_view> id = time.timezone();
    return id ? Value(*id) : Value();
  }
  return std::nullopt;
}

Value offset_value(const std::optional<DaysTimeDuration>& offset) { return offset ? Value(*offset) : Value(); }

std::optional<Value> property(Evaluation& evaluation, const Value& value, std::string_view name) {
  switch (value.kind()) {
    case Kind::Date:
      if (name == "value") return Value(value.date().days() * 86'400);
      return civil_property(evaluation, value, value.date(), name);
    case Kind::DateTime: {
      const DateTime& at = value.date_time();
      if (name == "time offset") return offset_value(at.time_offset());
      if (name == "value") return Value(at.instant().seconds);
      if (std::optional<Value> result = civil_property(evaluation, value, at.date, name)) return result;
      return clock_property(at.time, name);
    }
    case Kind::Time: {
      Time time = value.time();
      if (name == "time offset") return offset_value(time.time_offset());
      if (name == "value") return Value(time.nanoseconds / 1'000'000'000 - time.zone.standard_offset().value_or(0));
      return clock_property(time, name);
    }
    case Kind::YearsMonthsDuration: {
      YearsMonthsDuration duration = value.years_months();
      if (name == "years") return Value(duration.years());
      if (name == "months") return Value(duration.months());
      if (name == "value") return Value(duration.total_months);
      return std::nullopt;
    }
    case Kind::DaysTimeDuration: {
      DaysTimeDuration duration = value.days_time();
      if (name == "days") return Value(duration.days());
      if (name == "hours") return Value(duration.hours());
      if (name == "minutes") return Value(duration.minutes());
      if (name == "seconds") return Value(duration.whole_seconds());
      if (name == "value") return Value(duration.total_seconds());
      return std::nullopt;
    }
    case Kind::Range: {
      const Range& range = value.range();
      if (name == "start") return range.low;
      if (name == "end") return range.high;
      if (name == "start included") return Value(range.low_included);
      if (name == "end included") return Value(range.high_included);
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

}  // namespace

bool property_of(Evaluation& evaluation, const Value& value, std::string_view name, Value& result) {
  std::optional<Value> found = property(evaluation, value, name);
  if (!found) {
    result = Value();
    return false;
  }
  if (evaluation.horizon() != nullptr && !value.is(Kind::Date) && !value.is(Kind::Range)) {
    note_use(*evaluation.horizon(), value);
  }
  result = std::move(*found);
  return true;
}

}  // namespace yuanqu::feel
