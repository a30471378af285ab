#include "population/calendars.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "population/csv_rows.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

struct Range {
  base::Date from, to;
  std::string place;
};

// What the yaml beside a table says: for which file, and which days its notices cover.
Result<std::map<std::string, Range>> ranges_of(const pack::Pack& pack) {
  std::map<std::string, Range> ranges;
  for (const pack::File& file : pack.files("calendars", ".yaml")) {
    auto text = pack.read(file);
    if (!text) return tl::unexpected(text.error());
    const std::string place = pack.place_of(file);
    try {
      const YAML::Node root = YAML::Load(*text);
      const auto from = base::Date::parse(root["from"].as<std::string>(""));
      const auto to = base::Date::parse(root["to"].as<std::string>(""));
      const std::string table = root["file"].as<std::string>("");
      if (table.empty() || !from || !to || *to < *from) {
        return fail(ErrorCode::Invalid,
                    "工作日历要写明 file（表的文件名）和已公布的起止日 from、to，如 from: '2013-01-01'。",
                    "A calendar names its table (file) and the first and last day that are published (from, to), like "
                    "from: '2013-01-01'.",
                    {.file = place});
      }
      ranges.emplace("calendars/" + table, Range{*from, *to, place});
    } catch (const YAML::Exception& problem) {
      return fail(ErrorCode::Invalid, "YAML 有误：" + problem.msg, "The YAML is faulty: " + problem.msg,
                  {.file = place, .row = static_cast<std::size_t>(problem.mark.line + 1)});
    }
  }
  return ranges;
}

// One published range of all; what lies between two of them would be neither published nor provisional.
Result<Range> joined(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.from < b.from; });
  Range whole = ranges.front();
  for (const Range& next : ranges) {
    if (next.from.days() > whole.to.days() + 1) {
      return fail(
          ErrorCode::Invalid,
          "工作日历在 " + whole.to.to_string() + " 与 " + next.from.to_string() + " 之间有空缺，请补上。",
          "The calendars leave a gap between " + whole.to.to_string() + " and " + next.from.to_string() + "; fill it.",
          {.file = next.place});
    }
    whole.to = std::max(whole.to, next.to);
  }
  return whole;
}

feel::Value calendar_value(const Range& range, const PublishedCalendar& calendar) {
  std::vector<feel::Value> off, make_up;
  for (const auto& [day, exception] : calendar.exceptions) (exception.working ? make_up : off).emplace_back(day);
  return feel::Value::context({{feel::String("from"), feel::Value(range.from)},
                               {feel::String("to"), feel::Value(range.to)},
                               {feel::String("off days"), feel::Value::list(std::move(off))},
                               {feel::String("make up days"), feel::Value::list(std::move(make_up))}});
}

}  // namespace

Result<std::shared_ptr<const PublishedCalendar>> read_calendars(const pack::PackSet& packs) {
  auto calendar = std::make_shared<PublishedCalendar>();
  std::vector<Range> ranges;
  for (const pack::Pack& pack : packs.packs()) {
    auto said = ranges_of(pack);
    if (!said) return tl::unexpected(said.error());
    for (const pack::File& file : pack.files("calendars", ".csv")) {
      const std::string place = pack.place_of(file);
      const auto range = said->find(file.path);
      if (range == said->end()) {
        return fail(ErrorCode::Invalid, "表旁要有一个 yaml，写明 file、from、to。",
                    "A yaml beside the table must name it (file) and the days it covers (from, to).", {.file = place});
      }
      ranges.push_back(range->second);
      auto text = pack.read(file);
      if (!text) return tl::unexpected(text.error());
      auto rows = read_rows(*text, place, {"date", "name", "is_off_day"});
      if (!rows) return tl::unexpected(rows.error());
      for (const Row& row : *rows) {
        const auto day = base::Date::parse(row.cells[0]);
        if (!day || (row.cells[2] != "0" && row.cells[2] != "1")) {
          return fail(ErrorCode::Invalid, "日历行应是：日期,名称,0 或 1。", "A calendar row is: date, name, 0 or 1.",
                      {.file = place, .row = row.number});
        }
        if (*day < range->second.from || *day > range->second.to) {
          ++calendar->beyond;
          continue;
        }
        const bool working = row.cells[2] == "0";
        const auto [known, added] =
            calendar->exceptions.try_emplace(*day, PublishedCalendar::Exception{working, row.cells[1]});
        if (!added && known->second.working != working) {
          return fail(ErrorCode::Invalid, day->to_string() + " 既写作放假又写作上班，请删去一行。",
                      day->to_string() + " is given as a day off and as a working day; remove one row.",
                      {.file = place, .row = row.number});
        }
      }
    }
  }
  if (ranges.empty()) {
    calendar->version = base::to_hex(base::sha256(feel::to_literal(calendar->value)));
    return std::shared_ptr<const PublishedCalendar>(std::move(calendar));
  }
  auto range = joined(std::move(ranges));
  if (!range) return tl::unexpected(range.error());
  std::vector<base::Calendar::Exception> exceptions;
  for (const auto& [day, exception] : calendar->exceptions) exceptions.push_back({day, exception.working});
  auto days = base::Calendar::make(range->from, range->to, std::move(exceptions));
  if (!days) return tl::unexpected(days.error());
  calendar->days = std::move(*days);
  calendar->value = calendar_value(*range, *calendar);
  calendar->version = base::to_hex(base::sha256(feel::to_literal(calendar->value)));
  return std::shared_ptr<const PublishedCalendar>(std::move(calendar));
}

std::vector<base::Date> differing_days(const PublishedCalendar& from, const PublishedCalendar& to) {
  std::set<base::Date> asked;
  for (const auto& [day, exception] : from.exceptions) asked.insert(day);
  for (const auto& [day, exception] : to.exceptions) asked.insert(day);
  std::vector<base::Date> found;
  for (const base::Date day : asked) {
    if (from.days.is_working_day(day) != to.days.is_working_day(day)) found.push_back(day);
  }
  return found;
}

}  // namespace yuanqu::population
