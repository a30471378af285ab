#pragma once
// What cases ask about records and rules, answered by the population: the one wire between floors 4 and 6 that neither
// room may lay itself.

#include "casework/knowledge.hpp"
#include "population/population.hpp"

namespace yuanqu::app {

class PopulationKnowledge final : public casework::Knowledge {
 public:
  PopulationKnowledge(population::Population& population, register_::Register& records)
      : population_(population), records_(records) {}

  base::Result<casework::Subject> subject(journal::RecordId record, base::Date day) override;
  // The decision of a rule task is named as in the packs' decisions.yaml (its id), or by model file and decision; the
  // version in force on the business date is the one that is asked.
  base::Result<casework::Ruling> decide(const bpmn::Decision& decision, journal::RecordId subject, base::Date day,
                                        const feel::ContextScope& names) override;
  casework::WorkingDays working_days() override;
  bool may_read_outcome(const register_::Viewer& viewer, const bpmn::Decision& decision, journal::FileId file) override;

 private:
  const population::Decision* named(const bpmn::Decision& decision) const;  // nullptr: decisions.yaml lists none such
  population::Population& population_;
  register_::Register& records_;
};

}  // namespace yuanqu::app
