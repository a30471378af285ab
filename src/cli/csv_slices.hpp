#pragma once
// A CSV file in slices of whole records, so that several threads can read it. The header comes first; a byte order mark
// is skipped.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::cli {

class CsvSlices {
 public:
  static base::Result<std::unique_ptr<CsvSlices>> open(const std::filesystem::path& file);
  ~CsvSlices();

  const std::vector<std::string>& header() const { return header_; }
  // The next slice of about two megabytes, and the number of lines of the file before it. False at the end.
  bool next(std::string& bytes, std::size_t& lines_before);
  std::uint64_t bytes_read() const { return total_; }

 private:
  explicit CsvSlices(std::FILE* file) : file_(file) {}
  std::size_t whole_records(std::string_view bytes) const;
  bool fill(std::string& bytes, std::size_t wanted);

  std::FILE* file_;
  std::vector<std::string> header_;
  std::string rest_;  // read, not yet given
  bool over_ = false;
  std::size_t lines_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace yuanqu::cli
