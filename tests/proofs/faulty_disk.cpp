// A disk that fails on command, between a program and the C library (LD_PRELOAD). Only files whose path begins with
// FAULTY_DISK_FOLDER are touched. FAULTY_DISK_ORDER names a file that holds the order in force, read at every call:
//
//   (absent or empty)   all is well
//   full                writes that need space answer ENOSPC
//   sync                fsync and fdatasync answer EIO
//   write               writes answer EIO
//   torn SUFFIX         the next write to a file whose name ends so is done by half, and the process dies (SIGKILL),
//                       as when the power fails while the last page is on its way
//
// Every refused call adds a line to FAULTY_DISK_ORDER.log, so that a test can see that the fault was really met.

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// Through the C library itself, so that reading the order meets no fault.
std::string order() {
  const char* path = std::getenv("FAULTY_DISK_ORDER");
  if (path == nullptr) return {};
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  char text[64] = {};
  const ssize_t got = ::read(file, text, sizeof text - 1);
  ::close(file);
  std::string order(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!order.empty() && order.back() == '\n') order.pop_back();
  return order;
}

void note(const char* call, const std::string& path) {
  const char* order_file = std::getenv("FAULTY_DISK_ORDER");
  if (order_file == nullptr) return;
  const std::string line = std::string(call) + " " + path + "\n";
  static const auto write_ = real<ssize_t (*)(int, const void*, size_t)>("write");
  const int file = ::open((std::string(order_file) + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return;
  (void)!write_(file, line.data(), line.size());
  ::close(file);
}

// The path of one of our files; empty for any other.
std::string ours(int file) {
  static const char* folder = std::getenv("FAULTY_DISK_FOLDER");
  if (folder == nullptr) return {};
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  char path[4096];
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  if (size <= 0) return {};
  std::string text(path, static_cast<std::size_t>(size));
  return text.compare(0, std::strlen(folder), folder) == 0 ? text : std::string();
}

bool refuses_sync(int file, const char* call) {
  const int before = errno;
  const std::string path = ours(file);
  if (path.empty() || order() != "sync") {
    errno = before;
    return false;
  }
  note(call, path);
  errno = EIO;
  return true;
}

// Whether a write is refused; a torn one does not come back. `put` writes the first bytes for real.
template <class Put>
bool refuses_write(int file, const char* call, const Put& put) {
  const int before = errno;
  const std::string path = ours(file);
  const std::string now = path.empty() ? std::string() : order();
  errno = before;
  if (now == "full" || now == "write") {
    note(call, path);
    errno = now == "full" ? ENOSPC : EIO;
    return true;
  }
  if (now.compare(0, 5, "torn ") == 0) {
    const std::string suffix = now.substr(5);
    if (path.size() >= suffix.size() && path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0) {
      put();
      note("torn", path);
      ::kill(::getpid(), SIGKILL);
      for (;;) ::pause();
    }
  }
  return false;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  static const auto real_ = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (refuses_write(file, "write", [&] { (void)!real_(file, bytes, size / 2); })) return -1;
  return real_(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static const auto real_ = real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  if (refuses_write(file, "pwrite", [&] { (void)!real_(file, bytes, size / 2, at); })) return -1;
  return real_(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  static const auto real_ = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  if (refuses_write(file, "pwrite", [&] { (void)!real_(file, bytes, size / 2, at); })) return -1;
  return real_(file, bytes, size, at);
}

int fsync(int file) {
  static const auto real_ = real<int (*)(int)>("fsync");
  return refuses_sync(file, "fsync") ? -1 : real_(file);
}

int fdatasync(int file) {
  static const auto real_ = real<int (*)(int)>("fdatasync");
  return refuses_sync(file, "fdatasync") ? -1 : real_(file);
}

}  // extern "C"
