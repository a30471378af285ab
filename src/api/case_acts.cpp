// What people do with cases beyond doing the next step: going back, asking others, handing over, clocks, versions,
// opening one by hand, many at once. Each act is casework's; here it is read from a request and answered with the case.
#include "api/change_feed.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "casework/casework.hpp"
#include "casework/form.hpp"

namespace yuanqu::api {
namespace {

using base::Result;

Result<Response> after(Call& call, Result<casework::Case> acted) {
  if (!acted) return tl::unexpected(acted.error());
  call.house.settle();  // so that the answer shows what followed
  return case_response(call, acted->id);
}

Result<Response> after(Call& call, Result<casework::TaskItem> acted) {
  if (!acted) return tl::unexpected(acted.error());
  return case_response(call, acted->of.id);
}

// Path ids and body of an act on a task.
struct Act {
  std::int64_t case_id = 0;
  std::int64_t task = 0;
  Json body;
  std::string reason;
};

Result<Act> read_act(Call& call, bool on_task) {
  Act act;
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  act.case_id = *id;
  if (on_task) {
    auto task = task_of(call);
    if (!task) return tl::unexpected(task.error());
    act.task = *task;
  }
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  act.body = std::move(*body);
  auto reason = act.body.string_at("reason");
  if (!reason) return tl::unexpected(reason.error());
  act.reason = std::move(*reason);
  return act;
}

Result<register_::Account> account_at(Call& call, const Json& body, std::string_view key) {
  auto id = body.integer_at(key);
  if (!id) return tl::unexpected(id.error());
  auto found = *id ? call.house.accounts.find(**id) : Result<std::optional<register_::Account>>{};
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->disabled) {
    return base::fail(base::ErrorCode::Invalid, "请选一位同事。", "Choose a colleague.", {.field = std::string(key)});
  }
  return std::move(**found);
}

Result<Response> get_earlier(Call& call) {
  auto task = task_of(call);
  if (!task) return tl::unexpected(task.error());
  auto steps = call.house.casework.earlier_steps(call.viewer, *task);
  if (!steps) return tl::unexpected(steps.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const casework::EarlierStep& step : *steps) {
    json.object()
        .member("step", std::to_string(step.token))
        .member("element", step.element)
        .member("index", static_cast<std::int64_t>(step.index))
        .labels("labels", step.labels.zh, step.labels.en)
        .member_or_null("done_by", step.done_by)
        .end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

Result<Response> send_back(Call& call) {
  auto act = read_act(call, true);
  if (!act) return tl::unexpected(act.error());
  auto step = act->body.integer_at("step");
  if (!step) return tl::unexpected(step.error());
  return after(call, call.house.casework.send_back(call.viewer, act->task,
                                                   static_cast<std::uint64_t>(step->value_or(0)), act->reason));
}

Result<Response> take_back(Call& call) {
  auto act = read_act(call, true);
  if (!act) return tl::unexpected(act.error());
  return after(call, call.house.casework.take_back(call.viewer, act->task, act->reason));
}

Result<Response> ask(Call& call) {
  auto act = read_act(call, true);
  if (!act) return tl::unexpected(act.error());
  casework::Question question;
  auto purpose = act->body.string_at("purpose");
  auto role = act->body.string_at("role");
  auto text = act->body.string_at("text");
  auto days = act->body.integer_at("working_days");
  if (!purpose || !role || !text || !days) {
    return base::fail(base::ErrorCode::Invalid, "请写明 purpose、role 或 account、text。",
                      "Give purpose, role or account, and text.");
  }
  if (*purpose != "countersign" && *purpose != "correction") {
    return base::fail(base::ErrorCode::Invalid, "purpose 是 countersign 或 correction。",
                      "purpose is countersign or correction.", {.field = "purpose"});
  }
  question.purpose = *purpose == "correction" ? casework::Purpose::Correction : casework::Purpose::Countersign;
  question.role = *role;
  question.text = *text;
  question.working_days = static_cast<int>(std::clamp<std::int64_t>(days->value_or(0), 0, 365));
  if (const Json* given = act->body.find("account"); given != nullptr && !given->is_null()) {
    auto account = account_at(call, act->body, "account");
    if (!account) return tl::unexpected(account.error());
    question.account = account->id;
    question.account_name = call.house.accounts.viewer(*account).name();
  }
  return after(call, call.house.casework.ask(call.viewer, act->task, question));
}

Result<Response> assign(Call& call) {
  auto act = read_act(call, true);
  if (!act) return tl::unexpected(act.error());
  auto account = account_at(call, act->body, "account");
  if (!account) return tl::unexpected(account.error());
  return after(call,
               call.house.casework.assign(call.viewer, act->task, call.house.accounts.viewer(*account), act->reason));
}

Result<Response> withdraw(Call& call) {
  auto act = read_act(call, false);
  if (!act) return tl::unexpected(act.error());
  return after(call, call.house.casework.withdraw(call.viewer, act->case_id, act->reason));
}

Result<Response> pause(Call& call) {
  auto act = read_act(call, false);
  if (!act) return tl::unexpected(act.error());
  auto note = act->body.string_at("note");
  if (!note) return tl::unexpected(note.error());
  return after(call, call.house.casework.pause_clock(call.viewer, act->case_id, act->reason, *note));
}

Result<Response> resume_clock(Call& call) {
  auto act = read_act(call, false);
  if (!act) return tl::unexpected(act.error());
  return after(call, call.house.casework.resume_clock(call.viewer, act->case_id, act->reason));
}

Result<Response> extend(Call& call) {
  auto act = read_act(call, false);
  if (!act) return tl::unexpected(act.error());
  auto days = act->body.integer_at("working_days");
  if (!days) return tl::unexpected(days.error());
  return after(call, call.house.casework.extend(call.viewer, act->case_id,
                                                static_cast<int>(std::clamp<std::int64_t>(days->value_or(0), 0, 1000)),
                                                act->reason));
}

Result<Response> send_message(Call& call) {
  auto act = read_act(call, false);
  if (!act) return tl::unexpected(act.error());
  auto name = act->body.string_at("name");
  if (!name) return tl::unexpected(name.error());
  const Json* content = act->body.find("content");
  auto sent = call.house.casework.send_message(call.viewer, act->case_id, *name,
                                               content == nullptr || content->is_null() ? "" : content->to_text());
  if (!sent) return tl::unexpected(sent.error());
  call.house.settle();
  return case_response(call, act->case_id);
}

Result<bpmn::Renamed> renamed_at(const Json& body) {
  bpmn::Renamed renamed;
  const Json* given = body.find("renamed");
  if (given == nullptr) return renamed;
  for (const Json::Member& member : given->members()) {
    if (!member.second.is(Json::Type::String)) {
      return base::fail(base::ErrorCode::Invalid, "renamed 的每一项是步骤编号。",
                        "Each entry of renamed is a step's id.", {.field = "renamed"});
    }
    renamed.emplace_back(member.first, member.second.text());
  }
  return renamed;
}

Result<Response> get_migration(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto migration = call.house.casework.migration_of(call.viewer, *id);
  if (!migration) return tl::unexpected(migration.error());
  JsonWriter json;
  json.object()
      .member("from_version", migration->from_version)
      .member("to_version", migration->to_version)
      .member("to", migration->to_hash)
      .member("newer", migration->from_hash != migration->to_hash);
  json.key("places").array();
  for (const auto& place : migration->places) {
    json.object()
        .member("element", place.element)
        .labels("before", place.before.zh, place.before.en)
        .labels("after", place.after.zh, place.after.en)
        .end_object();
  }
  json.end_array();
  if (migration->obstacle) {
    json.labels("obstacle", migration->obstacle->zh, migration->obstacle->en);
  } else {
    json.member_null("obstacle");
  }
  json.end_object();
  return Response::json(json.take());
}

Result<Response> migrate(Call& call) {
  auto act = read_act(call, false);
  if (!act) return tl::unexpected(act.error());
  auto to = act->body.string_at("to");
  if (!to) return tl::unexpected(to.error());
  auto renamed = renamed_at(act->body);
  if (!renamed) return tl::unexpected(renamed.error());
  return after(call, call.house.casework.migrate(call.viewer, act->case_id, *to, *renamed));
}

// ---- opening by hand

Result<Response> get_procedures(Call& call) {
  const register_::Kind* kind = nullptr;
  if (const std::string_view subject = call.query("subject"); !subject.empty()) {
    auto id = parse_id(subject, "subject");
    if (!id) return tl::unexpected(id.error());
    auto state = call.house.records.state(*id);
    if (!state) return tl::unexpected(state.error());
    if (*state) kind = call.house.records.catalogue().kind((*state)->kind);
  }
  JsonWriter json;
  json.object().key("items").array();
  for (const auto& procedure : call.house.casework.openable(call.viewer, kind)) {
    const bpmn::Process& process = procedure->process;
    json.object()
        .member("procedure", process.id)
        .labels("labels", process.labels.zh, process.labels.en)
        .member_or_null("category", process.category)
        .member("version", process.version)
        .key("form");
    auto form = call.house.casework.start_form(*procedure);
    if (form && !form->empty()) {
      json.object().key("schema").raw(*form).end_object();
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

Result<Response> open(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  casework::OpenRequest request;
  auto procedure = body->string_at("procedure");
  auto subject = body->integer_at("subject");
  if (!procedure || !subject) {
    return base::fail(base::ErrorCode::Invalid, "请写明 procedure。", "Give the procedure.", {.field = "procedure"});
  }
  request.procedure = *procedure;
  request.subject = subject->value_or(0);
  const Json* about = body->find("about");
  feel::Value about_value = feel::Value::context({});
  if (about != nullptr && about->is(Json::Type::Object)) {
    auto title = about->string_at("title");
    if (!title) return tl::unexpected(title.error());
    request.title = title->substr(0, 300);
    auto value = casework::value_of_json(about->to_text());
    if (!value) return tl::unexpected(value.error());
    about_value = std::move(*value);
  }
  request.variables = feel::Value::context({{feel::String("about"), std::move(about_value)}});
  // The same request sent twice opens one case; two requests open two.
  const std::string key = call.idempotency_key();
  request.origin = "hand " + (key.empty() ? std::to_string(call.house.journal.new_id()) : key);
  const Json* values = body->find("values");
  std::vector<base::Error> faults;
  auto opened = call.house.casework.open_by_hand(
      call.viewer, request, values == nullptr || values->is_null() ? "{}" : values->to_text(), &faults);
  if (!opened) {
    add_faults(call, faults);
    return tl::unexpected(opened.error());
  }
  call.house.settle();
  return case_response(call, *opened);
}

// ---- worklists

Result<Response> get_worklists(Call& call) {
  auto& cases = call.house.casework;
  const base::Date today = call.today();
  const auto soon = call.house.calendar.working_day_after(today, 3);
  const base::Date until = soon ? soon->date : today;
  const auto tasks = [&](casework::TaskQuery query) { return cases.count(call.viewer, query); };
  const auto count = [&](casework::CaseQuery query) { return cases.count(call.viewer, query); };
  const auto yesterday = today.plus_days(-1).value_or(today);
  casework::TaskQuery mine{.mine = true}, department{.free = true};
  casework::TaskQuery due_soon{.due_until = until, .due_from = today}, late{.due_until = yesterday};
  casework::CaseQuery applicant{.waits_for_applicant = true}, overdue{.due_before = today};
  casework::CaseQuery directives{.category = "directive"};
  directives.states = {casework::CaseState::Running, casework::CaseState::Waiting, casework::CaseState::Stopped};
  casework::CaseQuery stopped;
  stopped.states = {casework::CaseState::Stopped};
  JsonWriter json;
  json.object();
  for (const auto& [name, number] : {std::pair<const char*, Result<std::int64_t>>{"mine", tasks(mine)},
                                     {"department", tasks(department)},
                                     {"due_soon", tasks(due_soon)},
                                     {"late", tasks(late)},
                                     {"applicant", count(applicant)},
                                     {"overdue", count(overdue)},
                                     {"directives", count(directives)},
                                     {"stopped", count(stopped)}}) {
    if (!number) return tl::unexpected(number.error());
    json.member(name, *number);
  }
  json.member("soon_until", until).end_object();
  return Response::json(json.take());
}

// Steps that came to a person because a rule could not say yes, with what the rule found: the facts side by side.
Result<Response> get_exceptions(Call& call) {
  casework::TaskQuery query;
  auto limit = call.limit(50, 200);
  auto cursor = id_of_cursor(call.query("cursor"));
  if (!limit) return tl::unexpected(limit.error());
  if (!cursor) return tl::unexpected(cursor.error());
  query.limit = *limit;
  query.after = *cursor;
  auto items = call.house.casework.worklist(call.viewer, query);
  if (!items) return tl::unexpected(items.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const casework::TaskItem& item : *items) {
    auto detail = call.house.casework.detail(call.viewer, item.of.id);
    if (!detail) return tl::unexpected(detail.error());
    const casework::Event* decided = nullptr;
    for (const casework::Event& event : detail->timeline) {
      if (event.type == "decided" && !event.evidence.empty()) decided = &event;
    }
    if (decided == nullptr) continue;
    json.object().key("task");
    write_task(json, call, item);
    json.key("case");
    write_case(json, call, item.of, titles);
    json.labels("decision", decided->zh, decided->en)
        .member("decided_on", decided->day)
        .key("evidence")
        .raw(decided->evidence);
    json.end_object();
  }
  const bool more = items->size() == *limit;
  json.end_array()
      .member_or_null("next_cursor",
                      more ? cursor_of(static_cast<std::uint64_t>(items->back().task.id)) : std::string{})
      .end_object();
  return Response::json(json.take());
}

// One answer and one reason for many tasks of the same step. Each is its own: what was refused is told by task.
Result<Response> complete_many(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  const Json* tasks = body->find("tasks");
  auto comment = body->string_at("comment");
  if (!comment) return tl::unexpected(comment.error());
  if (tasks == nullptr || !tasks->is(Json::Type::Array) || tasks->items().empty() || tasks->items().size() > 200) {
    return base::fail(base::ErrorCode::Invalid, "请选 1 至 200 个任务。", "Choose 1 to 200 tasks.", {.field = "tasks"});
  }
  if (comment->empty()) {
    return base::fail(base::ErrorCode::Invalid, "批量办理要写明理由，理由会记在每件办件上。",
                      "Say why; the reason is kept with every case.", {.field = "comment"});
  }
  std::vector<std::int64_t> ids;
  std::string element, procedure;
  for (const Json& one : tasks->items()) {
    auto id = parse_id(one.text(), "tasks");
    if (!id) return tl::unexpected(id.error());
    auto item = call.house.casework.task(call.viewer, *id);
    if (!item) return tl::unexpected(item.error());
    if (ids.empty()) {
      element = item->task.element;
      procedure = item->of.procedure;
    } else if (element != item->task.element || procedure != item->of.procedure) {
      return base::fail(base::ErrorCode::Invalid, "只有同一流程的同一步骤可以一起办。",
                        "Only tasks of the same step of the same procedure go together.", {.field = "tasks"});
    }
    ids.push_back(*id);
  }
  const Json* values = body->find("values");
  const std::string values_text = values == nullptr || values->is_null() ? std::string("{}") : values->to_text();
  JsonWriter json;
  json.object().key("items").array();
  std::int64_t done = 0;
  for (std::int64_t id : ids) {
    auto completed = call.house.casework.complete(call.viewer, id, values_text, *comment);
    json.object().member("task", Id{id}).member("done", completed.has_value());
    if (completed) {
      ++done;
      json.member("case", Id{completed->of.id}).member_null("problem");
    } else {
      json.member_null("case").labels("problem", completed.error().zh, completed.error().en);
    }
    json.end_object();
  }
  json.end_array().member("done", done).end_object();
  call.house.settle();
  publish_work(call.house.events, "case", call.house.journal.position());
  return Response::json(json.take());
}

Result<Response> get_colleagues(Call& call) {
  auto accounts = call.house.accounts.list();
  if (!accounts) return tl::unexpected(accounts.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const register_::Account& account : *accounts) {
    // People of the zone, not those of firms.
    if (account.disabled || !account.files.empty() || is_read_only(call.house.accounts.viewer(account))) continue;
    json.object().member("id", Id{account.id}).member("name", account.shown_name).key("posts").array();
    for (const std::string& post : account.posts) json.value(post);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

Result<Response> hand_over(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto to = account_at(call, *body, "account");
  if (!to) return tl::unexpected(to.error());
  auto reason = body->string_at("reason");
  auto from_text = body->string_at("from");
  auto until_text = body->string_at("until");
  if (!reason || !from_text || !until_text) return tl::unexpected(reason ? from_text.error() : reason.error());
  auto from = parse_day(*from_text, "from");
  auto until = parse_day(*until_text, "until");
  if (!from) return tl::unexpected(from.error());
  if (!until) return tl::unexpected(until.error());
  casework::Leave leave;
  leave.account = call.account->id;
  leave.account_name = call.viewer.name();
  leave.deputy = to->id;
  leave.deputy_name = call.house.accounts.viewer(*to).name();
  leave.from = from->value_or(call.today());
  leave.to = until->value_or(call.today());
  auto moved = call.house.casework.hand_over(call.viewer, leave, until->has_value(), *reason);
  if (!moved) return tl::unexpected(moved.error());
  JsonWriter json;
  json.object().member("moved", *moved).end_object();
  return Response::json(json.take());
}

Result<Response> get_leaves(Call& call) {
  auto leaves = call.house.casework.leaves(call.viewer);
  if (!leaves) return tl::unexpected(leaves.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const casework::Leave& leave : *leaves) {
    json.object()
        .member("account", leave.account_name)
        .member("deputy", leave.deputy_name)
        .member("from", leave.from)
        .member("to", leave.to)
        .end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_case_acts(Router& router) {
  // Who may act is casework's to say: a leader, who changes no record, may still close what was asked.
  const auto task = [&](const char* act, Handler handler) {
    router.add(Method::Post, std::string("/cases/{id}/tasks/{task}/") + act, Ability::SignedIn, std::move(handler));
  };
  router.add(Method::Get, "/cases/{id}/tasks/{task}/earlier", Ability::SignedIn, get_earlier);
  task("return", send_back);
  task("take-back", take_back);
  task("ask", ask);
  task("assign", assign);
  router.add(Method::Post, "/cases/{id}/withdraw", Ability::Write, withdraw);
  router.add(Method::Post, "/cases/{id}/clock/pause", Ability::Write, pause);
  router.add(Method::Post, "/cases/{id}/clock/resume", Ability::Write, resume_clock);
  router.add(Method::Post, "/cases/{id}/clock/extend", Ability::Write, extend);
  router.add(Method::Post, "/cases/{id}/messages", Ability::Write, send_message);
  router.add(Method::Get, "/cases/{id}/migration", Ability::SignedIn, get_migration);
  router.add(Method::Post, "/cases/{id}/migration", Ability::Write, migrate);
  router.add(Method::Post, "/cases", Ability::SignedIn, open);
  router.add(Method::Get, "/procedures", Ability::SignedIn, get_procedures);
  router.add(Method::Get, "/worklists", Ability::SignedIn, get_worklists);
  router.add(Method::Get, "/exceptions", Ability::SignedIn, get_exceptions);
  router.add(Method::Post, "/tasks/complete", Ability::Write, complete_many);
  router.add(Method::Post, "/tasks/hand-over", Ability::Write, hand_over);
  router.add(Method::Get, "/tasks/leaves", Ability::SignedIn, get_leaves);
  router.add(Method::Get, "/colleagues", Ability::SignedIn, get_colleagues);
}

}  // namespace yuanqu::api
