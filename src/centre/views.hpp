#pragma once
// Views: what the pages of a plant show, as content of a pack (`packs/<pack>/screens/<plant>.yaml`): mimic pages drawn
// of shapes bound to tags, the key figures, the people page, the shifts. Read once and handed to the pages as JSON; a
// tag or equipment that the plant does not have is refused with file and name, so a page never shows a place that is
// silently empty.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::centre {

struct Shift {
  std::string name;
  telemetry::Label labels;
  std::string begins;  // "08:00", the zone's time
};

struct Measure {
  telemetry::TagIndex tag = telemetry::no_tag;
  telemetry::Label labels;
};

struct Views {
  boost::json::array mimics, people, measures_json, shifts_json;
  std::vector<Measure> measures;  // taken down with a hand-over
  std::vector<Shift> shifts;
};

base::Result<Views> read_views(const std::string& text, const std::string& place, const telemetry::PlantModel& plant);

}  // namespace yuanqu::centre
