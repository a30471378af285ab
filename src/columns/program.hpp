#pragma once
// Program: a decision, or an expression over a row, as steps over vectors. Immutable; a Runner carries one out
// (runner.hpp).
//
// Vectors lie in domains. Domain 0 is the rows asked for; the items of a list are a domain whose parent is the domain
// the list lies in. What does not depend on an item is computed once in the outer domain and spread when an item needs
// it.
//
// Every result equals the reference evaluator's because a step that cannot be sure *escapes* its row: numbers beyond
// the range that could be proved, dates beyond the calendar of a column, a value of another kind than the column's. The
// owner evaluates escaped rows by the reference evaluator. What no vector step exists for is evaluated value by value
// inside the program (`slow_parts`).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "columns/form.hpp"
#include "columns/store.hpp"
#include "dmn/evaluator.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::columns {

using Reg = int;
inline constexpr Reg none = -1;

// What an expression compiled to: a constant, a vector, or something made of vectors.
struct Part;
using PartPointer = std::shared_ptr<const Part>;
struct Part {
  Form form = Form::Null;
  int scale = 0;  // Number
  int domain = 0;
  Reg reg = none;  // scalar; Row: index of its rows
  bool is_constant = false;
  feel::Value constant;
  bool moves = false;   // a date that moves with the day …
  feel::Motion motion;  // … like this
  Reg of_code = none;   // a function of this text alone
  Reg presence = none;  // Context, List: yes where it is there, no where it is null; none: always there
  std::vector<std::pair<std::string, PartPointer>> members;  // Context
  const Table* table = nullptr;                              // Row
  feel::TypePointer type;          // Row: the members a model declares; nullptr: those of the table
  int items = 0;                   // List: domain of its items
  PartPointer element;             // List, in that domain
  dmn::ElementIndex function = 0;  // Function: a knowledge model or a service
};

class Frame;

struct Step {
  const char* name = "";
  std::function<void(Frame&)> run;
  std::vector<Reg> in;
  std::vector<Reg> out;
  int makes_domain = -1;
  bool keep = false;  // has an effect besides its vectors
};

struct Register {
  Form form = Form::Null;
  int scale = 0;
  int domain = 0;
};

// A piece evaluated value by value, and why.
struct SlowPart {
  std::string decision, text;
  std::string zh, en;
  Reg reg = none;
};

// The rule that matched in a decision table, in domain 0: rule numbers from 0; null32: none.
struct TableRules {
  std::string decision, table;
  Reg rule = none;  // policies with one hit
};

// What fills an input of a decision.
struct Binding {
  enum class What : std::uint8_t { Row, Member, Constant, Day };
  dmn::ElementIndex input = 0;
  What what = What::Row;
  std::string member;    // Member: of the table
  feel::Value constant;  // Constant
};

struct Program {
  const Store* store = nullptr;
  const Table* table = nullptr;                 // of domain 0
  std::shared_ptr<const dmn::ModelSet> models;  // nullptr: an expression
  dmn::ElementIndex decision = 0;               // of the models
  std::vector<Binding> bindings;
  std::vector<Register> registers;
  std::vector<int> parents;  // by domain; domain 0: -1
  std::vector<Step> steps;
  std::size_t states = 0;  // places for what a step remembers from run to run
  Reg rows = none;         // index of the rows of domain 0
  Reg today = none;        // dates, one a row; none: the day plays no part
  bool tracks = false;     // finds horizons
  PartPointer result;
  std::vector<SlowPart> slow_parts;
  std::vector<TableRules> tables;
  std::vector<std::size_t> columns_read;  // of `table`
  std::vector<const Table*> tables_read;
};

}  // namespace yuanqu::columns
