#pragma once
// Requests and responses as the resources see them: plain values, without the library that reads and writes them
// (server.cpp). A request is complete when a resource sees it: its body is in memory, or, for an upload, in a file that
// belongs to the request and is deleted with it unless somebody keeps it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::http {

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Other };
std::string_view name_of(Method method);

class EventSource;

// A file that arrived in a multipart body.
struct Upload {
  std::string field;
  std::string file_name;  // as the sender names it; never used as a path
  std::filesystem::path path;
  std::uint64_t size = 0;
  bool keep = false;
  Upload() = default;
  Upload(Upload&& other) noexcept { *this = std::move(other); }
  Upload& operator=(Upload&& other) noexcept;
  ~Upload();
};

struct Request {
  Method method = Method::Get;
  std::string target;                 // as sent
  std::string path;                   // percent-decoded, without query
  std::vector<std::string> segments;  // of the path, each decoded after splitting
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::vector<std::pair<std::string, std::string>> form;  // small parts of a multipart body
  std::vector<Upload> uploads;
  std::string peer;      // address of the other end
  std::string trace_id;  // 16 hex digits

  std::string_view header(std::string_view lower_case_name) const;  // "" when absent
  std::optional<std::string_view> parameter(std::string_view name) const;
  std::string_view cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // instead of body: cached bytes
  std::filesystem::path file;                      // instead of body: streamed from disk
  bool delete_file = false;                        // after it was sent
  std::shared_ptr<EventSource> events;             // instead of body: a stream of events
  bool compressible = true;

  static Response json(std::string text, int status = 200);
  static Response empty(int status = 204);
  Response& with(std::string name, std::string value);
};

// Splits and decodes a request target; Invalid for a bad percent code, a control character LimitExceeded for more
// than 1,000 parameters.
base::Result<void> read_target(std::string_view target, Request& request);
base::Result<std::string> percent_decoded(std::string_view text, bool plus_is_blank);
std::string percent_encoded(std::string_view text);  // for file names in Content-Disposition

// Names of headers and what stands in them: letters of ASCII alone.
std::string ascii_lower_case(std::string_view text);

// True when one of the tags of an If-Match or If-None-Match header equals `tag` (weak prefixes are passed over) or it
// is "*".
bool matches_tag(std::string_view header, std::string_view tag);
// Whether the client takes gzip with a weight above 0.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace yuanqu::http
