// Data sources: what is due and late, deliveries and how they differ, rows that wait on the data desk.

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/source_desk.hpp"
#include "api/value_json.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

using register_::DeliveryRecord;
using register_::Difference;
using register_::Field;
using register_::Schedule;

constexpr std::size_t differences_max = 500;

base::Result<std::vector<Schedule>> schedules(Call& call) {
  const register_::Kind* kind = call.house.records.catalogue().playing("schedule");
  if (kind == nullptr || call.viewer.reach(*kind) != register_::Reach::All) {
    return base::fail(base::ErrorCode::NotFound, "没有数据来源，或您的岗位不能查看。",
                      "There are no data sources, or your post may not see them.");
  }
  return register_::read_schedules(call.house.records, call.today());
}

base::Result<Schedule> schedule_of(Call& call) {
  auto all = schedules(call);
  if (!all) return tl::unexpected(all.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  const auto at = std::find_if(all->begin(), all->end(), [&](const Schedule& one) { return one.record == *id; });
  if (at == all->end())
    return base::fail(base::ErrorCode::NotFound, "没有这个数据来源。", "There is no such data source.",
                      {.field = "id"});
  return *at;
}

base::Result<DeliveryRecord> delivery_of(Call& call, const Schedule& schedule) {
  auto id = call.id("delivery");
  if (!id) return tl::unexpected(id.error());
  auto all = register_::read_deliveries(call.house.records, call.today(), schedule.record);
  if (!all) return tl::unexpected(all.error());
  const auto at = std::find_if(all->begin(), all->end(), [&](const DeliveryRecord& one) { return one.record == *id; });
  if (at == all->end())
    return base::fail(base::ErrorCode::NotFound, "没有这次到件。", "There is no such delivery.", {.field = "delivery"});
  return *at;
}

void write_delivery(JsonWriter& json, const Schedule& schedule, const DeliveryRecord& delivery) {
  json.object().member("id", Id{delivery.record}).member("number", delivery.number);
  json.member("period", register_::name_of(schedule.cycle, delivery.period)).member("from", delivery.period.begin);
  json.member("to", delivery.period.end).member("arrived", delivery.arrived).member_or_null("file", delivery.file_name);
  json.member("rows", delivery.rows).member("new", delivery.fresh).member("gone", delivery.gone);
  json.member("changed", delivery.changed).member("to_desk", delivery.refused).end_object();
}

std::string_view name_of(register_::Cycle cycle) {
  switch (cycle) {
    case register_::Cycle::Week: return "week";
    case register_::Cycle::Month: return "month";
    case register_::Cycle::Quarter: return "quarter";
    case register_::Cycle::Year: return "year";
  }
  return "year";
}

std::string_view name_of(register_::Content content) {
  switch (content) {
    case register_::Content::State: return "state";
    case register_::Content::Period: return "period";
    case register_::Content::Events: return "events";
  }
  return "state";
}

void write_schedule(JsonWriter& json, Call& call, Titles& titles, const Schedule& schedule,
                    const std::vector<DeliveryRecord>& all, std::size_t waiting) {
  const auto last =
      std::find_if(all.begin(), all.end(), [&](const DeliveryRecord& one) { return one.schedule == schedule.record; });
  json.object().member("id", Id{schedule.record}).member("code", schedule.code).member("name", schedule.name);
  json.key("source").object().member("name", schedule.source->name);
  json.labels("labels", schedule.source->labels.zh, schedule.source->labels.en);
  json.labels("basis", schedule.source->basis.zh, schedule.source->basis.en);
  json.member_or_null("confidence", schedule.source->confidence).end_object();
  json.key("kind").object().member("kind", schedule.kind->name);
  json.labels("labels", schedule.kind->labels.zh, schedule.kind->labels.en).end_object();
  json.member("content", name_of(schedule.content)).member("cycle", name_of(schedule.cycle));
  json.member("days", schedule.days);
  json.key("department");
  write_reference(json, schedule.bureau, titles);
  json.key("officer");
  if (schedule.officer == 0) {
    json.null();
  } else {
    write_reference(json, schedule.officer, titles);
  }
  // What it may be used for: the law's list, narrowed by the zone's.
  json.key("purposes").array();
  for (const register_::Purpose& purpose : call.house.records.catalogue().purposes()) {
    const auto names = [&](const std::vector<std::string>& list) {
      return std::find(list.begin(), list.end(), purpose.name) != list.end();
    };
    const bool free = schedule.source->purposes.empty() || names(schedule.source->purposes);
    const bool consent = !free && names(schedule.source->with_consent);
    if ((!free && !consent) || (!schedule.purposes.empty() && !names(schedule.purposes))) continue;
    json.object().member("purpose", purpose.name).labels("labels", purpose.labels.zh, purpose.labels.en);
    json.member("with_consent", consent).end_object();
  }
  json.end_array();
  json.key("fields").array();
  for (const register_::FieldNumber number : schedule.fields) {
    if (const Field* field = schedule.kind->field(number))
      json.object().member("field", field->name).labels("labels", field->labels.zh, field->labels.en).end_object();
  }
  json.end_array();
  json.member("bound", schedule.bound);
  const auto missing = schedule.closed ? std::nullopt : register_::first_missing(schedule, all, call.today());
  const bool late = missing && schedule.due_on(*missing) < call.today();
  // Nothing owed and nothing there: its first period still runs.
  json.member("state", schedule.closed     ? "closed"
                       : late              ? "late"
                       : missing           ? "waiting"
                       : last == all.end() ? "none"
                                           : "arrived");
  json.member("overdue_from", late ? schedule.late_since : std::nullopt);
  // What is owed next: the missing period, or the one that runs now.
  register_::ReportingPeriod next = missing.value_or(register_::period_of(schedule.cycle, call.today()));
  if (!missing && next.begin < schedule.first) next = register_::period_of(schedule.cycle, schedule.first);
  json.key("next").object().member("period", register_::name_of(schedule.cycle, next)).member("from", next.begin);
  json.member("to", next.end).member("due", schedule.due_on(next)).end_object();
  json.key("last");
  if (last == all.end()) {
    json.null();
  } else {
    write_delivery(json, schedule, *last);
  }
  json.member("waiting_rows", waiting)
      .member("may_deliver", register_::may_deliver(call.viewer, schedule) && !call.viewer.away());
}

base::Result<Response> get_sources(Call& call) {
  auto all = schedules(call);
  if (!all) return tl::unexpected(all.error());
  auto delivered = register_::read_deliveries(call.house.records, call.today());
  if (!delivered) return tl::unexpected(delivered.error());
  auto waiting = call.house.sources->deliveries().desk(0, 0, SIZE_MAX / 2);
  if (!waiting) return tl::unexpected(waiting.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const Schedule& schedule : *all) {
    const auto rows = std::count_if(waiting->begin(), waiting->end(),
                                    [&](const register_::DeskRow& row) { return row.schedule == schedule.record; });
    write_schedule(json, call, titles, schedule, *delivered, static_cast<std::size_t>(rows));
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_source(Call& call) {
  auto schedule = schedule_of(call);
  if (!schedule) return tl::unexpected(schedule.error());
  auto delivered = register_::read_deliveries(call.house.records, call.today(), schedule->record);
  if (!delivered) return tl::unexpected(delivered.error());
  auto waiting = call.house.sources->deliveries().desk(schedule->record, 0, SIZE_MAX / 2);
  if (!waiting) return tl::unexpected(waiting.error());
  Titles titles(call);
  JsonWriter json;
  write_schedule(json, call, titles, *schedule, *delivered, waiting->size());
  json.key("mapping").array();
  for (const std::string& text : schedule->mapping) json.value(text);
  json.end_array().key("deliveries").array();
  for (const DeliveryRecord& one : *delivered) write_delivery(json, *schedule, one);
  json.end_array().key("running");
  const auto run = call.house.sources->run_of(schedule->record);
  if (!run) {
    json.null();
  } else {
    using State = DeliveryRun::State;
    json.object().member("state", run->state == State::Queued    ? "queued"
                                  : run->state == State::Running ? "running"
                                  : run->state == State::Done    ? "done"
                                                                 : "failed");
    json.member("file", run->file_name).member("rows_done", run->progress.rows_done).member("part", run->progress.part);
    json.member_or_null("delivery", Id{run->delivery}).key("problem");
    if (run->problem) {
      json.raw(problem_text(status_of(run->problem->code), *run->problem, call.request.trace_id));
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_object();
  return Response::json(json.take());
}

base::Result<Upload*> upload_of(Call& call) {
  if (call.request.uploads.size() != 1 || call.request.uploads.front().size == 0) {
    return base::fail(base::ErrorCode::Invalid, "请选择一个不为空的文件上传。",
                      "Upload exactly one file that is not empty.", {.field = "file"});
  }
  return &call.request.uploads.front();
}

base::Result<Response> post_delivery(Call& call) {
  auto schedule = schedule_of(call);
  if (!schedule) return tl::unexpected(schedule.error());
  if (!register_::may_deliver(call.viewer, *schedule)) {
    return base::fail(base::ErrorCode::Forbidden, "您的岗位不能收“" + schedule->name + "”的数据。",
                      "Your post may not take in the data of " + schedule->name + ".");
  }
  auto upload = upload_of(call);
  if (!upload) return tl::unexpected(upload.error());
  auto day = parse_day(form_value(call.request, "period"), "period");
  if (!day) return tl::unexpected(day.error());
  if (!*day)
    return base::fail(base::ErrorCode::Invalid, "请写明所属期：期内任意一天。", "Name the period by any of its days.",
                      {.field = "period"});
  register_::DeliveryRequest request;
  request.schedule = schedule->record;
  request.period = **day;
  request.file_name = (*upload)->file_name;
  if (auto taken = call.house.sources->receive(std::move(request), (*upload)->path, call.viewer); !taken)
    return tl::unexpected(taken.error());
  JsonWriter json;
  json.object().member("id", Id{schedule->record}).member("state", "queued").end_object();
  return Response::json(json.take(), 202).with("Location", "/api/v1/sources/" + std::to_string(schedule->record));
}

// A difference as the viewer may see it: a figure only where the field may be read in that file.
void write_difference(JsonWriter& json, Call& call, Titles& titles, const Schedule& schedule, const Difference& one) {
  const Field* field = one.field == 0 ? nullptr : schedule.kind->field(one.field);
  json.object().member("what", register_::name_of(one.what)).key("file");
  write_reference(json, one.file, titles);
  json.member("record", Id{one.record}).key("field");
  if (field == nullptr) {
    json.null().member_null("before").member_null("after").end_object();
    return;
  }
  json.object().member("field", field->name).labels("labels", field->labels.zh, field->labels.en);
  json.member_or_null("unit", field->unit).end_object();
  const bool readable = call.viewer.access(*schedule.kind, *field, one.file) == register_::Access::Full;
  json.member_or_null("before", readable ? one.before : std::string());
  json.member_or_null("after", readable ? one.after : std::string()).end_object();
}

base::Result<Response> get_delivery(Call& call) {
  auto schedule = schedule_of(call);
  if (!schedule) return tl::unexpected(schedule.error());
  auto delivery = delivery_of(call, *schedule);
  if (!delivery) return tl::unexpected(delivery.error());
  auto differences = call.house.sources->deliveries().differences(delivery->record);
  if (!differences) return tl::unexpected(differences.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("delivery");
  write_delivery(json, *schedule, *delivery);
  json.key("differences").array();
  for (std::size_t i = 0; i < differences->size() && i < differences_max; ++i) {
    if (call.viewer.may_know(*schedule->kind, (*differences)[i].file))
      write_difference(json, call, titles, *schedule, (*differences)[i]);
  }
  json.end_array().member("total", differences->size()).end_object();
  return Response::json(json.take());
}

Response desk_workbook(Call& call, const std::string& name) {
  Response response;
  response.compressible = false;
  response.content_type = std::string(workbook_type);
  response.file = call.house.data_folder / "exports" / ("desk-" + call.request.trace_id + ".xlsx");
  response.delete_file = true;
  response.with("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encoded(name + ".xlsx"));
  return response;
}

base::Result<Response> get_differences_workbook(Call& call) {
  auto schedule = schedule_of(call);
  if (!schedule) return tl::unexpected(schedule.error());
  auto delivery = delivery_of(call, *schedule);
  if (!delivery) return tl::unexpected(delivery.error());
  auto differences = call.house.sources->deliveries().differences(delivery->record);
  if (!differences) return tl::unexpected(differences.error());
  const bool chinese = call.chinese();
  Response response = desk_workbook(call, delivery->number);
  std::vector<tabular::Column> columns(5);
  const std::vector<std::string> headers = chinese
                                               ? std::vector<std::string>{"变化", "档案", "字段", "上次", "这次"}
                                               : std::vector<std::string>{"Change", "File", "Field", "Before", "After"};
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].header = headers[i], columns[i].width = i == 1 ? 36 : 16;
  auto writer = tabular::create_writer(response.file, tabular::Format::Xlsx, columns);
  if (!writer) return tl::unexpected(writer.error());
  Titles titles(call);
  std::vector<register_::Look> looks;
  for (const Difference& one : *differences) {
    if (!call.viewer.may_know(*schedule->kind, one.file)) continue;
    const Field* field = one.field == 0 ? nullptr : schedule->kind->field(one.field);
    const bool shown = field != nullptr && call.viewer.may_export(*schedule->kind, *field, one.file) &&
                       call.viewer.access(*schedule->kind, *field, one.file) == register_::Access::Full;
    const std::string_view what = one.what == register_::Change::New    ? (chinese ? "新出现" : "new")
                                  : one.what == register_::Change::Gone ? (chinese ? "不再出现" : "gone")
                                                                        : (chinese ? "变动超界" : "changed");
    const std::string label = field == nullptr ? std::string() : chinese ? field->labels.zh : field->labels.en;
    if (auto written =
            (*writer)->write({tabular::text_cell(std::string(what)), tabular::text_cell(titles.of(one.file)),
                              tabular::text_cell(label), tabular::text_cell(shown ? one.before : std::string()),
                              tabular::text_cell(shown ? one.after : std::string())});
        !written)
      return tl::unexpected(written.error());
    looks.push_back({.account = call.viewer.account(),
                     .what = register_::LookKind::Export,
                     .file = one.file,
                     .reason = delivery->number});
  }
  if (auto kept = call.house.records.looks().keep(std::move(looks)); !kept) return tl::unexpected(kept.error());
  if (auto finished = (*writer)->finish(); !finished) return tl::unexpected(finished.error());
  return response;
}

base::Result<Response> get_desk_workbook(Call& call) {
  auto schedule = schedule_of(call);
  if (!schedule) return tl::unexpected(schedule.error());
  auto delivery = delivery_of(call, *schedule);
  if (!delivery) return tl::unexpected(delivery.error());
  Response response = desk_workbook(call, delivery->number + " 质量台");
  if (auto written = call.house.sources->deliveries().write_workbook(call.viewer, delivery->record, response.file);
      !written)
    return tl::unexpected(written.error());
  return response;
}

base::Result<Response> post_desk_workbook(Call& call) {
  auto schedule = schedule_of(call);
  if (!schedule) return tl::unexpected(schedule.error());
  auto delivery = delivery_of(call, *schedule);
  if (!delivery) return tl::unexpected(delivery.error());
  auto upload = upload_of(call);
  if (!upload) return tl::unexpected(upload.error());
  const bool csv = (*upload)->file_name.ends_with(".csv");
  const std::filesystem::path file =
      call.house.sources->folder() / ("mended-" + call.request.trace_id + (csv ? ".csv" : ".xlsx"));
  std::error_code problem;
  std::filesystem::rename((*upload)->path, file, problem);
  if (problem) return base::fail(base::ErrorCode::Unavailable, "上传的文件无法保存。", "The upload cannot be kept.");
  auto report = call.house.sources->deliveries().mend(call.viewer, delivery->record, file);
  std::filesystem::remove(file, problem);
  if (!report) return tl::unexpected(report.error());
  call.house.settle();
  JsonWriter json;
  json.object().member("rows", report->rows).member("mended", report->mended).member("left", report->left);
  json.key("errors").array();
  for (std::size_t i = 0; i < report->errors.size() && i < differences_max; ++i) {
    const register_::RowError& error = report->errors[i];
    json.object().member("row", error.row).member_or_null("header", error.header);
    json.member("zh", error.zh).member("en", error.en).end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_desk_rows(Call& call) {
  auto all = schedules(call);
  if (!all) return tl::unexpected(all.error());
  std::int64_t source = 0, delivery = 0;
  for (const auto& [name, into] : {std::pair("source", &source), std::pair("delivery", &delivery)}) {
    if (call.query(name).empty()) continue;
    auto id = parse_id(call.query(name), name);
    if (!id) return tl::unexpected(id.error());
    *into = *id;
  }
  auto limit = call.limit(200, 2000);
  if (!limit) return tl::unexpected(limit.error());
  register_::Deliveries& deliveries = call.house.sources->deliveries();
  auto rows = deliveries.desk(source, delivery, SIZE_MAX / 2);
  if (!rows) return tl::unexpected(rows.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (std::size_t at = 0; at < rows->size() && at < *limit; ++at) {
    const register_::DeskRow& row = (*rows)[at];
    const auto schedule =
        std::find_if(all->begin(), all->end(), [&](const Schedule& one) { return one.record == row.schedule; });
    if (schedule == all->end()) continue;
    json.object().member("id", Id{row.id}).key("source");
    write_reference(json, row.schedule, titles);
    json.member("delivery", Id{row.delivery})
        .member("row", row.row)
        .member("may_settle", register_::may_deliver(call.viewer, *schedule));
    json.key("record");
    if (row.record == 0) {
      json.null();
    } else {
      write_reference(json, row.record, titles);
    }
    // Reasons quote values; who may not see them hears what is wrong in general.
    const auto cells = deliveries.shown_cells(call.viewer, row);
    bool whole = true;
    json.key("cells").array();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      whole = whole && (row.fields[i] == 0 || cells[i] == row.cells[i]);
      if (row.fields[i] == 0) continue;
      json.object().member("header", row.headers[i]).member_or_null("value", cells[i]).end_object();
    }
    json.end_array();
    json.member("zh", whole ? row.zh : "这一行没有认出，或有矛盾。")
        .member("en", whole ? row.en : "The row did not match or contradicts.");
    json.end_object();
  }
  json.end_array().member("total", rows->size()).end_object();
  return Response::json(json.take());
}

base::Result<Response> post_dismiss(Call& call) {
  if (auto all = schedules(call); !all) return tl::unexpected(all.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto reason = body->string_at("reason");
  if (!reason) return tl::unexpected(reason.error());
  if (auto dismissed = call.house.sources->deliveries().dismiss(call.viewer, *id, *reason); !dismissed)
    return tl::unexpected(dismissed.error());
  return Response::empty();
}

}  // namespace

void add_sources(Router& router) {
  router.add(Method::Get, "/sources", Ability::SignedIn, get_sources);
  router.add(Method::Get, "/sources/{id}", Ability::SignedIn, get_source);
  router.add_upload("/sources/{id}/deliveries", Ability::Write, post_delivery);
  router.add(Method::Get, "/sources/{id}/deliveries/{delivery}", Ability::SignedIn, get_delivery);
  router.add(Method::Get, "/sources/{id}/deliveries/{delivery}/differences.xlsx", Ability::SignedIn,
             get_differences_workbook);
  router.add(Method::Get, "/sources/{id}/deliveries/{delivery}/desk.xlsx", Ability::SignedIn, get_desk_workbook);
  router.add_upload("/sources/{id}/deliveries/{delivery}/desk", Ability::Write, post_desk_workbook);
  router.add(Method::Get, "/desk-rows", Ability::SignedIn, get_desk_rows);
  router.add(Method::Post, "/desk-rows/{id}/dismiss", Ability::Write, post_dismiss);
}

}  // namespace yuanqu::api
