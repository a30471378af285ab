// A population for a command that only reads: brought up to the journal and the day in memory. Nothing is stored, no
// listener hears.

#include "population/population_state.hpp"

namespace yuanqu::population {

using base::Result;

Result<void> Population::bring_up_to_date_unstored() {
  State& state = *state_;
  const std::lock_guard one_at_a_time(state.step_mutex);
  const auto today = state.records.today();
  if (!today) return {};
  while (true) {
    auto taken = state.take_changes();
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) break;
  }
  if (state.baseline) state.enqueue_all();
  state.for_each_due(*today,
                     [&](std::size_t program, RecordId subject) { state.dirty[program].try_emplace(subject, 0); });
  state.bring_image_to(*today);
  for (const auto& [program, subjects] : state.dirty) {
    std::vector<RecordId> all;
    for (const auto& [subject, cause] : subjects) all.push_back(subject);
    std::vector<std::optional<Outcome>> by_columns = state.evaluate_all(program, all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const StatePointer record = state.facts.find(all[i]);
      if (record == nullptr) continue;
      Outcome outcome = by_columns[i] ? std::move(*by_columns[i]) : state.evaluate(program, *record, *today);
      const std::unique_lock lock(state.mutex);
      state.remember(program, std::move(outcome));
    }
  }
  const std::unique_lock lock(state.mutex);
  state.dirty.clear();
  state.day = *today;
  return {};
}

}  // namespace yuanqu::population
