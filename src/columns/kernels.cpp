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

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace yuanqu::columns
