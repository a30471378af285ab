#pragma once
// The script of a demo zone (data/zone.yaml of a pack; packs/README.md says how it is written): lists, coined names and
// steps. Its FEEL is compiled once; every variable has a slot of one frame. Immutable after read().

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "feel/expression.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::app {

enum class StepKind {
  Is,
  All,
  Pick,
  Chance,
  Uniform,
  Lognormal,
  WorkingDay,
  Coined,
  CreditCode,
  Each,
  When,
  Write,
  Story
};

struct Step {
  StepKind kind = StepKind::Is;
  std::size_t line = 0;                       // of the file, from 1
  feel::Slot slot = 0;                        // the variable it sets; of an Each the item, of a Write the record
  std::vector<feel::Expression> expressions;  // what the kind needs, in the order of its keys; an absent one is empty
  int scale = 0;                              // Uniform, Lognormal: digits after the point
  std::string list;                           // All, Pick, Coined
  feel::Slot into = 0;                        // Write: the list variable that also receives the record …
  bool collects = false;                      // … when this is true
  std::vector<Step> body;                     // Each, When
  std::vector<Step> otherwise;                // When
  // Write
  const register_::Kind* record_kind = nullptr;
  register_::SourceNumber source = 0;
  bool closes = false;
  struct Cell {
    const register_::Field* field = nullptr;
    feel::Expression value;
  };
  std::vector<Cell> cells;
  std::string reason;
  // Story
  std::int64_t number = 0;
  std::string zh;
  std::string en;
};

struct WeightedList {
  std::vector<feel::Value> items;
  std::vector<double> reach;  // running sum of the weights
};

struct CoinedParts {
  std::vector<std::string> first;
  std::vector<std::string> second;
};

struct DemoScript {
  std::uint64_t seed = 0;
  std::map<std::string, WeightedList, std::less<>> lists;
  std::map<std::string, CoinedParts, std::less<>> coined;
  std::vector<Step> steps;
  feel::Slot day = 0;          // `demo day`
  feel::Slot enterprises = 0;  // `enterprises`: how many are asked for
  std::size_t frame_size = 0;
  std::string place;

  static base::Result<DemoScript> read(const std::string& text, const std::string& place,
                                       const register_::Catalogue& catalogue);
};

}  // namespace yuanqu::app
