#include "control/alarms.hpp"

namespace yuanqu::control {

std::vector<DeclaredAlarm> declared_alarms(const Site& site) {
  std::vector<DeclaredAlarm> all{
      {"link",
       "",
       Urgency::High,
       {"与现场的连接中断", "The link to the plant is down"},
       {"现场设备已按声明回到安全状态；查明原因后由人重新投入控制。",
        "Devices went to their declared safe state; find the cause, then arm control again."}},
      {"audit",
       "",
       Urgency::Critical,
       {"审计写不进磁盘，停止一切命令", "The audit cannot be written; no command leaves"},
       {"腾出磁盘空间并重启中心。", "Make room on the disk and restart the centre."}},
      {"clock",
       "",
       Urgency::High,
       {"中心与现场的时钟相差超过 100 毫秒", "The clocks of centre and plant are more than 100 ms apart"},
       {"校准时钟；在此之前命令被拒绝。", "Set the clocks; until then commands are refused."}},
      {"content",
       "",
       Urgency::High,
       {"中心与现场的设备定义不同", "Centre and agent hold different declarations"},
       {"使两端一致；在此之前命令被拒绝。", "Make them equal; until then commands are refused."}},
      {"batch",
       "",
       Urgency::High,
       {"有作业已保持", "A batch is held"},
       {"到操作画面看原因，然后继续、停止或中止。",
        "See the reason on the operations page, then resume, stop or abort."}}};
  for (const Interlock& one : site.interlocks)
    all.push_back({"bypass." + one.name,
                   "",
                   Urgency::High,
                   {"联锁被旁路：" + one.labels.zh, "Interlock bypassed: " + one.labels.en},
                   {"尽快恢复。", "Restore it as soon as possible."}});
  for (const Device& device : site.devices) {
    all.push_back({"unknown." + device.name,
                   device.area,
                   Urgency::Critical,
                   {device.labels.zh + "：命令结果不明", device.labels.en + ": what became of a command is unknown"},
                   {"向现场查询，看现场状态，再决定。", "Ask the plant, look at its state, then decide."}});
    all.push_back({"failed." + device.name,
                   device.area,
                   Urgency::High,
                   {device.labels.zh + "：命令没有成功（超时、联锁动作、写入失败或被打断）",
                    device.labels.en + ": a command failed (timed out, interlock, not written or interrupted)"},
                   {"到操作画面看原因；设备保持在安全状态。",
                    "See the reason on the operations page; the device stays in its safe state."}});
    all.push_back({"unsafe." + device.name,
                   device.area,
                   Urgency::Critical,
                   {device.labels.zh + "：安全状态未得到现场证实",
                    device.labels.en + ": the field does not confirm the safe state"},
                   {"立即通知现场人员就地处理。", "Call the people at the plant at once."}});
  }
  return all;
}

std::string_view declaration_of(std::string_view id) { return id.starts_with("batch.") ? id.substr(0, 5) : id; }

}  // namespace yuanqu::control
