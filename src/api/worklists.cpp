// Worklists: how much there is in each, the exception desk, many tasks at once, handing over.
#include <algorithm>

#include "api/change_feed.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "api/value_json.hpp"
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

// What became of one of many tasks.
struct Answered {
  std::int64_t task = 0;
  std::int64_t case_id = 0;  // 0: the viewer knows of no such task
  std::optional<base::Error> problem;
};

// The tasks named, each once; those the viewer may not know of are told with the rest. All of one step.
Result<std::vector<Answered>> tasks_named(Call& call, const Json& tasks) {
  std::vector<Answered> named;
  const casework::TaskItem* first = nullptr;
  std::optional<casework::TaskItem> kept;
  for (const Json& one : tasks.items()) {
    auto id = parse_id(one.text(), "tasks");
    if (!id) return tl::unexpected(id.error());
    if (std::any_of(named.begin(), named.end(), [&](const Answered& other) { return other.task == *id; })) continue;
    auto item = call.house.casework.task(call.viewer, *id);
    if (!item) {
      named.push_back({*id, 0, item.error()});
      continue;
    }
    named.push_back({*id, item->of.id, std::nullopt});
    if (first == nullptr) {
      kept = std::move(*item);
      first = &*kept;
    } else if (first->task.element != item->task.element || first->of.procedure != item->of.procedure) {
      return base::fail(base::ErrorCode::Invalid, "只有同一流程的同一步骤可以一起办。",
                        "Only tasks of the same step of the same procedure go together.", {.field = "tasks"});
    }
  }
  return named;
}

void write_answered(JsonWriter& json, Call& call, const Answered& one, Titles& titles) {
  json.object().member("task", Id{one.task}).member("done", !one.problem).key("case");
  const auto found = one.case_id == 0 ? base::Result<casework::Case>(tl::unexpected(base::Error{}))
                                      : call.house.casework.find(call.viewer, one.case_id);
  if (found) {
    json.object()
        .member("id", Id{found->id})
        .member("number", found->number)
        .member("title", found->title)
        .member("state", casework::name_of(found->state));
    json.key("file");
    if (found->file == 0) {
      json.null();
    } else {
      write_reference(json, found->file, titles);
    }
    write_label_or_null(json, "outcome", found->outcome);
    json.end_object();
  } else {
    json.null();
  }
  if (one.problem) {
    json.labels("problem", one.problem->zh, one.problem->en);
  } else {
    json.member_null("problem");
  }
  json.end_object();
}

// One answer and one reason for many tasks of the same step. Each is its own: what was refused is told by task, with
// its case, and so is where a case has come to after it.
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
  auto named = tasks_named(call, *tasks);
  if (!named) return tl::unexpected(named.error());
  const Json* values = body->find("values");
  const std::string values_text = values == nullptr || values->is_null() ? std::string("{}") : values->to_text();
  std::int64_t done = 0;
  for (Answered& one : *named) {
    if (one.problem) continue;
    auto completed = call.house.casework.complete(call.viewer, one.task, values_text, *comment);
    if (completed) {
      ++done;
    } else {
      one.problem = completed.error();
    }
  }
  call.house.settle();
  publish_work(call.house.events, "case", call.house.journal.position());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const Answered& one : *named) write_answered(json, call, one, titles);
  json.end_array().member("done", done).end_object();
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
