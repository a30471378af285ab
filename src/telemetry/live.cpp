#include "telemetry/live.hpp"

#include <algorithm>
#include <mutex>

namespace yuanqu::telemetry {

namespace {
constexpr std::int64_t clock_ahead_max_ms = 60'000;
}

LivePicture::LivePicture(const PlantModel& plant)
    : plant_(plant), slots_(plant.tags().size()), heard_(plant.links().size()) {}

std::vector<Point> LivePicture::apply(std::span<const Point> points, std::int64_t steady_ms) {
  std::vector<Point> taken;
  taken.reserve(points.size());
  std::unique_lock lock(mutex_);
  ++version_;
  for (const Point& point : points) {
    if (point.tag >= slots_.size()) continue;
    if (const LinkIndex link = plant_.tag(point.tag).link; link != no_link) heard_[link] = steady_ms;
    Slot& slot = slots_[point.tag];
    const bool ran_ahead = slot.seen && slot.source_time_ms > slot.server_time_ms + clock_ahead_max_ms;
    if (slot.seen && point.source_time_ms < slot.source_time_ms && !ran_ahead && !slot.lost) continue;
    slot = {point.value, point.quality, point.source_time_ms, point.server_time_ms, steady_ms, version_, true, false};
    taken.push_back(point);
  }
  return taken;
}

void LivePicture::heard(LinkIndex link, std::int64_t steady_ms) {
  std::unique_lock lock(mutex_);
  if (link < heard_.size()) heard_[link] = steady_ms;
}

void LivePicture::lost(LinkIndex link, Quality quality, std::int64_t steady_ms) {
  if (link >= plant_.links().size()) return;
  lost(plant_.tags_of_link(link), quality, steady_ms);
  std::unique_lock lock(mutex_);
  heard_[link].reset();
}

void LivePicture::lost(std::span<const TagIndex> tags, Quality quality, std::int64_t) {
  std::unique_lock lock(mutex_);
  ++version_;
  for (TagIndex tag : tags) {
    Slot& slot = slots_[tag];
    slot.lost = true;
    if (!slot.seen || slot.quality == quality) continue;
    slot.quality = quality;
    slot.version = version_;
  }
}

bool LivePicture::stale_locked(TagIndex tag, std::int64_t steady_ms, int depth) const {
  constexpr int depth_max = 64;  // of calculated tags over calculated tags; the model has no circle
  const Slot& slot = slots_[tag];
  const Tag& model = plant_.tag(tag);
  if (!slot.seen) return true;
  if (model.stale_after_ms > 0 && steady_ms - slot.received_ms > model.stale_after_ms) return true;
  if (model.link != no_link) {
    const std::int64_t heartbeat = plant_.links()[model.link].heartbeat_ms;
    if (!heard_[model.link]) return true;
    if (heartbeat > 0 && steady_ms - *heard_[model.link] > 2 * heartbeat) return true;
  }
  if (const auto* calculated = std::get_if<TagExpression>(&model.source); calculated != nullptr && depth < depth_max) {
    return std::any_of(calculated->inputs.begin(), calculated->inputs.end(),
                       [&](const auto& input) { return stale_locked(input.second, steady_ms, depth + 1); });
  }
  return false;
}

std::int64_t LivePicture::standing_locked(TagIndex tag, std::int64_t steady_ms) const {
  const Slot& slot = slots_[tag];
  if (!slot.seen) return -1;
  std::int64_t last_ms = slot.received_ms;
  if (const LinkIndex link = plant_.tag(tag).link; link != no_link && !slot.lost) {
    if (heard_[link] && sparkplug_of(plant_.links()[link]) != nullptr) last_ms = std::max(last_ms, *heard_[link]);
  }
  return std::max<std::int64_t>(0, steady_ms - last_ms);
}

TagState LivePicture::state_locked(TagIndex tag, std::int64_t steady_ms) const {
  const Slot& slot = slots_[tag];
  return {.value = slot.value,
          .quality = slot.quality,
          .source_time_ms = slot.source_time_ms,
          .server_time_ms = slot.server_time_ms,
          .age_ms = slot.seen ? std::max<std::int64_t>(0, steady_ms - slot.received_ms) : -1,
          .standing_ms = standing_locked(tag, steady_ms),
          .stale = stale_locked(tag, steady_ms),
          .version = slot.version};
}

TagState LivePicture::state(TagIndex tag, std::int64_t steady_ms) const {
  if (tag >= slots_.size()) return {};
  std::shared_lock lock(mutex_);
  return state_locked(tag, steady_ms);
}

std::optional<TagState> LivePicture::state(std::string_view name, std::int64_t steady_ms) const {
  const TagIndex tag = plant_.find(name);
  if (tag == no_tag) return std::nullopt;
  return state(tag, steady_ms);
}

std::vector<TagState> LivePicture::all(std::int64_t steady_ms) const {
  std::shared_lock lock(mutex_);
  std::vector<TagState> states;
  states.reserve(slots_.size());
  for (TagIndex tag = 0; tag < slots_.size(); ++tag) states.push_back(state_locked(tag, steady_ms));
  return states;
}

std::uint64_t LivePicture::version() const {
  std::shared_lock lock(mutex_);
  return version_;
}

std::vector<TagIndex> LivePicture::changed_since(std::uint64_t version) const {
  std::shared_lock lock(mutex_);
  std::vector<TagIndex> tags;
  for (TagIndex tag = 0; tag < slots_.size(); ++tag) {
    if (slots_[tag].version > version) tags.push_back(tag);
  }
  return tags;
}

std::vector<bool> LivePicture::stale(std::int64_t steady_ms) const {
  std::shared_lock lock(mutex_);
  std::vector<bool> flags(slots_.size());
  for (TagIndex tag = 0; tag < slots_.size(); ++tag) flags[tag] = stale_locked(tag, steady_ms);
  return flags;
}

std::vector<LivePicture::Standing> LivePicture::standing(std::int64_t steady_ms) const {
  std::shared_lock lock(mutex_);
  std::vector<Standing> list(slots_.size());
  for (TagIndex tag = 0; tag < slots_.size(); ++tag)
    list[tag] = {slots_[tag].quality, stale_locked(tag, steady_ms), slots_[tag].seen};
  return list;
}

std::optional<std::int64_t> LivePicture::last_heard_ms(LinkIndex link) const {
  std::shared_lock lock(mutex_);
  return link < heard_.size() ? heard_[link] : std::nullopt;
}

}  // namespace yuanqu::telemetry
