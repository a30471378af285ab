// `yuanqu centre`: the smart centre over its data folder, until SIGINT or SIGTERM.
#include "app/centre.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "app/refuse.hpp"
#include "app/zone_settings.hpp"
#include "base/clock.hpp"
#include "centre/application.hpp"
#include "control/plant_content.hpp"
#include "journal/folder_lock.hpp"

namespace yuanqu::app {
namespace {

struct CentreArguments {
  std::string data, listen = "127.0.0.1:8090", packs, web, broker = "127.0.0.1:1883", zone, mirror;
  std::vector<std::string> pack{"steel"};
  bool demo = false;
  std::string administrator;
};

void log_line(const std::string& line) { std::cerr << line << std::endl; }

// Whatever a pack says of one plant.
base::Result<std::unique_ptr<centre::Plant>> open_plant(const pack::Pack& pack, control::PlantContent read,
                                                        const std::filesystem::path& data,
                                                        const CentreArguments& arguments, const Endpoint& broker,
                                                        const base::Clock& clock) {
  centre::PlantSetup setup;
  setup.model = std::move(read.model);
  const telemetry::PlantModel& model = *setup.model;
  if (const pack::File* file = pack.find("screens/" + model.name() + ".yaml")) {
    auto text = pack.read(*file);
    if (!text) return tl::unexpected(text.error());
    auto views = centre::read_views(*text, pack.place_of(*file), model);
    if (!views) return tl::unexpected(views.error());
    setup.views = std::move(*views);
  }
  setup.site = std::move(read.site);
  setup.recipes = std::move(read.recipes);
  setup.folder = data / model.name();
  setup.clock = &clock;
  setup.broker = {broker.host, broker.port};
  setup.months = std::move(read.months);
  setup.mirror = arguments.mirror;
  setup.zone = arguments.zone;
  setup.log = log_line;
  return centre::Plant::open(std::move(setup));
}

// Accounts that anybody enters with a tap: only where the data folder says that it is a demo.
base::Result<void> add_demo_accounts(centre::Accounts& accounts) {
  using enum centre::Right;
  const auto add = [&](const char* name, const char* zh, const char* en, std::vector<centre::Right> rights) {
    return accounts.put_demo({name, zh, en, {{"*", "*", std::move(rights)}}, false, 1});
  };
  for (auto&& added :
       {add("demo.operator", "操作员 甲", "Operator A", {View, Acknowledge, Operate, Approve, RunRecipes, Arm, Audit}),
        add("demo.second", "操作员 乙", "Operator B", {View, Acknowledge, Operate, Approve, RunRecipes, Arm, Audit}),
        add("demo.shift", "班长", "Shift leader", {View, Acknowledge, Approve, Arm, Bypass, Audit, Administer}),
        add("demo.viewer", "参观（只看）", "Viewer", {View})}) {
    if (!added) return added;
  }
  return {};
}

int run_centre(const CentreArguments& arguments) {
  if (arguments.data.empty()) {
    std::cerr << (cli::speaks_chinese() ? "请用 --data 指明数据目录。\n" : "Name the data folder with --data.\n");
    return 2;
  }
  static const base::SystemClock clock;
  const std::filesystem::path data = std::filesystem::path(arguments.data) / "centre";
  std::error_code problem;
  std::filesystem::create_directories(data, problem);
  auto lock = journal::FolderLock::take(data);
  if (!lock) return refuse(lock.error());
  auto broker = endpoint_of(arguments.broker);
  if (!broker) return refuse(broker.error());
  auto root = find_packs_folder(arguments.packs);
  if (!root) return refuse(root.error());

  centre::ApplicationSetup setup;
  for (const std::string& name : arguments.pack) {
    auto pack = pack::Pack::load(*root / name);
    if (!pack) return refuse(pack.error());
    auto plants = control::read_plants(*pack);
    if (!plants) {
      for (const base::Error& fault : plants.error()) log_line(base::to_text(fault, cli::speaks_chinese()));
      return 1;
    }
    for (control::PlantContent& content : *plants) {
      auto plant = open_plant(*pack, std::move(content), data, arguments, *broker, clock);
      if (!plant) return refuse(plant.error());
      setup.plants.push_back(std::move(*plant));
    }
  }
  auto accounts = centre::Accounts::open(data / "accounts.json");
  if (!accounts) return refuse(accounts.error());
  setup.accounts = std::move(*accounts);
  if (arguments.demo) {
    if (auto added = add_demo_accounts(*setup.accounts); !added) return refuse(added.error());
  }
  if (!arguments.administrator.empty()) {
    // The first account: its password is read from standard input, so that no list of processes shows it.
    std::string password;
    std::getline(std::cin, password);
    const auto known = setup.accounts->find(arguments.administrator);
    centre::Account account{arguments.administrator,
                            arguments.administrator,
                            arguments.administrator,
                            {{"*", "*", {centre::Right::View, centre::Right::Administer, centre::Right::Audit}}},
                            false,
                            0};
    if (auto put = setup.accounts->put(account, password, known ? known->version : 0); !put) return refuse(put.error());
  }
  setup.folder = data;
  setup.web = find_web_folder(arguments.web);
  setup.demo = arguments.demo;
  setup.zone_address = arguments.zone;
  setup.clock = &clock;
  centre::Application application(std::move(setup));
  http::ServerOptions options;
  options.listen = arguments.listen;
  options.workers = 2;
  options.body_bytes_max = std::uint64_t{1} << 20;
  options.grace_ms = 1'000;
  options.connections_max = 500;
  options.stop_on_signals = true;
  auto server = http::Server::open(options, application);
  if (!server) return refuse(server.error());
  std::cout << (cli::speaks_chinese() ? "智慧中心（仅监视状态）：http://localhost:"
                                      : "The centre is up, in monitor-only: http://localhost:")
            << (*server)->port() << "/centre" << std::endl;
  (*server)->run();
  return 0;
}

}  // namespace

base::Result<Endpoint> endpoint_of(std::string_view text) {
  Endpoint endpoint{"127.0.0.1", 0};
  std::string_view port = text;
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    if (colon > 0 && text.substr(0, colon) != "localhost") endpoint.host = std::string(text.substr(0, colon));
    port = text.substr(colon + 1);
  }
  const bool digits = !port.empty() && port.size() <= 5 &&
                      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits) endpoint.port = std::stoi(std::string(port));
  if (!digits || endpoint.port > 65'535)
    return base::fail(base::ErrorCode::Invalid, "“" + std::string(text) + "”应写成 127.0.0.1:8090 这样的形式。",
                      "\"" + std::string(text) + "\" must be written like 127.0.0.1:8090.");
  return endpoint;
}

void add_centre(CLI::App& program, cli::Chosen& chosen) {
  auto* command =
      program.add_subcommand("centre", "run the smart centre: telemetry, alarms, operations and its screens");
  auto arguments = std::make_shared<CentreArguments>();
  command->add_option("--data", arguments->data, "data folder; the centre keeps to <data>/centre");
  command->add_option("--listen", arguments->listen, "address:port to listen on")->capture_default_str();
  command->add_option("--broker", arguments->broker, "address:port of the MQTT broker")->capture_default_str();
  command->add_option("--packs", arguments->packs, "folder of the packs (default: beside the program)");
  command->add_option("--pack", arguments->pack, "packs whose plants are taken")->capture_default_str();
  command->add_option("--web", arguments->web, "folder of the built pages (default: beside the program)");
  command->add_option("--zone", arguments->zone,
                      "address of the zone server: the way back, and where each month is told");
  command->add_option("--mirror", arguments->mirror, "address:port of a VictoriaMetrics that mirrors the history");
  command->add_option("--administrator", arguments->administrator,
                      "make or reset this account; its password is read from standard input");
  command->add_flag("--demo", arguments->demo, "offer demo accounts that are entered by a tap");
  command->callback([&chosen, arguments] { chosen = [arguments] { return run_centre(*arguments); }; });
}

}  // namespace yuanqu::app
