#include "api/source_desk.hpp"

namespace yuanqu::api {

namespace {

// The ending tells the reader the format; nothing else of the sender's name is used as a path.
std::string delivery_ending_of(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const std::string_view known :
       {".csv.gz", ".jsonl.gz", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".jsonl"}) {
    if (name.ends_with(known)) return std::string(known);
  }
  return {};
}

}  // namespace

SourceDesk::SourceDesk(register_::Deliveries& deliveries, std::filesystem::path folder)
    : deliveries_(deliveries), folder_(std::move(folder)) {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  std::filesystem::create_directories(folder_, ignored);
  worker_ = std::thread([this] { work(); });
}

SourceDesk::~SourceDesk() {
  stop();
  worker_.join();
}

void SourceDesk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_.store(true);
  }
  wake_.notify_all();
}

base::Result<void> SourceDesk::receive(register_::DeliveryRequest request, const std::filesystem::path& uploaded,
                                       const register_::Viewer& viewer) {
  request.file =
      folder_ / (std::to_string(deliveries_.records().journal().new_id()) + delivery_ending_of(request.file_name));
  {
    const std::lock_guard lock(mutex_);
    const auto known = runs_.find(request.schedule);
    if (known != runs_.end() &&
        (known->second.state == DeliveryRun::State::Queued || known->second.state == DeliveryRun::State::Running)) {
      return base::fail(base::ErrorCode::Conflict, "这个来源还有一个文件正在处理，请稍候。",
                        "A file of this source is still being taken in; wait a moment.");
    }
    std::error_code problem;
    std::filesystem::rename(uploaded, request.file, problem);
    if (problem) {
      return base::fail(base::ErrorCode::Unavailable, "上传的文件无法保存，请检查数据目录的空间与权限。",
                        "The upload cannot be kept; check space and rights of the data folder.");
    }
    runs_[request.schedule] = {.file_name = request.file_name, .signature = request.signature};
    queue_.push_back({std::move(request), viewer});
  }
  wake_.notify_all();
  return {};
}

std::optional<DeliveryRun> SourceDesk::run_of(register_::RecordId schedule) const {
  const std::lock_guard lock(mutex_);
  const auto known = runs_.find(schedule);
  return known == runs_.end() ? std::nullopt : std::optional(known->second);
}

void SourceDesk::forget(register_::RecordId schedule) {
  const std::lock_guard lock(mutex_);
  const auto known = runs_.find(schedule);
  if (known != runs_.end() && known->second.state == DeliveryRun::State::Failed) runs_.erase(known);
}

void SourceDesk::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stop_.load() || !queue_.empty(); });
    if (stop_.load()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    runs_[job.request.schedule].state = DeliveryRun::State::Running;
    lock.unlock();
    auto report = deliveries_.receive(
        job.viewer, job.request,
        [&](const register_::ImportProgress& progress) {
          const std::lock_guard hold(mutex_);
          runs_[job.request.schedule].progress = progress;
        },
        &stop_);
    std::error_code ignored;
    std::filesystem::remove(job.request.file, ignored);
    lock.lock();
    DeliveryRun& run = runs_[job.request.schedule];
    if (report) {
      run.state = DeliveryRun::State::Done;
      run.delivery = report->delivery.record;
    } else {
      run.state = DeliveryRun::State::Failed;
      run.problem = report.error();
    }
  }
}

}  // namespace yuanqu::api
