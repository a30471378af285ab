#pragma once
// The part of verify that works out the roots of checkpoints again. For this room's .cpp files only.

#include <functional>

#include "register/verify.hpp"

namespace yuanqu::register_ {

// Goes through the checkpoints of the data folder and those kept outside, and reports what does not agree. `last`: the
// greatest sequence there is.
base::Result<void> verify_roots(journal::Database& database, const VerifyOptions& options, journal::Position last,
                                VerifyReport& report, const std::function<void(VerifyProblem)>& tell);

}  // namespace yuanqu::register_
