// Templates of papers, and what one would look like: drawn over a record, never issued and never recorded.
#include "api/paper_templates.hpp"

#include "api/call.hpp"
#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "casework/casework.hpp"
#include "paper/papers.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

base::Result<void> ask_staff(const Call& call) {
  if (call.viewer.own_files().empty()) return {};
  return base::fail(base::ErrorCode::Forbidden, "文书模板由工作人员查看。",
                    "Templates of papers are for the zone's staff.");
}

// What a procedure puts beside the record, by name: a preview shows the name itself in its place.
void add_placeholders(const Call& call, feel::ContextScope& names) {
  const auto placeholder = [&](const std::string& name) {
    names.set({name, feel::Value("〔" + name + "〕"), nullptr});
  };
  for (const auto& [id, procedure] : call.house.casework.procedures().all()) {
    for (const bpmn::Node& node : procedure->process.nodes) {
      for (const bpmn::Mapping& output : node.outputs) placeholder(output.name);
      for (const bpmn::Mapping& input : node.inputs) placeholder(input.name);
    }
    auto form = call.house.casework.start_form(*procedure);
    if (!form || form->empty()) continue;
    auto schema = Json::parse(*form);
    const Json* fields = schema ? schema->find("properties") : nullptr;
    if (fields == nullptr) continue;
    for (const Json::Member& field : fields->members()) placeholder(field.first);
  }
}

base::Result<Response> get_paper_templates(Call& call) {
  if (auto may = ask_staff(call); !may) return tl::unexpected(may.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const auto& [id, paper] : call.house.papers.templates().papers()) {
    json.object()
        .member("id", id)
        .labels("labels", paper.labels.zh, paper.labels.en)
        .member("series", paper.series)
        .member_or_null("word", paper.word)
        .member("place", paper.place)
        .end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_preview(Call& call) {
  if (auto may = ask_staff(call); !may) return tl::unexpected(may.error());
  auto record = parse_id(call.query("record"), "record");
  if (!record) return tl::unexpected(record.error());
  auto state = call.house.records.state(*record);
  if (!state) return tl::unexpected(state.error());
  const register_::Kind* kind = *state ? call.house.records.catalogue().kind((*state)->kind) : nullptr;
  if (kind == nullptr || call.viewer.reach(*kind, register_::FieldClass::Internal) != register_::Reach::All) {
    return base::fail(base::ErrorCode::NotFound, "没有这条记录，或您的岗位不能查看。",
                      "There is no such record, or your post may not see it.", {.field = "record"});
  }
  feel::ContextScope names;
  add_placeholders(call, names);
  names.set({"Today", feel::Value(call.today()), nullptr});
  std::vector<feel::Entry> sample;
  for (const char* name : {"number", "title", "procedure", "outcome"})
    sample.push_back({feel::String(name), feel::Value(std::string("〔") + name + "〕")});
  for (const char* name : {"opened on", "due on", "closed on"})
    sample.push_back({feel::String(name), feel::Value(call.today())});
  names.set({"Case", feel::Value::context(std::move(sample)), nullptr});
  for (const char* name : {"Papers", "Story"}) names.set({name, feel::Value::list({}), nullptr});
  if (auto subject = call.house.population.subject_value(*record, call.today())) names.set(std::move(*subject));
  auto bytes = call.house.papers.preview(call.parameter("id"), std::move(names), call.today());
  if (!bytes) return tl::unexpected(bytes.error());
  call.house.records.note_look(call.viewer, register_::LookKind::Record, (*state)->file, *record);
  Response response;
  response.content_type = "application/pdf";
  response.compressible = false;
  response.with("Cache-Control", "no-store").with("Content-Disposition", "inline; filename=preview.pdf");
  response.body = std::move(*bytes);
  return response;
}

}  // namespace

void add_paper_templates(Router& router) {
  router.add(Method::Get, "/paper-templates", Ability::SignedIn, get_paper_templates);
  router.add(Method::Get, "/paper-templates/{id}/preview.pdf", Ability::SignedIn, get_preview);
}

}  // namespace yuanqu::api
