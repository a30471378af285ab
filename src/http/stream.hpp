#pragma once
// What feeds a connection that stays open after its request: events for a page (text/event-stream), or the frames of a
// live page over a WebSocket.

#include <functional>
#include <string>
#include <string_view>

namespace yuanqu::http {

// Pushed: the server writes what waits whenever the source wakes it.
class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual std::string take_text() = 0;                   // what waits, as it goes over the wire; "" when nothing does
  virtual void on_wake(std::function<void()> wake) = 0;  // called from any thread when something waits; null: no more
  virtual bool closed() const = 0;
};

// Pulled: the server asks for the next frame once the last one is written, so a slow screen gets fewer, newer frames
// and memory does not grow. Called on the connection thread only; must not block.
class LiveStream {
 public:
  virtual ~LiveStream() = default;
  virtual void take(std::string_view message) = 0;  // from the page
  virtual std::string next() = 0;                   // the next frame; "" when there is nothing to say
  virtual bool over() const = 0;                    // the session ended: close
};

}  // namespace yuanqu::http
