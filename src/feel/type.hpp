#pragma once
// Types of FEEL (DMN 1.5, clauses 10.3.1.2, 10.3.2.9 and 7.3.2): structural, immutable, shared.
// A type may carry a constraint (allowed values of an item definition); dmn supplies it.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.hpp"

namespace yuanqu::feel {

class Evaluation;
struct Type;
using TypePointer = std::shared_ptr<const Type>;  // nullptr means Any

class Constraint {
 public:
  virtual ~Constraint() = default;
  // Three-valued in FEEL, but an undecided test refuses.
  virtual bool admits(Evaluation& evaluation, const Value& value) const = 0;
};

struct Member {
  std::string name;
  TypePointer type;
};

struct Type {
  enum class Form : std::uint8_t {
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    DaysTimeDuration,
    YearsMonthsDuration,
    List,      // element
    Context,   // members
    Range,     // element
    Function,  // members (parameters), element (result)
    Unknown,   // a name that nothing declares: no value is an instance of it
  };
  Form form = Form::Any;
  std::string name;     // of an item definition; empty for built-in and anonymous types
  TypePointer element;  // nullptr: Any
  std::vector<Member> members;
  std::shared_ptr<const Constraint> constraint;
  bool open_context = false;   // the bare type "context": any context is an instance
  bool open_function = false;  // the bare type "function"

  static TypePointer any();
  static TypePointer simple(Form form);
  static TypePointer list_of(TypePointer element);
  static TypePointer range_of(TypePointer element);
  static TypePointer context_of(std::vector<Member> members);
  static TypePointer function_of(std::vector<Member> parameters, TypePointer result);
  // "number", "date and time", "days and time duration", "Any", "list", "context", …; nullptr when no built-in type is
  // named so. Accepts the DMN 1.1 spellings (dayTimeDuration, dateTime, yearMonthDuration) as well.
  static TypePointer builtin(std::string_view name);

  const Member* member(std::string_view member_name) const;
  std::string to_string() const;  // FEEL type syntax: list<number>, context<a: number>, function<number>->string
};

// The structural type of a value; lists get the common type of their items (Any if there is none).
TypePointer type_of(const Value& value);

// 10.3.2.9.1 and table 47. `from` conforms to `to`: every value of `from` may stand where `to` is expected.
bool conforms(const TypePointer& from, const TypePointer& to);
bool equivalent(const TypePointer& a, const TypePointer& b);

// `value instance of type` (10.3.2.3 and table 47): null is an instance of Null only (and of Any: false by the
// standard).
bool instance_of(const Value& value, const TypePointer& type);

// May the value stand where `type` is expected (null always may; constraints are tested)?
bool admits(Evaluation& evaluation, const Value& value, const TypePointer& type);

// The implicit conversions of 10.3.2.9.4 for parameters, information items and results: singleton list to item, item to
// singleton list, date to date and time (midnight UTC). A value that does not conform becomes null, with a suppressed
// failure naming `what` ("parameter x", "decision y").
Value coerce(Evaluation& evaluation, const Value& value, const TypePointer& type, std::string_view what);

}  // namespace yuanqu::feel
