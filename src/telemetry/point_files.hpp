#pragma once
// Points as tables: export of history to CSV and XLSX, and files replayed as if they came from a source.
//
// Export columns: time (of the zone asked for, to the second), tag, value, unit, quality, source time in milliseconds,
// server time in milliseconds, sequence. What is exported reads back equal (but for the payload of a NaN).
//
// A file to replay is either long (columns tag, value, and time or source_time_ms, perhaps quality) or wide (a time
// column first, then one column for each tag). Columns are found by their names in Chinese or English, tags of a wide
// file by their names or by `columns`.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tabular/reader.hpp"
#include "tabular/writer.hpp"
#include "telemetry/history.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

struct ExportOptions {
  std::int64_t from_ms = time_ms_min;
  std::int64_t to_ms = time_ms_max;
  int offset_minutes = 8 * 60;  // of the times shown
  bool chinese = true;          // headers
};
// Tag after tag, each in order. The answer names damaged chunks that were left out.
base::Result<std::vector<base::Error>> export_points(const History& history, const PlantModel& plant,
                                                     std::span<const TagIndex> tags, tabular::Format format,
                                                     const tabular::Sink& sink, const ExportOptions& options = {});

struct ReplayOptions {
  std::map<std::string, std::string> columns;  // header of a wide file → tag
  int offset_minutes = 8 * 60;                 // of times without a zone
  bool day_first = false;                      // 01/02/2018 is the first of February
};

// Rows one after another, in the file's order.
class PointFile {
 public:
  static base::Result<std::unique_ptr<PointFile>> open(const std::filesystem::path& file, const PlantModel& plant,
                                                       ReplayOptions options = {});
  // The points of the next row that has any; empty at the end. A cell that is no value is told in `problems` and left
  // out.
  base::Result<std::vector<Point>> next();
  const std::vector<base::Error>& problems() const { return problems_; }  // the first thousand
  std::size_t problem_count() const { return problem_count_; }

 private:
  PointFile(const PlantModel& plant, ReplayOptions options) : plant_(plant), options_(std::move(options)) {}
  base::Result<void> find_columns();
  void note(std::size_t row, std::size_t column, const std::string& field, std::string zh, std::string en);

  const PlantModel& plant_;
  ReplayOptions options_;
  std::unique_ptr<tabular::Workbook> workbook_;
  std::unique_ptr<tabular::Table> table_;
  std::optional<std::size_t> time_, time_ms_, tag_, value_, quality_;  // columns
  std::vector<std::pair<std::size_t, TagIndex>> wide_;
  std::vector<base::Error> problems_;
  std::size_t problem_count_ = 0;
};

// "2026-03-02 08:30[:00[.123]]", "2026/03/02 …", "02/03/2026 …", with a zone also as time_of_text says; milliseconds.
std::optional<std::int64_t> time_of_cell(std::string_view text, int offset_minutes, bool day_first);

}  // namespace yuanqu::telemetry
