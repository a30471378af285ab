#pragma once
// Data files of the tests: one case a line, cells between " ¦ ", comments after #.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace yuanqu::test {

struct CaseLine {
  std::string text;
  std::vector<std::string> cells;
  const std::string& cell(std::size_t i) const {
    static const std::string none;
    return i < cells.size() ? cells[i] : none;
  }
};

inline std::vector<CaseLine> read_cases(const std::string& path) {
  std::ifstream file(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/" + path);
  EXPECT_TRUE(file) << path;
  static const std::string bar = "¦";
  std::vector<CaseLine> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    CaseLine one{line, {}};
    for (std::size_t begin = 0;;) {
      const std::size_t end = line.find(bar, begin);
      std::string cell = line.substr(begin, end == std::string::npos ? end : end - begin);
      // One blank on either side belongs to the bar.
      if (begin != 0 && cell.starts_with(' ')) cell.erase(0, 1);
      if (end != std::string::npos && cell.ends_with(' ')) cell.pop_back();
      one.cells.push_back(cell);
      if (end == std::string::npos) break;
      begin = end + bar.size();
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

// <LF>, <CR>, <TAB>, <SP> and <U+hex> as the characters they name.
inline std::string unescaped(const std::string& cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const std::size_t end = cell[i] == '<' ? cell.find('>', i) : std::string::npos;
    const std::string name = end == std::string::npos ? std::string() : cell.substr(i + 1, end - i - 1);
    if (name == "LF") {
      text += '\n';
    } else if (name == "CR") {
      text += '\r';
    } else if (name == "TAB") {
      text += '\t';
    } else if (name == "SP") {
      text += ' ';
    } else if (name.starts_with("U+")) {
      base::append_code_point(text, static_cast<char32_t>(std::stoul(name.substr(2), nullptr, 16)));
    } else {
      text += cell[i];
      continue;
    }
    i = end;
  }
  return text;
}

}  // namespace yuanqu::test
