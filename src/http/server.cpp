#include "http/server.hpp"

#include <algorithm>
#include <atomic>
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
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <csignal>
#include <cstdio>
#include <set>
#include <thread>

#include "http/live_connection.hpp"
#include "http/multipart.hpp"
#include "http/problem.hpp"
#include "http/refusal.hpp"
#include "http/response_head.hpp"

namespace yuanqu::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using tcp = net::ip::tcp;
using net::use_awaitable;
using Parser = wire::request_parser<wire::buffer_body>;

namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer{piece_bytes * 2};
  bool idle = true;  // between requests: may be closed when the server stops
  std::string peer;
};

Method method_of(wire::verb verb) {
  switch (verb) {
    case wire::verb::get: return Method::Get;
    case wire::verb::head: return Method::Head;
    case wire::verb::post: return Method::Post;
    case wire::verb::put: return Method::Put;
    case wire::verb::patch: return Method::Patch;
    case wire::verb::delete_: return Method::Delete;
    default: return Method::Other;
  }
}

}  // namespace

struct Server::State {
  explicit State(ServerOptions given, RequestHandler& handles)
      : options(std::move(given)),
        handler(handles),
        io(1),
        acceptor(io),
        grace(io),
        signals(io),
        pool(options.workers != 0 ? options.workers : std::max(2u, std::thread::hardware_concurrency())) {}

  ServerOptions options;
  RequestHandler& handler;
  net::io_context io;
  tcp::acceptor acceptor;
  net::steady_timer grace;
  net::signal_set signals;
  net::thread_pool pool;
  std::set<Connection*> connections;  // touched on the connection thread only
  std::atomic<std::size_t> connections_count{0};
  std::atomic<std::size_t> waiting{0};
  std::atomic<std::uint64_t> traces{0};
  std::uint64_t trace_seed = 0;
  bool stopping = false;

  void begin_stop() {
    if (stopping) return;
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
    handler.stopping();
    for (Connection* connection : connections) {
      if (connection->idle) connection->stream.cancel();
    }
    grace.expires_after(std::chrono::milliseconds(options.grace_ms));
    grace.async_wait([this](error_code ec) {
      if (!ec) io.stop();
    });
    if (connections.empty()) grace.cancel();
  }

  std::string new_trace() {
    // Spread over the whole range so that ids of one process do not look like a count.
    std::uint64_t mixed = trace_seed + traces.fetch_add(1) * 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    mixed ^= mixed >> 31;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(mixed));
    return text;
  }

  // Runs the handler on a worker and resumes on the connection thread.
  net::awaitable<Response> on_worker(Request& request) {
    return net::async_initiate<const net::use_awaitable_t<>&, void(Response)>(
        [this](auto completion, Request* one) {
          net::post(pool, [this, one, completion = std::move(completion)]() mutable {
            waiting.fetch_sub(1);
            Response response = handler.answer(*one);
            auto executor = net::get_associated_executor(completion);
            net::post(executor, [completion = std::move(completion), response = std::move(response)]() mutable {
              std::move(completion)(std::move(response));
            });
          });
        },
        use_awaitable, &request);
  }

  net::awaitable<bool> write_text(Connection& connection, std::string_view text) {
    error_code ec;
    connection.stream.expires_after(std::chrono::milliseconds(options.write_timeout_ms));
    co_await net::async_write(connection.stream, net::buffer(text.data(), text.size()),
                              net::redirect_error(use_awaitable, ec));
    co_return !ec;
  }

  net::awaitable<bool> write_file(Connection& connection, const std::filesystem::path& path, std::uint64_t size) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) co_return false;
    std::string piece(piece_bytes, '\0');
    bool good = true;
    while (good && size > 0) {
      const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, piece.size()));
      const std::size_t read = std::fread(piece.data(), 1, wanted, file);
      if (read == 0) {
        good = false;
        break;
      }
      size -= read;
      good = co_await write_text(connection, std::string_view(piece).substr(0, read));
    }
    std::fclose(file);
    co_return good;
  }

  net::awaitable<void> write_events(Connection& connection, const std::shared_ptr<EventSource>& source) {
    auto timer = std::make_shared<net::steady_timer>(io);
    source->on_wake([this, weak = std::weak_ptr<net::steady_timer>(timer)] {
      net::post(io, [weak] {
        if (const auto alive = weak.lock()) alive->cancel();
      });
    });
    bool good = co_await write_text(connection, "retry: 2000\n\n");
    while (good && !source->closed() && !stopping) {
      std::string text = source->take_text();
      if (text.empty()) {
        error_code ec;
        timer->expires_after(std::chrono::milliseconds(options.heartbeat_ms));
        co_await timer->async_wait(net::redirect_error(use_awaitable, ec));
        if (ec) continue;  // something waits
        text = ": heartbeat\n\n";
      }
      good = co_await write_text(connection, text);
    }
    source->on_wake(nullptr);
  }

  // Answers whether the connection may go on.
  net::awaitable<bool> write_response(Connection& connection, const Request& request, Response& response,
                                      bool keep_alive) {
    std::uint64_t size = response.body.size();
    if (response.shared_body) size = response.shared_body->size();
    if (!response.file.empty()) {
      std::error_code missing;
      size = std::filesystem::file_size(response.file, missing);
      if (missing) {
        const Refusal gone = refusal(500, base::ErrorCode::Internal, "文件不在了，请联系管理员。",
                                     "The file is gone; tell the administrator.");
        response = handler.refuse(gone->first, gone->second, request);
        size = response.body.size();
      }
    }
    const bool streams = response.events != nullptr;
    const std::string head =
        response_head(response, streams ? std::nullopt : std::optional(size), keep_alive && !streams, request.trace_id);
    const bool without_body = request.method == Method::Head || response.status == 304 || response.status == 204;
    if (streams) {
      const bool begun = co_await write_text(connection, head);
      if (begun) co_await write_events(connection, response.events);
      co_return false;
    }
    if (!response.file.empty()) {
      bool good = co_await write_text(connection, head);
      if (good && !without_body) good = co_await write_file(connection, response.file, size);
      if (response.delete_file) {
        std::error_code ignored;
        std::filesystem::remove(response.file, ignored);
      }
      co_return good&& keep_alive;
    }
    const std::string& body = response.shared_body ? *response.shared_body : response.body;
    const std::array<net::const_buffer, 2> buffers{net::buffer(head),
                                                   without_body ? net::const_buffer() : net::buffer(body)};
    error_code ec;
    connection.stream.expires_after(std::chrono::milliseconds(options.write_timeout_ms));
    co_await net::async_write(connection.stream, buffers, net::redirect_error(use_awaitable, ec));
    co_return !ec && keep_alive;
  }

  // Where a multipart body goes; null for others.
  Refusal plan_body(const Parser& parser, const Request& request, std::unique_ptr<MultipartReader>& multipart,
                    std::uint64_t& bytes_max) {
    bytes_max = options.body_bytes_max;
    if (ascii_lower_case(request.header("content-type")).starts_with("multipart/")) {
      if (auto admitted = handler.admit_upload(request); !admitted) {
        return refusal(admitted.error().code == base::ErrorCode::Unsupported ? 415 : status_of(admitted.error().code),
                       admitted.error());
      }
      MultipartLimits limits;
      limits.file_bytes_max = options.upload_bytes_max;
      auto created = MultipartReader::create(request.header("content-type"), options.upload_folder, limits);
      if (!created) return refusal(400, created.error());
      multipart = std::move(*created);
      bytes_max = options.upload_bytes_max + 65536;
    }
    if (parser.content_length() && *parser.content_length() > bytes_max) return too_large(bytes_max);
    return std::nullopt;
  }

  Refusal take_piece(MultipartReader* multipart, Request& request, std::string_view bytes, std::uint64_t& total,
                     std::uint64_t bytes_max) {
    total += bytes.size();
    if (total > bytes_max) return too_large(bytes_max);
    if (multipart == nullptr) {
      request.body.append(bytes);
    } else if (auto taken = multipart->take(bytes); !taken) {
      return body_refusal(taken.error());
    }
    return std::nullopt;
  }

  // Reads the body into the request.
  net::awaitable<Refusal> read_body(Connection& connection, Parser& parser, Request& request) {
    std::unique_ptr<MultipartReader> multipart;
    std::uint64_t bytes_max = 0;
    Refusal refused = plan_body(parser, request, multipart, bytes_max);
    std::string piece(piece_bytes, '\0');
    std::uint64_t total = 0;
    while (!refused && !parser.is_done()) {
      auto& body = parser.get().body();
      body.data = piece.data();
      body.size = piece.size();
      body.more = true;
      error_code ec;
      connection.stream.expires_after(std::chrono::milliseconds(options.body_timeout_ms));
      co_await wire::async_read(connection.stream, connection.buffer, parser, net::redirect_error(use_awaitable, ec));
      if (ec && ec != wire::error::need_buffer) {
        refused = header_refusal(ec);  // after a time-out the stream is closed and nobody hears it
      } else {
        const std::size_t got = piece.size() - parser.get().body().size;
        refused = take_piece(multipart.get(), request, std::string_view(piece.data(), got), total, bytes_max);
      }
    }
    if (!refused && multipart) {
      auto finished = multipart->finish(request);
      if (!finished) refused = body_refusal(finished.error());
    }
    co_return refused;
  }

  Refusal read_head(const Parser& parser, Request& request) {
    const auto& head = parser.get();
    request.method = method_of(head.method());
    for (const auto& field : head)
      request.headers.emplace_back(ascii_lower_case(field.name_string()), std::string(field.value()));
    if (auto read = read_target(std::string_view(head.target()), request); !read) return refusal(400, read.error());
    return std::nullopt;
  }

  // After a refusal the client may still be sending; closing at once would reset the connection before it has read the
  // answer.
  net::awaitable<void> drain(Connection& connection) {
    error_code ec;
    connection.stream.socket().shutdown(tcp::socket::shutdown_send, ec);
    std::string piece(piece_bytes, '\0');
    connection.stream.expires_after(std::chrono::seconds(2));
    std::size_t total = 0;
    while (!ec && total < (std::size_t{16} << 20)) {
      total += co_await connection.stream.async_read_some(net::buffer(piece), net::redirect_error(use_awaitable, ec));
    }
  }

  // One request and its answer; whether another may follow on this connection.
  net::awaitable<bool> exchange(const std::shared_ptr<Connection>& shared) {
    Connection& connection = *shared;
    Parser parser;
    parser.header_limit(options.header_bytes_max);
    parser.body_limit(boost::none);  // take_piece() counts, and refuses with a sentence
    connection.idle = true;
    connection.stream.expires_after(
        std::chrono::milliseconds(connection.buffer.size() > 0 ? options.header_timeout_ms : options.idle_timeout_ms));
    error_code ec;
    co_await wire::async_read_header(connection.stream, connection.buffer, parser,
                                     net::redirect_error(use_awaitable, ec));
    connection.idle = false;
    Request request;
    request.trace_id = new_trace();
    request.peer = connection.peer;
    if (ec && is_silent_end(ec)) co_return false;
    Refusal refused;
    if (ec) {
      refused = header_refusal(ec);
    } else {
      refused = read_head(parser, request);
    }
    const bool keep_alive = !refused && parser.get().keep_alive() && !stopping;
    if (!refused && !parser.is_done()) {
      if (ascii_lower_case(request.header("expect")) == "100-continue") {
        const bool said = co_await write_text(connection, "HTTP/1.1 100 Continue\r\n\r\n");
        if (!said) co_return false;
      }
      refused = co_await read_body(connection, parser, request);
    }
    if (refused) {
      Response refusal_response = handler.refuse(refused->first, refused->second, request);
      co_await write_response(connection, request, refusal_response, false);
      co_await drain(connection);
      co_return false;
    }
    connection.stream.expires_never();
    std::optional<Response> response;
    if (beast::websocket::is_upgrade(parser.get())) {
      auto stream = handler.open_stream(request);
      if (stream) {
        co_await serve_live({shared, &connection.stream}, parser.get(), std::move(*stream), options.frame_ms, stopping);
        co_return false;
      }
      response = std::move(stream.error());
    } else {
      response = handler.answer_at_once(request);
    }
    if (!response && waiting.load() >= options.waiting_max) {
      const Refusal busy = refusal(503, base::ErrorCode::Unavailable, "请求太多，请稍后再试。",
                                   "Too many requests at once; try again in a moment.");
      response = handler.refuse(busy->first, busy->second, request);
    }
    if (!response) {
      waiting.fetch_add(1);
      Response answered = co_await on_worker(request);
      response = std::move(answered);
    }
    const bool more = co_await write_response(connection, request, *response, keep_alive);
    co_return more;
  }

  net::awaitable<void> serve(tcp::socket socket) {
    const auto shared = std::make_shared<Connection>(std::move(socket));
    Connection& connection = *shared;
    error_code ignored;
    connection.stream.socket().set_option(tcp::no_delay(true), ignored);
    const auto end = connection.stream.socket().remote_endpoint(ignored);
    if (!ignored) connection.peer = end.address().to_string();
    connections.insert(&connection);
    connections_count.store(connections.size());
    bool more = true;
    while (more && !stopping) more = co_await exchange(shared);
    connections.erase(&connection);
    connections_count.store(connections.size());
    if (stopping && connections.empty()) grace.cancel();
    connection.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  net::awaitable<void> accept() {
    while (!stopping) {
      error_code ec;
      tcp::socket socket = co_await acceptor.async_accept(net::redirect_error(use_awaitable, ec));
      if (ec == net::error::operation_aborted || stopping) co_return;
      if (ec) {  // out of file descriptors and the like: breathe, then go on
        net::steady_timer pause(io, std::chrono::milliseconds(100));
        co_await pause.async_wait(net::redirect_error(use_awaitable, ec));
        continue;
      }
      if (connections.size() >= options.connections_max) continue;  // closes it
      net::co_spawn(io, serve(std::move(socket)), net::detached);
    }
  }
};

base::Result<void> RequestHandler::admit_upload(const Request&) {
  return base::fail(base::ErrorCode::Unsupported, "这里不接收文件。", "No file is taken here.");
}

tl::expected<std::unique_ptr<LiveStream>, Response> RequestHandler::open_stream(const Request& request) {
  const base::Error error{base::ErrorCode::Unsupported, "这个地址没有实时数据。", "There is no live stream here.", {}};
  return tl::unexpected(refuse(status_of(error.code), error, request));
}

Response RequestHandler::refuse(int status, const base::Error& error, const Request& request) {
  return problem(status, error, request.trace_id);
}

Server::Server() = default;
Server::~Server() {
  if (!state_) return;
  state_->io.stop();
  state_->pool.join();
}

base::Result<std::unique_ptr<Server>> Server::open(ServerOptions options, RequestHandler& handler) {
  auto address = parse_listen(options.listen);
  if (!address) return tl::unexpected(address.error());
  const std::string shown = options.listen;
  std::unique_ptr<Server> server(new Server());
  server->state_ = std::make_unique<State>(std::move(options), handler);
  State& state = *server->state_;
  state.trace_seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  error_code ec;
  const tcp::endpoint endpoint(net::ip::make_address(address->host), address->port);
  state.acceptor.open(endpoint.protocol(), ec);
  if (!ec) state.acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) state.acceptor.bind(endpoint, ec);
  if (!ec) state.acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec) {
    return base::fail(
        base::ErrorCode::Unavailable,
        "无法监听 " + shown + "：" + ec.message() + "。端口可能已被占用，请用 --listen 换一个。",
        "Cannot listen on " + shown + ": " + ec.message() + ". The port may be taken; choose another with --listen.");
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

std::string Server::url() const {
  error_code ignored;
  const auto end = state_->acceptor.local_endpoint(ignored);
  const std::string host =
      end.address().is_loopback() || end.address().is_unspecified() ? "localhost" : end.address().to_string();
  return "http://" + host + ":" + std::to_string(end.port());
}

std::size_t Server::connections() const { return state_->connections_count.load(); }

}  // namespace yuanqu::http
