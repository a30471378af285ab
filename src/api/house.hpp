#pragma once
// House: everything the resources reach, put together by app. Holds references only; app keeps the rooms alive longer than the server.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/events.hpp"
#include "base/clock.hpp"
#include "base/date.hpp"
#include "base/error.hpp"
#include "pack/pack.hpp"
#include "register/accounts.hpp"
#include "register/register.hpp"
#include "register/search.hpp"

namespace yuanqu::api {

class ImportDesk;

// A way into the demo without a password.
struct DemoRole {
  std::string role;  // the post's name
  std::int64_t account = 0;
  pack::Label labels;
  pack::Label description;
};

struct House {
  const pack::PackSet& packs;
  const base::Clock& clock;
  journal::Journal& journal;
  register_::Register& records;
  register_::Accounts& accounts;
  register_::Search& search;
  EventHub& events;
  ImportDesk& imports;

  std::filesystem::path data_folder;
  pack::Label zone;
  bool demo = false;       // the day may be moved, roles are one tap away
  bool synthetic = false;  // no record speaks of anybody real
  std::vector<DemoRole> demo_roles;

  // Moves the zone's day to `day` and does everything that follows, day by day; answers when it has happened.
  std::function<base::Result<void>(std::int64_t account, base::Date day)> advance_to;
  // The journal position everything derived (outcomes, duties) reflects.
  std::function<journal::Position()> reflected;
  // Waits until it is at least `position`; false when it takes longer.
  std::function<bool(journal::Position position, int timeout_ms)> wait_until_reflected;
  std::function<void(const std::string& line)> log;  // one line, no personal data
};

}  // namespace yuanqu::api
