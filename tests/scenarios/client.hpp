#pragma once
// A small HTTP/1.1 client for the scenarios, on plain sockets: what a page or a program sends, byte for byte.

#include <string>
#include <utility>
#include <vector>

namespace scenarios {

struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string header(const std::string& lower_name) const;
};

// Sends one request on a connection of its own. A status of 0: no answer.
Reply exchange(int port, const std::string& request);

// An open stream of events.
class Stream {
 public:
  Stream(int port, const std::string& request);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  // Reads on until `wanted` was seen; false when that takes longer. What was read before counts, up to the last find.
  bool wait_for(const std::string& wanted, int timeout_ms);
  const std::string& text() const { return text_; }

 private:
  int handle_ = -1;
  std::string text_;
  std::size_t from_ = 0;
};

}  // namespace scenarios
