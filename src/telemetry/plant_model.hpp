#pragma once
// PlantModel: what a plant is made of, in the words of ISA-95: areas, equipment, tags; where each tag's value comes
// from, and its alarms. Content of packs (`packs/<pack>/plants/<plant>.yaml`, see docs/plant-files.md), immutable after
// reading. Tags are indexed in the order of the file; names are unique in the plant and are what disks and wires carry.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "pack/pack.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

using pack::Label;

// ---- where values come from

struct SparkplugLink {
  std::string group;
  std::string node;
};
struct ModbusLink {
  std::string host;
  int port = 502;
  int timeout_ms = 500;  // an answer later than this drops the connection
  int poll_ms = 500;
};
struct JsonLink {};  // plain JSON over the plant's broker

struct Link {
  std::string name;
  std::variant<SparkplugLink, ModbusLink, JsonLink> source;
  // Of a Modbus link: the edge node that polls it and publishes every tag of the link as a node metric of the tag's
  // name.
  std::optional<SparkplugLink> through;
  std::int64_t heartbeat_ms = 0;  // its tags are stale when it was silent for twice this; 0: not judged by silence
};
// The edge node whose messages carry the link's tags; nullptr: none.
const SparkplugLink* sparkplug_of(const Link& link);
using LinkIndex = std::uint32_t;
inline constexpr LinkIndex no_link = 0xFFFFFFFF;

struct SparkplugSource {
  std::string device;  // empty: a metric of the edge node itself
  std::string metric;
};

enum class ModbusTable : std::uint8_t { Coil, Discrete, Holding, Input };
enum class ModbusForm : std::uint8_t { Bit, Int16, Uint16, Int32, Uint32, Int64, Uint64, Float32, Float64 };
// The order of bytes in 32 bits; of 64 bits "cdab" and "dcba" turn the registers round, "badc" and "dcba" the bytes of
// each.
enum class WordOrder : std::uint8_t { Abcd, Cdab, Badc, Dcba };
struct ModbusSource {
  int unit = 1;
  ModbusTable table = ModbusTable::Holding;
  int address = 0;  // from 0, with the equipment's base already added
  ModbusForm form = ModbusForm::Uint16;
  int bit = -1;  // 0 … 15: that bit of a register (form Bit, table holding or input)
  WordOrder order = WordOrder::Abcd;
};
int registers_of(ModbusForm form);  // 1, 2 or 4

struct JsonSource {
  std::string topic;    // exact, no wildcards
  std::string value;    // JSON pointers (RFC 6901); "" is the whole document
  std::string time;     // empty: the server's time
  std::string quality;  // empty: good
  bool has_time = false, has_quality = false;
};

using Inputs = std::vector<std::pair<std::string, TagIndex>>;  // FEEL name, tag
// FEEL over tags. A name is null while its tag is bad or stale.
struct TagExpression {
  std::string text;
  Inputs inputs;
};

struct ManualSource {};  // written by replay or by a person
using TagSource = std::variant<ManualSource, SparkplugSource, ModbusSource, JsonSource, TagExpression>;

// ---- alarms

enum class AlarmKind : std::uint8_t { HighHigh, High, Low, LowLow, Deviation, Rate, BadQuality, Discrete, Feel };
std::string_view name_of(AlarmKind kind);                                 // "high_high", …
enum class AlarmPriority : std::uint8_t { Critical, High, Medium, Low };  // Critical first
std::string_view name_of(AlarmPriority priority);

struct AlarmRule {
  std::string name;  // unique in its tag, snake_case
  TagIndex tag = no_tag;
  AlarmKind kind = AlarmKind::High;
  Label labels;
  Label advice;  // what the operator does; may be empty
  AlarmPriority priority = AlarmPriority::Medium;
  double limit = 0;                 // high, low: the value; deviation: the distance; rate: units per second either way
  double target = 0;                // deviation, without target_tag
  TagIndex target_tag = no_tag;     // deviation
  std::int64_t window_ms = 10'000;  // rate: change is measured over this long
  Value value;                      // discrete: the value that is the alarm
  TagExpression when;               // feel
  std::int64_t on_delay_ms = 0;
  std::int64_t off_delay_ms = 0;
  double dead_band = 0;           // the value must come back this far before the alarm clears
  bool latched = false;           // stays until a person resets it, even when the condition is gone
  std::string group;              // first-up is marked within a group; empty: none
  TagExpression suppressed_when;  // suppressed by design while true; empty text: never
  int shelve_max_minutes = 480;
};
using AlarmIndex = std::uint32_t;

// ---- the plant

struct Scale {
  double raw_low = 0, raw_high = 1, low = 0, high = 1;
};

struct Tag {
  std::string name;
  Label labels;
  std::uint32_t area = 0;
  std::uint32_t equipment = 0;
  ValueType type = ValueType::Number;
  std::string unit;     // as disks and Chinese pages have it
  std::string unit_en;  // "cars" for 辆; empty: the same
  int decimals = -1;    // digits to show of a number; -1: as they come
  std::optional<std::pair<double, double>> range;
  std::optional<Scale> scale;
  double dead_band = 0;
  std::int64_t stale_after_ms = 0;  // 0: only by its link
  int retention_days = 0;           // 0: for ever
  LinkIndex link = no_link;
  TagSource source;
};

struct Area {
  std::string name;
  Label labels;
};
struct Equipment {
  std::string name;
  Label labels;
  std::uint32_t area = 0;
  std::string equipment_class;                    // empty: none
  std::map<std::string, std::string> parameters;  // `with:`
};

class PlantModel {
 public:
  // Reads and checks one plant file; `place` names it in errors. All faults are told, in the file's order.
  static tl::expected<PlantModel, std::vector<base::Error>> read(const std::string& text, const std::string& place);
  // The plants of a pack, by file name.
  static tl::expected<std::vector<PlantModel>, std::vector<base::Error>> read_all(const pack::Pack& pack);

  const std::string& name() const { return name_; }
  const Label& labels() const { return labels_; }
  bool simulated() const { return simulated_; }
  const std::vector<Area>& areas() const { return areas_; }
  const std::vector<Equipment>& equipment() const { return equipment_; }
  const std::vector<Tag>& tags() const { return tags_; }
  const std::vector<Link>& links() const { return links_; }
  const std::vector<AlarmRule>& alarms() const { return alarms_; }  // indexed by AlarmIndex

  const Tag& tag(TagIndex index) const { return tags_[index]; }
  TagIndex find(std::string_view name) const;  // no_tag when there is none; O(1)
  LinkIndex find_link(std::string_view name) const;
  const std::vector<TagIndex>& tags_of_link(LinkIndex link) const { return tags_of_link_[link]; }
  std::vector<std::string> tag_names() const;
  // A condition that the house itself tells of this plant, behind the tags of the file: a boolean tag with one alarm
  // that stands while it is true. `area` is made when the plant has none of this name. Before the model is in use.
  struct Condition {
    std::string name;
    std::string area;
    Label area_labels, equipment_labels;  // equipment "house" of the area
    Label labels, advice;
    AlarmPriority priority = AlarmPriority::High;
  };
  TagIndex add_condition(const Condition& condition);
  // Where a Modbus link is reached at this place, in place of what the file says; false when there is no such link.
  bool set_modbus_address(std::string_view link, std::string host, int port);

 private:
  friend class PlantReader;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::string name_;
  Label labels_;
  bool simulated_ = false;
  std::vector<Area> areas_;
  std::vector<Equipment> equipment_;
  std::vector<Tag> tags_;
  std::vector<Link> links_;
  std::vector<AlarmRule> alarms_;
  std::vector<std::vector<TagIndex>> tags_of_link_;
  std::unordered_map<std::string, TagIndex, Hash, std::equal_to<>> by_name_;
};

// What the source sent as the tag's own type and scale: integers and numbers convert where nothing is lost, the scale
// is applied to numbers, and a value outside the range makes a good quality `range_exceeded`. A value that does not fit
// the type stays as it came with quality `configuration_error` (it is shown and stored, never guessed at).
void fit(const Tag& tag, Value& value, Quality& quality);

}  // namespace yuanqu::telemetry
