#pragma once
// Outcomes as JSON. Their reasons are in insight_json.hpp.

#include <string>
#include <vector>

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "population/population.hpp"

namespace yuanqu::api {

base::Result<const population::Decision*> decision_of(Call& call);  // the path's {decision}, of a kind in reach

// An outcome is for those who may read facts of its class (DecisionProgram::field_class) of its subject's kind.
bool may_see_outcomes(const Call& call,
                      const population::Decision& decision);  // over all files: lists, filters, figures
bool may_see_outcome(const Call& call, const population::Decision& decision, std::int64_t file);  // of one record

// The outcomes of a record as of a moment, those of its kind's decisions that apply. A day alone is read from the
// zone's population; what was known then needs one of its own, and Unavailable says that it is being built.
base::Result<std::vector<std::pair<const population::Decision*, population::Outcome>>> outcomes_as_of(
    Call& call, const register_::Kind& kind, std::int64_t record, const register_::AsOf& as_of);

// Whether a day lies beyond the published calendar, so that working days counted to it may yet change.
bool is_provisional(const Call& call, base::Date day);
void write_outcome(JsonWriter& json, Call& call, const population::Decision& decision,
                   const population::Outcome& outcome, Titles& titles);
// "outcomes": {decision: value} of one record.
void write_outcome_values(JsonWriter& json, Call& call, population::Population& population, std::int64_t record,
                          const std::vector<const population::Decision*>& decisions);
// The name of a value in both languages: the decision's own label of the code, else the value's text.
pack::Label label_of_value(const population::Decision& decision, const feel::Value& value);
void write_decision(JsonWriter& json, const population::Decision& decision);

}  // namespace yuanqu::api
