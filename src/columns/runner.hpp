#pragma once
// Runner: carries out a program over rows, as many at a time as the caller likes (about a thousand keeps vectors near
// the processor). One thread uses one Runner; many may read one store as long as nobody writes it.
//
// Rows the program cannot answer for are `escaped`: the caller evaluates them by the reference evaluator.

#include <memory>
#include <span>

#include "base/date.hpp"
#include "columns/frame.hpp"

namespace yuanqu::columns {

class Runner {
 public:
  // `writable`: the store's dictionary, if this runner alone may write it: then texts made by the program are kept
  // there.
  explicit Runner(std::shared_ptr<const Program> program, Dictionary* writable = nullptr);

  void run(std::size_t first, std::size_t count, base::Date day);
  // Chosen rows, each on its own day.
  void run(std::span<const std::int32_t> rows, std::span<const std::int32_t> days);

  std::size_t count() const { return frame_.size(0); }
  bool any_escaped() const { return frame_.any_escaped; }
  bool escaped(std::size_t i) const { return frame_.escaped[i] != 0; }
  // Of rows that did not escape.
  feel::Value value(std::size_t i) {
    return frame_.value(*frame_.program.result, frame_.program.result->is_constant ? 0 : i);
  }
  // The first later day the value could differ (only when the program tracks); nullopt: none.
  std::optional<base::Date> horizon(std::size_t i) const {
    return frame_.horizons[i] == INT32_MAX ? std::nullopt : std::optional(base::Date::from_days(frame_.horizons[i]));
  }
  const std::int32_t* horizons() const { return frame_.horizons.data(); }
  // The first day on which what was read of the store may differ by itself (Table::changes); from then on it says
  // nothing.
  const std::int32_t* facts_until() const { return frame_.facts_until.data(); }
  // The rule (from 0) that hit in the table of that place of Program::tables; null32: none.
  std::int32_t rule(std::size_t table, std::size_t i) { return frame_.row_at(frame_.program.tables[table].rule, i); }
  // Whether a Boolean result is true: what a filter wants. no, unknown, yes for each row.
  const std::uint8_t* truths();
  Frame& frame() { return frame_; }
  const Program& program() const { return *program_; }

 private:
  void carry_out();
  std::shared_ptr<const Program> program_;
  Frame frame_;
  std::vector<std::int32_t> rows_;
  std::vector<std::uint8_t> truths_;
  bool mixed_ = false;
};

}  // namespace yuanqu::columns
