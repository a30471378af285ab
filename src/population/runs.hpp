#pragma once
// Runs: which rules decided from when. Outcomes are derived and not journalled; what is stored is, for each time the
// rules changed, the journal position from which they were in force and the hashes of every model, of the parameters
// and of the calendars. Evidence names the run's hash, so that a past decision can be run again and it can be said
// whether the rules are still the same, and which of them are not.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "journal/journal.hpp"
#include "pack/pack.hpp"
#include "population/programs.hpp"

namespace yuanqu::population {

struct Run {
  std::int64_t number = 0;
  std::string hash;             // Programs::hash()
  journal::Position since = 0;  // the journal's position when these rules came
  std::int64_t recorded_at_ms = 0;
  std::optional<base::Date> day;  // the zone's day then
  std::string pack_versions;
  std::map<std::string, std::string> models;  // place of the model → SHA-256
  std::string parameters;                     // SHA-256 over the names and contents of every parameter file
  std::string calendars;                      // PublishedCalendar::version
};

// The hashes of what the packs hold now; number, since and the rest are not set.
Run run_of(const pack::PackSet& packs, const Programs& programs);
// Stores it when the last one stored has another hash. `account` brought it about; 0: the house, by starting.
base::Result<void> note_run(journal::Journal& journal, Run run, std::optional<base::Date> day,
                            std::int64_t account = 0);
base::Result<std::vector<Run>> runs(journal::Database& database);  // by number; empty before the first
base::Result<std::optional<Run>> run_by_hash(journal::Database& database, const std::string& hash);
// The rules in force at a position.
base::Result<std::optional<Run>> run_at(journal::Database& database, journal::Position position);
// Places of models, "parameters" and "calendars" that differ.
std::vector<std::string> differences(const Run& a, const Run& b);

}  // namespace yuanqu::population
