#include "app/demo_draws.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/identifiers.hpp"

namespace yuanqu::app {
namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ULL;

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

// The characters a credit code may have (GB 32100-2015, table 1).
constexpr std::string_view code_characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr int serial_characters = 6;

}  // namespace

void Draws::begin(std::uint64_t stream, std::uint64_t number) {
  state_ = mixed(seed_ + mixed(stream * golden + 1) + mixed(number * golden + 2));
}

std::uint64_t Draws::next() {
  state_ += golden;
  return mixed(state_);
}

double Draws::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Draws::normal() {
  const double first = 1.0 - unit();  // (0, 1]: its logarithm is finite
  const double second = unit();
  return std::sqrt(-2.0 * std::log(first)) * std::cos(2.0 * std::numbers::pi * second);
}

std::uint64_t Draws::below(std::uint64_t bound) { return next() % bound; }

Scatter::Scatter(std::uint64_t size, std::uint64_t seed)
    : size_(size == 0 ? 1 : size), stride_(1), offset_(mixed(seed) % size_) {
  // Neighbours come far apart when the stride is near the golden section of the size; it must share no factor with it.
  stride_ = static_cast<std::uint64_t>(static_cast<double>(size_) * 0.6180339887) | 1U;
  while (std::gcd(stride_, size_) != 1) ++stride_;
}

std::uint64_t Scatter::at(std::uint64_t index) const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(index % size_) * stride_ + offset_) % size_);
}

CoinedNames::CoinedNames(std::vector<std::string> first, std::vector<std::string> second, std::uint64_t seed)
    : first_(std::move(first)), second_(std::move(second)), scatter_(first_.size() * second_.size(), seed) {}

std::string CoinedNames::next() {
  if (first_.empty() || second_.empty()) return {};
  const std::uint64_t round = used_ / scatter_.size();
  const std::uint64_t pair = scatter_.at(used_++);
  std::string name = first_[pair / second_.size()] + second_[pair % second_.size()];
  for (std::uint64_t rest = round; rest > 0; rest /= second_.size()) name += second_[(rest - 1) % second_.size()];
  return name;
}

std::string credit_code(std::string_view prefix, std::string_view region, std::uint64_t serial, std::uint64_t seed) {
  if (prefix.size() != 2 || region.size() != 6) return {};
  std::uint64_t combinations = 1;
  for (int i = 0; i < serial_characters; ++i) combinations *= code_characters.size();
  std::uint64_t number = Scatter(combinations, seed).at(serial);
  std::string organisation = "MA";
  for (int i = 0; i < serial_characters; ++i) {
    organisation += code_characters[number % code_characters.size()];
    number /= code_characters.size();
  }
  const char inner = base::organisation_check_character(organisation);
  std::string code = std::string(prefix) + std::string(region) + organisation + inner;
  const char outer = inner == 0 ? '\0' : base::uscc_check_character(code);
  if (outer == 0) return {};
  return code + outer;
}

}  // namespace yuanqu::app
