#pragma once
// Modbus TCP by libmodbus. ModbusPoller is one connection to one device and reads every tag of a link in as few
// requests as there are runs of addresses. After any timeout, wrong or broken answer the connection is dropped, so that
// an answer that comes late can never be taken for the one to the next question. ModbusReader polls in a thread of its
// own.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/plant_model.hpp"
#include "telemetry/point.hpp"

struct _modbus;

namespace yuanqu::telemetry {

// The value of a form from its registers, as read (before scale and type); registers_of(form) of them.
Value decode_registers(const std::uint16_t* registers, ModbusForm form, WordOrder order, int bit);

class ModbusPoller {
 public:
  // `link` must be a Modbus link of the plant, which must outlive the poller.
  ModbusPoller(const PlantModel& plant, LinkIndex link);
  ~ModbusPoller();
  ModbusPoller(const ModbusPoller&) = delete;
  ModbusPoller& operator=(const ModbusPoller&) = delete;

  // One point for every tag of the link: its value, or no value with the reason as quality (communication_failure when
  // the device did not answer or was not reached, configuration_error when it refused the address). Takes at most one
  // timeout for each unit and table; connects when it must.
  std::vector<Point> poll(const base::Clock& clock);

  bool connected() const { return connected_; }
  std::uint64_t connections() const { return connections_; }
  std::optional<base::Error> last_problem() const { return problem_; }

 private:
  struct Block {  // one request
    int unit = 1;
    ModbusTable table = ModbusTable::Holding;
    int address = 0;
    int count = 0;
    std::vector<TagIndex> tags;
  };
  bool connect();
  void drop();
  // Good: read; configuration_error: refused by the device; communication_failure: the connection is dropped.
  Quality read(const Block& block, std::vector<std::uint16_t>& registers);
  void fail_with(const Block& block, const std::string& reason);

  const PlantModel& plant_;
  const LinkIndex link_;
  std::vector<Block> blocks_;
  _modbus* context_ = nullptr;
  bool connected_ = false;
  std::uint64_t connections_ = 0;
  std::optional<base::Error> problem_;
};

class ModbusReader {
 public:
  // Points are taken when value or quality changed, and once a minute; the link counts as heard at every answer.
  static base::Result<std::unique_ptr<ModbusReader>> start(LinkIndex link, PointSink& sink);
  ~ModbusReader();
  IntakeStatus status() const;

 private:
  ModbusReader(LinkIndex link, PointSink& sink);
  void run();
  const LinkIndex link_;
  PointSink& sink_;
  ModbusPoller poller_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  IntakeStatus status_;
  std::thread thread_;
};

}  // namespace yuanqu::telemetry
