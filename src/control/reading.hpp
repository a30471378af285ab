#pragma once
// Reading: what is known of one tag at this moment: value, quality and age. A tag that is not good or is stale (or not
// known at all) blocks whatever would rest on it.

#include <cstdint>
#include <string>

#include "feel/value.hpp"

namespace yuanqu::control {

enum class Quality : std::uint8_t { Good, Uncertain, Bad };

struct Reading {
  feel::Value value;  // boolean, number or string; null when there never was one
  Quality quality = Quality::Bad;
  bool stale = true;        // older than the plant allows for this tag
  std::int64_t age_ms = 0;  // since the source read it, by the reader's own clock
  bool usable() const { return quality == Quality::Good && !stale && !value.is_null(); }
};

// Where readings come from: the agent's own image of its controllers, or the centre's live picture.
class Readings {
 public:
  virtual ~Readings() = default;
  virtual Reading read(const std::string& tag) const = 0;  // an unknown tag: bad and stale
};

}  // namespace yuanqu::control
