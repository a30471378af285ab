#include "http/live_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

namespace yuanqu::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using net::use_awaitable;

namespace {

constexpr std::size_t message_bytes_max = 256 * 1024;

// Both halves hold it: what ends first leaves it whole for the other.
struct Live {
  Live(std::shared_ptr<beast::tcp_stream> lower, std::unique_ptr<LiveStream> feeds)
      : connection(std::move(lower)), socket(*connection), stream(std::move(feeds)) {}
  std::shared_ptr<beast::tcp_stream> connection;
  websocket::stream<beast::tcp_stream&> socket;
  std::unique_ptr<LiveStream> stream;
  bool ended = false;
};

net::awaitable<void> read_messages(std::shared_ptr<Live> live) {
  beast::flat_buffer buffer;
  error_code ec;
  while (!live->ended) {
    co_await live->socket.async_read(buffer, net::redirect_error(use_awaitable, ec));
    if (ec) break;
    const auto data = buffer.data();
    live->stream->take({static_cast<const char*>(data.data()), data.size()});
    buffer.consume(buffer.size());
  }
  live->ended = true;
}

}  // namespace

net::awaitable<void> serve_live(std::shared_ptr<beast::tcp_stream> connection, const UpgradeRequest& request,
                                std::unique_ptr<LiveStream> stream, int frame_ms, const bool& stopping) {
  const auto live = std::make_shared<Live>(std::move(connection), std::move(stream));
  const auto executor = co_await net::this_coro::executor;
  error_code ec;
  live->connection->expires_never();
  live->socket.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
  live->socket.read_message_max(message_bytes_max);
  co_await live->socket.async_accept(request, net::redirect_error(use_awaitable, ec));
  if (ec) co_return;
  live->socket.text(true);
  net::co_spawn(executor, read_messages(live), net::detached);
  net::steady_timer timer(executor);
  while (!live->ended && !stopping && !live->stream->over()) {
    const std::string frame = live->stream->next();
    if (!frame.empty()) {
      co_await live->socket.async_write(net::buffer(frame), net::redirect_error(use_awaitable, ec));
      if (ec) break;
    }
    timer.expires_after(std::chrono::milliseconds(frame_ms));
    co_await timer.async_wait(net::redirect_error(use_awaitable, ec));
  }
  if (!live->ended)
    co_await live->socket.async_close(websocket::close_code::going_away, net::redirect_error(use_awaitable, ec));
}

}  // namespace yuanqu::http
