#pragma once
// Drafts of simulations as the API reads them: who may open one, and the change it holds.

#include "api/call.hpp"
#include "api/json_reader.hpp"
#include "population/drafts.hpp"
#include "population/simulate.hpp"

namespace yuanqu::api {

// The change a body asks for; Invalid with the field when it asks for none or is not understood.
base::Result<population::Proposal> read_proposal(const population::Decision& decision, const Json& body);
// The draft {id} of the path; NotFound also for who could not have made it.
base::Result<population::Draft> draft_of(Call& call);
// Whether this viewer may see what is simulated of the decision at all.
bool may_see_drafts(Call& call, const std::string& decision);

}  // namespace yuanqu::api
