// Checkpoints reach an address outside once each; what is refused there is sent again.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "app/http_post.hpp"
#include "journal/checkpoint.hpp"

namespace yuanqu::app {
namespace {

// Answers one request after the other with the statuses given, and keeps what came.
class Collector {
 public:
  explicit Collector(std::vector<int> statuses) : listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listening_, 4), 0);
    socklen_t length = sizeof address;
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/roots";
    thread_ = std::thread([this, statuses] {
      for (const int status : statuses) answer(status);
    });
  }
  ~Collector() {
    thread_.join();
    ::close(listening_);
  }
  std::string url;
  std::vector<std::string> bodies;

 private:
  void answer(int status) {
    const int connection = ::accept(listening_, nullptr, nullptr);
    std::string request;
    char part[4096];
    while (true) {
      const std::size_t head = request.find("\r\n\r\n");
      const std::size_t at = request.find("Content-Length: ");
      if (head != std::string::npos && at != std::string::npos &&
          request.size() >= head + 4 + static_cast<std::size_t>(std::atoi(request.c_str() + at + 16)))
        break;
      const ssize_t count = ::recv(connection, part, sizeof part, 0);
      if (count <= 0) break;
      request.append(part, static_cast<std::size_t>(count));
    }
    bodies.push_back(request.substr(request.find("\r\n\r\n") + 4));
    const std::string reply =
        "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    (void)::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
    ::close(connection);
  }
  int listening_;
  std::thread thread_;
};

TEST(Checkpoints, AreSentOnceAndAgainWhenRefused) {
  const auto folder = std::filesystem::temp_directory_path() / ("yuanqu-sent-" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  {
    base::ManualClock clock(1'772'400'000'000);
    auto opened = journal::Journal::open(folder, clock);
    ASSERT_TRUE(opened);
    journal::Journal& journal = **opened;
    ASSERT_TRUE(journal.commit(
        [](journal::Transaction& t) -> base::Result<void> {
          auto appended = t.append({.file = 1, .record = 1, .kind = 1, .values = {}});
          return appended ? base::Result<void>() : tl::unexpected(appended.error());
        },
        {}));
    ASSERT_TRUE(journal::make_checkpoint(journal));
    Collector outside({500, 204});
    const auto post = [&](const std::string& lines) { return http_post(outside.url, lines, "application/x-ndjson"); };
    auto refused = journal::send_checkpoints(journal, outside.url, post);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().en.find("500"), std::string::npos);
    EXPECT_EQ(*journal::send_checkpoints(journal, outside.url, post), 1U);
    EXPECT_EQ(*journal::send_checkpoints(journal, outside.url, post), 0U);
    ASSERT_EQ(outside.bodies.size(), 2U);
    auto line = journal::checkpoint_from_line(outside.bodies[1]);
    ASSERT_TRUE(line);
    EXPECT_TRUE(journal::signature_holds(*line));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace yuanqu::app
