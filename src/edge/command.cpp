#include "edge/command.hpp"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/hash.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "control/plant_content.hpp"
#include "edge/agent.hpp"

namespace yuanqu::edge {

namespace {

std::atomic<bool> stopping{false};

struct Options {
  std::string pack, plant, key, data, make_key;
  std::string broker = "127.0.0.1:1883";
  std::string user, password_file, ca_file;
  std::vector<std::string> modbus;
};

int complain(const base::Error& error) {
  std::cerr << to_text(error, true) << '\n' << to_text(error, false) << '\n';
  return 1;
}
int complain(const std::vector<base::Error>& errors) {
  for (const base::Error& error : errors) complain(error);
  return 1;
}

base::Result<std::string> text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return base::fail(base::ErrorCode::NotFound, "读不了文件 " + path + "。", "Cannot read the file " + path + ".");
  return text.str();
}

base::Result<control::Key> key_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return base::fail(base::ErrorCode::Invalid, "密钥文件 " + path + " 别人也能读：请 chmod 600。",
                      "The key file " + path + " can be read by others: chmod 600 it.");
  }
  auto text = text_of(path);
  if (!text) return tl::unexpected(text.error());
  const auto bytes = base::from_hex(base::trimmed(*text));
  control::Key key{};
  if (!bytes || bytes->size() != key.size()) {
    return base::fail(base::ErrorCode::Invalid, "密钥文件 " + path + " 应是 64 位十六进制。",
                      "The key file " + path + " must hold 64 hex digits.");
  }
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

// "host:port", the last colon deciding.
base::Result<std::pair<std::string, int>> address_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const int port = colon == std::string::npos ? 0 : std::atoi(text.c_str() + colon + 1);
  if (colon == 0 || port < 1 || port > 65535) {
    return base::fail(base::ErrorCode::Invalid, "地址 " + text + " 应写成 主机:端口。",
                      "The address " + text + " must be HOST:PORT.");
  }
  return std::pair{text.substr(0, colon), port};
}

int make_key(const std::string& path) {
  const mode_t before = ::umask(0077);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << base::to_hex(base::random_bytes(32)) << '\n';
  out.close();
  ::umask(before);
  if (!out)
    return complain(
        base::Error{base::ErrorCode::Unavailable, "写不了 " + path + "。", "Cannot write " + path + ".", {}});
  std::cout << path << '\n';
  return 0;
}

int run(const Options& options) {
  if (!options.make_key.empty()) return make_key(options.make_key);
  for (const auto& [name, text] : {std::pair{"--pack", options.pack},
                                   {"--plant", options.plant},
                                   {"--key", options.key},
                                   {"--data", options.data}}) {
    if (!text.empty()) continue;
    std::cerr << "请给出 " << name << "。\nGive " << name << ".\n";
    return 2;
  }
  const std::string plant_file = options.pack + "/plants/" + options.plant + ".yaml";
  const std::string site_file = options.pack + "/interlocks/" + options.plant + ".yaml";
  auto plant_text = text_of(plant_file);
  if (!plant_text) return complain(plant_text.error());
  auto plant = telemetry::PlantModel::read(*plant_text, plant_file);
  if (!plant) return complain(plant.error());
  for (const std::string& one : options.modbus) {
    const std::size_t equals = one.find('=');
    auto address = address_of(equals == std::string::npos ? std::string() : one.substr(equals + 1));
    if (!address) return complain(address.error());
    if (!plant->set_modbus_address(one.substr(0, equals), address->first, address->second)) {
      return complain(base::Error{base::ErrorCode::NotFound,
                                  "厂区没有 Modbus 链路 " + one.substr(0, equals) + "。",
                                  "The plant has no Modbus link " + one.substr(0, equals) + ".",
                                  {}});
    }
  }
  auto site_text = text_of(site_file);
  if (!site_text) return complain(site_text.error());
  auto site = control::read_site(*site_text, site_file, *plant);
  if (!site) return complain(site.error());
  auto key = key_of(options.key);
  if (!key) return complain(key.error());
  auto broker = address_of(options.broker);
  if (!broker) return complain(broker.error());
  AgentSetup setup;
  setup.plant = std::move(*plant);
  setup.site = std::move(*site);
  setup.key = *key;
  setup.folder = options.data;
  setup.broker.host = broker->first;
  setup.broker.port = broker->second;
  setup.broker.user = options.user;
  setup.broker.ca_file = options.ca_file;
  if (!options.password_file.empty()) {
    auto password = text_of(options.password_file);
    if (!password) return complain(password.error());
    setup.broker.password = std::string(base::trimmed(*password));
  }
  setup.log = [](const std::string& line) { std::cerr << line << std::endl; };
  std::signal(SIGTERM, [](int) { stopping = true; });
  std::signal(SIGINT, [](int) { stopping = true; });
  static const base::SystemClock clock;
  auto agent = Agent::open(std::move(setup), clock);
  if (!agent) return complain(agent.error());
  std::cout << "agent " << (*agent)->boot() << " monitors only until a person arms it" << std::endl;
  (*agent)->run(stopping);
  return 0;
}

}  // namespace

void add_edge(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("edge", "The smart centre's agent beside a plant's controllers");
  command->add_option("--pack", options->pack, "Folder of the pack that holds plants/ and interlocks/");
  command->add_option("--plant", options->plant, "Name of the plant");
  command->add_option("--key", options->key, "File with the key shared with the centre");
  command->add_option("--data", options->data, "Folder of the agent's own records");
  command->add_option("--broker", options->broker, "The plant's MQTT broker, HOST:PORT")->capture_default_str();
  command->add_option("--user", options->user, "User at the broker");
  command->add_option("--password-file", options->password_file, "File with the password at the broker");
  command->add_option("--ca", options->ca_file, "Certificate authority of the broker: TLS");
  command->add_option("--modbus", options->modbus, "Where a Modbus link is reached, LINK=HOST:PORT; may be repeated");
  command->add_option("--make-key", options->make_key, "Write a new key into this file and end");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace yuanqu::edge
