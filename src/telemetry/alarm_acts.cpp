// What people do with alarms, and the picture they see.

#include "base/text.hpp"
#include "telemetry/alarm_tracks.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {
constexpr std::size_t reason_bytes_max = 2'000;
}  // namespace

base::Result<void> AlarmEngine::can_act(AlarmIndex alarm, const std::string& who) const {
  if (alarm >= states_.size())
    return fail(ErrorCode::NotFound, "没有这个报警。", "There is no such alarm.", {.field = "alarm"});
  if (who.empty()) return fail(ErrorCode::Invalid, "要写明是谁。", "Say who does it.", {.field = "who"});
  return {};
}

base::Result<void> AlarmEngine::check_reason(const std::string& reason) {
  if (base::trimmed(reason).empty())
    return fail(ErrorCode::Invalid, "请写明原因。", "Give a reason.", {.field = "reason"});
  if (reason.size() > reason_bytes_max)
    return fail(ErrorCode::LimitExceeded, "原因太长。", "The reason is too long.", {.field = "reason"});
  return {};
}

base::Result<void> AlarmEngine::acknowledge(AlarmIndex alarm, const std::string& who, const std::string& comment,
                                            Moment now) {
  std::lock_guard lock(mutex_);
  if (auto can = can_act(alarm, who); !can) return can;
  if (comment.size() > reason_bytes_max)
    return fail(ErrorCode::LimitExceeded, "说明太长。", "The comment is too long.", {.field = "comment"});
  const AlarmState& state = states_[alarm];
  if (state.acknowledged) {
    if (state.acknowledged_by.empty())
      return fail(ErrorCode::Conflict, "报警没有待确认的。", "There is nothing to acknowledge.", {.field = "alarm"});
    return fail(ErrorCode::Conflict, "已由 " + state.acknowledged_by + " 确认。",
                "Acknowledged already by " + state.acknowledged_by + ".", {.field = "alarm"});
  }
  emit(AlarmEventKind::Acknowledged, alarm, now, who, comment);
  return commit(now);
}

base::Result<void> AlarmEngine::acknowledge(std::span<const AlarmIndex> alarms, const std::string& who, Moment now) {
  std::lock_guard lock(mutex_);
  for (AlarmIndex alarm : alarms) {
    if (auto can = can_act(alarm, who); !can) return can;
  }
  for (AlarmIndex alarm : alarms) {
    if (!working_[alarm].acknowledged) emit(AlarmEventKind::Acknowledged, alarm, now, who);
  }
  return commit(now);
}

base::Result<void> AlarmEngine::reset(AlarmIndex alarm, const std::string& who, Moment now) {
  std::lock_guard lock(mutex_);
  if (auto can = can_act(alarm, who); !can) return can;
  if (!states_[alarm].latched)
    return fail(ErrorCode::Conflict, states_[alarm].active ? "条件还在，不能复位。" : "报警没有锁定，不用复位。",
                states_[alarm].active ? "The condition still stands: it cannot be reset."
                                      : "The alarm is not latched: nothing to reset.",
                {.field = "alarm"});
  emit(AlarmEventKind::Reset, alarm, now, who);
  return commit(now);
}

base::Result<void> AlarmEngine::shelve(AlarmIndex alarm, int minutes, const std::string& who, const std::string& reason,
                                       Moment now) {
  std::lock_guard lock(mutex_);
  if (auto can = can_act(alarm, who); !can) return can;
  if (auto good = check_reason(reason); !good) return good;
  const int most = plant_.alarms()[alarm].shelve_max_minutes;
  if (minutes < 1 || minutes > most)
    return fail(ErrorCode::Invalid, "搁置时间应为 1 至 " + std::to_string(most) + " 分钟。",
                "Shelve for 1 to " + std::to_string(most) + " minutes.", {.field = "minutes"});
  if (states_[alarm].out_of_service || states_[alarm].shelved())
    return fail(ErrorCode::Conflict, "报警已搁置或已停用。", "The alarm is shelved or out of service already.",
                {.field = "alarm"});
  tracks_[alarm].shelf_due_ms = now.steady_ms + minutes * minute_ms;
  arm(alarm, tracks_[alarm].shelf_due_ms);
  emit(AlarmEventKind::Shelved, alarm, now, who, reason, now.time_ms + minutes * minute_ms);
  return commit(now);
}

base::Result<void> AlarmEngine::unshelve(AlarmIndex alarm, const std::string& who, Moment now) {
  std::lock_guard lock(mutex_);
  if (auto can = can_act(alarm, who); !can) return can;
  if (!states_[alarm].shelved())
    return fail(ErrorCode::Conflict, "报警没有搁置。", "The alarm is not shelved.", {.field = "alarm"});
  emit(AlarmEventKind::Unshelved, alarm, now, who);
  examine(alarm, now);
  return commit(now);
}

base::Result<void> AlarmEngine::take_out_of_service(AlarmIndex alarm, const std::string& who, const std::string& reason,
                                                    Moment now) {
  std::lock_guard lock(mutex_);
  if (auto can = can_act(alarm, who); !can) return can;
  if (auto good = check_reason(reason); !good) return good;
  if (states_[alarm].out_of_service)
    return fail(ErrorCode::Conflict, "报警已停用。", "The alarm is out of service already.", {.field = "alarm"});
  emit(AlarmEventKind::OutOfService, alarm, now, who, reason);
  return commit(now);
}

base::Result<void> AlarmEngine::return_to_service(AlarmIndex alarm, const std::string& who, Moment now) {
  std::lock_guard lock(mutex_);
  if (auto can = can_act(alarm, who); !can) return can;
  if (!states_[alarm].out_of_service)
    return fail(ErrorCode::Conflict, "报警没有停用。", "The alarm is not out of service.", {.field = "alarm"});
  emit(AlarmEventKind::InService, alarm, now, who);
  examine(alarm, now);
  return commit(now);
}

// ---- the picture

AlarmView AlarmEngine::view_locked(AlarmIndex alarm) const {
  const auto first = first_up_.find(plant_.alarms()[alarm].group);
  return {.alarm = alarm,
          .state = states_[alarm],
          .condition = tracks_[alarm].raw && tracks_[alarm].since_ms.has_value(),
          .first_up = first != first_up_.end() && first->second == alarm,
          .version = versions_[alarm]};
}

AlarmView AlarmEngine::view(AlarmIndex alarm) const {
  std::lock_guard lock(mutex_);
  return alarm < states_.size() ? view_locked(alarm) : AlarmView{.alarm = no_alarm};
}

AlarmIndex AlarmEngine::find(std::string_view tag, std::string_view rule) const {
  const TagIndex index = plant_.find(tag);
  if (index == no_tag) return no_alarm;
  for (AlarmIndex alarm : alarms_of_tag_[index]) {
    if (plant_.alarms()[alarm].tag == index && plant_.alarms()[alarm].name == rule) return alarm;
  }
  return no_alarm;
}

AlarmPicture AlarmEngine::picture() const { return changes_since(0, 0); }

AlarmPicture AlarmEngine::changes_since(std::uint64_t epoch, std::uint64_t version) const {
  std::lock_guard lock(mutex_);
  AlarmPicture picture{.epoch = epoch_,
                       .version = version_,
                       .whole = epoch != epoch_ || version > version_ || version == 0,
                       .flood = flood_};
  for (AlarmIndex alarm = 0; alarm < states_.size(); ++alarm) {
    if (picture.whole ? !states_[alarm].normal() : versions_[alarm] > version)
      picture.alarms.push_back(view_locked(alarm));
  }
  return picture;
}

}  // namespace yuanqu::telemetry
