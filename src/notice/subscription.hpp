#pragma once
// A subscription: somebody wants the notices of a recipient (a file, a post, an account) also by another channel: in
// which language, not at night, once a day or at once. What is not urgent waits for the end of the quiet hours, a
// digest for its hour. Times are minutes of the zone's wall clock (UTC+8).

#include <cstdint>
#include <optional>
#include <string>

namespace yuanqu::notice {

struct Subscription {
  std::int64_t id = 0;
  std::int64_t account = 0;  // whose it is
  int to_kind = 0;           // as notice::To
  std::int64_t to_id = 0;
  std::string to_post;
  std::string channel;  // "email", "sms", "webhook"
  std::string address;  // mail address, telephone number, https address
  std::string secret;   // of a webhook, base64
  bool english = false;
  bool digest = false;
  std::optional<int> quiet_from;  // both or none; may go over midnight
  std::optional<int> quiet_to;
};

inline constexpr int digest_minute = 8 * 60 + 30;  // 08:30

// When a notice stored at `now_ms` may leave: at once, at the end of the quiet hours, or with the next digest.
std::int64_t leaves_at_ms(const Subscription& subscription, std::int64_t now_ms);
// What makes the notices of one digest one message for the receiver; empty for what leaves alone.
std::string digest_key(const Subscription& subscription, std::int64_t leaves_at);

}  // namespace yuanqu::notice
