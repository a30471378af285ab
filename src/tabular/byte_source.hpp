#pragma once
// Bytes of a file or from memory, unpacked on the way when they are gzipped, with the limits of ReadOptions kept.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::tabular {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual base::Result<std::size_t> read(char* to, std::size_t size) = 0;  // 0 at the end
  virtual double progress() const = 0;                                     // 0 … 1 of the packed bytes
};

// How to begin reading again: a table of JSON Lines is read twice, a CSV file once for each open_sheet().
using ByteSourceMaker = std::function<base::Result<std::unique_ptr<ByteSource>>()>;

ByteSourceMaker file_source(std::filesystem::path file, Limits limits, std::string shown);
ByteSourceMaker memory_source(std::string bytes, Limits limits, std::string shown);

// Unpacked bytes from which Limits::unpack_ratio_max counts: a small file may be packed as tightly as it likes.
inline constexpr std::uint64_t ratio_counts_from = std::uint64_t{16} << 20;

base::Error too_large(const std::string& shown, std::uint64_t bytes_max);
base::Error packed_too_tightly(const std::string& shown);

}  // namespace yuanqu::tabular
