#pragma once
// Worked cases (packs/*/cases/*.yaml, described in packs/README.md): examples with known answers that a pack carries as
// proof of its rules. Each runs through the engine as an outcome would; Calendar and Parameters come from the packs.

#include <functional>
#include <string>
#include <vector>

#include "population/programs.hpp"

namespace yuanqu::population {

struct WorkedCase {
  std::string name;
  std::string place;     // "national/cases/enterprise_size.yaml:12"
  std::string source;    // where the known answer comes from
  std::string decision;  // id, or model#name
  bool passed = false;
  std::string expected;  // FEEL literals
  std::string found;
  std::vector<std::string> reasons;  // why the engine answered null, where it did
  // What was evaluated, so that it can be asked again in another way; no models: no version was in force.
  std::shared_ptr<const dmn::ModelSet> models;
  dmn::ElementIndex element = 0;
  base::Date day;
  std::vector<feel::Value> inputs;  // as models->inputs_of(element)
};

// Runs every case of one pack. A faulty file is an error; a wrong answer is a case that did not pass.
base::Result<void> run_worked_cases(const pack::PackSet& packs, const pack::Pack& pack, const Programs& programs,
                                    const std::function<void(const WorkedCase&)>& report);

}  // namespace yuanqu::population
