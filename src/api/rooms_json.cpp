#include "api/rooms_json.hpp"

#include <algorithm>

#include "api/value_json.hpp"
#include "population/population.hpp"

namespace yuanqu::api {

std::int64_t working_days_left(const Call& call, base::Date day) {
  return call.house.population.calendar()->days.working_days_between(call.today(), day).days;
}

void write_label_or_null(JsonWriter& json, std::string_view name, const pack::Label& label) {
  if (label.zh.empty() && label.en.empty()) {
    json.member_null(name);
  } else {
    json.labels(name, label.zh.empty() ? label.en : label.zh, label.en.empty() ? label.zh : label.en);
  }
}

base::Result<std::int64_t> id_of_cursor(std::string_view cursor) {
  auto place = place_of_cursor(cursor);
  if (!place) return tl::unexpected(place.error());
  return static_cast<std::int64_t>(*place);
}

namespace {

void write_reference_or_null(JsonWriter& json, std::string_view name, std::int64_t record, Titles& titles) {
  json.key(name);
  if (record == 0) {
    json.null();
  } else {
    write_reference(json, record, titles);
  }
}

void write_days_left(JsonWriter& json, const Call& call, const std::optional<base::Date>& due, bool open) {
  json.key("working_days_left");
  if (due && open) {
    json.value(working_days_left(call, *due));
  } else {
    json.null();
  }
}

// The two records a duty is about, where it is about whether they are one, the viewer reads both, and nobody has merged
// them.
struct Pair {
  const register_::Kind* kind = nullptr;
  std::int64_t record = 0, into = 0;
};

std::optional<Pair> pair_of(Call& call, const duty::Duty& duty) {
  if (duty.item == nullptr || !duty.item->merge || !duty::is_open(duty.state)) return std::nullopt;
  const auto view = call.house.records.read(call.viewer, *duty.item->decision->kind, duty.subject, {call.today(), {}});
  if (!view) return std::nullopt;
  Pair pair;
  for (const register_::FieldView& field : view->fields) {
    if (field.masked || field.value.type() != register_::ValueType::Reference) continue;
    if (field.field->number == duty.item->merge->record) pair.record = field.value.as_reference();
    if (field.field->number == duty.item->merge->into) pair.into = field.value.as_reference();
  }
  for (const std::int64_t id : {pair.record, pair.into}) {
    const auto state = id == 0 ? base::Result<std::optional<register_::RecordState>>{} : call.house.records.state(id);
    if (!state || !*state || (*state)->alias_of != 0) return std::nullopt;
    pair.kind = call.house.records.catalogue().kind((*state)->kind);
    if (pair.kind == nullptr || !call.viewer.may_know(*pair.kind, (*state)->file)) return std::nullopt;
  }
  return pair;
}

void write_pair(JsonWriter& json, Call& call, const duty::Duty& duty, Titles& titles) {
  json.key("merge");
  const auto pair = pair_of(call, duty);
  if (!pair) {
    json.null();
    return;
  }
  json.object().member("kind", pair->kind->name).key("record");
  write_reference(json, pair->record, titles);
  json.key("into");
  write_reference(json, pair->into, titles);
  json.end_object();
}

}  // namespace

void write_duty(JsonWriter& json, Call& call, const duty::Duty& duty, Titles& titles) {
  const duty::ServiceItem* item = duty.item;
  const bool open = duty::is_open(duty.state);
  json.object().member("id", Id{duty.id}).member("service", item == nullptr ? std::string{} : item->name);
  json.labels("labels", item == nullptr ? "" : item->labels.zh, item == nullptr ? "" : item->labels.en);
  json.member("calls_for", item == nullptr ? std::string_view("notify") : duty::name_of(item->calls_for))
      .member("state", duty::name_of(duty.state));
  write_reference_or_null(json, "subject", duty.subject, titles);
  write_reference_or_null(json, "file", duty.file, titles);
  json.member("occurrence", duty.occurrence)
      .member("created", duty.created_on)
      .member("due", duty.due_on)
      .member("expires", duty.expires_on);
  write_days_left(json, call, duty.due_on, open);
  json.member("late", open && duty.due_on && *duty.due_on < call.today());
  write_label_or_null(json, "title", duty.title);
  write_label_or_null(json, "reason", duty.why);
  json.key("outcome");
  if (item == nullptr || item->decision == nullptr) {
    json.null();
  } else {
    json.object()
        .member("decision", item->decision->name)
        .member("value", duty.outcome)
        .member_or_null("rules", duty.rules);
    json.member_or_null("model", duty.model).end_object();
  }
  json.key("shown").array();
  for (const duty::Shown& shown : duty.shown)
    json.object().member("label", shown.label).member("value", shown.value).end_object();
  json.end_array();
  json.member_or_null("taken_by", account_name(call, duty.taken_by)).member_or_null("case", Id{duty.case_id});
  write_pair(json, call, duty, titles);
  write_label_or_null(json, "move_reason", duty.reason);
  json.member_or_null("withdrawn_reason",
                      duty.state == duty::State::Withdrawn ? std::string_view(duty.reason.zh) : std::string_view{});
  json.end_object();
}

void write_case_members(JsonWriter& json, Call& call, const casework::Case& one, Titles& titles) {
  const bool open = !one.closed_on;
  json.member("id", Id{one.id})
      .member("number", one.number)
      .member("procedure", one.procedure)
      .labels("labels", one.labels.zh, one.labels.en);
  json.key("subject").object().member("id", Id{one.subject}).member("title", one.title).end_object();
  json.member_or_null("summary", one.summary);
  json.member_or_null("category", one.category)
      .member_or_null("pause", one.pause)
      .member("waits_for_applicant", one.applicant || one.pause == "material")
      .member_or_null("parent", Id{one.parent});
  write_reference_or_null(json, "file", one.file, titles);
  json.member("state", casework::name_of(one.state))
      .member("opened", one.opened_on)
      .key("opened_at")
      .instant(one.opened_at_ms);
  json.member("closed", one.closed_on).member("due", one.due_on).member("due_provisional", one.due_provisional);
  write_days_left(json, call, one.due_on, open);
  write_label_or_null(json, "outcome", one.outcome);
  json.member_or_null("duty", Id{one.duty}).member_or_null("service", one.service).member("version", one.version);
}

void write_step(JsonWriter& json, std::span<const casework::Task> tasks) {
  const auto waiting = std::find_if(tasks.begin(), tasks.end(), [](const casework::Task& task) {
    return task.state == casework::TaskState::Open || task.state == casework::TaskState::Claimed;
  });
  write_label_or_null(json, "step", waiting == tasks.end() ? pack::Label{} : waiting->labels);
}

void write_case(JsonWriter& json, Call& call, const casework::Case& one, Titles& titles) {
  json.object();
  write_case_members(json, call, one, titles);
  const auto detail =
      one.closed_on ? base::Result<casework::CaseDetail>{} : call.house.casework.detail(call.viewer, one.id);
  write_step(json, detail ? std::span<const casework::Task>(detail->tasks) : std::span<const casework::Task>{});
  json.end_object();
}

namespace {

bool may_read(Call& call, const Json& fact) {
  const Json *kind_name = fact.find("kind"), *field_name = fact.find("field"), *record = fact.find("record");
  if (kind_name == nullptr || field_name == nullptr || record == nullptr) return true;  // no fact of a record
  const register_::Kind* kind = call.house.records.catalogue().kind(kind_name->text());
  const register_::Field* field = kind == nullptr ? nullptr : kind->field(field_name->text());
  const auto id = parse_id(record->text(), "record");
  if (field == nullptr || !id) return false;
  const auto state = call.house.records.state(*id);
  return state && *state && call.viewer.access(*kind, *field, (*state)->file) == register_::Access::Full;
}

}  // namespace

void write_evidence(JsonWriter& json, Call& call, const std::string& evidence) {
  const auto parsed = Json::parse(evidence);
  const Json* facts = parsed ? parsed->find("facts") : nullptr;
  if (facts == nullptr || !facts->is(Json::Type::Array)) {
    json.raw(evidence);
    return;
  }
  bool hidden = false;
  JsonWriter shown;
  shown.array();
  for (const Json& fact : facts->items()) {
    if (may_read(call, fact)) {
      shown.raw(fact.to_text());
      continue;
    }
    hidden = true;
    shown.object();
    for (const char* name : {"path", "record", "kind", "field"}) {
      const Json* value = fact.find(name);
      shown.member(name, value == nullptr ? std::string() : value->text());
    }
    shown.member_null("value").member("null_reason", "not_readable").end_object();
  }
  shown.end_array();
  json.object();
  for (const Json::Member& member : parsed->members()) {
    if (member.first == "facts") {
      json.key("facts").raw(shown.take());
    } else if (!hidden || member.first != "details") {  // the details repeat what was found
      json.key(member.first).raw(member.second.to_text());
    }
  }
  json.end_object();
}

void write_paper(JsonWriter& json, Call& call, const paper::Paper& paper, Titles& titles) {
  json.object()
      .member("id", Id{paper.id})
      .member("number", paper.number)
      .labels("labels", paper.labels.zh, paper.labels.en);
  json.member("title", paper.labels.zh)
      .member("template", paper.template_id)
      .member_or_null("issuer", paper.issuer)
      .member_or_null("holder", paper.holder);
  write_reference_or_null(json, "holder_file", paper.file, titles);
  json.member("issued", paper.issued_on)
      .member("valid_from", paper.valid_from)
      .member("valid_to", paper.valid_to)
      .member("sample", paper.sample);
  const paper::Status status = paper.status_on(call.today());
  const pack::Label label = paper::labels_of(status);
  json.member("status", paper::name_of(status)).labels("status_labels", label.zh, label.en);
  write_label_or_null(json, "statement", paper.statement);
  json.member_or_null("case", Id{paper.case_id}).member("hash", paper.hash).member("bytes", paper.bytes);
  json.member("href", "/api/v1/papers/" + std::to_string(paper.id) + ".pdf").end_object();
}

void write_notice(JsonWriter& json, const notice::Notice& notice, Titles& titles) {
  const notice::Draft& content = notice.content;
  json.object()
      .member("id", Id{notice.id})
      .labels("title", content.title.zh, content.title.en)
      .labels("body", content.body.zh, content.body.en);
  json.key("at")
      .instant(notice.at_ms)
      .member("day", content.day)
      .member("read", notice.read_at_ms.has_value())
      .member("type", content.type);
  json.member_or_null("href", content.href).key("paper");
  if (content.paper == 0) {
    json.null();
  } else {
    json.object().member("id", Id{content.paper}).end_object();
  }
  json.member_or_null("case", Id{content.case_id}).member_or_null("duty", Id{content.duty});
  write_reference_or_null(json, "file", content.file, titles);
  json.end_object();
}

}  // namespace yuanqu::api
