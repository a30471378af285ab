#pragma once
// MultipartReader: takes a multipart/form-data body (RFC 7578) piece by piece as it arrives. Small parts (without a
// file name) are kept in memory; a part with a file name is written to a file in `folder` at once, so an upload never
// stands in memory. Any cut of the body into pieces gives the same result. Memory: one boundary and one part header.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "http/message.hpp"

namespace yuanqu::http {

struct MultipartLimits {
  std::uint64_t file_bytes_max = std::uint64_t{256} << 20;
  std::size_t text_bytes_max = 64 * 1024;
  std::size_t parts_max = 20;
  std::size_t header_bytes_max = 8 * 1024;
};

class MultipartReader {
 public:
  // `content_type` is the request's header; Invalid when it names no boundary.
  static base::Result<std::unique_ptr<MultipartReader>> create(std::string_view content_type,
                                                               std::filesystem::path folder,
                                                               MultipartLimits limits = {});
  ~MultipartReader();

  base::Result<void> take(std::string_view piece);
  // After the last piece: moves what was read into the request. Invalid when the closing boundary has not come.
  base::Result<void> finish(Request& request);

 private:
  enum class Stage { Preamble, AfterBoundary, Header, Body, Done };
  MultipartReader() = default;
  base::Result<void> begin_part(std::string_view header);
  base::Result<void> add(std::string_view bytes);
  base::Result<void> end_part();

  std::string delimiter_;  // CRLF "--" boundary
  std::filesystem::path folder_;
  MultipartLimits limits_;
  Stage stage_ = Stage::Preamble;
  std::string pending_;
  std::size_t parts_ = 0;
  std::string name_;
  std::string text_;
  Upload upload_;
  std::FILE* file_ = nullptr;
  std::vector<std::pair<std::string, std::string>> form_;
  std::vector<Upload> uploads_;
};

// A parameter of a header value: boundary of `multipart/form-data; boundary="x"`, filename of Content-Disposition (also
// filename*=UTF-8''…).
std::string header_parameter(std::string_view header, std::string_view name);

}  // namespace yuanqu::http
