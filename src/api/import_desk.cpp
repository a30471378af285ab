#include "api/import_desk.hpp"

#include <chrono>

#include "api/json_writer.hpp"

namespace yuanqu::api {
namespace {

constexpr std::size_t slips_max = 200;  // the oldest finished ones go first

bool finished(const ImportSlip& slip) {
  const std::lock_guard lock(slip.mutex);
  return slip.phase == ImportPhase::Done || slip.phase == ImportPhase::Failed || slip.phase == ImportPhase::Received;
}

void discard(const ImportSlip& slip) {
  std::error_code ignored;
  std::filesystem::remove(slip.file, ignored);
  if (!slip.rejects.empty()) std::filesystem::remove(slip.rejects, ignored);
}

// The ending tells the reader the format; nothing else of the sender's name is used as a path.
std::string import_ending_of(const std::string& file_name) {
  std::string ending;
  for (const std::string_view known : {".csv.gz", ".tsv.gz", ".txt.gz", ".jsonl.gz", ".ndjson.gz", ".csv", ".tsv",
                                       ".txt", ".xlsx", ".xlsm", ".xls", ".jsonl", ".ndjson"}) {
    std::string lower(file_name);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower.ends_with(known)) return std::string(known);
  }
  return ending;
}

}  // namespace

std::string_view name_of(ImportPhase phase) {
  switch (phase) {
    case ImportPhase::Received: return "received";
    case ImportPhase::Queued: return "queued";
    case ImportPhase::Running: return "running";
    case ImportPhase::Done: return "done";
    case ImportPhase::Failed: return "failed";
  }
  return "failed";
}

ImportDesk::ImportDesk(register_::Register& records, EventHub& events, std::filesystem::path folder)
    : records_(records), events_(events), folder_(std::move(folder)) {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  std::filesystem::create_directories(folder_, ignored);
  worker_ = std::thread([this] { work(); });
}

ImportDesk::~ImportDesk() {
  stop();
  worker_.join();
}

void ImportDesk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_.store(true);
  }
  wake_.notify_all();
}

base::Result<std::shared_ptr<ImportSlip>> ImportDesk::receive(const register_::Kind& kind, std::int64_t account,
                                                              std::string file_name,
                                                              const std::filesystem::path& uploaded,
                                                              register_::SourceNumber source,
                                                              std::optional<base::Date> effective_from) {
  auto slip = std::make_shared<ImportSlip>();
  slip->id = records_.journal().new_id();
  slip->kind = &kind;
  slip->account = account;
  slip->file = folder_ / (std::to_string(slip->id) + import_ending_of(file_name));
  slip->file_name = std::move(file_name);
  slip->source = source;
  slip->effective_from = effective_from;
  std::error_code problem;
  std::filesystem::rename(uploaded, slip->file, problem);
  if (problem) {
    return base::fail(base::ErrorCode::Unavailable, "上传的文件无法保存，请检查数据目录的空间与权限。",
                      "The upload cannot be kept; check space and rights of the data folder.");
  }
  tabular::ReadOptions options;
  options.name_shown = slip->file_name;
  auto proposal = register_::propose_import(records_.catalogue(), kind, slip->file, options);
  if (!proposal) {
    discard(*slip);
    return tl::unexpected(proposal.error());
  }
  slip->proposal = std::move(*proposal);
  const std::lock_guard lock(mutex_);
  for (auto it = slips_.begin(); slips_.size() >= slips_max && it != slips_.end();) {
    if (finished(*it->second)) {
      discard(*it->second);
      it = slips_.erase(it);
    } else {
      ++it;
    }
  }
  slips_[slip->id] = slip;
  return slip;
}

base::Result<void> ImportDesk::apply(const std::shared_ptr<ImportSlip>& slip, register_::ImportOptions options,
                                     const register_::Viewer& viewer) {
  {
    const std::lock_guard lock(slip->mutex);
    if (slip->phase != ImportPhase::Received && slip->phase != ImportPhase::Failed) {
      return base::fail(base::ErrorCode::Conflict, "这个文件已经在导入或导入完毕；要再导一次，请重新上传。",
                        "This file is being imported or is done; upload it again to import it again.");
    }
    options.kind = slip->kind;
    options.reason = slip->file_name;
    options.rejects = folder_ / (std::to_string(slip->id) + "-rejects.csv");
    options.read.name_shown = slip->file_name;
    slip->source = options.source;
    slip->effective_from = options.effective_from;
    slip->options = std::move(options);
    slip->phase = ImportPhase::Queued;
    slip->problem.reset();
  }
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({slip, viewer});
  }
  wake_.notify_all();
  return {};
}

std::shared_ptr<ImportSlip> ImportDesk::find(std::int64_t id, std::int64_t account) const {
  const std::lock_guard lock(mutex_);
  const auto found = slips_.find(id);
  return found == slips_.end() || found->second->account != account ? nullptr : found->second;
}

std::vector<std::shared_ptr<ImportSlip>> ImportDesk::of_account(std::int64_t account) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<ImportSlip>> slips;
  for (auto it = slips_.rbegin(); it != slips_.rend(); ++it) {
    if (it->second->account == account) slips.push_back(it->second);
  }
  return slips;
}

void ImportDesk::tell(const ImportSlip& slip) {
  Event event;
  event.type = "import";
  event.position = records_.journal().position();
  event.account = slip.account;
  JsonWriter json;
  {
    const std::lock_guard lock(slip.mutex);
    json.object().member("position", event.position).member("id", Id{slip.id}).member("state", name_of(slip.phase));
    json.member("rows_done", slip.progress.rows_done).member("part", slip.progress.part).end_object();
  }
  event.data = json.take();
  events_.publish(std::move(event));
}

void ImportDesk::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stop_.load() || !queue_.empty(); });
    if (stop_.load()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    run(job);
  }
}

void ImportDesk::run(Job& job) {
  ImportSlip& slip = *job.slip;
  register_::ImportOptions options;
  {
    const std::lock_guard lock(slip.mutex);
    slip.phase = ImportPhase::Running;
    options = slip.options;
  }
  tell(slip);
  auto told = std::chrono::steady_clock::now();
  auto report = register_::run_import(
      records_, job.viewer, slip.file, options,
      [&](const register_::ImportProgress& progress) {
        {
          const std::lock_guard lock(slip.mutex);
          slip.progress = progress;
        }
        const auto now = std::chrono::steady_clock::now();
        if (now - told < std::chrono::milliseconds(200)) return;
        told = now;
        tell(slip);
      },
      &stop_);
  {
    const std::lock_guard lock(slip.mutex);
    if (report) {
      slip.report = std::move(*report);
      slip.phase = ImportPhase::Done;
      slip.progress = {slip.report.rows, 1};
      std::error_code ignored;
      if (slip.report.rejected > 0 && std::filesystem::exists(options.rejects, ignored)) slip.rejects = options.rejects;
    } else {
      slip.problem = report.error();
      slip.phase = ImportPhase::Failed;
    }
  }
  tell(slip);
}

}  // namespace yuanqu::api
