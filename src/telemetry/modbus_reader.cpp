#include "telemetry/modbus_reader.hpp"

#include <modbus/modbus.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <tuple>
#include <unordered_map>

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

constexpr int registers_max = 125;  // of one request, by the standard
constexpr int bits_max = 2'000;
constexpr int gap_max = 8;  // registers read along rather than asked for apart
constexpr std::int64_t repeat_ms = 60'000;
constexpr std::int64_t reconnect_ms = 1'000;

bool of_bits(ModbusTable table) { return table == ModbusTable::Coil || table == ModbusTable::Discrete; }

std::uint16_t swapped(std::uint16_t word) { return static_cast<std::uint16_t>((word << 8U) | (word >> 8U)); }

}  // namespace

Value decode_registers(const std::uint16_t* registers, ModbusForm form, WordOrder order, int bit) {
  if (form == ModbusForm::Bit) return ((registers[0] >> static_cast<unsigned>(std::max(bit, 0))) & 1U) != 0;
  const int count = registers_of(form);
  const bool words_turned = order == WordOrder::Cdab || order == WordOrder::Dcba;
  const bool bytes_turned = order == WordOrder::Badc || order == WordOrder::Dcba;
  std::uint64_t word = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint16_t next = registers[words_turned ? count - 1 - i : i];
    word = (word << 16U) | (bytes_turned ? swapped(next) : next);
  }
  switch (form) {
    case ModbusForm::Int16: return std::int64_t{static_cast<std::int16_t>(word)};
    case ModbusForm::Int32: return std::int64_t{static_cast<std::int32_t>(word)};
    case ModbusForm::Int64: return static_cast<std::int64_t>(word);
    case ModbusForm::Float32: return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(word)));
    case ModbusForm::Float64: return std::bit_cast<double>(word);
    default: return word;
  }
}

ModbusPoller::ModbusPoller(const PlantModel& plant, LinkIndex link) : plant_(plant), link_(link) {
  std::vector<TagIndex> tags;
  for (TagIndex tag : plant.tags_of_link(link)) {
    if (std::holds_alternative<ModbusSource>(plant.tag(tag).source)) tags.push_back(tag);
  }
  const auto source = [&](TagIndex tag) -> const ModbusSource& {
    return std::get<ModbusSource>(plant.tag(tag).source);
  };
  std::stable_sort(tags.begin(), tags.end(), [&](TagIndex a, TagIndex b) {
    return std::tuple(source(a).unit, source(a).table, source(a).address) <
           std::tuple(source(b).unit, source(b).table, source(b).address);
  });
  for (TagIndex tag : tags) {
    const ModbusSource& from = source(tag);
    const int size = of_bits(from.table) ? 1 : registers_of(from.form);
    const int most = of_bits(from.table) ? bits_max : registers_max;
    if (!blocks_.empty()) {
      Block& last = blocks_.back();
      const int end = std::max(last.address + last.count, from.address + size);
      if (last.unit == from.unit && last.table == from.table && from.address - (last.address + last.count) <= gap_max &&
          end - last.address <= most) {
        last.count = end - last.address;
        last.tags.push_back(tag);
        continue;
      }
    }
    blocks_.push_back({from.unit, from.table, from.address, size, {tag}});
  }
}

ModbusPoller::~ModbusPoller() { drop(); }

void ModbusPoller::drop() {
  if (context_ != nullptr) {
    modbus_close(context_);
    modbus_free(context_);
    context_ = nullptr;
  }
  connected_ = false;
}

bool ModbusPoller::connect() {
  if (connected_) return true;
  const auto& link = std::get<ModbusLink>(plant_.links()[link_].source);
  context_ = modbus_new_tcp_pi(link.host.c_str(), std::to_string(link.port).c_str());
  const auto seconds = static_cast<std::uint32_t>(link.timeout_ms / 1'000);
  const auto micros = static_cast<std::uint32_t>(link.timeout_ms % 1'000) * 1'000;
  if (context_ != nullptr) {
    modbus_set_response_timeout(context_, seconds, micros);
    modbus_set_byte_timeout(context_, seconds, micros);
    modbus_set_error_recovery(context_, MODBUS_ERROR_RECOVERY_NONE);
    if (modbus_connect(context_) == 0) {
      ++connections_;
      return connected_ = true;
    }
  }
  const std::string where = link.host + ":" + std::to_string(link.port);
  const std::string reason = modbus_strerror(errno);
  problem_ =
      base::Error{ErrorCode::Unavailable,
                  "连接不上 Modbus 设备 " + where + "（" + reason + "）。请检查网络和地址。",
                  "The Modbus device " + where + " cannot be reached (" + reason + "). Check network and address.",
                  {}};
  drop();
  return false;
}

void ModbusPoller::fail_with(const Block& block, const std::string& reason) {
  problem_ = base::Error{ErrorCode::Unavailable,
                         "Modbus 单元 " + std::to_string(block.unit) + " 地址 " + std::to_string(block.address) +
                             " 未能读出（" + reason + "）。",
                         "Modbus unit " + std::to_string(block.unit) + ", address " + std::to_string(block.address) +
                             " could not be read (" + reason + ").",
                         {.field = plant_.tag(block.tags.front()).name}};
}

Quality ModbusPoller::read(const Block& block, std::vector<std::uint16_t>& registers) {
  registers.assign(static_cast<std::size_t>(block.count), 0);
  modbus_set_slave(context_, block.unit);
  int got = -1;
  if (of_bits(block.table)) {
    std::vector<std::uint8_t> bits(static_cast<std::size_t>(block.count));
    got = block.table == ModbusTable::Coil ? modbus_read_bits(context_, block.address, block.count, bits.data())
                                           : modbus_read_input_bits(context_, block.address, block.count, bits.data());
    std::copy(bits.begin(), bits.end(), registers.begin());
  } else {
    got = block.table == ModbusTable::Holding
              ? modbus_read_registers(context_, block.address, block.count, registers.data())
              : modbus_read_input_registers(context_, block.address, block.count, registers.data());
  }
  if (got == block.count) return Quality::good;
  const int number = got < 0 ? errno : EMBBADDATA;
  fail_with(block, modbus_strerror(number));
  // The device spoke and said no: the connection is in step. Everything else leaves an answer outstanding, or may.
  if (number == EMBXILFUN || number == EMBXILADD || number == EMBXILVAL) return Quality::configuration_error;
  if (number == EMBXSFAIL || number == EMBXSBUSY || number == EMBXGPATH || number == EMBXGTAR)
    return Quality::device_failure;
  drop();
  return Quality::communication_failure;
}

std::vector<Point> ModbusPoller::poll(const base::Clock& clock) {
  std::vector<Point> points;
  std::vector<std::uint16_t> registers;
  bool gave_up = false;  // one timeout is enough for a poll
  for (const Block& block : blocks_) {
    const Quality quality = gave_up || !connect() ? Quality::communication_failure : read(block, registers);
    gave_up = gave_up || quality == Quality::communication_failure;
    const std::int64_t now = clock.now_ms();
    for (TagIndex tag : block.tags) {
      const auto& source = std::get<ModbusSource>(plant_.tag(tag).source);
      Point point{.tag = tag, .source_time_ms = now, .server_time_ms = now, .quality = quality};
      if (quality.is_good()) {
        point.value = decode_registers(registers.data() + (source.address - block.address), source.form, source.order,
                                       source.bit);
        fit(plant_.tag(tag), point.value, point.quality);
      }
      points.push_back(std::move(point));
    }
  }
  if (!gave_up && !points.empty() &&
      std::all_of(points.begin(), points.end(), [](const Point& point) { return !point.quality.is_bad(); }))
    problem_.reset();
  return points;
}

// ---- in a thread

ModbusReader::ModbusReader(LinkIndex link, PointSink& sink) : link_(link), sink_(sink), poller_(sink.plant(), link) {}

base::Result<std::unique_ptr<ModbusReader>> ModbusReader::start(LinkIndex link, PointSink& sink) {
  if (link >= sink.plant().links().size() || !std::holds_alternative<ModbusLink>(sink.plant().links()[link].source))
    return fail(ErrorCode::Invalid, "不是 Modbus 连接。", "That is no Modbus link.", {.field = "link"});
  std::unique_ptr<ModbusReader> reader(new ModbusReader(link, sink));
  reader->thread_ = std::thread([raw = reader.get()] { raw->run(); });
  return reader;
}

ModbusReader::~ModbusReader() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

IntakeStatus ModbusReader::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

void ModbusReader::run() {
  const auto& link = std::get<ModbusLink>(sink_.plant().links()[link_].source);
  struct Told {
    Value value;
    Quality quality;
    std::int64_t steady_ms = 0;
  };
  std::unordered_map<TagIndex, Told> told;
  for (;;) {
    const std::int64_t begun = steady_now_ms();
    std::vector<Point> points = poller_.poll(sink_.clock());
    const bool answered = poller_.connected();
    const std::int64_t now = steady_now_ms();
    std::erase_if(points, [&](const Point& point) {
      const auto before = told.find(point.tag);
      return before != told.end() && same_bits(before->second.value, point.value) &&
             before->second.quality == point.quality && now - before->second.steady_ms < repeat_ms;
    });
    for (const Point& point : points) told[point.tag] = {point.value, point.quality, now};
    const std::size_t count = points.size();
    std::optional<base::Error> problem = poller_.last_problem();
    if (count > 0) {
      if (auto taken = sink_.take(std::move(points)); !taken) problem = taken.error();
    }
    if (answered) sink_.heard({link_});
    std::unique_lock lock(mutex_);
    status_.connected = answered;
    status_.messages += 1;
    status_.points += count;
    status_.connection = problem;
    const std::int64_t pause =
        answered ? link.poll_ms - (now - begun) : std::max<std::int64_t>(link.poll_ms, reconnect_ms);
    if (wake_.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(1, pause)), [&] { return stopping_; }))
      return;
  }
}

}  // namespace yuanqu::telemetry
