#pragma once
// Plain JSON over MQTT to points, by the plant model's mapping (topic, JSON pointers). A number keeps every digit that
// was sent: whole numbers within 64 bits are integers, others the nearest double.

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "telemetry/plant_model.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

// A JSON text as its scalars by JSON pointer (RFC 6901). Depth at most 32, at most 10,000 scalars; a key twice in one
// object is refused.
struct JsonScalar {
  enum class Kind : std::uint8_t { Null, Boolean, Number, Text };
  Kind kind = Kind::Null;
  std::string text;  // of a number: its digits as sent; of a boolean: "true" or "false"
};
base::Result<std::map<std::string, JsonScalar, std::less<>>> read_json_scalars(std::string_view text);

struct JsonPoints {
  std::vector<Point> points;
  std::vector<base::Error> problems;  // with the tag's name in place.field
};

class JsonMapping {
 public:
  explicit JsonMapping(const PlantModel& plant);
  std::vector<std::string> topics() const;
  // Every tag mapped to the topic. A value that is missing is a problem, a null one a bad point.
  JsonPoints points_of(std::string_view topic, std::string_view payload, std::int64_t now_ms) const;

 private:
  const PlantModel& plant_;
  std::map<std::string, std::vector<TagIndex>, std::less<>> by_topic_;
};

// "1767000000000", "2026-03-02T08:30:00Z", "2026-03-02T08:30:00+08:00" (milliseconds kept, finer cut off) as
// milliseconds; nullopt for anything else, a time without a zone among it.
std::optional<std::int64_t> time_of_text(std::string_view text);

}  // namespace yuanqu::telemetry
