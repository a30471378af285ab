#pragma once
// Values from outside (text cells, JSON) as the declared types of a model want them: JSON has no dates, a cell has only
// text.

#include <string_view>

#include "base/error.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn {

// One text, such as a CSV cell. Empty is null. number: decimal digits; boolean: true/false (any case), 1/0, 是/否;
// date, time, date and time, durations: ISO 8601; list and context: JSON. Without a declared type: a number or
// true/false where the text is exactly that, else the text. Error Invalid: a sentence saying what was expected.
base::Result<feel::Value> value_from_text(std::string_view text, const feel::TypePointer& type);

// A JSON value: texts become dates and so on where the type says so, through lists and contexts; members
// of a declared context that are left out are null. `place.field` of an error is
// the path inside the value.
base::Result<feel::Value> value_from_json(const feel::Value& value, const feel::TypePointer& type);

}  // namespace yuanqu::dmn
