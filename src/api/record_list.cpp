#include "api/record_list.hpp"

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/outcome_json.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

using population::ListQuery;
using register_::Kind;
using register_::RecordId;

constexpr std::string_view outcome_prefix = "outcome.";

base::Result<const population::Decision*> decision_named(Call& call, const Kind& kind, std::string_view name) {
  const population::Decision* decision = call.house.population.programs().decisions().find(name);
  if (decision == nullptr || decision->kind != &kind) {
    return base::fail(base::ErrorCode::Invalid, "“" + kind.labels.zh + "”没有“" + std::string(name) + "”这个判定。",
                      "There is no decision \"" + std::string(name) + "\" on records of this kind.",
                      {.field = std::string(name)});
  }
  if (!may_see_outcomes(call, *decision)) {
    return base::fail(base::ErrorCode::Forbidden, "您的岗位不能按“" + decision->labels.zh + "”筛选或排序。",
                      "Your post may not filter or sort by \"" + decision->labels.en + "\".",
                      {.field = std::string(name)});
  }
  return decision;
}

base::Result<void> read_sort(Call& call, const Kind& kind, ListQuery& query) {
  std::string_view sort = call.query("sort");
  if (sort.empty()) return {};
  if (sort.front() == '-') {
    query.descending = true;
    sort.remove_prefix(1);
  }
  if (sort.starts_with(outcome_prefix)) {
    auto decision = decision_named(call, kind, sort.substr(outcome_prefix.size()));
    if (!decision) return tl::unexpected(decision.error());
    query.sort_outcome = *decision;
    return {};
  }
  query.sort = kind.field(sort);
  if (query.sort == nullptr) {
    return base::fail(base::ErrorCode::Invalid, "不能按“" + std::string(sort) + "”排序：没有这个字段。",
                      "Cannot sort by \"" + std::string(sort) + "\": there is no such field.", {.field = "sort"});
  }
  return {};
}

base::Result<ListQuery> read_list_query(Call& call, const Kind& kind) {
  ListQuery query;
  query.kind = &kind;
  query.filter = std::string(call.query("filter"));
  query.words = std::string(call.query("q"));
  query.closed = call.asks("closed");
  if (auto sorted = read_sort(call, kind, query); !sorted) return tl::unexpected(sorted.error());
  for (const auto& [name, value] : call.request.query) {
    if (!name.starts_with(outcome_prefix) || value.empty()) continue;
    auto decision = decision_named(call, kind, std::string_view(name).substr(outcome_prefix.size()));
    if (!decision) return tl::unexpected(decision.error());
    query.outcomes.push_back({*decision, value});
  }
  return query;
}

// The records of one file need no population: they are few and come newest first.
base::Result<population::ListAnswer> of_file(Call& call, const Kind& kind, std::int64_t file, std::size_t offset,
                                             std::size_t limit, const register_::AsOf& as_of) {
  auto states = call.house.records.states_of_file(file, as_of.known_at);
  if (!states) return tl::unexpected(states.error());
  population::ListAnswer answer;
  std::vector<RecordId> records;
  for (const register_::RecordState& state : *states) {
    if (state.kind == kind.number && state.alias_of == 0 && !state.facts.empty() &&
        call.viewer.may_know(kind, state.file))
      records.push_back(state.id);
  }
  std::sort(records.rbegin(), records.rend());
  answer.total = records.size();
  for (std::size_t i = offset; i < records.size() && i < offset + limit; ++i) answer.records.push_back(records[i]);
  return answer;
}

base::Result<population::ListAnswer> answer_of(Call& call, const Kind& kind, std::size_t offset, std::size_t limit) {
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto query = read_list_query(call, kind);
  if (!query) return tl::unexpected(query.error());
  if (const std::string_view file = call.query("file"); !file.empty()) {
    auto id = parse_id(file, "file");
    if (!id) return tl::unexpected(id.error());
    return of_file(call, kind, *id, offset, limit, *as_of);
  }
  query->offset = offset;
  query->limit = limit;
  auto population = call.population_at(*as_of);
  if (!population) return tl::unexpected(population.error());
  return (*population)->list(call.viewer, *query);
}

// The decisions whose outcomes the list shows: those asked for, else none. ?outcomes=a,b or ?outcomes=all
std::vector<const population::Decision*> shown_decisions(Call& call, const Kind& kind) {
  std::vector<const population::Decision*> shown;
  const std::string asked = "," + std::string(call.query("outcomes")) + ",";
  if (asked.size() <= 2) return shown;
  for (const population::Decision& decision : call.house.population.programs().decisions().all()) {
    if (decision.kind != &kind) continue;
    if (asked == ",all," || asked.find("," + decision.name + ",") != std::string::npos) shown.push_back(&decision);
  }
  return shown;
}

base::Result<Response> get_records(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto limit = call.limit(50, 500);
  if (!limit) return tl::unexpected(limit.error());
  auto place = place_of_cursor(call.query("cursor"));
  if (!place) return tl::unexpected(place.error());
  auto answer = answer_of(call, **kind, *place, *limit);
  if (!answer) return tl::unexpected(answer.error());
  const auto decisions = shown_decisions(call, **kind);
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  std::shared_ptr<population::Population> population;
  if (!decisions.empty()) {
    auto at = call.population_at(*as_of);
    if (!at) return tl::unexpected(at.error());
    population = std::move(*at);
  }
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const RecordId id : answer->records) {
    auto record = call.house.records.read(call.viewer, **kind, id, *as_of);
    if (!record) continue;  // gone since the list was made
    json.object();
    write_record_members(json, *record, titles);
    if (!decisions.empty()) write_outcome_values(json, call, *population, id, decisions);
    json.end_object();
  }
  const std::size_t next = *place + answer->records.size();
  json.end_array().member_or_null("next_cursor",
                                  next < answer->total && !answer->records.empty() ? cursor_of(next) : std::string{});
  json.member("total", answer->total).end_object();
  return Response::json(json.take());
}

}  // namespace

base::Result<std::optional<std::vector<RecordId>>> listed_records(Call& call, const Kind& kind) {
  auto answer = answer_of(call, kind, 0, SIZE_MAX / 2);
  if (!answer) return tl::unexpected(answer.error());
  return std::optional(std::move(answer->records));
}

void add_record_lists(Router& router) { router.add(Method::Get, "/records/{kind}", Ability::SignedIn, get_records); }

}  // namespace yuanqu::api
