// Evidence: a past decision run again and compared, and the signed checkpoints.

#include "api/insight_json.hpp"
#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/outcome_json.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"
#include "api/verification.hpp"
#include "duty/duty.hpp"
#include "journal/checkpoint.hpp"
#include "population/runs.hpp"
#include "register/matrix.hpp"

namespace yuanqu::api {
namespace {

constexpr std::size_t checkpoints_shown = 50;

// What the evidence of a duty says of its moment; nullopt for evidence of before that was kept.
struct Moment {
  const population::Decision* decision = nullptr;
  std::int64_t subject = 0;
  base::Date day;
  std::int64_t known_at = 0;
  std::string rules;
};

base::Result<Moment> moment_of(Call& call, const Json& evidence) {
  Moment moment;
  const auto text = [&](const char* name) {
    const Json* found = evidence.find(name);
    return found == nullptr ? std::string() : found->text();
  };
  moment.decision = call.house.population.programs().decisions().find(text("decision"));
  const auto day = base::Date::parse(text("day"));
  auto known_at = evidence.integer_at("known_at");
  auto subject = evidence.integer_at("subject");
  if (moment.decision == nullptr || !day || !known_at || !*known_at || !subject || !*subject) {
    return base::fail(base::ErrorCode::NotFound, "这条证据没有记下判定的时刻，不能重做。",
                      "This evidence does not say when it was decided; it cannot be run again.");
  }
  moment.day = *day;
  moment.known_at = **known_at;
  moment.subject = **subject;
  moment.rules = text("rules_hash");
  return moment;
}

void write_side(JsonWriter& json, Call& call, const population::Insight& insight, const population::Levers& levers,
                Titles& titles) {
  json.object().key("value");
  write_feel(json, insight.outcome.value);
  json.member("literal", feel::to_literal(insight.outcome.value)).member_or_null("rules", insight.outcome.rules);
  json.member("applies", insight.outcome.applies).key("explanation");
  write_insight(json, call, insight, levers, titles);
  json.end_object();
}

// Facts that say something else now than the evidence has, as far as the viewer may read them.
void write_differences(JsonWriter& json, Call& call, const Json& evidence, const population::Insight& now) {
  json.array();
  const Json* facts = evidence.find("facts");
  for (const population::Leaf& used : now.facts->leaves()) {
    if (call.viewer.access(*used.kind, *used.field, used.file) != register_::Access::Full) continue;
    const std::string record = std::to_string(used.record);
    const std::string value = used.fact ? used.fact->value.to_text() : std::string();
    std::string before;
    for (const Json& one : facts == nullptr ? std::vector<Json>{} : facts->items()) {
      const Json* path = one.find("path");
      const Json* of = one.find("record");
      const Json* was = one.find("value");
      if (path == nullptr || of == nullptr || path->text() != used.path || of->text() != record) continue;
      before = was == nullptr || was->is_null() ? std::string() : was->text();
    }
    if (before == value) continue;
    json.object().member("path", used.path).member("record", Id{used.record}).member("field", used.field->name);
    json.labels("label", used.field->labels.zh, used.field->labels.en)
        .member_or_null("then", before)
        .member_or_null("now", value);
    json.end_object();
  }
  json.end_array();
}

base::Result<Response> get_replay(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto duty = call.house.duties.find(call.viewer, *id);
  if (!duty) return tl::unexpected(duty.error());
  auto evidence = Json::parse(duty->evidence);
  if (!evidence) return tl::unexpected(evidence.error());
  auto moment = moment_of(call, *evidence);
  if (!moment) return tl::unexpected(moment.error());
  if (!may_see_outcome(call, *moment->decision, duty->file)) {
    return base::fail(base::ErrorCode::Forbidden, "“" + moment->decision->labels.zh + "”依据的数据不向您的岗位开放。",
                      "\"" + moment->decision->labels.en + "\" rests on data your post may not read.");
  }
  auto then = insight_as_of(call, *moment->decision, moment->subject, {moment->day, moment->known_at}, {});
  if (!then) return tl::unexpected(then.error());
  auto now = insight_as_of(call, *moment->decision, moment->subject, {moment->day, std::nullopt}, {});
  if (!now) return tl::unexpected(now.error());
  std::optional<population::Run> run;
  std::vector<std::string> changed;
  {
    auto snapshot = call.house.journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto found = population::run_by_hash(snapshot->database(), moment->rules);
    if (!found) return tl::unexpected(found.error());
    run = std::move(*found);
    auto current = population::run_by_hash(snapshot->database(), call.house.population.programs().hash());
    if (!current) return tl::unexpected(current.error());
    if (run && *current) changed = population::differences(*run, **current);
  }
  const Json* recorded = evidence->find("value");
  const std::string literal = recorded == nullptr ? std::string() : recorded->text();
  Titles titles(call);
  JsonWriter json;
  json.object().member("decision", moment->decision->name);
  json.labels("labels", moment->decision->labels.zh, moment->decision->labels.en);
  json.member("day", moment->day).member("known_at", moment->known_at);
  json.key("recorded").object().member("literal", literal);
  const Json* rules = evidence->find("rules");
  json.member_or_null("rules", rules == nullptr ? std::string() : rules->text()).end_object();
  json.key("then");
  write_side(json, call, **then, *call.house.levers, titles);
  json.key("now");
  write_side(json, call, **now, *call.house.levers, titles);
  json.member("same_then", literal == feel::to_literal((*then)->outcome.value));
  json.member("same_now", literal == feel::to_literal((*now)->outcome.value));
  json.key("differences");
  write_differences(json, call, *evidence, **now);
  json.key("rules").object().member("known", run.has_value());
  json.member("same", moment->rules == call.house.population.programs().hash()).key("changed").array();
  for (const std::string& place : changed) json.value(place);
  json.end_array();
  if (run) {
    json.member("packs", run->pack_versions).member("parameters", run->parameters).member("calendars", run->calendars);
    const population::DecisionVersion* version = (*then)->facts->now().version;
    const std::string model = version == nullptr ? std::string() : version->model;
    const auto hash = run->models.find(model);
    json.member_or_null("model", model);
    json.member_or_null("model_hash", hash == run->models.end() ? std::string() : hash->second);
  }
  json.end_object().end_object();
  return Response::json(json.take());
}

base::Result<void> may_verify(const Call& call) {
  if (register_::may_oversee(call.viewer, call.house.records.catalogue())) return {};
  return base::fail(base::ErrorCode::Forbidden, "核验由审计和系统管理进行。", "Auditors and administrators verify.");
}

void write_problems(JsonWriter& json, const register_::VerifyReport& report) {
  json.key("problems").array();
  for (const register_::VerifyProblem& one : report.problems) {
    json.object().member("code", one.code).labels("text", one.zh, one.en);
    json.member("change", one.sequence == 0 ? std::nullopt : std::optional(one.sequence));
    json.member_or_null("record", Id{one.record}).end_object();
  }
  json.end_array();
}

void write_verification(JsonWriter& json, const Verification::State& state) {
  const auto moment = [&](const char* name, std::int64_t at_ms) {
    json.key(name);
    if (at_ms == 0) {
      json.null();
    } else {
      json.instant(at_ms);
    }
  };
  json.object().member("running", state.running).member("part", state.part);
  moment("begun_at", state.begun_at_ms);
  moment("ended_at", state.ended_at_ms);
  json.key("problem");
  if (state.problem) {
    json.object().member("zh", state.problem->zh).member("en", state.problem->en).end_object();
  } else {
    json.null();
  }
  json.key("report");
  if (!state.report) {
    json.null().end_object();
    return;
  }
  const register_::VerifyReport& report = *state.report;
  json.object().member("changes", report.changes).member("files", report.files).member("records", report.records);
  json.member("attachments", report.attachments)
      .member("checkpoints", report.checkpoints)
      .member("roots", report.roots);
  json.member("covered", report.covered).member("problems_total", report.problems_total);
  json.member("seconds", report.seconds);
  write_problems(json, report);
  json.end_object().end_object();
}

base::Result<Response> get_verification(Call& call) {
  if (auto may = may_verify(call); !may) return tl::unexpected(may.error());
  JsonWriter json;
  write_verification(json, call.house.verification->state());
  return Response::json(json.take());
}

base::Result<Response> post_verification(Call& call) {
  if (auto may = may_verify(call); !may) return tl::unexpected(may.error());
  const bool begun = call.house.verification->start();
  JsonWriter json;
  write_verification(json, call.house.verification->state());
  return Response::json(json.take(), begun ? 202 : 200);
}

base::Result<Response> get_evidence(Call& call) {
  auto snapshot = call.house.journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto all = journal::checkpoints(snapshot->database());
  if (!all) return tl::unexpected(all.error());
  auto rules = population::runs(snapshot->database());
  if (!rules) return tl::unexpected(rules.error());
  JsonWriter json;
  json.object().member("position", snapshot->position());
  json.member("covered", all->empty() ? std::int64_t{0} : all->back().position);
  json.member("checkpoints_total", all->size()).member_or_null("export_to", call.house.evidence_export);
  // An export that cannot be read says nothing about which roots lie there.
  std::optional<std::int64_t> exported;
  if (!call.house.evidence_export.empty()) {
    if (auto up_to = journal::exported_up_to(call.house.journal, call.house.evidence_export)) exported = *up_to;
  }
  json.member("exported", exported);
  json.member("key", all->empty() ? std::string() : journal::to_hex(all->back().key));
  json.member("every_minutes", call.house.evidence_every_minutes).key("checkpoints").array();
  for (std::size_t i = all->size(); i > 0 && all->size() - i < checkpoints_shown; --i) {
    const journal::Checkpoint& one = (*all)[i - 1];
    json.object()
        .member("checkpoint", one.number)
        .member("position", one.position)
        .key("made_at")
        .instant(one.made_at_ms);
    json.member("files", one.files)
        .member("root", journal::to_hex(one.root))
        .member("line", journal::to_line(one))
        .end_object();
  }
  json.end_array().key("rules").array();
  for (auto it = rules->rbegin(); it != rules->rend(); ++it) {
    json.object()
        .member("number", it->number)
        .member("hash", it->hash)
        .member("since", it->since)
        .key("recorded_at")
        .instant(it->recorded_at_ms);
    json.member("day", it->day).member("packs", it->pack_versions).member("models", it->models.size());
    json.member("parameters", it->parameters).member("calendars", it->calendars).end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_evidence(Router& router) {
  router.add(Method::Get, "/duties/{id}/replay", Ability::SignedIn, get_replay);
  router.add(Method::Get, "/evidence", Ability::SignedIn, get_evidence);
  router.add(Method::Get, "/evidence/verification", Ability::SignedIn, get_verification);
  router.add(Method::Post, "/evidence/verification", Ability::SignedIn, post_verification);
}

}  // namespace yuanqu::api
