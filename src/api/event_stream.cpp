#include <charconv>

#include "api/call.hpp"
#include "api/resources.hpp"

namespace yuanqu::api {
namespace {

// Whom an event is for: a named account, those who may look beyond their own files, or those whose file it concerns.
bool concerns(const Event& event, std::int64_t account, bool sees_all, const std::vector<std::int64_t>& own_files) {
  if (event.account != 0) return event.account == account;
  if (sees_all || event.files.empty()) return true;
  for (const std::int64_t file : event.files) {
    for (const std::int64_t own : own_files) {
      if (own == file) return true;
    }
  }
  return false;
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
  bool sees_all = false;
  for (const register_::Kind* kind : call.house.records.catalogue().kinds()) {
    sees_all = sees_all || (kind->opens_file && !kind->system &&
                            call.viewer.reach(*kind, register_::FieldClass::Internal) == register_::Reach::All);
  }
  const auto own = call.viewer.own_files();
  Response response;
  response.content_type = "text/event-stream; charset=utf-8";
  response.compressible = false;
  response.events = call.house.events.subscribe(
      [account = call.account->id, sees_all, files = std::vector<std::int64_t>(own.begin(), own.end())](
          const Event& event) { return concerns(event, account, sees_all, files); },
      after);
  return response.with("X-Accel-Buffering", "no");
}

}  // namespace

void add_events(Router& router) { router.add(Method::Get, "/events", Ability::Events, get_events); }

}  // namespace yuanqu::api
