#include "app/zone_settings.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "base/hash.hpp"

namespace yuanqu::app {
namespace {

std::filesystem::path program_folder() {
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
  return problem ? std::filesystem::current_path(problem) : program.parent_path();
}

// build/<preset>/yuanqu stands two folders below the project; an installed bin/yuanqu beside share/yuanqu.
std::filesystem::path beside_program(const std::string& inside_project, const std::string& inside_share) {
  const std::filesystem::path folder = program_folder();
  std::error_code ignored;
  for (const std::filesystem::path& candidate :
       {folder / "../.." / inside_project, folder / "../share/yuanqu" / inside_share,
        std::filesystem::path("/usr/share/yuanqu") / inside_share}) {
    if (std::filesystem::is_directory(candidate, ignored)) return std::filesystem::weakly_canonical(candidate, ignored);
  }
  return {};
}

}  // namespace

std::string place_of(const std::filesystem::path& data) {
  std::ifstream stream("/etc/machine-id");
  std::string machine;
  std::getline(stream, machine);
  std::error_code ignored;
  const std::filesystem::path path = std::filesystem::weakly_canonical(data, ignored);
  struct stat folder {};
  const bool known = ::stat(path.c_str(), &folder) == 0;
  return base::to_hex(
      base::sha256(machine + "\n" + path.string() + "\n" + (known ? std::to_string(folder.st_ino) : "")));
}

base::Result<std::optional<ZoneSettings>> read_zone_settings(const std::filesystem::path& data) {
  std::ifstream stream(data / "zone.json");
  if (!stream) return std::optional<ZoneSettings>{};
  std::ostringstream text;
  text << stream.rdbuf();
  auto json = api::Json::parse(text.str());
  if (!json) {
    return base::fail(base::ErrorCode::Invalid, "数据目录里的 zone.json 读不懂，请从备份恢复它。",
                      "zone.json in the data folder cannot be read; restore it from a backup.",
                      {.file = (data / "zone.json").string()});
  }
  ZoneSettings settings;
  if (const api::Json* demo = json->find("demo")) settings.demo = demo->boolean();
  if (const api::Json* rehearsal = json->find("rehearsal")) settings.rehearsal = rehearsal->boolean();
  if (const api::Json* place = json->find("bound_to")) settings.bound_to = place->text();
  if (const api::Json* packs = json->find("packs")) {
    for (const api::Json& name : packs->items()) settings.packs.push_back(name.text());
  }
  if (const api::Json* evidence = json->find("evidence")) {
    auto minutes = evidence->integer_at("every_minutes");
    auto to = evidence->string_at("export_to");
    if (!minutes || !to || (*minutes && (**minutes < 0 || **minutes > 525'600))) {
      return base::fail(base::ErrorCode::Invalid,
                        "zone.json 的 evidence 应写成 {\"every_minutes\": 60, \"export_to\": \"文件路径\"}。",
                        "Write evidence in zone.json as {\"every_minutes\": 60, \"export_to\": \"path of a file\"}.",
                        {.file = (data / "zone.json").string(), .field = "evidence"});
    }
    if (*minutes) settings.evidence_every_minutes = static_cast<int>(**minutes);
    settings.evidence_export = std::move(*to);
  }
  if (const api::Json* backup = json->find("backup")) {
    auto folder = backup->string_at("folder");
    auto hours = backup->integer_at("every_hours");
    auto keep = backup->integer_at("keep");
    const auto wrong = [](const base::Result<std::optional<std::int64_t>>& number, std::int64_t most) {
      return !number || (*number && (**number < 0 || **number > most));
    };
    if (!folder || wrong(hours, 8760) || wrong(keep, 100'000)) {
      return base::fail(base::ErrorCode::Invalid,
                        "zone.json 的 backup 应写成 {\"folder\": \"文件夹\", \"every_hours\": 24, \"keep\": 30}。",
                        "Write backup in zone.json as {\"folder\": \"a folder\", \"every_hours\": 24, \"keep\": 30}.",
                        {.file = (data / "zone.json").string(), .field = "backup"});
    }
    settings.backup_folder = std::move(*folder);
    if (*hours) settings.backup_every_hours = static_cast<int>(**hours);
    if (*keep) settings.backup_keep = static_cast<int>(**keep);
  }
  return std::optional(std::move(settings));
}

base::Result<void> write_zone_settings(const std::filesystem::path& data, const ZoneSettings& settings) {
  api::JsonWriter json;
  json.object().member("demo", settings.demo).member("rehearsal", settings.rehearsal);
  json.member("bound_to", settings.bound_to).key("packs").array();
  for (const std::string& name : settings.packs) json.value(name);
  json.end_array().key("evidence").object().member("every_minutes", settings.evidence_every_minutes);
  json.member("export_to", settings.evidence_export).end_object();
  json.key("backup").object().member("folder", settings.backup_folder);
  json.member("every_hours", settings.backup_every_hours).member("keep", settings.backup_keep).end_object();
  json.end_object();
  std::ofstream stream(data / "zone.json");
  stream << json.text() << '\n';
  stream.flush();
  if (!stream) {
    return base::fail(base::ErrorCode::Unavailable, "数据目录写不进去，请检查空间与权限。",
                      "The data folder cannot be written; check space and rights.", {.file = data.string()});
  }
  return {};
}

register_::BackupPlan plan_of_backups(const ZoneSettings& settings, const std::filesystem::path& data, bool copy) {
  std::error_code ignored;
  const std::filesystem::path own = std::filesystem::weakly_canonical(data, ignored);
  register_::BackupPlan plan{.data = own, .series = own.string() + "-backups"};
  if (copy) return plan;
  if (!settings.backup_folder.empty()) plan.series = settings.backup_folder;
  plan.every_hours = settings.backup_every_hours;
  plan.kept = static_cast<std::size_t>(settings.backup_keep);
  return plan;
}

base::Result<std::filesystem::path> find_packs_folder(const std::string& asked) {
  std::error_code ignored;
  const std::filesystem::path folder = asked.empty() ? beside_program("packs", "packs") : std::filesystem::path(asked);
  if (folder.empty() || !std::filesystem::is_directory(folder, ignored)) {
    return base::fail(base::ErrorCode::NotFound, "找不到业务包的文件夹，请用 --packs 指明。",
                      "The folder of the packs is not found; name it with --packs.", {.file = folder.string()});
  }
  return folder;
}

std::filesystem::path find_web_folder(const std::string& asked) {
  return asked.empty() ? beside_program("web/dist", "web") : std::filesystem::path(asked);
}

}  // namespace yuanqu::app
