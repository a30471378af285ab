// A decision over everybody: who has which outcome and why, who misses few conditions, what is unknown for want of
// which facts, and what changes in the coming days.

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

#include "api/insight_json.hpp"
#include "api/outcome_json.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"
#include "population/forecast.hpp"
#include "population/ways.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

using population::Decision;
using population::Outcome;
using register_::RecordId;

constexpr std::size_t days_ahead_max = 3700;

// The path's {decision}, when the viewer may see its outcomes.
base::Result<const Decision*> readable_decision(Call& call) {
  auto found = decision_of(call);
  if (!found) return found;
  const Decision* decision = *found;
  if (!may_see_outcomes(call, *decision)) {
    return base::fail(
        base::ErrorCode::Forbidden, "“" + decision->labels.zh + "”依据的数据不向您的岗位开放，结论也不开放。",
        "\"" + decision->labels.en + "\" rests on data your post may not read; so its outcomes are not shown either.",
        {.field = decision->name});
  }
  return decision;
}

std::string code_of(const Outcome& outcome) {
  if (population::is_unknown(outcome)) return "unknown";
  return outcome.value.is(feel::Kind::String) ? std::string(outcome.value.text()) : feel::to_literal(outcome.value);
}

// What the author wrote beside the rule that matched: the reason in words.
class RuleNotes {
 public:
  RuleNotes(const Call& call, const Decision& decision)
      : program_(call.house.population.programs().find(decision.name)) {
    for (const auto& version : program_->versions)
      tables_.push_back(population::OutcomeTable::of(version, decision.result));
  }
  std::string of(const Outcome& outcome) const {
    for (const population::OutcomeTable& table : tables_) {
      const std::string mark = table.decision() + ": ";
      std::size_t at = outcome.rules.rfind("; " + mark);
      at = at != std::string::npos ? at + 2 : outcome.rules.rfind(mark, 0) == 0 ? 0 : std::string::npos;
      if (table.decision().empty() || at == std::string::npos) continue;
      std::string notes;
      const std::string numbers =
          outcome.rules.substr(at + mark.size(), outcome.rules.find(';', at) - at - mark.size());
      for (std::size_t from = 0; from < numbers.size();) {
        const std::size_t end = std::min(numbers.find(", ", from), numbers.size());
        const std::string note =
            table.annotation(static_cast<std::uint32_t>(std::strtoul(numbers.c_str() + from, nullptr, 10)));
        if (!note.empty()) notes += (notes.empty() ? "" : "；") + note;
        from = end + 2;
      }
      if (!notes.empty()) return notes;
    }
    return {};
  }

 private:
  const population::DecisionProgram* program_;
  std::vector<population::OutcomeTable> tables_;
};

struct Chosen {
  std::vector<Outcome> outcomes;
  std::map<std::string, std::size_t> counts;
  std::size_t all = 0;
};

Chosen choose(Call& call, const Decision& decision, bool export_too = false) {
  Chosen chosen;
  const std::string_view wanted = call.query("value");
  std::vector<Outcome> outcomes = call.house.population.outcomes(decision);
  call.house.population.read([&](const population::Population::Image& image) {
    const auto file_of = [&](RecordId subject) -> std::optional<std::int64_t> {
      if (image.columns != nullptr) {
        if (const auto row = image.columns->row_of(*decision.kind, subject))
          return image.columns->file_of(*decision.kind, *row);
      }
      const auto state = image.facts.find(subject);
      return state == nullptr ? std::nullopt : std::optional(state->file);
    };
    std::erase_if(outcomes, [&](const Outcome& outcome) {
      if (!outcome.applies) return true;
      const auto file = file_of(outcome.subject);
      if (!file || !may_see_outcome(call, decision, *file)) return true;
      return export_too && !decision.lowered_class && call.viewer.individual(*file) &&
             !may_read_reasons(call, decision, *file, true);
    });
  });
  for (Outcome& outcome : outcomes) {
    ++chosen.all;
    const std::string code = code_of(outcome);
    ++chosen.counts[code];
    if (wanted.empty() || code == wanted) chosen.outcomes.push_back(std::move(outcome));
  }
  // What changes soonest first, then by record.
  std::stable_sort(chosen.outcomes.begin(), chosen.outcomes.end(), [](const Outcome& a, const Outcome& b) {
    const auto day = [](const Outcome& one) {
      return one.until ? one.until->days() : std::numeric_limits<std::int64_t>::max();
    };
    return day(a) < day(b);
  });
  return chosen;
}

// With since and the rules that matched, which are worked out when somebody looks.
Outcome looked_at(Call& call, const Decision& decision, const Outcome& outcome) {
  return call.house.population.outcome(decision, outcome.subject).value_or(outcome);
}

void write_outcome_counts(JsonWriter& json, const Decision& decision, const Chosen& chosen) {
  json.key("counts").array();
  std::map<std::string, std::size_t> rest = chosen.counts;
  const auto write = [&](const std::string& code, const pack::Label& label, std::size_t count) {
    json.object().member("value", code).labels("labels", label.zh, label.en).member("count", count).end_object();
  };
  for (const population::OutcomeLabel& value : decision.values) {
    write(value.code, value.labels, rest[value.code]);
    rest.erase(value.code);
  }
  for (const auto& [code, count] : rest)
    write(code, code == "unknown" ? pack::Label{"无法判定", "Unknown"} : pack::Label{code, code}, count);
  json.end_array().member("all", chosen.all);
}

base::Result<Response> get_decision_outcomes(Call& call) {
  auto decision = readable_decision(call);
  if (!decision) return tl::unexpected(decision.error());
  auto limit = call.limit(50, 500);
  if (!limit) return tl::unexpected(limit.error());
  auto place = place_of_cursor(call.query("cursor"));
  if (!place) return tl::unexpected(place.error());
  const Chosen chosen = choose(call, **decision);
  const RuleNotes notes(call, **decision);
  Titles titles(call);
  JsonWriter json;
  json.object().key("decision");
  write_decision(json, **decision);
  write_outcome_counts(json, **decision, chosen);
  json.key("items").array();
  std::size_t at = *place;
  for (; at < chosen.outcomes.size() && at < *place + *limit; ++at) {
    const Outcome outcome = looked_at(call, **decision, chosen.outcomes[at]);
    const pack::Label label = label_of_value(**decision, outcome.value);
    json.object().key("record");
    write_reference(json, outcome.subject, titles);
    json.key("value");
    write_feel(json, outcome.value);
    json.labels("value_labels", label.zh, label.en).member("since", outcome.since).member("until", outcome.until);
    json.member_or_null("reason", notes.of(outcome)).end_object();
  }
  json.end_array().member_or_null("next_cursor", at < chosen.outcomes.size() ? cursor_of(at) : std::string{});
  json.member("total", chosen.outcomes.size()).end_object();
  return Response::json(json.take());
}

// A table of texts as a workbook that is sent and deleted.
base::Result<Response> list_workbook(Call& call, const std::string& name, const std::vector<tabular::Column>& columns,
                                     const std::vector<std::vector<tabular::Cell>>& rows) {
  Response response;
  response.compressible = false;
  response.content_type = std::string(workbook_type);
  response.file = call.house.data_folder / "exports" / ("list-" + call.request.trace_id + ".xlsx");
  response.delete_file = true;
  response.with("Content-Disposition",
                "attachment; filename*=UTF-8''" + percent_encoded(name + "-" + call.today().to_string() + ".xlsx"));
  auto writer = tabular::create_writer(response.file, tabular::Format::Xlsx, columns);
  if (!writer) return tl::unexpected(writer.error());
  for (const auto& row : rows) {
    if (auto written = (*writer)->write(row); !written) return tl::unexpected(written.error());
  }
  if (auto finished = (*writer)->finish(); !finished) return tl::unexpected(finished.error());
  return response;
}

tabular::Cell date_cell(const std::optional<base::Date>& day) {
  return day ? tabular::Cell{.kind = tabular::CellKind::Date, .text = day->to_string()} : tabular::Cell{};
}

// The first key of a kind that is not a reference: what a table names a record by.
const register_::Field* code_field(const register_::Kind& kind) {
  for (const auto& key : kind.keys) {
    const register_::Field* field = key.size() == 1 ? kind.field(key.front()) : nullptr;
    if (field != nullptr && field->type == register_::FieldType::String && field->number != kind.title) return field;
  }
  return nullptr;
}
std::string code_of(const Call& call, const register_::Kind& kind, RecordId record) {
  const register_::Field* field = code_field(kind);
  const auto state = field == nullptr ? std::nullopt : call.house.population.state(record);
  if (!state || call.viewer.access(kind, *field, state->file) != register_::Access::Full) return {};
  return register_::read_plain(*state, *field, call.house.population.today()).value().to_text();
}

base::Result<void> demand_export(const Call& call, const Decision& decision) {
  if (!decision.lowered_class) return demand_every_field(call, decision, true);
  const register_::Field* title = decision.kind->field(decision.kind->title);
  if (title == nullptr || call.viewer.may_export(*decision.kind, *title) == register_::Reach::All) return {};
  return base::fail(base::ErrorCode::Forbidden, "您的岗位不能导出“" + decision.kind->labels.zh + "”。",
                    "Your post may not export " + decision.kind->labels.en + ".");
}

base::Result<Response> get_outcomes_workbook(Call& call) {
  auto decision = readable_decision(call);
  if (!decision) return tl::unexpected(decision.error());
  if (auto allowed = demand_export(call, **decision); !allowed) return tl::unexpected(allowed.error());
  const bool zh = call.chinese();
  const Chosen chosen = choose(call, **decision, true);
  const RuleNotes notes(call, **decision);
  const register_::Kind& kind = *(*decision)->kind;
  const register_::Field* code = code_field(kind);
  Titles titles(call);
  std::vector<std::vector<tabular::Cell>> rows;
  for (const Outcome& one : chosen.outcomes) {
    const Outcome outcome = looked_at(call, **decision, one);
    const pack::Label label = label_of_value(**decision, outcome.value);
    rows.push_back({tabular::text_cell(titles.of(outcome.subject)),
                    tabular::text_cell(code_of(call, kind, outcome.subject)),
                    tabular::text_cell(zh ? label.zh : label.en), tabular::text_cell(notes.of(outcome)),
                    date_cell(outcome.since), date_cell(outcome.until)});
  }
  const std::string basis = zh ? (*decision)->basis.zh : (*decision)->basis.en;
  return list_workbook(
      call, zh ? (*decision)->labels.zh : (*decision)->labels.en,
      {{.header = zh ? kind.labels.zh : kind.labels.en, .width = 34},
       {.header = code == nullptr ? (zh ? "编号" : "Code")
                  : zh            ? code->labels.zh
                                  : code->labels.en,
        .width = 22},
       {.header = zh ? (*decision)->labels.zh : (*decision)->labels.en, .note = basis, .width = 18},
       {.header = zh ? "理由" : "Reason", .width = 48},
       {.header = zh ? "自" : "Since"},
       {.header = zh ? "至" : "Until",
        .note = zh ? "按现有记录，届时结论会变。" : "The outcome differs then, by what is recorded now."}},
      rows);
}

base::Result<std::size_t> conditions_of(Call& call) {
  const std::string_view text = call.query("conditions");
  if (text.empty()) return std::size_t{1};
  if (text.size() == 1 && text[0] >= '1' && text[0] <= '9') return static_cast<std::size_t>(text[0] - '0');
  return base::fail(base::ErrorCode::Invalid, "conditions 应为 1 到 9。", "conditions must be 1 to 9.",
                    {.field = "conditions"});
}

base::Result<std::vector<population::NearMiss>> near_misses_of(Call& call, const Decision& decision, bool export_too) {
  if (auto allowed = demand_every_field(call, decision, export_too); !allowed) return tl::unexpected(allowed.error());
  auto conditions = conditions_of(call);
  if (!conditions) return tl::unexpected(conditions.error());
  return population::near_misses(call.house.population, {.decision = &decision,
                                                         .aim = std::string(call.query("aim")),
                                                         .conditions_max = *conditions,
                                                         .allowed = [&](RecordId, std::int64_t file) {
                                                           return !call.viewer.individual(file) ||
                                                                  may_read_reasons(call, decision, file, export_too);
                                                         }});
}

base::Result<Response> get_near_misses(Call& call) {
  auto decision = readable_decision(call);
  if (!decision) return tl::unexpected(decision.error());
  auto limit = call.limit(50, 500);
  if (!limit) return tl::unexpected(limit.error());
  auto place = place_of_cursor(call.query("cursor"));
  if (!place) return tl::unexpected(place.error());
  auto found = near_misses_of(call, **decision, false);
  if (!found) return tl::unexpected(found.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  std::size_t at = *place;
  for (; at < found->size() && at < *place + *limit; ++at) {
    const population::NearMiss& miss = (*found)[at];
    const pack::Label label = label_of_value(**decision, miss.value);
    json.object().key("record");
    write_reference(json, miss.subject, titles);
    json.key("value");
    write_feel(json, miss.value);
    json.labels("value_labels", label.zh, label.en)
        .member("rule", miss.way.rule)
        .member("unmet", miss.way.unmet)
        .member("gap", miss.way.gap);
    json.key("failed").array();
    for (const population::Condition& condition : miss.failed) write_failed_condition(json, condition);
    json.end_array().end_object();
  }
  json.end_array().member_or_null("next_cursor", at < found->size() ? cursor_of(at) : std::string{});
  const std::string aim = call.query("aim").empty() ? (*decision)->aim : std::string(call.query("aim"));
  const pack::Label label = label_of_value(**decision, feel::Value(aim));
  json.member("aim", aim).labels("aim_labels", label.zh, label.en).member("total", found->size()).end_object();
  return Response::json(json.take());
}

base::Result<Response> get_near_misses_workbook(Call& call) {
  auto decision = readable_decision(call);
  if (!decision) return tl::unexpected(decision.error());
  auto found = near_misses_of(call, **decision, true);
  if (!found) return tl::unexpected(found.error());
  const bool zh = call.chinese();
  const register_::Kind& kind = *(*decision)->kind;
  Titles titles(call);
  std::vector<std::vector<tabular::Cell>> rows;
  for (const population::NearMiss& miss : *found) {
    for (const population::Condition& condition : miss.failed) {
      tabular::Cell margin;
      if (condition.distance)
        margin = {.kind = tabular::CellKind::Number, .text = condition.distance->margin.absolute().to_string()};
      rows.push_back({tabular::text_cell(titles.of(miss.subject)),
                      tabular::text_cell(code_of(call, kind, miss.subject)),
                      {.kind = tabular::CellKind::Number, .text = std::to_string(miss.way.unmet)},
                      tabular::text_cell(condition.label),
                      tabular::text_cell(feel::to_text(condition.value).value_or("")),
                      tabular::text_cell(condition.bound),
                      margin});
    }
  }
  return list_workbook(call, (zh ? (*decision)->labels.zh + "临界名单" : (*decision)->labels.en + " near misses"),
                       {{.header = zh ? kind.labels.zh : kind.labels.en, .width = 34},
                        {.header = zh ? "编号" : "Code", .width = 22},
                        {.header = zh ? "不满足项数" : "Conditions failed"},
                        {.header = zh ? "条件" : "Condition", .width = 30},
                        {.header = zh ? "现值" : "Value"},
                        {.header = zh ? "界限" : "Bound"},
                        {.header = zh ? "差" : "Short by"}},
                       rows);
}

base::Result<Response> get_forecast(Call& call) {
  std::size_t days = 42;
  if (const std::string_view text = call.query("days"); !text.empty()) {
    days = static_cast<std::size_t>(std::strtoul(std::string(text).c_str(), nullptr, 10));
    if (days < 1 || days > days_ahead_max)
      return base::fail(base::ErrorCode::Invalid, "days 应为 1 到 3700。", "days must be 1 to 3700.",
                        {.field = "days"});
  }
  const Decision* only = nullptr;
  if (const std::string_view name = call.query("decision"); !name.empty()) {
    only = call.house.population.programs().decisions().find(name);
    if (only == nullptr)
      return base::fail(base::ErrorCode::NotFound, "没有这个判定。", "There is no such decision.",
                        {.field = "decision"});
  }
  auto limit = call.limit(500, 2000);
  if (!limit) return tl::unexpected(limit.error());
  const base::Date from = call.house.population.today();
  const auto to = from.plus_days(static_cast<int>(days));
  std::map<base::Date, std::map<const Decision*, std::size_t>> per_day;
  Titles titles(call);
  JsonWriter items;
  items.array();
  std::size_t total = 0, written = 0;
  const std::string_view on = call.query("on");
  const auto only_day = parse_day(on, "on");
  if (!only_day) return tl::unexpected(only_day.error());
  for (const population::ComingChange& coming :
       population::forecast(call.house.population, *from.plus_days(1), to.value_or(from), only)) {
    if (!may_see_outcome(call, *coming.decision, coming.file)) continue;
    ++per_day[*coming.outcome.until][coming.decision];
    if (*only_day && *coming.outcome.until != **only_day) continue;
    ++total;
    if (written >= *limit) continue;
    ++written;
    const pack::Label now = label_of_value(*coming.decision, coming.outcome.value);
    items.object()
        .member("day", coming.outcome.until)
        .member("decision", coming.decision->name)
        .labels("labels", coming.decision->labels.zh, coming.decision->labels.en)
        .key("record");
    write_reference(items, coming.outcome.subject, titles);
    items.key("file");
    if (coming.file == 0) {
      items.null();
    } else {
      write_reference(items, coming.file, titles);
    }
    items.member("kind", coming.decision->kind->name).key("value");
    write_feel(items, coming.outcome.value);
    items.labels("value_labels", now.zh, now.en).key("then");
    write_feel(items, coming.then_applies ? coming.then : feel::Value());
    const pack::Label then = coming.then_applies ? label_of_value(*coming.decision, coming.then)
                                                 : pack::Label{"不再适用", "No longer applies"};
    items.labels("then_labels", then.zh, then.en);
    items.member("provisional", is_provisional(call, *coming.outcome.until)).end_object();
  }
  items.end_array();
  JsonWriter json;
  json.object().member("from", from).member("to", to).key("days").array();
  for (const auto& [day, by_decision] : per_day) {
    std::size_t count = 0;
    for (const auto& [decision, number] : by_decision) count += number;
    json.object().member("day", day).member("count", count).key("by_decision").array();
    for (const auto& [decision, number] : by_decision) {
      json.object()
          .member("decision", decision->name)
          .labels("labels", decision->labels.zh, decision->labels.en)
          .member("count", number)
          .end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("items").raw(items.take()).member("total", total).end_object();
  return Response::json(json.take());
}

base::Result<Response> get_unknowns(Call& call) {
  auto decision = readable_decision(call);
  if (!decision) return tl::unexpected(decision.error());
  const population::Unknowns unknowns =
      population::unknowns_of(call.house.population, **decision,
                              [&](RecordId, std::int64_t file) { return may_see_outcome(call, **decision, file); });
  JsonWriter json;
  json.object()
      .member("all", unknowns.all)
      .member("unknown", unknowns.subjects.size())
      .member("examined", unknowns.examined)
      .key("shares")
      .array();
  for (const population::UnknownShare& share : unknowns.shares) write_missing_share(json, call, share);
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_decision_lists(Router& router) {
  router.add(Method::Get, "/decisions/{decision}/outcomes", Ability::SignedIn, get_decision_outcomes);
  router.add(Method::Get, "/decisions/{decision}/outcomes.xlsx", Ability::SignedIn, get_outcomes_workbook);
  router.add(Method::Get, "/decisions/{decision}/near-misses", Ability::SignedIn, get_near_misses);
  router.add(Method::Get, "/decisions/{decision}/near-misses.xlsx", Ability::SignedIn, get_near_misses_workbook);
  router.add(Method::Get, "/decisions/{decision}/unknowns", Ability::SignedIn, get_unknowns);
  router.add(Method::Get, "/forecast", Ability::SignedIn, get_forecast);
}

}  // namespace yuanqu::api
