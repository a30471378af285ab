#pragma once
// The door of the room: a decision with all it requires, or an expression, compiled to a program over the rows of a
// table.
//
//   auto program = compile_decision(store, table, models, decision, {{enterprise, Binding::What::Row}});
//   Runner runner(*program);
//   runner.run(0, 1024, day);
//   feel::Value outcome = runner.value(17);
//
// Fails with Unsupported (and the reason) when the decision cannot be compiled at all; parts of it that have no vector
// steps are evaluated value by value inside the program and listed in Program::slow_parts. Compiling writes the texts
// of the model into the store's dictionary: nobody may read the store meanwhile. A program is good for a store as long
// as its tables keep their columns.

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "columns/program.hpp"

namespace yuanqu::columns {

struct CompileOptions {
  bool track = false;  // find the horizon of each row
};

// Inputs without a binding are null. `models` and `store` must outlive the program.
base::Result<std::shared_ptr<const Program>> compile_decision(Store& store, const Table& table,
                                                              std::shared_ptr<const dmn::ModelSet> models,
                                                              dmn::ElementIndex decision,
                                                              const std::vector<Binding>& bindings,
                                                              const CompileOptions& options = {});

// A FEEL text over the row under `name` (empty: its members by their own names) and Today. `type` gives member names
// with blanks and may restrict them; nullptr: what the table says. Fails with the text's error, or Unsupported.
base::Result<std::shared_ptr<const Program>> compile_expression(Store& store, const Table& table,
                                                                const std::string& name, feel::TypePointer type,
                                                                const std::string& text,
                                                                const CompileOptions& options = {});

// The FEEL type of a table's rows, `levels` of references and lists deep.
feel::TypePointer type_of(const Table& table, int levels = 2);

}  // namespace yuanqu::columns
