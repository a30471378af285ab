// Backups: the series, one more, and whether each verifies. The files themselves are no resource.

#include <fmt/format.h>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "register/backup_desk.hpp"

namespace yuanqu::api {
namespace {

using register_::BackupInfo;

void write_moment_or_null(JsonWriter& json, std::string_view name, std::int64_t at_ms) {
  json.key(name);
  if (at_ms == 0) {
    json.null();
  } else {
    json.instant(at_ms);
  }
}

void write_run(JsonWriter& json, const register_::BackupDesk::State& state) {
  json.object().member("running", state.running).member("verifying", state.verifying).member("part", state.part);
  json.member_or_null("name", state.name);
  write_moment_or_null(json, "begun_at", state.begun_at_ms);
  write_moment_or_null(json, "ended_at", state.ended_at_ms);
  json.key("problem");
  if (state.problem) {
    json.object().member("zh", state.problem->zh).member("en", state.problem->en).end_object();
  } else {
    json.null();
  }
  json.end_object();
}

void write_backup(JsonWriter& json, const BackupInfo& backup, const std::string& series) {
  json.object().member("name", backup.folder.filename().string()).key("made_at").instant(backup.made_at_ms);
  json.member("position", backup.position);
  write_moment_or_null(json, "recorded_at", backup.recorded_at_ms);
  json.member("bytes", static_cast<std::int64_t>(backup.bytes));
  json.member("attachments", static_cast<std::int64_t>(backup.attachments));
  json.member("restore", fmt::format("yuanqu restore {} --data NEW --position {}", series, backup.position));
  json.key("check");
  if (!backup.check) {
    json.null().end_object();
    return;
  }
  const register_::BackupCheck& check = *backup.check;
  json.object().key("at").instant(check.at_ms).member("changes", static_cast<std::int64_t>(check.changes));
  json.member("records", static_cast<std::int64_t>(check.records));
  json.member("attachments", static_cast<std::int64_t>(check.attachments));
  json.member("problems", static_cast<std::int64_t>(check.problems)).key("first");
  if (check.problems == 0) {
    json.null();
  } else {
    json.object().member("zh", check.first_zh).member("en", check.first_en).end_object();
  }
  json.end_object().end_object();
}

base::Result<Response> answer_of(Call& call, int status) {
  register_::BackupDesk& desk = *call.house.backups;
  auto state = desk.state(call.viewer);
  if (!state) return tl::unexpected(state.error());
  auto all = desk.list(call.viewer);
  if (!all) return tl::unexpected(all.error());
  const std::string series = desk.plan().series.string();
  JsonWriter json;
  json.object().member("folder", series).member("every_hours", desk.plan().every_hours);
  json.member("keep", static_cast<std::int64_t>(desk.plan().kept));
  json.member("may_back_up", desk.may_back_up(call.viewer));
  json.member("restore", "yuanqu restore " + series + " --data NEW --at MOMENT");
  json.key("run");
  write_run(json, *state);
  json.key("items").array();
  for (const BackupInfo& one : *all) write_backup(json, one, series);
  json.end_array().end_object();
  return Response::json(json.take(), status);
}

base::Result<Response> get_backups(Call& call) { return answer_of(call, 200); }

base::Result<Response> post_backup(Call& call) {
  auto begun = call.house.backups->start(call.viewer);
  if (!begun) return tl::unexpected(begun.error());
  return answer_of(call, *begun ? 202 : 200);
}

base::Result<Response> post_check(Call& call) {
  auto begun = call.house.backups->check(call.viewer, std::string(call.parameter("name")));
  if (!begun) return tl::unexpected(begun.error());
  return answer_of(call, *begun ? 202 : 200);
}

}  // namespace

void add_backups(Router& router) {
  router.add(Method::Get, "/backups", Ability::SignedIn, get_backups);
  router.add(Method::Post, "/backups", Ability::Write, post_backup);
  router.add(Method::Post, "/backups/{name}/verification", Ability::SignedIn, post_check);
}

}  // namespace yuanqu::api
