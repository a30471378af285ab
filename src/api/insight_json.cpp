#include "api/insight_json.hpp"

#include "api/outcome_json.hpp"
#include "api/record_json.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {

using population::Condition;
using population::Insight;
using population::Leaf;
using register_::Access;

base::Result<void> demand_every_field(const Call& call, const population::Decision& decision, bool export_too) {
  const population::DecisionProgram* program = call.house.population.programs().find(decision.name);
  if (program == nullptr) return {};
  for (const auto& [kind, field] : program->fields()) {
    const bool reads = call.viewer.reach(*kind, *field) == register_::Reach::All;
    if (reads && (!export_too || call.viewer.may_export(*kind, *field) == register_::Reach::All)) continue;
    return base::fail(
        base::ErrorCode::Forbidden,
        "“" + decision.labels.zh + "”要用到“" + field->labels.zh + "”，它不向您的岗位开放，理由和差距也就不能列出。",
        "\"" + decision.labels.en + "\" uses \"" + field->labels.en + "\", which your post may not " +
            (reads ? "export" : "read") + "; so reasons and margins cannot be listed.",
        {.field = field->name});
  }
  return {};
}

bool may_read_reasons(const Call& call, const population::Decision& decision, std::int64_t file, bool export_too) {
  const population::DecisionProgram* program = call.house.population.programs().find(decision.name);
  if (program == nullptr || !program->visible_to(call.viewer, file)) return false;
  for (const auto& [kind, field] : program->fields()) {
    if (call.viewer.access(*kind, *field, file) != Access::Full ||
        (export_too && !call.viewer.may_export(*kind, *field, file)))
      return false;
  }
  return true;
}

base::Result<std::unique_ptr<Insight>> insight_as_of(Call& call, const population::Decision& decision,
                                                     std::int64_t record, const register_::AsOf& as_of,
                                                     const population::InsightOptions& options) {
  if (!as_of.known_at) return population::insight_of(call.house.population, decision, record, as_of.day, options);
  auto population = call.population_at(as_of);
  if (!population) return tl::unexpected(population.error());
  return population::insight_of(**population, decision, record, as_of.day, options);
}

namespace {

bool readable(const Call& call, const Leaf& leaf) {
  return call.viewer.access(*leaf.kind, *leaf.field, leaf.file) == Access::Full;
}

void write_decimal_or_null(JsonWriter& json, std::string_view name,
                           const std::optional<population::Distance>& distance) {
  json.key(name);
  if (distance) {
    json.value(distance->margin);
  } else {
    json.null();
  }
}

void write_distance(JsonWriter& json, const Condition& condition, bool shown) {
  json.key("limit");
  if (condition.distance) {
    write_feel(json, condition.distance->limit);
  } else {
    json.null();
  }
  write_decimal_or_null(json, "margin", shown ? condition.distance : std::nullopt);
  json.key("gap");
  if (shown && condition.distance) {
    json.value(condition.distance->gap);
  } else {
    json.null();
  }
}

void write_condition(JsonWriter& json, Call& call, const Insight& insight, const population::Levers& levers,
                     std::size_t index) {
  const Condition& condition = insight.reasons.conditions[index];
  const auto& behind = insight.reasons.facts[index];
  const Leaf* only = behind.size() == 1 ? &insight.facts->leaves()[behind.front()] : nullptr;
  bool shown = true;
  for (const std::size_t leaf : behind) shown = shown && readable(call, insight.facts->leaves()[leaf]);
  // Without a fact that moves it, a value is shown to those who may read everything the decision used.
  if (behind.empty()) {
    for (const Leaf& leaf : insight.facts->leaves()) shown = shown && readable(call, leaf);
  }
  const bool plain = condition.rule == 0 && only != nullptr;
  json.object().member("rule", condition.rule).member("input", condition.input).member("table", condition.decision);
  json.labels("label", plain ? only->field->labels.zh : condition.label,
              plain ? only->field->labels.en : condition.label);
  json.member("expression", condition.expression).member("bound", condition.bound).key("value");
  if (shown) {
    write_feel(json, condition.value);
  } else {
    json.null();
  }
  json.member("withheld", !shown).member("result", population::name_of(condition.verdict));
  write_distance(json, condition, shown);
  json.member_or_null("field", only == nullptr ? std::string_view{} : std::string_view(only->field->name));
  json.member_or_null("unit", only == nullptr ? std::string_view{} : std::string_view(only->field->unit));
  json.member_or_null("lever",
                      only == nullptr ? std::string_view{} : population::name_of(levers.of(*only->kind, *only->field)));
  json.member_or_null("source",
                      only == nullptr || !only->fact ? std::string_view{} : source_name(call, only->fact->source));
  json.key("date");
  if (only == nullptr || !only->fact) {
    json.null();
  } else {
    json.value(only->fact->effective_from);
  }
  json.key("facts").array();
  for (const std::size_t leaf : behind) json.value(leaf);
  json.end_array().end_object();
}

void write_leaf(JsonWriter& json, Call& call, const population::Levers& levers, const Leaf& leaf, Titles& titles) {
  const Access access = call.viewer.access(*leaf.kind, *leaf.field, leaf.file);
  json.object().member("field", leaf.field->name).member("path", leaf.path);
  json.labels("label", leaf.field->labels.zh, leaf.field->labels.en).key("record");
  write_reference(json, leaf.record, titles);
  json.key("value");
  if (!leaf.fact || access == Access::None) {
    json.null();
  } else {
    write_value(json, access == Access::Masked ? register_::masked(leaf.value()) : leaf.value(), titles);
  }
  json.member("withheld", access == Access::None)
      .member_or_null("unit", leaf.field->unit)
      .member("lever", population::name_of(levers.of(*leaf.kind, *leaf.field)));
  json.member_or_null("source", leaf.fact ? source_name(call, leaf.fact->source) : std::string_view{}).key("date");
  if (leaf.fact) {
    json.value(leaf.fact->effective_from);
  } else {
    json.null();
  }
  json.member_or_null("reason",
                      leaf.reason == register_::NullReason::None ? std::string_view{} : register_::name_of(leaf.reason))
      .end_object();
}

// A set of changes is only told whole: a part of it would be wrong advice.
void write_fixes(JsonWriter& json, Call& call, const Insight& insight, const population::Levers& levers,
                 const std::vector<population::Fix>& fixes, Titles& titles) {
  json.array();
  for (const population::Fix& fix : fixes) {
    bool shown = true;
    for (const auto& change : fix.changes) shown = shown && readable(call, insight.facts->leaves()[change.leaf]);
    if (!shown) continue;
    json.object().key("changes").array();
    for (const auto& change : fix.changes) {
      const Leaf& leaf = insight.facts->leaves()[change.leaf];
      json.object()
          .member("fact", change.leaf)
          .member("field", leaf.field->name)
          .labels("label", leaf.field->labels.zh, leaf.field->labels.en);
      json.member_or_null("unit", leaf.field->unit)
          .member("lever", population::name_of(levers.of(*leaf.kind, *leaf.field)))
          .key("record");
      write_reference(json, leaf.record, titles);
      json.key("from");
      write_value(json, leaf.value(), titles);
      json.key("to");
      write_value(json, change.value, titles);
      json.end_object();
    }
    json.end_array().key("outcome");
    write_feel(json, fix.outcome);
    json.end_object();
  }
  json.end_array();
}

void write_tables(JsonWriter& json, const Insight& insight) {
  const dmn::Trace& trace = insight.facts->detail().trace;
  json.key("matched_rules").array();
  if (!trace.tables.empty()) {
    for (const std::uint32_t rule : trace.tables.back().matched) json.value(rule);
  }
  json.end_array().key("tables").array();
  for (const dmn::TracedTable& table : trace.tables) {
    json.object().member("decision", table.decision).key("matched_rules").array();
    for (const std::uint32_t rule : table.matched) json.value(rule);
    json.end_array().key("result");
    write_feel(json, table.result);
    json.end_object();
  }
  json.end_array();
}

void write_model(JsonWriter& json, const Insight& insight) {
  const population::DecisionVersion* version = insight.facts->now().version;
  json.key("model").object().member("name", version == nullptr ? std::string{} : version->model);
  json.member("decision", version == nullptr ? std::string{} : version->decision).key("version");
  if (version == nullptr) {
    json.null();
  } else {
    json.value(version->valid_from);
  }
  const pack::Label& basis = insight.decision->basis;
  if (basis.zh.empty()) {
    json.member_null("source");
  } else {
    json.labels("source", basis.zh, basis.en.empty() ? basis.zh : basis.en);
  }
  json.end_object();
}

}  // namespace

void write_insight(JsonWriter& json, Call& call, const Insight& insight, const population::Levers& levers,
                   Titles& titles) {
  const population::Decision& decision = *insight.decision;
  bool all_readable = true;
  for (const Leaf& leaf : insight.facts->leaves()) all_readable = all_readable && readable(call, leaf);
  const pack::Label label = label_of_value(decision, insight.outcome.value);
  json.object().member("decision", decision.name).labels("labels", decision.labels.zh, decision.labels.en).key("value");
  write_feel(json, insight.outcome.value);
  json.labels("value_labels", label.zh, label.en);
  json.labels("sentence", decision.labels.zh + "：" + label.zh, decision.labels.en + ": " + label.en);
  json.member("since", insight.outcome.since).member("until", insight.outcome.until).key("record");
  write_reference(json, insight.outcome.subject, titles);
  write_model(json, insight);
  json.key("details");
  if (all_readable) {
    write_feel(json, insight.facts->now().details);
    write_tables(json, insight);
  } else {
    json.null().key("matched_rules").array().end_array().key("tables").array().end_array();
  }
  json.key("conditions").array();
  for (std::size_t i = 0; i < insight.reasons.conditions.size(); ++i) write_condition(json, call, insight, levers, i);
  json.end_array().member_or_null("aim", insight.aim).key("ways").array();
  for (const population::Way& way : insight.reasons.ways) {
    json.object()
        .member("rule", way.rule)
        .member("unmet", way.unmet)
        .member("unknown", way.unknown)
        .key("conditions")
        .array();
    for (const std::size_t index : way.conditions) json.value(index);
    json.end_array().end_object();
  }
  json.end_array().key("fixes");
  write_fixes(json, call, insight, levers, insight.fixes.advised, titles);
  json.member("fixes_ended", insight.fixes.ended).key("cliffs");
  write_fixes(json, call, insight, levers, insight.fixes.cliffs, titles);
  json.key("missing").array();
  for (const population::Missing& missing : insight.reasons.missing) {
    const pack::Label& name = missing.field == nullptr ? missing.kind->labels : missing.field->labels;
    const auto& sources = missing.field == nullptr ? missing.kind->fields.front().sources : missing.field->sources;
    json.object()
        .member("kind", missing.kind->name)
        .member_or_null("field", missing.field == nullptr ? std::string_view{} : std::string_view(missing.field->name));
    json.labels("label", name.zh, name.en).member_or_null("about", missing.about);
    json.member_or_null("source", sources.empty() ? std::string_view{} : source_name(call, sources.front()));
    json.member("reason", register_::name_of(missing.reason)).end_object();
  }
  json.end_array().key("facts_used").array();
  for (const Leaf& leaf : insight.facts->leaves()) write_leaf(json, call, levers, leaf, titles);
  json.end_array().key("suppressed").array();
  for (const feel::Suppressed& failure : insight.facts->detail().failures) {
    json.object()
        .member("code", feel::name_of(failure.code))
        .member("zh", failure.zh)
        .member("en", failure.en)
        .end_object();
  }
  json.end_array().member("withheld", !all_readable).end_object();
}

void write_failed_condition(JsonWriter& json, const Condition& condition) {
  json.object()
      .member("rule", condition.rule)
      .member("table", condition.decision)
      .labels("label", condition.label, condition.label);
  json.member("expression", condition.expression).member("bound", condition.bound).key("value");
  write_feel(json, condition.value);
  json.member("result", population::name_of(condition.verdict));
  write_distance(json, condition, true);
  json.end_object();
}

void write_missing_share(JsonWriter& json, const Call& call, const population::UnknownShare& share) {
  const pack::Label& name = share.field == nullptr ? share.kind->labels : share.field->labels;
  json.object().member("kind", share.kind->name).labels("kind_label", share.kind->labels.zh, share.kind->labels.en);
  json.member_or_null("field", share.field == nullptr ? std::string_view{} : std::string_view(share.field->name));
  json.labels("label", name.zh, name.en).member_or_null("source", source_name(call, share.source));
  const register_::Source* source = call.house.records.catalogue().source(share.source);
  if (source == nullptr) {
    json.member_null("source_label");
  } else {
    json.labels("source_label", source->labels.zh, source->labels.en);
  }
  json.member("reason", register_::name_of(share.reason)).member("count", share.subjects.size()).end_object();
}

std::string condition_text(const Condition& condition, bool chinese) {
  const std::string value = feel::to_text(condition.value).value_or(chinese ? "未知" : "unknown");
  std::string text =
      condition.label + (chinese ? "：" : ": ") + value + (chinese ? "，须 " : ", needs ") + condition.bound;
  if (condition.distance && condition.verdict == population::Verdict::Unmet) {
    text += (chinese ? "，差 " : ", short by ") + condition.distance->margin.absolute().to_string();
  }
  return text;
}

}  // namespace yuanqu::api
