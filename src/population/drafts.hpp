#pragma once
// Drafts: what somebody proposed and what the simulation said, kept side by side so that whoever publishes sees both.
// The change and the result are texts of the caller's (JSON); nothing here reads them. A draft belongs to its author
// and is never changed once it has a result: another simulation is another draft. Table: simulation_draft.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "journal/journal.hpp"

namespace yuanqu::population {

struct Draft {
  std::int64_t id = 0;
  std::string decision;
  std::string title;
  std::int64_t author = 0;  // account
  std::int64_t created_ms = 0;
  base::Date day;      // the zone's day it was simulated on
  std::string facts;   // journal position and hash of the packs: what it was simulated against
  std::string change;  // JSON
  std::string result;  // JSON
};

class Drafts {
 public:
  explicit Drafts(journal::Journal& journal) : journal_(journal) {}
  static base::Result<void> create_table(journal::Database& database);
  base::Result<std::int64_t> put(const Draft& draft);  // the id
  base::Result<std::optional<Draft>> find(std::int64_t id) const;
  // Newest first, without change and result; `decision` empty: all.
  base::Result<std::vector<Draft>> list(const std::string& decision, std::size_t limit) const;

 private:
  journal::Journal& journal_;
};

}  // namespace yuanqu::population
