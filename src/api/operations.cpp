// What happens to a record besides being written: close and reopen, void a change, merge and undo it, erase personal
// data.

#include "api/json_writer.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

using journal::Operation;
using register_::MergePreview;
using register_::RecordView;

struct Named {
  const register_::Kind* kind = nullptr;
  std::int64_t record = 0;
};

base::Result<Named> named(const Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  return Named{*kind, *id};
}

base::Result<void> read_changes(const Json& body, register_::Write& write) {
  const Json* list = body.find("changes");
  if (list == nullptr || !list->is(Json::Type::Array) || list->items().empty()) {
    return base::fail(base::ErrorCode::Invalid, "请在 changes 中写明撤回哪些变动（position）。",
                      "Say in changes which changes (positions) to take back.", {.field = "changes"});
  }
  for (const Json& one : list->items()) {
    auto position = parse_id(one.text(), "changes");
    if (!position) return tl::unexpected(position.error());
    write.voided.push_back(*position);
  }
  return {};
}

base::Result<void> read_fields(const Json& body, register_::Write& write) {
  const Json* list = body.find("fields");
  if (list == nullptr || !list->is(Json::Type::Array) || list->items().empty()) {
    return base::fail(base::ErrorCode::Invalid, "请在 fields 中写明删除哪些字段的内容。",
                      "Say in fields what to erase.", {.field = "fields"});
  }
  for (const Json& one : list->items()) {
    const register_::Field* field = write.kind->field(std::string_view(one.text()));
    if (field == nullptr) {
      return base::fail(base::ErrorCode::Invalid, "没有字段“" + one.text() + "”。",
                        "There is no field \"" + one.text() + "\".", {.field = "fields"});
    }
    if (field->field_class != register_::FieldClass::Personal) {
      return base::fail(
          base::ErrorCode::Invalid, "“" + field->labels.zh + "”不是个人信息，不能删除；请清空或撤回。",
          "“" + field->labels.en + "” is no personal data and cannot be erased; clear it or take it back.",
          {.field = field->name});
    }
    write.values.push_back({field->number, {}});
  }
  return {};
}

base::Result<Response> operate(Call& call, Operation operation) {
  auto target = named(call);
  if (!target) return tl::unexpected(target.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  register_::Write write{.operation = operation, .kind = target->kind, .record = target->record};
  if (auto read = read_operation(call, *body, write); !read) return tl::unexpected(read.error());
  if (operation == Operation::Merge) {
    auto into = body->integer_at("into");
    if (!into) return tl::unexpected(into.error());
    write.into = into->value_or(0);
  }
  if (operation == Operation::Void) {
    if (auto read = read_changes(*body, write); !read) return tl::unexpected(read.error());
  }
  if (operation == Operation::Erase) {
    if (auto read = read_fields(*body, write); !read) return tl::unexpected(read.error());
  }
  if (std::string_view seen = call.request.header("if-match"); seen.size() > 2 && seen.front() == '"') {
    auto version = parse_id(seen.substr(1, seen.size() - 2), "If-Match");
    if (!version) return tl::unexpected(version.error());
    write.version = *version;
  }
  auto reply = call.house.records.write(call.viewer, {std::move(write)}, call.request_key());
  if (!reply) return tl::unexpected(reply.error());
  const register_::Written& written = reply->written.front();
  auto record = call.house.records.read(call.viewer, *target->kind, target->record, {call.today(), std::nullopt});
  if (!record) return tl::unexpected(record.error());
  Titles titles(call);
  JsonWriter json;
  json.object().member("id", Id{written.record}).member("version", written.version);
  json.member("position", reply->committed.position).member("changed", written.changed).key("findings").array();
  for (const register_::Finding& finding : written.findings) write_finding(json, finding, *target->kind);
  json.end_array().key("record");
  write_record(json, *record, titles);
  json.end_object();
  return Response::json(json.take()).with("ETag", "\"" + std::to_string(written.version) + "\"");
}

base::Result<Response> get_merge(Call& call) {
  auto target = named(call);
  if (!target) return tl::unexpected(target.error());
  auto into = parse_id(call.query("into"), "into");
  if (!into) return tl::unexpected(into.error());
  auto preview = call.house.records.preview_merge(call.viewer, *target->kind, target->record, *into, call.today());
  if (!preview) return tl::unexpected(preview.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("record");
  write_record(json, preview->record, titles);
  json.key("into");
  write_record(json, preview->into, titles);
  json.key("differences").array();
  for (const MergePreview::Difference& one : preview->differences) {
    json.object().member("field", one.field->name).key("record");
    write_value(json, one.record, titles);
    json.key("into");
    write_value(json, one.into, titles);
    json.end_object();
  }
  json.end_array().key("children").array();
  for (const MergePreview::Children& one : preview->children) {
    json.object().member("kind", one.kind->name).member("count", one.count).key("same_key").array();
    for (const auto& [own, other] : one.same_key) {
      json.object().key("record");
      write_reference(json, own, titles);
      json.key("into");
      write_reference(json, other, titles);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_similar(Call& call) {
  auto target = named(call);
  if (!target) return tl::unexpected(target.error());
  auto found = call.house.records.similar(call.viewer, *target->kind, target->record, call.today());
  if (!found) return tl::unexpected(found.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const std::int64_t one : *found) {
    auto record = call.house.records.read(call.viewer, *target->kind, one, {call.today(), std::nullopt});
    if (record && record->alias_of == 0) write_record(json, *record, titles);
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_operations(Router& router) {
  for (const auto& [name, operation] :
       {std::pair{"close", Operation::Close}, std::pair{"reopen", Operation::Reopen},
        std::pair{"void", Operation::Void}, std::pair{"merge", Operation::Merge},
        std::pair{"unmerge", Operation::Unmerge}, std::pair{"erase", Operation::Erase}}) {
    router.add(Method::Post, "/records/{kind}/{id}/" + std::string(name), Ability::Write,
               [operation = operation](Call& call) { return operate(call, operation); });
  }
  router.add(Method::Get, "/records/{kind}/{id}/merge", Ability::SignedIn, get_merge);
  router.add(Method::Get, "/records/{kind}/{id}/similar", Ability::SignedIn, get_similar);
}

}  // namespace yuanqu::api
