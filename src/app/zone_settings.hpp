#pragma once
// What a data folder says of itself: zone.json, written once when the folder is made.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "register/backup_desk.hpp"

namespace yuanqu::app {

struct ZoneSettings {
  bool demo = false;
  bool rehearsal = false;  // a trial of something; issues samples and sends nothing outside
  std::vector<std::string> packs;
  std::string bound_to;  // place_of() of the folder when it was made; another place means it is a copy
  // "evidence": {"every_minutes": 60, "export_to": "/mnt/auditor/roots.jsonl"}: how often a checkpoint is signed while
  // the zone is served, and the file outside to which new ones are appended, or the http(s) address they are posted to.
  int evidence_every_minutes = 60;
  std::string evidence_export;
  // "backup": {"folder": "/mnt/backup/zone", "every_hours": 24, "keep": 30}: the folder of the series (empty: beside
  // the data folder), how often one is made while the zone is served (0: by hand only), how many stay (0: all).
  std::string backup_folder;
  int backup_every_hours = 0;
  int backup_keep = 30;
};

// Which folder of which machine this is: a digest over machine, path and the folder's own number. A restored or copied
// folder answers another one.
std::string place_of(const std::filesystem::path& data);

base::Result<std::optional<ZoneSettings>> read_zone_settings(
    const std::filesystem::path& data);  // nullopt: a new folder
base::Result<void> write_zone_settings(const std::filesystem::path& data, const ZoneSettings& settings);

// A copied folder makes none by itself, and none into the series of the zone it is a copy of.
register_::BackupPlan plan_of_backups(const ZoneSettings& settings, const std::filesystem::path& data, bool copy);

// The folder of the packs: what was asked for, else beside the program (build/<preset>/yuanqu) or where an installation
// puts it.
base::Result<std::filesystem::path> find_packs_folder(const std::string& asked);
// The folder of the built pages, in the same way; empty when there is none.
std::filesystem::path find_web_folder(const std::string& asked);

}  // namespace yuanqu::app
