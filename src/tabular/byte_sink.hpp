#pragma once
// Where written bytes go: a file that takes its name only when it is whole and synced, or a caller's function; gzipped
// on the way if asked for.

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::tabular {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual base::Result<void> write(std::string_view bytes) = 0;
  virtual base::Result<void> finish() = 0;
};

base::Result<std::unique_ptr<ByteSink>> file_sink(const std::filesystem::path& file);
std::unique_ptr<ByteSink> function_sink(Sink sink);
std::unique_ptr<ByteSink> gzip_sink(std::unique_ptr<ByteSink> inner);

// Moves a finished temporary file to its name and syncs both.
base::Result<void> put_in_place(const std::filesystem::path& written, const std::filesystem::path& file);

}  // namespace yuanqu::tabular
