#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "feel/temporal.hpp"
#include "feel/temporal_parts.hpp"
#include "feel/zone_rules.hpp"

namespace yuanqu::feel {

using detail::append_two;

namespace {

// Interned ids. Entries are only ever added, so a reader needs no lock; tzdata has about 600 names.
struct ZoneEntry {
  std::string id;
  std::unique_ptr<const detail::ZoneRules> rules;
};

struct ZoneTable {
  static constexpr std::size_t capacity = 2048;
  std::array<std::atomic<const ZoneEntry*>, capacity> entries{};
  std::shared_mutex mutex;
  std::map<std::string, std::int32_t, std::less<>> indices;
  std::int32_t used = 0;
};

ZoneTable& zone_table() {
  static ZoneTable* const instance = new ZoneTable;  // never destroyed: zones live as long as the process
  return *instance;
}

const ZoneEntry& entry(std::int32_t index) {
  return *zone_table().entries[static_cast<std::size_t>(index)].load(std::memory_order_acquire);
}

std::int64_t local_seconds(base::Date date, std::int64_t nanoseconds_of_day) {
  return date.days() * 86'400 + nanoseconds_of_day / 1'000'000'000;
}

}  // namespace

std::optional<Zone> Zone::offset(std::int64_t seconds) {
  if (seconds < -offset_limit_seconds || seconds > offset_limit_seconds) return std::nullopt;
  return Zone(Kind::Offset, static_cast<std::int32_t>(seconds));
}

std::optional<Zone> Zone::named(std::string_view id) {
  ZoneTable& zones = zone_table();
  {
    const std::shared_lock lock(zones.mutex);
    if (const auto found = zones.indices.find(id); found != zones.indices.end())
      return Zone(Kind::Named, found->second);
  }
  auto rules = detail::ZoneRules::load(id);
  if (rules == nullptr) return std::nullopt;
  const std::unique_lock lock(zones.mutex);
  if (const auto found = zones.indices.find(id); found != zones.indices.end()) return Zone(Kind::Named, found->second);
  if (static_cast<std::size_t>(zones.used) == ZoneTable::capacity) return std::nullopt;
  const std::int32_t index = zones.used++;
  zones.entries[static_cast<std::size_t>(index)].store(new ZoneEntry{std::string(id), std::move(rules)},
                                                       std::memory_order_release);
  zones.indices.emplace(id, index);
  return Zone(Kind::Named, index);
}

std::string_view Zone::id() const { return entry(value_).id; }

std::optional<std::int32_t> Zone::offset_at(base::Date date, std::int64_t nanoseconds_of_day) const {
  switch (kind_) {
    case Kind::None: return std::nullopt;
    case Kind::Offset: return value_;
    case Kind::Named: return entry(value_).rules->offset_at_local(local_seconds(date, nanoseconds_of_day));
  }
  return std::nullopt;
}

std::optional<std::int32_t> Zone::offset_at_instant(std::int64_t seconds) const {
  switch (kind_) {
    case Kind::None: return std::nullopt;
    case Kind::Offset: return value_;
    case Kind::Named: return entry(value_).rules->offset_at_instant(seconds);
  }
  return std::nullopt;
}

std::optional<std::int32_t> Zone::standard_offset() const {
  switch (kind_) {
    case Kind::None: return std::nullopt;
    case Kind::Offset: return value_;
    case Kind::Named: return entry(value_).rules->standard_offset();
  }
  return std::nullopt;
}

std::string Zone::to_string() const {
  if (kind_ == Kind::None) return "";
  if (kind_ == Kind::Named) return "@" + std::string(id());
  if (value_ == 0) return "Z";
  const int magnitude = value_ < 0 ? -value_ : value_;
  std::string text(1, value_ < 0 ? '-' : '+');
  append_two(text, magnitude / 3600);
  text += ':';
  append_two(text, magnitude / 60 % 60);
  if (magnitude % 60 != 0) {
    text += ':';
    append_two(text, magnitude % 60);
  }
  return text;
}

}  // namespace yuanqu::feel
