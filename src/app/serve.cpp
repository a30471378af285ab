#include "app/serve.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <mutex>
#include <thread>

#include "api/application.hpp"
#include "app/demo.hpp"
#include "app/doorkeeper.hpp"
#include "app/refuse.hpp"
#include "app/zone.hpp"
#include "app/zone_settings.hpp"
#include "http/server.hpp"

namespace yuanqu::app {
namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr const char* uploads_folder = "uploads";  // as Zone lays it out

void say(const std::string& zh, const std::string& en) { std::cout << (cli::speaks_chinese() ? zh : en) << std::endl; }

void log_to_standard_error() {
  auto logger = spdlog::get("yuanqu");
  if (!logger) logger = spdlog::stderr_logger_mt("yuanqu");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  spdlog::set_default_logger(logger);
}

// A zone that follows the calendar: the day is moved by an entry in the journal as soon as it is over.
class DayKeeper {
 public:
  DayKeeper(Zone& zone, const base::Clock& clock) : zone_(zone), clock_(clock), thread_([this] { keep(); }) {}
  ~DayKeeper() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void keep() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::seconds(20), [this] { return stop_; })) {
      lock.unlock();
      if (auto moved = zone_.advance_to(0, local_day(clock_.now_ms())); !moved)
        spdlog::error("day: {}", base::to_text(moved.error(), false));
      lock.lock();
    }
  }
  Zone& zone_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread thread_;
};

std::string roles_line(const api::House& house, bool chinese) {
  std::string line;
  for (const api::DemoRole& role : house.demo_roles) {
    if (!line.empty()) line += " · ";
    line += (chinese ? role.labels.zh : role.labels.en) + " (" + role.role + ")";
  }
  return line;
}

void say_ready(Zone& zone, const std::string& url, Moment started) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  const base::Date today = zone.records().today().value_or(base::Date{});
  const population::Figures figures = zone.population().figures();
  say(fmt::format("{}{} · {} 条记录 · {} 个结论 · {} · 就绪用时 {:.2f} 秒", zone.house().zone.zh,
                  zone.house().synthetic ? "（合成数据，非真实企业）" : "", figures.records, figures.outcomes,
                  today.to_string(), took.count()),
      fmt::format("{}{} · {} records · {} outcomes · {} · ready in {:.2f} s", zone.house().zone.en,
                  zone.house().synthetic ? " (synthetic data, no real firm)" : "", figures.records, figures.outcomes,
                  today.to_string(), took.count()));
  if (!url.empty()) say("打开 " + url, "Open " + url);
  if (!zone.house().demo_roles.empty() && !url.empty()) {
    say("登录页一键选择角色：" + roles_line(zone.house(), true),
        "Choose a role on the sign-in page: " + roles_line(zone.house(), false));
  }
  if (!url.empty()) say("按 Ctrl-C 停止", "Ctrl-C stops it");
}

struct Opened {
  std::unique_ptr<Zone> zone;  // begun
  bool follows_the_day = false;
  Moment started;
};
using Progress = std::function<void(double part)>;
using Opening = std::function<base::Result<Opened>(const Progress& progress)>;

// Listens at once, opens the zone behind the doorkeeper, serves it until a signal.
int serve(const ServeArguments& arguments, const base::Clock& clock, const Opening& open) {
  // Declared before the server, which so goes first: a stream it still holds reaches into the zone.
  Opened opened;
  std::unique_ptr<api::Application> application;
  std::unique_ptr<DayKeeper> days;
  Doorkeeper door;
  http::ServerOptions options;
  options.listen = arguments.listen;
  options.upload_folder = std::filesystem::path(arguments.data) / uploads_folder;
  options.stop_on_signals = true;
  auto server = http::Server::open(options, door);
  if (!server) return refuse(server.error());
  std::optional<base::Error> problem;
  std::atomic<bool> settled{false};
  std::thread opening([&] {
    auto made = open([&door](double part) { door.tell(part); });
    if (!made) {
      problem = made.error();
      settled.store(true);
      (*server)->stop();
      return;
    }
    opened = std::move(*made);
    application = std::make_unique<api::Application>(opened.zone->house(), find_web_folder(arguments.web));
    application->set_connections([&server] { return (*server)->connections(); });
    if (opened.follows_the_day) days = std::make_unique<DayKeeper>(*opened.zone, clock);
    settled.store(true);
    door.let_in(*application);
    say_ready(*opened.zone, (*server)->url(), opened.started);
  });
  (*server)->run();
  if (!settled.load()) {  // stopped before it was open: as after a kill, the next start begins where this one came to
    say("启动中被停止，数据完好。", "Stopped while starting; the data are whole.");
    std::_Exit(0);
  }
  opening.join();
  if (problem) return refuse(*problem);
  days.reset();
  say("已停止，数据都已落盘。", "Stopped; everything is stored.");
  return 0;
}

base::Result<std::unique_ptr<Zone>> open_zone(const ServeArguments& arguments, bool demo, Progress progress = {}) {
  auto packs = find_packs_folder(arguments.packs);
  if (!packs) return tl::unexpected(packs.error());
  auto address = http::parse_listen(arguments.listen);
  if (!address) return tl::unexpected(address.error());
  ZoneOptions options;
  options.data = arguments.data;
  options.packs = *packs;
  options.demo = demo;
  options.centre = arguments.centre;
  options.progress = std::move(progress);
  options.verify_address = fmt::format("http://localhost:{}/verify/", address->port == 0 ? 8080 : address->port);
  options.log = [](const std::string& line) { spdlog::warn("{}", line); };
  return Zone::open(std::move(options));
}

void add_shared_options(CLI::App& command, ServeArguments& arguments) {
  command.add_option("--listen", arguments.listen, "address:port to listen on")->capture_default_str();
  command.add_option("--packs", arguments.packs, "folder of the packs (default: beside the program)");
  command.add_option("--web", arguments.web, "folder of the built pages (default: beside the program)");
  command.add_option("--centre", arguments.centre, "address of a smart centre, offered in the navigation");
}

}  // namespace

base::Date local_day(std::int64_t now_ms) {
  constexpr std::int64_t day_ms = 86'400'000, offset_ms = 8LL * 3'600'000;
  const std::int64_t local = now_ms + offset_ms;
  return base::Date::from_days(local / day_ms - (local % day_ms < 0 ? 1 : 0));
}

int run_serve(const ServeArguments& arguments) {
  const Moment started = std::chrono::steady_clock::now();
  log_to_standard_error();
  if (!arguments.database.empty()) {
    return refuse({base::ErrorCode::Unsupported,
                   "目前只支持数据目录，请用 --data。",
                   "Only a data folder is served so far; use --data.",
                   {}});
  }
  if (arguments.data.empty()) {
    std::cerr << (cli::speaks_chinese() ? "请用 --data 指明数据目录。\n" : "Name the data folder with --data.\n");
    return 2;
  }
  const base::SystemClock clock;
  return serve(arguments, clock, [&](const Progress& progress) -> base::Result<Opened> {
    auto zone = open_zone(arguments, false, progress);
    if (!zone) return tl::unexpected(zone.error());
    const bool follows = !(*zone)->is_demo();
    if ((*zone)->is_demo()) {
      if (auto roles = open_demo_roles(**zone); !roles) return tl::unexpected(roles.error());
    } else if (auto moved = (*zone)->advance_to(0, local_day(clock.now_ms())); !moved) {
      return tl::unexpected(moved.error());
    }
    if (auto begun = (*zone)->begin(); !begun) return tl::unexpected(begun.error());
    return Opened{std::move(*zone), follows, started};
  });
}

namespace {

// The demo zone of these arguments, made when it is not there, as of its day.
base::Result<Opened> open_demo(const DemoArguments& arguments, base::Date day, bool today, const Progress& progress) {
  Moment started = std::chrono::steady_clock::now();
  auto zone = open_zone(arguments.serve, true, progress);
  if (!zone) return tl::unexpected(zone.error());
  if (!(*zone)->is_demo()) {
    return base::fail(base::ErrorCode::Conflict, "这个数据目录不是演示园区，请换一个 --data，或用 serve 打开它。",
                      "This data folder holds no demo zone; choose another --data, or open it with serve.",
                      {.file = arguments.serve.data});
  }
  auto filled = fill_demo(
      *zone, arguments, day, [&] { return open_zone(arguments.serve, true, progress); }, progress);
  if (!filled) return tl::unexpected(filled.error());
  if (*filled) started = std::chrono::steady_clock::now();  // what is told is the start, not the making
  if (auto roles = open_demo_roles(**zone); !roles) return tl::unexpected(roles.error());
  if (auto begun = (*zone)->begin(); !begun) return tl::unexpected(begun.error());
  if (arguments.clock_given || today) {
    if (auto moved = (*zone)->advance_to(0, day); !moved) return tl::unexpected(moved.error());
  }
  return Opened{std::move(*zone), today, started};
}

}  // namespace

int run_demo(const DemoArguments& arguments) {
  log_to_standard_error();
  const base::SystemClock clock;
  const bool today = arguments.clock == "today";
  const auto day = today ? std::optional(local_day(clock.now_ms())) : base::Date::parse(arguments.clock);
  if (!day) {
    return refuse({base::ErrorCode::Invalid,
                   "--clock 应为 2026-03-02 这样的日期或 today。",
                   "--clock must be a date like 2026-03-02, or today.",
                   {}});
  }
  if (arguments.no_serve) {
    auto opened = open_demo(arguments, *day, today, {});
    if (!opened) return refuse(opened.error());
    say_ready(*opened->zone, {}, opened->started);
    return 0;
  }
  return serve(arguments.serve, clock,
               [&](const Progress& progress) { return open_demo(arguments, *day, today, progress); });
}

void add_serve(CLI::App& program, cli::Chosen& chosen) {
  auto* command = program.add_subcommand("serve", "serve a zone's data folder over HTTP");
  auto arguments = std::make_shared<ServeArguments>();
  command->add_option("--data", arguments->data, "the zone's data folder");
  command->add_option("--database", arguments->database, "a database instead of a folder");
  add_shared_options(*command, *arguments);
  command->callback([&chosen, arguments] { chosen = [arguments] { return run_serve(*arguments); }; });
}

void add_demo(CLI::App& program, cli::Chosen& chosen) {
  auto* command = program.add_subcommand("demo", "make (once) and serve a synthetic zone");
  auto arguments = std::make_shared<DemoArguments>();
  arguments->serve.data = "yuanqu-demo";
  command->add_option("--data", arguments->serve.data, "folder of the demo; made when it is not there")
      ->capture_default_str();
  command->add_option("--enterprises", arguments->enterprises, "how many firms a new demo has")
      ->capture_default_str()
      ->check(CLI::Range(20, 1'000'000));
  auto* clock =
      command->add_option("--clock", arguments->clock, "the zone's day: a date, or today")->capture_default_str();
  command->add_flag("--no-serve", arguments->no_serve, "make it and stop");
  add_shared_options(*command, arguments->serve);
  command->callback([&chosen, arguments, clock] {
    arguments->clock_given = clock->count() > 0;
    chosen = [arguments] { return run_demo(*arguments); };
  });
}

}  // namespace yuanqu::app
