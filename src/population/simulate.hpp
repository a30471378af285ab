#pragma once
// Simulate: a decision as it is and as it would be, over everybody. The change is another text in cells of its models,
// a whole other model, or other values of parameters; it is compiled exactly as a published model would be. Nothing is
// stored and nobody is told.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dmn/model_edit.hpp"
#include "population/query.hpp"

namespace yuanqu::population {

struct ModelChange {
  std::string model;  // "national/decisions/above_scale.dmn"
  std::vector<dmn::TextChange> texts;
  std::string xml;  // not empty: the whole model instead
};

struct ParameterChange {
  std::string parameter;  // FEEL name; the row in force on the zone's day is meant
  std::string value;      // FEEL literal
};

struct Proposal {
  const Decision* decision = nullptr;
  std::vector<ModelChange> models;
  std::vector<ParameterChange> parameters;
};

// A decision with a proposal applied, ready to evaluate. Invalid with the model's place when the change does not
// compile.
struct ProposedProgram {
  std::shared_ptr<const Programs> programs;  // with the changed parameters
  std::unique_ptr<DecisionProgram> program;
  std::vector<std::pair<std::string, std::string>> models;  // place and text of every changed model
  const DecisionVersion* base = nullptr;                    // the version that was changed: that of the zone's day
};
base::Result<ProposedProgram> propose(const pack::PackSet& packs, const Population& population,
                                      const Proposal& proposal);

enum class Movement : std::uint8_t { Gained, Lost, Changed, Unchanged };
std::string_view name_of(Movement movement);

// What is asked about those who move. The decision's aim says who gains: it is reached after and not before.
struct SimulationQuery {
  std::vector<std::string> group_by;                                // FEEL over the subject
  std::vector<std::string> sums;                                    // FEEL numbers over the subject
  std::string aim;                                                  // empty: the decision's own
  std::function<bool(std::size_t done, std::size_t all)> progress;  // false stops
};

struct SimulationCell {
  std::size_t records = 0;
  std::vector<base::Decimal> sums;   // as SimulationQuery::sums
  std::vector<std::size_t> lacking;  // records without the number
};

struct SimulationGroup {
  std::vector<feel::Value> keys;
  SimulationCell cells[4];  // by Movement
};

struct Moved {
  RecordId subject = 0;
  Movement movement = Movement::Unchanged;
  feel::Value before, after;  // null also where the decision does not concern the record
  bool before_applies = false, after_applies = false;
  std::size_t group = 0;
};

struct Simulation {
  std::vector<SimulationGroup> groups;  // by their values; one without keys when nothing groups
  std::vector<Moved> moved;             // everybody but the unchanged, by subject
  std::size_t all = 0;
  base::Decimal before_total, after_total;  // of outcomes that are numbers: the cost
  bool numeric = false;
  base::Date day;
};

// One evaluation for each record; the present outcomes are those that stand. Forbidden when the viewer may not read
// what is grouped or summed, or the outcomes themselves.
base::Result<Simulation> simulate(const Population& population, const register_::Viewer& viewer,
                                  const Proposal& proposal, const ProposedProgram& proposed,
                                  const SimulationQuery& query);

}  // namespace yuanqu::population
