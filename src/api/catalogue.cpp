#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "http/static_files.hpp"

namespace yuanqu::api {
namespace {

using register_::Field;
using register_::FieldType;
using register_::Kind;

void write_labels_or_null(JsonWriter& json, std::string_view name, const pack::Label& label) {
  if (label.zh.empty() && label.en.empty()) {
    json.member_null(name);
  } else {
    json.labels(name, label.zh, label.en);
  }
}

std::string period_text(const register_::Period& period) {
  std::string text = "P";
  if (period.months != 0) text += std::to_string(period.months) + "M";
  if (period.days != 0 || period.months == 0) text += std::to_string(period.days) + "D";
  return text;
}

std::string_view name_of(register_::FieldCheck check) {
  switch (check) {
    case register_::FieldCheck::None: break;
    case register_::FieldCheck::CreditCode: return "uscc";
    case register_::FieldCheck::Industry: return "gb4754";
    case register_::FieldCheck::Region: return "gb2260";
  }
  return {};
}

void write_field(JsonWriter& json, const Call& call, const Kind& kind, const Field& field) {
  json.object().member("number", field.number).member("name", field.name).member("feel", field.feel);
  json.labels("labels", field.labels.zh, field.labels.en)
      .member("type", register_::name_of(field.type))
      .member("required", field.required);
  json.member("class", register_::name_of(field.field_class));
  json.member("readable", call.viewer.reach(kind, field) != register_::Reach::None);
  json.key("aliases").array();
  for (const std::string& alias : field.aliases) json.value(alias);
  json.end_array();
  write_labels_or_null(json, "definition", field.definition);
  json.member_or_null("example", field.example);
  json.member_or_null("unit", field.unit).member_or_null("currency", field.currency);
  const bool numeric = field.type == FieldType::Number || field.type == FieldType::Money;
  json.key("scale");
  if (numeric) {
    json.value(field.scale);
  } else {
    json.null();
  }
  json.member("minimum", field.minimum).member("maximum", field.maximum);
  json.member_or_null("pattern", field.pattern_text).member_or_null("check", name_of(field.check));
  if (!field.values.empty()) {
    json.key("values").array();
    for (const register_::EnumerationValue& value : field.values) {
      json.object().member("code", value.code).labels("labels", value.labels.zh, value.labels.en).end_object();
    }
    json.end_array();
  }
  json.member_or_null("to", field.to);
  json.member_or_null("of", field.type == FieldType::List ? register_::name_of(field.item_type) : std::string_view{});
  json.key("sources").array();
  for (const register_::SourceNumber number : field.sources) {
    if (const register_::Source* source = call.house.records.catalogue().source(number)) json.value(source->name);
  }
  json.end_array();
  if (!field.formats.empty()) {
    json.member("size_max", field.size_max).key("formats").array();
    for (const std::string& format : field.formats) json.value(format);
    json.end_array();
  }
  if (field.fresh_for) json.member("fresh_for", period_text(*field.fresh_for));
  if (field.tolerance) json.member("tolerance", *field.tolerance);
  json.end_object();
}

void write_kind(JsonWriter& json, const Call& call, const Kind& kind) {
  json.object().member("kind", kind.name).member("number", kind.number);
  json.key("feel").object().member("name", kind.feel_name).member("plural", kind.feel_plural).end_object();
  json.labels("labels", kind.labels.zh, kind.labels.en).member("opens_file", kind.opens_file);
  const Field* parent = kind.belongs_to == 0 ? nullptr : kind.field(kind.belongs_to);
  json.member_or_null("belongs_to", parent == nullptr ? std::string_view{} : std::string_view(parent->to));
  const Field* title = kind.field(kind.title);
  json.member("title", title == nullptr ? std::string{} : title->name);
  json.key("keys").array();
  for (const auto& key : kind.keys) {
    json.array();
    for (const register_::FieldNumber number : key) json.value(kind.field(number)->name);
    json.end_array();
  }
  json.end_array().member("pack", kind.pack);
  bool may_write = false;
  for (const Field& field : kind.fields) {
    for (const register_::SourceNumber source : field.sources) {
      may_write = may_write || call.viewer.may_write(kind, field, 0, source);
    }
  }
  json.member("may_write", may_write);
  json.key("fields").array();
  for (const Field& field : kind.fields) write_field(json, call, kind, field);
  json.end_array().end_object();
}

base::Result<Response> get_catalogue(Call& call) {
  const register_::Catalogue& catalogue = call.house.records.catalogue();
  JsonWriter json;
  json.object().key("kinds").array();
  for (const Kind* kind : catalogue.kinds()) {
    if (!kind->system && call.viewer.reach(*kind) != register_::Reach::None) write_kind(json, call, *kind);
  }
  json.end_array().key("sources").array();
  for (const register_::Source& source : catalogue.sources()) {
    json.object()
        .member("name", source.name)
        .member("number", source.number)
        .labels("labels", source.labels.zh, source.labels.en)
        .end_object();
  }
  json.end_array().key("packs").array();
  for (const pack::Pack& pack : call.house.packs.packs()) {
    json.object().member("name", pack.name()).member("version", pack.manifest().version);
    json.labels("labels", pack.manifest().labels.zh, pack.manifest().labels.en)
        .member("hash", pack.hash())
        .end_object();
  }
  json.end_array();
  write_decisions(json, call);
  write_services(json, call);
  json.end_object();
  const std::string text = json.take();
  const std::string tag = http::short_hash(text);
  if (matches_tag(call.request.header("if-none-match"), tag)) {
    Response unchanged = Response::empty(304);
    return unchanged.with("ETag", "\"" + tag + "\"").with("Cache-Control", "private, no-cache");
  }
  return Response::json(text).with("ETag", "\"" + tag + "\"").with("Cache-Control", "private, no-cache");
}

}  // namespace

void add_catalogue(Router& router) { router.add(Method::Get, "/catalogue", Ability::SignedIn, get_catalogue); }

}  // namespace yuanqu::api
