#pragma once
// Tables as files to download: CSV and XLSX through src/tabular, with times as people of the zone read them (UTC+8).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/problem.hpp"
#include "tabular/writer.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::centre {

std::string time_text(std::int64_t time_ms);                                       // "2026-11-26 08:30:00.000", UTC+8
std::string value_text(const telemetry::Value& value, const telemetry::Tag& tag);  // with the tag's decimals

class TableFile {
 public:
  TableFile(std::vector<tabular::Column> columns, bool workbook);
  void row(const std::vector<std::string>& texts);  // numbers are recognised by their look only in add()
  void add(const std::vector<tabular::Cell>& cells);
  http::Response response(const std::string& name);  // or the problem that stopped the writing
 private:
  bool workbook_;
  std::string bytes_;
  std::unique_ptr<tabular::Writer> writer_;
  std::optional<base::Error> fault_;
};

}  // namespace yuanqu::centre
