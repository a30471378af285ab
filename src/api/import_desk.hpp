#pragma once
// ImportDesk: uploaded files, the mapping proposed for them, and the imports running behind the counter. One import
// runs at a time, so that two people's files do not fight for the writer; the others queue. What a finished import
// stored is durable in the journal; the desk itself keeps its slips in memory for a day, and sweeps files left by an
// earlier process when it opens. Safe from every thread.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/events.hpp"
#include "register/accounts.hpp"
#include "register/import.hpp"

namespace yuanqu::api {

enum class ImportPhase { Received, Queued, Running, Done, Failed };
std::string_view name_of(ImportPhase phase);

// One uploaded file on its way. Fields before `mutex` do not change after it was received.
struct ImportSlip {
  std::int64_t id = 0;
  const register_::Kind* kind = nullptr;
  std::int64_t account = 0;
  std::string file_name;
  std::filesystem::path file;
  register_::ImportProposal proposal;
  std::vector<std::uint64_t> rows_of_sheet;

  mutable std::mutex mutex;
  ImportPhase phase = ImportPhase::Received;
  register_::SourceNumber source = 0;
  std::optional<base::Date> effective_from;
  register_::ImportOptions options;
  register_::ImportProgress progress;
  register_::ImportReport report;
  std::optional<base::Error> problem;
  std::filesystem::path rejects;  // .csv, once done and when rows were rejected
};

class ImportDesk {
 public:
  ImportDesk(register_::Register& records, EventHub& events, std::filesystem::path folder);
  ~ImportDesk();

  const std::filesystem::path& folder() const { return folder_; }  // where uploads belong
  // Takes over the uploaded file and proposes a mapping.
  base::Result<std::shared_ptr<ImportSlip>> receive(const register_::Kind& kind, std::int64_t account,
                                                    std::string file_name, const std::filesystem::path& uploaded,
                                                    register_::SourceNumber source,
                                                    std::optional<base::Date> effective_from);
  // Puts it in the queue; Conflict when it has been applied already. `viewer` is copied.
  base::Result<void> apply(const std::shared_ptr<ImportSlip>& slip, register_::ImportOptions options,
                           const register_::Viewer& viewer);
  std::shared_ptr<ImportSlip> find(std::int64_t id,
                                   std::int64_t account) const;  // null when there is none, or it is somebody else's
  std::vector<std::shared_ptr<ImportSlip>> of_account(std::int64_t account) const;  // newest first
  void stop();                                                                      // after the batch in hand

 private:
  struct Job {
    std::shared_ptr<ImportSlip> slip;
    register_::Viewer viewer;
  };
  void work();
  void run(Job& job);
  void tell(const ImportSlip& slip);

  register_::Register& records_;
  EventHub& events_;
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::int64_t, std::shared_ptr<ImportSlip>> slips_;
  std::deque<Job> queue_;
  std::atomic<bool> stop_{false};
  std::thread worker_;
};

}  // namespace yuanqu::api
