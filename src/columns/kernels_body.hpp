// The loops of kernels.hpp; included once for each instruction set with YUANQU_KERNELS naming the namespace.
#include <limits>

#include "columns/form.hpp"
#include "columns/kernels.hpp"

namespace yuanqu::columns::YUANQU_KERNELS {
namespace {

template <class From, class To>
void widen(const void* from, To* __restrict to, std::size_t count) {
  const From* __restrict narrow = static_cast<const From*>(from);
  for (std::size_t i = 0; i < count; ++i)
    to[i] = narrow[i] == std::numeric_limits<From>::min() ? std::numeric_limits<To>::min() : static_cast<To>(narrow[i]);
}

struct Less {
  template <class T>
  static bool holds(T a, T b) {
    return a < b;
  }
};
struct LessOrEqual {
  template <class T>
  static bool holds(T a, T b) {
    return a <= b;
  }
};
struct Greater {
  template <class T>
  static bool holds(T a, T b) {
    return a > b;
  }
};
struct GreaterOrEqual {
  template <class T>
  static bool holds(T a, T b) {
    return a >= b;
  }
};

template <class Op, class T>
void order(const T* __restrict a, const T* __restrict b, std::uint8_t* __restrict out, std::size_t count) {
  constexpr T null = std::numeric_limits<T>::min();
  for (std::size_t i = 0; i < count; ++i) {
    const bool open = (a[i] == null) | (b[i] == null);
    out[i] = static_cast<std::uint8_t>(open ? unknown : Op::holds(a[i], b[i]) ? yes : no);
  }
}
template <class Op, class T>
void order_constant(const T* __restrict a, T b, std::uint8_t* __restrict out, std::size_t count) {
  constexpr T null = std::numeric_limits<T>::min();
  if (b == null) {
    for (std::size_t i = 0; i < count; ++i) out[i] = unknown;
    return;
  }
  for (std::size_t i = 0; i < count; ++i)
    out[i] = static_cast<std::uint8_t>(a[i] == null ? unknown : Op::holds(a[i], b) ? yes : no);
}
template <class T>
void compare(Relation relation, const T* __restrict a, const T* __restrict b, std::uint8_t* __restrict out,
             std::size_t count) {
  switch (relation) {
    case Relation::Less: return order<Less>(a, b, out, count);
    case Relation::LessOrEqual: return order<LessOrEqual>(a, b, out, count);
    case Relation::Greater: return order<Greater>(a, b, out, count);
    case Relation::GreaterOrEqual: return order<GreaterOrEqual>(a, b, out, count);
    case Relation::Equal:
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(a[i] == b[i] ? yes : no);
      return;
    case Relation::NotEqual:
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(a[i] == b[i] ? no : yes);
  }
}
template <class T>
void compare_constant(Relation relation, const T* __restrict a, T b, std::uint8_t* __restrict out, std::size_t count) {
  switch (relation) {
    case Relation::Less: return order_constant<Less>(a, b, out, count);
    case Relation::LessOrEqual: return order_constant<LessOrEqual>(a, b, out, count);
    case Relation::Greater: return order_constant<Greater>(a, b, out, count);
    case Relation::GreaterOrEqual: return order_constant<GreaterOrEqual>(a, b, out, count);
    case Relation::Equal:
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(a[i] == b ? yes : no);
      return;
    case Relation::NotEqual:
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(a[i] == b ? no : yes);
  }
}

void minimum(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] < b[i] ? a[i] : b[i];
}
void maximum(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] > b[i] ? a[i] : b[i];
}
void negate(const std::uint8_t* a, std::uint8_t* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(2 - a[i]);
}
template <class T>
void select(const std::uint8_t* condition, const T* a, const T* b, T* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = condition[i] == yes ? a[i] : b[i];
}

#define YUANQU_BINARY(NAME, OPERATION)                                                              \
  void NAME(const std::int64_t* a, const std::int64_t* b, std::int64_t* out, std::size_t count) {   \
    for (std::size_t i = 0; i < count; ++i) {                                                       \
      const auto x = static_cast<std::uint64_t>(a[i]), y = static_cast<std::uint64_t>(b[i]);        \
      out[i] = (a[i] == null64) | (b[i] == null64) ? null64 : static_cast<std::int64_t>(OPERATION); \
    }                                                                                               \
  }
YUANQU_BINARY(add, x + y)
YUANQU_BINARY(subtract, x - y)
YUANQU_BINARY(multiply, x* y)
#undef YUANQU_BINARY
void add_constant(const std::int64_t* a, std::int64_t b, std::int64_t* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    out[i] = a[i] == null64
                 ? null64
                 : static_cast<std::int64_t>(static_cast<std::uint64_t>(a[i]) + static_cast<std::uint64_t>(b));
}
void multiply_constant(const std::int64_t* a, std::int64_t b, std::int64_t* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    out[i] = a[i] == null64
                 ? null64
                 : static_cast<std::int64_t>(static_cast<std::uint64_t>(a[i]) * static_cast<std::uint64_t>(b));
}

constexpr std::int64_t ten_to(int exponent) { return exponent == 0 ? 1 : 10 * ten_to(exponent - 1); }

template <RoundingWay Way, int Digits>
void round_by(const std::int64_t* a, std::int64_t* out, std::size_t count) {
  constexpr std::int64_t divisor = ten_to(Digits);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t value = a[i];
    std::int64_t quotient = value / divisor;
    const std::int64_t rest = value - quotient * divisor;
    const std::int64_t size = rest < 0 ? -rest : rest;
    const std::int64_t away = value < 0 ? -1 : 1;
    bool step = false;
    switch (Way) {
      case RoundingWay::HalfUp: step = size >= divisor - size; break;
      case RoundingWay::HalfDown: step = size > divisor - size; break;
      case RoundingWay::HalfEven:
        step = size > divisor - size || (size == divisor - size && (quotient & 1) != 0);
        break;
      case RoundingWay::Up: step = rest != 0; break;
      case RoundingWay::Down: break;
      case RoundingWay::Floor: step = rest < 0; break;
      case RoundingWay::Ceiling: step = rest > 0; break;
    }
    quotient += step ? away : 0;
    out[i] = value == null64 ? null64 : quotient;
  }
}
template <RoundingWay Way>
void round_way(int digits, const std::int64_t* a, std::int64_t* out, std::size_t count) {
  switch (digits) {
    case 1: return round_by<Way, 1>(a, out, count);
    case 2: return round_by<Way, 2>(a, out, count);
    case 3: return round_by<Way, 3>(a, out, count);
    case 4: return round_by<Way, 4>(a, out, count);
    case 5: return round_by<Way, 5>(a, out, count);
    case 6: return round_by<Way, 6>(a, out, count);
    case 7: return round_by<Way, 7>(a, out, count);
    case 8: return round_by<Way, 8>(a, out, count);
    case 9: return round_by<Way, 9>(a, out, count);
    case 10: return round_by<Way, 10>(a, out, count);
    case 11: return round_by<Way, 11>(a, out, count);
    case 12: return round_by<Way, 12>(a, out, count);
    case 13: return round_by<Way, 13>(a, out, count);
    case 14: return round_by<Way, 14>(a, out, count);
    case 15: return round_by<Way, 15>(a, out, count);
    case 16: return round_by<Way, 16>(a, out, count);
    case 17: return round_by<Way, 17>(a, out, count);
    default: return round_by<Way, 18>(a, out, count);
  }
}
void round(RoundingWay way, int digits, const std::int64_t* a, std::int64_t* out, std::size_t count) {
  switch (way) {
    case RoundingWay::HalfEven: return round_way<RoundingWay::HalfEven>(digits, a, out, count);
    case RoundingWay::HalfUp: return round_way<RoundingWay::HalfUp>(digits, a, out, count);
    case RoundingWay::HalfDown: return round_way<RoundingWay::HalfDown>(digits, a, out, count);
    case RoundingWay::Up: return round_way<RoundingWay::Up>(digits, a, out, count);
    case RoundingWay::Down: return round_way<RoundingWay::Down>(digits, a, out, count);
    case RoundingWay::Floor: return round_way<RoundingWay::Floor>(digits, a, out, count);
    case RoundingWay::Ceiling: return round_way<RoundingWay::Ceiling>(digits, a, out, count);
  }
}

void bounds(const std::int64_t* a, std::size_t count, std::int64_t* low, std::int64_t* high) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = null64;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t for_least = a[i] == null64 ? std::numeric_limits<std::int64_t>::max() : a[i];
    least = for_least < least ? for_least : least;
    most = a[i] > most ? a[i] : most;
  }
  *low = least;
  *high = most;
}

template <int Steps>
void mask_by_few_steps(const std::int64_t* __restrict words, const Bounds64& bounds, const std::uint64_t* __restrict of,
                       std::uint64_t* __restrict masks, std::size_t count) {
  const std::int64_t* __restrict keys = bounds.keys.data();
  const std::int32_t* __restrict starts = bounds.starts.data();
  const std::size_t null_piece = 2 * bounds.count + 1;
  const int steps = Steps < 0 ? bounds.steps : Steps;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t word = words[i];
    auto at = static_cast<std::size_t>(starts[Bounds64::bucket(word)]);
    for (int step = 0; step < steps; ++step) at += keys[at] < word ? 1 : 0;
    const std::size_t piece = 2 * at + (keys[at] == word ? 1 : 0);
    masks[i] &= of[word == null64 ? null_piece : piece];
  }
}
void mask_by_piece(const std::int64_t* words, const Bounds64& bounds, const std::uint64_t* of, std::uint64_t* masks,
                   std::size_t count) {
  switch (bounds.steps) {
    case 1: return mask_by_few_steps<1>(words, bounds, of, masks, count);
    case 2: return mask_by_few_steps<2>(words, bounds, of, masks, count);
    case 3: return mask_by_few_steps<3>(words, bounds, of, masks, count);
    default: return mask_by_few_steps<-1>(words, bounds, of, masks, count);
  }
}
void mask_by_code(const std::int32_t* __restrict codes, const std::uint64_t* __restrict of, std::int32_t codes_known,
                  std::uint64_t* __restrict masks, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t code = codes[i] < codes_known ? codes[i] : codes_known;
    masks[i] &= of[code < 0 ? 0 : code + 1];
  }
}
void mask_by_truth(const std::uint8_t* __restrict truths, const std::uint64_t* __restrict of3,
                   std::uint64_t* __restrict masks, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) masks[i] &= of3[truths[i]];
}

}  // namespace

extern const Kernels table;
const Kernels table = {widen<std::int8_t, std::int64_t>,
                       widen<std::int16_t, std::int64_t>,
                       widen<std::int32_t, std::int64_t>,
                       widen<std::int8_t, std::int32_t>,
                       widen<std::int16_t, std::int32_t>,
                       compare<std::int64_t>,
                       compare_constant<std::int64_t>,
                       compare<std::int32_t>,
                       compare_constant<std::int32_t>,
                       minimum,
                       maximum,
                       negate,
                       select<std::uint8_t>,
                       select<std::int32_t>,
                       select<std::int64_t>,
                       add,
                       subtract,
                       multiply,
                       add_constant,
                       multiply_constant,
                       round,
                       bounds,
                       mask_by_piece,
                       mask_by_code,
                       mask_by_truth};

}  // namespace yuanqu::columns::YUANQU_KERNELS
