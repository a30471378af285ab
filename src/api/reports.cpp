// Reports (套表): templates, reports filled as of a day, signing, the files.

#include <fstream>
#include <iterator>

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "report/reports.hpp"

namespace yuanqu::api {
namespace {

constexpr std::uint64_t template_bytes_max = 20u << 20;

report::Reports reports_of(Call& call) { return {call.house.journal, call.house.population}; }

void write_template(JsonWriter& json, Call& call, const report::Template& one) {
  json.object()
      .member("id", Id{one.id})
      .member("name", one.name)
      .member("hash", one.hash)
      .member("figures", one.figures)
      .member("checks", one.checks);
  json.member("author", account_name(call, one.author)).key("created_at").instant(one.created_ms).end_object();
}

void write_report(JsonWriter& json, Call& call, const report::Report& one) {
  json.object()
      .member("id", Id{one.id})
      .member("template", Id{one.of})
      .member("name", one.name)
      .member("day", one.day)
      .member("signed", one.is_signed);
  json.member_or_null("number", one.number)
      .member("hash", one.hash)
      .member("maker", account_name(call, one.maker))
      .member_or_null("signer", account_name(call, one.signer));
  json.member("mine", call.account && call.account->id == one.maker)
      .key("made_at")
      .instant(one.made_ms)
      .key("signed_at");
  if (one.is_signed) {
    json.instant(one.signed_ms);
  } else {
    json.null();
  }
  json.key("findings").array();
  for (const report::Finding& finding : one.findings) {
    json.object()
        .member("cell", finding.cell)
        .member("check", finding.check)
        .member("zh", finding.zh)
        .member("en", finding.en)
        .end_object();
  }
  json.end_array().end_object();
}

Response report_workbook(std::string bytes, const std::string& name) {
  Response response;
  response.compressible = false;
  response.content_type = std::string(workbook_type);
  response.body = std::move(bytes);
  response.with("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encoded(name + ".xlsx"));
  return response;
}

// Reports speak of the whole zone: for desks, not for owners and the public.
base::Result<void> demand_desk(const Call& call) {
  for (const register_::Kind* kind : call.house.records.catalogue().kinds()) {
    if (kind->opens_file && !kind->system && call.viewer.reach(*kind) == register_::Reach::All) return {};
  }
  return base::fail(base::ErrorCode::Forbidden, "您的岗位不能查看全区报表。",
                    "Your post may not see reports about the zone.");
}

base::Result<Response> get_report_templates(Call& call) {
  if (auto allowed = demand_desk(call); !allowed) return tl::unexpected(allowed.error());
  auto all = reports_of(call).templates();
  if (!all) return tl::unexpected(all.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const report::Template& one : *all) write_template(json, call, one);
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> post_template(Call& call) {
  if (auto allowed = demand_desk(call); !allowed) return tl::unexpected(allowed.error());
  if (call.request.uploads.size() != 1 || call.request.uploads.front().size == 0 ||
      call.request.uploads.front().size > template_bytes_max) {
    return base::fail(base::ErrorCode::Invalid, "请上传一个不超过 20 MB 的 .xlsx 套表。",
                      "Upload one .xlsx template of at most 20 MB.", {.field = "file"});
  }
  const Upload& upload = call.request.uploads.front();
  std::ifstream stream(upload.path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  std::string name = upload.file_name;
  if (name.ends_with(".xlsx")) name.resize(name.size() - 5);
  auto made = reports_of(call).add_template(name, std::move(bytes), call.account ? call.account->id : 0,
                                            call.house.clock.now_ms());
  if (!made) return tl::unexpected(made.error());
  JsonWriter json;
  write_template(json, call, *made);
  return Response::json(json.take(), 201);
}

base::Result<Response> get_template_file(Call& call) {
  if (auto allowed = demand_desk(call); !allowed) return tl::unexpected(allowed.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto bytes = reports_of(call).template_file(*id);
  if (!bytes) return tl::unexpected(bytes.error());
  return report_workbook(std::move(*bytes), "template-" + std::to_string(*id));
}

base::Result<Response> get_reports(Call& call) {
  if (auto allowed = demand_desk(call); !allowed) return tl::unexpected(allowed.error());
  auto all = reports_of(call).list(200);
  if (!all) return tl::unexpected(all.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const report::Report& one : *all) write_report(json, call, one);
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> post_report(Call& call) {
  if (auto allowed = demand_desk(call); !allowed) return tl::unexpected(allowed.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto of = body->integer_at("template");
  auto written = body->string_at("day");
  if (!of) return tl::unexpected(of.error());
  if (!written) return tl::unexpected(written.error());
  auto day = parse_day(*written, "day");
  if (!day) return tl::unexpected(day.error());
  auto made =
      reports_of(call).fill(of->value_or(0), day->value_or(call.today()), call.viewer, call.house.clock.now_ms());
  if (!made) return tl::unexpected(made.error());
  JsonWriter json;
  write_report(json, call, *made);
  return Response::json(json.take(), 201);
}

// A report may hold figures of fields its maker could read and this person may not: only those who may read them all
// open it.
base::Result<std::int64_t> readable_report(Call& call) {
  if (auto allowed = demand_desk(call); !allowed) return tl::unexpected(allowed.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto found = reports_of(call).find(*id);
  if (!found) return tl::unexpected(found.error());
  if (auto allowed = reports_of(call).may_read(found->of, call.viewer); !allowed)
    return tl::unexpected(allowed.error());
  return *id;
}

base::Result<Response> get_report_file(Call& call) {
  auto id = readable_report(call);
  if (!id) return tl::unexpected(id.error());
  auto found = reports_of(call).find(*id);
  auto bytes = reports_of(call).file(*id);
  if (!found) return tl::unexpected(found.error());
  if (!bytes) return tl::unexpected(bytes.error());
  return report_workbook(std::move(*bytes), (found->number.empty() ? std::string() : found->number + " ") +
                                                found->name + " " + found->day.to_string());
}

base::Result<Response> post_signature(Call& call) {
  auto id = readable_report(call);
  if (!id) return tl::unexpected(id.error());
  auto done = reports_of(call).sign(*id, call.viewer, call.house.clock.now_ms());
  if (!done) return tl::unexpected(done.error());
  JsonWriter json;
  write_report(json, call, *done);
  return Response::json(json.take());
}

}  // namespace

void add_reports(Router& router) {
  router.add(Method::Get, "/report-templates", Ability::SignedIn, get_report_templates);
  router.add_upload("/report-templates", Ability::Write, post_template);
  router.add(Method::Get, "/report-templates/{id}.xlsx", Ability::SignedIn, get_template_file);
  router.add(Method::Get, "/reports", Ability::SignedIn, get_reports);
  router.add(Method::Post, "/reports", Ability::Write, post_report);
  router.add(Method::Post, "/reports/{id}/sign", Ability::Write, post_signature);
  router.add(Method::Get, "/reports/{id}.xlsx", Ability::SignedIn, get_report_file);
}

}  // namespace yuanqu::api
