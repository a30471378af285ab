#pragma once
// One process owns a data folder: an advisory lock (flock) on the file "lock" in it, which the kernel releases when the
// process ends, however it ends. The file holds the owner's process id, for the sentence the second process shows.

#include <filesystem>
#include <utility>

#include "base/error.hpp"

namespace yuanqu::journal {

class FolderLock {
 public:
  static base::Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock() = default;
  FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FolderLock();

 private:
  int file_ = -1;
};

}  // namespace yuanqu::journal
