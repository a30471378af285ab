#pragma once
// Plant: one plant as it runs in the centre: its model, live picture, point log and history, alarms, operations and
// hand-overs in one folder. One engine thread moves what moves by itself (alarms every 100 ms, operations every 50 ms)
// and keeps what screens read in ready form, so that a screen never waits for the engine.
//
// After a restart the alarms stand as they stood, with who acknowledged them, and control is in monitor-only.

#include <algorithm>
#include <atomic>
#include <boost/json/object.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "centre/accounts.hpp"
#include "centre/alarm_desk.hpp"
#include "centre/handovers.hpp"
#include "centre/months.hpp"
#include "centre/operations.hpp"
#include "centre/screen_alarms.hpp"
#include "centre/views.hpp"
#include "centre/worker.hpp"
#include "telemetry/live.hpp"
#include "telemetry/mirror.hpp"
#include "telemetry/recorder.hpp"

namespace yuanqu::centre {

class Inflow;

struct Broker {
  std::string host = "127.0.0.1";
  int port = 1883;
};

struct PlantSetup {
  std::unique_ptr<telemetry::PlantModel> model;
  Views views;
  std::filesystem::path folder;  // of this plant alone
  const base::Clock* clock = nullptr;
  std::optional<control::Site> site;  // absent: the plant is watched, never controlled
  std::vector<std::pair<std::string, std::string>> recipes;
  Broker broker;
  std::string mirror;                          // address of a VictoriaMetrics that mirrors history; empty: none
  std::optional<telemetry::MonthPlan> months;  // what the zone is told of each month
  std::string zone;                            // where it is told; empty: nowhere
  std::function<void(const std::string&)> log;
};

// The operations of a plant that is only watched, or of which one may not know.
inline constexpr std::string_view no_operations =
    R"({"available":false,"armed":false,"link":false,"agent_age_ms":null,"why":{"zh":"","en":""},"devices":[],"batches":[],"selections":[],"bypasses":[],"alarms":[]})";

class Plant {
 public:
  static base::Result<std::unique_ptr<Plant>> open(PlantSetup setup);
  ~Plant();

  static std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  std::int64_t now_ms() const { return clock_.now_ms(); }

  const telemetry::PlantModel& model() const { return *model_; }
  const std::string& name() const { return model_->name(); }
  const Views& views() const { return views_; }
  telemetry::LivePicture& live() { return *live_; }
  telemetry::Recorder& recorder() { return *recorder_; }
  AlarmDesk& alarms() { return *alarms_; }
  Handovers& handovers() { return *handovers_; }
  Months* months() { return months_.get(); }  // nullptr: the zone is told nothing
  const ScreenAlarms& screen_alarms() const { return screen_alarms_; }

  struct Ready {
    std::shared_ptr<const std::string> text;
    std::uint64_t version = 0;
  };
  Ready operations_json() const;
  std::int64_t engine_beat_ms() const { return beat_ms_.load(); }  // steady

  bool controlled() const { return operations_ != nullptr; }
  // Operations, their declarations and their audit tell of every device: they are for who may in each area a device
  // stands in.
  bool in_every_operated_area(const std::function<bool(const std::string& area)>& may) const {
    return std::all_of(operated_areas_.begin(), operated_areas_.end(), may);
  }
  // Runs `use` on the operations under the plant's lock; must not be called when !controlled().
  template <class Use>
  auto with_operations(const Use& use) {
    const std::lock_guard lock(mutex_);
    return use(*operations_);
  }
  void set_rights(const std::vector<Account>& accounts);
  telemetry::Moment moment() const { return {steady_ms(), clock_.now_ms()}; }
  // A fault of the simulated plant, on demand. Unsupported for a real one.
  base::Result<void> simulate(const std::string& fault);

 private:
  explicit Plant(PlantSetup& setup);
  void run();
  void refresh_operations();
  void declare_conditions(const control::Site& site);
  void tell_conditions();
  void follow_mirror(const std::string& address);

  std::unique_ptr<telemetry::PlantModel> model_;
  Views views_;
  const base::Clock& clock_;
  std::function<void(const std::string&)> log_;
  std::unique_ptr<telemetry::LivePicture> live_;
  std::unique_ptr<telemetry::Recorder> recorder_;
  std::unique_ptr<AlarmDesk> alarms_;
  std::unique_ptr<Handovers> handovers_;
  mutable std::mutex mutex_;  // operations
  std::unique_ptr<Operations> operations_;
  std::vector<std::string> operated_areas_;  // of the devices; never changes
  struct Condition {
    telemetry::TagIndex tag = telemetry::no_tag;
    std::optional<bool> told;
  };
  std::map<std::string, Condition> conditions_;  // alarms of control, by id
  std::unique_ptr<telemetry::Mirror> mirror_;
  std::unique_ptr<Inflow> inflow_;
  std::unique_ptr<Months> months_;
  std::unique_ptr<Worker> mirror_worker_;
  ScreenAlarms screen_alarms_;
  mutable std::mutex ready_mutex_;
  Ready ready_;
  std::atomic<std::int64_t> beat_ms_{0};
  std::atomic<bool> stopping_{false};
  std::thread engine_;
};

}  // namespace yuanqu::centre
