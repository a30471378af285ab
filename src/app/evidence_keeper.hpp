#pragma once
// EvidenceKeeper: signs a checkpoint on a schedule while a zone is served and appends new ones to the file outside, or
// posts them to an address. A failure is logged and tried again the next time; nothing else waits for it. The last
// checkpoint is made when it ends.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "journal/journal.hpp"

namespace yuanqu::app {

class EvidenceKeeper {
 public:
  // `every_minutes` 0: never by itself.
  EvidenceKeeper(journal::Journal& journal, int every_minutes, std::string export_to,
                 std::function<void(const std::string& line)> log);
  ~EvidenceKeeper();

 private:
  void keep();
  void once();

  journal::Journal& journal_;
  int every_minutes_;
  std::string export_to_;
  std::function<void(const std::string& line)> log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace yuanqu::app
