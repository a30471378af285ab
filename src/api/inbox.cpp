#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"

namespace yuanqu::api {
namespace {

base::Result<Response> get_inbox(Call& call) {
  auto limit = call.limit(50, 200);
  auto before = id_of_cursor(call.query("cursor"));
  if (!limit) return tl::unexpected(limit.error());
  if (!before) return tl::unexpected(before.error());
  auto notices = call.house.notices.inbox(call.viewer, {call.asks("unread"), *before, *limit});
  if (!notices) return tl::unexpected(notices.error());
  auto count = call.house.notices.count(call.viewer);
  if (!count) return tl::unexpected(count.error());
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  for (const notice::Notice& one : *notices) write_notice(json, one, titles);
  const bool more = notices->size() == *limit;
  json.end_array().member_or_null("next_cursor",
                                  more ? cursor_of(static_cast<std::uint64_t>(notices->back().id)) : std::string{});
  json.member("total", call.asks("unread") ? count->unread : count->total).member("unread", count->unread).end_object();
  return Response::json(json.take());
}

base::Result<Response> mark_read(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto notice = call.house.notices.mark_read(call.viewer, *id);
  if (!notice) return tl::unexpected(notice.error());
  Titles titles(call);
  JsonWriter json;
  write_notice(json, *notice, titles);
  return Response::json(json.take());
}

}  // namespace

void add_inbox(Router& router) {
  router.add(Method::Get, "/inbox", Ability::SignedIn, get_inbox);
  router.add(Method::Post, "/inbox/{id}/read", Ability::SignedIn, mark_read);
}

}  // namespace yuanqu::api
