#pragma once
// Controllers: the agent's Modbus TCP connections. Each link has a thread that polls its registers into an image, and a
// second connection for writing that the caller's thread uses. After any time-out or wrong answer a connection is
// dropped, so that an answer that comes late is never taken for another. An age counts from the moment the request was
// sent.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/guard.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::edge {

std::int64_t steady_ms();  // the agent's steady clock

class Controllers {
 public:
  // The links of the plant that name `group` and `node` as who polls them. The plant must outlive this.
  static base::Result<std::unique_ptr<Controllers>> start(const telemetry::PlantModel& plant, const std::string& group,
                                                          const std::string& node, const base::Clock& clock);
  ~Controllers();

  control::Reading read(const std::string& tag, std::int64_t mono_ms) const;
  // In this order; stops at the first that is not acknowledged, and answers false. At most 200 ms for each writing.
  bool write(const std::vector<std::pair<std::string, feel::Value>>& writings);
  // What was read since the last call, changes only.
  std::vector<telemetry::Point> changes();
  bool reads(const std::string& tag) const;  // the tag is of one of the links

 private:
  struct Link;
  struct State;
  explicit Controllers(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The registers of a number in the form and order of its tag, the inverse of telemetry::decode_registers; empty when it
// does not fit (a fraction or a value out of range in a whole form) and for single bits.
std::vector<std::uint16_t> encode_registers(const telemetry::ModbusSource& source, double number);

// A tag's value as FEEL has it; null for what is no finite number.
feel::Value to_feel(const telemetry::Value& value);

}  // namespace yuanqu::edge
