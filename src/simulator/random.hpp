#pragma once
// Repeatable randomness: the same seed gives the same plant on every machine (the standard library's distributions do
// not promise that).

#include <cmath>
#include <cstdint>

namespace yuanqu::simulator {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  double normal() {  // about standard normal: twelve uniforms have variance one
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  // One step of a value that wanders about `mean` with the spread `deviation` and returns in about `minutes`.
  double wander(double value, double mean, double deviation, double minutes, double seconds) {
    const double part = seconds / (minutes * 60.0);
    return value + (mean - value) * part + deviation * std::sqrt(2.0 * part) * normal();
  }

 private:
  std::uint64_t state_;
};

}  // namespace yuanqu::simulator
