#include <algorithm>

#include "api/change_feed.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "api/value_json.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

using casework::CaseState;

base::Result<casework::CaseQuery> read_case_query(Call& call) {
  casework::CaseQuery query;
  query.procedure = std::string(call.query("procedure"));
  query.service = std::string(call.query("service"));
  const std::string_view state = call.query("state");
  if (state == "open") query.states = {CaseState::Running, CaseState::Waiting, CaseState::Stopped};
  if (state == "closed") query.states = {CaseState::Completed, CaseState::Cancelled};
  for (const CaseState one :
       {CaseState::Running, CaseState::Waiting, CaseState::Stopped, CaseState::Completed, CaseState::Cancelled}) {
    if (state == casework::name_of(one)) query.states = {one};
  }
  if (!state.empty() && state != "all" && query.states.empty()) {
    return base::fail(base::ErrorCode::Invalid, "没有“" + std::string(state) + "”这个办件状态。",
                      "Cases have no state \"" + std::string(state) + "\".", {.field = "state"});
  }
  query.category = std::string(call.query("category"));
  if (!call.query("waits_for_applicant").empty()) query.waits_for_applicant = call.asks("waits_for_applicant");
  if (call.asks("late")) query.due_before = call.today();
  if (const std::string_view parent = call.query("parent"); !parent.empty()) {
    auto id = parse_id(parent, "parent");
    if (!id) return tl::unexpected(id.error());
    query.parent = *id;
  }
  if (const std::string_view subject = call.query("subject"); !subject.empty()) {
    auto id = parse_id(subject, "subject");
    if (!id) return tl::unexpected(id.error());
    const auto record = call.house.records.state(*id);
    (record && *record && (*record)->file == *id ? query.file : query.subject) = *id;
  }
  auto limit = call.limit(50, 200);
  auto before = id_of_cursor(call.query("cursor"));
  if (!limit) return tl::unexpected(limit.error());
  if (!before) return tl::unexpected(before.error());
  query.limit = *limit;
  query.before = *before;
  return query;
}

base::Result<Response> get_cases(Call& call) {
  auto query = read_case_query(call);
  if (!query) return tl::unexpected(query.error());
  auto cases = call.house.casework.list(call.viewer, *query);
  if (!cases) return tl::unexpected(cases.error());
  auto total = call.house.casework.count(call.viewer, *query);
  if (!total) return tl::unexpected(total.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const casework::Case& one : *cases) write_case(json, call, one, titles);
  const bool more = cases->size() == query->limit;
  json.end_array().member_or_null("next_cursor",
                                  more ? cursor_of(static_cast<std::uint64_t>(cases->back().id)) : std::string{});
  json.member("total", *total).end_object();
  return Response::json(json.take());
}

// Where a message went beside the inbox, and how far it got.
void write_deliveries(JsonWriter& json, Call& call, std::int64_t notice) {
  const auto deliveries = call.house.notices.deliveries(notice);
  if (!deliveries) return;
  for (const notice::Delivery& one : *deliveries) {
    json.object()
        .member("notice", Id{notice})
        .member("channel", one.channel)
        .member("state", one.state)
        .member("attempts", static_cast<std::int64_t>(one.attempts))
        .key("at")
        .instant(one.at_ms)
        .member_or_null("error", one.error)
        .end_object();
  }
}

std::string case_text(Call& call, const casework::CaseDetail& detail) {
  Titles titles(call);
  JsonWriter json;
  json.object();
  write_case_members(json, call, detail.summary, titles);
  write_step(json, detail.tasks);
  json.key("tokens").array();
  for (const casework::TokenView& token : detail.tokens)
    json.object().member("element", token.element).member("due", token.due).end_object();
  json.end_array().key("clock").object();
  json.member("budget", static_cast<std::int64_t>(detail.summary.budget_working_days))
      .member("used", detail.clock.used)
      .member("left", detail.clock.left)
      .member("suspended", detail.clock.suspended)
      .member_or_null("calendar", std::string_view(detail.clock.calendar).substr(0, 12))
      .key("ledger")
      .array();
  for (const casework::LedgerLine& line : detail.clock.ledger) {
    json.object()
        .member("reason", line.reason)
        .member("from", line.from)
        .member("to", line.to)
        .member("extension", static_cast<std::int64_t>(line.days))
        .member_or_null("actor", line.actor_name)
        .member_or_null("note", line.note)
        .end_object();
  }
  json.end_array().end_object();
  json.key("may_take_back").array();
  for (const casework::Task& task : detail.tasks) {
    if (task.state == casework::TaskState::Done && call.account && task.closed_by == call.account->id &&
        call.house.casework.may_take_back(call.viewer, {task, detail.summary}))
      json.value(std::to_string(task.id));
  }
  json.end_array();
  json.member("may_withdraw",
              !detail.summary.closed_on && detail.summary.file != 0 && call.viewer.owns(detail.summary.file));
  json.key("visited").array();
  for (const std::string& element : detail.visited) json.value(element);
  json.end_array().key("tasks").array();
  for (const casework::Task& task : detail.tasks) write_task(json, call, {task, detail.summary});
  json.end_array().key("materials").array();
  for (const casework::Material& one : detail.materials) {
    json.object()
        .member("number", one.number)
        .member_or_null("task", Id{one.task})
        .member("name", one.name)
        .member("size", static_cast<std::int64_t>(one.size))
        .member("format", one.format)
        .member_or_null("actor", one.actor_name)
        .member("day", one.day)
        .end_object();
  }
  json.end_array().key("timeline").array();
  for (const casework::Event& event : detail.timeline) {
    json.object()
        .key("at")
        .instant(event.at_ms)
        .member("day", event.day)
        .member("type", event.type)
        .member("zh", event.zh)
        .member("en", event.en);
    json.member_or_null("element", event.element)
        .member_or_null("actor", event.actor_name)
        .member_or_null("reason", event.reason);
    json.member_or_null("paper", Id{event.paper}).key("evidence");
    if (event.evidence.empty()) {
      json.null();
    } else {
      write_evidence(json, call, event.evidence);
    }
    json.end_object();
  }
  json.end_array().key("papers").array();
  const auto papers = call.house.papers.list({.case_id = detail.summary.id});
  if (papers) {
    for (const paper::Paper& paper : *papers) write_paper(json, call, paper, titles);
  }
  json.end_array().key("notices").array();
  // What was said to whom tells what was found.
  auto notices = call.house.notices.of_case(detail.summary.id);
  if (notices && detail.withheld) notices->clear();
  if (notices) {
    for (const notice::Notice& notice : *notices) write_notice(json, notice, titles);
  }
  json.end_array().key("deliveries").array();
  if (notices) {
    for (const notice::Notice& notice : *notices) write_deliveries(json, call, notice.id);
  }
  json.end_array().key("variables");
  write_feel(json, detail.variables);
  json.member("withheld", detail.withheld).member("bpmn_xml", detail.bpmn_xml).end_object();
  return json.take();
}

base::Result<Response> get_case(Call& call) {
  auto id = call.id();
  if (!id) {
    // Also by its number, which people have in hand.
    auto named = call.house.casework.find_by_number(call.viewer, call.parameter("id"));
    if (!named) return tl::unexpected(named.error());
    return case_response(call, named->id);
  }
  return case_response(call, *id);
}

base::Result<Response> claim(Call& call) {
  auto task = task_of(call);
  if (!task) return tl::unexpected(task.error());
  auto item = call.house.casework.claim(call.viewer, *task);
  if (!item) return tl::unexpected(item.error());
  return case_response(call, item->task.case_id);
}

base::Result<Response> release_task(Call& call) {
  auto task = task_of(call);
  if (!task) return tl::unexpected(task.error());
  auto item = call.house.casework.release(call.viewer, *task);
  if (!item) return tl::unexpected(item.error());
  return case_response(call, item->task.case_id);
}

base::Result<Response> complete(Call& call) {
  auto task = task_of(call);
  if (!task) return tl::unexpected(task.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto comment = body->string_at("comment");
  if (!comment) return tl::unexpected(comment.error());
  const Json* values = body->find("values");
  const std::string values_text = values == nullptr || values->is_null() ? std::string("{}") : values->to_text();
  std::vector<base::Error> faults;
  auto item = call.house.casework.complete(call.viewer, *task, values_text, *comment, &faults);
  if (!item) {
    add_faults(call, faults);
    return tl::unexpected(item.error());
  }
  call.house.settle();  // so that the answer shows what followed
  return case_response(call, item->task.case_id);
}

base::Result<Response> post_comment(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto text = body->string_at("text");
  if (!text) return tl::unexpected(text.error());
  if (auto said = call.house.casework.comment(call.viewer, *id, *text); !said) return tl::unexpected(said.error());
  return case_response(call, *id);
}

base::Result<Response> post_material(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  casework::Material file;
  auto hash = body->string_at("hash");
  auto name = body->string_at("name");
  auto task = body->integer_at("task");
  if (!hash || !name || !task) {
    return base::fail(base::ErrorCode::Invalid, "请写明 hash 与 name。", "Give hash and name.", {.field = "hash"});
  }
  file.hash = *hash;
  file.name = *name;
  auto attached = call.house.casework.attach(call.viewer, *id, task->value_or(0), file);
  if (!attached) return tl::unexpected(attached.error());
  return case_response(call, *id);
}

base::Result<Response> get_material(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto number = parse_id(call.parameter("number"), "number");
  if (!number) return tl::unexpected(number.error());
  auto file = call.house.casework.material(call.viewer, *id, *number);
  if (!file) return tl::unexpected(file.error());
  return attachment_response(call, {file->hash, file->size, file->format}, file->name);
}

base::Result<Response> cancel(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto reason = body->string_at("reason");
  if (!reason) return tl::unexpected(reason.error());
  if (auto cancelled = call.house.casework.cancel(call.viewer, *id, *reason); !cancelled)
    return tl::unexpected(cancelled.error());
  return case_response(call, *id);
}

base::Result<Response> resume(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  if (auto resumed = call.house.casework.resume(call.viewer, *id); !resumed) return tl::unexpected(resumed.error());
  call.house.settle();
  return case_response(call, *id);
}

base::Result<Response> get_tasks(Call& call) {
  casework::TaskQuery query;
  const std::string_view view = call.query("view");
  query.mine = call.asks("mine") || view == "mine";
  query.free = view == "department";
  if (view == "due_soon") {
    const auto soon = call.house.population.calendar()->days.working_day_after(call.today(), 3);
    query.due_from = call.today();
    query.due_until = soon ? soon->date : call.today();
  }
  if (view == "late") query.due_until = call.today().plus_days(-1);
  if (!view.empty() && view != "mine" && view != "department" && view != "due_soon" && view != "late") {
    return base::fail(base::ErrorCode::Invalid, "没有“" + std::string(view) + "”这个待办清单。",
                      "There is no worklist \"" + std::string(view) + "\".", {.field = "view"});
  }
  auto limit = call.limit(50, 200);
  auto after = id_of_cursor(call.query("cursor"));
  if (!limit) return tl::unexpected(limit.error());
  if (!after) return tl::unexpected(after.error());
  query.limit = *limit;
  query.after = *after;
  auto items = call.house.casework.worklist(call.viewer, query);
  if (!items) return tl::unexpected(items.error());
  auto total = call.house.casework.count(call.viewer, query);
  if (!total) return tl::unexpected(total.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const casework::TaskItem& item : *items) {
    json.object().key("task");
    write_task(json, call, item);
    json.key("case");
    write_case(json, call, item.of, titles);
    json.end_object();
  }
  const bool more = items->size() == *limit;
  json.end_array().member_or_null("next_cursor",
                                  more ? cursor_of(static_cast<std::uint64_t>(items->back().task.id)) : std::string{});
  json.member("total", *total).end_object();
  return Response::json(json.take());
}

}  // namespace

void write_case_hits(JsonWriter& json, Call& call, std::string_view text, std::size_t) {
  if (text.size() < 4) return;
  std::string number(text);
  for (char& c : number) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const auto found = call.house.casework.find_by_number(call.viewer, number);
  if (!found) return;
  json.object().member("kind", "case").labels("label", "办件", "Cases").member("total", 1).key("items").array();
  json.object()
      .member("id", Id{found->id})
      .member("title", found->number + " " + found->labels.zh)
      .member("subtitle", found->title);
  json.member("href", "/cases/" + std::to_string(found->id))
      .member("matched", found->number)
      .member("matched_by", "code")
      .end_object();
  json.end_array().end_object();
}

void write_task(JsonWriter& json, Call& call, const casework::TaskItem& item) {
  const casework::Task& task = item.task;
  const bool open = task.state == casework::TaskState::Open || task.state == casework::TaskState::Claimed;
  const bool mine = task.assignee == 0 || (call.account && task.assignee == call.account->id);
  const bool may_work = open && call.house.casework.may_work(call.viewer, item) &&
                        call.house.casework.check_another(call.viewer, item).has_value();
  json.object()
      .member("id", Id{task.id})
      .member("case", Id{task.case_id})
      .member("name", task.element)
      .member("element", task.element);
  json.labels("labels", task.labels.zh, task.labels.en);
  json.member("state", task.state == casework::TaskState::Withdrawn ? std::string_view("cancelled")
                                                                    : casework::name_of(task.state));
  json.member_or_null("assignee", task.assignee_name)
      .member_or_null("role", task.role)
      .member("due", task.due_on)
      .member("opened", task.opened_on);
  json.member("purpose", casework::name_of(task.purpose))
      .member_or_null("parent", Id{task.parent})
      .member_or_null("asked", task.asked)
      .member_or_null("asked_by", task.asked_by)
      .member("applicant", task.applicant)
      .member_or_null("department", task.department)
      .member("due_provisional", task.due_provisional);
  json.member("can_claim", may_work && task.state == casework::TaskState::Open)
      .member("can_complete", may_work && mine);
  json.key("given");
  write_feel(json, task.given);
  json.key("given_labels").object();
  if (const auto labels = call.house.casework.given_labels(item)) {
    for (const auto& [name, label] : *labels) json.labels(name, label.zh, label.en);
  }
  json.end_object();
  json.key("values");
  write_feel(json, task.values);
  json.member_or_null("comment", task.comment).key("completed_at");
  if (task.closed_at_ms == 0) {
    json.null();
  } else {
    json.instant(task.closed_at_ms);
  }
  json.key("form");
  const auto form = open ? call.house.casework.form(item) : base::Result<std::string>{};
  if (form && !form->empty()) {
    json.object().key("schema").raw(*form).end_object();
  } else {
    json.null();
  }
  json.end_object();
}

void add_faults(Call& call, const std::vector<base::Error>& faults) {
  if (faults.empty()) return;
  JsonWriter json;
  json.array();
  for (const base::Error& fault : faults)
    json.object().member("field", fault.place.field).member("zh", fault.zh).member("en", fault.en).end_object();
  json.end_array();
  call.problem_extra = "\"faults\":" + json.take();
}

base::Result<Response> case_response(Call& call, std::int64_t id) {
  auto detail = call.house.casework.detail(call.viewer, id);
  if (!detail) return tl::unexpected(detail.error());
  if (call.request.method == Method::Post) {
    publish_work(call.house.events, "case", call.house.journal.position(), id, detail->summary.file);
    publish_work(call.house.events, "notice", call.house.journal.position(), 0, detail->summary.file);
  }
  return Response::json(case_text(call, *detail)).with("ETag", "\"" + std::to_string(detail->summary.version) + "\"");
}

// The task of the path, which must be one of the case of the path.
base::Result<std::int64_t> task_of(Call& call) {
  auto id = call.id();
  if (!id) return id;
  auto task = call.id("task");
  if (!task) return task;
  auto item = call.house.casework.task(call.viewer, *task);
  if (!item) return tl::unexpected(item.error());
  if (item->task.case_id != *id) {
    return base::fail(base::ErrorCode::NotFound, "这个办件没有这项任务。", "This case has no such task.",
                      {.field = "task"});
  }
  return task;
}

void add_cases(Router& router) {
  router.add(Method::Get, "/cases", Ability::SignedIn, get_cases);
  router.add(Method::Get, "/cases/{id}", Ability::SignedIn, get_case);
  router.add(Method::Post, "/cases/{id}/tasks/{task}/claim", Ability::SignedIn, claim);
  router.add(Method::Post, "/cases/{id}/tasks/{task}/release", Ability::SignedIn, release_task);
  router.add(Method::Post, "/cases/{id}/tasks/{task}/complete", Ability::SignedIn, complete);
  router.add(Method::Post, "/cases/{id}/comments", Ability::Write, post_comment);
  router.add(Method::Post, "/cases/{id}/materials", Ability::Write, post_material);
  router.add(Method::Get, "/cases/{id}/materials/{number}", Ability::SignedIn, get_material);
  router.add(Method::Post, "/cases/{id}/cancel", Ability::Write, cancel);
  router.add(Method::Post, "/cases/{id}/resume", Ability::Write, resume);
  router.add(Method::Get, "/tasks", Ability::SignedIn, get_tasks);
}

}  // namespace yuanqu::api
