#include "control/rights.hpp"

#include <algorithm>

namespace yuanqu::control {

namespace {

struct RightName {
  std::string_view name;
  std::string_view zh;
};
constexpr std::array<RightName, 10> right_names{{{"view", "查看"},
                                                 {"operate", "操作"},
                                                 {"approve", "确认"},
                                                 {"arm", "投入控制"},
                                                 {"bypass", "旁路联锁"},
                                                 {"run_recipes", "运行工艺"},
                                                 {"edit_recipes", "编辑工艺"},
                                                 {"release_recipes", "批准工艺"},
                                                 {"acknowledge", "确认报警"},
                                                 {"audit", "查阅审计"}}};

}  // namespace

std::string_view name_of(Right right) { return right_names[static_cast<std::size_t>(right)].name; }

std::optional<Right> right_of(std::string_view name) {
  const auto found =
      std::find_if(right_names.begin(), right_names.end(), [&](const RightName& one) { return one.name == name; });
  if (found == right_names.end()) return std::nullopt;
  return static_cast<Right>(found - right_names.begin());
}

bool Rights::allows(const std::string& user, const std::string& plant, const std::string& area, Right right) const {
  if (user.empty() || plant.empty()) return false;
  return grants_.contains({user, plant, area, right}) || grants_.contains({user, plant, "*", right});
}

base::Result<void> Rights::need(const std::string& user, const std::string& plant, const std::string& area,
                                Right right) const {
  if (allows(user, plant, area, right)) return {};
  const RightName& name = right_names[static_cast<std::size_t>(right)];
  const std::string where = plant + (area == "*" ? "" : " / " + area);
  return base::fail(base::ErrorCode::Forbidden, "您在 " + where + " 没有“" + std::string(name.zh) + "”的权限。",
                    "You have no right to " + std::string(name.name) + " in " + where + ".",
                    {.field = std::string(name.name)});
}

}  // namespace yuanqu::control
