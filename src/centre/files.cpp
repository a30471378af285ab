#include "centre/files.hpp"

#include <fmt/format.h>

#include "base/date.hpp"

namespace yuanqu::centre {

std::string time_text(std::int64_t time_ms) {
  constexpr std::int64_t day_ms = 86'400'000, offset_ms = 8LL * 3'600'000;
  const std::int64_t local = time_ms + offset_ms;
  const std::int64_t day = local / day_ms - (local % day_ms < 0 ? 1 : 0);
  const std::int64_t rest = local - day * day_ms;
  return fmt::format("{} {:02}:{:02}:{:02}.{:03}", base::Date::from_days(day).to_string(), rest / 3'600'000,
                     rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
}

std::string value_text(const telemetry::Value& value, const telemetry::Tag& tag) {
  if (const auto* number = std::get_if<double>(&value); number != nullptr && tag.decimals >= 0)
    return fmt::format("{:.{}f}", *number, tag.decimals);
  return telemetry::to_text(value);
}

TableFile::TableFile(std::vector<tabular::Column> columns, bool workbook) : workbook_(workbook) {
  auto made = tabular::create_writer(
      [this](std::string_view bytes) -> base::Result<void> {
        bytes_.append(bytes);
        return {};
      },
      workbook ? tabular::Format::Xlsx : tabular::Format::Csv, columns);
  if (made)
    writer_ = std::move(*made);
  else
    fault_ = made.error();
}

void TableFile::row(const std::vector<std::string>& texts) {
  std::vector<tabular::Cell> cells;
  for (std::size_t i = 0; i < texts.size(); ++i)
    cells.push_back({texts[i].empty() ? tabular::CellKind::Empty : tabular::CellKind::Text, texts[i], i + 1, 0});
  add(cells);
}

void TableFile::add(const std::vector<tabular::Cell>& cells) {
  if (fault_) return;
  if (auto written = writer_->write(cells); !written) fault_ = written.error();
}

http::Response TableFile::response(const std::string& name) {
  if (!fault_) {
    if (auto finished = writer_->finish(); !finished) fault_ = finished.error();
  }
  if (fault_) return http::problem(*fault_);
  http::Response response;
  response.content_type =
      workbook_ ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
  response.body = std::move(bytes_);
  return response.with("Content-Disposition", "attachment; filename=\"" + name + (workbook_ ? ".xlsx\"" : ".csv\""));
}

}  // namespace yuanqu::centre
