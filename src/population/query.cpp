#include "population/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "feel/compare.hpp"
#include "population/query_columns.hpp"
#include "population/tally.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t query_records_at_a_time = 1024;
constexpr std::size_t groups_max = 100'000;
constexpr std::array<std::string_view, 5> measure_names{"count", "sum", "min", "max", "mean"};

struct Record {
  RecordId id = 0;
  feel::Value sort;
  std::vector<feel::Value> columns;
};

std::string key_text(const std::vector<feel::Value>& keys) {
  std::string text;
  for (const feel::Value& key : keys) text += feel::to_literal(key) + '\x1f';
  return text;
}

}  // namespace

std::optional<Measure::What> measure_named(std::string_view name) {
  const auto found = std::find(measure_names.begin(), measure_names.end(), name);
  if (found == measure_names.end()) return std::nullopt;
  return static_cast<Measure::What>(found - measure_names.begin());
}

std::string_view name_of(Measure::What what) { return measure_names[static_cast<std::size_t>(what)]; }

bool sorts_before(const feel::Value& a, const feel::Value& b, bool descending) {
  if (a.is_null() || b.is_null()) return !a.is_null() && b.is_null();
  if (const auto order = feel::compare(a, b)) return descending ? *order > 0 : *order < 0;
  if (a.is(feel::Kind::Boolean) && b.is(feel::Kind::Boolean))
    return descending ? a.boolean() && !b.boolean() : !a.boolean() && b.boolean();
  const std::string one = feel::to_literal(a), other = feel::to_literal(b);
  return descending ? one > other : one < other;
}

Result<QueryAnswer> run_query(const Population& population, const register_::Viewer& viewer, const Query& query) {
  const Kind& kind = *query.kind;
  const register_::Reach reach = viewer.reach(kind);
  if (reach == register_::Reach::None) {
    return fail(ErrorCode::Forbidden, "您不能查看“" + kind.labels.zh + "”。",
                "You may not see records of the kind " + kind.labels.en + ".");
  }
  const std::shared_ptr<const Programs> programs = population.shared_programs();
  ReadableTexts texts(population.catalogue(), *programs, viewer, kind);
  const auto add_all = [&](const std::vector<std::string>& written,
                           const char* place) -> Result<std::vector<std::size_t>> {
    std::vector<std::size_t> indices;
    for (const std::string& text : written) {
      auto index = texts.add(text, place);
      if (!index) return tl::unexpected(index.error());
      indices.push_back(*index);
    }
    return indices;
  };
  std::vector<Measure> measures = query.measures;
  const bool grouped = !query.group_by.empty() || !measures.empty();
  if (grouped && measures.empty()) measures.push_back({});
  std::optional<std::size_t> filter, sort;
  if (!query.filter.empty()) {
    auto index = texts.add(query.filter, "filter");
    if (!index) return tl::unexpected(index.error());
    filter = *index;
  }
  if (!grouped && !query.sort.empty()) {
    auto index = texts.add(query.sort, "sort");
    if (!index) return tl::unexpected(index.error());
    sort = *index;
  }
  auto keys = add_all(query.group_by, "group_by");
  if (!keys) return tl::unexpected(keys.error());
  auto columns = add_all(grouped ? std::vector<std::string>{} : query.columns, "columns");
  if (!columns) return tl::unexpected(columns.error());
  std::vector<std::optional<std::size_t>> measured;
  for (const Measure& measure : measures) {
    if (measure.text.empty()) {
      if (measure.what != Measure::What::Count)
        return fail(ErrorCode::Invalid, "求和等指标要写明对哪个数。", "A sum or the like needs the number it is of.",
                    {.field = "measures"});
      measured.emplace_back();
      continue;
    }
    auto index = texts.add(measure.text, "measures");
    if (!index) return tl::unexpected(index.error());
    measured.emplace_back(*index);
  }
  if (auto ready = texts.compile(); !ready) return tl::unexpected(ready.error());
  for (const auto& [of, field] :
       query.to_export ? texts.fields() : std::vector<std::pair<const Kind*, const Field*>>{}) {
    if (viewer.may_export(*of, *field) == register_::Reach::All) continue;
    return fail(ErrorCode::Forbidden, "您的岗位不能导出“" + field->labels.zh + "”。",
                "Your post may not export " + field->labels.en + ".", {.field = field->name});
  }
  // In an individual's file what is open elsewhere is personal data.
  const auto may_leave = [&](FileId file) {
    return !viewer.individual(file) || std::all_of(texts.fields().begin(), texts.fields().end(), [&](const auto& one) {
      return viewer.may_export(*one.first, *one.second, file);
    });
  };

  std::vector<QueryGroup> groups;
  std::vector<Record> records;
  QueryAnswer answer;
  bool too_many = false;
  // Over columns where they hold what is asked; otherwise record by record.
  std::optional<QueryColumns> by_columns =
      texts.by_columns() ? QueryColumns::compile(population, query, texts) : std::nullopt;
  std::vector<RecordId> ids;
  bool counted = false;
  population.read([&](const Population::Image& image) {
    if (by_columns && grouped) {
      const auto done = by_columns->group(image, viewer, query, texts, may_leave, *keys, measured, groups_max, groups,
                                          answer.records);
      counted = done != QueryColumns::Done::NotHere;
      too_many = done == QueryColumns::Done::TooManyGroups;
    }
    if (counted) return;
    if (by_columns) {
      if (auto passed = by_columns->passing(image, query, texts, filter)) {
        ids = std::move(*passed);
        filter.reset();
        return;
      }
    }
    const auto all = image.facts.of_kind(kind);
    ids.assign(all.begin(), all.end());
  });
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t begin = 0; begin < ids.size() && !too_many; begin += query_records_at_a_time) {
    population.read([&](const Population::Image& image) {
      const base::Date day = query.day.value_or(image.day);
      for (std::size_t i = begin; i < std::min(ids.size(), begin + query_records_at_a_time); ++i) {
        const auto state = image.facts.find(ids[i]);
        if (state == nullptr || state->alias_of != 0 ||
            (reach != register_::Reach::All && !viewer.may_know(kind, state->file)))
          continue;
        if (query.to_export && !may_leave(state->file)) continue;
        const auto first = state->first_day();
        if (!first || *first > day || (!query.closed && register_::read_closed(*state, day).closed)) continue;
        texts.read(image, *state, day);
        if (filter && !texts.value(*filter).is_true()) continue;
        ++answer.records;
        if (!grouped) {
          Record record{.id = state->id, .sort = sort ? texts.value(*sort) : feel::Value(), .columns = {}};
          for (const std::size_t column : *columns) record.columns.push_back(texts.value(column));
          records.push_back(std::move(record));
          continue;
        }
        std::vector<feel::Value> values;
        for (const std::size_t key : *keys) values.push_back(texts.value(key));
        const auto [place, added] = places.try_emplace(key_text(values), groups.size());
        if (added) {
          if (groups.size() >= groups_max) {
            too_many = true;
            return;
          }
          groups.push_back({std::move(values), std::vector<Tally>(measures.size()), {}});
        }
        QueryGroup& group = groups[place->second];
        group.records.push_back(state->id);
        for (std::size_t m = 0; m < measures.size(); ++m) {
          if (measured[m]) group.tallies[m].take(texts.value(*measured[m]));
        }
      }
    });
  }
  if (too_many)
    return fail(ErrorCode::LimitExceeded, "分组超过 100000 个，请换一个取值更少的分组。",
                "More than 100,000 groups; group by something with fewer values.", {.field = "group_by"});

  if (!grouped) {
    if (sort) {
      std::stable_sort(records.begin(), records.end(), [&](const Record& a, const Record& b) {
        return sorts_before(a.sort, b.sort, query.descending);
      });
    } else {
      std::reverse(records.begin(), records.end());  // newest first
    }
    answer.total = records.size();
    for (std::size_t i = query.offset; i < records.size() && answer.rows.size() < query.limit; ++i) {
      answer.rows.push_back({.record = records[i].id,
                             .keys = std::move(records[i].columns),
                             .measures = {},
                             .lacking = {},
                             .records = {}});
    }
    return answer;
  }
  for (QueryGroup& group : groups) {
    QueryRow row{.record = 0, .keys = std::move(group.keys), .measures = {}, .lacking = {}, .records = {}};
    for (std::size_t m = 0; m < measures.size(); ++m) {
      row.measures.push_back(group.tallies[m].value(measures[m].what, group.records.size()));
      row.lacking.push_back(group.tallies[m].lacking);
    }
    row.records = std::move(group.records);
    answer.rows.push_back(std::move(row));
  }
  std::size_t by = 0;
  if (!query.sort.empty()) {
    const auto [end, problem] = std::from_chars(query.sort.data(), query.sort.data() + query.sort.size(), by);
    if (problem != std::errc{} || end != query.sort.data() + query.sort.size() || by < 1 || by > measures.size()) {
      return fail(ErrorCode::Invalid, "分组结果按第几个指标排序，写 1、2 …。",
                  "Groups are sorted by a measure: write 1, 2 ….", {.field = "sort"});
    }
  }
  std::stable_sort(answer.rows.begin(), answer.rows.end(), [&](const QueryRow& a, const QueryRow& b) {
    if (by != 0) return sorts_before(a.measures[by - 1], b.measures[by - 1], query.descending);
    for (std::size_t k = 0; k < a.keys.size(); ++k) {
      if (sorts_before(a.keys[k], b.keys[k], query.descending)) return true;
      if (sorts_before(b.keys[k], a.keys[k], query.descending)) return false;
    }
    return false;
  });
  answer.total = answer.rows.size();
  if (query.offset > 0)
    answer.rows.erase(answer.rows.begin(),
                      answer.rows.begin() + static_cast<std::ptrdiff_t>(std::min(query.offset, answer.rows.size())));
  if (answer.rows.size() > query.limit) answer.rows.resize(query.limit);
  return answer;
}

}  // namespace yuanqu::population
