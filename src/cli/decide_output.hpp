#pragma once
// Results of `yuanqu decide` as text: CSV, JSON, JSON Lines; and the explanation of one row for people.

#include <string>
#include <vector>

#include "cli/decide_rows.hpp"
#include "dmn/evaluator.hpp"

namespace yuanqu::cli {

// CSV: one column named after the decision; a decision whose type is a context has one column for each member, named
// "Decision.member". Null is an empty cell; lists and contexts are JSON. JSON: an array in the order of the rows (one
// value for a single object). JSON Lines: a value a line.
class ResultWriter {
 public:
  ResultWriter(RowFormat format, bool single, std::string decision, const feel::TypePointer& type);
  std::string begin() const;
  void append(std::string& out, const feel::Value& value) const;  // one row; the same from any thread
  std::string end() const;
  const std::vector<std::string>& members() const { return members_; }
  bool is_array() const {
    return format_ == RowFormat::Json && !single_;
  }  // then rows end with a comma, the last one must not

 private:
  RowFormat format_;
  bool single_;
  std::string decision_;
  std::vector<std::string> members_;
};

// Whether a result is null or a context with a null member: what `--nulls` explains.
bool has_null(const feel::Value& value);
// CSV lines of the file of reasons: row, decision, element, code, reason; one for each thing that made a value null, or
// one that says nothing failed.
std::string null_reasons(std::size_t row, const std::string& decision, const dmn::Outcome& outcome, bool chinese);
inline constexpr std::string_view null_reasons_header = "row,decision,element,code,reason\n";

// What was found and why, a few lines a row.
std::string explanation_of(std::size_t row, const std::string& decision, const dmn::Outcome& outcome,
                           const dmn::Trace& trace, bool chinese);

}  // namespace yuanqu::cli
