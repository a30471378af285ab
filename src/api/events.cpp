#include "api/events.hpp"

#include <algorithm>

namespace yuanqu::api {
namespace {

std::shared_ptr<const Event> resync(std::int64_t position) {
  auto event = std::make_shared<Event>();
  event->type = "resync";
  event->position = position;
  event->data = "{\"position\":" + std::to_string(position) + "}";
  return event;
}

}  // namespace

EventSubscription::~EventSubscription() { hub_.leave(this); }

std::vector<std::shared_ptr<const Event>> EventSubscription::take() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const Event>> events(waiting_.begin(), waiting_.end());
  waiting_.clear();
  overrun_ = false;
  return events;
}

std::string EventSubscription::take_text() {
  std::string text;
  for (const auto& event : take()) text += to_wire(*event);
  return text;
}

void EventSubscription::on_wake(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (wake_ && (closed_ || !waiting_.empty())) wake_();
}

bool EventSubscription::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void EventHub::publish(Event event) {
  const std::lock_guard lock(mutex_);
  event.number = next_number_++;
  const auto kept = std::make_shared<const Event>(std::move(event));
  kept_.push_back(kept);
  if (kept_.size() > kept_max_) {
    forgotten_ = std::max(forgotten_, kept_.front()->position);
    kept_.pop_front();
  }
  for (EventSubscription* subscriber : subscribers_) {
    if (subscriber->filter_ && !subscriber->filter_(*kept)) continue;
    const std::lock_guard inner(subscriber->mutex_);
    if (subscriber->overrun_) continue;
    if (subscriber->waiting_.size() >= waiting_max) {
      subscriber->waiting_.clear();
      subscriber->waiting_.push_back(resync(kept->position));
      subscriber->overrun_ = true;
    } else {
      subscriber->waiting_.push_back(kept);
    }
    if (subscriber->wake_) subscriber->wake_();
  }
}

std::shared_ptr<EventSubscription> EventHub::subscribe(EventFilter filter, std::optional<std::int64_t> after) {
  std::shared_ptr<EventSubscription> subscription(new EventSubscription(*this));
  subscription->filter_ = std::move(filter);
  const std::lock_guard lock(mutex_);
  if (after) {
    // Before the first event of this process there may have been others: only a position this process has seen can be
    // resumed.
    const bool known = *after >= forgotten_ && !kept_.empty() && kept_.front()->position <= *after + 1;
    if (!known) {
      subscription->waiting_.push_back(resync(kept_.empty() ? *after : kept_.back()->position));
    } else {
      for (const auto& event : kept_) {
        if (event->position > *after && (!subscription->filter_ || subscription->filter_(*event)))
          subscription->waiting_.push_back(event);
      }
    }
  }
  subscribers_.push_back(subscription.get());
  return subscription;
}

void EventHub::leave(EventSubscription* subscription) {
  const std::lock_guard lock(mutex_);
  std::erase(subscribers_, subscription);
}

void EventHub::close() {
  const std::lock_guard lock(mutex_);
  for (EventSubscription* subscriber : subscribers_) {
    const std::lock_guard inner(subscriber->mutex_);
    subscriber->closed_ = true;
    if (subscriber->wake_) subscriber->wake_();
  }
}

std::size_t EventHub::subscriptions() const {
  const std::lock_guard lock(mutex_);
  return subscribers_.size();
}

std::uint64_t EventHub::published() const {
  const std::lock_guard lock(mutex_);
  return next_number_ - 1;
}

std::string to_wire(const Event& event) {
  std::string text = "id: " + std::to_string(event.position) + "\nevent: " + event.type + "\n";
  std::string_view rest = event.data;
  do {
    const auto end = rest.find('\n');
    text.append("data: ").append(rest.substr(0, end)).append("\n");
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  } while (!rest.empty());
  return text + "\n";
}

}  // namespace yuanqu::api
