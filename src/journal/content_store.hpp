#pragma once
// Content store: files by the SHA-256 of their bytes under a folder (`sha256sum` of a file equals its name). put()
// returns only after the bytes and their folder entry are synced, so a change may name the hash at once. The same bytes
// are stored once; putting them again makes the file young again (see Attachments::sweep). Safe from several threads.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::journal {

class ContentStore {
 public:
  explicit ContentStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  base::Result<std::string> put(std::string_view bytes);                  // the hash, 64 hex digits
  base::Result<std::string> put_file(const std::filesystem::path& file);  // the same, streamed; `file` stays as it is
  base::Result<std::string> get(std::string_view hash) const;  // checked against the hash: damage is an Internal error
  base::Result<void> check(std::string_view hash, std::uint64_t size) const;  // the same without keeping the bytes
  std::filesystem::path path_of(std::string_view hash) const;                 // ab/cdef…
  const std::filesystem::path& folder() const { return folder_; }

  // Every stored file with its age in seconds, in no order. Files left over by a writer that died have hash "".
  void for_each(const std::function<void(const std::string& hash, const std::filesystem::path& path,
                                         std::int64_t age_s)>& callback) const;
  // Removes the file unless it was put again within `age_s` seconds.
  void remove_older(const std::filesystem::path& path, std::int64_t age_s);

 private:
  base::Result<std::string> place(const std::filesystem::path& temporary, const std::string& hash, std::uint64_t size);
  std::filesystem::path folder_;
  std::mutex placing_;  // a file is never removed while it is being put again
};

// Whether a text has the form of a hash of this store.
bool is_content_hash(std::string_view text);

}  // namespace yuanqu::journal
