// Rooms: bpmn
// Any bytes as a BPMN file: reading answers a process or an error; a process without problems runs, in an order the
// bytes choose, with returns to earlier steps, and keeps its promises; any bytes as a stored state are read or refused.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bpmn/engine.hpp"

namespace {

using namespace yuanqu;

class Chosen final : public bpmn::Conditions {
 public:
  Chosen(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t next() { return size_ == 0 ? 0 : data_[at_++ % size_]; }
  base::Result<std::optional<bool>> holds(const bpmn::SequenceFlow&, const bpmn::Token&, const bpmn::State&) override {
    const std::uint8_t byte = next();
    return byte % 3 == 0 ? std::optional<bool>{} : std::optional<bool>(byte % 3 == 1);
  }
  base::Result<std::uint32_t> times(const bpmn::Node&, const bpmn::Token&, const bpmn::State&) override {
    return next() % 4u;
  }
  base::Result<bool> enough(const bpmn::Node&, const bpmn::Token&, const bpmn::State&) override {
    return next() % 4 == 0;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  bpmn::ReadLimits limits;
  limits.elements_max = 300;
  auto process = bpmn::read(text, "fuzz.bpmn", limits);
  if (!process) {
    if (process.error().zh.empty() || process.error().en.empty()) std::abort();
    return 0;
  }
  (void)bpmn::read_state(*process, text);
  if (!process->problems.empty()) return 0;
  Chosen chosen(data, size);
  auto step = bpmn::start(*process, bpmn::State{}, chosen);
  for (int round = 0; step && step->state.phase == bpmn::Phase::Running && round < 60; ++round) {
    std::vector<std::uint64_t> waiting;
    for (const bpmn::Token& token : step->state.tokens) {
      if (bpmn::is_announced(*process, token)) waiting.push_back(token.number);
    }
    if (waiting.empty()) std::abort();  // stuck
    auto again = bpmn::read_state(*process, bpmn::write(step->state));
    if (!again || !(*again == step->state)) std::abort();
    const std::uint64_t token = waiting[chosen.next() % waiting.size()];
    const auto before = bpmn::earlier(*process, step->state, token);
    const bool back = chosen.next() % 4 == 0 && !before.empty();
    auto next = back ? bpmn::roll_back(*process, step->state, before[chosen.next() % before.size()].number, chosen)
                     : bpmn::complete(*process, step->state, token, chosen);
    if (next && bpmn::complete(*process, next->state, token, chosen)) std::abort();  // twice
    step = std::move(next);
  }
  return 0;
}
