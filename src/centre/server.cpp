#include "centre/server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <csignal>
#include <set>

namespace yuanqu::centre {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using tcp = net::ip::tcp;
using net::use_awaitable;
using Message = http::request<http::string_body>;
using Answer = http::response<http::string_body>;

namespace {

constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 1024 * 1024;
constexpr std::size_t message_bytes_max = 256 * 1024;
constexpr std::size_t connections_max = 500;
constexpr auto request_time = std::chrono::seconds(30);
constexpr auto idle_time = std::chrono::seconds(75);

base::Result<Request> request_of(const Message& message, const std::string& peer) {
  Request request;
  request.method = std::string(message.method_string());
  request.peer = peer;
  request.body = message.body();
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  const auto target = message.target();
  if (auto read = read_target({target.data(), target.size()}, request); !read) return tl::unexpected(read.error());
  return request;
}

// The pages' own scripts and styles, this host's sockets, and nothing else. Inline styles place marks on drawings.
constexpr const char* policy =
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src "
    "'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

Answer answer_of(Response&& response, bool head, bool keep_alive) {
  Answer answer(static_cast<http::status>(response.status), 11);
  answer.set(http::field::content_type, response.type);
  answer.set("Content-Security-Policy", policy);
  answer.set("X-Content-Type-Options", "nosniff");
  answer.set("Referrer-Policy", "same-origin");
  bool cached = false;
  for (const auto& [name, value] : response.headers) {
    cached = cached || name == "Cache-Control";
    answer.insert(name, value);
  }
  if (!cached) answer.set(http::field::cache_control, "no-store");
  answer.keep_alive(keep_alive);
  const std::size_t size = response.body.size();
  if (!head) answer.body() = std::move(response.body);
  answer.content_length(size);
  return answer;
}

}  // namespace

struct Server::State {
  State(ServerOptions given, RequestHandler& handles)
      : options(std::move(given)), handler(handles), io(1), acceptor(io), signals(io), pool(options.workers) {}

  ServerOptions options;
  RequestHandler& handler;
  net::io_context io;
  tcp::acceptor acceptor;
  net::signal_set signals;
  net::thread_pool pool;
  std::set<beast::tcp_stream*> connections;
  bool stopping = false;

  void begin_stop() {
    if (stopping) return;
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
    for (beast::tcp_stream* one : connections) one->cancel();
    // What a worker still answers has a second.
    auto last = std::make_shared<net::steady_timer>(io, std::chrono::seconds(1));
    last->async_wait([this, last](error_code) { io.stop(); });
    if (connections.empty()) io.stop();
  }

  net::awaitable<Response> on_worker(const Request& request) {
    return net::async_initiate<const net::use_awaitable_t<>&, void(Response)>(
        [this](auto completion, const Request* one) {
          net::post(pool, [this, one, completion = std::move(completion)]() mutable {
            Response response = handler.answer(*one);
            auto executor = net::get_associated_executor(completion);
            net::post(executor, [completion = std::move(completion), response = std::move(response)]() mutable {
              std::move(completion)(std::move(response));
            });
          });
        },
        use_awaitable, &request);
  }

  using Socket = websocket::stream<beast::tcp_stream>;

  net::awaitable<void> read_messages(std::shared_ptr<Socket> socket, std::shared_ptr<Stream> stream,
                                     std::shared_ptr<bool> ended) {
    beast::flat_buffer buffer;
    error_code ec;
    while (!*ended) {
      co_await socket->async_read(buffer, net::redirect_error(use_awaitable, ec));
      if (ec) break;
      const auto data = buffer.data();
      stream->take({static_cast<const char*>(data.data()), data.size()});
      buffer.consume(buffer.size());
    }
    *ended = true;
  }

  net::awaitable<void> serve_stream(beast::tcp_stream connection, Message message, std::unique_ptr<Stream> opened) {
    auto socket = std::make_shared<Socket>(std::move(connection));
    beast::tcp_stream* lowest = &beast::get_lowest_layer(*socket);
    connections.insert(lowest);
    std::shared_ptr<Stream> stream(std::move(opened));
    auto ended = std::make_shared<bool>(false);
    error_code ec;
    lowest->expires_never();
    socket->set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    socket->read_message_max(message_bytes_max);
    co_await socket->async_accept(message, net::redirect_error(use_awaitable, ec));
    if (!ec) {
      socket->text(true);
      net::co_spawn(io, read_messages(socket, stream, ended), net::detached);
      net::steady_timer timer(io);
      while (!*ended && !stopping && !stream->over()) {
        const std::string frame = stream->next();
        if (!frame.empty()) {
          co_await socket->async_write(net::buffer(frame), net::redirect_error(use_awaitable, ec));
          if (ec) break;
        }
        timer.expires_after(std::chrono::milliseconds(options.frame_ms));
        co_await timer.async_wait(net::redirect_error(use_awaitable, ec));
      }
      if (!*ended)
        co_await socket->async_close(websocket::close_code::going_away, net::redirect_error(use_awaitable, ec));
    }
    connections.erase(lowest);
    if (stopping && connections.empty()) io.stop();
  }

  // True: the connection may go on. Null stream and false: it is over. A stream takes the connection away.
  net::awaitable<bool> exchange(beast::tcp_stream& connection, beast::flat_buffer& buffer, const std::string& peer,
                                bool& handed_over) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(header_bytes_max);
    parser.body_limit(body_bytes_max);
    error_code ec;
    connection.expires_after(idle_time);
    co_await http::async_read_header(connection, buffer, parser, net::redirect_error(use_awaitable, ec));
    if (ec) co_return false;
    connection.expires_after(request_time);
    co_await http::async_read(connection, buffer, parser, net::redirect_error(use_awaitable, ec));
    const bool too_large = ec == http::error::body_limit;
    if (ec && !too_large) co_return false;
    const bool keep_alive = parser.get().keep_alive() && !too_large;
    const bool head = parser.get().method() == http::verb::head;
    auto request = request_of(parser.get(), peer);
    Response response;
    if (too_large) {
      response = oversized();
    } else if (!request) {
      response = problem(request.error());
    } else if (websocket::is_upgrade(parser.get())) {
      auto stream = handler.open_stream(*request);
      if (stream) {
        handed_over = true;
        connections.erase(&connection);
        net::co_spawn(io, serve_stream(std::move(connection), parser.release(), std::move(*stream)), net::detached);
        co_return false;
      }
      response = std::move(stream.error());
    } else {
      response = co_await on_worker(*request);
    }
    Answer answer = answer_of(std::move(response), head, keep_alive);
    http::response_serializer<http::string_body> serializer(answer);
    connection.expires_after(request_time);
    if (head) {
      co_await http::async_write_header(connection, serializer, net::redirect_error(use_awaitable, ec));
    } else {
      co_await http::async_write(connection, serializer, net::redirect_error(use_awaitable, ec));
    }
    const bool more = !ec && keep_alive;
    co_return more;
  }

  static Response oversized() {
    return problem(413,
                   {base::ErrorCode::LimitExceeded, "请求内容超过 1 MB。", "The request is larger than 1 MB.", {}});
  }

  net::awaitable<void> serve(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::string peer;
    const auto end = socket.remote_endpoint(ignored);
    if (!ignored) peer = end.address().to_string();
    beast::tcp_stream connection(std::move(socket));
    beast::flat_buffer buffer;
    connections.insert(&connection);
    bool handed_over = false;
    bool more = true;
    while (more && !stopping) more = co_await exchange(connection, buffer, peer, handed_over);
    if (!handed_over) {
      connections.erase(&connection);
      connection.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
    if (stopping && connections.empty()) io.stop();
  }

  net::awaitable<void> accept() {
    while (!stopping) {
      error_code ec;
      tcp::socket socket = co_await acceptor.async_accept(net::redirect_error(use_awaitable, ec));
      if (ec == net::error::operation_aborted || stopping) co_return;
      if (ec) {
        net::steady_timer pause(io, std::chrono::milliseconds(100));
        co_await pause.async_wait(net::redirect_error(use_awaitable, ec));
        continue;
      }
      if (connections.size() >= connections_max) continue;
      net::co_spawn(io, serve(std::move(socket)), net::detached);
    }
  }
};

Server::Server() = default;
Server::~Server() {
  if (!state_) return;
  state_->io.stop();
  state_->pool.join();
}

base::Result<std::unique_ptr<Server>> Server::open(ServerOptions options, RequestHandler& handler) {
  const std::string shown = options.host + ":" + std::to_string(options.port);
  std::unique_ptr<Server> server(new Server());
  error_code ec;
  const auto address = net::ip::make_address(options.host, ec);
  const tcp::endpoint endpoint(address, options.port);
  server->state_ = std::make_unique<State>(std::move(options), handler);
  State& state = *server->state_;
  if (!ec) state.acceptor.open(endpoint.protocol(), ec);
  if (!ec) state.acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) state.acceptor.bind(endpoint, ec);
  if (!ec) state.acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec) {
    return base::fail(base::ErrorCode::Unavailable, "无法监听 " + shown + "：端口可能已被占用，请用 --listen 换一个。",
                      "Cannot listen on " + shown + ": the port may be taken; choose another with --listen.");
  }
  return server;
}

void Server::run() {
  State& state = *state_;
  if (state.options.stop_on_signals) {
    state.signals.add(SIGINT);
    state.signals.add(SIGTERM);
    state.signals.async_wait([&state](error_code ec, int) {
      if (!ec) state.begin_stop();
    });
  }
  net::co_spawn(state.io, state.accept(), net::detached);
  state.io.run();
  state.pool.join();
}

void Server::stop() {
  net::post(state_->io, [this] { state_->begin_stop(); });
}

std::uint16_t Server::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

}  // namespace yuanqu::centre
