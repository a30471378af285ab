#pragma once
// Forms: JSON Schema, the part of draft 7 that is also valid in 2020-12 and that a form needs:
//   type (object, array, string, number, integer, boolean), properties, required, additionalProperties false, items,
//   minItems, maxItems, enum, const, minimum, maximum, multipleOf, minLength, maxLength, pattern, format date. A
//   keyword we do not know is refused when the form is read, not ignored.
// Keywords that only draw (title, description, default, examples, $schema, $id, $comment, and anything beginning with
// "x-" or "ui:") are passed over. A layout may stand in "x-layout". The text form of values is JSON; as FEEL a string
// of format date becomes a date.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "feel/value.hpp"

namespace yuanqu::casework {

class Form {
 public:
  static base::Result<Form> read(std::string_view schema, const std::string& place);
  // Every fault of the values at once in `faults`; place.field is the path ("applicant.name"). An object's FEEL context
  // on success.
  base::Result<feel::Value> accept(std::string_view values, std::vector<base::Error>* faults = nullptr) const;

  std::vector<std::string> names() const;  // of the values it takes

 private:
  struct Schema;
  std::shared_ptr<const Schema> schema_;
};

// JSON text as a FEEL value without a schema: objects become contexts, numbers exact decimals, strings strings.
base::Result<feel::Value> value_of_json(std::string_view text);
// A FEEL value as JSON text: temporals as ISO strings, numbers as JSON numbers (strings beyond 2^53), functions and
// ranges as FEEL.
std::string json_of_value(const feel::Value& value);

}  // namespace yuanqu::casework
