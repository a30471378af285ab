#include "simulator/controller.hpp"

#include <arpa/inet.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace yuanqu::simulator {
namespace {

constexpr int connections_max = 32;

struct FreeContext {
  void operator()(modbus_t* context) const { modbus_free(context); }
};
struct FreeMapping {
  void operator()(modbus_mapping_t* mapping) const { modbus_mapping_free(mapping); }
};

int word(const std::uint8_t* at) { return (at[0] << 8) | at[1]; }

}  // namespace

struct Controller::State {
  std::vector<Register> registers;
  Written written;
  std::unique_ptr<modbus_t, FreeContext> context;
  int listening = -1;
  int port = 0;
  std::mutex mutex;
  std::map<int, std::unique_ptr<modbus_mapping_t, FreeMapping>> units;
  std::map<std::tuple<int, Table, int>, std::size_t> places;
  std::set<int> silent;
  std::atomic<bool> stopping{false};
  std::thread thread;

  ~State() {
    if (listening >= 0) ::close(listening);
  }

  void make_units() {
    std::map<int, std::array<int, 4>> sizes;
    for (std::size_t i = 0; i < registers.size(); ++i) {
      const Register& one = registers[i];
      int& size = sizes[one.unit][static_cast<std::size_t>(one.table)];
      size = std::max(size, one.address + (one.table == Table::Input ? 2 : 1));
      places[{one.unit, one.table, one.address}] = i;
    }
    for (const auto& [unit, size] : sizes) {
      units[unit].reset(modbus_mapping_new(
          size[static_cast<std::size_t>(Table::Coil)], size[static_cast<std::size_t>(Table::Discrete)],
          size[static_cast<std::size_t>(Table::Holding)], size[static_cast<std::size_t>(Table::Input)]));
    }
  }

  // What a request wrote: each register that is known.
  void tell(const std::uint8_t* request, modbus_mapping_t& mapping, std::vector<std::pair<std::size_t, double>>& told) {
    const int unit = request[6], function = request[7], address = word(request + 8);
    const bool coils = function == 5 || function == 15;
    if (!coils && function != 6 && function != 16) return;
    const int count = function == 5 || function == 6 ? 1 : word(request + 10);
    for (int i = address; i < address + count; ++i) {
      const auto found = places.find({unit, coils ? Table::Coil : Table::Holding, i});
      if (found == places.end()) continue;
      told.emplace_back(found->second, coils ? mapping.tab_bits[i] : mapping.tab_registers[i]);
    }
  }

  // False: the connection is over.
  bool serve(int socket) {
    std::uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    modbus_set_socket(context.get(), socket);
    const int length = modbus_receive(context.get(), request);
    if (length < 0) return false;
    if (length == 0) return true;
    std::vector<std::pair<std::size_t, double>> told;
    {
      const std::lock_guard lock(mutex);
      const auto unit = units.find(request[6]);
      if (silent.count(request[6]) != 0) return true;
      if (unit == units.end()) {
        modbus_reply_exception(context.get(), request, MODBUS_EXCEPTION_GATEWAY_TARGET);
        return true;
      }
      if (modbus_reply(context.get(), request, length, unit->second.get()) < 0) return false;
      tell(request, *unit->second, told);
    }
    for (const auto& [place, value] : told) written(place, value);
    return true;
  }

  void run() {
    std::vector<pollfd> watched{{listening, POLLIN, 0}};
    while (!stopping) {
      if (::poll(watched.data(), watched.size(), 50) <= 0) continue;
      for (std::size_t i = watched.size(); i-- > 1;) {
        if (watched[i].revents == 0) continue;
        if ((watched[i].revents & POLLIN) != 0 && serve(watched[i].fd)) continue;
        ::close(watched[i].fd);
        watched.erase(watched.begin() + static_cast<std::ptrdiff_t>(i));
      }
      if ((watched[0].revents & POLLIN) == 0) continue;
      const int accepted = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      if (watched.size() > connections_max)
        ::close(accepted);
      else
        watched.push_back({accepted, POLLIN, 0});
    }
    for (std::size_t i = 1; i < watched.size(); ++i) ::close(watched[i].fd);
  }
};

Controller::Controller() = default;
Controller::~Controller() { stop(); }

base::Result<std::unique_ptr<Controller>> Controller::open(std::string host, int port, std::vector<Register> registers,
                                                           Written written) {
  std::unique_ptr<Controller> controller(new Controller());
  controller->state_ = std::make_unique<State>();
  State& state = *controller->state_;
  state.registers = std::move(registers);
  state.written = std::move(written);
  state.make_units();
  state.context.reset(modbus_new_tcp(host.c_str(), port));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int one = 1;
  state.listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof address;
  if (state.context == nullptr || ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1 || state.listening < 0 ||
      ::setsockopt(state.listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      ::bind(state.listening, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(state.listening, 16) != 0 ||
      ::getsockname(state.listening, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    const std::string at = host + ":" + std::to_string(port);
    return base::fail(base::ErrorCode::Unavailable, "不能在 " + at + " 上监听 Modbus：端口被占用或地址不对，请换一个。",
                      "Modbus cannot listen on " + at + ": the port is taken or the address is wrong; choose another.");
  }
  state.port = ntohs(address.sin_port);
  state.thread = std::thread([&state] { state.run(); });
  return controller;
}

int Controller::port() const { return state_->port; }

void Controller::show(std::size_t place, double value) {
  const Register& one = state_->registers[place];
  const std::lock_guard lock(state_->mutex);
  modbus_mapping_t& mapping = *state_->units[one.unit];
  if (one.table == Table::Input) {
    // Not modbus_set_float_abcd: that of libmodbus 3.1.6 turns the bytes round on little-endian machines.
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    mapping.tab_input_registers[one.address] = static_cast<std::uint16_t>(bits >> 16U);
    mapping.tab_input_registers[one.address + 1] = static_cast<std::uint16_t>(bits & 0xFFFFU);
  } else if (one.table == Table::Discrete) {
    mapping.tab_input_bits[one.address] = value != 0 ? 1 : 0;
  }
}

void Controller::set_silent(int unit, bool silent) {
  const std::lock_guard lock(state_->mutex);
  if (silent)
    state_->silent.insert(unit);
  else
    state_->silent.erase(unit);
}

void Controller::stop() {
  if (!state_ || !state_->thread.joinable()) return;
  state_->stopping = true;
  state_->thread.join();
}

}  // namespace yuanqu::simulator
