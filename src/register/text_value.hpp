#pragma once
// From a cell of a file, a form or a script to a Value of a field, and back.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "register/catalogue.hpp"
#include "register/value.hpp"
#include "tabular/cell.hpp"

namespace yuanqu::register_ {

// Reads what a cell holds as a value of the field: full-width digits, numbers as text, dates as text (2026-03-02,
// 2026/3/2, 2026.3.2, 20260302, 2026年3月2日) or as serials, 是/否, labels or codes of enumerations, lists separated by
// ；;、or line breaks, units of header or cell. Blank ("", "-", "—", "无" is not blank) gives Null. References are left
// to the caller: their cells are keys, not ids. Where the field says `when_unreadable: note`, what cannot be read gives
// an Unreadable value instead of an error.
base::Result<Value> value_of_cell(const Field& field, const tabular::Cell& cell, std::string_view header_unit,
                                  bool system_1904 = false);

// The cell an export writes for a value, such that value_of_cell reads the same value again. References come as
// `reference_text`.
tabular::Cell cell_of_value(const Field& field, const Value& value, const std::string& reference_text = {});

// As people read it on a page or in a letter: enumeration labels, 是/否, "300 万元", "2026年3月2日".
std::string shown(const Field& field, const Value& value, bool chinese);

// FEEL names and JSON: money is {"amount", "currency"}; numbers are JSON numbers when |coefficient| < 2^53, else
// strings.
std::string to_json(const Field& field, const Value& value);

}  // namespace yuanqu::register_
