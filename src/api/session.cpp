#include "api/json_writer.hpp"
#include "api/page_settings.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

constexpr std::int64_t lifetime_ms = 12LL * 3600 * 1000;

std::string session_text(Call& call) {
  const register_::Account& account = *call.account;
  const auto posts = call.viewer.posts();
  const bool read_only = is_read_only(call.viewer);
  JsonWriter json;
  json.object().member("account", account.name).labels("name", account.shown_name, account.shown_name);
  json.member("role", posts.empty() ? std::string{} : posts.front()->name).member("read_only", read_only);
  json.member("synthetic", call.house.synthetic).member("demo", call.house.demo);
  json.key("post");
  if (posts.empty()) {
    json.null();
  } else {
    json.object().member("zh", posts.front()->labels.zh).member("en", posts.front()->labels.en).end_object();
  }
  Titles titles(call);
  // The file this account stands for, also under the name of its kind.
  std::vector<std::int64_t> files(call.viewer.own_files().begin(), call.viewer.own_files().end());
  for (const register_::Agency& agency : call.viewer.agencies()) files.push_back(agency.file);
  const std::int64_t own = !account.files.empty() ? account.files.front() : files.empty() ? 0 : files.front();
  const auto state = own == 0 ? base::Result<std::optional<register_::RecordState>>{} : call.house.records.state(own);
  const register_::Kind* kind = state && *state ? call.house.records.catalogue().kind((*state)->kind) : nullptr;
  json.key("file");
  if (kind == nullptr) {
    json.null();
  } else {
    write_reference(json, own, titles);
    json.key(kind->name);
    write_reference(json, own, titles);
  }
  json.key("files").array();
  for (const std::int64_t file : files) write_reference(json, file, titles);
  json.end_array();
  json.labels("zone", call.house.zone.zh, call.house.zone.en);
  json.member_or_null("centre", call.house.pages.centre);
  json.key("may").array().value(name_of(Ability::SignedIn));
  if (!read_only) json.value(name_of(Ability::Write));
  if (call.house.demo) json.value(name_of(Ability::AdvanceClock));
  json.end_array().end_object();
  return json.take();
}

std::string cookie_of(const Call& call, std::string_view token, std::int64_t seconds) {
  std::string cookie =
      "yq_session=" + std::string(token) + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
  if (call.request.header("x-forwarded-proto") == "https") cookie += "; Secure";
  return cookie;
}

base::Result<register_::Session> sign_in(Call& call, const Json& body) {
  auto role = body.string_at("role");
  if (!role) return tl::unexpected(role.error());
  if (!role->empty()) {
    for (const DemoRole& one : call.house.demo_roles) {
      if (one.role == *role) return call.house.accounts.sign_in_as(one.account, lifetime_ms);
    }
    return base::fail(base::ErrorCode::NotFound, "没有“" + *role + "”这个演示角色。",
                      "There is no demo role \"" + *role + "\".", {.field = "role"});
  }
  auto account = body.string_at("account");
  auto password = body.string_at("password");
  if (!account || !password || account->empty()) {
    return base::fail(base::ErrorCode::Invalid, "请填写账号与密码。", "Fill in account and password.",
                      {.field = "account"});
  }
  return call.house.accounts.sign_in(*account, *password, lifetime_ms);
}

base::Result<Response> post_session(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto session = sign_in(call, *body);
  if (!session) return tl::unexpected(session.error());
  call.account = session->account;
  call.viewer = call.house.accounts.viewer(*call.account, call.today());
  return Response::json(session_text(call)).with("Set-Cookie", cookie_of(call, session->token, lifetime_ms / 1000));
}

base::Result<Response> get_session(Call& call) { return Response::json(session_text(call)); }

base::Result<Response> delete_session(Call& call) {
  if (auto out = call.house.accounts.sign_out(call.request.cookie("yq_session")); !out)
    return tl::unexpected(out.error());
  return Response::empty().with("Set-Cookie", cookie_of(call, "", 0));
}

base::Result<Response> get_demo_roles(Call& call) {
  JsonWriter json;
  json.object().key("items").array();
  Titles titles(call);
  for (const DemoRole& role : call.house.demo_roles) {
    json.object().member("role", role.role).labels("labels", role.labels.zh, role.labels.en);
    json.labels("description", role.description.zh, role.description.en);
    const auto account = call.house.accounts.find(role.account);
    if (account && *account) {
      json.member("account", (*account)->name).labels("name", (*account)->shown_name, (*account)->shown_name);
    }
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

// The stories the demo was made with, by number: which file and record each is about.
base::Result<Response> get_demo_stories(Call& call) {
  JsonWriter json;
  json.object()
      .key("items")
      .raw(call.house.demo_stories.empty() ? std::string_view("[]") : std::string_view(call.house.demo_stories))
      .end_object();
  return Response::json(json.take());
}

}  // namespace

void add_session(Router& router) {
  router.add(Method::Post, "/session", Ability::Open, post_session);
  router.add(Method::Get, "/session", Ability::SignedIn, get_session);
  router.add(Method::Delete, "/session", Ability::SignedIn, delete_session);
  router.add(Method::Get, "/demo/roles", Ability::Open, get_demo_roles);
  router.add(Method::Get, "/demo/stories", Ability::SignedIn, get_demo_stories);
}

}  // namespace yuanqu::api
