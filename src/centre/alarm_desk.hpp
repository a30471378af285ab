#pragma once
// AlarmDesk: a plant's alarms as the centre's resources use them: the list as JSON by area, acts by name, the journal
// and the figures of ISA-18.2. What an alarm is and may become is telemetry::AlarmEngine's; rights are checked by the
// caller with area_of(). Safe from every thread.

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "centre/screen_alarms.hpp"
#include "telemetry/alarm_engine.hpp"
#include "telemetry/live.hpp"

namespace yuanqu::centre {

class AlarmDesk {
 public:
  static base::Result<std::unique_ptr<AlarmDesk>> open(const std::filesystem::path& file,
                                                       const telemetry::PlantModel& plant,
                                                       const telemetry::LivePicture& live, telemetry::Moment now);

  telemetry::AlarmEngine& engine() { return *engine_; }
  std::uint64_t version() const;
  std::vector<ListedAlarm> list(std::int64_t steady_ms) const;

  // nullopt: no alarm has this id.
  std::optional<std::string> area_of(const std::string& id) const;
  // acknowledge {ids}, reset, shelve {minutes, reason}, unshelve, out_of_service {reason}, in_service, each with {id}.
  base::Result<void> act(std::string_view verb, const std::vector<std::string>& ids, const boost::json::object& body,
                         const std::string& who, telemetry::Moment now);

  base::Result<std::vector<telemetry::JournalLine>> journal(const telemetry::AlarmJournal::Filter& filter) const;
  base::Result<boost::json::object> performance(std::int64_t from_ms, std::int64_t to_ms) const;
  const telemetry::PlantModel& plant() const { return plant_; }

 private:
  AlarmDesk(const telemetry::PlantModel& plant, const telemetry::LivePicture& live) : plant_(plant), live_(live) {}
  std::optional<telemetry::AlarmIndex> index_of(const std::string& id) const;
  const telemetry::PlantModel& plant_;
  const telemetry::LivePicture& live_;
  std::unique_ptr<telemetry::AlarmJournal> journal_;
  std::unique_ptr<telemetry::AlarmEngine> engine_;
};

}  // namespace yuanqu::centre
