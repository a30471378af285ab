#include "journal/content_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <vector>

#include "base/hash.hpp"

namespace yuanqu::journal {
namespace {

using base::ErrorCode;
using base::fail;
namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = std::size_t{256} << 10;

base::Error disk_error(const fs::path& path, const char* doing, int error) {
  base::Place place;
  place.file = path.filename().string();
  if (error == ENOSPC || error == EDQUOT) {
    return base::Error{ErrorCode::Unavailable, "磁盘已满，附件没有保存。请腾出空间后再试。",
                       "The disk is full; the attachment was not stored. Free some space and try again.",
                       std::move(place)};
  }
  return base::Error{ErrorCode::Unavailable, "附件写不进数据目录，请检查磁盘空间与权限。",
                     std::string("The attachment could not be stored (") + doing + ": " + std::strerror(error) +
                         "); check disk space and permissions.",
                     std::move(place)};
}

base::Error missing() {
  return {ErrorCode::NotFound,
          "找不到这份附件，请从备份恢复附件目录。",
          "The attachment is missing; restore the attachments from a backup.",
          {}};
}

base::Error damaged() {
  return {ErrorCode::Internal,
          "附件内容与登记的校验值不符，请从备份恢复。",
          "The attachment does not match its recorded hash; restore it from a backup.",
          {}};
}

class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  int get() const { return file_; }

 private:
  int file_;
};

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

// Reads a file to its end; false when the disk reports an error.
template <class Take>
bool read_all(int file, const Take& take) {
  std::vector<char> piece(piece_bytes);
  for (;;) {
    const ssize_t got = ::read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    if (!take(std::string_view(piece.data(), static_cast<std::size_t>(got)))) return false;
  }
}

bool sync_folder(const fs::path& folder) {
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return handle.get() >= 0 && ::fsync(handle.get()) == 0;
}

// A file of our own under a name nobody else uses, removed again unless it was moved away.
class Incoming {
 public:
  explicit Incoming(const fs::path& folder) {
    static std::atomic<std::uint64_t> count{0};
    std::error_code problem;
    fs::create_directories(folder, problem);
    path_ = folder / ("incoming-" + std::to_string(::getpid()) + "-" + std::to_string(count.fetch_add(1)));
    file_.emplace(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
  }
  ~Incoming() { ::unlink(path_.c_str()); }
  bool is_open() const { return file_->get() >= 0; }
  bool write(std::string_view bytes) const { return write_all(file_->get(), bytes); }
  bool sync() const { return ::fsync(file_->get()) == 0; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  std::optional<Descriptor> file_;
};

}  // namespace

bool is_content_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

fs::path ContentStore::path_of(std::string_view hash) const {
  return folder_ / std::string(hash.substr(0, 2)) / std::string(hash.substr(2));
}

base::Result<std::string> ContentStore::place(const fs::path& temporary, const std::string& hash, std::uint64_t size) {
  const fs::path path = path_of(hash);
  const std::lock_guard hold(placing_);
  std::error_code problem;
  if (fs::exists(path, problem) && fs::file_size(path, problem) == size) {
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
    // An earlier writer may have died between renaming and syncing.
    if (!sync_folder(path.parent_path())) return tl::unexpected(disk_error(path, "fsync", errno));
    return hash;
  }
  fs::create_directories(path.parent_path(), problem);
  if (problem) return tl::unexpected(disk_error(path, "mkdir", problem.value()));
  fs::rename(temporary, path, problem);
  if (problem) return tl::unexpected(disk_error(path, "rename", problem.value()));
  if (!sync_folder(path.parent_path()) || !sync_folder(folder_))
    return tl::unexpected(disk_error(path, "fsync", errno));
  return hash;
}

base::Result<std::string> ContentStore::put(std::string_view bytes) {
  const Incoming incoming(folder_);
  if (!incoming.is_open()) return tl::unexpected(disk_error(incoming.path(), "open", errno));
  if (!incoming.write(bytes) || !incoming.sync()) return tl::unexpected(disk_error(incoming.path(), "write", errno));
  return place(incoming.path(), base::to_hex(base::sha256(bytes)), bytes.size());
}

base::Result<std::string> ContentStore::put_file(const fs::path& file) {
  const Descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (from.get() < 0) return tl::unexpected(disk_error(file, "open", errno));
  const Incoming incoming(folder_);
  if (!incoming.is_open()) return tl::unexpected(disk_error(incoming.path(), "open", errno));
  base::Sha256 hash;
  std::uint64_t size = 0;
  const bool copied = read_all(from.get(), [&](std::string_view piece) {
    hash.update(piece);
    size += piece.size();
    return incoming.write(piece);
  });
  if (!copied || !incoming.sync()) return tl::unexpected(disk_error(incoming.path(), "write", errno));
  return place(incoming.path(), base::to_hex(hash.finish()), size);
}

base::Result<std::string> ContentStore::get(std::string_view hash) const {
  if (!is_content_hash(hash)) return tl::unexpected(missing());
  const Descriptor file(::open(path_of(hash).c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return tl::unexpected(missing());
  std::string bytes;
  const bool read = read_all(file.get(), [&](std::string_view piece) {
    bytes.append(piece);
    return true;
  });
  if (!read || base::to_hex(base::sha256(bytes)) != hash) return tl::unexpected(damaged());
  return bytes;
}

base::Result<void> ContentStore::check(std::string_view hash, std::uint64_t size) const {
  if (!is_content_hash(hash)) return tl::unexpected(missing());
  const Descriptor file(::open(path_of(hash).c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return tl::unexpected(missing());
  base::Sha256 found;
  std::uint64_t length = 0;
  const bool read = read_all(file.get(), [&](std::string_view piece) {
    found.update(piece);
    length += piece.size();
    return true;
  });
  if (!read || length != size || base::to_hex(found.finish()) != hash) return tl::unexpected(damaged());
  return {};
}

void ContentStore::for_each(
    const std::function<void(const std::string&, const fs::path&, std::int64_t)>& callback) const {
  std::error_code problem;
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  for (fs::recursive_directory_iterator at(folder_, problem), end; !problem && at != end; at.increment(problem)) {
    struct stat status {};
    if (::stat(at->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const std::string hash = at->path().parent_path().filename().string() + at->path().filename().string();
    callback(is_content_hash(hash) ? hash : std::string(), at->path(), now.count() - status.st_mtime);
  }
}

void ContentStore::remove_older(const fs::path& path, std::int64_t age_s) {
  const std::lock_guard hold(placing_);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  if (now.count() - status.st_mtime >= age_s) ::unlink(path.c_str());
}

}  // namespace yuanqu::journal
