#include "api/json_writer.hpp"
#include "api/paper_templates.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

// A paper belongs to a file; whoever may know the record it speaks of may see it.
bool may_see(const Call& call, const paper::Paper& paper) {
  if (call.viewer.owns(paper.file)) return true;
  const auto state = call.house.records.state(paper.subject);
  if (!state || !*state) return false;
  const register_::Kind* kind = call.house.records.catalogue().kind((*state)->kind);
  return kind != nullptr && call.viewer.may_read(*kind, register_::FieldClass::Internal, paper.file);
}

base::Result<paper::Paper> paper_of(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto paper = call.house.papers.find(*id);
  if (!paper) return paper;
  if (!may_see(call, *paper))
    return base::fail(base::ErrorCode::NotFound, "没有这份文书，或您的岗位不能查看。",
                      "There is no such paper, or your post may not see it.", {.field = "id"});
  return paper;
}

// The document itself may print more than the book of papers says: then it goes to who may read that class in the file,
// or, with a look that is kept first, to who may reveal it.
base::Result<void> may_open(Call& call, const paper::Paper& paper) {
  const paper::Template* printed = call.house.papers.templates().paper(paper.template_id);
  const auto field_class = printed == nullptr ? register_::FieldClass::Personal : printed->field_class;
  const auto state = call.house.records.state(paper.subject);
  const register_::Kind* kind = state && *state ? call.house.records.catalogue().kind((*state)->kind) : nullptr;
  if (call.viewer.owns(paper.file)) return {};
  if (kind != nullptr && call.viewer.may_read(*kind, field_class, paper.file)) return {};
  if (kind != nullptr && call.viewer.may_reveal(*kind, field_class, paper.file)) {
    return call.house.records.looks().keep({{.account = call.viewer.account(),
                                             .what = register_::LookKind::Reveal,
                                             .file = paper.file,
                                             .record = paper.subject,
                                             .reason = paper.number}});
  }
  return base::fail(base::ErrorCode::Forbidden, "这份文书印有您的岗位不能查看的内容。",
                    "This paper prints what your post may not see.", {.field = "id"});
}

base::Result<Response> get_paper(Call& call) {
  auto paper = paper_of(call);
  if (!paper) return tl::unexpected(paper.error());
  Titles titles(call);
  JsonWriter json;
  write_paper(json, call, *paper, titles);
  return Response::json(json.take());
}

base::Result<Response> get_pdf(Call& call) {
  auto paper = paper_of(call);
  if (!paper) return tl::unexpected(paper.error());
  Response response;
  response.content_type = "application/pdf";
  response.compressible = false;
  response.with("ETag", "\"" + paper->hash + "\"").with("Cache-Control", "private, max-age=86400");
  response.with("Content-Disposition", std::string(call.asks("download") ? "attachment" : "inline") +
                                           "; filename*=UTF-8''" + percent_encoded(paper->file_name()));
  if (matches_tag(call.request.header("if-none-match"), paper->hash)) {
    response.status = 304;
    return response;
  }
  if (auto may = may_open(call, *paper); !may) return tl::unexpected(may.error());
  auto bytes = call.house.papers.pdf(*paper);
  if (!bytes) return tl::unexpected(bytes.error());
  response.body = std::move(*bytes);
  return response;
}

base::Result<Response> get_docx(Call& call) {
  auto paper = paper_of(call);
  if (!paper) return tl::unexpected(paper.error());
  if (auto may = may_open(call, *paper); !may) return tl::unexpected(may.error());
  auto bytes = call.house.papers.docx(*paper);
  if (!bytes) return tl::unexpected(bytes.error());
  Response response;
  response.content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  response.compressible = false;
  response.with("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encoded(paper->number + ".docx"));
  response.body = std::move(*bytes);
  return response;
}

base::Result<Response> get_versions(Call& call) {
  auto paper = paper_of(call);
  if (!paper) return tl::unexpected(paper.error());
  auto versions = call.house.papers.versions(*paper);
  if (!versions) return tl::unexpected(versions.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const paper::Paper& one : *versions) write_paper(json, call, one, titles);
  json.end_array().member_null("next_cursor").member("total", versions->size()).end_object();
  return Response::json(json.take());
}

// Everything a case issued, as one print with cover and index. The pack's template of the cover is named case_cover.
base::Result<Response> get_case_file(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto found = call.house.casework.detail(call.viewer, *id);
  if (!found) return tl::unexpected(found.error());
  const casework::Case& one = found->summary;
  if (found->withheld) {
    return base::fail(base::ErrorCode::Forbidden,
                      "这件办件依据的数据不向您的岗位开放，不能打印案卷。请由经办岗位打印。",
                      "This case rests on data your post may not read; its file is printed by those who handle it.");
  }
  auto papers = call.house.papers.list({.case_id = one.id, .limit = 1000});
  if (!papers) return tl::unexpected(papers.error());
  for (const paper::Paper& paper : *papers) {
    if (auto may = may_open(call, paper); !may) return tl::unexpected(may.error());
  }
  feel::ContextScope names;
  names.set({"Today", feel::Value(call.today()), nullptr});
  if (auto subject = call.house.population.subject_value(one.subject, call.today())) names.set(std::move(*subject));
  names.set(
      {"Case",
       feel::Value::context({{feel::String("number"), feel::Value(one.number)},
                             {feel::String("title"), feel::Value(one.title)},
                             {feel::String("procedure"), feel::Value(one.labels.zh)},
                             {feel::String("opened on"), feel::Value(one.opened_on)},
                             {feel::String("closed on"), one.closed_on ? feel::Value(*one.closed_on) : feel::Value()},
                             {feel::String("outcome"), feel::Value(one.outcome.zh)}}),
       nullptr});
  std::vector<feel::Value> story;
  for (const casework::Event& event : found->timeline) {
    story.push_back(feel::Value::context({{feel::String("day"), feel::Value(event.day)},
                                          {feel::String("text"), feel::Value(event.zh)},
                                          {feel::String("by"), feel::Value(event.actor_name)}}));
  }
  names.set({"Story", feel::Value::list(std::move(story)), nullptr});
  auto bytes = call.house.papers.case_file(one.id, "case_cover", std::move(names), call.today());
  if (!bytes) return tl::unexpected(bytes.error());
  Response response;
  response.content_type = "application/pdf";
  response.compressible = false;
  response.with("Content-Disposition",
                "inline; filename*=UTF-8''" + percent_encoded("样本-卷宗-" + one.number + ".pdf"));
  response.body = std::move(*bytes);
  return response;
}

// What anybody may check with a paper in hand: that it was issued, to whom, and whether it holds today.
base::Result<Response> get_public(Call& call) {
  auto paper = call.house.papers.find_by_number(call.parameter("number"));
  if (!paper) {
    if (paper.error().code != base::ErrorCode::NotFound) return tl::unexpected(paper.error());
    return base::fail(
        base::ErrorCode::NotFound,
        "没有签发过编号为“" + std::string(call.parameter("number")) + "”的证照或文书，请核对编号。",
        "No paper numbered \"" + std::string(call.parameter("number")) + "\" was issued; check the number.",
        {.field = "number"});
  }
  const paper::Status status = paper->status_on(call.today());
  const pack::Label label = paper::labels_of(status);
  JsonWriter json;
  json.object()
      .member("number", paper->number)
      .labels("labels", paper->labels.zh, paper->labels.en)
      .member("status", paper::name_of(status));
  json.labels("status_labels", label.zh, label.en)
      .member("sample", paper->sample)
      .member_or_null("issuer", paper->issuer);
  json.member_or_null("holder", paper->holder)
      .member("issued", paper->issued_on)
      .member("valid_from", paper->valid_from)
      .member("valid_to", paper->valid_to);
  json.labels("statement", paper->statement.zh, paper->statement.en)
      .member("hash", paper->hash)
      .member("synthetic", call.house.synthetic);
  json.member("checked_on", call.today()).end_object();
  return Response::json(json.take());
}

base::Result<Response> get_papers(Call& call) {
  auto limit = call.limit(50, 200);
  auto before = id_of_cursor(call.query("cursor"));
  if (!limit) return tl::unexpected(limit.error());
  if (!before) return tl::unexpected(before.error());
  const auto own = call.viewer.own_files();
  paper::Query query;
  query.limit = *limit;
  query.before = *before;
  if (const std::string_view file = call.query("file"); !file.empty()) {
    auto id = parse_id(file, "file");
    if (!id) return tl::unexpected(id.error());
    query.file = *id;
  } else if (!own.empty()) {
    query.file = own.front();
  }
  auto papers = call.house.papers.list(query);
  if (!papers) return tl::unexpected(papers.error());
  auto total = call.house.papers.count(query);
  if (!total) return tl::unexpected(total.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const paper::Paper& paper : *papers) {
    if (may_see(call, paper)) write_paper(json, call, paper, titles);
  }
  const bool more = papers->size() == *limit;
  json.end_array().member_or_null("next_cursor",
                                  more ? cursor_of(static_cast<std::uint64_t>(papers->back().id)) : std::string{});
  json.member("total", *total).end_object();
  return Response::json(json.take());
}

}  // namespace

void add_papers(Router& router) {
  add_paper_templates(router);
  router.add(Method::Get, "/papers", Ability::SignedIn, get_papers);
  router.add(Method::Get, "/papers/{id}", Ability::SignedIn, get_paper);
  router.add(Method::Get, "/papers/{id}.pdf", Ability::SignedIn, get_pdf);
  router.add(Method::Get, "/papers/{id}.docx", Ability::SignedIn, get_docx);
  router.add(Method::Get, "/papers/{id}/versions", Ability::SignedIn, get_versions);
  router.add(Method::Get, "/cases/{id}/file.pdf", Ability::SignedIn, get_case_file);
  router.add(Method::Get, "/public/papers/{number}", Ability::Open, get_public);
}

}  // namespace yuanqu::api
