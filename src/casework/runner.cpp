#include "casework/runner.hpp"

#include <algorithm>
#include <chrono>

namespace yuanqu::casework {

Runner::Runner(Casework& cases, const base::Clock& clock, std::function<void(const base::Error&)> report)
    : cases_(cases), clock_(clock), report_(std::move(report)) {
  cases_.on_work([this] { wake(); });
  thread_ = std::thread([this] { run(); });
}

Runner::~Runner() {
  {
    std::lock_guard lock(lock_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
  cases_.on_work({});
}

void Runner::wake() {
  {
    std::lock_guard lock(lock_);
    awake_ = true;
  }
  changed_.notify_all();
}

void Runner::run() {
  constexpr std::int64_t pause_ms = 1000;
  while (true) {
    std::int64_t wait_ms = 60'000;
    auto done = cases_.run_jobs();
    if (!done) {
      report_(done.error());
      wait_ms = pause_ms;
    } else if (*done > 0) {
      wait_ms = 0;
    } else if (auto next = cases_.next_job_at_ms(); next && *next) {
      wait_ms = std::clamp<std::int64_t>(**next - clock_.now_ms(), 10, wait_ms);
    }
    std::unique_lock lock(lock_);
    if (wait_ms > 0) changed_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return awake_ || stop_; });
    awake_ = false;
    if (stop_) return;
  }
}

}  // namespace yuanqu::casework
