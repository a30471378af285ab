#include "telemetry/point_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/date.hpp"
#include "base/text.hpp"
#include "telemetry/json_mapping.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;
using tabular::Cell;
using tabular::CellKind;

namespace {

constexpr std::size_t problems_max = 1'000;

std::string date_time_text(std::int64_t ms, int offset_minutes) {
  const std::int64_t local = ms + std::int64_t{offset_minutes} * 60'000;
  const std::int64_t day = local >= 0 ? local / day_ms : -((-local + day_ms - 1) / day_ms);
  const std::int64_t of_day = local - day * day_ms;
  return base::Date::from_days(day).to_string() +
         fmt::format("T{:02}:{:02}:{:02}", of_day / 3'600'000, of_day / 60'000 % 60, of_day / 1'000 % 60);
}

Cell number(std::int64_t value) { return {.kind = CellKind::Number, .text = std::to_string(value)}; }

Cell value_cell(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return {};
  const std::string text = to_text(value);
  if (std::holds_alternative<bool>(value)) return {.kind = CellKind::Boolean, .text = text};
  // What a spreadsheet would round or not know stays text: exponents, NaN, infinities, -0, more than fifteen digits.
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool plain = text.find_first_not_of("0123456789.-") == std::string::npos && digits <= 15 && text != "-0";
  if (!std::holds_alternative<std::string>(value) && plain) return {.kind = CellKind::Number, .text = text};
  return {.kind = CellKind::Text, .text = text};
}

bool is_one_of(const std::string& header, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), base::lower_case(header)) != names.end();
}

}  // namespace

base::Result<std::vector<base::Error>> export_points(const History& history, const PlantModel& plant,
                                                     std::span<const TagIndex> tags, tabular::Format format,
                                                     const tabular::Sink& sink, const ExportOptions& options) {
  const bool zh = options.chinese;
  const std::vector<tabular::Column> columns = {
      {.header = zh ? "时间" : "time", .width = 20},
      {.header = zh ? "测点" : "tag", .width = 24},
      {.header = zh ? "值" : "value", .width = 14},
      {.header = zh ? "单位" : "unit", .width = 8},
      {.header = zh ? "质量" : "quality", .width = 18},
      {.header = zh ? "来源时间（毫秒）" : "source_time_ms", .width = 18, .scale = 0},
      {.header = zh ? "入库时间（毫秒）" : "server_time_ms", .width = 18, .scale = 0},
      {.header = zh ? "序号" : "sequence", .width = 12, .scale = 0}};
  auto writer = tabular::create_writer(sink, format, columns, {.sheet = zh ? "测点历史" : "history"});
  if (!writer) return tl::unexpected(writer.error());
  std::vector<base::Error> damaged;
  for (TagIndex tag : tags) {
    if (tag >= plant.tags().size())
      return fail(ErrorCode::NotFound, "没有这个测点。", "There is no such tag.", {.field = "tag"});
    const Tag& model = plant.tag(tag);
    std::optional<base::Error> problem;
    auto read = history.each(tag, options.from_ms, options.to_ms, [&](std::span<const Point> points) {
      for (const Point& point : points) {
        const std::vector<Cell> cells = {
            {.kind = CellKind::DateTime, .text = date_time_text(point.source_time_ms, options.offset_minutes)},
            {.kind = CellKind::Text, .text = model.name},
            value_cell(point.value),
            {.kind = model.unit.empty() ? CellKind::Empty : CellKind::Text, .text = model.unit},
            {.kind = CellKind::Text, .text = to_text(point.quality)},
            number(point.source_time_ms),
            number(point.server_time_ms),
            number(static_cast<std::int64_t>(point.sequence))};
        if (auto written = (*writer)->write(cells); !written) {
          problem = written.error();
          return false;
        }
      }
      return true;
    });
    if (problem) return tl::unexpected(*problem);
    if (!read) return tl::unexpected(read.error());
    damaged.insert(damaged.end(), read->begin(), read->end());
  }
  if (auto done = (*writer)->finish(); !done) return tl::unexpected(done.error());
  return damaged;
}

std::optional<std::int64_t> time_of_cell(std::string_view text, int offset_minutes, bool day_first) {
  if (auto exact = time_of_text(text)) return exact;
  std::array<std::int64_t, 7> parts{};  // as written: three of the date, hour, minute, second, milliseconds
  std::size_t count = 0;
  std::size_t first_digits = 0;
  for (std::size_t at = 0; at < text.size() && count < parts.size();) {
    const auto [end, problem] = std::from_chars(text.data() + at, text.data() + text.size(), parts[count]);
    const std::size_t digits = static_cast<std::size_t>(end - text.data()) - at;
    if (problem != std::errc{} || digits == 0 || parts[count] < 0) return std::nullopt;
    if (count == 0) first_digits = digits;
    if (count == 6) {
      for (std::size_t i = digits; i < 3; ++i) parts[6] *= 10;
      if (digits > 3) return std::nullopt;
    }
    at += digits;
    ++count;
    if (at == text.size()) break;
    const char wanted = count < 3 ? text[at] : count == 3 ? text[at] : count < 6 ? ':' : '.';
    const bool fits = count < 3    ? wanted == '-' || wanted == '/' || wanted == '.'
                      : count == 3 ? wanted == ' ' || wanted == 'T'
                                   : text[at] == wanted;
    if (!fits || at + 1 == text.size()) return std::nullopt;
    ++at;
  }
  if (count != 3 && count < 5) return std::nullopt;
  const std::int64_t year = first_digits == 4 ? parts[0] : parts[2];
  const std::int64_t month = first_digits == 4 ? parts[1] : day_first ? parts[1] : parts[0];
  const std::int64_t day = first_digits == 4 ? parts[2] : day_first ? parts[0] : parts[1];
  const auto date = base::Date::from_civil(year, static_cast<int>(month), static_cast<int>(day));
  if (!date || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return std::nullopt;
  return date->days() * day_ms + parts[3] * 3'600'000 + parts[4] * 60'000 + parts[5] * 1'000 + parts[6] -
         std::int64_t{offset_minutes} * 60'000;
}

base::Result<std::unique_ptr<PointFile>> PointFile::open(const std::filesystem::path& file, const PlantModel& plant,
                                                         ReplayOptions options) {
  std::unique_ptr<PointFile> points(new PointFile(plant, std::move(options)));
  auto workbook = tabular::open_workbook(file, {.limits = {.rows_max = 50'000'000}});
  if (!workbook) return tl::unexpected(workbook.error());
  points->workbook_ = std::move(*workbook);
  auto table = points->workbook_->open_sheet(0);
  if (!table) return tl::unexpected(table.error());
  points->table_ = std::move(*table);
  if (auto found = points->find_columns(); !found) return tl::unexpected(found.error());
  return points;
}

base::Result<void> PointFile::find_columns() {
  const auto& header = table_->header();
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (is_one_of(header[i], {"time", "timestamp", "date", "时间", "日期"}) && !time_) time_ = i;
    if (is_one_of(header[i], {"source_time_ms", "来源时间（毫秒）"})) time_ms_ = i;
    if (is_one_of(header[i], {"tag", "测点"})) tag_ = i;
    if (is_one_of(header[i], {"value", "值"})) value_ = i;
    if (is_one_of(header[i], {"quality", "质量"})) quality_ = i;
  }
  if (!(tag_ && value_)) {
    tag_.reset();
    for (std::size_t i = 0; i < header.size(); ++i) {
      const auto mapped = options_.columns.find(header[i]);
      const TagIndex tag = plant_.find(mapped == options_.columns.end() ? header[i] : mapped->second);
      if (tag != no_tag) wide_.emplace_back(i, tag);
    }
  }
  if ((!time_ && !time_ms_) || (!tag_ && wide_.empty()))
    return fail(ErrorCode::Invalid, "文件应有时间列，并有“测点”“值”两列，或以测点名为列名。",
                "The file needs a column time, and either columns tag and value or columns named after tags.",
                {.row = table_->header_row()});
  return {};
}

void PointFile::note(std::size_t row, std::size_t column, const std::string& field, std::string zh, std::string en) {
  ++problem_count_;
  if (problems_.size() < problems_max)
    problems_.push_back(
        {ErrorCode::Invalid, std::move(zh), std::move(en), {.row = row, .column = column + 1, .field = field}});
}

base::Result<std::vector<Point>> PointFile::next() {
  std::vector<Point> points;
  tabular::Row row;
  while (points.empty()) {
    auto more = table_->next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return points;
    const std::size_t time_column = time_ms_.value_or(time_.value_or(0));
    const std::string& time_text = row.cells[time_column].text;
    const auto time = time_of_cell(time_text, options_.offset_minutes, options_.day_first);
    if (!time) {
      note(row.number, time_column, "time", "“" + time_text + "”不是时间。", "\"" + time_text + "\" is no time.");
      continue;
    }
    const auto add = [&](TagIndex tag, const Cell& cell, std::size_t column) {
      const Tag& model = plant_.tag(tag);
      auto value = parse_value(cell.text, model.type);
      Point point{.tag = tag, .source_time_ms = *time};
      if (quality_) {
        const auto quality = quality_of(row.cells[*quality_].text);
        if (!quality)
          return note(row.number, *quality_, model.name, "质量“" + row.cells[*quality_].text + "”不认识。",
                      "The quality \"" + row.cells[*quality_].text + "\" is not known.");
        point.quality = *quality;
      }
      if (!value) return note(row.number, column, model.name, value.error().zh, value.error().en);
      point.value = std::move(*value);
      if (std::holds_alternative<std::monostate>(point.value) && !point.quality.is_bad()) point.quality = Quality::bad;
      points.push_back(std::move(point));
    };
    if (tag_) {
      const std::string& name = row.cells[*tag_].text;
      const TagIndex tag = plant_.find(name);
      if (tag == no_tag)
        note(row.number, *tag_, name, "没有测点 " + name + "。", "There is no tag " + name + ".");
      else
        add(tag, row.cells[*value_], *value_);
    } else {
      for (const auto& [column, tag] : wide_) add(tag, row.cells[column], column);
    }
  }
  return points;
}

}  // namespace yuanqu::telemetry
