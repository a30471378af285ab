#pragma once
// Figures: the FEEL texts of a report over the records of a day. Every kind is in scope under its plural as a list of
// records, with only the fields the texts name; `Day` is the day. What a viewer may not read is refused, not left out.

#include <string>
#include <vector>

#include "feel/evaluation.hpp"
#include "population/population.hpp"

namespace yuanqu::report {

struct Figure {
  feel::Value value;
  std::vector<feel::Suppressed> failures;  // why it is null, where it is
};

// One Figure for each text. Invalid for a text that is no FEEL (place.field is the text), Forbidden with the field.
base::Result<std::vector<Figure>> work_out(const population::Population& population, const register_::Viewer& viewer,
                                           const std::vector<std::string>& texts, base::Date day);
// Whether the viewer may read everything the texts name, without reading it.
base::Result<void> demand_readable(const population::Population& population, const register_::Viewer& viewer,
                                   const std::vector<std::string>& texts);
// Whether a text is FEEL over that scope; the error says why not.
base::Result<void> check_text(const population::Population& population, const std::string& text);

}  // namespace yuanqu::report
