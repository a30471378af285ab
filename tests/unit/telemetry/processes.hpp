#pragma once
// Other programs as partners of a test: started by it on a free port of the loopback, ended by it, by their own id.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace yuanqu::telemetry::testing {

inline int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  socklen_t size = sizeof(address);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

inline bool listens(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = htons(static_cast<std::uint16_t>(port)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const bool open = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  ::close(socket);
  return open;
}

// Debian's own, which has Debian's pymodbus.
inline std::string python() { return std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; }

// Waits for something that will come; how long says only when to give up.
inline bool eventually(const std::function<bool()>& is, int seconds = 60) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!is()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

class Process {
 public:
  Process() = default;
  explicit Process(const std::vector<std::string>& command) { start(command); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { end(); }

  void start(const std::vector<std::string>& command) {
    id_ = ::fork();
    if (id_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nobody behind
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 1);
    if (std::getenv("YUANQU_SHOW_PARTNERS") == nullptr) ::dup2(null, 2);
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  int wait() {
    int status = 0;
    if (id_ > 0) ::waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void end(int signal = SIGKILL) {
    if (id_ <= 0) return;
    ::kill(id_, signal);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }

 private:
  pid_t id_ = -1;
};

// mosquitto with a configuration of the test's own.
class Broker {
 public:
  explicit Broker(const std::filesystem::path& folder) : folder_(folder), port_(free_port()) {
    std::ofstream(folder / "mosquitto.conf")
        << "listener " << port_ << " 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location "
        << folder.string() << "/\nmax_queued_messages 0\nmax_inflight_messages 0\nset_tcp_nodelay true\nuser " << user()
        << "\n";
    start();
  }
  void start() {
    const char* program = std::filesystem::exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
    process_.start({program, "-c", (folder_ / "mosquitto.conf").string()});
    EXPECT_TRUE(eventually([this] { return listens(port_); })) << "mosquitto does not start";
  }
  void stop() { process_.end(SIGTERM); }
  int port() const { return port_; }

 private:
  static std::string user() { return ::getuid() == 0 ? "root" : std::to_string(::getuid()); }
  std::filesystem::path folder_;
  int port_;
  Process process_;
};

}  // namespace yuanqu::telemetry::testing
