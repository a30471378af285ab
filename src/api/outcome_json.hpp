#pragma once
// Outcomes and explanations as JSON. What a viewer may not read is left out of an explanation, and said so.

#include <string>
#include <vector>

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "population/population.hpp"

namespace yuanqu::api {

// Outcomes are for those who may read the kind's internal facts: over all files, or over their own.
bool may_see_outcomes(const Call& call, const register_::Kind& kind);                             // in lists, filters, figures
bool may_see_outcomes(const Call& call, const register_::Kind& kind, std::int64_t file);          // of one record

void write_outcome(JsonWriter& json, Call& call, const population::Decision& decision, const population::Outcome& outcome, Titles& titles);
// "outcomes": {decision: value} of one record.
void write_outcome_values(JsonWriter& json, Call& call, std::int64_t record, const std::vector<const population::Decision*>& decisions);
// The name of a value in both languages: the decision's own label of the code, else the value's text.
pack::Label label_of_value(const population::Decision& decision, const feel::Value& value);
void write_decision(JsonWriter& json, const population::Decision& decision);
void write_explanation(JsonWriter& json, Call& call, const population::Explanation& explanation, Titles& titles);

}  // namespace yuanqu::api
