#include "api/outcome_json.hpp"

#include "api/record_json.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {

using population::Decision;
using population::Outcome;

namespace {

register_::Reach reach_over(const Call& call, const Decision& decision) {
  const population::DecisionProgram* program = call.house.population.programs().find(decision.name);
  if (program == nullptr) return register_::Reach::None;
  return call.viewer.reach(*decision.kind, program->field_class());
}

}  // namespace

base::Result<const Decision*> decision_of(Call& call) {
  const Decision* decision = call.house.population.programs().decisions().find(call.parameter("decision"));
  if (decision == nullptr || call.viewer.reach(*decision->kind) == register_::Reach::None) {
    return base::fail(base::ErrorCode::NotFound, "没有“" + std::string(call.parameter("decision")) + "”这个判定。",
                      "There is no decision \"" + std::string(call.parameter("decision")) + "\".",
                      {.field = "decision"});
  }
  return decision;
}

bool may_see_outcomes(const Call& call, const Decision& decision) {
  return reach_over(call, decision) == register_::Reach::All;
}

bool may_see_outcome(const Call& call, const Decision& decision, std::int64_t file) {
  const population::DecisionProgram* program = call.house.population.programs().find(decision.name);
  return program != nullptr && program->visible_to(call.viewer, file);
}

pack::Label label_of_value(const Decision& decision, const feel::Value& value) {
  if (value.is_null()) return {"无法判定", "Unknown"};
  if (value.is(feel::Kind::String)) {
    if (const population::OutcomeLabel* label = decision.label(value.text())) return label->labels;
  }
  if (value.is(feel::Kind::Boolean)) return value.boolean() ? pack::Label{"是", "Yes"} : pack::Label{"否", "No"};
  const std::string text = feel::to_text(value).value_or(std::string{});
  return {text, text};
}

base::Result<std::vector<std::pair<const Decision*, Outcome>>> outcomes_as_of(Call& call, const register_::Kind& kind,
                                                                              std::int64_t record,
                                                                              const register_::AsOf& as_of) {
  if (call.is_now(as_of)) return call.house.population.outcomes_of(record);
  if (as_of.known_at) {
    auto population = call.population_at(as_of);
    if (!population) return tl::unexpected(population.error());
    return (*population)->outcomes_of(record);
  }
  std::vector<std::pair<const Decision*, Outcome>> found;
  for (const Decision& decision : call.house.population.programs().decisions().all()) {
    if (decision.kind != &kind) continue;
    auto explanation = call.house.population.explain(decision, record, as_of.day);
    if (!explanation) return tl::unexpected(explanation.error());
    if (explanation->outcome.applies) found.emplace_back(&decision, std::move(explanation->outcome));
  }
  return found;
}

bool is_provisional(const Call& call, base::Date day) {
  const std::shared_ptr<const population::PublishedCalendar> calendar = call.house.population.calendar();
  return !calendar->value.is_null() && day > calendar->days.published_to();
}

void write_outcome(JsonWriter& json, Call& call, const Decision& decision, const Outcome& outcome, Titles& titles) {
  json.object().member("decision", decision.name).labels("labels", decision.labels.zh, decision.labels.en).key("value");
  write_feel(json, outcome.value);
  const pack::Label label = label_of_value(decision, outcome.value);
  json.labels("value_labels", label.zh, label.en).member("since", outcome.since).member("until", outcome.until);
  json.member_or_null("rules", outcome.rules);
  json.key("record");
  write_reference(json, outcome.subject, titles);
  json.member("provisional", outcome.until && is_provisional(call, *outcome.until));
  json.end_object();
}

void write_outcome_values(JsonWriter& json, Call& call, population::Population& population, std::int64_t record,
                          const std::vector<const Decision*>& decisions) {
  json.key("outcomes").object();
  for (const Decision* decision : decisions) {
    const auto outcome = population.outcome(*decision, record);
    const auto state = population.state(record);
    if (!outcome || !outcome->applies || !state || !may_see_outcome(call, *decision, state->file)) continue;
    json.key(decision->name);
    write_feel(json, outcome->value);
  }
  json.end_object();
}

void write_decision(JsonWriter& json, const Decision& decision) {
  json.object()
      .member("id", decision.name)
      .member("number", decision.number)
      .labels("labels", decision.labels.zh, decision.labels.en);
  json.member("kind", decision.kind->name).member_or_null("aim", decision.aim);
  const population::DecisionVersion* latest = decision.versions.empty() ? nullptr : &decision.versions.back();
  json.member("model", latest == nullptr ? std::string{} : latest->model)
      .member("decision", latest == nullptr ? std::string{} : latest->decision);
  json.key("values").array();
  for (const population::OutcomeLabel& value : decision.values) {
    json.object().member("code", value.code).labels("labels", value.labels.zh, value.labels.en).end_object();
  }
  json.end_array().key("basis");
  if (decision.basis.zh.empty()) {
    json.null();
  } else {
    json.object()
        .member("zh", decision.basis.zh)
        .member("en", decision.basis.en.empty() ? decision.basis.zh : decision.basis.en)
        .end_object();
  }
  json.key("versions").array();
  for (const population::DecisionVersion& version : decision.versions) {
    json.object()
        .member("model", version.model)
        .member("decision", version.decision)
        .member("valid_from", version.valid_from);
    json.member("valid_to", version.valid_to).end_object();
  }
  json.end_array().member("purpose", decision.purpose).end_object();
}

}  // namespace yuanqu::api
