#include "telemetry/calculated.hpp"

#include <algorithm>
#include <functional>

namespace yuanqu::telemetry {

base::Result<CalculatedTags> CalculatedTags::compile(const PlantModel& plant) {
  CalculatedTags tags;
  tags.plant_ = &plant;
  std::vector<bool> placed(plant.tags().size());
  std::optional<base::Error> problem;
  // The model has no circle: an input is placed before what rests on it.
  const std::function<void(TagIndex)> place = [&](TagIndex tag) {
    const auto* expression = std::get_if<TagExpression>(&plant.tag(tag).source);
    if (expression == nullptr || placed[tag]) return;
    placed[tag] = true;
    for (const auto& input : expression->inputs) place(input.second);
    auto formula = TagFormula::compile(*expression);
    if (!formula) {
      problem = formula.error();
      return;
    }
    tags.calculations_.push_back({tag, std::move(*formula)});
  };
  for (TagIndex tag = 0; tag < plant.tags().size(); ++tag) place(tag);
  if (problem) return tl::unexpected(*problem);
  return tags;
}

std::vector<Point> CalculatedTags::follow(std::span<const TagIndex> changed, LivePicture& live, std::int64_t now_ms,
                                          std::int64_t steady_ms) {
  std::vector<Point> points;
  if (calculations_.empty()) return points;
  std::vector<bool> dirty(plant_->tags().size());
  for (TagIndex tag : changed) dirty[tag] = true;
  for (Calculation& calculation : calculations_) {
    const Inputs& inputs = calculation.formula.inputs();
    if (std::none_of(inputs.begin(), inputs.end(), [&](const auto& input) { return dirty[input.second]; })) continue;
    Point point{
        .tag = calculation.tag, .source_time_ms = time_ms_min, .server_time_ms = now_ms, .quality = Quality::good};
    std::vector<std::pair<TagIndex, Value>> values;
    for (const auto& input : inputs) {
      TagState state = live.state(input.second, steady_ms);
      point.quality =
          worse(point.quality, state.stale && !state.quality.is_bad() ? Quality::last_known : state.quality);
      if (state.age_ms >= 0) point.source_time_ms = std::max(point.source_time_ms, state.source_time_ms);
      if (!state.stale && !state.quality.is_bad()) values.emplace_back(input.second, std::move(state.value));
    }
    if (point.source_time_ms == time_ms_min) point.source_time_ms = now_ms;
    const feel::Value result = calculation.formula.evaluate(
        [&](TagIndex tag) -> const Value* {
          const auto found =
              std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == tag; });
          return found == values.end() ? nullptr : &found->second;
        },
        now_ms);
    const Tag& tag = plant_->tag(calculation.tag);
    if (auto value = from_feel(result, tag.type)) {
      point.value = std::move(*value);
      fit(tag, point.value, point.quality);
    } else {
      point.quality = worse(point.quality, Quality::bad);
    }
    live.apply(std::span(&point, 1), steady_ms);
    dirty[calculation.tag] = true;
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace yuanqu::telemetry
