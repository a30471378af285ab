#include "columns/runner.hpp"

namespace yuanqu::columns {

Runner::Runner(std::shared_ptr<const Program> program, Dictionary* writable)
    : program_(std::move(program)), frame_(*program_, writable) {}

void Runner::run(std::size_t first, std::size_t count, base::Date day) {
  frame_.domain(0).size = count;
  frame_.vector(program_->rows) = {nullptr, static_cast<std::int64_t>(first), 0, -1};
  const auto today = static_cast<std::int32_t>(day.days());
  if (frame_.days.size() != count ||
      (count != 0 && (frame_.days.front() != today || frame_.days.back() != today || mixed_)))
    frame_.days.assign(count, today);
  mixed_ = false;
  carry_out();
}

void Runner::run(std::span<const std::int32_t> rows, std::span<const std::int32_t> days) {
  frame_.domain(0).size = rows.size();
  rows_.assign(rows.begin(), rows.end());
  frame_.vector(program_->rows) = {rows_.data(), -1, 0, -1};
  frame_.days.assign(days.begin(), days.end());
  mixed_ = true;
  carry_out();
}

void Runner::carry_out() {
  const std::size_t count = frame_.size(0);
  if (frame_.texts.sync()) frame_.forget();
  frame_.escaped.assign(count, 0);
  frame_.any_escaped = false;
  if (program_->tracks) {
    frame_.horizons.assign(count, INT32_MAX);
    frame_.facts_until.assign(count, INT32_MAX);
  }
  if (program_->today != none) frame_.vector(program_->today).data = frame_.days.data();
  for (const Step& step : program_->steps) step.run(frame_);
}

const std::uint8_t* Runner::truths() {
  const Part& result = *program_->result;
  if (result.form == Form::Boolean && !result.is_constant) return frame_.in<std::uint8_t>(result.reg);
  truths_.assign(count(), unknown);
  for (std::size_t i = 0; i < count(); ++i) {
    const feel::Value one = value(i);
    if (one.is(feel::Kind::Boolean)) truths_[i] = one.boolean() ? yes : no;
  }
  return truths_.data();
}

}  // namespace yuanqu::columns
