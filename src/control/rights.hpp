#pragma once
// Rights of control: who may do what in which area of which plant. Deny by default: what no grant names is refused.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "base/error.hpp"

namespace yuanqu::control {

enum class Right : std::uint8_t {
  View,            // pictures, alarms, trends
  Operate,         // take devices, select and operate; hold
  Approve,         // be the second person
  Arm,             // arm and disarm a plant; take a device from its commander (area "*" only)
  Bypass,          // ask for or approve the bypass of an interlock
  RunRecipes,      // start, hold, resume, stop, abort batches
  EditRecipes,     // add a version
  ReleaseRecipes,  // let a version be run; never the one who wrote it
  Acknowledge,     // alarms: acknowledge, shelve
  Audit,           // read and export the audit
};
std::string_view name_of(Right right);  // "operate", "run_recipes" …
std::optional<Right> right_of(std::string_view name);

struct Grant {
  std::string user;
  std::string plant;
  std::string area;  // "*": the whole plant
  Right right = Right::View;
  friend auto operator<=>(const Grant&, const Grant&) = default;
};

class Rights {
 public:
  void add(Grant grant) { grants_.insert(std::move(grant)); }
  void remove(const Grant& grant) { grants_.erase(grant); }
  const std::set<Grant>& grants() const { return grants_; }

  bool allows(const std::string& user, const std::string& plant, const std::string& area, Right right) const;
  // Forbidden with a sentence that names the right and the area.
  base::Result<void> need(const std::string& user, const std::string& plant, const std::string& area,
                          Right right) const;

 private:
  std::set<Grant> grants_;
};

}  // namespace yuanqu::control
