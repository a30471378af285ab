#include <algorithm>

#include "api/json_writer.hpp"
#include "api/outcome_json.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "register/text_value.hpp"

namespace yuanqu::api {
namespace {

using register_::RecordView;

constexpr std::size_t children_max = 200;  // of each kind
constexpr std::size_t timeline_changes_max = 100;
constexpr std::size_t timeline_max = 200;

struct Line {
  std::string at;  // sorts by time; a day, or a moment
  std::string json;
};

std::string change_sentence(Call& call, const register_::ChangeView& change, Titles& titles, bool chinese) {
  std::string text = chinese ? change.kind->labels.zh : change.kind->labels.en;
  if (change.operation != journal::Operation::Put || change.values.empty()) {
    const std::string operation(journal::name_of(change.operation));
    return text + " · " + operation;
  }
  text += chinese ? "：" : ": ";
  std::size_t shown = 0;
  for (const register_::FieldWrite& written : change.values) {
    const register_::Field* field = change.kind->field(written.field);
    if (field == nullptr) continue;
    if (shown == 3)
      return text + (chinese ? " 等 " + std::to_string(change.values.size()) + " 项"
                             : " … " + std::to_string(change.values.size()) + " fields");
    if (shown++ > 0) text += chinese ? "，" : ", ";
    text += (chinese ? field->labels.zh : field->labels.en) + " ";
    if (written.value.is_null()) {
      text += chinese ? "清空" : "cleared";
    } else if (written.value.type() == register_::ValueType::Reference) {
      text += titles.of(written.value.as_reference());
    } else {
      text += register_::shown(*field, written.value, chinese);
    }
  }
  const std::string_view source = source_name(call, change.source);
  if (const register_::Source* one = call.house.records.catalogue().source(source))
    text += chinese ? "（" + one->labels.zh + "）" : " (" + one->labels.en + ")";
  return text;
}

void add_change_lines(std::vector<Line>& lines, Call& call, std::int64_t file, const register_::AsOf& as_of,
                      Titles& titles) {
  const auto changes = call.house.records.history_of_file(call.viewer, file, timeline_changes_max);
  if (!changes) return;
  for (const register_::ChangeView& change : *changes) {
    if (change.kind == nullptr || change.kind->system) continue;
    if (as_of.known_at && change.sequence > *as_of.known_at) continue;
    JsonWriter json;
    const std::string at = instant_text(change.recorded_at_ms);
    json.object()
        .member("at", at)
        .member("day", change.effective_from)
        .member("type", change.voided ? "voided" : "change");
    json.member("zh", change_sentence(call, change, titles, true))
        .member("en", change_sentence(call, change, titles, false));
    json.member_or_null("source", source_name(call, change.source)).member_or_null("reason", change.reason);
    json.member("position", change.sequence)
        .member("record", Id{change.record})
        .member("kind", change.kind->name)
        .member("future", change.effective_from > as_of.day)
        .end_object();
    lines.push_back({change.effective_from.to_string(), json.take()});
  }
}

void add_duty_line(std::vector<Line>& lines, const Call& call, const duty::Duty& duty) {
  JsonWriter json;
  json.object()
      .member("at", duty.created_on)
      .member("type", "duty")
      .member("zh", duty.title.zh)
      .member("en", duty.title.en.empty() ? duty.title.zh : duty.title.en);
  json.member("href", "/duties/" + std::to_string(duty.id)).member("future", false).end_object();
  lines.push_back({duty.created_on.to_string(), json.take()});
  if (!duty.due_on || !duty::is_open(duty.state) || *duty.due_on < call.today()) return;
  JsonWriter ahead;
  ahead.object()
      .member("at", *duty.due_on)
      .member("type", "due")
      .member("zh", duty.title.zh + " · 最迟这一天")
      .member("en", duty.title.en + " · last day");
  ahead.member("href", "/duties/" + std::to_string(duty.id)).member("future", true).end_object();
  lines.push_back({duty.due_on->to_string(), ahead.take()});
}

void add_case_line(std::vector<Line>& lines, const casework::Case& one) {
  JsonWriter json;
  json.object()
      .member("at", one.opened_on)
      .member("type", "case")
      .member("zh", one.labels.zh + " " + one.number + " 开办");
  json.member("en", one.labels.en + " " + one.number + " opened")
      .member("href", "/cases/" + std::to_string(one.id))
      .member("future", false)
      .end_object();
  lines.push_back({one.opened_on.to_string(), json.take()});
  if (!one.closed_on) return;
  JsonWriter closed;
  closed.object()
      .member("at", *one.closed_on)
      .member("type", "case")
      .member("zh", one.labels.zh + " " + one.number + " 办结：" + one.outcome.zh);
  closed.member("en", one.labels.en + " " + one.number + " closed: " + one.outcome.en)
      .member("href", "/cases/" + std::to_string(one.id));
  closed.member("future", false).end_object();
  lines.push_back({one.closed_on->to_string(), closed.take()});
}

void add_outcome_line(std::vector<Line>& lines, const population::Decision& decision,
                      const population::Outcome& outcome, base::Date day, Titles& titles) {
  if (!outcome.until) return;
  const base::Date until = *outcome.until;
  const std::string title = titles.of(outcome.subject);
  JsonWriter json;
  json.object()
      .member("at", until)
      .member("type", "outcome")
      .member("zh", decision.labels.zh + "将变化（" + title + "）");
  json.member("en", decision.labels.en + " will change (" + title + ")").member_null("href").member("future", true);
  json.member("decision", decision.name).end_object();
  if (until > day) lines.push_back({until.to_string(), json.take()});
}

struct FileAnswer {
  std::string outcomes, duties, cases, papers;
  std::string building;  // the part of the outcomes' population that is done; "" when they are there
  std::vector<Line> lines;
};

// Outcomes of the file's own record and of its children that decisions speak of. Those of an earlier knowledge may
// still be in the making: then the page comes without them and says how far they are.
base::Result<void> gather_outcomes(FileAnswer& answer, Call& call, const register_::FileView& file,
                                   const register_::AsOf& as_of, Titles& titles) {
  if (as_of.known_at) {
    auto population = call.population_at(as_of);
    if (!population && call.problem_extra.starts_with("\"building\"")) {
      answer.building = call.problem_extra.substr(call.problem_extra.find(' ') + 1);
      answer.outcomes = "[]";
      call.problem_extra.clear();
      return {};
    }
    if (!population) return tl::unexpected(population.error());
  }
  JsonWriter json;
  json.array();
  const auto add = [&](const RecordView& record) -> base::Result<void> {
    auto outcomes = outcomes_as_of(call, *record.kind, record.id, as_of);
    if (!outcomes) return tl::unexpected(outcomes.error());
    for (const auto& [decision, outcome] : *outcomes) {
      if (!outcome.applies || !may_see_outcome(call, *decision, record.file)) continue;
      write_outcome(json, call, *decision, outcome, titles);
      add_outcome_line(answer.lines, *decision, outcome, as_of.day, titles);
    }
    return {};
  };
  if (auto added = add(file.record); !added) return added;
  for (const auto& [kind, records] : file.children) {
    const auto& decisions = call.house.population.programs().decisions().all();
    const bool decided = std::any_of(decisions.begin(), decisions.end(),
                                     [kind = kind](const auto& decision) { return decision.kind == kind; });
    if (!decided) continue;
    for (const RecordView& record : records) {
      if (record.closed) continue;
      if (auto added = add(record); !added) return added;
    }
  }
  json.end_array();
  answer.outcomes = json.take();
  return {};
}

// A duty as it stood on an earlier day: its last move until then.
base::Result<bool> as_it_stood(Call& call, duty::Duty& duty, base::Date day) {
  if (duty.created_on > day) return false;
  auto moves = call.house.duties.moves(duty.id);
  if (!moves) return tl::unexpected(moves.error());
  for (const duty::Move& move : *moves) {
    if (move.day > day) continue;
    duty.state = move.state;
    duty.reason = move.reason;
  }
  return true;
}

base::Result<void> gather_work(FileAnswer& answer, Call& call, std::int64_t file, const register_::AsOf& as_of,
                               Titles& titles) {
  const bool past = as_of.day < call.today();
  duty::Query query;
  query.file = file;
  query.states = {duty::State::Planned, duty::State::Due,       duty::State::Taken,
                  duty::State::Done,    duty::State::Withdrawn, duty::State::Expired};
  query.limit = 100;
  query.newest_first = true;
  auto duties = call.house.duties.list(call.viewer, query);
  if (!duties) return tl::unexpected(duties.error());
  JsonWriter duties_json;
  duties_json.array();
  for (duty::Duty& one : duties->duties) {
    if (past) {
      auto stood = as_it_stood(call, one, as_of.day);
      if (!stood) return tl::unexpected(stood.error());
      if (!*stood) continue;
    }
    write_duty(duties_json, call, one, titles);
    add_duty_line(answer.lines, call, one);
  }
  duties_json.end_array();
  answer.duties = duties_json.take();

  casework::CaseQuery cases_query;
  cases_query.file = file;
  cases_query.limit = 100;
  auto cases = call.house.casework.list(call.viewer, cases_query);
  if (!cases) return tl::unexpected(cases.error());
  JsonWriter cases_json;
  cases_json.array();
  for (const casework::Case& one : *cases) {
    if (past && one.opened_on > as_of.day) continue;
    write_case(cases_json, call, one, titles);
    add_case_line(answer.lines, one);
  }
  cases_json.end_array();
  answer.cases = cases_json.take();

  paper::Query papers_query;
  papers_query.file = file;
  auto papers = call.house.papers.list(papers_query);
  if (!papers) return tl::unexpected(papers.error());
  JsonWriter papers_json;
  papers_json.array();
  for (const paper::Paper& one : *papers) write_paper(papers_json, call, one, titles);
  papers_json.end_array();
  answer.papers = papers_json.take();
  return {};
}

void write_facts(JsonWriter& json, Call& call, const RecordView& record, Titles& titles) {
  json.key("facts").array();
  for (const register_::FieldView& view : record.fields) write_fact(json, call, record, view, titles);
  json.end_array().key("findings").array();
  for (const register_::Finding& finding : record.findings) write_finding(json, finding, *record.kind);
  json.end_array();
}

// Of a child only what its sources do not agree on, as the viewer sees it: a row then shows both.
bool sources_differ(const register_::FieldView& view) {
  return std::any_of(view.others.begin(), view.others.end(),
                     [&](const register_::FieldView::Other& other) { return !(other.value == view.value); });
}

void write_child(JsonWriter& json, Call& call, const RecordView& record, Titles& titles) {
  json.object();
  write_record_members(json, record, titles);
  json.key("facts").array();
  for (const register_::FieldView& view : record.fields) {
    if (sources_differ(view)) write_fact(json, call, record, view, titles);
  }
  json.end_array().end_object();
}

void write_children(JsonWriter& json, Call& call, const register_::FileView& file, Titles& titles) {
  json.key("children").object();
  for (const auto& [kind, records] : file.children) {
    json.key(kind->name).array();
    for (std::size_t i = 0; i < records.size() && i < children_max; ++i) write_child(json, call, records[i], titles);
    json.end_array();
  }
  json.end_object().key("child_totals").object();
  for (const auto& [kind, records] : file.children) json.member(kind->name, records.size());
  json.end_object();
}

base::Result<Response> get_file(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto file = call.house.records.read_file(call.viewer, *id, *as_of);
  if (!file) return tl::unexpected(file.error());
  Titles titles(call);
  FileAnswer answer;
  if (auto gathered = gather_outcomes(answer, call, *file, *as_of, titles); !gathered)
    return tl::unexpected(gathered.error());
  if (auto gathered = gather_work(answer, call, *id, *as_of, titles); !gathered)
    return tl::unexpected(gathered.error());
  add_change_lines(answer.lines, call, *id, *as_of, titles);
  // The future on top, then back in time.
  std::stable_sort(answer.lines.begin(), answer.lines.end(), [](const Line& a, const Line& b) { return a.at > b.at; });
  JsonWriter json;
  json.object().key("record");
  write_record(json, file->record, titles);
  json.member("synthetic", call.house.synthetic).member("as_of", as_of->day).member("known_at", as_of->known_at);
  json.key("building");
  if (answer.building.empty()) {
    json.null();
  } else {
    json.raw(answer.building);
  }
  write_facts(json, call, file->record, titles);
  write_children(json, call, *file, titles);
  json.key("outcomes")
      .raw(answer.outcomes)
      .key("duties")
      .raw(answer.duties)
      .key("cases")
      .raw(answer.cases)
      .key("papers")
      .raw(answer.papers);
  json.key("timeline").array();
  for (std::size_t i = 0; i < answer.lines.size() && i < timeline_max; ++i) json.raw(answer.lines[i].json);
  json.end_array().end_object();
  return Response::json(json.take()).with("ETag", "\"" + std::to_string(file->record.version) + "\"");
}

}  // namespace

void add_files(Router& router) { router.add(Method::Get, "/files/{id}", Ability::SignedIn, get_file); }

}  // namespace yuanqu::api
