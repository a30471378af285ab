#pragma once
// Ids: 63-bit numbers, positive, ascending in time: 42 bits of milliseconds since 2020-01-01T00:00:00Z (until 2159) and
// 21 bits of a sequence. One source per process; ids from it are distinct and strictly ascending, whatever the clock
// does.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace yuanqu::base {

using Id = std::int64_t;

class IdSource {
 public:
  // `greatest_so_far` keeps ids ascending over restarts with a clock that was set back. The clock must outlive the
  // source.
  explicit IdSource(const Clock& clock, Id greatest_so_far = 0) : clock_(clock), last_(greatest_so_far) {}
  Id next();  // may be called from any thread

 private:
  const Clock& clock_;
  std::atomic<Id> last_;
};

// The millisecond (since 1970) in which an id was given out; later than true if a burst passed 2,097,152 ids in one.
std::int64_t milliseconds_of(Id id);

// 13 characters of Crockford's alphabet (digits and small letters without i, l, o, u); texts sort as the ids do.
std::string to_text(Id id);
// Accepts capitals too; nullopt for anything that to_text() cannot give.
std::optional<Id> id_from_text(std::string_view text);

}  // namespace yuanqu::base
