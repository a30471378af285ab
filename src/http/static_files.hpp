#pragma once
// StaticFiles: the built pages, read once into memory with their gzip form and their ETag. A path without a dot that
// names no file gets the application's own page, so that addresses inside it can be opened directly. Nothing outside
// the folder can be reached: only names found at load time exist. Immutable after load; safe from every thread.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.hpp"

namespace yuanqu::http {

class StaticFiles {
 public:
  // A folder that is not there gives an empty set: the server then says on its root page how to build the pages.
  static StaticFiles load(const std::filesystem::path& folder);

  bool empty() const { return files_.empty(); }
  // nullopt: no such file (the path has a dot, or there is no page of the application: "" for none). Answers 304 when
  // If-None-Match has the tag.
  std::optional<Response> answer(const Request& request, std::string_view application = "/index.html") const;

 private:
  struct File {
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzip;  // null where it would not be smaller
    std::string tag;
    std::string type;
    bool immutable = false;  // its name holds a hash of its content
  };
  const File* find(std::string_view path) const;
  std::unordered_map<std::string, File> files_;
};

std::string_view media_type_of(std::string_view path);
std::string gzipped(std::string_view bytes, int level = 6);
std::string short_hash(std::string_view bytes);  // 16 hex digits of SHA-256

}  // namespace yuanqu::http
