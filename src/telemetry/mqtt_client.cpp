#include "telemetry/mqtt_client.hpp"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "telemetry/steady.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

constexpr int reads_at_once = 2'000;
constexpr std::int64_t read_slice_ms = 20;  // then what was read is settled and acknowledged
constexpr std::int64_t last_words_ms = 500;

base::Error problem_of(const MqttOptions& options, const std::string& reason) {
  const std::string where = options.host + ":" + std::to_string(options.port);
  return {ErrorCode::Unavailable,
          "与 MQTT 代理 " + where + " 的连接不通（" + reason + "）。请检查代理、地址和账号；会自动重连。",
          "The MQTT broker at " + where + " cannot be reached (" + reason +
              "). Check the broker, its address and the account; it is tried again.",
          {}};
}

struct Properties {
  mosquitto_property* list = nullptr;
  ~Properties() { mosquitto_property_free_all(&list); }
};

}  // namespace

struct MqttClient::Callbacks {
  static MqttClient& of(void* object) { return *static_cast<MqttClient*>(object); }
  static void connect(mosquitto*, void* object, int code, int flags, const mosquitto_property*) {
    MqttClient& self = of(object);
    self.accepted_ = code == 0;
    self.refused_ = code;
    self.session_present_ = (flags & 1) != 0;
    // What was not acknowledged when the connection was lost comes first, and again.
    self.maybe_again_ = self.session_present_ ? self.options_.receive_maximum + 1 : 0;
  }
  static void disconnect(mosquitto*, void* object, int, const mosquitto_property*) { of(object).gone_ = true; }
  static void subscribe(mosquitto*, void* object, int, int count, const int* granted, const mosquitto_property*) {
    MqttClient& self = of(object);
    for (int i = 0; i < count; ++i) {
      if (granted[i] >= 0x80) self.refused_ = granted[i];
    }
    if (self.subscriptions_left_ > 0) --self.subscriptions_left_;
  }
  static void message(mosquitto*, void* object, const mosquitto_message* message, const mosquitto_property*) {
    MqttClient& self = of(object);
    ++self.received_;
    if (self.maybe_again_ > 0) --self.maybe_again_;
    self.unsettled_ = self.unsettled_ || message->qos > 0;
    self.handler_.message(
        {.topic = message->topic,
         .payload = {static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)},
         .qos = message->qos,
         .retained = message->retain,
         .duplicate = message->qos > 0 && self.maybe_again_ > 0});
  }
};

MqttClient::MqttClient(MqttOptions options, MqttHandler& handler) : options_(std::move(options)), handler_(handler) {}

base::Result<std::unique_ptr<MqttClient>> MqttClient::make(MqttOptions options, MqttHandler& handler) {
  static const int initialised = mosquitto_lib_init();
  (void)initialised;
  std::unique_ptr<MqttClient> client(new MqttClient(std::move(options), handler));
  const MqttOptions& chosen = client->options_;
  client->client_ =
      mosquitto_new(chosen.client_id.empty() ? nullptr : chosen.client_id.c_str(), chosen.clean_start, client.get());
  client->wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (client->client_ == nullptr || client->wake_ < 0)
    return fail(ErrorCode::Invalid, "MQTT 客户端不能建立。请检查客户端名。",
                "The MQTT client cannot be made. Check the client's name.", {.field = "client_id"});
  mosquitto* raw = client->client_;
  mosquitto_int_option(raw, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  mosquitto_int_option(raw, MOSQ_OPT_RECEIVE_MAXIMUM, chosen.receive_maximum);
  mosquitto_int_option(raw, MOSQ_OPT_TCP_NODELAY, 1);
  // With a thread of somebody's the library only queues what it has to send: acknowledgements wait until we write.
  mosquitto_threaded_set(raw, true);
  mosquitto_connect_v5_callback_set(raw, Callbacks::connect);
  mosquitto_disconnect_v5_callback_set(raw, Callbacks::disconnect);
  mosquitto_subscribe_v5_callback_set(raw, Callbacks::subscribe);
  mosquitto_message_v5_callback_set(raw, Callbacks::message);
  if (!chosen.user.empty()) mosquitto_username_pw_set(raw, chosen.user.c_str(), chosen.password.c_str());
  if (!chosen.ca_file.empty() &&
      mosquitto_tls_set(raw, chosen.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr) != MOSQ_ERR_SUCCESS)
    return fail(ErrorCode::Invalid, "CA 证书文件不能读。", "The CA certificate file cannot be read.",
                {.file = chosen.ca_file});
  return client;
}

void MqttClient::begin() {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

base::Result<std::unique_ptr<MqttClient>> MqttClient::start(MqttOptions options, MqttHandler& handler) {
  auto client = make(std::move(options), handler);
  if (client) (*client)->begin();
  return client;
}

MqttClient::~MqttClient() {
  stopping_ = true;
  if (wake_ >= 0) {
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof(one));
  }
  if (thread_.joinable()) thread_.join();
  if (client_ != nullptr) mosquitto_destroy(client_);
  if (wake_ >= 0) ::close(wake_);
}

void MqttClient::set_last_message(Outgoing last) {
  std::lock_guard lock(mutex_);
  last_ = std::move(last);
}

std::optional<base::Error> MqttClient::last_problem() const {
  std::lock_guard lock(mutex_);
  return problem_;
}

void MqttClient::note(const base::Error& problem) {
  std::lock_guard lock(mutex_);
  problem_ = problem;
}

base::Result<void> MqttClient::publish(const Outgoing& message) {
  if (!ready_) return tl::unexpected(problem_of(options_, "offline"));
  const int code = mosquitto_publish(client_, nullptr, message.topic.c_str(), static_cast<int>(message.payload.size()),
                                     message.payload.data(), message.qos, message.retain);
  if (code != MOSQ_ERR_SUCCESS) {
    if (code == MOSQ_ERR_INVAL || code == MOSQ_ERR_PAYLOAD_SIZE || code == MOSQ_ERR_MALFORMED_UTF8 ||
        code == MOSQ_ERR_OVERSIZE_PACKET)
      return fail(ErrorCode::Invalid, "报文或主题不合规，没有发送。",
                  "The message or its topic is not valid and was not sent.", {.rule = message.topic});
    return tl::unexpected(problem_of(options_, mosquitto_strerror(code)));
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof(one));
  return {};
}

void MqttClient::pause(std::int64_t ms) {
  const std::int64_t until = steady_now_ms() + ms;
  while (!stopping_) {
    const std::int64_t left = until - steady_now_ms();
    if (left <= 0) return;
    pollfd wake{wake_, POLLIN, 0};
    ::poll(&wake, 1, static_cast<int>(std::min(left, options_.tick_ms)));
    std::uint64_t count = 0;
    (void)!::read(wake_, &count, sizeof(count));
    handler_.tick();
  }
}

base::Result<void> MqttClient::connect() {
  accepted_ = gone_ = unsettled_ = false;
  refused_ = 0;
  mosquitto_will_clear(client_);
  if (auto will = handler_.will()) {
    if (mosquitto_will_set_v5(client_, will->topic.c_str(), static_cast<int>(will->payload.size()),
                              will->payload.data(), will->qos, will->retain, nullptr) != MOSQ_ERR_SUCCESS)
      return fail(ErrorCode::Invalid, "遗嘱报文不合规。", "The will is not valid.", {.rule = will->topic});
  }
  Properties properties;
  mosquitto_property_add_int32(&properties.list, MQTT_PROP_SESSION_EXPIRY_INTERVAL, options_.session_expiry_s);
  const int code = mosquitto_connect_bind_v5(client_, options_.host.c_str(), options_.port, options_.keep_alive_s,
                                             nullptr, properties.list);
  if (code != MOSQ_ERR_SUCCESS)
    return tl::unexpected(
        problem_of(options_, code == MOSQ_ERR_ERRNO ? "connection refused" : mosquitto_strerror(code)));
  return {};
}

void MqttClient::drop(const base::Error& why) {
  note(why);
  // The socket ends under the library, so that nothing it has queued leaves.
  if (const int socket = mosquitto_socket(client_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
  for (int tries = 0; tries < 8 && mosquitto_socket(client_) >= 0; ++tries) {
    if (mosquitto_loop_read(client_, 1) != MOSQ_ERR_SUCCESS) break;
  }
  gone_ = true;
}

bool MqttClient::serve() {
  bool subscribed = false;

  std::int64_t next_tick = steady_now_ms();
  for (;;) {
    const int socket = mosquitto_socket(client_);
    if (gone_ || socket < 0) return !stopping_;
    if (stopping_ && !farewell_) {
      ::shutdown(socket, SHUT_RDWR);
      return false;
    }
    if (stopping_) {
      std::optional<Outgoing> last;
      {
        std::lock_guard lock(mutex_);
        last = last_;
      }
      if (ready_ && last) (void)publish(*last);
      mosquitto_disconnect_v5(client_, 0, nullptr);
      const std::int64_t until = steady_now_ms() + last_words_ms;
      while (mosquitto_socket(client_) >= 0 && mosquitto_want_write(client_) && steady_now_ms() < until)
        mosquitto_loop_write(client_, 1);
      return false;
    }
    pollfd waits[2] = {{socket, static_cast<short>(POLLIN | (mosquitto_want_write(client_) ? POLLOUT : 0)), 0},
                       {wake_, POLLIN, 0}};
    ::poll(waits, 2, static_cast<int>(std::clamp<std::int64_t>(next_tick - steady_now_ms(), 0, options_.tick_ms)));
    if ((waits[1].revents & POLLIN) != 0) {
      std::uint64_t count = 0;
      (void)!::read(wake_, &count, sizeof(count));
    }
    if ((waits[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const std::int64_t until = steady_now_ms() + read_slice_ms;
      for (int i = 0; i < reads_at_once && !gone_; ++i) {
        if (mosquitto_loop_read(client_, 1) != MOSQ_ERR_SUCCESS) {
          gone_ = true;
          break;
        }
        pollfd more{mosquitto_socket(client_), POLLIN, 0};
        if (more.fd < 0 || ::poll(&more, 1, 0) <= 0 || steady_now_ms() >= until) break;
      }
    }
    if (refused_ != 0) {
      drop(problem_of(options_, mosquitto_reason_string(refused_)));
      return true;
    }
    if (unsettled_) {
      if (auto settled = handler_.settle(); !settled) {
        drop(settled.error());
        return true;
      }
      unsettled_ = false;
    }
    if (gone_) return true;
    if (accepted_ && !subscribed) {
      subscribed = true;
      const auto topics = handler_.subscriptions();
      subscriptions_left_ = topics.size();
      for (const std::string& topic : topics) {
        if (mosquitto_subscribe_v5(client_, nullptr, topic.c_str(), handler_.subscription_qos(), 0, nullptr) !=
            MOSQ_ERR_SUCCESS) {
          drop(problem_of(options_, "subscribe " + topic));
          return true;
        }
      }
    }
    if (accepted_ && subscribed && !ready_ && subscriptions_left_ == 0) {
      ++connections_;
      ready_ = true;
      handler_.ready(session_present_);
    }
    if (mosquitto_want_write(client_) && mosquitto_loop_write(client_, 1) != MOSQ_ERR_SUCCESS) gone_ = true;
    if (mosquitto_loop_misc(client_) != MOSQ_ERR_SUCCESS) gone_ = true;
    if (steady_now_ms() >= next_tick) {
      handler_.tick();
      next_tick = steady_now_ms() + options_.tick_ms;
    }
  }
}

void MqttClient::run() {
  std::int64_t wait_ms = options_.reconnect_ms;
  while (!stopping_) {
    auto connected = connect();
    if (connected) {
      const std::uint64_t before = connections_;
      const bool go_on = serve();
      const bool was_ready = ready_.exchange(false);
      if (was_ready) handler_.lost(last_problem().value_or(problem_of(options_, "connection lost")));
      if (!go_on) break;
      if (connections_ != before) wait_ms = options_.reconnect_ms;
    } else {
      note(connected.error());
    }
    pause(wait_ms);
    wait_ms = std::min(wait_ms * 2, options_.reconnect_ms * 10);
  }
}

}  // namespace yuanqu::telemetry
