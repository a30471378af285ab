#include <algorithm>

#include "api/json_writer.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

using register_::RecordView;

base::Result<RecordView> read_current(Call& call, const register_::Kind& kind, std::int64_t record) {
  return call.house.records.read(call.viewer, kind, record, {call.today(), std::nullopt});
}

base::Result<Response> get_record(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto record = call.house.records.read(call.viewer, **kind, *id, *as_of);
  if (!record) return tl::unexpected(record.error());
  call.house.records.note_look(call.viewer, register_::LookKind::Record, record->file, record->id);
  const std::string tag = std::to_string(record->version);
  Titles titles(call);
  JsonWriter json;
  json.object();
  write_record_members(json, *record, titles);
  json.key("facts").array();
  for (const register_::FieldView& view : record->fields) write_fact(json, call, *record, view, titles);
  json.end_array().key("findings").array();
  for (const register_::Finding& finding : record->findings) write_finding(json, finding, **kind);
  json.end_array().end_object();
  return Response::json(json.take()).with("ETag", "\"" + tag + "\"");
}

std::string written_text(Call& call, const RecordView& record, const register_::Written& written,
                         journal::Position position) {
  Titles titles(call);
  JsonWriter json;
  json.object().member("id", Id{written.record}).member("version", written.version).member("position", position);
  json.member("changed", written.changed).key("findings").array();
  for (const register_::Finding& finding : written.findings) write_finding(json, finding, *record.kind);
  json.end_array().key("record");
  write_record(json, record, titles);
  json.end_object();
  return json.take();
}

// All faults in one sentence each; the first gives code and place.
base::Error together(const base::Error& first, const register_::Faults& faults) {
  base::Error error = first;
  if (faults.errors.size() < 2) return error;
  error = faults.errors.front();
  error.place.row = 0;
  for (std::size_t i = 1; i < faults.errors.size(); ++i) {
    error.zh += " " + faults.errors[i].zh;
    error.en += " " + faults.errors[i].en;
  }
  return error;
}

base::Result<Response> write_record_now(Call& call, register_::Write write, int status) {
  register_::Faults faults;
  const register_::Kind& kind = *write.kind;
  const std::int64_t seen = write.record;
  std::vector<register_::Write> writes;
  writes.push_back(std::move(write));
  auto reply = call.house.records.write(call.viewer, std::move(writes), call.request_key(), &faults);
  if (!reply) {
    if (reply.error().code == base::ErrorCode::Conflict && seen != 0) {
      // Both versions side by side: the sender has its own, this is the other.
      if (auto current = read_current(call, kind, seen)) {
        Titles titles(call);
        JsonWriter json;
        write_record(json, *current, titles);
        call.problem_extra = "\"current\":" + json.take();
      }
    } else {
      call.problem_extra = faults_member(faults);
    }
    return tl::unexpected(together(reply.error(), faults));
  }
  register_::Written& written = reply->written.front();
  // A repeated request gets the first answer: the record as it was then.
  const bool repeated = reply->committed.repeated;
  auto record =
      repeated ? call.house.records.read(call.viewer, kind, written.record, {call.today(), reply->committed.position})
               : read_current(call, kind, written.record);
  if (!record) return tl::unexpected(record.error());
  if (repeated) written.findings = record->findings;
  Response response = Response::json(written_text(call, *record, written, reply->committed.position), status);
  response.with("ETag", "\"" + std::to_string(written.version) + "\"");
  if (status == 201) response.with("Location", "/api/v1/records/" + kind.name + "/" + std::to_string(written.record));
  return response;
}

base::Result<Response> post_record(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  register_::Write write;
  write.kind = *kind;
  if (auto read = read_write(call, *body, write); !read) return tl::unexpected(read.error());
  return write_record_now(call, std::move(write), 201);
}

base::Result<Response> patch_record(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  register_::Write write;
  write.kind = *kind;
  write.record = *id;
  if (auto read = read_write(call, *body, write); !read) return tl::unexpected(read.error());
  if (std::string_view seen = call.request.header("if-match"); !seen.empty() && seen != "*") {
    if (seen.size() > 2 && seen.front() == '"') seen = seen.substr(1, seen.size() - 2);
    auto version = parse_id(seen, "If-Match");
    if (!version) {
      return base::fail(base::ErrorCode::Invalid, "If-Match 应为读取时 ETag 给出的版本。",
                        "If-Match must be the version the ETag gave.", {.field = "If-Match"});
    }
    write.version = *version;
  }
  return write_record_now(call, std::move(write), 200);
}

base::Result<Response> get_history(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto limit = call.limit(100, 1000);
  if (!limit) return tl::unexpected(limit.error());
  auto place = place_of_cursor(call.query("cursor"));
  if (!place) return tl::unexpected(place.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto changes = call.house.records.history(call.viewer, **kind, *id);
  if (!changes) return tl::unexpected(changes.error());
  if (as_of->known_at) std::erase_if(*changes, [&](const auto& change) { return change.sequence > *as_of->known_at; });
  std::sort(changes->begin(), changes->end(), [](const auto& a, const auto& b) { return a.sequence > b.sequence; });
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  std::size_t next = *place;
  for (; next < changes->size() && next < *place + *limit; ++next) write_change(json, call, (*changes)[next], titles);
  json.end_array().member_or_null("next_cursor", next < changes->size() ? cursor_of(next) : std::string{});
  json.member("total", changes->size()).end_object();
  return Response::json(json.take());
}

// A value that is shown masked, in clear, with the reason kept in the access log.
base::Result<Response> post_reveal(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto name = body->string_at("field");
  auto reason = body->string_at("reason");
  if (!name) return tl::unexpected(name.error());
  if (!reason) return tl::unexpected(reason.error());
  const register_::Field* field = (*kind)->field(std::string_view(*name));
  if (field == nullptr || reason->empty()) {
    return base::fail(base::ErrorCode::Invalid, "请写明要查看的字段与理由。", "Give the field to see and the reason.",
                      {.field = "field"});
  }
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto value = call.house.records.reveal(call.viewer, **kind, *id, *field, *as_of, *reason);
  if (!value) return tl::unexpected(value.error());
  Titles titles(call);
  JsonWriter json;
  json.object().member("field", field->name).key("value");
  write_value(json, *value, titles);
  json.end_object();
  return Response::json(json.take());
}

}  // namespace

void add_records(Router& router) {
  router.add(Method::Post, "/records/{kind}", Ability::Write, post_record);
  router.add(Method::Get, "/records/{kind}/{id}", Ability::SignedIn, get_record);
  router.add(Method::Patch, "/records/{kind}/{id}", Ability::Write, patch_record);
  router.add(Method::Get, "/records/{kind}/{id}/history", Ability::SignedIn, get_history);
  router.add(Method::Post, "/records/{kind}/{id}/reveal", Ability::SignedIn, post_reveal);
}

}  // namespace yuanqu::api
