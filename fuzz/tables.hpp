#pragma once
// What every table read from hostile bytes must keep, whatever the format.

#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::fuzz {

inline void must(bool holds) {
  if (!holds) std::abort();
}

inline tabular::ReadOptions small_limits() {
  tabular::ReadOptions options;
  options.name_shown = "file";
  options.limits.bytes_max = std::uint64_t{4} << 20;
  options.limits.shared_strings_bytes_max = std::uint64_t{1} << 20;
  options.limits.columns_max = 64;
  options.limits.cell_bytes_max = std::size_t{16} << 10;
  options.limits.rows_max = 5000;
  return options;
}

inline void check_error(const base::Error& error) { must(!error.zh.empty() && !error.en.empty()); }

// Reads every sheet to its end: as many cells as headers, each in its column, texts that are UTF-8; errors and oddities
// with both sentences.
inline void read_whole(tabular::Workbook& workbook) {
  for (std::size_t sheet = 0; sheet < workbook.sheets().size() && sheet < 4; ++sheet) {
    auto table = workbook.open_sheet(sheet);
    if (!table) {
      check_error(table.error());
      continue;
    }
    const std::vector<std::string> header = (*table)->header();
    for (const std::string& name : header) must(base::is_valid_utf8(name));
    tabular::Row row;
    for (;;) {
      auto more = (*table)->next(row);
      if (!more) {
        check_error(more.error());
        break;
      }
      if (!*more) break;
      must(row.cells.size() == header.size());
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        must(row.cells[i].column == i + 1 && base::is_valid_utf8(row.cells[i].text));
        must(row.cells[i].empty() == row.cells[i].text.empty());
      }
    }
    for (const tabular::Oddity& oddity : (*table)->oddities())
      must(!oddity.zh.empty() && !oddity.en.empty() && oddity.count > 0);
    must((*table)->progress() >= 0 && (*table)->progress() <= 1);
  }
}

inline void read_bytes(std::string bytes, tabular::Format format) {
  auto workbook = tabular::open_workbook(std::move(bytes), format, small_limits());
  if (!workbook) return check_error(workbook.error());
  read_whole(**workbook);
}

}  // namespace yuanqu::fuzz
