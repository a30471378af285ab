#pragma once
// Deadlines as an iCalendar text (RFC 5545): whole days, one event a deadline, the same UID whenever it is fetched, so
// that a calendar moves an event instead of adding another. Lines are folded at 75 octets between characters.

#include <string>
#include <vector>

#include "base/date.hpp"

namespace yuanqu::notice {

struct Deadline {
  std::string uid;  // unique and lasting: "duty-12"
  base::Date day;
  std::string title;
  std::string note;
  std::string link;  // may be empty
};

std::string calendar_text(const std::string& name, const std::vector<Deadline>& deadlines, std::int64_t now_ms);

}  // namespace yuanqu::notice
