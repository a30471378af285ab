#pragma once
// MqttClient: one MQTT 5 connection over libmosquitto with a loop of our own. It reconnects by itself for as long as it
// lives. Acknowledgements of what was received leave only after Handler::settle() said that it is safe; when it says
// no, the connection is dropped and the broker delivers again (a session that outlives the connection provided).
//
// The handler is called by the client's thread only. publish() may be called from any thread. Nothing that was
// published is sent again after a reconnect: who needs that keeps it himself.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "telemetry/sparkplug.hpp"

struct mosquitto;

namespace yuanqu::telemetry {

struct MqttOptions {
  std::string host = "127.0.0.1";
  int port = 1883;
  std::string client_id;  // empty: the broker gives one (only with clean_start)
  std::string user;
  std::string password;
  std::string ca_file;  // not empty: TLS, the broker's certificate is checked
  bool clean_start = true;
  std::uint32_t session_expiry_s = 0;  // of a session that should outlive the connection
  int keep_alive_s = 10;
  int receive_maximum = 2'000;      // messages of QoS 1 that may be unacknowledged
  std::int64_t reconnect_ms = 500;  // first pause; doubles up to ten times this
  std::int64_t tick_ms = 50;
};

struct MqttMessage {
  std::string_view topic;
  std::string_view payload;  // both only during the call
  int qos = 0;
  bool retained = false;
  bool duplicate = false;  // the broker delivered it before, perhaps
};

class MqttHandler {
 public:
  virtual ~MqttHandler() = default;
  // Before every attempt to connect.
  virtual std::optional<Outgoing> will() { return std::nullopt; }
  virtual std::vector<std::string> subscriptions() { return {}; }
  virtual int subscription_qos() { return 1; }
  // Connected and subscribed. What is published here is the first the broker gets.
  virtual void ready(bool /*session_present*/) {}
  virtual void message(const MqttMessage& message) = 0;
  // Everything given to message() so far is safe. An error drops the connection without an acknowledgement.
  virtual base::Result<void> settle() { return {}; }
  virtual void lost(const base::Error& /*why*/) {}
  virtual void tick() {}  // about every tick_ms, connected or not
};

class MqttClient {
 public:
  static base::Result<std::unique_ptr<MqttClient>> start(MqttOptions options, MqttHandler& handler);
  // Sends `last` if connected, disconnects and ends the thread.
  ~MqttClient();
  void set_last_message(Outgoing last);  // sent before an intended disconnect

  // Unavailable while not connected: nothing is queued. Qos 0 or 1.
  base::Result<void> publish(const Outgoing& message);
  bool connected() const { return ready_.load(); }
  std::uint64_t received() const { return received_.load(); }
  std::uint64_t connections() const { return connections_.load(); }
  std::optional<base::Error> last_problem() const;

 private:
  struct Callbacks;
  MqttClient(MqttOptions options, MqttHandler& handler);
  void run();
  base::Result<void> connect();
  bool serve();  // until the connection ends; false: stopping
  void drop(const base::Error& why);
  void pause(std::int64_t ms);
  void note(const base::Error& problem);

  const MqttOptions options_;
  MqttHandler& handler_;
  mosquitto* client_ = nullptr;
  int wake_ = -1;  // eventfd
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ready_{false};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> connections_{0};
  mutable std::mutex mutex_;
  std::optional<base::Error> problem_;
  std::optional<Outgoing> last_;
  // Of the thread.
  bool unsettled_ = false;
  bool gone_ = false;
  bool accepted_ = false;
  bool session_present_ = false;
  int refused_ = 0;
  int maybe_again_ = 0;
  std::size_t subscriptions_left_ = 0;
};

}  // namespace yuanqu::telemetry
