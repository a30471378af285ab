#pragma once
// Content store: files by the SHA-256 of their bytes under a folder (`sha256sum` of a paper equals the hash its public
// page shows). put() returns only after the bytes and their folder entry are synced, so a change may name the hash at
// once. The same bytes are stored once; a file left over from a crash before its change is found again under the same
// name. Safe from several threads.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::paper {

class ContentStore {
 public:
  explicit ContentStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  base::Result<std::string> put(std::string_view bytes) const;  // the hash, 64 hex digits
  base::Result<std::string> get(std::string_view hash) const;   // checked against the hash: damage is an Internal error
  std::filesystem::path path_of(std::string_view hash) const;   // ab/cdef…

 private:
  std::filesystem::path folder_;
};

}  // namespace yuanqu::paper
