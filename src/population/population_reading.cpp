// A population for a command that only reads: brought up to the journal and the day in memory. Nothing is stored, no listener hears.

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
  for (auto at = state.due.begin(); at != state.due.end() && at->first <= *today; ++at) {
    state.dirty[at->second.first].try_emplace(at->second.second, 0);
  }
  const std::unique_lock lock(state.mutex);
  for (const auto& [program, subjects] : state.dirty) {
    for (const auto& [subject, cause] : subjects) {
      const RecordState* record = state.facts.find(subject);
      if (record != nullptr) state.remember(program, state.evaluate(program, *record, *today));
    }
  }
  state.dirty.clear();
  state.day = *today;
  return {};
}

}  // namespace yuanqu::population
