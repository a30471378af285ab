// Oversight: who looked at which file, who may do what on a day, and the hand-over of a post.

#include <algorithm>
#include <map>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"
#include "register/matrix.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

using register_::Look;
using register_::MatrixRow;

Response oversight_workbook(Call& call, std::string_view stem) {
  Response response;
  response.compressible = false;
  response.content_type = std::string(workbook_type);
  response.file = call.house.data_folder / "exports" / ("oversight-" + call.request.trace_id + ".xlsx");
  response.delete_file = true;
  response.with(
      "Content-Disposition",
      "attachment; filename*=UTF-8''" + percent_encoded(std::string(stem) + "-" + call.today().to_string() + ".xlsx"));
  return response;
}

base::Result<void> write_rows(Response& response, const std::vector<std::string>& headers,
                              const std::vector<std::vector<std::string>>& rows, const std::string& sheet) {
  std::vector<tabular::Column> columns;
  for (const std::string& header : headers) columns.emplace_back().header = header;
  auto writer = tabular::create_writer(response.file, tabular::Format::Xlsx, columns, {.sheet = sheet, .title = sheet});
  if (!writer) return tl::unexpected(writer.error());
  for (const auto& row : rows) {
    std::vector<tabular::Cell> cells;
    for (const std::string& text : row) cells.push_back(tabular::text_cell(text));
    if (auto written = (*writer)->write(cells); !written) return written;
  }
  return (*writer)->finish();
}

// Who somebody is to those whose file was looked at: the post, never the name of the person at work.
struct People {
  explicit People(Call& its_call) : call(its_call) {}
  const register_::Post* post_of(std::int64_t account) {
    const auto known = posts.find(account);
    if (known != posts.end()) return known->second;
    const register_::Post* post = nullptr;
    if (auto found = call.house.accounts.find(account); found && *found) {
      const auto viewer = call.house.accounts.viewer(**found, call.today());
      if (!viewer.posts().empty()) post = viewer.posts().front();
    }
    return posts[account] = post;
  }
  std::string name_of(std::int64_t account) {
    auto found = call.house.accounts.find(account);
    return found && *found ? (*found)->name : std::string();
  }
  Call& call;
  std::map<std::int64_t, const register_::Post*> posts;
};

const register_::Field* field_looked_at(Call& call, const Look& look) {
  if (look.field == 0 || look.record == 0) return nullptr;
  auto state = call.house.records.state(look.record);
  const register_::Kind* kind = state && *state ? call.house.records.catalogue().kind((*state)->kind) : nullptr;
  return kind == nullptr ? nullptr : kind->field(look.field);
}

base::Result<register_::LookFilter> read_filter(Call& call) {
  register_::LookFilter filter;
  auto limit = call.limit(100, 1000);
  if (!limit) return tl::unexpected(limit.error());
  filter.limit = *limit;
  if (const std::string_view cursor = call.query("cursor"); !cursor.empty()) {
    auto place = place_of_cursor(cursor);
    if (!place) return tl::unexpected(place.error());
    filter.before = static_cast<std::int64_t>(*place);
  }
  return filter;
}

std::string looks_text(Call& call, const std::vector<Look>& looks, std::size_t limit, bool overseen) {
  People people(call);
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const Look& look : looks) {
    json.object().member("id", Id{look.id}).key("at").instant(look.at_ms).member("what", register_::name_of(look.what));
    json.key("post");
    if (const register_::Post* post = people.post_of(look.account)) {
      json.object().member("zh", post->labels.zh).member("en", post->labels.en).end_object();
    } else {
      json.null();
    }
    if (overseen) {
      json.member_or_null("account", people.name_of(look.account)).key("file");
      if (look.file == 0) {
        json.null();
      } else {
        write_reference(json, look.file, titles);
      }
    }
    json.key("field");
    if (const register_::Field* field = field_looked_at(call, look)) {
      json.object().member("field", field->name).labels("labels", field->labels.zh, field->labels.en).end_object();
    } else {
      json.null();
    }
    const register_::Kind* exported = look.what == register_::LookKind::Export
                                          ? call.house.records.catalogue().kind(std::string_view(look.reason))
                                          : nullptr;
    json.key("exported");
    if (exported != nullptr) {
      json.object().member("zh", exported->labels.zh).member("en", exported->labels.en).end_object();
    } else {
      json.null();
    }
    // Reasons are written by officers for the record; the owner hears why a masked value was revealed, auditors
    // everything.
    json.member_or_null("reason", overseen || look.what == register_::LookKind::Reveal ? look.reason : std::string());
    json.end_object();
  }
  json.end_array();
  json.member_or_null("next_cursor", looks.size() == limit && !looks.empty()
                                         ? cursor_of(static_cast<std::uint64_t>(looks.back().id))
                                         : std::string{});
  json.end_object();
  return json.take();
}

base::Result<Response> get_file_looks(Call& call) {
  auto file = call.id();
  if (!file) return tl::unexpected(file.error());
  const bool overseen = call.viewer.may_act(register_::Act::Audit);
  if (!overseen && !call.viewer.owns(*file))
    return base::fail(base::ErrorCode::NotFound, "没有这份档案，或不是您的。",
                      "There is no such file, or it is not yours.", {.field = "id"});
  auto filter = read_filter(call);
  if (!filter) return tl::unexpected(filter.error());
  filter->file = *file;
  auto looks = call.house.records.looks().list(*filter);
  if (!looks) return tl::unexpected(looks.error());
  return Response::json(looks_text(call, *looks, filter->limit, overseen));
}

base::Result<void> demand_audit(const Call& call) {
  if (call.viewer.may_act(register_::Act::Audit)) return {};
  return base::fail(base::ErrorCode::Forbidden, "访问记录只有审计可以全部查看。", "Only auditors see all access logs.");
}

base::Result<Response> get_looks(Call& call) {
  if (auto may = demand_audit(call); !may) return tl::unexpected(may.error());
  auto filter = read_filter(call);
  if (!filter) return tl::unexpected(filter.error());
  auto looks = call.house.records.looks().list(*filter);
  if (!looks) return tl::unexpected(looks.error());
  return Response::json(looks_text(call, *looks, filter->limit, true));
}

base::Result<Response> get_looks_workbook(Call& call) {
  if (auto may = demand_audit(call); !may) return tl::unexpected(may.error());
  auto looks = call.house.records.looks().list({.limit = 200'000});
  if (!looks) return tl::unexpected(looks.error());
  const bool zh = call.chinese();
  People people(call);
  Titles titles(call);
  std::vector<std::vector<std::string>> rows;
  for (const Look& look : *looks) {
    const register_::Post* post = people.post_of(look.account);
    const register_::Field* field = field_looked_at(call, look);
    rows.push_back({instant_text(look.at_ms), people.name_of(look.account),
                    post == nullptr ? ""
                    : zh            ? post->labels.zh
                                    : post->labels.en,
                    std::string(register_::name_of(look.what)), look.file == 0 ? "" : titles.of(look.file),
                    field == nullptr ? ""
                    : zh             ? field->labels.zh
                                     : field->labels.en,
                    look.reason});
  }
  Response response = oversight_workbook(call, zh ? "访问记录" : "access-log");
  auto written = write_rows(response,
                            zh ? std::vector<std::string>{"时间", "账号", "岗位", "方式", "档案", "字段", "事由"}
                               : std::vector<std::string>{"At", "Account", "Post", "How", "File", "Field", "Reason"},
                            rows, zh ? "访问记录" : "Access log");
  if (!written) return tl::unexpected(written.error());
  return response;
}

base::Result<base::Date> matrix_day(Call& call) {
  if (!register_::may_oversee(call.viewer, call.house.records.catalogue()))
    return base::fail(base::ErrorCode::Forbidden, "权限表只有审计和系统管理可以查看。",
                      "Only auditors and administrators see the permission matrix.");
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  return as_of->day;
}

base::Result<Response> get_matrix(Call& call) {
  auto day = matrix_day(call);
  if (!day) return tl::unexpected(day.error());
  auto holders = register_::matrix_holders(call.house.records, call.house.accounts, *day);
  if (!holders) return tl::unexpected(holders.error());
  const register_::Catalogue& catalogue = call.house.records.catalogue();
  Titles titles(call);
  JsonWriter json;
  json.object().member("day", *day).member("packs", catalogue.pack_versions()).key("holders").array();
  for (const register_::MatrixHolder& one : *holders) {
    const register_::Post* post = call.house.records.permissions()->post(one.post);
    json.object().member("account", one.account).member("name", one.shown_name).member("post", one.post);
    json.labels("labels", post == nullptr ? one.post : post->labels.zh, post == nullptr ? one.post : post->labels.en);
    json.member("why", register_::name_of(one.why))
        .member_or_null("instead_of", one.instead_of)
        .member("away", one.away)
        .key("within");
    if (one.within == 0) {
      json.null();
    } else {
      write_reference(json, one.within, titles);
    }
    json.end_object();
  }
  json.end_array().key("rows").array();
  for (const MatrixRow& row : register_::permission_matrix(catalogue, *call.house.records.permissions())) {
    json.object().member("post", row.post->name).member("kind", row.kind->name).member("field", row.field->name);
    json.labels("post_labels", row.post->labels.zh, row.post->labels.en)
        .labels("kind_labels", row.kind->labels.zh, row.kind->labels.en);
    json.labels("labels", row.field->labels.zh, row.field->labels.en)
        .member("class", register_::name_of(row.field->field_class));
    json.member("personal_of_individuals", row.field->personal_of_individuals);
    json.member_or_null("any", register_::rights_text(row.any)).member_or_null("own", register_::rights_text(row.own));
    json.member_or_null("consent", register_::rights_text(row.consent)).member_or_null("purposes", row.purposes);
    json.member_or_null("sources", row.write_sources).end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_matrix_workbook(Call& call) {
  auto day = matrix_day(call);
  if (!day) return tl::unexpected(day.error());
  auto holders = register_::matrix_holders(call.house.records, call.house.accounts, *day);
  if (!holders) return tl::unexpected(holders.error());
  const bool zh = call.chinese();
  Titles titles(call);
  std::vector<std::vector<std::string>> rows;
  for (const MatrixRow& row :
       register_::permission_matrix(call.house.records.catalogue(), *call.house.records.permissions())) {
    std::string who;
    for (const register_::MatrixHolder& one : *holders) {
      if (one.post != row.post->name) continue;
      const std::string shown = one.account + (one.within == 0 ? std::string() : "（" + titles.of(one.within) + "）");
      if (("、" + who + "、").find("、" + shown + "、") == std::string::npos) who += (who.empty() ? "" : "、") + shown;
    }
    rows.push_back({zh ? row.post->labels.zh : row.post->labels.en, zh ? row.kind->labels.zh : row.kind->labels.en,
                    zh ? row.field->labels.zh : row.field->labels.en,
                    std::string(register_::name_of(row.field->field_class)), register_::rights_text(row.any),
                    register_::rights_text(row.own), register_::rights_text(row.consent), row.purposes,
                    row.write_sources, who, day->to_string()});
  }
  Response response = oversight_workbook(call, zh ? "权限表" : "permissions");
  auto written = write_rows(response,
                            zh ? std::vector<std::string>{"岗位", "类型", "字段", "字段类别", "任何档案", "本人档案",
                                                          "经同意的档案", "同意的用途", "可写来源", "在岗账号", "截至"}
                               : std::vector<std::string>{"Post", "Kind", "Field", "Class", "Any file", "Own file",
                                                          "By consent", "Purpose", "Writes as", "Accounts", "As of"},
                            rows, zh ? "权限表" : "Permissions");
  if (!written) return tl::unexpected(written.error());
  return response;
}

base::Result<Response> post_hand_over(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto from = body->string_at("from"), to = body->string_at("to"), number = body->string_at("number");
  if (!from) return tl::unexpected(from.error());
  if (!to) return tl::unexpected(to.error());
  if (!number) return tl::unexpected(number.error());
  auto department = body->string_at("department");
  if (!department) return tl::unexpected(department.error());
  std::int64_t department_id = 0;
  if (!department->empty()) {
    auto id = parse_id(*department, "department");
    if (!id) return tl::unexpected(id.error());
    department_id = *id;
  }
  auto done = call.house.hand_over(call.viewer, {*from, *to, *number, department_id});
  if (!done) return tl::unexpected(done.error());
  JsonWriter json;
  json.object().member("record", Id{done->record}).member("posts", done->posts).member("tasks", done->tasks);
  json.member("duties", done->duties).end_object();
  return Response::json(json.take(), 201);
}

}  // namespace

void add_oversight(Router& router) {
  router.add(Method::Get, "/files/{id}/looks", Ability::SignedIn, get_file_looks);
  router.add(Method::Get, "/looks", Ability::SignedIn, get_looks);
  router.add(Method::Get, "/looks.xlsx", Ability::SignedIn, get_looks_workbook);
  router.add(Method::Get, "/permissions", Ability::SignedIn, get_matrix);
  router.add(Method::Get, "/permissions.xlsx", Ability::SignedIn, get_matrix_workbook);
  router.add(Method::Post, "/hand-overs", Ability::Write, post_hand_over);
}

}  // namespace yuanqu::api
