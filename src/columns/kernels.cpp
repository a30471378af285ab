#include "columns/kernels.hpp"

namespace yuanqu::columns {

namespace plain {
extern const Kernels table;
}
namespace avx2 {
extern const Kernels table;
}

const Kernels& kernels() {
#if defined(__x86_64__)
  static const Kernels& chosen = __builtin_cpu_supports("avx2") ? avx2::table : plain::table;
  return chosen;
#else
  return plain::table;
#endif
}

Bounds64::Bounds64(const std::vector<std::int64_t>& bounds) : keys(bounds), count(bounds.size()), starts(256, 0) {
  // How many bounds lie in smaller buckets is where a bucket begins; the fullest bucket says how many steps are needed.
  std::vector<int> held(256, 0);
  for (const std::int64_t bound : bounds) ++held[bucket(bound)];
  for (std::size_t b = 1; b < 256; ++b) starts[b] = starts[b - 1] + held[b - 1];
  for (const int one : held) steps = one > steps ? one : steps;
  keys.insert(keys.end(), static_cast<std::size_t>(steps) + 1, INT64_MAX);
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace yuanqu::columns
