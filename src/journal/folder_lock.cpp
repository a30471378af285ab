#include "journal/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace yuanqu::journal {

base::Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "lock";
  FolderLock lock;
  lock.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.file_ < 0) {
    const std::string detail = std::strerror(errno);
    return base::fail(
        base::ErrorCode::Unavailable,
        "无法在数据文件夹 " + folder.string() + " 里建立锁文件：" + detail + "。请检查权限。",
        "Cannot create the lock file in the data folder " + folder.string() + ": " + detail + ". Check its rights.");
  }
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> owner{};
    const ssize_t size = ::pread(lock.file_, owner.data(), owner.size() - 1, 0);
    std::string pid(owner.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!pid.empty() && (pid.back() < '0' || pid.back() > '9')) pid.pop_back();
    return base::fail(
        base::ErrorCode::Unavailable,
        "数据文件夹 " + folder.string() + " 正由另一个进程使用（进程号 " + pid + "）。请先停止它。",
        "The data folder " + folder.string() + " is in use by another process (id " + pid + "). Stop that one first.");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.file_, 0) != 0 || ::pwrite(lock.file_, pid.data(), pid.size(), 0) < 0) {
    return base::fail(base::ErrorCode::Unavailable, "无法写入锁文件。请检查磁盘是否已满。",
                      "Cannot write the lock file. Check whether the disk is full.");
  }
  return lock;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace yuanqu::journal
