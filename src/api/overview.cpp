#include <algorithm>
#include <map>

#include "api/json_writer.hpp"
#include "api/outcome_json.hpp"
#include "api/page_settings.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"

namespace yuanqu::api {
namespace {

using register_::Kind;

constexpr std::int64_t weeks_shown = 13;

struct Group {
  std::string code;  // empty: unknown
  pack::Label label;
  std::size_t count = 0;
};

std::vector<Group> groups_by_outcome(const Call& call, const population::Decision& decision) {
  std::vector<Group> groups;
  for (const population::OutcomeLabel& value : decision.values) groups.push_back({value.code, value.labels, 0});
  for (const population::OutcomeCount& one : call.house.population.count(decision)) {
    const auto found =
        std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.code == one.value; });
    if (found != groups.end()) {
      found->count = one.count;
    } else if (one.value == "unknown") {
      groups.push_back({{}, {"无法判定", "Unknown"}, one.count});
    } else {
      groups.push_back({one.value, {one.value, one.value}, one.count});
    }
  }
  return groups;
}

// The entry of the wanted level a code belongs to; null when the code is not in the list.
const register_::CodeEntry* rolled_up(const register_::CodeList& codes, std::string_view code, int level) {
  const register_::CodeEntry* entry = codes.find(code);
  while (entry != nullptr && entry->level > level && !entry->parent.empty()) entry = codes.find(entry->parent);
  return entry;
}

std::vector<Group> groups_by_field(const Call& call, const FigureSettings& figure) {
  std::map<std::string, std::size_t, std::less<>> counts;
  call.house.population.for_each_value(*figure.kind, *figure.field,
                                       [&](register_::RecordId, const register_::Value& value) {
                                         ++counts[value.is_null() ? std::string{} : value.to_text()];
                                       });
  std::map<std::string, Group, std::less<>> groups;
  for (const auto& [text, count] : counts) {
    std::string code = text;
    pack::Label label{text, text};
    if (figure.codes != nullptr && !text.empty()) {
      const register_::CodeEntry* entry = rolled_up(*figure.codes, text, figure.level);
      code = entry == nullptr ? std::string{} : entry->code;
      if (entry != nullptr) label = {entry->name, entry->name};
    } else if (const register_::EnumerationValue* value = figure.field->value(text)) {
      label = value->labels;
    }
    if (code.empty()) label = {"未登记", "Not recorded"};
    Group& group = groups[code];
    group.code = code;
    group.label = label;
    group.count += count;
  }
  std::vector<Group> sorted;
  for (auto& [code, group] : groups) sorted.push_back(std::move(group));
  std::stable_sort(sorted.begin(), sorted.end(), [](const Group& a, const Group& b) {
    return a.code.empty() != b.code.empty() ? b.code.empty() : a.count > b.count;
  });
  return sorted;
}

void write_groups(JsonWriter& json, const std::vector<Group>& groups) {
  json.array();
  for (const Group& group : groups) {
    if (group.count == 0) continue;
    json.object()
        .member_or_null("code", group.code)
        .labels("labels", group.label.zh, group.label.en)
        .member("count", group.count)
        .end_object();
  }
  json.end_array();
}

// Figures speak of all files: only for those who may read the field over all of them.
std::optional<std::vector<Group>> groups_of(const Call& call, const FigureSettings& figure) {
  if (!figure.decision.empty()) {
    const population::Decision* decision = call.house.population.programs().decisions().find(figure.decision);
    if (decision == nullptr || !may_see_outcomes(call, *decision)) return std::nullopt;
    return groups_by_outcome(call, *decision);
  }
  if (call.viewer.reach(*figure.kind, *figure.field) != register_::Reach::All) return std::nullopt;
  return groups_by_field(call, figure);
}

base::Result<std::size_t> count_duties(Call& call, std::optional<base::Date> due_to) {
  duty::Query query;
  query.limit = 1;
  query.due_to = due_to;
  auto page = call.house.duties.list(call.viewer, query);
  if (!page) return tl::unexpected(page.error());
  return page->total;
}

base::Result<void> write_zone_counts(JsonWriter& json, Call& call) {
  json.key("counts").object();
  for (const Kind* kind : call.house.records.catalogue().kinds()) {
    if (kind->system || call.viewer.reach(*kind) != register_::Reach::All) continue;
    auto count = call.house.records.count(*kind);
    if (!count) return tl::unexpected(count.error());
    json.member(kind->name, *count);
  }
  auto open = count_duties(call, std::nullopt);
  auto late = count_duties(call, base::Date::from_days(call.today().days() - 1));
  if (!open) return tl::unexpected(open.error());
  if (!late) return tl::unexpected(late.error());
  json.member("duties_open", *open).member("duties_late", *late);
  casework::CaseQuery running, done;
  running.states = {casework::CaseState::Running, casework::CaseState::Waiting, casework::CaseState::Stopped};
  done.states = {casework::CaseState::Completed};
  auto cases_running = call.house.casework.count(call.viewer, running);
  auto cases_done = call.house.casework.count(call.viewer, done);
  if (!cases_running) return tl::unexpected(cases_running.error());
  if (!cases_done) return tl::unexpected(cases_done.error());
  json.member("cases_running", *cases_running).member("cases_done", *cases_done);
  auto papers = call.house.papers.count({});
  if (!papers) return tl::unexpected(papers.error());
  json.member("papers", *papers).end_object();
  return {};
}

base::Result<void> write_weeks(JsonWriter& json, Call& call) {
  const base::Date today = call.today();
  const std::int64_t monday = today.days() - (today.weekday() - 1);
  auto counts =
      call.house.duties.due_counts(base::Date::from_days(monday), base::Date::from_days(monday + 7 * weeks_shown - 1));
  if (!counts) return tl::unexpected(counts.error());
  struct Week {
    std::size_t count = 0;
    std::map<std::string, std::size_t> by_service;
  };
  std::vector<Week> weeks(static_cast<std::size_t>(weeks_shown));
  for (const duty::DueCount& one : *counts) {
    if (!one.day) continue;
    const auto week = static_cast<std::size_t>((one.day->days() - monday) / 7);
    if (one.day->days() < monday || week >= weeks.size()) continue;
    weeks[week].count += one.count;
    if (const duty::ServiceItem* item = call.house.duties.services().find(one.item))
      weeks[week].by_service[item->name] += one.count;
  }
  json.key("due_by_week").array();
  for (std::size_t i = 0; i < weeks.size(); ++i) {
    json.object()
        .member("week", base::Date::from_days(monday + 7 * static_cast<std::int64_t>(i)))
        .member("count", weeks[i].count)
        .key("by_service")
        .object();
    for (const auto& [service, count] : weeks[i].by_service) json.member(service, count);
    json.end_object().end_object();
  }
  json.end_array();
  return {};
}

bool sees_the_zone(const Call& call) {
  for (const Kind* kind : call.house.records.catalogue().kinds()) {
    if (kind->opens_file && !kind->system &&
        call.viewer.reach(*kind, register_::FieldClass::Internal) == register_::Reach::All)
      return true;
  }
  return false;
}

base::Result<Response> get_overview(Call& call) {
  if (!sees_the_zone(call)) {
    return base::fail(base::ErrorCode::Forbidden, "全区概览只对园区工作人员开放。",
                      "The zone's overview is for its staff.");
  }
  JsonWriter json;
  json.object().member("today", call.today()).member("synthetic", call.house.synthetic);
  if (auto counts = write_zone_counts(json, call); !counts) return tl::unexpected(counts.error());
  std::vector<std::pair<const FigureSettings*, std::vector<Group>>> figures;
  for (const FigureSettings& figure : call.house.pages.figures) {
    if (auto groups = groups_of(call, figure)) figures.emplace_back(&figure, std::move(*groups));
  }
  for (const auto& [figure, groups] : figures) {
    json.key(figure->name);
    write_groups(json, groups);
  }
  json.key("groups").array();
  for (const auto& [figure, groups] : figures) {
    json.object().member("name", figure->name).labels("labels", figure->labels.zh, figure->labels.en).key("items");
    write_groups(json, groups);
    json.end_object();
  }
  json.end_array();
  if (auto weeks = write_weeks(json, call); !weeks) return tl::unexpected(weeks.error());
  duty::Query newest;
  newest.newest_first = true;
  newest.limit = 10;
  auto page = call.house.duties.list(call.viewer, newest);
  if (!page) return tl::unexpected(page.error());
  Titles titles(call);
  json.key("newest_duties").array();
  for (const duty::Duty& one : page->duties) write_duty(json, call, one, titles);
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_overview(Router& router) { router.add(Method::Get, "/overview", Ability::SignedIn, get_overview); }

}  // namespace yuanqu::api
