#pragma once
// Inspection of unary tests: what a table checker or a column compiler can know about a cell without evaluating it.

#include <optional>
#include <vector>

#include "feel/syntax.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

// One interval of an ordered kind, a single value being the interval that includes only itself.
struct Bounds {
  Value low;   // null: unbounded
  Value high;  // null: unbounded
  bool low_included = false;
  bool high_included = false;
};

bool is_point(const Bounds& bounds);  // of one value

struct SimpleTests {
  bool any = false;            // `-`: everything, null too
  bool negated = false;        // not(…)
  bool matches_null = false;   // one of the tests is null
  std::vector<Bounds> bounds;  // the input satisfies the cell if it lies in one of them (or in none when negated)
};

// The cell as a union of constant intervals; nullopt when it uses names, calls that are not constant, `?`, or lists of
// lists. Constant calls such as date("2024-01-01"), -5 and @"…" count as constants.
std::optional<SimpleTests> simple_tests(const Syntax& unary_tests);

// The value of a syntax tree that uses no names; nullopt otherwise or when it is null because of a failure.
std::optional<Value> constant_value(const Syntax& syntax);

}  // namespace yuanqu::feel
