#pragma once
// Draws of a seeded generator that do not depend on the standard library's distributions, and codes and names that are
// never drawn twice.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yuanqu::app {

// SplitMix64: small, and any stream of it can be begun by number.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed), state_(seed) {}

  // Begins the stream of that number: what is drawn for one record does not depend on how many came before it.
  void begin(std::uint64_t stream, std::uint64_t number);
  std::uint64_t next();
  double unit();                             // [0, 1)
  double normal();                           // mean 0, deviation 1
  std::uint64_t below(std::uint64_t bound);  // 0 … bound - 1; bound above 0

 private:
  std::uint64_t seed_;
  std::uint64_t state_;
};

// Visits 0 … size - 1 in scattered order, each once, then again from the start.
class Scatter {
 public:
  Scatter(std::uint64_t size, std::uint64_t seed);
  std::uint64_t at(std::uint64_t index) const;
  std::uint64_t size() const { return size_; }

 private:
  std::uint64_t size_;
  std::uint64_t stride_;
  std::uint64_t offset_;
};

// Two parts side by side, each pair once; when all pairs are used a third part of the second list follows.
class CoinedNames {
 public:
  CoinedNames(std::vector<std::string> first, std::vector<std::string> second, std::uint64_t seed);
  std::string next();

 private:
  std::vector<std::string> first_;
  std::vector<std::string> second_;
  Scatter scatter_;
  std::uint64_t used_ = 0;
};

// The unified social credit code with this serial: `prefix` (authority and class, two characters), `region` (six
// digits), an organisation code of MA and six characters, both check characters (GB 32100-2015, GB 11714-1997). Empty
// when prefix or region are not of that form.
std::string credit_code(std::string_view prefix, std::string_view region, std::uint64_t serial, std::uint64_t seed);

}  // namespace yuanqu::app
