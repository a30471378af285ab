#pragma once
// Control's view and declarations as the pages read them (web/src/features/centre/operations.ts).

#include <boost/json/object.hpp>

#include "control/recipes.hpp"
#include "control/view.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::centre {

boost::json::object picture_json(const control::View& view, const control::Site& site, const control::Recipes& recipes);
boost::json::object declarations_json(const control::Site& site, const control::Recipes& recipes);

}  // namespace yuanqu::centre
