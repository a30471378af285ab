// Stores as files.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "columns/bytes.hpp"
#include "columns/store.hpp"

namespace yuanqu::columns {

namespace {

constexpr std::uint64_t magic = 0x31534E4D554C4F43ULL;  // "COLUMNS1"

base::Result<std::string> refuse_snapshot(const std::filesystem::path& file, const char* zh, const char* en) {
  return base::fail(base::ErrorCode::Invalid, "快照 " + file.string() + zh, "The snapshot " + file.string() + en,
                    {.file = file.string()});
}

// A quick sum that notices torn or flipped bytes; the file never leaves the machine.
std::uint64_t sum_of(std::string_view bytes) {
  std::uint64_t sums[4] = {1, 2, 3, 4};
  std::size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    for (int lane = 0; lane < 4; ++lane) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at + lane * 8, 8);
      sums[lane] = (sums[lane] ^ word) * 0x9E3779B97F4A7C15ULL;
      sums[lane] ^= sums[lane] >> 31;
    }
  }
  std::uint64_t sum = bytes.size();
  for (const std::uint64_t lane : sums) sum = (sum ^ lane) * 0xFF51AFD7ED558CCDULL;
  for (; at < bytes.size(); ++at) sum = (sum ^ static_cast<unsigned char>(bytes[at])) * 0x100000001B3ULL;
  return sum;
}

class Mapped {
 public:
  explicit Mapped(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<std::size_t>(status.st_size);
      void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
      if (at != MAP_FAILED) data_ = at;
    }
    ::close(descriptor);
  }
  ~Mapped() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  std::string_view view() const {
    return data_ == nullptr ? std::string_view{} : std::string_view(static_cast<const char*>(data_), size_);
  }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

base::Result<void> Store::save(const std::filesystem::path& file, std::string_view mark) const {
  const std::filesystem::path beside = file.string() + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  const auto write = [&](const std::string& part) {
    std::string head;
    put(head, static_cast<std::uint64_t>(part.size()));
    put(head, sum_of(part));
    out.write(head.data(), static_cast<std::streamsize>(head.size()));
    out.write(part.data(), static_cast<std::streamsize>(part.size()));
  };
  std::string part;
  put(part, magic);
  put_text(part, mark);
  put(part, static_cast<std::uint32_t>(tables.size()));
  write(part);
  part.clear();
  dictionary.save(part);
  write(part);
  for (const auto& table : tables) {
    part.clear();
    put_text(part, table->name);
    put(part, static_cast<std::uint64_t>(table->rows));
    put(part, static_cast<std::uint32_t>(table->columns.size()));
    put(part, static_cast<std::uint32_t>(table->lists.size()));
    write(part);
    for (const Column& column : table->columns) {
      part.clear();
      column.save(part);
      write(part);
    }
    for (const ChildList& list : table->lists) {
      part.clear();
      list.save(part);
      write(part);
    }
  }
  out.close();
  std::error_code failed;
  if (out) std::filesystem::rename(beside, file, failed);
  if (!out || failed) {
    return base::fail(base::ErrorCode::Internal, "快照 " + file.string() + " 写不了；请检查磁盘空间。",
                      "The snapshot " + file.string() + " cannot be written; check the disk.", {.file = file.string()});
  }
  return {};
}

base::Result<std::string> Store::load(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    return base::fail(base::ErrorCode::NotFound, "没有快照 " + file.string() + "。",
                      "There is no snapshot " + file.string() + ".", {.file = file.string()});
  }
  const Mapped mapped(file);
  std::string_view in = mapped.view();
  const auto next = [&](std::string_view& part) {
    std::uint64_t size = 0, sum = 0;
    if (!get(in, size) || !get(in, sum) || in.size() < size) return false;
    part = in.substr(0, size);
    in.remove_prefix(size);
    return sum_of(part) == sum;
  };
  const auto damaged = [&] {
    return refuse_snapshot(file, " 已损坏；将从日志重建。", " is damaged; it is made again from the journal.");
  };
  const auto other = [&] {
    return refuse_snapshot(file, " 与现在的记录类型不符；将从日志重建。",
                           " does not fit the kinds of today; it is made again from the journal.");
  };
  std::string_view part;
  std::uint64_t found = 0;
  std::string mark;
  std::uint32_t count = 0;
  if (!next(part) || !get(part, found) || found != magic || !get_text(part, mark) || !get(part, count))
    return damaged();
  if (count != tables.size()) return other();
  if (!next(part) || !dictionary.load(part)) return damaged();
  for (const auto& table : tables) {
    std::string name;
    std::uint64_t rows = 0;
    std::uint32_t columns = 0, lists = 0;
    if (!next(part) || !get_text(part, name) || !get(part, rows) || !get(part, columns) || !get(part, lists))
      return damaged();
    if (name != table->name || columns != table->columns.size() || lists != table->lists.size()) return other();
    table->rows = rows;
    for (Column& column : table->columns) {
      if (!next(part)) return damaged();
      if (!column.load(part) || column.size() != rows) return other();
    }
    for (ChildList& list : table->lists) {
      if (!next(part) || !list.load(part)) return damaged();
    }
  }
  return mark;
}

}  // namespace yuanqu::columns
