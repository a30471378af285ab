// Conversion functions, table 72; is() and not().
#include <algorithm>

#include "feel/builtins.hpp"
#include "feel/compare.hpp"
#include "feel/expression.hpp"
#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

using base::Decimal;

Value invalid_text(const Call& call, const Value& text) {
  std::string shown = text.is(Kind::String) ? quoted_for_message(text.text()) : std::string(name_of(text.kind()));
  return call.fail(Suppressed::Code::InvalidText, "不能转换 " + shown + "，请检查格式。",
                   "cannot convert " + shown + "; check its form.");
}

template <class T>
Value parsed(const Call& call, const std::optional<T>& result) {
  return result ? Value(*result) : invalid_text(call, call[0]);
}

std::optional<std::int64_t> integer(const Value& number) { return number.number().to_int64(); }

Value date(const Call& call) {
  if (call.signature() == 1) {
    auto year = integer(call[0]);
    auto month = integer(call[1]);
    auto day = integer(call[2]);
    bool in_range = year && month && day && *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31;
    std::optional<base::Date> made =
        in_range ? base::Date::from_civil(*year, static_cast<int>(*month), static_cast<int>(*day)) : std::nullopt;
    if (made) return Value(*made);
    return call.fail(Suppressed::Code::OutOfRange, "没有这一天。", "there is no such day.");
  }
  switch (call[0].kind()) {
    case Kind::String: return parsed(call, base::Date::parse(call[0].text()));
    case Kind::Date: return call[0];
    case Kind::DateTime: return Value(call[0].date_time().date);
    default: return invalid_text(call, call[0]);
  }
}

Value date_and_time(const Call& call) {
  if (call.signature() == 1) {
    base::Date day = call[0].is(Kind::Date) ? call[0].date() : call[0].date_time().date;
    if (!call[1].is(Kind::Time))
      return call.fail(Suppressed::Code::WrongType, "第二个参数须是时间。", "the second argument must be a time.");
    return Value(DateTime{day, call[1].time()});
  }
  switch (call[0].kind()) {
    case Kind::String: return parsed(call, DateTime::parse_or_date(call[0].text()));
    case Kind::DateTime: return call[0];
    case Kind::Date: return Value(DateTime::midnight_utc(call[0].date()));
    default: return invalid_text(call, call[0]);
  }
}

Value time(const Call& call) {
  if (call.signature() == 1) {
    Zone zone;
    if (!call[3].is_null()) {
      DaysTimeDuration offset = call[3].days_time();
      std::optional<Zone> made = offset.nanoseconds == 0 ? Zone::offset(offset.seconds) : std::nullopt;
      if (!made)
        return call.fail(Suppressed::Code::OutOfRange, "时差须在 ±18:00 之内。", "the offset must lie within ±18:00.");
      zone = *made;
    }
    std::optional<Time> made = Time::from_parts(call[0].number(), call[1].number(), call[2].number(), zone);
    if (made) return Value(*made);
    return call.fail(Suppressed::Code::OutOfRange, "没有这个时刻。", "there is no such time.");
  }
  switch (call[0].kind()) {
    case Kind::String: return parsed(call, Time::parse(call[0].text()));
    case Kind::Time: return call[0];
    case Kind::DateTime: return Value(call[0].date_time().time);
    case Kind::Date: return Value(Time{0, Zone::utc()});
    default: return invalid_text(call, call[0]);
  }
}

// number(from, grouping separator, decimal separator)
Value number(const Call& call) {
  std::string_view from = call[0].text();
  std::string_view grouping = call[1].is_null() ? std::string_view{} : call[1].text();
  std::string_view point = call[2].is_null() ? std::string_view{} : call[2].text();
  bool grouping_known = grouping.empty() ? call[1].is_null() : grouping == " " || grouping == "," || grouping == ".";
  bool point_known = point.empty() ? call[2].is_null() : point == "," || point == ".";
  if (!grouping_known || !point_known || (!grouping.empty() && grouping == point)) {
    return call.fail(Suppressed::Code::WrongArguments, "分组符须是空格、逗号或句点，小数点须是逗号或句点，且二者不同。",
                     "the grouping separator must be a blank, comma or point, the decimal separator a comma or point, "
                     "and different.");
  }
  std::string plain;
  for (char c : from) {
    if (!grouping.empty() && c == grouping[0]) continue;
    if (c == '.' && point == ",") return invalid_text(call, call[0]);
    plain.push_back(!point.empty() && c == point[0] ? '.' : c);
  }
  bool sound = !plain.empty() && plain.front() != '+' && plain.back() != '.';
  return sound ? parsed(call, Decimal::parse(plain)) : invalid_text(call, call[0]);
}

Value string(const Call& call) {
  if (call[0].is(Kind::String)) return call[0];
  std::optional<std::string> text = to_text(call[0]);
  return text ? Value(*text) : Value();
}

Value duration(const Call& call) {
  switch (call[0].kind()) {
    case Kind::DaysTimeDuration:
    case Kind::YearsMonthsDuration: return call[0];
    case Kind::String: {
      if (auto months = YearsMonthsDuration::parse(call[0].text())) return Value(*months);
      return parsed(call, DaysTimeDuration::parse(call[0].text()));
    }
    default: return invalid_text(call, call[0]);
  }
}

Value years_and_months_duration(const Call& call) {
  auto day = [](const Value& value) { return value.is(Kind::Date) ? value.date() : value.date_time().date; };
  return Value(months_between(day(call[0]), day(call[1])));
}

bool is_range_end(const Syntax& end) {
  if (end.form == SyntaxForm::Literal) return !end.value.is_null();
  if (end.form == SyntaxForm::Negation) return is_range_end(*end.parts[0]);
  if (end.form != SyntaxForm::Call || end.parts.size() != 2 || !end.names.empty()) return false;
  static constexpr std::array<std::string_view, 4> constructors = {"date", "date and time", "time", "duration"};
  const Syntax& callee = *end.parts[0];
  bool known = callee.form == SyntaxForm::Name &&
               std::find(constructors.begin(), constructors.end(), callee.text) != constructors.end();
  return known && end.parts[1]->form == SyntaxForm::Literal && end.parts[1]->value.is(Kind::String);
}

// range(from): an interval whose ends are literals.
Value range(const Call& call) {
  Scope scope;
  base::Result<Expression> read = compile(call[0].text(), scope, CompileOptions{.depth = 8, .bytes = 10'000});
  if (!read) return invalid_text(call, call[0]);
  const Syntax& syntax = read->syntax();
  bool literal =
      syntax.form == SyntaxForm::Interval && is_range_end(*syntax.parts[0]) && is_range_end(*syntax.parts[1]);
  const Value* value = read->constant();
  if (!literal || value == nullptr || !value->is(Kind::Range)) return invalid_text(call, call[0]);
  return *value;
}

Value is_same(const Call& call) { return Value(same(call[0], call[1])); }

Value not_value(const Call& call) { return to_value(negate(truth_of(call[0]))); }

}  // namespace

std::string quoted_for_message(std::string_view text) {
  constexpr std::size_t shown_max = 40;
  if (text.size() <= shown_max) return "\"" + std::string(text) + "\"";
  std::size_t cut = shown_max;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80) --cut;
  return "\"" + std::string(text.substr(0, cut)) + "…\"";
}

Value at_literal(std::string_view text) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return Value();
        } else {
          return Value(value);
        }
      },
      parse_temporal(text));
}

void add_conversion_functions(std::vector<Builtin>& table) {
  using A = Accepts;
  BuiltinParameter from{"from", A::NotNull};
  table.push_back(
      {"date", {{{from}}, {{{"year", A::Number}, {"month", A::Number}, {"day", A::Number}}}}, date, true, true, {}});
  table.push_back({"date and time",
                   {{{from}}, {{{"date", A::DateOrDateTime}, {"time", A::NotNull}}}},
                   date_and_time,
                   true,
                   false,
                   {}});
  table.push_back({"time",
                   {{{from}},
                    {{{"hour", A::Number},
                      {"minute", A::Number},
                      {"second", A::Number},
                      {"offset", A::DaysTimeDuration, true, true}}}},
                   time,
                   true,
                   false,
                   {}});
  table.push_back({"number",
                   {{{{"from", A::String},
                      {"grouping separator", A::String, true, true},
                      {"decimal separator", A::String, true, true}}}},
                   number,
                   true,
                   false,
                   {}});
  table.push_back({"string", {{{{"from", A::Any}}}}, string, true, false, {}});
  table.push_back({"duration", {{{from}}}, duration, true, false, {}});
  table.push_back({"years and months duration",
                   {{{{"from", A::DateOrDateTime}, {"to", A::DateOrDateTime}}}},
                   years_and_months_duration,
                   true,
                   false,
                   {}});
  table.push_back({"range", {{{{"from", A::String}}}}, range, true, false, {}});
  table.push_back({"is", {{{{"value1", A::Any}, {"value2", A::Any}}}}, is_same, true, false, {}});
  table.push_back({"not", {{{{"negand", A::Boolean, false, true}}}}, not_value, true, true, {}});
}

}  // namespace yuanqu::feel
