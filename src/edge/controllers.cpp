#include "edge/controllers.hpp"

#include <modbus/modbus.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "telemetry/modbus_reader.hpp"

namespace yuanqu::edge {

namespace {

constexpr std::int64_t write_timeout_ms = 200;

struct Cell {
  telemetry::Value value;
  telemetry::Quality quality = telemetry::Quality::not_connected;
  std::int64_t read_mono = 0;
  bool ever = false;
};

}  // namespace

std::vector<std::uint16_t> encode_registers(const telemetry::ModbusSource& source, double number) {
  using telemetry::ModbusForm;
  std::uint64_t bits = 0;
  const int count = telemetry::registers_of(source.form);
  const auto whole = [&](double low, double high) {
    return std::floor(number) == number && number >= low && number <= high;
  };
  switch (source.form) {
    case ModbusForm::Bit: return {};
    case ModbusForm::Int16:
      if (!whole(-32768, 32767)) return {};
      bits = static_cast<std::uint16_t>(static_cast<std::int16_t>(number));
      break;
    case ModbusForm::Uint16:
      if (!whole(0, 65535)) return {};
      bits = static_cast<std::uint16_t>(number);
      break;
    case ModbusForm::Int32:
      if (!whole(-2147483648.0, 2147483647.0)) return {};
      bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(number));
      break;
    case ModbusForm::Uint32:
      if (!whole(0, 4294967295.0)) return {};
      bits = static_cast<std::uint32_t>(number);
      break;
    case ModbusForm::Int64:
      if (!whole(-9007199254740992.0, 9007199254740992.0)) return {};
      bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(number));
      break;
    case ModbusForm::Uint64:
      if (!whole(0, 9007199254740992.0)) return {};
      bits = static_cast<std::uint64_t>(number);
      break;
    case ModbusForm::Float32: {
      const auto narrow = static_cast<float>(number);
      std::uint32_t raw = 0;
      std::memcpy(&raw, &narrow, sizeof raw);
      bits = raw;
      break;
    }
    case ModbusForm::Float64: std::memcpy(&bits, &number, sizeof bits); break;
  }
  std::vector<std::uint16_t> registers;
  for (int i = count - 1; i >= 0; --i)
    registers.push_back(static_cast<std::uint16_t>(bits >> (16U * static_cast<unsigned>(i))));
  const bool swap_words = source.order == telemetry::WordOrder::Cdab || source.order == telemetry::WordOrder::Dcba;
  const bool swap_bytes = source.order == telemetry::WordOrder::Badc || source.order == telemetry::WordOrder::Dcba;
  if (swap_words) std::reverse(registers.begin(), registers.end());
  if (swap_bytes) {
    for (std::uint16_t& one : registers) one = static_cast<std::uint16_t>((one << 8U) | (one >> 8U));
  }
  return registers;
}

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

feel::Value to_feel(const telemetry::Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return feel::Value(*truth);
  if (const auto* text = std::get_if<std::string>(&value)) return feel::Value(*text);
  if (value.index() == 0) return {};
  if (const auto* real = std::get_if<double>(&value); real != nullptr && !std::isfinite(*real)) return {};
  const auto number = base::Decimal::parse(telemetry::to_text(value));
  return number ? feel::Value(*number) : feel::Value();
}

struct Controllers::Link {
  telemetry::LinkIndex index = telemetry::no_link;
  telemetry::ModbusLink address;
  std::int64_t stale_ms = 0;
  std::unique_ptr<telemetry::ModbusPoller> poller;
  modbus_t* writer = nullptr;
  std::thread thread;

  ~Link() { drop(); }
  void drop() {
    if (writer == nullptr) return;
    modbus_close(writer);
    modbus_free(writer);
    writer = nullptr;
  }
  bool connect() {
    if (writer != nullptr) return true;
    writer = modbus_new_tcp(address.host.c_str(), address.port);
    if (writer == nullptr) return false;
    modbus_set_response_timeout(writer, 0, static_cast<std::uint32_t>(write_timeout_ms * 1'000));
    if (modbus_connect(writer) == 0) return true;
    modbus_free(writer);
    writer = nullptr;
    return false;
  }
  bool write(const telemetry::Tag& tag, const feel::Value& value) {
    const auto& source = std::get<telemetry::ModbusSource>(tag.source);
    if (!connect()) return false;
    modbus_set_slave(writer, source.unit);
    int wrote = -1;
    int wanted = 1;
    if (source.table == telemetry::ModbusTable::Coil) {
      if (!value.is(feel::Kind::Boolean)) return false;
      wrote = modbus_write_bit(writer, source.address, value.is_true() ? 1 : 0);
    } else if (source.table == telemetry::ModbusTable::Holding && source.form == telemetry::ModbusForm::Bit &&
               source.bit >= 0) {
      // One bit of a register in one request that changes no other bit (function 22).
      const auto mask = static_cast<std::uint16_t>(1U << static_cast<unsigned>(source.bit));
      if (!value.is(feel::Kind::Boolean)) return false;
      wrote = modbus_mask_write_register(writer, source.address, static_cast<std::uint16_t>(~mask),
                                         value.is_true() ? mask : 0);
    } else if (source.table == telemetry::ModbusTable::Holding) {
      double number = value.is(feel::Kind::Number) ? value.number().to_double() : value.is_true() ? 1 : 0;
      if (value.is(feel::Kind::Number) && tag.scale) {
        const telemetry::Scale& scale = *tag.scale;
        number = scale.raw_low + (number - scale.low) * (scale.raw_high - scale.raw_low) / (scale.high - scale.low);
        if (source.form != telemetry::ModbusForm::Float32 && source.form != telemetry::ModbusForm::Float64)
          number = std::round(number);
      }
      const auto registers = encode_registers(source, number);
      if (registers.empty()) return false;
      wanted = static_cast<int>(registers.size());
      wrote = wanted == 1 ? modbus_write_register(writer, source.address, registers.front())
                          : modbus_write_registers(writer, source.address, wanted, registers.data());
    }
    if (wrote == wanted) return true;
    drop();
    return false;
  }
};

struct Controllers::State {
  const telemetry::PlantModel* plant = nullptr;
  const base::Clock* clock = nullptr;
  std::vector<std::unique_ptr<Link>> links;
  std::map<telemetry::LinkIndex, Link*> by_index;
  mutable std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::vector<Cell> cells;
  std::vector<telemetry::Point> changed;

  void run(Link& link) {
    std::unique_lock lock(mutex);
    while (!stopping) {
      lock.unlock();
      const std::int64_t began = steady_ms();
      std::vector<telemetry::Point> points = link.poller->poll(*clock);
      lock.lock();
      for (telemetry::Point& point : points) take(point, began);
      wake.wait_for(lock, std::chrono::milliseconds(link.address.poll_ms), [&] { return stopping; });
    }
  }
  void take(telemetry::Point& point, std::int64_t began) {
    Cell& cell = cells[point.tag];
    const bool changes = !cell.ever || !telemetry::same_bits(cell.value, point.value) || cell.quality != point.quality;
    if (point.quality.is_good() || point.quality.is_uncertain()) {
      cell.value = point.value;
      cell.read_mono = began;
    }
    cell.quality = point.quality;
    cell.ever = true;
    if (changes && changed.size() < 1'000'000) changed.push_back(std::move(point));
  }
};

Controllers::Controllers(std::unique_ptr<State> state) : state_(std::move(state)) {}

Controllers::~Controllers() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  for (auto& link : state_->links) {
    if (link->thread.joinable()) link->thread.join();
  }
}

base::Result<std::unique_ptr<Controllers>> Controllers::start(const telemetry::PlantModel& plant,
                                                              const std::string& group, const std::string& node,
                                                              const base::Clock& clock) {
  auto state = std::make_unique<State>();
  state->plant = &plant;
  state->clock = &clock;
  state->cells.resize(plant.tags().size());
  for (telemetry::LinkIndex index = 0; index < plant.links().size(); ++index) {
    const telemetry::Link& declared = plant.links()[index];
    const auto* address = std::get_if<telemetry::ModbusLink>(&declared.source);
    if (address == nullptr || !declared.through || declared.through->group != group || declared.through->node != node)
      continue;
    auto link = std::make_unique<Link>();
    link->index = index;
    link->address = *address;
    link->stale_ms = declared.heartbeat_ms > 0 ? 2 * declared.heartbeat_ms : 4 * address->poll_ms;
    link->poller = std::make_unique<telemetry::ModbusPoller>(plant, index);
    state->by_index[index] = link.get();
    state->links.push_back(std::move(link));
  }
  if (state->links.empty()) {
    return base::fail(base::ErrorCode::Invalid, "厂区里没有 Modbus 链路由 " + group + "/" + node + " 轮询（through）。",
                      "The plant has no Modbus link that is polled through " + group + "/" + node + ".");
  }
  State* running = state.get();
  std::unique_ptr<Controllers> controllers(new Controllers(std::move(state)));
  for (auto& link : running->links) link->thread = std::thread([running, one = link.get()] { running->run(*one); });
  return controllers;
}

bool Controllers::reads(const std::string& tag) const {
  const telemetry::TagIndex index = state_->plant->find(tag);
  return index != telemetry::no_tag && state_->by_index.contains(state_->plant->tag(index).link) &&
         std::holds_alternative<telemetry::ModbusSource>(state_->plant->tag(index).source);
}

control::Reading Controllers::read(const std::string& tag, std::int64_t mono_ms) const {
  if (!reads(tag)) return {};
  const telemetry::TagIndex index = state_->plant->find(tag);
  const telemetry::Tag& declared = state_->plant->tag(index);
  const std::int64_t stale =
      declared.stale_after_ms > 0 ? declared.stale_after_ms : state_->by_index.at(declared.link)->stale_ms;
  const std::lock_guard lock(state_->mutex);
  const Cell& cell = state_->cells[index];
  const std::int64_t age = mono_ms - cell.read_mono;
  const control::Quality quality = cell.quality.is_good()        ? control::Quality::Good
                                   : cell.quality.is_uncertain() ? control::Quality::Uncertain
                                                                 : control::Quality::Bad;
  return {to_feel(cell.value), quality, !cell.ever || age > stale, age};
}

bool Controllers::write(const std::vector<std::pair<std::string, feel::Value>>& writings) {
  for (const auto& [tag, value] : writings) {
    if (!reads(tag)) return false;
    const telemetry::Tag& declared = state_->plant->tag(state_->plant->find(tag));
    if (!state_->by_index.at(declared.link)->write(declared, value)) return false;
  }
  return true;
}

std::vector<telemetry::Point> Controllers::changes() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->changed, {});
}

}  // namespace yuanqu::edge
