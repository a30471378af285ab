#include "control/record_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/crc.hpp>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::size_t head_size = 8;
constexpr std::uint32_t record_max = 1U << 24U;

std::uint32_t crc_of(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return crc.checksum();
}

void put(std::string& out, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
}

std::uint32_t take(std::string_view bytes) {
  std::uint32_t number = 0;
  for (unsigned i = 0; i < 4; ++i)
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return number;
}

// Where the last whole record ends; fails for damage that is not a torn tail.
base::Result<std::size_t> scan(std::string_view bytes, const std::string& name,
                               const std::function<void(std::string_view)>& record) {
  std::size_t at = 0;
  while (bytes.size() - at >= head_size) {
    const std::uint32_t size = take(bytes.substr(at));
    const std::uint32_t crc = take(bytes.substr(at + 4));
    if (size > record_max || size > bytes.size() - at - head_size) break;
    const std::string_view text = bytes.substr(at + head_size, size);
    if (crc_of(text) != crc) {
      if (at + head_size + size == bytes.size()) break;
      return fail(
          ErrorCode::Unavailable, "记录文件 " + name + " 在第 " + std::to_string(at) + " 字节处损坏。请从备份恢复。",
          "The record file " + name + " is damaged at byte " + std::to_string(at) + ". Restore it from a backup.",
          {.file = name, .offset = at});
    }
    record(text);
    at += head_size + size;
  }
  return at;
}

base::Result<std::string> bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  if (in.bad()) {
    return fail(ErrorCode::Unavailable, "读不了 " + path.string() + "。", "Cannot read " + path.string() + ".");
  }
  return all.str();
}

}  // namespace

base::Result<void> RecordLog::read(const std::filesystem::path& path,
                                   const std::function<void(std::string_view)>& record) {
  auto bytes = bytes_of(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto end = scan(*bytes, path.string(), record);
  if (!end) return tl::unexpected(end.error());
  return {};
}

base::Result<std::unique_ptr<RecordLog>> RecordLog::open(const std::filesystem::path& path,
                                                         const std::function<void(std::string_view)>& record) {
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(path, ignored);
  std::unique_ptr<RecordLog> log(new RecordLog);
  log->name_ = path.string();
  const auto refuse = [&](const std::string& what) {
    const std::string detail = std::strerror(errno);
    return fail(ErrorCode::Unavailable, "记录文件 " + log->name_ + " " + what + "：" + detail + "。请检查磁盘与权限。",
                "The record file " + log->name_ + " cannot be used: " + detail + ". Check disk and rights.",
                {.file = log->name_});
  };
  log->file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log->file_ < 0) return refuse("打不开");
  auto bytes = bytes_of(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto end = scan(*bytes, log->name_, record);
  if (!end) return tl::unexpected(end.error());
  if (*end < bytes->size() && ::ftruncate(log->file_, static_cast<off_t>(*end)) != 0) return refuse("截不去残尾");
  if (::fdatasync(log->file_) != 0) return refuse("写不进磁盘");
  if (is_new) {
    const int folder =
        ::open(path.parent_path().empty() ? "." : path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
      const bool synced = ::fsync(folder) == 0;
      ::close(folder);
      if (!synced) return refuse("写不进磁盘");
    }
  }
  return log;
}

RecordLog::~RecordLog() {
  if (file_ >= 0) ::close(file_);
}

base::Result<void> RecordLog::append(std::string_view record) {
  const auto refuse = [&](const std::string& detail) {
    failed_ = true;
    return fail(ErrorCode::Unavailable, "写不进记录文件 " + name_ + "：" + detail + "。腾出空间后重新启动。",
                "The record file " + name_ + " takes nothing more: " + detail + ". Make room, then start again.",
                {.file = name_});
  };
  if (failed_) return refuse("已停用 / stopped after a failure");
  if (record.size() > record_max) return refuse("记录太长 / record too long");
  std::string frame;
  frame.reserve(head_size + record.size());
  put(frame, static_cast<std::uint32_t>(record.size()));
  put(frame, crc_of(record));
  frame += record;
  std::size_t done = 0;
  while (done < frame.size()) {
    const ssize_t wrote = ::write(file_, frame.data() + done, frame.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return refuse(std::strerror(errno));
    done += static_cast<std::size_t>(wrote);
  }
  if (::fdatasync(file_) != 0) return refuse(std::strerror(errno));
  return {};
}

}  // namespace yuanqu::control
