#pragma once
// The content of plants in a pack as one: the plant's model, its interlocks (`interlocks/<plant>.yaml`), what it tells
// the zone of a month (`months/<plant>.yaml`) and its recipes (every file of `recipes/` that names it). What the
// command line checks, the centre runs and the agent guards is read here, once.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/recipes.hpp"
#include "pack/pack.hpp"
#include "telemetry/month_plan.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::control {

struct PlantContent {
  std::unique_ptr<telemetry::PlantModel> model;
  std::optional<Site> site;                                  // none: the plant is watched only
  std::optional<telemetry::MonthPlan> months;                // none: the zone is told nothing
  std::vector<std::pair<std::string, std::string>> recipes;  // place, text; each was read against the site
};

// What rules may know of a plant's tags: one that is written must be a Modbus coil or holding register. The plant must
// outlive it.
Site::TagLookup tags_of(const telemetry::PlantModel& plant);
tl::expected<Site, Faults> read_site(const std::string& text, const std::string& place,
                                     const telemetry::PlantModel& plant);

// The plants of a pack by file name; none when it has none. Every fault of every file is told at once, with file and
// row.
tl::expected<std::vector<PlantContent>, Faults> read_plants(const pack::Pack& pack);

}  // namespace yuanqu::control
