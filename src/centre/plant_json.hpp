#pragma once
// A plant's values and declarations as JSON.

#include <boost/json/value.hpp>
#include <functional>
#include <string>

#include "centre/views.hpp"
#include "telemetry/live.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::centre {

// A number, a truth value, a text, or null. Integers a script could not hold exactly are texts; what is no number
// (NaN, infinite) is null: the quality beside it says why.
void append_value(std::string& out, const telemetry::Value& value);
boost::json::value json_of(const telemetry::Value& value);
boost::json::object json_of(const telemetry::Label& label);

// Tags of the areas that may be seen, in the plant's order: what page indices count in.
std::vector<telemetry::TagIndex> seen_tags(const telemetry::PlantModel& plant,
                                           const std::function<bool(const std::string&)>& sees);

boost::json::object model_json(const telemetry::PlantModel& plant, const Views& views,
                               const std::function<bool(const std::string&)>& sees);

}  // namespace yuanqu::centre
