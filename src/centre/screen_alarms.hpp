#pragma once
// ScreenAlarms: the alarm list as screens get it: a snapshot with a version, then what changed since. A screen that
// comes back names the version it has; one that is too old to tell the difference gets the whole list again. So no
// screen ever shows fewer alarms than there are. Safe from every thread.

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace yuanqu::centre {

struct ListedAlarm {
  std::string id;
  std::string area;
  std::string json;  // of the alarm, an object
  friend bool operator==(const ListedAlarm&, const ListedAlarm&) = default;
};

struct AlarmChanges {
  std::uint64_t version = 0;
  bool whole = false;
  std::vector<std::string> changed;  // JSON objects
  std::vector<std::string> gone;     // ids
  bool empty() const { return !whole && changed.empty() && gone.empty(); }
};

class ScreenAlarms {
 public:
  // The list as it is now. O(alarms log alarms).
  void update(std::vector<ListedAlarm> now);
  // `version` 0: everything. `sees` answers whether the screen may see an area.
  template <class Sees>
  AlarmChanges since(std::uint64_t version, const Sees& sees) const {
    const std::lock_guard lock(mutex_);
    AlarmChanges changes;
    changes.version = version_;
    changes.whole = version == 0 || version < forgotten_ || version > version_;
    for (const auto& [id, entry] : alarms_) {
      if ((changes.whole || entry.version > version) && sees(entry.alarm.area))
        changes.changed.push_back(entry.alarm.json);
    }
    if (!changes.whole) {
      for (const Gone& one : gone_) {
        if (one.version > version && alarms_.count(one.id) == 0) changes.gone.push_back(one.id);
      }
    }
    return changes;
  }
  std::uint64_t version() const;

 private:
  struct Entry {
    ListedAlarm alarm;
    std::uint64_t version = 0;
  };
  struct Gone {
    std::string id;
    std::uint64_t version = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry> alarms_;
  std::deque<Gone> gone_;        // the newest few thousand
  std::uint64_t forgotten_ = 0;  // versions below this cannot be told apart
  std::uint64_t version_ = 1;
};

}  // namespace yuanqu::centre
