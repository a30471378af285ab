#pragma once
// Conversion: how facts of a field that changed its type are read. The new field has a new number and says
// `was: {number: 7, by: <FEEL over old>}` in its kind file; the journal keeps the old values under the old number and
// is never rewritten. Reading gives every fact of the old number to the new field, with the value the expression makes
// of it; a value that does not fit the new type reads as unreadable, with its old text, and is a finding like any
// other. Of an old and a new fact of one source and day the later recorded counts.

#include <memory>
#include <string>

#include "feel/expression.hpp"
#include "register/catalogue.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

class Conversion {
 public:
  // `by` over the variable `old`; the error's sentence says what is wrong with it.
  static base::Result<std::shared_ptr<const Conversion>> compile(FieldNumber from, const std::string& by);
  FieldNumber from() const { return from_; }
  // Null stays null and unreadable stays unreadable.
  Value convert(const Field& to, const Value& old) const;

 private:
  FieldNumber from_ = 0;
  feel::Scope scope_;
  feel::Slot old_ = 0;
  feel::Expression expression_;
};

// Gives the facts of retired numbers to the fields that took their place. Cheap when the kind has no such field. The
// result is for reading: what is stored stays as the journal has it.
void convert_facts(RecordState& state, const Kind& kind);

}  // namespace yuanqu::register_
