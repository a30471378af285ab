#pragma once
// Server: HTTP/1.1 and WebSocket over TCP (Boost.Beast). One thread reads and writes all connections; requests are
// answered on a pool of workers, so a slow answer never holds up another connection. Knows nothing of resources: it
// hands complete requests to a RequestHandler.
//
// Limits: header and body sizes, time for each step, connections, requests waiting for a worker. What goes over a limit
// is answered (408, 413, 431, 503) and the connection closed. A multipart upload goes to a file piece by piece.
// A WebSocket message is 256 KiB at most. Keep-alive and pipelining work. stop() lets running requests finish within a
// grace time, ends what streams, then run() returns.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "http/message.hpp"
#include "http/stream.hpp"

namespace yuanqu::http {

struct ServerOptions {
  std::string listen =
      "127.0.0.1:8080";     // address:port, [v6]:port, localhost:port or a bare port; port 0 takes a free one
  std::size_t workers = 0;  // 0: as many as the machine has cores, at least 2
  std::uint32_t header_bytes_max = 16 * 1024;
  std::uint64_t body_bytes_max = std::uint64_t{8} << 20;
  std::uint64_t upload_bytes_max = std::uint64_t{512} << 20;
  int header_timeout_ms = 15'000;
  int idle_timeout_ms = 75'000;
  int body_timeout_ms = 30'000;   // for each piece
  int write_timeout_ms = 30'000;  // for each piece
  int heartbeat_ms = 15'000;
  int frame_ms = 100;  // least time between two frames of a live stream
  int grace_ms = 5'000;
  std::size_t connections_max = 2'000;
  std::size_t waiting_max = 1'000;
  std::filesystem::path upload_folder;
  bool stop_on_signals = false;  // SIGINT and SIGTERM
};

class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  // On the connection thread: must not block. nullopt sends the request to a worker.
  virtual std::optional<Response> answer_at_once(const Request&) { return std::nullopt; }
  // Before the body is read: whether this request may carry an upload; an error refuses it (Unsupported: 415). On the
  // connection thread. Unless overridden, none may.
  virtual base::Result<void> admit_upload(const Request& head);
  // On a worker. Never throws.
  virtual Response answer(Request& request) = 0;
  // A WebSocket is asked for: the stream, or the refusal. On the connection thread. Unless overridden: refused (501).
  virtual tl::expected<std::unique_ptr<LiveStream>, Response> open_stream(const Request& request);
  virtual Response refuse(int status, const base::Error& error, const Request& request);
  virtual void stopping() {}  // ends event streams
};

class Server {
 public:
  // Binds the address at once; Unavailable (with what to do) when it cannot be had.
  static base::Result<std::unique_ptr<Server>> open(ServerOptions options, RequestHandler& handler);
  ~Server();

  void run();   // until stop()
  void stop();  // from any thread
  std::uint16_t port() const;
  std::string url() const;  // http://localhost:8080
  std::size_t connections() const;

 private:
  Server();
  struct State;
  std::unique_ptr<State> state_;
};

struct ListenAddress {
  std::string host;  // numeric
  std::uint16_t port = 0;
};
base::Result<ListenAddress> parse_listen(std::string_view text);

}  // namespace yuanqu::http
