#include "paper/store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/hash.hpp"

namespace yuanqu::paper {
namespace {

using base::ErrorCode;
using base::fail;

base::Error disk_error(const std::filesystem::path& path, const char* doing) {
  base::Place place;
  place.file = path.filename().string();
  return base::Error{ErrorCode::Unavailable, "附件写不进数据目录，请检查磁盘空间与权限。",
                     std::string("The attachment could not be stored (") + doing + ": " + std::strerror(errno) +
                         "); check disk space and permissions.",
                     std::move(place)};
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool synced = ::fsync(handle) == 0;
  ::close(handle);
  return synced;
}

}  // namespace

std::filesystem::path ContentStore::path_of(std::string_view hash) const {
  return folder_ / std::string(hash.substr(0, 2)) / std::string(hash.substr(2));
}

base::Result<std::string> ContentStore::put(std::string_view bytes) const {
  static std::atomic<std::uint64_t> count{0};
  const std::string hash = base::to_hex(base::sha256(bytes));
  const std::filesystem::path path = path_of(hash);
  std::error_code problem;
  if (std::filesystem::exists(path, problem) && std::filesystem::file_size(path, problem) == bytes.size()) {
    // An earlier writer may have died between renaming and syncing.
    if (!sync_folder(path.parent_path())) return tl::unexpected(disk_error(path, "fsync"));
    return hash;
  }
  std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) {
    errno = problem.value();
    return tl::unexpected(disk_error(path, "mkdir"));
  }
  const std::filesystem::path temporary =
      folder_ / ("incoming-" + std::to_string(::getpid()) + "-" + std::to_string(count.fetch_add(1)));
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (file < 0) return tl::unexpected(disk_error(path, "open"));
  const bool written = write_all(file, bytes) && ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!written) {
    std::filesystem::remove(temporary, problem);
    errno = error;
    return tl::unexpected(disk_error(path, "write"));
  }
  std::filesystem::rename(temporary, path, problem);
  if (problem) {
    errno = problem.value();
    return tl::unexpected(disk_error(path, "rename"));
  }
  if (!sync_folder(path.parent_path()) || !sync_folder(folder_)) return tl::unexpected(disk_error(path, "fsync"));
  return hash;
}

base::Result<std::string> ContentStore::get(std::string_view hash) const {
  const bool plausible = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  std::ifstream file(plausible ? path_of(hash) : std::filesystem::path(), std::ios::binary);
  if (!plausible || !file) {
    return fail(ErrorCode::NotFound, "找不到这份附件，请从备份恢复附件目录。",
                "The attachment is missing; restore the attachments from a backup.");
  }
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (base::to_hex(base::sha256(bytes)) != hash) {
    return fail(ErrorCode::Internal, "附件内容与登记的校验值不符，请从备份恢复。",
                "The attachment does not match its recorded hash; restore it from a backup.");
  }
  return bytes;
}

}  // namespace yuanqu::paper
