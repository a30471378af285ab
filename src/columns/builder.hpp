#pragma once
// Builder: makes the steps of a program (internal to the room). Equal steps are made once. The compilers of FEEL, boxed
// expressions and tables stand on it. What cannot be made is thrown as NotCompiled; nothing else is thrown, and it
// never leaves the room.

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "columns/frame.hpp"
#include "columns/program.hpp"
#include "feel/syntax.hpp"

namespace yuanqu::columns {

struct NotCompiled {
  std::string zh, en;
};

class Builder {
 public:
  Builder(Program& program, Dictionary& dictionary) : program_(program), dictionary_(dictionary) {
    program_.parents = {-1};
  }
  Program& program() { return program_; }

  Reg add_register(Form form, int scale, int domain);
  // A step with one new vector. `key` names what it computes; empty: never shared.
  Reg step(const char* name, std::string key, Form form, int scale, int domain, std::vector<Reg> in,
           const std::function<std::function<void(Frame&)>(Reg)>& make);
  void effect(const char* name, std::vector<Reg> in, std::function<void(Frame&)> run);
  int add_domain(int parent);
  std::size_t add_state() { return program_.states++; }
  void drop_unused();

  static PartPointer constant(const feel::Value& value);
  PartPointer scalar(Form form, int scale, int domain, Reg reg);
  PartPointer null() { return constant(feel::Value()); }

  // Domains. Throws when neither is inside the other.
  int deeper(int a, int b) const;
  bool within(int inner, int outer) const;
  Reg parent_rows(int domain);                              // index of the parent row of each row
  PartPointer spread(const PartPointer& part, int domain);  // the part in a deeper domain
  PartPointer gather(const PartPointer& part, Reg index,
                     int domain);            // the part at rows named by an index; null at null
  PartPointer named(Reg index, int domain);  // where the index names a row

  // The vector of a part in this domain; constants are written out.
  Reg vector_of(const PartPointer& part, int domain);
  PartPointer to_number(const PartPointer& part, int scale);  // Number or integer constant at another scale (not lower)
  PartPointer to_decimal(const PartPointer& part);
  PartPointer to_boxed(const PartPointer& part);

  // Three-valued logic.
  PartPointer both(const PartPointer& a, const PartPointer& b);
  PartPointer either(const PartPointer& a, const PartPointer& b);
  PartPointer negate(const PartPointer& a);
  PartPointer negate_known(const PartPointer& part);
  PartPointer is_null(const PartPointer& part);
  PartPointer is_yes(const PartPointer& condition);  // unknown becomes no
  PartPointer choose(const PartPointer& condition, const PartPointer& a,
                     const PartPointer& b);  // condition true ? a : b
  PartPointer compare(Relation relation, PartPointer a, PartPointer b);
  PartPointer arithmetic(feel::Operation operation, const PartPointer& a, const PartPointer& b);
  PartPointer round(RoundingWay way, int scale, const PartPointer& a);
  PartPointer component(const char* name, const PartPointer& date);  // year, month, day, weekday

  // Rows and lists.
  PartPointer row(const Table& table, Reg index, int domain, feel::TypePointer type);
  PartPointer member(const PartPointer& row, std::string_view name);  // nullptr: there is none
  PartPointer filter(const PartPointer& list, const PartPointer& condition);
  PartPointer pick(const PartPointer& list, const PartPointer& position);
  PartPointer map(const PartPointer& list, PartPointer element);  // the same items with another element
  PartPointer pack(std::vector<PartPointer> items);               // [a, b, c]
  enum class Fold { Count, Sum, Minimum, Maximum, Every, Some };
  PartPointer fold(Fold what, const PartPointer& list);

  // Evaluates value by value: `function` answers for the values of `inputs`; remembered by inputs where that can be.
  using Slow = std::function<feel::Value(Frame&, std::span<const feel::Value>)>;
  PartPointer slow(std::vector<PartPointer> inputs, Form form, int scale, Slow function, const SlowPart& why);
  bool can_box(const PartPointer& part) const;

  // The constant of the part an index names (parts that are no constants read as null); null at null.
  PartPointer by_index(Reg index, int domain, const std::vector<PartPointer>& parts);
  std::int32_t code_of(std::string_view text) { return dictionary_.code_of(text); }

  // Horizons: a value that moves is used so that it may differ tomorrow.
  void note_use(const PartPointer& part);
  PartPointer guard;  // a Boolean: where it is not yes, slow parts are left out; nullptr: everywhere
  std::string decision;

 private:
  Reg load_column(const Table& table, std::size_t place, Reg index, int domain);
  PartPointer choose_scalar(const PartPointer& condition, const PartPointer& a, const PartPointer& b, int domain);
  PartPointer choose_list(const PartPointer& condition, PartPointer a, PartPointer b, int domain);
  PartPointer compare_numbers(Relation relation, const PartPointer& a, const PartPointer& b, int domain);
  void note_comparison(const PartPointer& a, Relation relation, const PartPointer& b, int domain);
  PartPointer shift_date(const PartPointer& date, const PartPointer& duration, bool back);
  PartPointer between_dates(const PartPointer& a, const PartPointer& b, int domain);
  PartPointer step_whole(int what, const PartPointer& a, const PartPointer& b, Form form, int scale, int domain);
  PartPointer decimal_arithmetic(feel::Operation operation, const PartPointer& a, const PartPointer& b, int domain);
  PartPointer with_code(PartPointer made, std::span<const PartPointer> from);
  static std::string key_of(const PartPointer& part);

  Program& program_;
  Dictionary& dictionary_;
  std::map<std::string, Reg> known_;
  std::map<int, Reg> parent_rows_;
  std::map<std::string, PartPointer> members_;
  std::set<Reg> facts_noted_;
};

// The integer of a number constant at a scale; nullopt when it does not fit.
std::optional<std::int64_t> word_at(const feel::Value& number, int scale);

}  // namespace yuanqu::columns
