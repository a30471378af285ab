#pragma once
// A zip container for reading, by libzip, with limits: what an entry claims and what it really unpacks to are both
// checked.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tabular/reader.hpp"

struct zip;
struct zip_file;

namespace yuanqu::tabular {

class ZipEntry {
 public:
  ~ZipEntry();
  ZipEntry(const ZipEntry&) = delete;
  ZipEntry& operator=(const ZipEntry&) = delete;
  base::Result<std::size_t> read(char* to, std::size_t size);  // 0 at the end
  double progress() const { return size_ == 0 ? 1 : static_cast<double>(read_) / static_cast<double>(size_); }

 private:
  friend class ZipContainer;
  ZipEntry() = default;
  ::zip_file* handle_ = nullptr;
  std::string shown_;
  Limits limits_;
  std::uint64_t size_ = 0;
  std::uint64_t packed_ = 0;
  std::uint64_t read_ = 0;
};

class ZipContainer {
 public:
  static base::Result<std::unique_ptr<ZipContainer>> open(const std::filesystem::path& file, const Limits& limits,
                                                          const std::string& shown);
  static base::Result<std::unique_ptr<ZipContainer>> open(std::string bytes, const Limits& limits,
                                                          const std::string& shown);
  ~ZipContainer();
  ZipContainer(const ZipContainer&) = delete;
  ZipContainer& operator=(const ZipContainer&) = delete;

  bool contains(const std::string& name) const;
  base::Result<std::unique_ptr<ZipEntry>> open_entry(const std::string& name);
  base::Result<std::string> read_all(const std::string& name, std::uint64_t bytes_max);

 private:
  ZipContainer() = default;
  static base::Result<std::unique_ptr<ZipContainer>> check(std::unique_ptr<ZipContainer> container);
  ::zip* handle_ = nullptr;
  std::string bytes_;
  std::string shown_;
  Limits limits_;
};

}  // namespace yuanqu::tabular
