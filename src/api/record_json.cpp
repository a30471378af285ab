#include "api/record_json.hpp"

#include "api/value_json.hpp"

namespace yuanqu::api {

using register_::Field;
using register_::FieldView;
using register_::NullReason;
using register_::RecordView;

std::string_view source_name(const Call& call, register_::SourceNumber number) {
  const register_::Source* source = number == 0 ? nullptr : call.house.records.catalogue().source(number);
  return source == nullptr ? std::string_view{} : std::string_view(source->name);
}

void write_record_members(JsonWriter& json, const RecordView& record, Titles& titles) {
  json.member("id", Id{record.id}).member("kind", record.kind->name).member("title", record.title);
  json.member_or_null("file", Id{record.file}).member("version", record.version);
  json.member("status", record.alias_of != 0 ? "merged" : record.closed ? "closed" : "open");
  json.key("values").object();
  for (const FieldView& view : record.fields) {
    json.key(view.field->name);
    write_value(json, view.value, titles);
  }
  json.end_object();
  json.key("masked").array();
  for (const FieldView& view : record.fields) {
    if (view.masked) json.value(view.field->name);
  }
  json.end_array().key("withheld").array();
  // The readable fields come in the catalogue's order, so one walk over both finds those left out.
  std::size_t next = 0;
  for (const Field& field : record.kind->fields) {
    if (next < record.fields.size() && record.fields[next].field == &field) {
      ++next;
    } else {
      json.value(field.name);
    }
  }
  json.end_array();
}

void write_record(JsonWriter& json, const RecordView& record, Titles& titles) {
  json.object();
  write_record_members(json, record, titles);
  json.end_object();
}

void write_finding(JsonWriter& json, const register_::Finding& finding, const register_::Kind& kind) {
  const Field* field = finding.field == 0 ? nullptr : kind.field(finding.field);
  json.object().member("code", finding.code).member("zh", finding.zh).member("en", finding.en);
  json.member_or_null("field", field == nullptr ? std::string_view{} : std::string_view(field->name)).end_object();
}

void write_fact(JsonWriter& json, const Call& call, const RecordView& record, const FieldView& view, Titles& titles) {
  json.object().member("field", view.field->name).key("value");
  write_value(json, view.value, titles);
  const bool there = view.source != 0;
  json.member_or_null("source", source_name(call, view.source));
  json.key("effective_from");
  if (there) {
    json.value(view.effective_from);
  } else {
    json.null();
  }
  json.key("recorded_at");
  if (there) {
    json.instant(view.recorded_at_ms);
  } else {
    json.null();
  }
  json.member_or_null("reason",
                      view.null_reason == NullReason::None ? std::string_view{} : register_::name_of(view.null_reason));
  json.member("masked", view.masked).member("may_reveal", view.may_reveal).member("position", view.sequence);
  if (view.until) json.member("until", *view.until);
  json.key("others").array();
  for (const FieldView::Other& other : view.others) {
    json.object().member("source", source_name(call, other.source)).key("value");
    write_value(json, other.value, titles);
    json.member("effective_from", other.effective_from)
        .key("recorded_at")
        .instant(other.recorded_at_ms)
        .member("stale", other.stale)
        .end_object();
  }
  json.end_array().key("finding");
  for (const register_::Finding& finding : record.findings) {
    if (finding.field == view.field->number) {
      write_finding(json, finding, *record.kind);
      json.end_object();
      return;
    }
  }
  json.null().end_object();
}

void write_change(JsonWriter& json, Call& call, const register_::ChangeView& change, Titles& titles) {
  json.object().member("position", change.sequence).member("operation", journal::name_of(change.operation));
  json.key("recorded_at").instant(change.recorded_at_ms).member("effective_from", change.effective_from);
  json.member("source", source_name(call, change.source));
  const auto actor =
      change.actor == 0 ? base::Result<std::optional<register_::Account>>{} : call.house.accounts.find(change.actor);
  json.member("actor", actor && *actor ? (*actor)->shown_name : std::string{});
  json.member("voided", change.voided)
      .member_or_null("reason", change.reason)
      .member_or_null("batch", Id{change.batch});
  json.member("record", Id{change.record}).member("kind", change.kind == nullptr ? std::string{} : change.kind->name);
  json.key("values").object();
  for (const register_::FieldWrite& written : change.values) {
    const Field* field = change.kind == nullptr ? nullptr : change.kind->field(written.field);
    if (field == nullptr) continue;
    json.key(field->name);
    write_value(json, written.value, titles);
  }
  json.end_object().key("before").object();
  for (std::size_t i = 0; i < change.values.size() && i < change.before.size(); ++i) {
    const Field* field = change.kind == nullptr ? nullptr : change.kind->field(change.values[i].field);
    if (field == nullptr) continue;
    json.key(field->name);
    write_value(json, change.before[i], titles);
  }
  json.end_object().key("voids").array();
  for (const register_::Position sequence : change.voids) json.value(sequence);
  json.end_array().key("into");
  if (change.into == 0) {
    json.null();
  } else {
    write_reference(json, change.into, titles);
  }
  json.member("erased", change.erased).member("title", titles.of(change.record)).end_object();
}

std::string faults_member(const register_::Faults& faults) {
  if (faults.empty()) return {};
  JsonWriter json;
  json.array();
  for (const base::Error& fault : faults.errors) {
    json.object();
    if (fault.place.row != 0) json.member("row", fault.place.row);
    json.member("field", fault.place.field).member("zh", fault.zh).member("en", fault.en).end_object();
  }
  json.end_array();
  return "\"faults\":" + json.take();
}

namespace {

base::Result<register_::SourceNumber> read_source(const Call& call, const Json& body) {
  const register_::Catalogue& catalogue = call.house.records.catalogue();
  auto name = body.string_at("source");
  if (!name) return tl::unexpected(name.error());
  if (name->empty()) {
    return base::fail(base::ErrorCode::Invalid, "请写明来源 source。", "Name the source.", {.field = "source"});
  }
  const register_::Source* source = catalogue.source(*name);
  if (source == nullptr) {
    return base::fail(base::ErrorCode::Invalid, "没有“" + *name + "”这个来源，可用的来源见 /catalogue。",
                      "There is no source \"" + *name + "\"; GET /catalogue lists them.", {.field = "source"});
  }
  return source->number;
}

}  // namespace

base::Result<void> read_operation(const Call& call, const Json& body, register_::Write& write) {
  auto source = read_source(call, body);
  if (!source) return tl::unexpected(source.error());
  write.source = *source;
  auto text = body.string_at("effective_from");
  if (!text) return tl::unexpected(text.error());
  auto effective = parse_day(*text, "effective_from");
  if (!effective) return tl::unexpected(effective.error());
  write.effective_from = effective->value_or(call.today());
  auto reason = body.string_at("reason");
  if (!reason) return tl::unexpected(reason.error());
  if (reason->empty()) {
    return base::fail(base::ErrorCode::Invalid, "请写明理由 reason：它和变动一起留存。",
                      "Give the reason; it stays with the change.", {.field = "reason"});
  }
  write.reason = std::move(*reason);
  return {};
}

base::Result<void> read_write(const Call& call, const Json& body, register_::Write& write) {
  auto source = read_source(call, body);
  if (!source) return tl::unexpected(source.error());
  write.source = *source;
  auto effective_text = body.string_at("effective_from");
  if (!effective_text) return tl::unexpected(effective_text.error());
  auto effective = parse_day(*effective_text, "effective_from");
  if (!effective) return tl::unexpected(effective.error());
  if (!*effective) {
    return base::fail(base::ErrorCode::Invalid, "请写明生效日期 effective_from：这个值从哪一天起成立。",
                      "Give effective_from: the day since which this is so.", {.field = "effective_from"});
  }
  write.effective_from = **effective;
  auto reason = body.string_at("reason");
  if (!reason) return tl::unexpected(reason.error());
  write.reason = std::move(*reason);
  const Json* values = body.find("values");
  if (values == nullptr || !values->is(Json::Type::Object)) {
    return base::fail(base::ErrorCode::Invalid, "请在 values 中给出字段与值。", "Give fields and values in values.",
                      {.field = "values"});
  }
  std::optional<base::Error> faults;
  for (const auto& [name, value] : values->members()) {
    const Field* field = write.kind->field(std::string_view(name));
    base::Result<register_::Value> read =
        field != nullptr
            ? read_value(*field, value)
            : base::Result<register_::Value>(base::fail(base::ErrorCode::Invalid, "没有字段“" + name + "”。",
                                                        "There is no field \"" + name + "\".", {.field = name}));
    if (read) {
      write.values.push_back({field->number, std::move(*read)});
    } else if (!faults) {
      faults = read.error();
    } else {
      faults->zh += " " + read.error().zh;
      faults->en += " " + read.error().en;
    }
  }
  if (faults) return tl::unexpected(*faults);
  return {};
}

}  // namespace yuanqu::api
