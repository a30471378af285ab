#include "telemetry/log_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;
namespace fs = std::filesystem;

namespace {

tl::unexpected<base::Error> refused(const fs::path& path, int number) {
  const std::string reason = std::generic_category().message(number);
  const std::string shown = path.filename().string();
  if (number == ENOSPC || number == EDQUOT) {
    return fail(
        ErrorCode::Unavailable, "磁盘已满，测点日志无法写入。请腾出空间；在此之前不确认任何数据。",
        "The disk is full, the point log cannot be written. Free some space; nothing is acknowledged until then.",
        {.file = shown});
  }
  return fail(ErrorCode::Unavailable, "测点日志无法读写（" + reason + "）。请检查磁盘和权限。",
              "The point log cannot be read or written (" + reason + "). Check the disk and its permissions.",
              {.file = shown});
}

base::Result<void> sync_folder(const fs::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return refused(folder, errno);
  const int result = ::fsync(handle);
  const int number = errno;
  ::close(handle);
  if (result != 0) return refused(folder, number);
  return {};
}

class DiskFile final : public LogFile {
 public:
  DiskFile(int handle, fs::path path) : handle_(handle), path_(std::move(path)) {}
  ~DiskFile() override { ::close(handle_); }

  base::Result<void> append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::write(handle_, bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return refused(path_, errno);
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  base::Result<void> sync() override {
    if (::fdatasync(handle_) != 0) return refused(path_, errno);
    return {};
  }

 private:
  int handle_;
  fs::path path_;
};

}  // namespace

base::Result<std::unique_ptr<DiskFolder>> DiskFolder::open(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return refused(folder, problem.value());
  if (folder.has_parent_path()) {
    if (auto synced = sync_folder(folder.parent_path()); !synced) return tl::unexpected(synced.error());
  }
  return std::unique_ptr<DiskFolder>(new DiskFolder(folder));
}

base::Result<std::vector<std::string>> DiskFolder::names() {
  std::error_code problem;
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder_, problem), end; !problem && at != end; at.increment(problem))
    names.push_back(at->path().filename().string());
  if (problem) return refused(folder_, problem.value());
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<std::string> DiskFolder::read(const std::string& name) {
  std::ifstream in(folder_ / name, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  if (!in) return refused(folder_ / name, errno == 0 ? EIO : errno);
  return std::move(bytes).str();
}

base::Result<std::unique_ptr<LogFile>> DiskFolder::create(const std::string& name) {
  const fs::path path = folder_ / name;
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
  if (handle < 0) {
    if (errno == EEXIST)
      return fail(ErrorCode::Conflict, "日志文件 " + name + " 已存在。", "The log file " + name + " exists already.");
    return refused(path, errno);
  }
  auto file = std::make_unique<DiskFile>(handle, path);
  if (auto synced = sync_folder(folder_); !synced) return tl::unexpected(synced.error());
  return file;
}

base::Result<void> DiskFolder::remove(const std::string& name) {
  std::error_code problem;
  fs::remove(folder_ / name, problem);
  if (problem) return refused(folder_ / name, problem.value());
  return {};
}

}  // namespace yuanqu::telemetry
