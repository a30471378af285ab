#pragma once
// Evidence: why an outcome is what it is, as JSON that stays with a duty, a step of a case or an answer of the API (schema Explanation
// of the HTTP interface, without what only a screen needs).

#include <string>

#include "population/population.hpp"

namespace yuanqu::duty {

std::string evidence_of(const population::Explanation& explanation, const register_::Catalogue& catalogue);

}  // namespace yuanqu::duty
