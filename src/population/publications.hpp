#pragma once
// Publications: how a simulated draft becomes a rule of the zone. A rule author hands it in with the day it is to take
// effect and the legal basis; a rule publisher, never the same person, publishes it or gives it back. What was handed
// in is kept word for word: the text of every changed model and the value of every changed parameter. From its day on
// the decision runs on it, where it then stands on the version it was simulated against; outcomes, what comes due and
// the runs of the rules follow at once. Nothing is retroactive: the day is later than the zone's.
//
// States: waiting, published, returned (by a publisher), withdrawn (by the author). Only a waiting one is settled,
// once. Table: publication. Safe from every thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "population/drafts.hpp"
#include "population/population.hpp"
#include "population/simulate.hpp"

namespace yuanqu::population {

struct Publication {
  enum class State : std::uint8_t { Waiting, Published, Returned, Withdrawn };
  PublishedRule rule;
  std::int64_t draft = 0;
  std::string title;
  std::string base;  // the version it was made from, with its hash: published only while that stands
  State state = State::Waiting;
  std::int64_t author = 0, settled_by = 0;  // accounts; 0: nobody yet
  std::int64_t handed_in_ms = 0, settled_ms = 0;
  std::string remark;  // why it was given back
};
std::string_view name_of(Publication::State state);

class Publications {
 public:
  Publications(journal::Journal& journal, const pack::PackSet& packs, Population& population)
      : journal_(journal), packs_(packs), population_(population) {}
  static base::Result<void> create_table(journal::Database& database);

  // The draft's change, compiled once more as it stands now. Forbidden for who may not draft rules, Invalid for a day
  // that is not later than the zone's or a missing basis, Conflict when another version takes over before that day or
  // the draft was handed in already.
  base::Result<Publication> hand_in(const register_::Viewer& viewer, const Draft& draft, const Proposal& proposal,
                                    base::Date valid_from, const std::string& basis, std::int64_t now_ms);
  // Forbidden for who is no rule publisher or handed it in or simulated it, Conflict when its day has come, or the
  // version it stands on has changed.
  base::Result<Publication> publish(const register_::Viewer& viewer, std::int64_t id, std::int64_t now_ms);
  base::Result<Publication> give_back(const register_::Viewer& viewer, std::int64_t id, const std::string& remark,
                                      std::int64_t now_ms);
  base::Result<Publication> withdraw(const register_::Viewer& viewer, std::int64_t id, std::int64_t now_ms);

  base::Result<Publication> find(std::int64_t id) const;
  // Newest first, without the models' texts; `decision` empty: all.
  base::Result<std::vector<Publication>> list(const std::string& decision, std::size_t limit) const;

 private:
  base::Result<Publication> waiting(std::int64_t id) const;
  base::Result<Publication> settle(Publication publication, Publication::State state, const register_::Viewer& viewer,
                                   std::int64_t now_ms);
  std::string base_of(const DecisionVersion& version) const;

  journal::Journal& journal_;
  const pack::PackSet& packs_;
  Population& population_;
};

// The packs' decisions with what the zone has published since: what every process that decides on a data folder uses.
base::Result<std::shared_ptr<const Programs>> programs_in_force(const pack::PackSet& packs,
                                                                const register_::Catalogue& catalogue,
                                                                journal::Journal& journal);

}  // namespace yuanqu::population
