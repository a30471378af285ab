#include "client.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace scenarios {
namespace {

int connect_to(int port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  if (::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(handle);
    return -1;
  }
  return handle;
}

void send_all(int handle, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t now = ::send(handle, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) return;
    sent += static_cast<std::size_t>(now);
  }
}

}  // namespace

std::string Reply::header(const std::string& lower_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_name) return value;
  }
  return {};
}

Reply exchange(int port, const std::string& request) {
  Reply reply;
  const int handle = connect_to(port);
  if (handle < 0) return reply;
  send_all(handle, request);
  std::string text;
  char piece[65536];
  for (ssize_t got = 0; (got = ::recv(handle, piece, sizeof piece, 0)) > 0;)
    text.append(piece, static_cast<std::size_t>(got));
  ::close(handle);
  if (text.starts_with("HTTP/1.1 100")) text.erase(0, text.find("\r\n\r\n") + 4);
  const auto end = text.find("\r\n\r\n");
  if (end == std::string::npos || text.size() < 12) return reply;
  reply.status = std::atoi(text.c_str() + 9);
  std::size_t at = text.find("\r\n") + 2;
  while (at < end) {
    const auto line_end = std::min(text.find("\r\n", at), end);
    const auto colon = text.find(": ", at);
    if (colon != std::string::npos && colon < line_end) {
      std::string name = text.substr(at, colon - at);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      reply.headers.emplace_back(std::move(name), text.substr(colon + 2, line_end - colon - 2));
    }
    at = line_end + 2;
  }
  reply.body = text.substr(end + 4);
  return reply;
}

Stream::Stream(int port, const std::string& request) : handle_(connect_to(port)) {
  if (handle_ >= 0) send_all(handle_, request);
}

Stream::~Stream() {
  if (handle_ >= 0) ::close(handle_);
}

bool Stream::wait_for(const std::string& wanted, int timeout_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (true) {
    if (const auto found = text_.find(wanted, from_); found != std::string::npos) {
      from_ = found + wanted.size();
      return true;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0 || handle_ < 0) return false;
    pollfd ready{handle_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(left)) <= 0) return false;
    char piece[65536];
    const ssize_t got = ::recv(handle_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    text_.append(piece, static_cast<std::size_t>(got));
  }
}

}  // namespace scenarios
