#include "control/site.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

std::string_view name_of(SafeKind kind) {
  switch (kind) {
    case SafeKind::Stop: return "stop";
    case SafeKind::Hold: return "hold";
    case SafeKind::Finish: return "finish";
  }
  return {};
}

base::Result<feel::Value> admit(const Parameter& parameter, const feel::Value& value) {
  const auto refuse = [&](const std::string& zh, const std::string& en) {
    return fail(ErrorCode::Invalid, "参数 " + parameter.labels.zh + zh, "Parameter " + parameter.labels.en + en,
                {.field = parameter.name});
  };
  if (parameter.boolean) {
    if (!value.is(feel::Kind::Boolean)) return refuse("应是真或假。", " must be true or false.");
    return value;
  }
  if (!value.is(feel::Kind::Number)) return refuse("应是数字。", " must be a number.");
  const base::Decimal number = value.number();
  if (number < parameter.least || number > parameter.greatest) {
    const std::string range = parameter.least.to_string() + " … " + parameter.greatest.to_string();
    return refuse("应在 " + range + " 之间。", " must lie within " + range + ".");
  }
  if (number.scale() > parameter.decimals) {
    const std::string digits = std::to_string(parameter.decimals);
    return refuse("至多 " + digits + " 位小数。", " has at most " + digits + " decimals.");
  }
  return value;
}

base::Result<Parameters> admit_all(const std::vector<Parameter>& declared, const Parameters& given) {
  for (const auto& [name, value] : given) {
    const bool known =
        std::any_of(declared.begin(), declared.end(), [&wanted = name](const auto& one) { return one.name == wanted; });
    if (!known) {
      return fail(ErrorCode::Invalid, "没有参数 " + name + "。", "There is no parameter " + name + ".",
                  {.field = name});
    }
  }
  Parameters admitted;
  for (const Parameter& parameter : declared) {
    const auto found =
        std::find_if(given.begin(), given.end(), [&](const auto& p) { return p.first == parameter.name; });
    if (found == given.end() && !parameter.standard) {
      return fail(ErrorCode::Invalid, "请给出参数 " + parameter.labels.zh + "。",
                  "Give the parameter " + parameter.labels.en + ".", {.field = parameter.name});
    }
    auto value = admit(parameter, found != given.end() ? found->second : feel::Value(*parameter.standard));
    if (!value) return tl::unexpected(value.error());
    admitted.emplace_back(parameter.name, std::move(*value));
  }
  return admitted;
}

const Action* Device::action(std::string_view action_name) const {
  const auto found =
      std::find_if(actions.begin(), actions.end(), [&](const Action& a) { return a.name == action_name; });
  return found == actions.end() ? nullptr : &*found;
}

bool Interlock::applies(std::string_view device, std::string_view action) const {
  return std::any_of(applies_to.begin(), applies_to.end(), [&](const std::string& target) {
    const auto dot = target.find('.');
    if (dot == std::string::npos) return target == device;
    return std::string_view(target).substr(0, dot) == device && std::string_view(target).substr(dot + 1) == action;
  });
}

const Device* Site::device(std::string_view name) const {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.name == name; });
  return found == devices.end() ? nullptr : &*found;
}

const Interlock* Site::interlock(std::string_view name) const {
  const auto found =
      std::find_if(interlocks.begin(), interlocks.end(), [&](const Interlock& i) { return i.name == name; });
  return found == interlocks.end() ? nullptr : &*found;
}

std::vector<InterlockState> interlocks_now(const Site& site, std::string_view device, std::string_view action,
                                           const Readings& readings, const Parameters& parameters,
                                           const std::function<bool(const std::string&)>& bypassed) {
  std::vector<InterlockState> states;
  for (const Interlock& interlock : site.interlocks) {
    if (!interlock.applies(device, action)) continue;
    const Verdict verdict = judge(interlock.condition, readings, parameters, interlock.reason);
    states.push_back({&interlock, verdict.passed, !verdict.passed && bypassed(interlock.name), verdict.reason});
  }
  return states;
}

base::Result<std::string> state_hash(const Action& action, const Readings& readings) {
  std::string text;
  for (const ExpectedInput& expected : action.expected) {
    const Reading reading = readings.read(expected.tag);
    if (!reading.usable() || reading.age_ms > expected.max_age_ms) {
      return fail(ErrorCode::Conflict, expected.tag + " 的值不可信或已过时，不能据此操作。",
                  expected.tag + " is bad or stale; nothing may be commanded upon it.", {.field = expected.tag});
    }
    feel::Value value = reading.value;
    if (expected.step && value.is(feel::Kind::Number)) {
      const auto steps = divide(value.number(), *expected.step);
      const auto whole = steps ? round_to(*steps, 0, base::Rounding::HalfEven) : std::nullopt;
      if (!whole) {
        return fail(ErrorCode::Conflict, expected.tag + " 的值超出可比较的范围。",
                    expected.tag + " is beyond what can be compared.", {.field = expected.tag});
      }
      value = feel::Value(*whole);
    }
    const std::string shown = feel::to_literal(value);
    text += std::to_string(expected.tag.size()) + ":" + expected.tag + std::to_string(shown.size()) + ":" + shown;
  }
  return base::to_hex(base::sha256(text));
}

}  // namespace yuanqu::control
