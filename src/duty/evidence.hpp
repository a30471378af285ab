#pragma once
// Evidence: why an outcome is what it is, as JSON that stays with a duty, a step of a case or an answer of the API
// (schema Explanation of the HTTP interface, without what only a screen needs).

#include <string>

#include "population/population.hpp"

namespace yuanqu::duty {

// When and by which rules it was decided: enough to decide it again (population/runs.hpp, api/replay.cpp).
struct EvidenceMoment {
  base::Date day;
  journal::Position known_at = 0;
  std::string rules;  // Programs::hash()
};

std::string evidence_of(const population::Explanation& explanation, const register_::Catalogue& catalogue,
                        const EvidenceMoment& moment);

}  // namespace yuanqu::duty
