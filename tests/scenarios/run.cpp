// scenarios BINARY FOLDER…: HTTP conversations with the real program.
//
// For every folder the program is started once with a small demo zone (or with the command line of the folder's `start`
// file), then each
// *.http file of the folder is played in the order of names. A file is steps, divided by lines of `===`:
//
//     # what this step shows
//     as counter                            who asks: signs in with that demo role once; `as nobody` without
//     await 10                              try again for so many seconds until it matches
//     upload kind=… source=… file=a.csv     the body is sent as that file in a multipart form
//     GET /api/v1/records/${kind}
//     If-Match: "${version}"
//
//     {"values": …}                         body, sent as JSON
//     ---
//     200
//     Content-Type: application/json*
//
//     {"items": ["…", {"id": "=> id"}, "…"]}     see match.hpp; a body that is not JSON: lines that must be found in it
//
// Further first lines: `listen NAME` opens the request as a stream of events, `hear NAME 10` waits for each line of its
// body in that stream, `send raw` sends the lines as they stand. Writes get the header X-Yuanqu: 1 unless the step
// gives it. Prints each failing step, and last `N passed, N failed`.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include "client.hpp"
#include "match.hpp"

namespace scenarios {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < to; ++i) text += (i > from ? "\n" : "") + lines[i];
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// The program under test, serving on a port of its own choice.
class Program {
 public:
  Program(const std::string& binary, std::vector<std::string> arguments) {
    int out[2];
    if (::pipe(out) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(out[1], 1);
      ::close(out[0]);
      ::close(out[1]);
      ::setenv("LC_ALL", "C.UTF-8", 1);
      std::vector<char*> argv{const_cast<char*>(binary.c_str())};
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execv(binary.c_str(), argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    output_ = ::fdopen(out[0], "r");
    char* line = nullptr;
    std::size_t size = 0;
    while (::getline(&line, &size, output_) > 0) {
      said_ += line;
      const std::string text(line);
      if (const auto at = text.find("http://localhost:"); at != std::string::npos) {
        port_ = std::atoi(text.c_str() + at + 17);
        break;
      }
    }
    std::free(line);
  }
  ~Program() { stop(); }

  int port() const { return port_; }
  const std::string& said() const { return said_; }
  // Asks it to stop and answers its exit code; -1 when a signal ended it.
  int stop() {
    if (child_ <= 0) return 0;
    ::kill(child_, SIGTERM);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    if (output_ != nullptr) std::fclose(output_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t child_ = 0;
  FILE* output_ = nullptr;
  int port_ = 0;
  std::string said_;
};

struct Step {
  std::string title;
  std::string who;
  std::string listen, hear;
  int seconds = 0;
  bool raw = false;
  std::string upload;
  std::vector<std::string> request;  // first line, headers
  std::string body;
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string expected;
  std::size_t line = 0;
};

Step parse_step(const std::vector<std::string>& lines, std::size_t first) {
  Step step;
  step.line = first + 1;
  const auto divider = static_cast<std::size_t>(std::find(lines.begin(), lines.end(), "---") - lines.begin());
  std::size_t i = 0;
  for (; i < divider; ++i) {
    std::istringstream words(lines[i]);
    std::string word;
    words >> word;
    if (word.empty()) continue;
    if (word[0] == '#') {
      if (step.title.empty()) step.title = lines[i].substr(1);
    } else if (word == "as") {
      words >> step.who;
    } else if (word == "await") {
      words >> step.seconds;
    } else if (word == "listen") {
      words >> step.listen;
    } else if (word == "hear") {
      words >> step.hear >> step.seconds;
    } else if (word == "upload") {
      step.upload = lines[i].substr(7);
    } else if (word == "send") {
      step.raw = true;
    } else {
      break;
    }
  }
  for (; i < divider && !lines[i].empty(); ++i) step.request.push_back(lines[i]);
  step.body = joined(lines, std::min(i + 1, divider), divider);
  for (i = divider + 1; i < lines.size() && lines[i].empty(); ++i) {
  }
  if (i < lines.size()) step.status = std::atoi(lines[i++].c_str());
  for (; i < lines.size() && !lines[i].empty(); ++i) {
    const auto colon = lines[i].find(": ");
    if (colon == std::string::npos) continue;
    std::string name = lines[i].substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    step.headers.emplace_back(name, lines[i].substr(colon + 2));
  }
  step.expected = joined(lines, std::min(i + 1, lines.size()), lines.size());
  return step;
}

class Player {
 public:
  explicit Player(int port) : port_(port) {}

  // Each file starts with nothing captured and nobody signed in.
  void begin() {
    captures_.clear();
    streams_.clear();
  }

  std::string play(const Step& step) {
    if (!step.hear.empty()) return hear(step);
    const std::string request = request_of(step);
    if (!step.listen.empty()) {
      streams_[step.listen] = std::make_unique<Stream>(port_, request);
      return streams_[step.listen]->wait_for("retry:", 5000) ? std::string{} : "the stream does not begin";
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(step.seconds);
    while (true) {
      std::string wrong = compare(step, scenarios::exchange(port_, request));
      if (wrong.empty() || std::chrono::steady_clock::now() >= end) return wrong;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

 private:
  std::string hear(const Step& step) {
    const auto found = streams_.find(step.hear);
    if (found == streams_.end()) return "no stream " + step.hear;
    for (const std::string& line : lines_of(with_captures(joined(step.request, 0, step.request.size()), captures_))) {
      if (!found->second->wait_for(line, step.seconds * 1000))
        return "not heard: " + line + "; heard: " + found->second->text();
    }
    return {};
  }

  std::string cookie_of(const std::string& role) {
    const auto known = cookies_.find(role);
    if (known != cookies_.end()) return known->second;
    const std::string body = "{\"role\":\"" + role + "\"}";
    const Reply reply =
        scenarios::exchange(port_,
                            "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Yuanqu: "
                            "1\r\nContent-Type: application/json\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body);
    const std::string set = reply.header("set-cookie");
    return cookies_[role] = set.substr(0, set.find(';'));
  }

  std::string multipart(const Step& step, const std::string& content) {
    std::string body;
    std::istringstream words(with_captures(step.upload, captures_));
    for (std::string word; words >> word;) {
      const std::string name = word.substr(0, word.find('='));
      const std::string value = word.substr(word.find('=') + 1);
      body += "--scenario\r\nContent-Disposition: form-data; name=\"" + name + "\"";
      if (name == "file") {
        body += "; filename=\"" + value + "\"\r\n\r\n" + content + "\n\r\n";
      } else {
        body += "\r\n\r\n" + value + "\r\n";
      }
    }
    return body + "--scenario--\r\n";
  }

  std::string request_of(const Step& step) {
    if (step.raw) {
      std::string text;
      for (const std::string& line : step.request) text += with_captures(line, captures_) + "\r\n";
      return text + "\r\n" + step.body;
    }
    std::string body = with_captures(step.body, captures_);
    const std::string type = step.upload.empty() ? "application/json" : "multipart/form-data; boundary=scenario";
    if (!step.upload.empty()) body = multipart(step, body);
    std::string text = with_captures(step.request.empty() ? std::string() : step.request.front(), captures_);
    const bool write = !text.starts_with("GET") && !text.starts_with("HEAD");
    text += " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    bool marked = false;
    for (std::size_t i = 1; i < step.request.size(); ++i) {
      marked = marked || step.request[i].starts_with("X-Yuanqu:");
      text += with_captures(step.request[i], captures_) + "\r\n";
    }
    if (write && !marked) text += "X-Yuanqu: 1\r\n";
    if (!step.who.empty() && step.who != "nobody") text += "Cookie: " + cookie_of(step.who) + "\r\n";
    if (!body.empty()) text += "Content-Type: " + type + "\r\n";
    if (write || !body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
  }

  std::string compare(const Step& step, const Reply& reply) {
    if (reply.status != step.status)
      return "status " + std::to_string(reply.status) + " instead of " + std::to_string(step.status) + ": " +
             reply.body.substr(0, 600);
    for (const auto& [name, pattern] : step.headers) {
      const std::string value = reply.header(name);
      if (pattern.starts_with("=> ")) {
        captures_[pattern.substr(3)] = value;
      } else if (!glob(with_captures(pattern, captures_), value)) {
        return "header " + name + ": expected " + pattern + ", found " + value;
      }
    }
    const std::string expected = with_captures(step.expected, captures_);
    if (expected.empty()) return {};
    if (expected.front() != '{' && expected.front() != '[') {
      for (const std::string& line : lines_of(expected)) {
        if (reply.body.find(line) == std::string::npos)
          return "not in the body: " + line + "; the body begins: " + reply.body.substr(0, 300);
      }
      return {};
    }
    const auto wanted = yuanqu::api::Json::parse(expected);
    if (!wanted) return "the scenario's expectation is not JSON: " + wanted.error().en;
    const auto found = yuanqu::api::Json::parse(reply.body);
    if (!found) return "the body is not JSON: " + reply.body.substr(0, 300);
    return scenarios::mismatch(*wanted, *found, captures_, "$");
  }

  int port_;
  Captures captures_;
  std::map<std::string, std::string> cookies_;
  std::map<std::string, std::unique_ptr<Stream>> streams_;
};

std::pair<int, int> play_file(Player& player, const fs::path& path) {
  int passed = 0, failed = 0;
  player.begin();
  std::vector<std::string> part;
  std::size_t first = 0;
  const std::vector<std::string> lines = lines_of(read_file(path));
  for (std::size_t i = 0; i <= lines.size(); ++i) {
    if (i < lines.size() && lines[i] != "===") {
      part.push_back(lines[i]);
      continue;
    }
    const Step step = parse_step(part, first);
    part.clear();
    first = i + 1;
    if (step.request.empty()) continue;
    const std::string wrong = player.play(step);
    ++(wrong.empty() ? passed : failed);
    if (wrong.empty()) continue;
    std::cout << path.filename().string() << ":" << step.line << ":" << step.title << "\n  " << step.request.front()
              << "\n  " << wrong << "\n";
  }
  return {passed, failed};
}

std::pair<int, int> play_folder(const std::string& binary, const fs::path& folder, const std::string& only) {
  const fs::path data =
      fs::temp_directory_path() / ("yuanqu-scenarios-" + std::to_string(::getpid()) + "-" + folder.filename().string());
  fs::remove_all(data);
  std::vector<std::string> arguments{"demo",        "--enterprises", "300",        "--data",
                                     data.string(), "--listen",      "127.0.0.1:0"};
  Program program(binary, arguments);
  if (program.port() == 0) {
    std::cout << folder.filename().string() << ": the program does not serve; it said:\n" << program.said() << "\n";
    return {0, 1};
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".http" && (only.empty() || entry.path().stem() == only))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Player player(program.port());
  int passed = 0, failed = 0;
  for (const fs::path& file : files) {
    const auto [good, bad] = play_file(player, file);
    passed += good;
    failed += bad;
  }
  if (const int code = program.stop(); code != 0) {
    std::cout << folder.filename().string() << ": the program ended with " << code << " instead of 0\n";
    ++failed;
  }
  fs::remove_all(data);
  return {passed, failed};
}

}  // namespace
}  // namespace scenarios

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "scenarios BINARY FOLDER [FILE]\n";
    return 2;
  }
  const auto [passed, failed] = scenarios::play_folder(argv[1], argv[2], argc > 3 ? argv[3] : "");
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}
