#pragma once
// Kernels: loops over vectors, compiled twice (plain and for AVX2) and chosen once at start. Lengths in rows; outputs
// may be inputs. Nulls are the forms' own (form.hpp).

#include <cstddef>
#include <cstdint>
#include <vector>

namespace yuanqu::columns {

enum class Relation : std::uint8_t { Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual };
enum class RoundingWay : std::uint8_t { HalfEven, HalfUp, HalfDown, Up, Down, Floor, Ceiling };

// Ascending bounds with a start for each magnitude of a word (its highest bit and the two below), so that few
// comparisons find its place. `keys` ends with INT64_MAX `steps` times.
struct Bounds64 {
  std::vector<std::int64_t> keys;
  std::size_t count = 0;
  std::vector<std::int32_t> starts;  // 256
  int steps = 0;
  explicit Bounds64(const std::vector<std::int64_t>& bounds = {});
  static unsigned bucket(std::int64_t word) {
    if (word <= 0) return 0;
    const int top = 63 - __builtin_clzll(static_cast<unsigned long long>(word));
    return static_cast<unsigned>(top * 4 + (top >= 2 ? (word >> (top - 2)) & 3 : 0));
  }
};

struct Kernels {
  // Narrow words to full ones, null to null.
  void (*widen_1_to_8)(const void* from, std::int64_t* to, std::size_t count);
  void (*widen_2_to_8)(const void* from, std::int64_t* to, std::size_t count);
  void (*widen_4_to_8)(const void* from, std::int64_t* to, std::size_t count);
  void (*widen_1_to_4)(const void* from, std::int32_t* to, std::size_t count);
  void (*widen_2_to_4)(const void* from, std::int32_t* to, std::size_t count);
  // Order: unknown where one is null. Equal: null equals null alone; NotEqual its opposite; both always known.
  void (*compare64)(Relation relation, const std::int64_t* a, const std::int64_t* b, std::uint8_t* out,
                    std::size_t count);
  void (*compare64_constant)(Relation relation, const std::int64_t* a, std::int64_t b, std::uint8_t* out,
                             std::size_t count);
  void (*compare32)(Relation relation, const std::int32_t* a, const std::int32_t* b, std::uint8_t* out,
                    std::size_t count);
  void (*compare32_constant)(Relation relation, const std::int32_t* a, std::int32_t b, std::uint8_t* out,
                             std::size_t count);
  void (*minimum)(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t count);  // and
  void (*maximum)(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t count);  // or
  void (*negate)(const std::uint8_t* a, std::uint8_t* out, std::size_t count);                          // not
  // condition == yes ? a : b
  void (*select1)(const std::uint8_t* condition, const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out,
                  std::size_t count);
  void (*select4)(const std::uint8_t* condition, const std::int32_t* a, const std::int32_t* b, std::int32_t* out,
                  std::size_t count);
  void (*select8)(const std::uint8_t* condition, const std::int64_t* a, const std::int64_t* b, std::int64_t* out,
                  std::size_t count);
  // The caller has proved that nothing overflows.
  void (*add)(const std::int64_t* a, const std::int64_t* b, std::int64_t* out, std::size_t count);
  void (*subtract)(const std::int64_t* a, const std::int64_t* b, std::int64_t* out, std::size_t count);
  void (*multiply)(const std::int64_t* a, const std::int64_t* b, std::int64_t* out, std::size_t count);
  void (*add_constant)(const std::int64_t* a, std::int64_t b, std::int64_t* out, std::size_t count);
  void (*multiply_constant)(const std::int64_t* a, std::int64_t b, std::int64_t* out, std::size_t count);
  // a / 10^digits rounded, digits 1 … 18.
  void (*round)(RoundingWay way, int digits, const std::int64_t* a, std::int64_t* out, std::size_t count);
  // The bounds of what is not null; low > high when all is.
  void (*bounds)(const std::int64_t* a, std::size_t count, std::int64_t* low, std::int64_t* high);
  // masks[i] &= of[word]: the word's piece among ascending bounds (2i+1 on bound i, 2i before it); null at piece
  // 2·count+1.
  void (*mask_by_piece)(const std::int64_t* words, const Bounds64& bounds, const std::uint64_t* of,
                        std::uint64_t* masks, std::size_t count);
  // masks[i] &= of[code + 1], null at 0; codes from `codes_known` on at of[codes_known + 1].
  void (*mask_by_code)(const std::int32_t* codes, const std::uint64_t* of, std::int32_t codes_known,
                       std::uint64_t* masks, std::size_t count);
  void (*mask_by_truth)(const std::uint8_t* truths, const std::uint64_t* of3, std::uint64_t* masks, std::size_t count);
};

const Kernels& kernels();
std::int64_t power_of_ten(int exponent);  // 0 … 18

}  // namespace yuanqu::columns
