#pragma once
// Intake: what comes in from the sources of one plant, on its way to log, live picture and alarms. PointSink does that
// way for any source; SparkplugIntake and JsonIntake are the two that listen to the plant's broker (two connections: a
// host application must start clean, plain JSON should be kept by the broker while we are away).

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "telemetry/calculated.hpp"
#include "telemetry/json_mapping.hpp"
#include "telemetry/live.hpp"
#include "telemetry/mqtt_client.hpp"
#include "telemetry/recorder.hpp"
#include "telemetry/sparkplug_host.hpp"
#include "telemetry/steady.hpp"

namespace yuanqu::telemetry {

// Thread-safe.
class PointSink {
 public:
  // Hears of the points that became the live picture, calculated ones among them, in order. Called under the sink's
  // lock.
  using Taken = std::function<void(std::span<const Point> points)>;
  // Hears of every point on its way into the log, also of those that came late. Called under the same lock.
  using Recorded = std::function<void(std::span<const Point> points)>;
  static base::Result<std::unique_ptr<PointSink>> create(const PlantModel& plant, Recorder& recorder, LivePicture& live,
                                                         const base::Clock& clock, Taken taken = {},
                                                         Recorded recorded = {});

  // Into the log's queue and the live picture. The picture is kept even when the log refuses: people must see. The
  // answer is the log's, the sequence to wait for.
  base::Result<std::uint64_t> take(std::vector<Point> points);
  base::Result<void> wait(std::uint64_t sequence) { return recorder_.wait(sequence); }
  void lost(const std::vector<LostTags>& lost);
  void heard(const std::vector<LinkIndex>& links);
  bool holds(const Point& point) const;  // in history, or among what was taken and is not there yet

  const PlantModel& plant() const { return plant_; }
  const base::Clock& clock() const { return clock_; }

 private:
  PointSink(const PlantModel& plant, Recorder& recorder, LivePicture& live, const base::Clock& clock,
            CalculatedTags calculated, Taken taken, Recorded heard_of)
      : plant_(plant),
        recorder_(recorder),
        live_(live),
        clock_(clock),
        calculated_(std::move(calculated)),
        taken_(std::move(taken)),
        recorded_(std::move(heard_of)) {}
  const PlantModel& plant_;
  Recorder& recorder_;
  LivePicture& live_;
  const base::Clock& clock_;
  std::mutex mutex_;
  CalculatedTags calculated_;
  Taken taken_;
  Recorded recorded_;
};

// What a source has to say about itself.
struct IntakeStatus {
  bool connected = false;
  std::uint64_t messages = 0;
  std::uint64_t points = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t problem_count = 0;
  std::vector<base::Error> problems;  // the newest twenty
  std::optional<base::Error> connection;
};

class BrokerIntake : public MqttHandler {
 public:
  base::Result<void> settle() override;
  IntakeStatus status() const;

 protected:
  explicit BrokerIntake(PointSink& sink) : sink_(sink) {}
  void take(std::vector<Point> points);
  void note(const std::vector<base::Error>& problems);
  void note(const base::Error& problem) { note(std::vector<base::Error>{problem}); }

  PointSink& sink_;
  std::unique_ptr<MqttClient> client_;
  mutable std::mutex mutex_;
  IntakeStatus status_;
  std::vector<std::uint64_t> unsettled_;  // of every batch since the last settle: one refused refuses all
  std::optional<base::Error> refused_;    // by the log, since the last settle
};

class SparkplugIntake final : public BrokerIntake {
 public:
  static base::Result<std::unique_ptr<SparkplugIntake>> start(MqttOptions broker, SparkplugHostOptions host,
                                                              PointSink& sink);
  ~SparkplugIntake() override;
  std::vector<SparkplugHost::NodeStatus> nodes() const;
  // NCMD or DCMD and anything else that goes to nodes; QoS and retain as the message says.
  base::Result<void> publish(const Outgoing& message) { return client_->publish(message); }

  std::optional<Outgoing> will() override;
  std::vector<std::string> subscriptions() override;
  void ready(bool session_present) override;
  void message(const MqttMessage& message) override;
  void lost(const base::Error& why) override;
  void tick() override;

 private:
  SparkplugIntake(SparkplugHostOptions host, PointSink& sink)
      : BrokerIntake(sink), host_(sink.plant(), std::move(host)) {}
  void carry_out(HostOutput out);
  mutable std::mutex host_mutex_;
  SparkplugHost host_;
};

class JsonIntake final : public BrokerIntake {
 public:
  // The session lives on at the broker for `session_expiry_s` of the options (a day when 0): a client id is needed.
  static base::Result<std::unique_ptr<JsonIntake>> start(MqttOptions broker, PointSink& sink);
  ~JsonIntake() override;
  std::vector<std::string> subscriptions() override { return mapping_.topics(); }
  void ready(bool session_present) override;
  void message(const MqttMessage& message) override;
  void lost(const base::Error& why) override;

 private:
  explicit JsonIntake(PointSink& sink) : BrokerIntake(sink), mapping_(sink.plant()) {}
  JsonMapping mapping_;
};

}  // namespace yuanqu::telemetry
