#pragma once
// LivePage: one page's live picture over its WebSocket. Frames are JSON objects:
//
//   {"heartbeat_ms":1000,"now":…}                   at least every heartbeat; a page that gets none for two is grey
//   {"values":[[index,value,quality,age,stale,source],…]}   a snapshot after each subscription, then what changed
//   {"alarms":{"version":…,"whole":…,"changed":[…],"gone":[…]}}
//   {"operations":{…}}                              when it changed
//   {"over":true}                                   the session ended
//
// The page sends {"subscribe":{"plant":…,"tags":[index,…]}}; indices are those of the model it was given, which holds
// only what its account may see. A heartbeat is given only while the plant's own engine moves: a server whose engine
// stands still is as good as gone.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "centre/plant.hpp"
#include "http/server.hpp"

namespace yuanqu::centre {

inline constexpr std::int64_t heartbeat_ms = 1000;
inline constexpr std::size_t subscribed_max = 20'000;

class LivePage final : public http::LiveStream {
 public:
  struct Seat {
    Plant* plant = nullptr;                        // null: nothing by that name may be seen
    std::vector<telemetry::TagIndex> tags;         // the model as the page has it
    std::function<bool(const std::string&)> sees;  // areas
  };
  // `admit` answers the seat for a plant's name, under the session's rights as they are now; `ended` whether the
  // session is over or its rights changed.
  LivePage(std::function<Seat(const std::string&)> admit, std::function<bool()> ended)
      : admit_(std::move(admit)), ended_(std::move(ended)) {}

  void take(std::string_view message) override;
  std::string next() override;
  bool over() const override { return over_; }

 private:
  void append_values(std::string& out);
  struct Watched {
    telemetry::TagIndex tag = 0;
    std::uint32_t shown = 0;  // index of the page
    std::uint64_t version = 0;
    bool stale = true;
    bool sent = false;
  };
  std::function<Seat(const std::string&)> admit_;
  std::function<bool()> ended_;
  Seat seat_;
  std::vector<Watched> watched_;
  std::uint64_t alarms_version_ = 0;
  std::uint64_t operations_version_ = 0;
  std::int64_t last_frame_ms_ = 0;
  std::int64_t last_check_ms_ = 0;
  bool over_ = false;
};

}  // namespace yuanqu::centre
