#include "population/csv_rows.hpp"

#include <algorithm>

#include "tabular/reader.hpp"

namespace yuanqu::population {

base::Result<std::vector<Row>> read_rows(std::string text, const std::string& place,
                                         const std::vector<std::string>& columns) {
  tabular::ReadOptions options;
  options.delimiter = ',';
  options.encoding = "UTF-8";
  options.header_row = 1;
  options.name_shown = place;
  auto workbook = tabular::open_workbook(std::move(text), tabular::Format::Csv, options);
  if (!workbook) return tl::unexpected(workbook.error());
  auto table = (*workbook)->open_sheet(0);
  if (!table) return tl::unexpected(table.error());
  const std::vector<std::string>& header = (*table)->header();
  std::vector<std::size_t> places;
  for (const std::string& column : columns) {
    const auto found = std::find(header.begin(), header.end(), column);
    if (found == header.end()) {
      return base::fail(base::ErrorCode::Invalid, "缺少列“" + column + "”。", "The column " + column + " is missing.",
                        {.file = place, .row = 1});
    }
    places.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  std::vector<Row> rows;
  tabular::Row row;
  while (true) {
    auto more = (*table)->next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return rows;
    Row taken{.number = row.number, .cells = {}};
    for (const std::size_t at : places)
      taken.cells.push_back(at < row.cells.size() ? row.cells[at].text : std::string());
    rows.push_back(std::move(taken));
  }
}

}  // namespace yuanqu::population
