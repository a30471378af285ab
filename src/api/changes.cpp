// What changed: in a file, who, from where and why; in a batch, with the way to take it back.

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"

namespace yuanqu::api {
namespace {

constexpr std::size_t changes_max = 20'000;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t zone_offset_ms = 8LL * 3'600'000;

// The zone's day on which it was recorded.
base::Date recorded_on(const register_::ChangeView& change) {
  return base::Date::from_days((change.recorded_at_ms + zone_offset_ms) / day_ms);
}

base::Result<Response> get_file_changes(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  auto limit = call.limit(50, 500);
  if (!limit) return tl::unexpected(limit.error());
  auto place = place_of_cursor(call.query("cursor"));
  if (!place) return tl::unexpected(place.error());
  auto from = parse_day(call.query("from"), "from");
  if (!from) return tl::unexpected(from.error());
  auto to = parse_day(call.query("to"), "to");
  if (!to) return tl::unexpected(to.error());
  const std::string_view kind = call.query("kind");
  auto changes = call.house.records.history_of_file(call.viewer, call.house.records.resolve(*id), changes_max);
  if (!changes) return tl::unexpected(changes.error());
  if (changes->empty())
    return base::fail(base::ErrorCode::NotFound, "没有这份档案，或您的岗位不能查看。",
                      "There is no such file, or your post may not see it.", {.field = "id"});
  std::erase_if(*changes, [&](const register_::ChangeView& change) {
    return change.kind->system || (as_of->known_at && change.sequence > *as_of->known_at) ||
           (*from && recorded_on(change) < **from) || (*to && recorded_on(change) > **to) ||
           (!kind.empty() && change.kind->name != kind);
  });
  Titles titles(call);
  JsonWriter json;
  json.object().key("items").array();
  std::size_t next = *place;
  for (; next < changes->size() && next < *place + *limit; ++next) write_change(json, call, (*changes)[next], titles);
  json.end_array().member_or_null("next_cursor", next < changes->size() ? cursor_of(next) : std::string{});
  json.member("total", changes->size()).end_object();
  return Response::json(json.take());
}

base::Result<Response> batch_response(Call& call, std::int64_t id) {
  auto batch = call.house.records.batch(call.viewer, id);
  if (!batch) return tl::unexpected(batch.error());
  JsonWriter json;
  json.object().member("id", Id{batch->batch}).key("recorded_at").instant(batch->recorded_at_ms);
  const auto actor =
      batch->actor == 0 ? base::Result<std::optional<register_::Account>>{} : call.house.accounts.find(batch->actor);
  json.member("actor", actor && *actor ? (*actor)->shown_name : std::string{});
  json.member_or_null("source", source_name(call, batch->source)).member_or_null("reason", batch->reason);
  json.member("changes", batch->changes).member("voided", batch->voided).member("records", batch->records);
  json.member("created", batch->created).member("built_upon", batch->built_upon).key("kinds").array();
  for (const auto& [kind, count] : batch->kinds)
    json.object().member("kind", kind->name).member("records", count).end_object();
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> get_batch(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  return batch_response(call, *id);
}

base::Result<Response> post_void_batch(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto reason = body->string_at("reason");
  if (!reason) return tl::unexpected(reason.error());
  if (reason->empty()) {
    return base::fail(base::ErrorCode::Invalid, "请写明撤回的理由 reason：它和变动一起留存。",
                      "Give the reason; it stays with the changes.", {.field = "reason"});
  }
  // Who may not see the batch hears that there is none.
  if (auto known = call.house.records.batch(call.viewer, *id); !known) return tl::unexpected(known.error());
  auto reply = call.house.records.void_batch(call.viewer, *id, call.today(), *reason);
  if (!reply) return tl::unexpected(reply.error());
  return batch_response(call, *id);
}

}  // namespace

void add_changes(Router& router) {
  router.add(Method::Get, "/files/{id}/changes", Ability::SignedIn, get_file_changes);
  router.add(Method::Get, "/batches/{id}", Ability::SignedIn, get_batch);
  router.add(Method::Post, "/batches/{id}/void", Ability::Write, post_void_batch);
}

}  // namespace yuanqu::api
