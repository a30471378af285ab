#pragma once
// The files of a point log, as much of the file system as it needs. DiskFolder is the real one; tests put one beneath
// the log that loses unsynced bytes, tears writes, runs full or refuses.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::telemetry {

class LogFile {
 public:
  virtual ~LogFile() = default;
  virtual base::Result<void> append(std::string_view bytes) = 0;  // all of them or an error
  virtual base::Result<void> sync() = 0;                          // what was appended is on disk after this
};

class LogFolder {
 public:
  virtual ~LogFolder() = default;
  virtual base::Result<std::vector<std::string>> names() = 0;  // sorted
  virtual base::Result<std::string> read(const std::string& name) = 0;
  virtual base::Result<std::unique_ptr<LogFile>> create(const std::string& name) = 0;  // Conflict when it exists
  virtual base::Result<void> remove(const std::string& name) = 0;
};

class DiskFolder final : public LogFolder {
 public:
  // Makes the folder when it is missing.
  static base::Result<std::unique_ptr<DiskFolder>> open(const std::filesystem::path& folder);
  base::Result<std::vector<std::string>> names() override;
  base::Result<std::string> read(const std::string& name) override;
  base::Result<std::unique_ptr<LogFile>> create(const std::string& name) override;
  base::Result<void> remove(const std::string& name) override;

 private:
  explicit DiskFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace yuanqu::telemetry
