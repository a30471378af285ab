#pragma once
// Values of the register and of FEEL as JSON, and back. Numbers keep their digits (json_writer.hpp); a reference comes
// with its title.

#include <optional>

#include "api/call.hpp"
#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "base/error.hpp"
#include "feel/value.hpp"
#include "journal/attachments.hpp"
#include "register/register.hpp"

namespace yuanqu::api {

void write_value(JsonWriter& json, const register_::Value& value, Titles& titles);
void write_attachment(JsonWriter& json, const register_::Value& value);  // {hash, name, size, format}
void write_feel(JsonWriter& json, const feel::Value& value);
void write_reference(JsonWriter& json, std::int64_t record, Titles& titles);  // {id, title}

// What a form sends for a field. Texts are read as a cell of a table would be, so "1,234", full-width digits and
// 2026年3月2日 work in a form as they do in an import; money is {amount, currency} or an amount in the field's unit; a
// reference is an id or {id}. null clears.
base::Result<register_::Value> read_value(const register_::Field& field, const Json& json);

}  // namespace yuanqu::api
