#pragma once
// Calculated tags: FEEL over other tags, worked out anew whenever an input changes. The quality is the worst of the
// inputs', the source time the newest; a result that is null or of another type is a bad point without a value. A
// single thread drives it.

#include <span>
#include <vector>

#include "base/error.hpp"
#include "telemetry/live.hpp"
#include "telemetry/plant_model.hpp"
#include "telemetry/tag_formula.hpp"

namespace yuanqu::telemetry {

class CalculatedTags {
 public:
  static base::Result<CalculatedTags> compile(const PlantModel& plant);

  // The points of the tags that follow from these changes, inputs before what rests on them, `live` already holding the
  // changes. Those of tags that themselves are inputs are applied to `live` on the way.
  std::vector<Point> follow(std::span<const TagIndex> changed, LivePicture& live, std::int64_t now_ms,
                            std::int64_t steady_ms);

 private:
  struct Calculation {
    TagIndex tag = no_tag;
    TagFormula formula;
  };
  const PlantModel* plant_ = nullptr;
  std::vector<Calculation> calculations_;  // in the order of what rests on what
};

}  // namespace yuanqu::telemetry
