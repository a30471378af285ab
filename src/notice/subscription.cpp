#include "notice/subscription.hpp"

#include "base/date.hpp"

namespace yuanqu::notice {
namespace {

constexpr std::int64_t minute_ms = 60'000, day_ms = 86'400'000, zone_offset_ms = 8LL * 3'600'000;

struct Local {
  std::int64_t midnight_ms = 0;  // of the local day, in UTC
  int minute = 0;
};

Local local_of(std::int64_t now_ms) {
  const std::int64_t local = now_ms + zone_offset_ms;
  std::int64_t day = local / day_ms;
  if (local % day_ms < 0) --day;
  return {day * day_ms - zone_offset_ms, static_cast<int>((local - day * day_ms) / minute_ms)};
}

bool within(int minute, int from, int to) {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

}  // namespace

std::int64_t leaves_at_ms(const Subscription& subscription, std::int64_t now_ms) {
  std::int64_t at = now_ms;
  if (subscription.digest) {
    const Local local = local_of(at);
    at = local.midnight_ms + digest_minute * minute_ms + (local.minute >= digest_minute ? day_ms : 0);
  }
  if (subscription.quiet_from && subscription.quiet_to && *subscription.quiet_from != *subscription.quiet_to) {
    const Local local = local_of(at);
    if (within(local.minute, *subscription.quiet_from, *subscription.quiet_to)) {
      at = local.midnight_ms + *subscription.quiet_to * minute_ms +
           (local.minute >= *subscription.quiet_to ? day_ms : 0);
    }
  }
  return at;
}

std::string digest_key(const Subscription& subscription, std::int64_t leaves_at) {
  if (!subscription.digest) return {};
  return "digest " + std::to_string(subscription.id) + " " +
         base::Date::from_days((local_of(leaves_at).midnight_ms + zone_offset_ms) / day_ms).to_string();
}

}  // namespace yuanqu::notice
