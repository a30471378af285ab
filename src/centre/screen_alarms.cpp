#include "centre/screen_alarms.hpp"

#include <set>

namespace yuanqu::centre {
namespace {
constexpr std::size_t gone_max = 4096;
}

std::uint64_t ScreenAlarms::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void ScreenAlarms::update(std::vector<ListedAlarm> now) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t next = version_ + 1;
  bool changed = false;
  std::set<std::string> there;
  for (ListedAlarm& alarm : now) {
    there.insert(alarm.id);
    Entry& entry = alarms_[alarm.id];
    if (entry.version != 0 && entry.alarm == alarm) continue;
    entry.alarm = std::move(alarm);
    entry.version = next;
    changed = true;
  }
  for (auto it = alarms_.begin(); it != alarms_.end();) {
    if (there.count(it->first) != 0) {
      ++it;
      continue;
    }
    gone_.push_back({it->first, next});
    it = alarms_.erase(it);
    changed = true;
  }
  while (gone_.size() > gone_max) {
    forgotten_ = gone_.front().version;
    gone_.pop_front();
  }
  if (changed) version_ = next;
}

}  // namespace yuanqu::centre
