#pragma once
// Values of the register as FEEL values, and records as FEEL contexts, keyed by the FEEL names of the catalogue.

#include "feel/value.hpp"
#include "register/catalogue.hpp"
#include "register/record.hpp"
#include "register/value.hpp"

namespace yuanqu::register_ {

// Number → number; Money → context {amount, currency}; Enumeration → its code as string; Reference → null (the
// population reads through); Unreadable and Null → null; DateTime → date and time in the zone's offset (+08:00).
feel::Value to_feel(const Value& value);
// The FEEL value as a value of the field, for results that become facts; nullopt when it does not fit the type.
std::optional<Value> from_feel(const Field& field, const feel::Value& value);

}  // namespace yuanqu::register_
