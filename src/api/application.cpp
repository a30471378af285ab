#include "api/application.hpp"

#include <chrono>
#include <exception>

#include "api/import_desk.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/source_desk.hpp"
#include "population/population.hpp"

namespace yuanqu::api {
namespace {

constexpr std::size_t compress_from_bytes = 4096;
constexpr int position_wait_ms = 5000;

bool is_write(Method method) { return method != Method::Get && method != Method::Head; }

// Inside /api/v1: the segments behind the prefix; otherwise nothing.
std::optional<std::span<const std::string>> below_prefix(const Request& request) {
  const auto& segments = request.segments;
  if (segments.size() < 2 || segments[0] != "api" || segments[1] != "v1") return std::nullopt;
  return std::span<const std::string>(segments).subspan(2);
}

void add_routes_list(Router& router) {
  const Router* table = &router;
  router.add(Method::Get, "/routes", Ability::SignedIn, [table](Call&) -> base::Result<Response> {
    JsonWriter json;
    json.object().key("items").array();
    for (const Route& route : table->routes()) {
      json.object().member("method", name_of(route.method)).member("path", "/api/v1" + route.pattern);
      json.member("ability", name_of(route.ability)).end_object();
    }
    json.end_array().end_object();
    return Response::json(json.take());
  });
}

}  // namespace

Application::Application(House& house, const std::filesystem::path& web)
    : house_(house), pages_(http::StaticFiles::load(web)) {
  add_session(router_);
  add_clock(router_);
  add_calendar(router_);
  add_catalogue(router_);
  add_overview(router_);
  add_records(router_);
  add_record_batches(router_);
  add_record_lists(router_);
  add_record_files(router_);
  add_files(router_);
  add_decisions(router_);
  add_decision_lists(router_);
  add_asks(router_);
  add_queries(router_);
  add_simulations(router_);
  add_publications(router_);
  add_reports(router_);
  add_duties(router_);
  add_cases(router_);
  add_case_acts(router_);
  add_worklists(router_);
  add_inbox(router_);
  add_papers(router_);
  add_issuers(router_);
  add_subscriptions(router_);
  add_authorisations(router_);
  add_attachments(router_);
  add_imports(router_);
  add_operations(router_);
  add_changes(router_);
  add_evidence(router_);
  add_backups(router_);
  add_sources(router_);
  add_signed_deliveries(router_);
  add_oversight(router_);
  add_search(router_);
  add_events(router_);
  add_description(router_);
  add_routes_list(router_);
}

std::optional<Response> Application::answer_at_once(const Request& request) {
  if (request.path == "/healthz") {
    Response response = Response::json("ok\n");
    response.content_type = "text/plain; charset=utf-8";
    return response;
  }
  if (!request.segments.empty() &&
      (request.segments[0] == "api" || request.segments[0] == "metrics" || request.segments[0] == "readyz"))
    return std::nullopt;
  if (is_write(request.method)) {
    return refuse(405, {base::ErrorCode::Unsupported, "这个地址只能读取。", "This address can only be read.", {}},
                  request);
  }
  if (auto page = pages_.answer(request)) return page;
  if (pages_.empty() && request.path == "/") {
    Response response = Response::json(
        "网页尚未构建：运行 ./dev build，或用 --web 指明网页所在的文件夹。\nThe pages are not built: run ./dev build, "
        "or name their folder with --web.\n",
        503);
    response.content_type = "text/plain; charset=utf-8";
    return response;
  }
  return refuse(404, {base::ErrorCode::NotFound, "没有这个页面。", "There is no such page.", {}}, request);
}

base::Result<void> Application::admit_upload(const Request& head) {
  const auto segments = below_prefix(head);
  const Router::Match match = segments ? router_.match(head.method, *segments) : Router::Match{};
  if (match.route == nullptr || !match.route->uploads) {
    return base::fail(base::ErrorCode::Unsupported, "这个地址不接收文件。", "This address takes no files.");
  }
  // Who is not signed in may not fill the disk.
  const auto session = house_.accounts.session(head.cookie("yq_session"));
  if (!session || !*session) return base::fail(base::ErrorCode::Unauthenticated, "请先登录。", "Sign in first.");
  if (head.header("x-yuanqu") != "1") {
    return base::fail(base::ErrorCode::Forbidden, "写入须带请求头 X-Yuanqu: 1。",
                      "A write must carry the header X-Yuanqu: 1.");
  }
  return {};
}

Response Application::refuse(int status, const base::Error& error, const Request& request) {
  return problem(status, error, request.trace_id);
}

void Application::stopping() {
  stopping_.store(true);
  house_.events.close();
  house_.imports.stop();
  house_.sources->stop();
}

base::Result<void> Application::enter(Call& call, const Route& route) {
  if (const std::string_view token = call.request.cookie("yq_session"); !token.empty()) {
    auto session = house_.accounts.session(token);
    if (!session) return tl::unexpected(session.error());
    if (*session && !(*session)->account.disabled) {
      call.account = std::move((*session)->account);
      call.viewer = house_.accounts.viewer(*call.account, call.today());
    }
  }
  if (route.ability != Ability::Open && !call.account) {
    return base::fail(base::ErrorCode::Unauthenticated, "请先登录。", "Sign in first.");
  }
  if (is_write(call.request.method) && call.request.header("x-yuanqu") != "1") {
    return base::fail(
        base::ErrorCode::Forbidden, "写入须带请求头 X-Yuanqu: 1，以证明来自本系统的页面或程序。",
        "A write must carry the header X-Yuanqu: 1, to show that it comes from a page or program of ours.");
  }
  if (route.ability == Ability::Write && is_read_only(call.viewer)) {
    return base::fail(base::ErrorCode::Forbidden, "您的岗位只能查看，不能修改。请交由经办岗位办理。",
                      "Your post may look but not change. Ask somebody who handles this.");
  }
  if (route.ability == Ability::AdvanceClock && !house_.demo) {
    return base::fail(base::ErrorCode::Forbidden, "只有演示园区可以拨动日期。", "Only a demo zone's day can be moved.");
  }
  if (const std::string_view wanted = call.query("min_position"); !wanted.empty()) {
    auto position = parse_id(wanted, "min_position");
    if (!position) return tl::unexpected(position.error());
    if (!house_.wait_until_reflected(*position, position_wait_ms)) {
      return base::fail(base::ErrorCode::Unavailable, "数据还没有更新到所要求的位置，请稍后重试。",
                        "The data has not come up to the position asked for; try again in a moment.");
    }
  }
  return {};
}

Response Application::route(Request& request, std::string& pattern) {
  if (request.path == "/metrics") {
    pattern = request.path;
    return metrics_text();
  }
  if (request.path == "/readyz") {
    pattern = request.path;
    const bool begun = !stopping_.load() && house_.reflected() >= 0;
    const bool ready = begun && house_.journal.writable();
    Response response = Response::json(ready   ? "ready\n"
                                       : begun ? "read only: the disk failed\n"
                                               : "not ready\n",
                                       ready ? 200 : 503);
    response.content_type = "text/plain; charset=utf-8";
    return response;
  }
  const auto segments = below_prefix(request);
  const Router::Match match = segments ? router_.match(request.method, *segments) : Router::Match{};
  if (match.route == nullptr && !match.allowed.empty()) {
    pattern = "other";
    return refuse(405,
                  {base::ErrorCode::Unsupported,
                   "这个地址不支持 " + std::string(name_of(request.method)) + "，可用：" + match.allowed + "。",
                   "This address does not take " + std::string(name_of(request.method)) + "; it takes " +
                       match.allowed + ".",
                   {}},
                  request)
        .with("Allow", match.allowed);
  }
  if (match.route == nullptr) {
    pattern = "other";
    return refuse(404,
                  {base::ErrorCode::NotFound,
                   "没有这个接口地址，请查看 /api/v1/openapi.json。",
                   "There is no such address; see /api/v1/openapi.json.",
                   {}},
                  request);
  }
  pattern = match.route->pattern;
  Call call{house_, request, match.parameters, std::nullopt};
  base::Result<Response> result;
  if (auto entered = enter(call, *match.route); !entered) {
    result = tl::unexpected(entered.error());
  } else {
    result = match.route->handler(call);
    // Who audits is logged in everything: what was asked for, without what the query held.
    if (call.viewer.may_act(register_::Act::Audit) && call.account) {
      house_.records.looks().note({.account = call.account->id,
                                   .what = register_::LookKind::Request,
                                   .reason = std::string(name_of(request.method)) + " " + request.path});
    }
  }
  if (result) return std::move(*result);
  if (result.error().code == base::ErrorCode::Internal) {
    house_.log("trace " + request.trace_id + " " + pattern + ": " + base::to_text(result.error(), false));
  }
  // What is being built for a read is no failure: accepted, ask again.
  if (call.problem_extra.starts_with("\"building\""))
    return problem(202, result.error(), request.trace_id, call.problem_extra);
  return problem(result.error(), request.trace_id, call.problem_extra);
}

Response Application::answer(Request& request) {
  const auto started = std::chrono::steady_clock::now();
  std::string pattern;
  Response response;
  try {
    response = route(request, pattern);
  } catch (const std::exception& thrown) {
    house_.log("trace " + request.trace_id + " " + pattern + ": " + thrown.what());
    response = refuse(500,
                      {base::ErrorCode::Internal,
                       "系统内部出错，请把追踪号告诉管理员。",
                       "Something went wrong inside; tell the administrator the trace id.",
                       {}},
                      request);
  }
  // After a write: where it stands in the journal, to be demanded by a later read. After a read: what it reflects.
  const journal::Position position = is_write(request.method) ? house_.journal.position() : house_.reflected();
  response.with("X-Yuanqu-Position", std::to_string(position));
  if (response.compressible && response.body.size() >= compress_from_bytes &&
      http::accepts_gzip(request.header("accept-encoding"))) {
    std::string packed = http::gzipped(response.body, 1);
    if (!packed.empty() && packed.size() < response.body.size()) {
      response.body = std::move(packed);
      response.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  metrics_.observe(name_of(request.method), pattern, response.status, took.count());
  return response;
}

Response Application::metrics_text() {
  std::string text = metrics_.text();
  Metrics::gauge(text, "yuanqu_journal_position", "Last durable position of the journal.",
                 static_cast<double>(house_.journal.position()));
  Metrics::gauge(text, "yuanqu_reflected_position", "Journal position that outcomes and duties reflect.",
                 static_cast<double>(house_.reflected()));
  Metrics::gauge(text, "yuanqu_journal_writable", "1, or 0 after the disk failed, until a restart.",
                 house_.journal.writable() ? 1 : 0);
  Metrics::gauge(text, "yuanqu_event_streams", "Open streams of events.",
                 static_cast<double>(house_.events.subscriptions()));
  Metrics::counter(text, "yuanqu_events_total", "Events published.", static_cast<double>(house_.events.published()));
  const population::Figures figures = house_.population.figures();
  Metrics::gauge(text, "yuanqu_population_records", "Records held in memory.", static_cast<double>(figures.records));
  Metrics::gauge(text, "yuanqu_population_outcomes", "Outcomes held in memory.", static_cast<double>(figures.outcomes));
  Metrics::gauge(text, "yuanqu_population_fact_bytes", "Memory of columns, ids and links.",
                 static_cast<double>(figures.fact_bytes));
  Metrics::gauge(text, "yuanqu_population_outcome_bytes", "Memory of outcomes.",
                 static_cast<double>(figures.outcome_bytes));
  std::vector<std::pair<std::string, std::uint64_t>> asked;
  for (const auto& [decision, count] : figures.asked) asked.emplace_back(decision->name, count);
  Metrics::counters(text, "yuanqu_decision_asked_total",
                    "Records each decision was asked for again; one that no change concerns stands still.", "decision",
                    asked);
  if (connections_)
    Metrics::gauge(text, "yuanqu_http_connections", "Open connections.", static_cast<double>(connections_()));
  Response response = Response::json(std::move(text));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

}  // namespace yuanqu::api
