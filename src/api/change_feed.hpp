#pragma once
// ChangeFeed: tells open pages what the journal appended: which records of which kinds and files. Follows the journal
// by position; many changes at once (an import) become one event that names the kinds only. Also the small events rooms
// cause, in one wording.

#include <memory>
#include <string_view>

#include "api/events.hpp"
#include "base/date.hpp"
#include "duty/duty.hpp"
#include "journal/journal.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::api {

class ChangeFeed {
 public:
  ChangeFeed(journal::Journal& journal, const register_::Catalogue& catalogue, EventHub& hub);

 private:
  void tell(journal::Position position);
  journal::Journal& journal_;
  const register_::Catalogue& catalogue_;
  EventHub& hub_;
  journal::Position told_ = 0;
  std::shared_ptr<void> subscription_;  // last: ends before the rest
};

void publish_clock(EventHub& hub, base::Date today, journal::Position position);
void publish_outcomes(EventHub& hub, base::Date today, journal::Position position);
void publish_duty(EventHub& hub, const duty::Duty& duty, journal::Position position);
// "case" or "notice": something moved; ids where they are known (0: not).
void publish_work(EventHub& hub, std::string_view type, journal::Position position, std::int64_t id = 0,
                  std::int64_t file = 0);

}  // namespace yuanqu::api
