#pragma once
// Point: one value of one tag at one moment. What the house stores of it comes back equal to the bit: the type as it
// came, NaN payloads, negative zero, every 64-bit integer.
//
// Times are milliseconds since 1970-01-01T00:00:00Z, of any sign. `source_time_ms` is what the source said (never
// corrected), `server_time_ms` when this server took it in. `sequence` is the point's place in the log of its plant:
// ascending, never reused, 0 before it is logged. `tag` is an index into the PlantModel of the running process; on disk
// tags go by name.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"

namespace yuanqu::telemetry {

using TagIndex = std::uint32_t;
inline constexpr TagIndex no_tag = 0xFFFFFFFF;
inline constexpr std::size_t text_bytes_max = 64 * 1024;  // of one text value
// Times a point may carry: 0001-01-01 to 9999-12-31. What lies outside is refused by name, not stored.
inline constexpr std::int64_t time_ms_min = -62'135'596'800'000;
inline constexpr std::int64_t time_ms_max = 253'402'300'799'999;
inline constexpr std::int64_t minute_ms = 60'000, day_ms = 86'400'000;
inline constexpr double exact_integer_max = 9007199254740992.0;  // 2^53: a double holds every integer up to it

// monostate: the source had no value to give (a null metric, a register that could not be read).
using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

enum class ValueType : std::uint8_t { Boolean = 1, Integer = 2, Unsigned = 3, Number = 4, Text = 5 };  // Value's index
std::string_view name_of(ValueType type);  // "boolean", "integer", "unsigned", "number", "text"
std::optional<ValueType> value_type_of(std::string_view name);

// Equal to the bit, type included: NaN equals the same NaN, 0.0 does not equal -0.0, int64 1 does not equal uint64 1.
bool same_bits(const Value& a, const Value& b);
// As a floating-point number for drawing, limits and means; nullopt for no value, text, NaN and infinities. Booleans
// are 0 and 1; integers beyond 2^53 are rounded (to draw, never to store).
std::optional<double> as_number(const Value& value);
// Shortest text that reads back to the same value of its type: "true", "-7", "0.1", "nan", "inf"; text as it stands; ""
// without a value.
std::string to_text(const Value& value);
// The inverse for CSV and plain JSON; Invalid for a text that is no value of that type. "" is no value, except for
// Text.
base::Result<Value> parse_value(std::string_view text, ValueType type);

// Quality as OPC classic has it in one byte: two bits of class, four of reason, two of limit. What a source says is
// kept as it came; the names below are those we give ourselves.
struct Quality {
  std::uint8_t code = 0;

  static const Quality good;                   // 192
  static const Quality good_local_override;    // 216: set by a person at the plant
  static const Quality uncertain;              // 64
  static const Quality last_usable;            // 68: the source stopped updating
  static const Quality inaccurate;             // 80
  static const Quality range_exceeded;         // 84: outside the tag's engineering range
  static const Quality bad;                    // 0
  static const Quality configuration_error;    // 4: the type or the mapping does not fit
  static const Quality not_connected;          // 8: the link was never up
  static const Quality device_failure;         // 12
  static const Quality sensor_failure;         // 16
  static const Quality last_known;             // 20: the link is lost, the value is the last one
  static const Quality communication_failure;  // 24: no answer, or a wrong one
  static const Quality out_of_service;         // 28

  bool is_good() const { return (code & 0xC0U) == 0xC0U; }
  bool is_uncertain() const { return (code & 0xC0U) == 0x40U; }
  bool is_bad() const { return !is_good() && !is_uncertain(); }
  friend auto operator<=>(const Quality&, const Quality&) = default;
};
inline constexpr Quality Quality::good{192};
inline constexpr Quality Quality::good_local_override{216};
inline constexpr Quality Quality::uncertain{64};
inline constexpr Quality Quality::last_usable{68};
inline constexpr Quality Quality::inaccurate{80};
inline constexpr Quality Quality::range_exceeded{84};
inline constexpr Quality Quality::bad{0};
inline constexpr Quality Quality::configuration_error{4};
inline constexpr Quality Quality::not_connected{8};
inline constexpr Quality Quality::device_failure{12};
inline constexpr Quality Quality::sensor_failure{16};
inline constexpr Quality Quality::last_known{20};
inline constexpr Quality Quality::communication_failure{24};
inline constexpr Quality Quality::out_of_service{28};

// "good", "uncertain", "bad": the class. reason_of: "range_exceeded" …, "" for a plain class, "reason_<code>" for one
// without a name.
std::string_view class_of(Quality quality);
std::string reason_of(Quality quality);
// "good", "bad/sensor_failure", or the number of a code: what CSV and JSON carry.
std::string to_text(Quality quality);
std::optional<Quality> quality_of(std::string_view text);
// The lesser of two classes; of equal classes the first.
Quality worse(Quality a, Quality b);

struct Point {
  TagIndex tag = no_tag;
  std::int64_t source_time_ms = 0;
  std::int64_t server_time_ms = 0;
  Value value;
  Quality quality = Quality::good;
  std::uint64_t sequence = 0;
};
bool same_bits(const Point& a, const Point& b);

// Invalid with the field's name for a point that may not be stored: no tag, a time outside the limits, text that is too
// long or not UTF-8.
base::Result<void> check(const Point& point);

}  // namespace yuanqu::telemetry
