#include "api/verification.hpp"

#include <filesystem>

namespace yuanqu::api {

Verification::~Verification() {
  if (thread_.joinable()) thread_.join();
}

Verification::State Verification::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool Verification::start() {
  const std::lock_guard lock(mutex_);
  if (state_.running) return false;
  if (thread_.joinable()) thread_.join();  // it has ended: running is false
  state_.running = true;
  state_.part = 0;
  state_.begun_at_ms = now_ms_();
  state_.ended_at_ms = 0;
  thread_ = std::thread([this] { run(); });
  return true;
}

void Verification::run() {
  register_::VerifyOptions options;
  options.catalogue = &records_.catalogue();
  options.threads = 1;  // beside those who work
  options.progress = [this](double part) {
    const std::lock_guard lock(mutex_);
    state_.part = part;
  };
  base::Result<register_::VerifyReport> done;
  std::error_code ignored;
  if (!roots_.empty() && std::filesystem::is_regular_file(roots_, ignored)) {
    auto roots = journal::read_checkpoints(roots_);
    if (roots) {
      options.roots = std::move(*roots);
      done = register_::verify(records_.journal(), options);
    } else {
      done = tl::unexpected(roots.error());
    }
  } else {
    done = register_::verify(records_.journal(), options);
  }
  const std::lock_guard lock(mutex_);
  state_.running = false;
  state_.ended_at_ms = now_ms_();
  state_.problem = done ? std::nullopt : std::optional(done.error());
  if (done) state_.report = std::move(*done);
}

}  // namespace yuanqu::api
