#include "population/forecast.hpp"

#include <algorithm>

namespace yuanqu::population {

std::vector<ComingChange> forecast(const Population& population, base::Date from, base::Date to,
                                   const Decision* decision) {
  std::vector<ComingChange> changes;
  for (Coming& coming : population.coming(from, to, decision)) {
    changes.push_back({.decision = coming.decision,
                       .outcome = std::move(coming.outcome),
                       .file = coming.file,
                       .then_applies = false,
                       .then = {}});
  }
  const std::shared_ptr<const Programs> programs = population.shared_programs();
  Assessor assessor(programs);
  for (std::size_t begin = 0; begin < changes.size(); begin += records_at_a_time) {
    population.read([&](const Population::Image& image) {
      for (std::size_t i = begin; i < std::min(changes.size(), begin + records_at_a_time); ++i) {
        ComingChange& change = changes[i];
        const DecisionProgram* program = programs->find(change.decision->name);
        const auto state = image.facts.find(change.outcome.subject);
        if (program == nullptr || state == nullptr || !change.outcome.until) continue;
        const Assessment then = assessor.assess(*program, image.facts, *state, *change.outcome.until);
        change.then_applies = then.applies;
        change.then = then.value;
      }
    });
  }
  return changes;
}

}  // namespace yuanqu::population
