#pragma once
// Worker: a thread that does one thing again and again in the background. `step` answers how long to wait; wake()
// brings the next one forward. The destructor waits for the step that runs.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace yuanqu::centre {

class Worker {
 public:
  using Step = std::function<std::chrono::milliseconds()>;
  explicit Worker(Step step) : step_(std::move(step)), thread_([this] { run(); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_all();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
      woken_ = false;
      lock.unlock();
      const auto wait = step_();
      lock.lock();
      changed_.wait_for(lock, wait, [this] { return stop_ || woken_; });
    }
  }
  Step step_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  bool woken_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace yuanqu::centre
