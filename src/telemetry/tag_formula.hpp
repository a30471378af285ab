#pragma once
// TagFormula: a FEEL expression over tags, compiled once. A name is null while its tag may not be used (bad or stale),
// so an expression decides itself what not knowing means; FEEL's three-valued logic does the rest. One thread at a
// time.

#include <functional>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "feel/expression.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

// Exact: integers and shortest decimals of numbers; null for no value, NaN and infinities.
feel::Value to_feel(const Value& value);
// A FEEL result as a value of that type; nullopt when it is null or does not fit.
std::optional<Value> from_feel(const feel::Value& value, ValueType type);

class TagFormula {
 public:
  static base::Result<TagFormula> compile(const TagExpression& expression);
  TagFormula(TagFormula&&) noexcept;
  TagFormula& operator=(TagFormula&&) noexcept;
  ~TagFormula();

  const Inputs& inputs() const;
  // `value_of`: the value of a tag, or nullptr while it may not be used. The clock of now() is `time_ms` in UTC+8.
  using ValueOf = std::function<const Value*(TagIndex)>;
  feel::Value evaluate(const ValueOf& value_of, std::int64_t time_ms);
  bool is_true(const ValueOf& value_of, std::int64_t time_ms) { return evaluate(value_of, time_ms).is_true(); }

 private:
  struct Parts;
  explicit TagFormula(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace yuanqu::telemetry
