#pragma once
// Verification: `verify` of the served folder on somebody's request, on a thread of its own, one at a time. What the
// last one found is kept until the next or until the zone closes; while one runs it tells how far it is. Roots exported
// to a file are held against the folder; of an address only what was sent is known. Safe from every thread.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "register/register.hpp"
#include "register/verify.hpp"

namespace yuanqu::api {

class Verification {
 public:
  // `now_ms` gives the time that answers carry; `roots`: where checkpoints are exported, "" nowhere.
  Verification(register_::Register& records, std::function<std::int64_t()> now_ms, std::string roots)
      : records_(records), now_ms_(std::move(now_ms)), roots_(std::move(roots)) {}
  ~Verification();  // waits for the one that runs

  struct State {
    bool running = false;
    double part = 0;
    std::int64_t begun_at_ms = 0, ended_at_ms = 0;  // 0: not yet
    std::optional<register_::VerifyReport> report;  // of the last that ended
    std::optional<base::Error> problem;             // why it could not be done
  };
  State state() const;
  bool start();  // false when one runs already

 private:
  void run();
  register_::Register& records_;
  std::function<std::int64_t()> now_ms_;
  std::string roots_;
  mutable std::mutex mutex_;
  State state_;
  std::thread thread_;
};

}  // namespace yuanqu::api
