#pragma once
// PastPopulations: populations as of other days and other knowledge than today's, each built for one pair (valid day,
// known at) when somebody asks. At most two are held, the one not asked for longest gives way; one is built at a time,
// behind the counter, and tells how far it is. One without `known at` follows what is recorded since. Safe from every
// thread.

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "population/population.hpp"

namespace yuanqu::population {

class PastPopulations {
 public:
  static constexpr std::size_t held_max = 2;

  // `programs` answers the rules in force; what was built by others is built again.
  using Rules = std::function<std::shared_ptr<const Programs>()>;
  PastPopulations(register_::Register& records, Rules programs);
  ~PastPopulations();  // stops what is being built

  struct Answer {
    std::shared_ptr<Population> population;  // null while it is being built
    double part = 0;                         // how much of it is done
  };
  // The population for the pair; asks for it when it is not held, and waits for it at most so long. An error is that of
  // building it; asking again tries again.
  base::Result<Answer> get(register_::AsOf as_of, int wait_ms);
  std::size_t held() const;

 private:
  struct Place {
    register_::AsOf as_of;
    std::shared_ptr<const Programs> programs;
    std::shared_ptr<Population> population;
    std::optional<base::Error> problem;
    double part = 0;
    bool done = false;
    register_::Position begun = 0;  // the journal's position when it began to be built
    bool unwanted = false;          // another pair took its place before it was finished
  };
  void work();
  std::shared_ptr<Place> place_of(const register_::AsOf& as_of);

  register_::Register& records_;
  Rules programs_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_, finished_;
  std::list<std::shared_ptr<Place>> places_;  // asked for last at the front
  bool stop_ = false;
  std::thread builder_;
};

}  // namespace yuanqu::population
