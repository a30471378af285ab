#pragma once
// Events for open pages. The hub keeps the last few thousand; a subscription that comes back with the journal position
// it saw last gets what it missed, or one event `resync` when the hub no longer knows: the page then reads everything
// again. An event carries ids and numbers, never facts; what they are is read through the resources, under the viewer's
// permission. Thread rule: everything here is safe from every thread; `wake` is called on the publisher's thread and
// must only pass the word on.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/stream.hpp"

namespace yuanqu::api {

struct Event {
  std::uint64_t number = 0;         // of this process, ascending
  std::int64_t position = 0;        // of the journal: the event's id on the wire
  std::string type;                 // clock, change, outcome, duty, case, notice, import, resync
  std::string data;                 // JSON
  std::vector<std::int64_t> files;  // whom it concerns; empty: everybody
  std::int64_t account = 0;         // not 0: for this account only
};

using EventFilter = std::function<bool(const Event&)>;

class EventHub;

class EventSubscription final : public http::EventSource {
 public:
  ~EventSubscription() override;
  std::vector<std::shared_ptr<const Event>> take();  // empty when nothing waits
  std::string take_text() override;
  void on_wake(std::function<void()> wake) override;  // called once per change from empty
  bool closed() const override;

 private:
  friend class EventHub;
  explicit EventSubscription(EventHub& hub) : hub_(hub) {}
  EventHub& hub_;
  EventFilter filter_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const Event>> waiting_;
  std::function<void()> wake_;
  bool overrun_ = false;
  bool closed_ = false;
};

class EventHub {
 public:
  explicit EventHub(std::size_t kept_max = 4096) : kept_max_(kept_max) {}

  void publish(Event event);
  // `after`: the journal position last seen; nullopt: only what comes.
  std::shared_ptr<EventSubscription> subscribe(EventFilter filter, std::optional<std::int64_t> after);
  void close();  // ends every stream
  std::size_t subscriptions() const;
  std::uint64_t published() const;

 private:
  friend class EventSubscription;
  void leave(EventSubscription* subscription);
  static constexpr std::size_t waiting_max = 1024;  // of one subscription; a slower reader gets `resync`

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const Event>> kept_;
  std::size_t kept_max_;
  std::uint64_t next_number_ = 1;
  std::int64_t forgotten_ = -1;  // greatest position no longer kept
  std::vector<EventSubscription*> subscribers_;
};

// The text of one event as it goes over the wire.
std::string to_wire(const Event& event);

}  // namespace yuanqu::api
