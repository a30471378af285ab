#pragma once
// Lists of records, as asked by a request: filter, words, outcomes, sorting, pages.

#include <optional>
#include <vector>

#include "api/call.hpp"
#include "register/record.hpp"

namespace yuanqu::api {

// Every record the request's list would show, over all pages, in its order: what an export holds. nullopt: all of the
// kind, unsorted.
base::Result<std::optional<std::vector<register_::RecordId>>> listed_records(Call& call, const register_::Kind& kind);

}  // namespace yuanqu::api
