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
    question.account_name = call.house.accounts.viewer(*account, call.today()).name();
  }
  return after(call, call.house.casework.ask(call.viewer, act->task, question));
}

Result<Response> assign(Call& call) {
  auto act = read_act(call, true);
  if (!act) return tl::unexpected(act.error());
  auto account = account_at(call, act->body, "account");
  if (!account) return tl::unexpected(account.error());
  return after(call, call.house.casework.assign(call.viewer, act->task,
                                                call.house.accounts.viewer(*account, call.today()), act->reason));
}

Result<Response> withdraw_case(Call& call) {
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

// ?renamed=old:new,old:new; ids of a model hold neither sign.
Result<bpmn::Renamed> renamed_in(std::string_view text) {
  bpmn::Renamed renamed;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const std::size_t colon = entry.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == entry.size()) {
      return base::fail(base::ErrorCode::Invalid, "renamed 写作“旧编号:新编号”，几项之间用逗号。",
                        "Write renamed as old:new, with commas between several.", {.field = "renamed"});
    }
    renamed.emplace_back(entry.substr(0, colon), entry.substr(colon + 1));
  }
  return renamed;
}

void write_element(JsonWriter& json, const casework::Migration::Element& element) {
  json.object()
      .member("element", element.id)
      .labels("labels", element.labels.zh, element.labels.en)
      .member("kind", element.kind)
      .member_or_null("role", element.role)
      .end_object();
}

Result<Response> get_migration(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto renamed = renamed_in(call.query("renamed"));
  if (!renamed) return tl::unexpected(renamed.error());
  auto migration = call.house.casework.migration_of(call.viewer, *id, *renamed);
  if (!migration) return tl::unexpected(migration.error());
  JsonWriter json;
  json.object()
      .member("from_version", migration->from_version)
      .member("to_version", migration->to_version)
      .member("to", migration->to_hash)
      .member("newer", migration->from_hash != migration->to_hash);
  json.key("places").array();
  for (const auto& place : migration->places) {
    json.object().key("before");
    write_element(json, place.before);
    json.key("after");
    if (place.after) {
      write_element(json, *place.after);
    } else {
      json.null();
    }
    json.key("choices").array();
    for (const std::string& choice : place.choices) json.value(choice);
    json.end_array().end_object();
  }
  json.end_array().key("steps").array();
  for (const auto& step : migration->steps) write_element(json, step);
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
  const std::string key = call.request_key().key;
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

}  // namespace

base::Result<register_::Account> account_at(Call& call, const Json& body, std::string_view key) {
  auto id = body.integer_at(key);
  if (!id) return tl::unexpected(id.error());
  auto found = *id ? call.house.accounts.find(**id) : Result<std::optional<register_::Account>>{};
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->disabled) {
    return base::fail(base::ErrorCode::Invalid, "请选一位同事。", "Choose a colleague.", {.field = std::string(key)});
  }
  return std::move(**found);
}

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
  router.add(Method::Post, "/cases/{id}/withdraw", Ability::Write, withdraw_case);
  router.add(Method::Post, "/cases/{id}/clock/pause", Ability::Write, pause);
  router.add(Method::Post, "/cases/{id}/clock/resume", Ability::Write, resume_clock);
  router.add(Method::Post, "/cases/{id}/clock/extend", Ability::Write, extend);
  router.add(Method::Post, "/cases/{id}/messages", Ability::Write, send_message);
  router.add(Method::Get, "/cases/{id}/migration", Ability::SignedIn, get_migration);
  router.add(Method::Post, "/cases/{id}/migration", Ability::Write, migrate);
  router.add(Method::Post, "/cases", Ability::SignedIn, open);
  router.add(Method::Get, "/procedures", Ability::SignedIn, get_procedures);
}

}  // namespace yuanqu::api
