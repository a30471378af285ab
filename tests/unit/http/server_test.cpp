// The server with a small handler, spoken to over real sockets.
#include "http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "http/problem.hpp"

namespace yuanqu::http {
namespace {

// Says what it is given, once.
class Said final : public EventSource {
 public:
  void say(std::string text) {
    const std::lock_guard lock(mutex_);
    waiting_ += text;
    if (wake_) wake_();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (wake_) wake_();
  }
  std::string take_text() override {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }
  void on_wake(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (wake_ && (closed_ || !waiting_.empty())) wake_();
  }
  bool closed() const override {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  mutable std::mutex mutex_;
  std::string waiting_;
  std::function<void()> wake_;
  bool closed_ = false;
};

// A live page that counts, and says what it was told.
class Counting final : public LiveStream {
 public:
  void take(std::string_view message) override { told_ = message; }
  std::string next() override {
    if (!told_.empty()) return std::exchange(told_, {});
    return ++count_ <= 3 ? std::to_string(count_) : "";
  }
  bool over() const override { return false; }

 private:
  std::string told_;
  int count_ = 0;
};

class Echo final : public RequestHandler {
 public:
  std::optional<Response> answer_at_once(const Request& request) override {
    if (request.path != "/now") return std::nullopt;
    return Response::json("\"now\"");
  }
  base::Result<void> admit_upload(const Request& head) override {
    if (head.path == "/upload") return {};
    return base::fail(base::ErrorCode::Unsupported, "不收文件", "no files");
  }
  Response answer(Request& request) override {
    if (request.path == "/events") {
      Response response;
      response.content_type = "text/event-stream";
      response.events = said;
      return response;
    }
    if (request.path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(150));
    if (request.path == "/upload") {
      const Upload& upload = request.uploads.at(0);
      return Response::json(request.form.at(0).second + " " + upload.file_name + " " + std::to_string(upload.size));
    }
    if (request.path == "/file") {
      Response response;
      response.file = file;
      return response;
    }
    return Response::json(std::string(name_of(request.method)) + " " + request.path + " " + request.body);
  }
  Response refuse(int status, const base::Error& error, const Request& request) override {
    return problem(status, error, request.trace_id);
  }
  tl::expected<std::unique_ptr<LiveStream>, Response> open_stream(const Request& request) override {
    if (request.path == "/live") return std::make_unique<Counting>();
    return RequestHandler::open_stream(request);
  }
  void stopping() override { said->close(); }
  std::shared_ptr<Said> said = std::make_shared<Said>();
  std::filesystem::path file;
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("yuanqu-server-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    handler_.file = folder_ / "big.bin";
    std::ofstream(handler_.file) << std::string(300'000, 'x');
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.upload_folder = folder_;
    options.body_bytes_max = 1000;
    options.upload_bytes_max = 100'000;
    options.idle_timeout_ms = 2'000;
    options.body_timeout_ms = 300;
    options.heartbeat_ms = 100;
    auto opened = Server::open(options, handler_);
    ASSERT_TRUE(opened) << opened.error().en;
    server_ = std::move(*opened);
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    server_->stop();
    thread_.join();
    std::filesystem::remove_all(folder_);
  }

  int connect() {
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    timeval wait{5, 0};
    ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    EXPECT_EQ(::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return handle;
  }
  static void send(int handle, std::string_view text) {
    EXPECT_EQ(::send(handle, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Until `wanted` was seen or the other end closed.
  static std::string receive(int handle, std::string_view wanted = {}) {
    std::string text;
    char piece[65536];
    while (wanted.empty() || text.find(wanted) == std::string::npos) {
      const ssize_t got = ::recv(handle, piece, sizeof piece, 0);
      if (got <= 0) break;
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }
  std::string exchange(std::string_view request) {
    const int handle = connect();
    send(handle, request);
    std::string text = receive(handle);
    ::close(handle);
    return text;
  }

  Echo handler_;
  std::filesystem::path folder_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  const int handle = connect();
  // Two at once, one of them slow: the answers come in order.
  send(handle, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nPOST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  const std::string text = receive(handle, "POST /a abc");
  EXPECT_LT(text.find("GET /slow"), text.find("POST /a abc"));
  send(handle, "GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string last = receive(handle);
  EXPECT_NE(last.find("\"now\""), std::string::npos);
  EXPECT_NE(last.find("Connection: close"), std::string::npos);
  ::close(handle);
}

TEST_F(ServerTest, SlowAnswersDoNotHoldUpOthers) {
  const int slow = connect();
  send(slow, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto started = std::chrono::steady_clock::now();
  EXPECT_NE(exchange("GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").find("GET /quick"),
            std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(120));
  ::close(slow);
}

TEST_F(ServerTest, ReadsChunkedBodiesAndHeadRequests) {
  EXPECT_NE(exchange("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
                     "close\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
                .find("POST /c abc"),
            std::string::npos);
  const std::string head = exchange("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 8"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, RefusesWhatGoesOverALimit) {
  EXPECT_TRUE(exchange("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x'))
                  .starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(exchange("POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                       std::string(2000, 'x') + "\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(exchange("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(exchange("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(exchange("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_EQ(exchange("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"), "")
      << "a body that does not come ends the connection";
  EXPECT_TRUE(exchange("POST /b HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
                       "boundary=b\r\nContent-Length: 5\r\n\r\nabcde")
                  .starts_with("HTTP/1.1 415"));
}

TEST_F(ServerTest, TakesAnUploadAndRemovesItAfterwards) {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nfirm\r\n--b\r\nContent-Disposition: form-data; "
      "name=\"file\"; filename=\"a.csv\"\r\n\r\n" +
      std::string(50'000, 'y') + "\r\n--b--\r\n";
  const std::string head =
      "POST /upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Type: "
      "multipart/form-data; boundary=b\r\nContent-Length: ";
  const std::string text = exchange(head + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 100 Continue"));
  EXPECT_NE(text.find("firm a.csv 50000"), std::string::npos);
  std::size_t left = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++left;
  EXPECT_EQ(left, 1u) << "only the file the test made";
  const std::string large = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n" +
                            std::string(200'000, 'y') + "\r\n--b--\r\n";
  EXPECT_NE(exchange(head + std::to_string(large.size()) + "\r\n\r\n" + large).find("HTTP/1.1 413"), std::string::npos);
}

TEST_F(ServerTest, StreamsFilesAndEvents) {
  const std::string file = exchange("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(file.find("Content-Length: 300000"), std::string::npos);
  EXPECT_EQ(file.size() - file.find("\r\n\r\n") - 4, 300'000u);

  const int handle = connect();
  send(handle, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  receive(handle, ": heartbeat");
  handler_.said->say("id: 5\nevent: clock\ndata: {}\n\n");
  EXPECT_NE(receive(handle, "data: {}").find("id: 5\nevent: clock\n"), std::string::npos);
  server_->stop();
  receive(handle);  // ends
  ::close(handle);
}

// RFC 6455: the handshake, frames both ways, and the end when the server stops.
TEST_F(ServerTest, SpeaksWebSocketWhereThereIsAStream) {
  const std::string upgrade =
      " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const int handle = connect();
  send(handle, "GET /live" + upgrade + "\r\n");
  const std::string begun = receive(handle,
                                    "\x81\x01"
                                    "3");
  EXPECT_NE(begun.find("101 Switching Protocols"), std::string::npos);
  EXPECT_NE(begun.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos) << "the answer of section 1.3";
  send(handle, std::string("\x81\x82", 2) + std::string("\0\0\0\0", 4) + "hi");  // masked with nothing
  EXPECT_NE(receive(handle, "hi").find("\x81\x02hi"), std::string::npos);
  server_->stop();
  EXPECT_NE(receive(handle, "\x88").find("\x88"), std::string::npos) << "closed by a frame, not by a cut";
  send(handle, std::string("\x88\x80\0\0\0\0", 6));
  receive(handle);  // ends
  ::close(handle);
}

TEST_F(ServerTest, RefusesAWebSocketWhereThereIsNone) {
  const std::string refused = exchange(
      "GET /now HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(refused.find("501"), std::string::npos) << refused;
}

TEST_F(ServerTest, RefusesATakenPortWithAdvice) {
  ServerOptions options;
  options.listen = "127.0.0.1:" + std::to_string(server_->port());
  const auto second = Server::open(options, handler_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::Unavailable);
  EXPECT_NE(second.error().en.find("--listen"), std::string::npos);
}

}  // namespace
}  // namespace yuanqu::http
