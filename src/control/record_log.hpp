#pragma once
// RecordLog: an append-only file of texts, each synced before append() returns. A record is `length crc32 text` in one
// line-free frame; a torn last record (a crash while writing) is cut off when the file is opened again, a damaged one
// before the end is an error that names its offset. The first failed write or sync makes the log refuse everything
// until it is opened again: what follows a hole must not look whole.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::control {

class RecordLog {
 public:
  // `record` sees every record from the first, as it stands on the disk.
  static base::Result<std::unique_ptr<RecordLog>> open(const std::filesystem::path& path,
                                                       const std::function<void(std::string_view)>& record);
  // Reads without opening for writing; a torn tail is no fault.
  static base::Result<void> read(const std::filesystem::path& path,
                                 const std::function<void(std::string_view)>& record);
  ~RecordLog();
  RecordLog(const RecordLog&) = delete;
  RecordLog& operator=(const RecordLog&) = delete;

  base::Result<void> append(std::string_view record);
  bool failed() const { return failed_; }

 private:
  RecordLog() = default;
  int file_ = -1;
  bool failed_ = false;
  std::string name_;
};

}  // namespace yuanqu::control
