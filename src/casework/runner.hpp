#pragma once
// Runner: the thread that works off casework's jobs. It sleeps until a commit leaves work, a job that waits becomes due, or it is
// stopped. One for each Casework.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "casework/casework.hpp"

namespace yuanqu::casework {

class Runner {
 public:
  // `report` hears of errors of the store; the runner goes on after a pause.
  Runner(Casework& cases, const base::Clock& clock, std::function<void(const base::Error&)> report);
  ~Runner();  // stops after the jobs in hand
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void wake();

 private:
  void run();

  Casework& cases_;
  const base::Clock& clock_;
  std::function<void(const base::Error&)> report_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool awake_ = true;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace yuanqu::casework
