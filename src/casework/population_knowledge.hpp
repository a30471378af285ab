#pragma once
// Knowledge from the population: the subject as its projection shows it, and decisions with their evidence. Each question first
// brings the population up to the journal, so a step sees everything that was durable before it.

#include "casework/knowledge.hpp"
#include "population/population.hpp"

namespace yuanqu::casework {

class PopulationKnowledge final : public Knowledge {
 public:
  PopulationKnowledge(population::Population& population, base::Calendar calendar)
      : population_(population), calendar_(std::move(calendar)) {}

  base::Result<Subject> subject(journal::RecordId record, base::Date day) override;
  base::Result<Ruling> decide(const bpmn::Decision& decision, journal::RecordId subject, base::Date day,
                              const feel::ContextScope& names) override;
  base::Calendar calendar() override { return calendar_; }

 private:
  population::Population& population_;
  base::Calendar calendar_;
};

}  // namespace yuanqu::casework
