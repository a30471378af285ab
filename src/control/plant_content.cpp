#include "control/plant_content.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace yuanqu::control {

namespace {

// The plant a recipe names; empty when the text is no YAML or names none (reading it then says so).
std::string plant_named_by(const std::string& text) {
  try {
    const YAML::Node root = YAML::Load(text);
    return root.IsMap() && root["plant"] ? root["plant"].as<std::string>("") : std::string();
  } catch (const YAML::Exception&) {
    return {};
  }
}

void append(Faults& faults, const Faults& more) { faults.insert(faults.end(), more.begin(), more.end()); }

}  // namespace

Site::TagLookup tags_of(const telemetry::PlantModel& plant) {
  return [&plant](const std::string& name) {
    const telemetry::TagIndex index = plant.find(name);
    if (index == telemetry::no_tag) return Site::TagKnowledge{};
    const auto* source = std::get_if<telemetry::ModbusSource>(&plant.tag(index).source);
    const bool writable = source != nullptr && (source->table == telemetry::ModbusTable::Coil ||
                                                source->table == telemetry::ModbusTable::Holding);
    return Site::TagKnowledge{true, writable};
  };
}

tl::expected<Site, Faults> read_site(const std::string& text, const std::string& place,
                                     const telemetry::PlantModel& plant) {
  return Site::read(text, place, tags_of(plant), [&plant](const std::string& name) {
    return std::any_of(plant.areas().begin(), plant.areas().end(),
                       [&name](const telemetry::Area& area) { return area.name == name; });
  });
}

tl::expected<std::vector<PlantContent>, Faults> read_plants(const pack::Pack& pack) {
  auto models = telemetry::PlantModel::read_all(pack);
  if (!models) return tl::unexpected(models.error());
  Faults faults;
  std::vector<PlantContent> plants;
  for (telemetry::PlantModel& model : *models) {
    PlantContent plant;
    plant.model = std::make_unique<telemetry::PlantModel>(std::move(model));
    if (const pack::File* file = pack.find("interlocks/" + plant.model->name() + ".yaml")) {
      auto text = pack.read(*file);
      if (!text) return tl::unexpected(Faults{text.error()});
      auto site = read_site(*text, pack.place_of(*file), *plant.model);
      if (site)
        plant.site = std::move(*site);
      else
        append(faults, site.error());
    }
    if (const pack::File* file = pack.find("months/" + plant.model->name() + ".yaml")) {
      auto text = pack.read(*file);
      if (!text) return tl::unexpected(Faults{text.error()});
      auto months = telemetry::read_month_plan(*text, pack.place_of(*file), *plant.model);
      if (months)
        plant.months = std::move(*months);
      else
        append(faults, months.error());
    }
    plants.push_back(std::move(plant));
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  for (const pack::File& file : pack.files("recipes", ".yaml")) {
    auto text = pack.read(file);
    if (!text) return tl::unexpected(Faults{text.error()});
    const std::string place = pack.place_of(file), named = plant_named_by(*text);
    const auto plant = std::find_if(plants.begin(), plants.end(), [&named](const PlantContent& one) {
      return one.site && (named.empty() || one.model->name() == named);
    });
    if (plant == plants.end()) {
      faults.push_back({base::ErrorCode::Invalid,
                        "plant 应是本业务包里有联锁文件的厂区，不是“" + named + "”。",
                        "plant must be a plant of this pack that has interlocks, not \"" + named + "\".",
                        {.file = place, .field = "plant"}});
      continue;
    }
    if (auto recipe = Recipe::read(*text, place, *plant->site, tags_of(*plant->model)); !recipe) {
      append(faults, recipe.error());
    } else {
      plant->recipes.emplace_back(place, std::move(*text));
    }
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return plants;
}

}  // namespace yuanqu::control
