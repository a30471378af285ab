#pragma once
// House: everything the resources reach, put together by app. Holds references only; app keeps the rooms alive longer
// than the server.

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

namespace yuanqu::register_ {
class BackupDesk;
}
namespace yuanqu::population {
class Levers;
class PastPopulations;
class Population;
struct PublishedCalendar;
}  // namespace yuanqu::population
namespace yuanqu::duty {
class Duties;
}
namespace yuanqu::casework {
class Casework;
}
namespace yuanqu::notice {
class Notices;
}
namespace yuanqu::paper {
class Papers;
}

namespace yuanqu::api {

class ImportDesk;
class SourceDesk;
class Verification;
struct PageSettings;

// A way into the demo without a password.
struct DemoRole {
  std::string role;  // the post's name
  std::int64_t account = 0;
  pack::Label labels;
  pack::Label description;
};

// Everything one account answers for goes to another in one step.
struct HandOver {
  std::string from, to;         // names of accounts
  std::string number;           // of its record
  std::int64_t department = 0;  // whose file keeps the record
};
struct HandedOver {
  std::int64_t record = 0;
  std::int64_t posts = 0, tasks = 0, duties = 0;
};

// What counting by another calendar moved.
struct Recounted {
  std::size_t cases = 0, duties = 0;
};

struct House {
  const pack::PackSet& packs;
  const base::Clock& clock;
  journal::Journal& journal;
  register_::Register& records;
  register_::Accounts& accounts;
  register_::Search& search;
  population::Population& population;
  duty::Duties& duties;
  casework::Casework& casework;
  notice::Notices& notices;
  paper::Papers& papers;
  EventHub& events;
  ImportDesk& imports;
  const PageSettings& pages;

  std::filesystem::path data_folder;
  pack::Label zone;
  bool demo = false;       // the day may be moved, roles are one tap away
  bool synthetic = false;  // no record speaks of anybody real
  std::vector<DemoRole> demo_roles;
  std::string demo_stories;  // JSON array: what the demo's stories are about

  // Moves the zone's day to `day` and does everything that follows, day by day; answers when it has happened.
  std::function<base::Result<void>(std::int64_t account, base::Date day)> advance_to;
  // The owner's yes to an offer: takes the duty and opens its case.
  std::function<base::Result<void>(const register_::Viewer& viewer, std::int64_t duty)> accept_offer;
  // Runs what is due now (steps of cases, outcomes), so that an answer shows what its write led to. Short: a few
  // seconds at most.
  std::function<void()> settle;
  // The journal position everything derived (outcomes, duties) reflects.
  std::function<journal::Position()> reflected;
  // Waits until it is at least `position`; false when it takes longer.
  std::function<bool(journal::Position position, int timeout_ms)> wait_until_reflected;
  std::function<void(const std::string& line)> log;  // one line, no personal data
  const population::Levers* levers = nullptr;        // who can change what a field tells; set by app
  population::PastPopulations* past = nullptr;       // as of other days and other knowledge; set by app
  std::string evidence_export{};                     // where checkpoints are exported; "" nowhere yet
  int evidence_every_minutes = 0;                    // 0: not by itself
  Verification* verification = nullptr;              // never null once it is built
  register_::BackupDesk* backups = nullptr;          // never null once it is built
  SourceDesk* sources = nullptr;                     // never null once it is built
  std::function<base::Result<HandedOver>(const register_::Viewer& viewer, const HandOver& request)> hand_over;
  // Working days as the packs' files hold them now, and putting them in force (app/zone.hpp).
  std::function<base::Result<std::shared_ptr<const population::PublishedCalendar>>()> offered_calendar;
  std::function<base::Result<Recounted>(std::int64_t account, const std::string& version)> publish_calendar;
};

}  // namespace yuanqu::api
