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

bool may_see_outcomes(const Call& call, const Decision& decision) {
  return reach_over(call, decision) == register_::Reach::All;
}

bool may_see_outcome(const Call& call, const Decision& decision, std::int64_t file) {
  const population::DecisionProgram* program = call.house.population.programs().find(decision.name);
  if (program != nullptr && program->personal_of_individuals() && call.viewer.individual(file) && !call.viewer.owns(file) &&
      call.viewer.reach(*decision.kind, register_::FieldClass::Personal) != register_::Reach::All)
    return false;
  switch (reach_over(call, decision)) {
    case register_::Reach::All:
      return true;
    case register_::Reach::Own:
      return call.viewer.owns(file);
    case register_::Reach::None:
      break;
  }
  return false;
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

base::Result<population::Explanation> explanation_as_of(Call& call, const Decision& decision, std::int64_t record,
                                                        const register_::AsOf& as_of) {
  if (!as_of.known_at) return call.house.population.explain(decision, record, as_of.day);
  auto population = call.population_at(as_of);
  if (!population) return tl::unexpected(population.error());
  return (*population)->explain(decision, record, as_of.day);
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

void write_outcome(JsonWriter& json, Call& call, const Decision& decision, const Outcome& outcome, Titles& titles) {
  json.object().member("decision", decision.name).labels("labels", decision.labels.zh, decision.labels.en).key("value");
  write_feel(json, outcome.value);
  const pack::Label label = label_of_value(decision, outcome.value);
  json.labels("value_labels", label.zh, label.en).member("since", outcome.since).member("until", outcome.until);
  json.member_or_null("rules", outcome.rules);
  json.key("record");
  write_reference(json, outcome.subject, titles);
  const base::Calendar& calendar = call.house.calendar;
  json.member("provisional", outcome.until && calendar.published_to() >= calendar.published_from() &&
                                 *outcome.until > calendar.published_to());
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
  json.member("kind", decision.kind->name);
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

namespace {

// A fact the decision used, as far as the viewer may read it.
void write_fact_used(JsonWriter& json, Call& call, const population::FactUsed& used, Titles& titles) {
  const register_::Field* field = used.field;
  json.object().member("field", field == nullptr ? std::string{} : field->name).member("path", used.path);
  json.labels("label", field == nullptr ? used.path : field->labels.zh,
              field == nullptr ? used.path : field->labels.en);
  json.key("record");
  write_reference(json, used.record, titles);
  const register_::Access access =
      field == nullptr || used.kind == nullptr ? register_::Access::None : call.viewer.access(*used.kind, *field, used.file);
  json.key("value");
  if (used.fact == nullptr || access == register_::Access::None) {
    json.null();
  } else {
    write_value(json, access == register_::Access::Masked ? register_::masked(used.fact->value) : used.fact->value,
                titles);
  }
  json.member("withheld", access == register_::Access::None);
  json.member_or_null("unit", field == nullptr ? std::string_view{} : std::string_view(field->unit));
  json.member_or_null("source", used.fact == nullptr ? std::string_view{} : source_name(call, used.fact->source));
  json.key("date");
  if (used.fact == nullptr) {
    json.null();
  } else {
    json.value(used.fact->effective_from);
  }
  json.member_or_null("reason",
                      used.reason == register_::NullReason::None ? std::string_view{} : register_::name_of(used.reason))
      .end_object();
}

// An input expression of a table names a path of the subject: then the fact behind it is known.
const population::FactUsed* fact_behind(const population::Explanation& explanation, const std::string& expression) {
  const population::FactUsed* found = nullptr;
  for (const population::FactUsed& used : explanation.detail.facts) {
    if (!used.path.empty() && expression.find(used.path) != std::string::npos &&
        (found == nullptr || used.path.size() > found->path.size()))
      found = &used;
  }
  return found;
}

std::string_view result_of(const feel::Value& value) {
  return value.is_true() ? "met" : value.is_false() ? "unmet" : "unknown";
}

void write_condition(JsonWriter& json, Call& call, const population::Explanation& explanation,
                     const dmn::TracedTable& table, const dmn::TracedCell& cell, bool all_readable) {
  static const dmn::TracedInput none;
  const dmn::TracedInput& input =
      cell.input >= 1 && cell.input <= table.inputs.size() ? table.inputs[cell.input - 1] : none;
  const std::string& label = input.label.empty() ? input.expression : input.label;
  const population::FactUsed* fact = fact_behind(explanation, input.expression);
  const bool readable =
      all_readable || (fact != nullptr && fact->field != nullptr && fact->kind != nullptr &&
                       call.viewer.access(*fact->kind, *fact->field, fact->file) == register_::Access::Full);
  json.object().member("rule", cell.rule).member("table", table.decision).labels("label", label, label);
  json.member("expression", input.expression).member("bound", cell.text).key("value");
  if (readable) {
    write_feel(json, input.value);
  } else {
    json.null();
  }
  json.member("withheld", !readable).member("result", result_of(cell.result));
  json.member_or_null(
      "field", fact == nullptr || fact->field == nullptr ? std::string_view{} : std::string_view(fact->field->name));
  json.member_or_null(
      "unit", fact == nullptr || fact->field == nullptr ? std::string_view{} : std::string_view(fact->field->unit));
  json.member_or_null(
      "source", fact == nullptr || fact->fact == nullptr ? std::string_view{} : source_name(call, fact->fact->source));
  json.key("date");
  if (fact == nullptr || fact->fact == nullptr) {
    json.null();
  } else {
    json.value(fact->fact->effective_from);
  }
  json.end_object();
}

bool may_read_every_fact(const Call& call, const population::Explanation& explanation) {
  for (const population::FactUsed& used : explanation.detail.facts) {
    if (used.field != nullptr && used.kind != nullptr &&
        call.viewer.access(*used.kind, *used.field, used.file) != register_::Access::Full)
      return false;
  }
  return true;
}

}  // namespace

void write_explanation(JsonWriter& json, Call& call, const population::Explanation& explanation, Titles& titles) {
  const Decision& decision = *explanation.decision;
  const Outcome& outcome = explanation.outcome;
  const bool all_readable = may_read_every_fact(call, explanation);
  json.object().member("decision", decision.name).labels("labels", decision.labels.zh, decision.labels.en).key("value");
  write_feel(json, outcome.value);
  const pack::Label label = label_of_value(decision, outcome.value);
  json.labels("value_labels", label.zh, label.en);
  json.labels("sentence", decision.labels.zh + "：" + label.zh, decision.labels.en + ": " + label.en);
  json.member("since", outcome.since).member("until", outcome.until).key("record");
  write_reference(json, outcome.subject, titles);
  json.key("model").object().member("name",
                                    explanation.version == nullptr ? std::string{} : explanation.version->model);
  json.member("decision", explanation.version == nullptr ? std::string{} : explanation.version->decision)
      .key("version");
  if (explanation.version == nullptr) {
    json.null();
  } else {
    json.value(explanation.version->valid_from);
  }
  if (decision.basis.zh.empty()) {
    json.member_null("source");
  } else {
    json.labels("source", decision.basis.zh, decision.basis.en);
  }
  json.end_object().key("details");
  if (all_readable) {
    write_feel(json, explanation.details);
  } else {
    json.null();
  }
  // The table of the decision itself comes last in the trace; those it rests on stand before it.
  json.key("matched_rules").array();
  if (!explanation.detail.trace.tables.empty()) {
    for (const std::uint32_t rule : explanation.detail.trace.tables.back().matched) json.value(rule);
  }
  json.end_array().key("tables").array();
  for (const dmn::TracedTable& table : explanation.detail.trace.tables) {
    json.object().member("decision", table.decision).key("matched_rules").array();
    for (const std::uint32_t rule : table.matched) json.value(rule);
    json.end_array().key("result");
    if (all_readable) {
      write_feel(json, table.result);
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array().key("conditions").array();
  for (const dmn::TracedTable& table : explanation.detail.trace.tables) {
    for (const dmn::TracedCell& cell : table.cells)
      write_condition(json, call, explanation, table, cell, all_readable);
  }
  json.end_array().key("facts_used").array();
  for (const population::FactUsed& used : explanation.detail.facts) write_fact_used(json, call, used, titles);
  json.end_array().key("suppressed").array();
  for (const feel::Suppressed& failure : explanation.detail.failures) {
    json.object()
        .member("code", feel::name_of(failure.code))
        .member("zh", failure.zh)
        .member("en", failure.en)
        .end_object();
  }
  json.end_array().member("withheld", !all_readable).end_object();
}

}  // namespace yuanqu::api
