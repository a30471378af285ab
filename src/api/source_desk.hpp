#pragma once
// SourceDesk: deliveries of data sources running behind the counter, one at a time. Safe from every thread.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "register/deliveries.hpp"

namespace yuanqu::api {

struct DeliveryRun {
  enum class State { Queued, Running, Done, Failed } state = State::Queued;
  register_::ImportProgress progress;
  std::optional<base::Error> problem;
  register_::RecordId delivery = 0;
  std::string file_name;
  std::string signature;  // of a signed one
};

class SourceDesk {
 public:
  SourceDesk(register_::Deliveries& deliveries, std::filesystem::path folder);
  ~SourceDesk();

  const std::filesystem::path& folder() const { return folder_; }
  register_::Deliveries& deliveries() { return deliveries_; }
  // Takes over the uploaded file. Conflict while another delivery of the source runs.
  base::Result<void> receive(register_::DeliveryRequest request, const std::filesystem::path& uploaded,
                             const register_::Viewer& viewer);
  std::optional<DeliveryRun> run_of(register_::RecordId schedule) const;  // the last one since the start
  void forget(register_::RecordId schedule);                              // the outcome of its last run was told
  void stop();

 private:
  struct Job {
    register_::DeliveryRequest request;
    register_::Viewer viewer;
  };
  void work();

  register_::Deliveries& deliveries_;
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<register_::RecordId, DeliveryRun> runs_;
  std::deque<Job> queue_;
  std::atomic<bool> stop_{false};
  std::thread worker_;
};

}  // namespace yuanqu::api
