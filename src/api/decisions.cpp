#include "api/insight_json.hpp"
#include "api/json_writer.hpp"
#include "api/outcome_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

using population::Decision;

base::Result<Response> get_decisions(Call& call) {
  JsonWriter json;
  json.object().key("items").array();
  for (const Decision& decision : call.house.population.programs().decisions().all()) {
    if (call.viewer.reach(*decision.kind) != register_::Reach::None) write_decision(json, decision);
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

// The record named by the path, as its file: NotFound when the viewer may not know it.
base::Result<std::int64_t> file_of_record(Call& call, const register_::Kind& kind, std::int64_t record) {
  const auto state = call.house.population.state(record);
  if (!state || state->kind != kind.number || !call.viewer.may_know(kind, state->file)) {
    return base::fail(base::ErrorCode::NotFound, "没有这条记录，或您的岗位不能查看。",
                      "There is no such record, or your post may not see it.", {.field = "id"});
  }
  return state->file;
}

base::Result<Response> get_record_outcomes(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto file = file_of_record(call, **kind, *id);
  if (!file) return tl::unexpected(file.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto outcomes = outcomes_as_of(call, **kind, *id, *as_of);
  if (!outcomes) return tl::unexpected(outcomes.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const auto& [decision, outcome] : *outcomes) {
    if (outcome.applies && may_see_outcome(call, *decision, *file))
      write_outcome(json, call, *decision, outcome, titles);
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_explanation(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto file = file_of_record(call, **kind, *id);
  if (!file) return tl::unexpected(file.error());
  const Decision* decision = call.house.population.programs().decisions().find(call.parameter("decision"));
  if (decision == nullptr || decision->kind != *kind) {
    return base::fail(base::ErrorCode::NotFound,
                      "这类记录没有“" + std::string(call.parameter("decision")) + "”这个判定。",
                      "Records of this kind have no decision \"" + std::string(call.parameter("decision")) + "\".",
                      {.field = "decision"});
  }
  if (!may_see_outcome(call, *decision, *file)) {
    return base::fail(
        base::ErrorCode::Forbidden, "“" + decision->labels.zh + "”依据的数据不向您的岗位开放，结论也不开放。",
        "\"" + decision->labels.en + "\" rests on data your post may not read; so its outcome is not shown either.",
        {.field = decision->name});
  }
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  population::InsightOptions options;
  options.aim = std::string(call.query("aim"));
  if (call.query("fixes") != "false") options.levers = &*call.house.levers;
  auto insight = insight_as_of(call, *decision, *id, *as_of, options);
  if (!insight) return tl::unexpected(insight.error());
  Titles titles(call);
  JsonWriter json;
  write_insight(json, call, **insight, *call.house.levers, titles);
  return Response::json(json.take());
}

}  // namespace

void write_decisions(JsonWriter& json, Call& call) {
  json.key("decisions").array();
  for (const Decision& decision : call.house.population.programs().decisions().all()) {
    if (call.viewer.reach(*decision.kind) != register_::Reach::None) write_decision(json, decision);
  }
  json.end_array();
}

void add_decisions(Router& router) {
  router.add(Method::Get, "/decisions", Ability::SignedIn, get_decisions);
  router.add(Method::Get, "/records/{kind}/{id}/outcomes", Ability::SignedIn, get_record_outcomes);
  router.add(Method::Get, "/records/{kind}/{id}/outcomes/{decision}/explanation", Ability::SignedIn, get_explanation);
}

}  // namespace yuanqu::api
