#pragma once
// Worker: evaluates rows of `yuanqu decide` one by one by the reference evaluator. One for each thread.

#include <string>
#include <vector>

#include "base/date.hpp"
#include "cli/decide.hpp"
#include "cli/decide_output.hpp"
#include "cli/decide_rows.hpp"
#include "dmn/evaluator.hpp"

namespace yuanqu::cli {

// The rows one thread works on between two meetings, and what became of them.
struct Slice {
  std::vector<RawRow> rows;
  std::size_t count = 0;
  std::string out, explanations, problems, nulls;
  std::size_t bad = 0;
  double evaluating = 0;
};

class Worker {
 public:
  // What is given by reference must outlive the worker. Without a day now() is the system's.
  Worker(std::shared_ptr<const dmn::ModelSet> models, dmn::ElementIndex element,
         const std::vector<dmn::ElementIndex>& inputs, const RowPlan& plan, const ResultWriter& writer,
         const DecideArguments& arguments, std::optional<base::Date> day);

  void work(Slice& slice);
  // One row by itself, for the path by columns.
  void work_on(const RawRow& row, std::string& out, Slice& slice);

 private:
  feel::Value evaluate(const std::vector<std::optional<feel::Value>>& values, std::size_t row, Slice& slice);
  feel::Value explained(dmn::Outcome outcome, std::size_t row, Slice& slice);

  dmn::ElementIndex element_;
  const std::vector<dmn::ElementIndex>& inputs_;
  const RowPlan& plan_;
  const ResultWriter& writer_;
  const DecideArguments& arguments_;
  dmn::Evaluator evaluator_;
  bool is_service_ = false;
};

}  // namespace yuanqu::cli
