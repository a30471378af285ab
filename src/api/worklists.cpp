// Worklists: how much there is in each, the exception desk, many tasks at once, handing over.
#include "api/change_feed.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "casework/casework.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

using base::Result;

Result<Response> get_worklists(Call& call) {
  auto& cases = call.house.casework;
  const base::Date today = call.today();
  const auto soon = call.house.population.calendar()->days.working_day_after(today, 3);
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
    json.labels("decision", decided->zh, decided->en).member("day", decided->day).key("evidence");
    write_evidence(json, call, decided->evidence);
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
  if (call.viewer.of_a_file()) {
    return base::fail(base::ErrorCode::Forbidden, "同事名单只给本区工作人员。",
                      "The list of colleagues is for the zone's staff.");
  }
  auto accounts = call.house.accounts.list();
  if (!accounts) return tl::unexpected(accounts.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const register_::Account& account : *accounts) {
    // People of the zone, not those of firms.
    if (account.disabled) continue;
    const register_::Viewer viewer = call.house.accounts.viewer(account, call.today());
    if (viewer.of_a_file() || is_read_only(viewer)) continue;
    json.object().member("id", Id{account.id}).member("name", account.shown_name).key("posts").array();
    for (const std::string& post : account.posts) json.value(post);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_worklists(Router& router) {
  router.add(Method::Get, "/worklists", Ability::SignedIn, get_worklists);
  router.add(Method::Get, "/exceptions", Ability::SignedIn, get_exceptions);
  router.add(Method::Post, "/tasks/complete", Ability::Write, complete_many);
  router.add(Method::Get, "/colleagues", Ability::Write, get_colleagues);
}

}  // namespace yuanqu::api
