// What leaves the house for somebody: subscriptions to e-mail, SMS and webhooks, the calendar feed, how a message
// fared, and who has to be called because nobody read it.
#include <algorithm>
#include <cstdio>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "notice/calendar_feed.hpp"

namespace yuanqu::api {
namespace {

constexpr int call_days = 14;  // a duty due within so many days, its notice unread

std::string time_of_day_text(const std::optional<int>& minute) {
  if (!minute) return {};
  char text[24];
  std::snprintf(text, sizeof text, "%02d:%02d", *minute / 60, *minute % 60);
  return text;
}

base::Result<std::optional<int>> minute_at(const Json& body, const char* name) {
  auto text = body.string_at(name);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return std::optional<int>();
  int hour = -1, minute = -1;
  char rest = 0;
  if (std::sscanf(text->c_str(), "%2d:%2d%c", &hour, &minute, &rest) != 2 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59) {
    return base::fail(base::ErrorCode::Invalid, "时刻应写成 22:00。", "Write a time like 22:00.", {.field = name});
  }
  return std::optional(hour * 60 + minute);
}

// The secret of a webhook is shown once, in the answer that made it.
void write_subscription(JsonWriter& json, const notice::Subscription& one, bool with_secret) {
  json.object().member("id", Id{one.id}).member("channel", one.channel).member("address", one.address);
  json.member("to", one.to_kind == static_cast<int>(notice::To::File)   ? std::string("file")
                    : one.to_kind == static_cast<int>(notice::To::Post) ? "role:" + one.to_post
                                                                        : std::string("account"));
  json.member("english", one.english).member("digest", one.digest);
  json.member_or_null("quiet_from", time_of_day_text(one.quiet_from))
      .member_or_null("quiet_to", time_of_day_text(one.quiet_to));
  json.member_or_null("secret", with_secret ? one.secret : std::string()).end_object();
}

base::Result<Response> get_subscriptions(Call& call) {
  auto found = call.house.notices.subscriptions(call.viewer);
  if (!found) return tl::unexpected(found.error());
  JsonWriter json;
  json.object().key("channels").array();
  for (const std::string& name : call.house.notices.carriers()) json.value(name);
  json.end_array().key("items").array();
  for (const notice::Subscription& one : *found) write_subscription(json, one, false);
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> post_subscription(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  notice::Subscription wanted;
  auto channel = body->string_at("channel");
  auto address = body->string_at("address");
  auto to = body->string_at("to");
  auto from = minute_at(*body, "quiet_from");
  auto until = minute_at(*body, "quiet_to");
  for (const auto* text : {&channel, &address, &to}) {
    if (!*text) return tl::unexpected(text->error());
  }
  if (!from) return tl::unexpected(from.error());
  if (!until) return tl::unexpected(until.error());
  wanted.channel = *channel;
  wanted.address = *address;
  wanted.quiet_from = *from;
  wanted.quiet_to = *until;
  if (const Json* english = body->find("english")) wanted.english = english->boolean();
  if (const Json* digest = body->find("digest")) wanted.digest = digest->boolean();
  if (to->starts_with("role:")) {
    wanted.to_kind = static_cast<int>(notice::To::Post);
    wanted.to_post = to->substr(5);
  } else if (*to == "account" || call.viewer.own_files().empty()) {
    wanted.to_kind = static_cast<int>(notice::To::Account);
    wanted.to_id = call.viewer.account();
  } else {
    wanted.to_kind = static_cast<int>(notice::To::File);
    wanted.to_id = call.viewer.own_files().front();
  }
  auto made = call.house.notices.subscribe(call.viewer, std::move(wanted));
  if (!made) return tl::unexpected(made.error());
  JsonWriter json;
  write_subscription(json, *made, true);
  return Response::json(json.take(), 201);
}

base::Result<Response> delete_subscription(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  if (auto gone = call.house.notices.unsubscribe(call.viewer, *id); !gone) return tl::unexpected(gone.error());
  return Response::json("{}");
}

base::Result<Response> post_feed(Call& call) {
  auto secret = call.house.notices.open_feed(call.viewer.account());
  if (!secret) return tl::unexpected(secret.error());
  JsonWriter json;
  json.object().member("href", "/api/v1/feeds/" + *secret + ".ics").end_object();
  return Response::json(json.take(), 201);
}

base::Result<Response> delete_feed(Call& call) {
  if (auto closed = call.house.notices.close_feed(call.viewer.account()); !closed)
    return tl::unexpected(closed.error());
  return Response::json("{}");
}

// The secret in the address is all a calendar program has; it answers what its account would see.
base::Result<Response> get_feed(Call& call) {
  auto account = call.house.notices.feed_of(call.parameter("secret"));
  if (!account) return tl::unexpected(account.error());
  std::optional<register_::Account> known;
  if (*account) {
    auto found = call.house.accounts.find(**account);
    if (!found) return tl::unexpected(found.error());
    known = std::move(*found);
  }
  if (!known || known->disabled) {
    return base::fail(base::ErrorCode::NotFound, "这个日历地址没有或已撤回。",
                      "There is no such calendar address, or it was revoked.");
  }
  const register_::Viewer viewer = call.house.accounts.viewer(*known, call.today());
  duty::Query query;
  query.limit = 300;
  auto duties = call.house.duties.list(viewer, query);
  if (!duties) return tl::unexpected(duties.error());
  std::vector<notice::Deadline> deadlines;
  for (const duty::Duty& one : duties->duties) {
    const bool mine = one.item->role().empty() ? viewer.represents(*one.item->decision->kind, one.file)
                                               : viewer.serves(one.item->role(), one.file);
    if (mine && one.due_on)
      deadlines.push_back({"duty-" + std::to_string(one.id), *one.due_on, one.title.zh, one.why.zh, {}});
  }
  casework::TaskQuery tasks;
  tasks.limit = 300;
  auto work = call.house.casework.worklist(viewer, tasks);
  if (!work) return tl::unexpected(work.error());
  for (const casework::TaskItem& item : *work) {
    if (item.task.due_on)
      deadlines.push_back({"task-" + std::to_string(item.task.id),
                           *item.task.due_on,
                           item.task.labels.zh + "：" + item.of.title,
                           item.of.number,
                           {}});
  }
  Response response = Response::json(notice::calendar_text(call.house.zone.zh, deadlines, call.house.clock.now_ms()));
  response.content_type = "text/calendar; charset=utf-8";
  return response;
}

base::Result<Response> get_deliveries(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  if (auto own = call.house.notices.read(call.viewer, *id); !own) return tl::unexpected(own.error());
  auto deliveries = call.house.notices.deliveries(*id);
  if (!deliveries) return tl::unexpected(deliveries.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const notice::Delivery& one : *deliveries) {
    json.object()
        .member("channel", one.channel)
        .member("state", one.state)
        .member("attempts", static_cast<std::int64_t>(one.attempts));
    json.key("at").instant(one.at_ms).member_or_null("error", one.error).end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_call_list(Call& call) {
  if (!call.viewer.own_files().empty()) {
    return base::fail(base::ErrorCode::Forbidden, "电话名单由工作人员使用。", "The list of calls is for officers.");
  }
  duty::Query query;
  query.due_to = call.today().plus_days(call_days);  // nothing at the end of time: no bound
  query.limit = 500;
  auto duties = call.house.duties.list(call.viewer, query);
  if (!duties) return tl::unexpected(duties.error());
  std::vector<std::int64_t> told;
  for (const duty::Duty& one : duties->duties) {
    if (one.item->role().empty() && one.created_on < call.today()) told.push_back(one.id);
  }
  auto unread = call.house.notices.unread_duties(told);
  if (!unread) return tl::unexpected(unread.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  std::size_t total = 0;
  for (const duty::Duty& one : duties->duties) {
    if (!std::binary_search(unread->begin(), unread->end(), one.id)) continue;
    write_duty(json, call, one, titles);
    ++total;
  }
  json.end_array().member_null("next_cursor").member("total", total).end_object();
  return Response::json(json.take());
}

}  // namespace

void add_subscriptions(Router& router) {
  router.add(Method::Get, "/subscriptions", Ability::SignedIn, get_subscriptions);
  router.add(Method::Post, "/subscriptions", Ability::SignedIn, post_subscription);
  router.add(Method::Delete, "/subscriptions/{id}", Ability::SignedIn, delete_subscription);
  router.add(Method::Post, "/feed", Ability::SignedIn, post_feed);
  router.add(Method::Delete, "/feed", Ability::SignedIn, delete_feed);
  router.add(Method::Get, "/feeds/{secret}.ics", Ability::Open, get_feed);
  router.add(Method::Get, "/inbox/{id}/deliveries", Ability::SignedIn, get_deliveries);
  router.add(Method::Get, "/call-list", Ability::SignedIn, get_call_list);
}

}  // namespace yuanqu::api
