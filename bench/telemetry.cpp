// The history beside VictoriaMetrics and InfluxDB, in one run: the same points to all three; rate taken in and safe,
// bytes on disk a point, one tag's day. The peers are processes this program starts on free ports of the loopback and
// ends.
//
//   yuanqu_telemetry_bench [--tags N] [--hours H] [--csv FILE]   prints a table and, with --json FILE, the figures

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "telemetry/chunk.hpp"
#include "telemetry/point_files.hpp"
#include "telemetry/recorder.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::telemetry;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::uint64_t disk_bytes(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (std::filesystem::recursive_directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (at->is_regular_file(problem)) bytes += at->file_size(problem);
  }
  return bytes;
}

int free_port() {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  ::bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  socklen_t size = sizeof(address);
  ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(handle);
  return ntohs(address.sin_port);
}

// One HTTP request; the body of the answer, or nothing.
std::string http(int port, const std::string& method, const std::string& path, const std::string& body) {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = htons(static_cast<std::uint16_t>(port)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  std::string answer;
  if (::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    for (std::size_t at = 0; at < request.size();) {
      const ssize_t sent = ::send(handle, request.data() + at, request.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) break;
      at += static_cast<std::size_t>(sent);
    }
    char piece[65536];
    for (ssize_t got = 0; (got = ::recv(handle, piece, sizeof(piece), 0)) > 0;)
      answer.append(piece, static_cast<std::size_t>(got));
  }
  ::close(handle);
  return answer;
}

class Peer {
 public:
  explicit Peer(const std::vector<std::string>& command) {
    id_ = ::fork();
    if (id_ != 0) return;
    const int null = ::open("/dev/null", O_RDWR);
    for (int handle = 0; handle < 3; ++handle) ::dup2(null, handle);
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  ~Peer() { end(); }
  void end() {
    if (id_ <= 0) return;
    ::kill(id_, SIGTERM);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }
  bool answers(int port, const std::string& path) {
    for (int i = 0; i < 200; ++i) {
      if (!http(port, "GET", path, "").empty()) return true;
      if (::waitpid(id_, nullptr, WNOHANG) == id_) {
        id_ = -1;
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

 private:
  pid_t id_ = -1;
};

struct Figures {
  std::string name;
  double points_per_second = 0;
  double bytes_per_point = 0;
  double day_ms = 0;
  std::string note;
};

constexpr std::int64_t start_ms = 1'700'000'000'000;

// Slow processes of two decimals, as a plant's: what the batches of all three are made of.
std::vector<std::vector<Point>> make_batches(std::size_t tags, std::size_t seconds) {
  std::mt19937_64 random(7);
  std::vector<double> level(tags, 1'000);
  std::vector<std::vector<Point>> batches;
  for (std::size_t second = 0; second < seconds; ++second) {
    std::vector<Point> batch;
    for (std::size_t tag = 0; tag < tags; ++tag) {
      level[tag] += static_cast<double>(static_cast<int>(random() % 41) - 20) / 100;
      batch.push_back({.tag = static_cast<TagIndex>(tag),
                       .source_time_ms = start_ms + static_cast<std::int64_t>(second) * 1'000,
                       .server_time_ms = start_ms + static_cast<std::int64_t>(second) * 1'000 + 20 +
                                         static_cast<std::int64_t>(random() % 8),
                       .value = std::round(level[tag] * 100) / 100});
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

PlantModel plant_of(std::size_t tags) {
  std::string text =
      "plant: bench\nlabels: {zh: 测, en: Bench}\nareas: [{name: a, labels: {zh: a, en: a}, equipment: [{name: e, "
      "labels: {zh: a, en: a}, tags: [";
  for (std::size_t i = 0; i < tags; ++i)
    text +=
        std::string(i == 0 ? "" : ", ") + "{name: t" + std::to_string(i) + ", labels: {zh: a, en: a}, type: number}";
  auto plant = PlantModel::read(text + "]}]}]", "bench");
  if (!plant) std::abort();
  return std::move(*plant);
}

Figures ours(const std::filesystem::path& folder, const std::vector<std::vector<Point>>& batches, std::size_t tags) {
  const PlantModel plant = plant_of(tags);
  base::SystemClock clock;
  std::size_t count = 0;
  for (const auto& batch : batches) count += batch.size();
  auto recorder = std::move(*Recorder::open(folder, plant, clock));
  const auto begun = Clock::now();
  std::uint64_t last = 0;
  for (const auto& batch : batches) {
    // In messages of twenty metrics; what is not yet on disk is bounded by the queue.
    for (std::size_t at = 0; at < batch.size(); at += 20) {
      auto sequence = recorder->record({batch.begin() + static_cast<std::ptrdiff_t>(at),
                                        batch.begin() + static_cast<std::ptrdiff_t>(std::min(batch.size(), at + 20))});
      if (!sequence) std::abort();
      last = *sequence;
    }
  }
  if (!recorder->wait(last)) std::abort();
  const double safe = seconds_since(begun);
  recorder->settle();
  const double settled = seconds_since(begun);
  if (!recorder->keep()) std::abort();
  Figures figures{.name = "yuanqu", .points_per_second = static_cast<double>(count) / settled};
  figures.note = std::to_string(static_cast<long>(static_cast<double>(count) / safe)) +
                 "/s on disk and acknowledged, " + std::to_string(recorder->log().commits()) + " commits";
  const auto day = Clock::now();
  const auto points = recorder->history().raw(0, start_ms, start_ms + 86'400'000);
  figures.day_ms = seconds_since(day) * 1'000;
  if (!points || points->points.size() != std::min<std::size_t>(batches.size(), 86'401)) std::abort();
  recorder.reset();
  figures.bytes_per_point = static_cast<double>(disk_bytes(folder / "history.sqlite")) / static_cast<double>(count);
  const auto size = std::filesystem::file_size(folder / "history.sqlite");
  figures.bytes_per_point = static_cast<double>(size) / static_cast<double>(count);
  return figures;
}

// Line protocol in requests of ten thousand points. Sending is timed, making the text is not.
double send_lines(int port, const std::string& path, const std::vector<std::vector<Point>>& batches, bool nanoseconds) {
  double seconds = 0;
  std::string body;
  std::size_t in_body = 0;
  const auto send = [&] {
    const auto begun = Clock::now();
    const std::string answer = http(port, "POST", path, body);
    seconds += seconds_since(begun);
    if (answer.find(" 204") == std::string::npos && answer.find(" 200") == std::string::npos)
      std::fprintf(stderr, "refused: %.200s\n", answer.c_str());
    body.clear();
    in_body = 0;
  };
  for (const auto& batch : batches) {
    for (const Point& point : batch) {
      body += "m,tag=t" + std::to_string(point.tag) + " v=" + to_text(point.value) + " " +
              std::to_string(point.source_time_ms) + (nanoseconds ? "000000\n" : "\n");
      if (++in_body == 10'000) send();
    }
  }
  if (in_body > 0) send();
  return seconds;
}

Figures victoria(const std::filesystem::path& folder, const std::vector<std::vector<Point>>& batches,
                 std::size_t count) {
  Figures figures{.name = "VictoriaMetrics"};
  const int port = free_port();
  Peer peer({"victoria-metrics", "-storageDataPath=" + folder.string(),
             "-httpListenAddr=127.0.0.1:" + std::to_string(port), "-retentionPeriod=100y", "-influxTrimTimestamp=1ms"});
  if (!peer.answers(port, "/health")) return figures.note = "not installed", figures;
  const double seconds = send_lines(port, "/write?precision=ms", batches, false);
  figures.points_per_second = static_cast<double>(count) / seconds;
  http(port, "GET", "/internal/force_flush", "");
  http(port, "GET", "/internal/force_merge", "");
  const std::string query =
      "/api/v1/export?match%5B%5D=m_v%7Btag%3D%22t0%22%7D&start=" + std::to_string(start_ms / 1000) +
      "&end=" + std::to_string(start_ms / 1000 + 86'400);
  const auto day = Clock::now();
  const std::string answer = http(port, "GET", query, "");
  figures.day_ms = seconds_since(day) * 1'000;
  if (answer.find("\"values\"") == std::string::npos) figures.note = "the query gave nothing";
  std::this_thread::sleep_for(std::chrono::seconds(2));
  peer.end();
  figures.bytes_per_point = static_cast<double>(disk_bytes(folder)) / static_cast<double>(count);
  if (figures.note.empty()) figures.note = "acknowledged before it is on disk";
  return figures;
}

Figures influx(const std::filesystem::path& folder, const std::vector<std::vector<Point>>& batches, std::size_t count) {
  Figures figures{.name = "InfluxDB"};
  const int port = free_port(), rpc = free_port();
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "influxdb.conf")
      << "reporting-disabled = true\nbind-address = \"127.0.0.1:" << rpc << "\"\n[meta]\n  dir = \""
      << (folder / "meta").string() << "\"\n[data]\n  dir = \"" << (folder / "data").string() << "\"\n  wal-dir = \""
      << (folder / "wal").string() << "\"\n[http]\n  bind-address = \"127.0.0.1:" << port
      << "\"\n  log-enabled = false\n[monitor]\n  store-enabled = false\n";
  Peer peer({"influxd", "-config", (folder / "influxdb.conf").string()});
  if (!peer.answers(port, "/ping")) return figures.note = "not installed", figures;
  http(port, "POST", "/query?q=CREATE%20DATABASE%20b", "");
  const double seconds = send_lines(port, "/write?db=b&precision=ms", batches, false);
  figures.points_per_second = static_cast<double>(count) / seconds;
  const std::string query =
      "/query?db=b&epoch=ms&q=SELECT%20v%20FROM%20m%20WHERE%20%22tag%22%3D%27t0%27%20AND%20time%20%3E%3D%20" +
      std::to_string(start_ms) + "ms%20AND%20time%20%3C%20" + std::to_string(start_ms + 86'400'000) + "ms";
  const auto day = Clock::now();
  const std::string answer = http(port, "GET", query, "");
  figures.day_ms = seconds_since(day) * 1'000;
  if (answer.find("\"values\"") == std::string::npos) figures.note = "the query gave nothing";
  peer.end();
  figures.bytes_per_point =
      static_cast<double>(disk_bytes(folder / "data") + disk_bytes(folder / "wal")) / static_cast<double>(count);
  if (figures.note.empty()) figures.note = "before compaction";
  return figures;
}

// A file of one's own: every column that is a number, as it lies in history.
void columns_of(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  std::vector<std::vector<double>> columns;
  while (std::getline(in, line)) {
    std::size_t column = 0;
    for (std::size_t at = 0; at <= line.size(); ++column) {
      const std::size_t end = std::min(line.find(',', at), line.size());
      const auto value = parse_value(line.substr(at, end - at), ValueType::Number);
      if (column >= columns.size()) columns.resize(column + 1);
      if (value && std::holds_alternative<double>(*value)) columns[column].push_back(std::get<double>(*value));
      at = end + 1;
    }
  }
  std::size_t rows = 0, bytes = 0, all = 0;
  for (const auto& values : columns) rows = std::max(rows, values.size());
  std::uint64_t sequence = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].size() < rows) continue;
    std::size_t own = 0;
    for (std::size_t at = 0; at < rows; at += chunk_points_max) {
      std::vector<Point> points;
      for (std::size_t i = at; i < std::min(rows, at + chunk_points_max); ++i)
        points.push_back({.tag = 0,
                          .source_time_ms = start_ms + static_cast<std::int64_t>(i) * 900'000,
                          .server_time_ms = start_ms + static_cast<std::int64_t>(i) * 900'000 + 25,
                          .value = columns[c][i],
                          .sequence = sequence += columns.size()});
      own += encode_chunk(points).size();
    }
    std::printf("  column %zu: %.2f bytes a point\n", c + 1, static_cast<double>(own) / static_cast<double>(rows));
    bytes += own;
    all += rows;
  }
  if (all > 0)
    std::printf("  %s: %zu points, %.2f bytes a point\n", file.c_str(), all,
                static_cast<double>(bytes) / static_cast<double>(all));
}

}  // namespace

int main(int count, char** words) {
  std::size_t tags = 100, hours = 24;
  std::string json;
  std::vector<std::string> files;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = words[i], value = words[i + 1];
    if (name == "--tags") tags = std::stoul(value);
    if (name == "--hours") hours = std::stoul(value);
    if (name == "--csv") files.push_back(value);
    if (name == "--json") json = value;
  }
  char name[] = "/tmp/yuanqu-telemetry-bench-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  const auto batches = make_batches(tags, hours * 3'600);
  const std::size_t points = tags * hours * 3'600;
  std::printf("%zu tags, %zu hours at one value a second: %zu points\n", tags, hours, points);
  std::vector<Figures> all;
  all.push_back(ours(folder / "yuanqu", batches, tags));
  all.push_back(victoria(folder / "victoria", batches, points));
  all.push_back(influx(folder / "influx", batches, points));
  std::printf("%-16s %12s %12s %14s  %s\n", "", "points/s", "bytes/point", "a day of a tag", "");
  for (const Figures& figures : all)
    std::printf("%-16s %12.0f %12.2f %11.1f ms  %s\n", figures.name.c_str(), figures.points_per_second,
                figures.bytes_per_point, figures.day_ms, figures.note.c_str());
  for (const std::string& file : files) columns_of(file);
  if (!json.empty()) {
    std::ofstream out(json);
    out << "{\"points\":" << points << ",\"stores\":[";
    for (std::size_t i = 0; i < all.size(); ++i)
      out << (i == 0 ? "" : ",") << "{\"name\":\"" << all[i].name
          << "\",\"points_per_second\":" << all[i].points_per_second
          << ",\"bytes_per_point\":" << all[i].bytes_per_point << ",\"day_ms\":" << all[i].day_ms << ",\"note\":\""
          << all[i].note << "\"}";
    out << "]}\n";
  }
  std::filesystem::remove_all(folder);
  return 0;
}
