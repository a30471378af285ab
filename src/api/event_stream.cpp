#include <algorithm>
#include <charconv>
#include <set>

#include "api/call.hpp"
#include "api/resources.hpp"

namespace yuanqu::api {
namespace {

// Whom an event is for: a named account, those who may look beyond their own files, or those whose file it concerns.
bool concerns(const Event& event, std::int64_t account, bool sees_all, const std::set<std::int64_t>& files) {
  if (event.account != 0) return event.account == account;
  if (sees_all || event.files.empty()) return true;
  return std::any_of(event.files.begin(), event.files.end(), [&](std::int64_t file) { return files.contains(file); });
}

base::Result<Response> get_events(Call& call) {
  std::optional<std::int64_t> after;
  std::string_view last = call.request.header("last-event-id");
  if (last.empty()) last = call.query("after");
  if (!last.empty()) {
    std::int64_t position = 0;
    const auto read = std::from_chars(last.data(), last.data() + last.size(), position);
    if (read.ec == std::errc{} && read.ptr == last.data() + last.size()) after = position;
  }
  const auto kinds = call.house.records.catalogue().kinds();
  const bool placed = std::any_of(kinds.begin(), kinds.end(), [](const auto* kind) { return kind->placed; });
  const bool sees_all = std::any_of(kinds.begin(), kinds.end(), [&](const register_::Kind* kind) {
    return kind->opens_file && !kind->system && (kind->placed || !placed) &&
           call.viewer.reach(*kind, register_::FieldClass::Internal) == register_::Reach::All;
  });
  // Otherwise those of one's own, and those that lie where one's posts are.
  const auto own = call.viewer.own_files();
  std::set<std::int64_t> files(own.begin(), own.end());
  for (const register_::Agency& agency : call.viewer.agencies()) files.insert(agency.file);
  for (const register_::Viewer::Held& held : call.viewer.held()) {
    if (held.within == 0) continue;
    const auto there = call.viewer.files_in(held.within);
    files.insert(there.begin(), there.end());
  }
  Response response;
  response.content_type = "text/event-stream; charset=utf-8";
  response.compressible = false;
  response.events =
      call.house.events.subscribe([account = call.account->id, sees_all, files = std::move(files)](
                                      const Event& event) { return concerns(event, account, sees_all, files); },
                                  after);
  return response.with("X-Accel-Buffering", "no");
}

}  // namespace

void add_events(Router& router) { router.add(Method::Get, "/events", Ability::Events, get_events); }

}  // namespace yuanqu::api
