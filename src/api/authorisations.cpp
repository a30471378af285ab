#include <algorithm>

#include "api/json_writer.hpp"
#include "api/page_settings.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

using register_::Field;
using register_::Value;

base::Result<const AuthorisationSettings*> settings_of(const Call& call) {
  if (!call.house.pages.authorisations ||
      call.viewer.reach(*call.house.pages.authorisations->kind) == register_::Reach::None) {
    return base::fail(base::ErrorCode::NotFound, "本区没有启用常年授权，或您的岗位不能查看。",
                      "Standing authorisations are not installed here, or your post may not see them.");
  }
  return &*call.house.pages.authorisations;
}

const Value* value_of(const register_::RecordView& record, const Field* field) {
  if (field == nullptr) return nullptr;
  for (const register_::FieldView& view : record.fields) {
    if (view.field == field) return &view.value;
  }
  return nullptr;
}

void write_member(JsonWriter& json, std::string_view name, const register_::RecordView& record, const Field* field,
                  Titles& titles) {
  json.key(name);
  const Value* value = value_of(record, field);
  if (value == nullptr) {
    json.null();
  } else {
    write_value(json, *value, titles);
  }
}

void write_authorisation(JsonWriter& json, const Call& call, const AuthorisationSettings& settings,
                         const register_::RecordView& record, Titles& titles) {
  json.object().member("id", Id{record.id}).member("title", record.title);
  json.key(settings.file->to);
  write_reference(json, record.file, titles);
  write_member(json, "covers", record, settings.covers, titles);
  write_member(json, "given_on", record, settings.given_on, titles);
  write_member(json, "given_by", record, settings.given_by, titles);
  write_member(json, "until", record, settings.until, titles);
  write_member(json, "revoked_on", record, settings.revoked_on, titles);
  const Value* until = value_of(record, settings.until);
  const Value* revoked = value_of(record, settings.revoked_on);
  const base::Date today = call.today();
  const bool over = until != nullptr && until->type() == register_::ValueType::Date && until->as_date() < today;
  const bool off = revoked != nullptr && revoked->type() == register_::ValueType::Date && revoked->as_date() <= today;
  json.member("in_force", !over && !off && !record.closed).key("values").object();
  for (const register_::FieldView& view : record.fields) {
    json.key(view.field->name);
    write_value(json, view.value, titles);
  }
  json.end_object().end_object();
}

base::Result<std::vector<std::int64_t>> files_asked(Call& call, const std::string& owner) {
  if (const std::string_view file = call.query(owner); !file.empty()) {
    auto id = parse_id(file, owner);
    if (!id) return tl::unexpected(id.error());
    return std::vector{*id};
  }
  const auto own = call.viewer.own_files();
  return std::vector<std::int64_t>(own.begin(), own.end());
}

base::Result<Response> get_authorisations(Call& call) {
  auto settings = settings_of(call);
  if (!settings) return tl::unexpected(settings.error());
  auto files = files_asked(call, (*settings)->file->to);
  if (!files) return tl::unexpected(files.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  std::size_t total = 0;
  for (const std::int64_t file : *files) {
    auto states = call.house.records.states_of_file(file);
    if (!states) return tl::unexpected(states.error());
    std::sort(states->begin(), states->end(), [](const auto& a, const auto& b) { return a.id > b.id; });
    for (const register_::RecordState& state : *states) {
      if (state.kind != (*settings)->kind->number || state.alias_of != 0) continue;
      const auto record =
          call.house.records.read(call.viewer, *(*settings)->kind, state.id, {call.today(), std::nullopt});
      if (!record) continue;
      write_authorisation(json, call, **settings, *record, titles);
      ++total;
    }
  }
  json.end_array().member_null("next_cursor").member("total", total).end_object();
  return Response::json(json.take());
}

// The code of the record a request names, by the way the pack gives: a reference, then the code.
base::Result<std::string> covered_code(Call& call, const AuthorisationSettings& settings, std::int64_t record,
                                       std::int64_t& file) {
  const base::Date today = call.today();
  std::int64_t at = record;
  for (const Field* step : settings.covered_code) {
    auto state = call.house.records.state(at);
    if (!state) return tl::unexpected(state.error());
    if (!*state) break;
    if (at == record) {
      if ((*state)->kind != settings.covered_kind->number ||
          !call.viewer.may_know(*settings.covered_kind, (*state)->file))
        break;
      file = (*state)->file;
    }
    const register_::Reading reading = register_::read_plain(**state, *step, today);
    const Value& value = reading.value();
    if (step->type != register_::FieldType::Reference) return value.is_null() ? std::string{} : value.to_text();
    at = value.is_null() ? 0 : value.as_reference();
    if (at == 0) break;
  }
  return base::fail(base::ErrorCode::NotFound, "没有这份证照，或它没有种类，无法授权。",
                    "There is no such record, or it has no type to authorise for.",
                    {.field = settings.covered_kind->name});
}

base::Result<Response> written_response(Call& call, const AuthorisationSettings& settings,
                                        const register_::WriteReply& reply, int status) {
  auto record =
      call.house.records.read(call.viewer, *settings.kind, reply.written.front().record, {call.today(), std::nullopt});
  if (!record) return tl::unexpected(record.error());
  call.house.settle();
  Titles titles(call);
  JsonWriter json;
  write_authorisation(json, call, settings, *record, titles);
  return Response::json(json.take(), status);
}

base::Result<Response> post_authorisation(Call& call) {
  auto found = settings_of(call);
  if (!found) return tl::unexpected(found.error());
  const AuthorisationSettings& settings = **found;
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto file = body->integer_at(settings.file->to);
  if (!file) return tl::unexpected(file.error());
  std::int64_t owner = file->value_or(call.viewer.own_files().empty() ? 0 : call.viewer.own_files().front());
  std::vector<Value> covers;
  if (settings.covered_kind != nullptr) {
    auto record = body->integer_at(settings.covered_kind->name);
    if (!record) return tl::unexpected(record.error());
    if (*record) {
      auto code = covered_code(call, settings, **record, owner);
      if (!code) return tl::unexpected(code.error());
      covers.push_back(Value::string(*code));
    }
  }
  if (const Json* codes = body->find("covers")) {
    for (const Json& code : codes->items()) covers.push_back(Value::string(code.text()));
  }
  if (owner == 0 || (settings.covers != nullptr && covers.empty())) {
    return base::fail(base::ErrorCode::Invalid, "请写明是哪家企业、对哪种证照授权。",
                      "Say which enterprise authorises, and for which type.");
  }
  auto until_text = body->string_at("until");
  if (!until_text) return tl::unexpected(until_text.error());
  auto until = parse_day(*until_text, "until");
  if (!until) return tl::unexpected(until.error());
  register_::Write write;
  write.kind = settings.kind;
  write.source = settings.source->number;
  write.effective_from = call.today();
  write.reason = "常年授权";
  write.values.push_back({settings.file->number, Value::reference(owner)});
  if (settings.number != nullptr) {
    write.values.push_back(
        {settings.number->number, Value::string(settings.number_prefix + std::to_string(call.house.journal.new_id()))});
  }
  if (settings.covers != nullptr) write.values.push_back({settings.covers->number, Value::list(std::move(covers))});
  write.values.push_back({settings.given_on->number, Value::date(call.today())});
  if (settings.until != nullptr && *until) write.values.push_back({settings.until->number, Value::date(**until)});
  if (const Json* scan = body->find("scan"); scan != nullptr && !scan->is_null() && settings.paper != nullptr) {
    auto value = read_value(*settings.paper, *scan);
    if (!value) return tl::unexpected(value.error());
    write.values.push_back({settings.paper->number, std::move(*value)});
  }
  auto reply = call.house.records.write(call.viewer, {std::move(write)}, call.request_key());
  if (!reply) return tl::unexpected(reply.error());
  return written_response(call, settings, *reply, 201);
}

base::Result<Response> delete_authorisation(Call& call) {
  auto found = settings_of(call);
  if (!found) return tl::unexpected(found.error());
  const AuthorisationSettings& settings = **found;
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  register_::Write write;
  write.kind = settings.kind;
  write.record = *id;
  write.source = settings.source->number;
  write.effective_from = call.today();
  write.reason = "撤回授权";
  write.values.push_back({settings.revoked_on->number, Value::date(call.today())});
  auto reply = call.house.records.write(call.viewer, {std::move(write)}, call.request_key());
  if (!reply) return tl::unexpected(reply.error());
  return written_response(call, settings, *reply, 200);
}

}  // namespace

void add_authorisations(Router& router) {
  router.add(Method::Get, "/authorisations", Ability::SignedIn, get_authorisations);
  router.add(Method::Post, "/authorisations", Ability::Write, post_authorisation);
  router.add(Method::Delete, "/authorisations/{id}", Ability::Write, delete_authorisation);
}

}  // namespace yuanqu::api
