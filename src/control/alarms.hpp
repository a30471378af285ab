#pragma once
// The alarms of control as an alarm list declares them beforehand: one for each cause and device, whose id is the one
// under which it stands in View::alarms (every batch that is held stands under "batch").

#include <string>
#include <string_view>
#include <vector>

#include "control/site.hpp"
#include "control/view.hpp"

namespace yuanqu::control {

struct DeclaredAlarm {
  std::string id;    // "unknown.loco_1"
  std::string area;  // of its device; empty: of control as a whole
  Urgency urgency = Urgency::High;
  Words text, advice;
};

std::vector<DeclaredAlarm> declared_alarms(const Site& site);
// Under which declaration an alarm of the view stands.
std::string_view declaration_of(std::string_view id);

}  // namespace yuanqu::control
