#include "feel/function.hpp"
#include "feel/lexer.hpp"
#include "feel/scope.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {
namespace {

enum class Style : std::uint8_t { Literal, Text };

bool plain_key(std::string_view key) {
  if (key.empty() || is_keyword(key) || canonical_name(key) != key) return false;
  std::size_t at = 0;
  bool word_start = true;
  while (at < key.size()) {
    CodePoint next = code_point_at(key, at);
    if (next.value == ' ') {
      word_start = true;
    } else {
      if (word_start && at == 0 ? !is_name_start(next.value) : !is_name_part(next.value)) return false;
      word_start = false;
    }
    at += next.length;
  }
  return true;
}

void append(std::string& out, const Value& value, Style style, bool top);

void append_temporal(std::string& out, const std::string& text, Style style) {
  out += style == Style::Literal ? "@\"" + text + "\"" : text;
}

void append_range(std::string& out, const Range& range, Style style) {
  static constexpr std::string_view operators[] = {"", "<", "<=", ">", ">=", "=", "!="};
  if (range.form != RangeForm::Interval) {
    out += "(";
    out += operators[static_cast<std::size_t>(range.form)];
    append(out, range.low.is_null() ? range.high : range.low, style, false);
    out += ")";
    return;
  }
  out += range.low_included ? '[' : '(';
  append(out, range.low, style, false);
  out += "..";
  append(out, range.high, style, false);
  out += range.high_included ? ']' : ')';
}

void append(std::string& out, const Value& value, Style style, bool top) {
  switch (value.kind()) {
    case Kind::Null:
    case Kind::Unset: out += "null"; break;
    case Kind::Boolean: out += value.boolean() ? "true" : "false"; break;
    case Kind::Number: out += value.number().to_string(); break;
    case Kind::String:
      if (style == Style::Text && top) {
        out += value.text();
      } else {
        out += quote(value.text());
      }
      break;
    case Kind::Date: append_temporal(out, value.date().to_string(), style); break;
    case Kind::Time: append_temporal(out, value.time().to_string(), style); break;
    case Kind::DateTime: append_temporal(out, value.date_time().to_string(), style); break;
    case Kind::DaysTimeDuration: append_temporal(out, value.days_time().to_string(), style); break;
    case Kind::YearsMonthsDuration: append_temporal(out, value.years_months().to_string(), style); break;
    case Kind::List: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ", ";
        first = false;
        append(out, item, style, false);
      }
      out += ']';
      break;
    }
    case Kind::Context: {
      out += '{';
      bool first = true;
      for (const Entry& entry : value.context().entries) {
        if (!first) out += ", ";
        first = false;
        out += plain_key(entry.key.view()) ? std::string(entry.key.view()) : quote(entry.key.view());
        out += ": ";
        append(out, entry.value, style, false);
      }
      out += '}';
      break;
    }
    case Kind::Range: append_range(out, value.range(), style); break;
    case Kind::Function: {
      out += "function(";
      bool first = true;
      for (const Member& parameter : value.function().parameters()) {
        if (!first) out += ", ";
        first = false;
        out += parameter.name;
      }
      out += ") …";
      break;
    }
  }
}

}  // namespace

std::string to_literal(const Value& value) {
  std::string out;
  append(out, value, Style::Literal, true);
  return out;
}

std::optional<std::string> to_text(const Value& value) {
  if (value.is_null()) return std::nullopt;
  std::string out;
  append(out, value, Style::Text, true);
  return out;
}

}  // namespace yuanqu::feel
