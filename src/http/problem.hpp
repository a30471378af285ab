#pragma once
// Errors on the wire: one table from the house's closed error codes to HTTP statuses, and application/problem+json (RFC
// 9457).

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/message.hpp"

namespace yuanqu::http {

// A switch without default over every code: a code added to base and forgotten here does not compile (-Werror=switch).
int status_of(base::ErrorCode code);
std::string_view title_of_status(int status);  // "Not found" …

// An empty trace id is left out: the header carries it. `extra` is JSON members to add, without braces ("\"current\":
// {…}"); empty for none.
Response problem(const base::Error& error, std::string_view trace_id = {}, std::string_view extra = {});
// With a status of its own, for refusals of the protocol that no room knows (405, 413, 431 …).
Response problem(int status, const base::Error& error, std::string_view trace_id = {}, std::string_view extra = {});
std::string problem_text(int status, const base::Error& error, std::string_view trace_id, std::string_view extra = {});

}  // namespace yuanqu::http
