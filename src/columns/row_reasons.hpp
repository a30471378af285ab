#pragma once
// RowReasons: why an outcome is null. Vectors know null by a word alone; the reason is the reference evaluator's own
// sentence, found when somebody asks by giving it the row as the columns hold it. Since values are equal, so are the
// reasons. One thread uses one; the store must not change meanwhile. Costs an evaluation by the reference.

#include <memory>

#include "base/date.hpp"
#include "columns/program.hpp"

namespace yuanqu::columns {

class RowReasons {
 public:
  explicit RowReasons(std::shared_ptr<const Program> program);  // of a decision
  // The outcome of a row with everything that made it, or a part of it, null.
  dmn::Outcome of(std::size_t row, base::Date day);

 private:
  std::shared_ptr<const Program> program_;
  dmn::Evaluator evaluator_;
};

// A row as FEEL sees it: the members its type declares; without one those of the table, `levels` of references and
// lists deep.
feel::Value row_value(const Store& store, const Table& table, std::size_t row, const feel::TypePointer& type,
                      int levels = 2);

}  // namespace yuanqu::columns
