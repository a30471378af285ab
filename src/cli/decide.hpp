#pragma once
// yuanqu decide MODEL.dmn --decision NAME --input FILE.{csv,json,jsonl} …: evaluates one decision (or decision service)
// on every row of a file. A row with a value that does not fit its input is reported with row and field, gives null,
// and the rest goes on.

#include <iosfwd>
#include <string>
#include <vector>

namespace yuanqu::cli {

struct DecideArguments {
  std::vector<std::string> models;  // the first is the main one; imports are also looked for beside it
  std::string decision;
  std::string input;
  std::string output;    // empty: standard output
  std::string as_of;     // a date: what today() and every input data named Today answer
  unsigned threads = 0;  // 0: one for each core
  bool explain = false;
  bool timing = false;
  bool by_row = false;  // not by columns
  std::string nulls{};  // a file of what made outcomes null; empty: none
};

// 0 when every row was evaluated or reported, 1 when nothing could be done (model, decision or file), 2 for wrong
// arguments.
int run_decide(const DecideArguments& arguments, std::ostream& out, std::ostream& error);

}  // namespace yuanqu::cli
