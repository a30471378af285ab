#pragma once
// Limits that the caller sets for one model set and one evaluation. Zero means "no limit of ours". Passing one is
// ErrorCode::LimitExceeded while loading; while evaluating the decision that passed it answers null with a suppressed
// failure.

#include <cstddef>
#include <cstdint>

namespace yuanqu::dmn {

struct LoadLimits {
  std::size_t xml_bytes = 64u << 20;  // one document
  std::size_t xml_depth = 256;        // nested elements of one document
  std::size_t models = 256;           // documents of one set, imports included
};

struct EvaluationLimits {
  std::uint64_t steps = 0;              // FEEL nodes evaluated and rules tested in one evaluation
  std::uint64_t milliseconds = 0;       // wall time of one evaluation
  std::size_t list_items = 10'000'000;  // items of one list, characters of one text
  std::uint32_t call_depth = 512;       // nested invocations: recursion of models is bounded by this
};

}  // namespace yuanqu::dmn
