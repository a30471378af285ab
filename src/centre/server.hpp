#pragma once
// Server: HTTP/1.1 and WebSocket over TCP (Boost.Beast). One thread reads and writes every connection; requests are
// answered on a small pool, so a long export never holds up a live page. Knows no resource.
//
// A live page is pulled, not pushed: ten times a second the server asks the page's stream for its next frame once the
// last one is written, so a slow screen gets fewer, newer frames and memory does not grow.
//
// Limits: header 16 KiB, body 1 MiB, WebSocket message 256 KiB, 30 s for a request, 500 connections. stop() ends
// streams and lets running requests finish.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "centre/http.hpp"

namespace yuanqu::centre {

// What one live page wants and gets. Called on the connection thread only; must not block.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void take(std::string_view message) = 0;  // from the page
  virtual std::string next() = 0;                   // the next frame; "" when there is nothing to say
  virtual bool over() const = 0;                    // the session ended: close
};

class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  virtual Response answer(const Request& request) = 0;  // on a worker; never throws
  // A WebSocket is asked for: the stream, or the refusal. On the connection thread.
  virtual tl::expected<std::unique_ptr<Stream>, Response> open_stream(const Request& request) = 0;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // numeric
  std::uint16_t port = 8090;       // 0 takes a free one
  std::size_t workers = 2;
  int frame_ms = 100;  // least time between two frames of a page
  bool stop_on_signals = false;
};

class Server {
 public:
  static base::Result<std::unique_ptr<Server>> open(ServerOptions options, RequestHandler& handler);
  ~Server();
  void run();   // until stop() or a signal
  void stop();  // from any thread
  std::uint16_t port() const;

 private:
  Server();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::centre
