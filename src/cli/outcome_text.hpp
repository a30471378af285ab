#pragma once
// Outcomes of a Runner as the text ResultWriter writes, without making FEEL values where words will do.

#include <string>
#include <unordered_map>
#include <vector>

#include "cli/decide_output.hpp"
#include "columns/runner.hpp"

namespace yuanqu::cli {

class OutcomeText {
 public:
  OutcomeText(const ResultWriter& writer, RowFormat format, columns::Runner& runner);
  void begin();  // before the rows of each run
  void append(std::string& out, std::size_t row);

 private:
  struct Cell {
    const columns::Part* part = nullptr;
    std::string key;  // JSON: "name": before the value
  };
  void append_word(std::string& out, const Cell& cell, std::size_t row);
  const std::string& text_of(std::int32_t code);

  const ResultWriter& writer_;
  RowFormat format_;
  columns::Runner& runner_;
  bool plain_ = false;  // every part is a word
  bool context_ = false;
  std::vector<Cell> cells_;
  std::vector<std::string> texts_;  // by code, as they are written
  std::vector<std::uint8_t> known_;
};

}  // namespace yuanqu::cli
