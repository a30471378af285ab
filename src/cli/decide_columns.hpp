#pragma once
// `yuanqu decide` by columns: a slice of a CSV file straight into vectors, through the compiled decision, and out as
// text. What it writes is what the row-by-row path writes: a row it is not sure of is handed to that path (`slow`). One
// object for each thread.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "cli/decide_output.hpp"
#include "columns/runner.hpp"

namespace yuanqu::cli {

// Of this thread alone, in seconds of processor: what the parts cost, whatever else the machine does.
double thread_seconds();

struct SliceTimes {
  double parsing = 0, evaluating = 0, writing = 0;
};

class ColumnDecider {
 public:
  struct Input {
    dmn::ElementIndex element = 0;
    std::string name;
    feel::TypePointer type;
  };
  // nullptr, with the reason, when the decision, its inputs or the header ask for the row-by-row path.
  static std::unique_ptr<ColumnDecider> make(std::shared_ptr<const dmn::ModelSet> models, dmn::ElementIndex decision,
                                             const std::vector<Input>& inputs, const std::vector<std::string>& header,
                                             std::optional<base::Date> day, RowFormat format,
                                             const ResultWriter& writer, base::Error& why);
  ~ColumnDecider();

  // Appends the result of every row of `bytes` (whole lines) to `out`. `slow` appends the result of one row by itself:
  // its cells and the number of lines before it in the slice. Answers the number of rows.
  using Slow = std::function<void(std::vector<std::string> cells, std::size_t lines_before, std::string& out)>;
  // `null_found` hears of every other row whose result has_null(), with everything that made it so; empty: nobody asks.
  using NullFound = std::function<void(const dmn::Outcome& outcome, std::size_t lines_before)>;
  std::size_t work(std::string_view bytes, std::string& out, const Slow& slow, const NullFound& null_found,
                   SliceTimes& times);
  const columns::Program& program() const;

 private:
  ColumnDecider();
  struct State;
  std::unique_ptr<State> state_;
};

// One record of a CSV file from `at` on, read as `yuanqu decide` reads it; `at` moves behind its line. False when the
// line is passed over (empty, though there are several columns).
bool read_csv_record(std::string_view bytes, std::size_t& at, std::size_t header_size, std::vector<std::string>& cells);

}  // namespace yuanqu::cli
