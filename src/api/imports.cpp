#include <algorithm>

#include "api/call.hpp"
#include "api/import_desk.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "tabular/reader.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

using register_::ColumnMapping;
using register_::Field;
using register_::SheetProposal;

constexpr std::size_t errors_shown_max = 1000;

base::Result<std::shared_ptr<ImportSlip>> slip_of(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto slip = call.house.imports.find(*id, call.account->id);
  if (!slip) {
    return base::fail(base::ErrorCode::NotFound, "没有这次导入，或它属于别人；服务重启后请重新上传文件。",
                      "There is no such import, or it is somebody else's; upload the file again after a restart.",
                      {.field = "id"});
  }
  return slip;
}

base::Result<const SheetProposal*> sheet_of(const ImportSlip& slip, std::string_view name,
                                            std::size_t* index = nullptr) {
  const auto& sheets = slip.proposal.sheets;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    if (!name.empty() && sheets[i].sheet != name) continue;
    if (index != nullptr) *index = i;
    return &sheets[i];
  }
  return base::fail(base::ErrorCode::NotFound, "文件里没有工作表“" + std::string(name) + "”。",
                    "The file has no sheet \"" + std::string(name) + "\".", {.field = "sheet"});
}

std::string draft_text(const Call& call, const ImportSlip& slip, const SheetProposal& sheet) {
  JsonWriter json;
  json.object()
      .member("id", Id{slip.id})
      .member("kind", slip.kind->name)
      .member("file_name", slip.file_name)
      .key("sheets")
      .array();
  for (const SheetProposal& one : slip.proposal.sheets)
    json.object().member("name", one.sheet).member_null("rows").end_object();
  json.end_array().member("sheet", sheet.sheet).member("header_row", sheet.header_row).key("headers").array();
  for (const std::string& header : sheet.headers) json.value(header);
  json.end_array().key("mapping").array();
  for (const ColumnMapping& column : sheet.mapping) {
    const Field* field = column.field == 0 ? nullptr : slip.kind->field(column.field);
    json.object().member("header", column.header).member("column", column.column);
    json.member_or_null("field", column.effective_from ? std::string_view("effective_from")
                                 : field == nullptr    ? std::string_view{}
                                                       : std::string_view(field->name));
    json.member_or_null("unit", column.unit)
        .member("unit_known", column.unit_known)
        .member("confidence", column.confidence);
    if (field != nullptr) json.labels("labels", field->labels.zh, field->labels.en);
    json.end_object();
  }
  json.end_array().key("sample").array();
  for (const auto& row : sheet.sample) {
    json.array();
    for (const std::string& cell : row) {
      if (cell.empty()) {
        json.null();
      } else {
        json.value(cell);
      }
    }
    json.end_array();
  }
  json.end_array().key("problems").array();
  for (const register_::MappingProblem& problem : sheet.problems) {
    json.object()
        .member("code", problem.code)
        .member("zh", problem.zh)
        .member("en", problem.en)
        .member("column", problem.column);
    json.member("stops", problem.stops).end_object();
  }
  for (const tabular::Oddity& oddity : sheet.oddities) {
    json.object()
        .member("code", oddity.code)
        .member("zh", oddity.zh)
        .member("en", oddity.en)
        .member("row", oddity.place.row);
    json.member("stops", false).end_object();
  }
  json.end_array();
  const std::lock_guard lock(slip.mutex);
  const register_::Source* source = slip.source == 0 ? nullptr : call.house.records.catalogue().source(slip.source);
  json.member_or_null("source", source == nullptr ? std::string_view{} : std::string_view(source->name));
  json.member("effective_from", slip.effective_from).end_object();
  return json.take();
}

void write_state(JsonWriter& json, const ImportSlip& slip, std::size_t errors_max, std::string_view trace_id) {
  const std::lock_guard lock(slip.mutex);
  const register_::ImportReport& report = slip.report;
  json.object().member("id", Id{slip.id}).member("kind", slip.kind->name).member("file_name", slip.file_name);
  json.member("state", name_of(slip.phase)).member("rows_done", slip.progress.rows_done);
  // While it runs the total is reckoned from the part of the file that was read.
  const double part = slip.progress.part;
  const auto rows_total = slip.phase == ImportPhase::Done ? report.rows
                          : part > 0 ? static_cast<std::uint64_t>(static_cast<double>(slip.progress.rows_done) / part)
                                     : 0;
  json.member("rows_total", rows_total).member("part", part);
  json.member("accepted", report.created + report.changed)
      .member("created", report.created)
      .member("updated", report.changed);
  json.member("unchanged", report.unchanged).member("rejected", report.rejected).member("findings", report.findings);
  json.member("position", report.position).member("duration_ms", static_cast<std::int64_t>(report.seconds * 1000));
  json.member_or_null("batch", Id{report.batch});
  json.key("problem");
  if (slip.problem) {
    json.raw(problem_text(status_of(slip.problem->code), *slip.problem, trace_id));
  } else {
    json.null();
  }
  json.key("errors").array();
  for (std::size_t i = 0; i < report.errors.size() && i < errors_max; ++i) {
    const register_::RowError& error = report.errors[i];
    const Field* field = error.field == 0 ? nullptr : slip.kind->field(error.field);
    json.object()
        .member("row", error.row)
        .member_or_null("field", field == nullptr ? std::string_view(error.header) : std::string_view(field->name));
    json.member_or_null("header", error.header)
        .member_or_null("value", error.value)
        .member("zh", error.zh)
        .member("en", error.en)
        .end_object();
  }
  json.end_array().end_object();
}

base::Result<Response> post_import(Call& call) {
  const register_::Catalogue& catalogue = call.house.records.catalogue();
  const std::string_view kind_name = form_value(call.request, "kind");
  const register_::Kind* kind = catalogue.kind(kind_name);
  if (kind == nullptr || kind->system || call.viewer.reach(*kind) == register_::Reach::None) {
    return base::fail(base::ErrorCode::Invalid, "请选择要导入的记录类型 kind。", "Choose the kind of record to import.",
                      {.field = "kind"});
  }
  const std::string_view source_name = form_value(call.request, "source");
  const register_::Source* source = source_name.empty() ? nullptr : catalogue.source(source_name);
  if (!source_name.empty() && source == nullptr) {
    return base::fail(base::ErrorCode::Invalid, "没有“" + std::string(source_name) + "”这个来源。",
                      "There is no source \"" + std::string(source_name) + "\".", {.field = "source"});
  }
  auto effective_from = parse_day(form_value(call.request, "effective_from"), "effective_from");
  if (!effective_from) return tl::unexpected(effective_from.error());
  if (call.request.uploads.size() != 1 || call.request.uploads.front().size == 0) {
    return base::fail(base::ErrorCode::Invalid, "请选择一个不为空的文件上传。",
                      "Upload exactly one file that is not empty.", {.field = "file"});
  }
  Upload& upload = call.request.uploads.front();
  auto slip = call.house.imports.receive(*kind, call.account->id, upload.file_name, upload.path,
                                         source == nullptr ? 0 : source->number, *effective_from);
  if (!slip) return tl::unexpected(slip.error());
  auto sheet = sheet_of(**slip, {});
  if (!sheet) return tl::unexpected(sheet.error());
  return Response::json(draft_text(call, **slip, **sheet), 201)
      .with("Location", "/api/v1/imports/" + std::to_string((*slip)->id));
}

base::Result<Response> get_draft(Call& call) {
  auto slip = slip_of(call);
  if (!slip) return tl::unexpected(slip.error());
  auto sheet = sheet_of(**slip, call.query("sheet"));
  if (!sheet) return tl::unexpected(sheet.error());
  return Response::json(draft_text(call, **slip, **sheet));
}

// The mapping a person accepted: by header (and column where a header is there twice), laid over the proposed one.
base::Result<void> read_mapping(const Json& body, const register_::Kind& kind, std::vector<ColumnMapping>& mapping) {
  const Json* given = body.find("mapping");
  if (given == nullptr || given->is_null()) return {};
  for (const Json& one : given->items()) {
    auto header = one.string_at("header");
    auto name = one.string_at("field");
    auto unit = one.string_at("unit");
    auto column = one.integer_at("column");
    if (!header) return tl::unexpected(header.error());
    if (!name) return tl::unexpected(name.error());
    if (!unit) return tl::unexpected(unit.error());
    if (!column) return tl::unexpected(column.error());
    const auto found = std::find_if(mapping.begin(), mapping.end(), [&](const ColumnMapping& each) {
      return each.header == *header && (!*column || each.column == static_cast<std::size_t>(**column));
    });
    if (found == mapping.end()) {
      return base::fail(base::ErrorCode::Invalid, "文件里没有表头“" + *header + "”。",
                        "The file has no header \"" + *header + "\".", {.field = *header});
    }
    const bool day = *name == "effective_from" && kind.field(std::string_view(*name)) == nullptr;
    const Field* field = name->empty() || day ? nullptr : kind.field(std::string_view(*name));
    if (!name->empty() && !day && field == nullptr) {
      return base::fail(base::ErrorCode::Invalid, "没有字段“" + *name + "”。", "There is no field \"" + *name + "\".",
                        {.field = *header});
    }
    found->field = field == nullptr ? 0 : field->number;
    found->effective_from = day;
    if (one.find("unit") != nullptr) {
      found->unit = *unit;
      found->unit_known = true;
    }
  }
  return {};
}

base::Result<Response> post_apply(Call& call) {
  auto slip = slip_of(call);
  if (!slip) return tl::unexpected(slip.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto sheet_name = body->string_at("sheet");
  if (!sheet_name) return tl::unexpected(sheet_name.error());
  register_::ImportOptions options;
  auto sheet = sheet_of(**slip, *sheet_name, &options.sheet);
  if (!sheet) return tl::unexpected(sheet.error());
  options.mapping = (*sheet)->mapping;
  if (auto read = read_mapping(*body, *(*slip)->kind, options.mapping); !read) return tl::unexpected(read.error());
  {
    const std::lock_guard lock((*slip)->mutex);
    options.source = (*slip)->source;
    options.effective_from = (*slip)->effective_from;
  }
  auto day_text = body->string_at("effective_from");
  if (!day_text) return tl::unexpected(day_text.error());
  auto day = parse_day(*day_text, "effective_from");
  if (!day) return tl::unexpected(day.error());
  if (*day) options.effective_from = *day;
  auto source_name = body->string_at("source");
  if (!source_name) return tl::unexpected(source_name.error());
  if (!source_name->empty()) {
    const register_::Source* source = call.house.records.catalogue().source(*source_name);
    options.source = source == nullptr ? 0 : source->number;
  }
  if (options.source == 0)
    return base::fail(base::ErrorCode::Invalid, "请选择数据来源 source。", "Choose the source of the data.",
                      {.field = "source"});
  if (call.query("missing_references") == "create") options.missing_reference = register_::MissingReference::Create;
  if (auto applied = call.house.imports.apply(*slip, std::move(options), call.viewer); !applied)
    return tl::unexpected(applied.error());
  JsonWriter json;
  write_state(json, **slip, errors_shown_max, call.request.trace_id);
  return Response::json(json.take(), 202);
}

base::Result<Response> get_import(Call& call) {
  auto slip = slip_of(call);
  if (!slip) return tl::unexpected(slip.error());
  JsonWriter json;
  write_state(json, **slip, errors_shown_max, call.request.trace_id);
  return Response::json(json.take());
}

base::Result<Response> get_imports(Call& call) {
  const auto slips = call.house.imports.of_account(call.account->id);
  JsonWriter json;
  json.object().key("items").array();
  for (const auto& slip : slips) write_state(json, *slip, 0, call.request.trace_id);
  json.end_array().member_null("next_cursor").member("total", slips.size()).end_object();
  return Response::json(json.take());
}

// The rejects file as a workbook: the same cells as the CSV.
base::Result<void> copy_as_workbook(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto workbook = tabular::open_workbook(from);
  if (!workbook) return tl::unexpected(workbook.error());
  auto table = (*workbook)->open_sheet(0);
  if (!table) return tl::unexpected(table.error());
  std::vector<tabular::Column> columns;
  for (const std::string& header : (*table)->header()) columns.emplace_back().header = header;
  auto writer = tabular::create_writer(to, tabular::Format::Xlsx, columns);
  if (!writer) return tl::unexpected(writer.error());
  tabular::Row row;
  while (true) {
    auto more = (*table)->next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (auto written = (*writer)->write(row.cells); !written) return written;
  }
  return (*writer)->finish();
}

base::Result<Response> get_rejects(Call& call, bool as_workbook) {
  auto slip = slip_of(call);
  if (!slip) return tl::unexpected(slip.error());
  std::filesystem::path rejects;
  {
    const std::lock_guard lock((*slip)->mutex);
    rejects = (*slip)->rejects;
  }
  if (rejects.empty())
    return base::fail(base::ErrorCode::NotFound, "这次导入没有被退回的行。", "This import rejected no row.");
  Response response;
  response.compressible = false;
  response.file = rejects;
  const std::string stem = (*slip)->file_name.substr(0, (*slip)->file_name.find('.'));
  if (as_workbook) {
    response.file = call.house.imports.folder() / ("rejects-" + call.request.trace_id + ".xlsx");
    response.delete_file = true;
    if (auto copied = copy_as_workbook(rejects, response.file); !copied) return tl::unexpected(copied.error());
  }
  response.content_type =
      as_workbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
  return response.with("Content-Disposition", "attachment; filename*=UTF-8''" +
                                                  percent_encoded(stem + "-退回" + (as_workbook ? ".xlsx" : ".csv")));
}

}  // namespace

void add_imports(Router& router) {
  router.add_upload("/imports", Ability::Write, post_import);
  router.add(Method::Get, "/imports", Ability::SignedIn, get_imports);
  router.add(Method::Get, "/imports/{id}", Ability::SignedIn, get_import);
  router.add(Method::Get, "/imports/{id}/draft", Ability::SignedIn, get_draft);
  router.add(Method::Post, "/imports/{id}/apply", Ability::Write, post_apply);
  router.add(Method::Get, "/imports/{id}/rejects.csv", Ability::SignedIn,
             [](Call& call) { return get_rejects(call, false); });
  router.add(Method::Get, "/imports/{id}/rejects.xlsx", Ability::SignedIn,
             [](Call& call) { return get_rejects(call, true); });
}

}  // namespace yuanqu::api
