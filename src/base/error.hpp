#pragma once
// Errors are values: a closed code, the place, and one sentence in Chinese and one in English that tell what to do.
// Nothing in the house throws for bad input; functions that can fail return Result<T>.

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace yuanqu::base {

// Every code the product can answer with. The API maps each to one HTTP status (src/api); a missing entry does not
// compile there.
enum class ErrorCode {
  Invalid,          // the input breaks a rule of its kind, format or schema
  NotFound,         // what was named does not exist (or the viewer may not know that it does)
  Conflict,         // a stale version, a key twice, a state that does not allow this
  Forbidden,        // the viewer may not do or see this
  Unauthenticated,  // nobody is signed in
  Unsupported,      // well-formed, but uses what we do not offer
  LimitExceeded,    // depth, size, time or budget the caller set
  Unavailable,      // a resource (disk, file, other process) cannot be had now
  Internal,         // a promise of our own is broken
};

std::string_view name_of(ErrorCode code);  // "invalid", "not_found", …

// Where it went wrong. Empty and zero mean "not applicable". Rows and columns count from 1 as people do; offsets are
// bytes from 0.
struct Place {
  std::string file{};  // file, sheet or model
  std::size_t row = 0;
  std::size_t column = 0;
  std::string field{};  // field, header or parameter
  std::string rule{};   // decision, rule, element id
  std::size_t offset = 0;
};

struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string zh;
  std::string en;
  Place place{};
};

template <class T = void>
using Result = tl::expected<T, Error>;

// Shorthand for `return fail(ErrorCode::Invalid, "…", "…", {.row = 12})`.
inline tl::unexpected<Error> fail(ErrorCode code, std::string zh, std::string en, Place place = {}) {
  return tl::unexpected<Error>(Error{code, std::move(zh), std::move(en), std::move(place)});
}

// "kinds/licence.yaml:12: sentence (field x)" for logs and terminals.
std::string to_text(const Error& error, bool chinese);

}  // namespace yuanqu::base
