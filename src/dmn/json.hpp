#pragma once
// JSON text to FEEL values and back, without losing a digit: a JSON number becomes a Decimal from its text, never a
// double. Objects become contexts (a key twice: the later wins), arrays lists. Going out, dates, times and durations
// are their ISO text, ranges and functions their FEEL literal.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn {

struct JsonLimits {
  std::size_t depth = 200;
};

// The whole text must be one JSON value (RFC 8259). Errors: Invalid with the offset; LimitExceeded for depth.
base::Result<feel::Value> from_json(std::string_view text, const JsonLimits& limits = {});
// As from_json, but stops after one value: `end` is where it stopped (blanks after the value are skipped).
base::Result<feel::Value> from_json_prefix(std::string_view text, std::size_t& end, const JsonLimits& limits = {});

std::string to_json(const feel::Value& value);
void append_json(std::string& out, const feel::Value& value);

}  // namespace yuanqu::dmn
