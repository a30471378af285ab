// POST /query: filter, group, count, sum, top-N in FEEL over the records of a kind. What the pages' lists and figures
// are made of.

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"
#include "population/query.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

using population::Query;
using population::QueryAnswer;
using population::QueryRow;

constexpr std::size_t ids_shown = 500;  // behind one figure; the rest is reached by the group's filter

base::Result<std::vector<std::string>> texts_at(const Json& body, std::string_view key) {
  std::vector<std::string> texts;
  const Json* list = body.find(key);
  if (list == nullptr || list->is_null()) return texts;
  const auto refuse = [&] {
    return base::fail(base::ErrorCode::Invalid, std::string(key) + " 应为 FEEL 文本的列表。",
                      std::string(key) + " must be a list of FEEL texts.", {.field = std::string(key)});
  };
  if (!list->is(Json::Type::Array) || list->items().size() > 20) return refuse();
  for (const Json& item : list->items()) {
    if (!item.is(Json::Type::String)) return refuse();
    texts.push_back(item.text());
  }
  return texts;
}

bool is_true(const Json& body, std::string_view key) {
  const Json* member = body.find(key);
  return member != nullptr && member->is(Json::Type::Boolean) && member->boolean();
}

base::Result<Query> read_query(Call& call, const Json& body) {
  Query query;
  auto kind = body.string_at("kind");
  if (!kind) return tl::unexpected(kind.error());
  query.kind = call.house.records.catalogue().kind(std::string_view(*kind));
  if (query.kind == nullptr || query.kind->system || call.viewer.reach(*query.kind) == register_::Reach::None) {
    return base::fail(base::ErrorCode::NotFound, "没有类型“" + *kind + "”。", "There is no kind \"" + *kind + "\".",
                      {.field = "kind"});
  }
  for (const auto& [name, into] : {std::pair("filter", &query.filter), std::pair("sort", &query.sort)}) {
    auto text = body.string_at(name);
    if (!text) return tl::unexpected(text.error());
    *into = *text;
  }
  for (const auto& [name, into] : {std::pair("group_by", &query.group_by), std::pair("columns", &query.columns)}) {
    auto texts = texts_at(body, name);
    if (!texts) return tl::unexpected(texts.error());
    *into = std::move(*texts);
  }
  if (const Json* measures = body.find("measures"); measures != nullptr && measures->is(Json::Type::Array)) {
    for (const Json& item : measures->items()) {
      auto what = item.string_at("what");
      auto text = item.string_at("text");
      if (!what) return tl::unexpected(what.error());
      if (!text) return tl::unexpected(text.error());
      const auto measure = population::measure_named(*what);
      if (!measure || query.measures.size() >= 20) {
        return base::fail(base::ErrorCode::Invalid, "指标应为 count、sum、min、max 或 mean，最多 20 个。",
                          "A measure is count, sum, min, max or mean; at most 20.", {.field = "measures"});
      }
      query.measures.push_back({*measure, *text});
    }
  }
  query.descending = is_true(body, "descending");
  query.closed = is_true(body, "closed");
  auto limit = body.integer_at("limit");
  auto offset = body.integer_at("offset");
  auto day = body.string_at("as_of");
  if (!limit) return tl::unexpected(limit.error());
  if (!offset) return tl::unexpected(offset.error());
  if (!day) return tl::unexpected(day.error());
  auto as_of = parse_day(*day, "as_of");
  if (!as_of) return tl::unexpected(as_of.error());
  query.day = *as_of;
  query.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(limit->value_or(100), 1, 10'000));
  query.offset = static_cast<std::size_t>(std::max<std::int64_t>(offset->value_or(0), 0));
  return query;
}

void write_row(JsonWriter& json, const QueryRow& row, Titles& titles) {
  json.object().key("record");
  if (row.record == 0) {
    json.null();
  } else {
    write_reference(json, row.record, titles);
  }
  json.key("keys").array();
  for (const feel::Value& key : row.keys) write_feel(json, key);
  json.end_array().key("measures").array();
  for (const feel::Value& value : row.measures) write_feel(json, value);
  json.end_array().key("lacking").array();
  for (const std::size_t lacking : row.lacking) json.value(lacking);
  json.end_array().member("count", row.record != 0 ? std::size_t{1} : row.records.size()).key("records").array();
  for (std::size_t i = 0; i < row.records.size() && i < ids_shown; ++i) json.value(Id{row.records[i]});
  json.end_array().end_object();
}

base::Result<Response> post_query(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto query = read_query(call, *body);
  if (!query) return tl::unexpected(query.error());
  auto answer = population::run_query(call.house.population, call.viewer, *query);
  if (!answer) return tl::unexpected(answer.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("rows").array();
  for (const QueryRow& row : answer->rows) write_row(json, row, titles);
  json.end_array().member("total", answer->total).member("records", answer->records).end_object();
  return Response::json(json.take());
}

tabular::Cell cell_of(const feel::Value& value) {
  if (value.is_null()) return {};
  const std::string text = feel::to_text(value).value_or("");
  if (value.is(feel::Kind::Number)) return {.kind = tabular::CellKind::Number, .text = text};
  if (value.is(feel::Kind::Date)) return {.kind = tabular::CellKind::Date, .text = text};
  return {.kind = tabular::CellKind::Text, .text = text};
}

// The same answer as a workbook: every column headed by its FEEL, so that it can be repeated.
base::Result<Response> post_query_workbook(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto query = read_query(call, *body);
  if (!query) return tl::unexpected(query.error());
  const register_::Field* title = query->kind->field(query->kind->title);
  if (title == nullptr || call.viewer.may_export(*query->kind, *title) != register_::Reach::All) {
    return base::fail(base::ErrorCode::Forbidden, "您的岗位不能导出“" + query->kind->labels.zh + "”。",
                      "Your post may not export " + query->kind->labels.en + ".");
  }
  query->limit = 1'000'000;
  query->to_export = true;
  query->offset = 0;
  auto answer = population::run_query(call.house.population, call.viewer, *query);
  if (!answer) return tl::unexpected(answer.error());
  const bool grouped = !query->group_by.empty() || !query->measures.empty();
  std::vector<tabular::Column> columns;
  if (!grouped)
    columns.push_back({.header = call.chinese() ? query->kind->labels.zh : query->kind->labels.en, .width = 34});
  for (const std::string& text : grouped ? query->group_by : query->columns)
    columns.push_back({.header = text, .width = 22});
  if (grouped && query->measures.empty()) query->measures.push_back({});
  for (const auto& measure : query->measures)
    columns.push_back(
        {.header = std::string(population::name_of(measure.what)) + (measure.text.empty() ? "" : " " + measure.text),
         .width = 22});
  Response response;
  response.compressible = false;
  response.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  response.file = call.house.data_folder / "exports" / ("query-" + call.request.trace_id + ".xlsx");
  response.delete_file = true;
  response.with("Content-Disposition",
                "attachment; filename*=UTF-8''" +
                    percent_encoded((call.chinese() ? "查询-" : "query-") + call.today().to_string() + ".xlsx"));
  auto writer = tabular::create_writer(response.file, tabular::Format::Xlsx, columns);
  if (!writer) return tl::unexpected(writer.error());
  Titles titles(call);
  for (const QueryRow& row : answer->rows) {
    std::vector<tabular::Cell> cells;
    if (!grouped) cells.push_back({.kind = tabular::CellKind::Text, .text = titles.of(row.record)});
    for (const feel::Value& key : row.keys) cells.push_back(cell_of(key));
    for (const feel::Value& value : row.measures) cells.push_back(cell_of(value));
    if (auto written = (*writer)->write(cells); !written) return tl::unexpected(written.error());
  }
  if (auto finished = (*writer)->finish(); !finished) return tl::unexpected(finished.error());
  return response;
}

}  // namespace

void add_queries(Router& router) {
  router.add(Method::Post, "/query", Ability::SignedIn, post_query);
  router.add(Method::Post, "/query.xlsx", Ability::SignedIn, post_query_workbook);
}

}  // namespace yuanqu::api
