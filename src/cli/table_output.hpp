#pragma once
// Rows of a command's answer: aligned text on the terminal, or a file by its ending (.csv, .xlsx, .jsonl, with .gz
// where wanted).

#include <string>
#include <vector>

#include "base/error.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::cli {

class TableOutput {
 public:
  explicit TableOutput(std::vector<std::string> headers) : headers_(std::move(headers)) {}
  void add(std::vector<tabular::Cell> cells) { rows_.push_back(std::move(cells)); }
  std::size_t size() const { return rows_.size(); }
  // `file` empty: the terminal.
  base::Result<void> write(const std::string& file) const;

 private:
  std::vector<std::string> headers_;
  std::vector<std::vector<tabular::Cell>> rows_;
};

tabular::Cell text_cell(std::string text);
tabular::Cell number_cell(std::string digits);
tabular::Cell date_cell(std::string day);

}  // namespace yuanqu::cli
