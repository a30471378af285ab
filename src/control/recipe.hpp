#pragma once
// Recipe: one version of a sequence of work, in the manner of ISA-88: phases of steps, each with a condition to begin,
// a command, the feedback expected, a time limit and an abort path. Content (`packs/<pack>/recipes/*.yaml`, described
// in docs/centre-safety.md), immutable after reading: a batch that runs keeps the version it began with.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "control/site.hpp"

namespace yuanqu::control {

struct RecipeCommand {
  std::string device;
  std::string action;
  std::vector<std::pair<std::string, Formula>> parameters;  // over the recipe's parameters and inputs
  std::int64_t within_ms = 0;                               // of an abort path
};

struct Step {
  std::string name;
  Words labels;
  Formula when;  // empty: at once
  std::int64_t wait_ms = 0;
  std::optional<RecipeCommand> command;
  Formula feedback;  // empty: the action's own is enough
  std::int64_t within_ms = 0;
  std::optional<std::vector<RecipeCommand>> on_abort;  // absent: the recipe's
};

struct Phase {
  std::string name;
  Words labels;
  std::vector<Step> steps;
};

struct Recipe {
  std::string name;
  int version = 0;
  std::string plant;
  Words labels;
  Inputs inputs;  // the site's and its own
  std::vector<Parameter> parameters;
  std::vector<Phase> phases;
  std::vector<RecipeCommand> abort;
  std::string text;  // the file
  std::string hash;  // of it, hex

  // Every fault at once, each naming file, row, recipe and step. `site` says what may be commanded.
  static tl::expected<Recipe, std::vector<base::Error>> read(const std::string& text, const std::string& place,
                                                             const Site& site, const Site::TagLookup& tags);
  std::vector<std::string> devices() const;  // in the order they are first commanded
  bool hazardous(const Site& site) const;    // some action in it is
};

}  // namespace yuanqu::control
