#include "app/evidence_keeper.hpp"

#include <chrono>

#include "app/http_post.hpp"
#include "journal/checkpoint.hpp"

namespace yuanqu::app {

EvidenceKeeper::EvidenceKeeper(journal::Journal& journal, int every_minutes, std::string export_to,
                               std::function<void(const std::string& line)> log)
    : journal_(journal), every_minutes_(every_minutes), export_to_(std::move(export_to)), log_(std::move(log)) {
  if (every_minutes_ > 0) thread_ = std::thread([this] { keep(); });
}

EvidenceKeeper::~EvidenceKeeper() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void EvidenceKeeper::once() {
  if (auto made = journal::make_checkpoint(journal_); !made) {
    if (log_) log_("checkpoint: " + base::to_text(made.error(), false));
    return;
  }
  if (export_to_.empty()) return;
  const bool is_url = export_to_.starts_with("https://") || export_to_.starts_with("http://");
  auto exported = is_url ? journal::send_checkpoints(journal_, export_to_,
                                                     [this](const std::string& lines) {
                                                       return http_post(export_to_, lines, "application/x-ndjson");
                                                     })
                         : journal::export_checkpoints(journal_, export_to_);
  if (!exported && log_) log_("checkpoint export: " + base::to_text(exported.error(), false));
}

void EvidenceKeeper::keep() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, std::chrono::minutes(every_minutes_), [this] { return stop_; })) {
    lock.unlock();
    once();
    lock.lock();
  }
  lock.unlock();
  once();
}

}  // namespace yuanqu::app
