#pragma once
// What a data folder says of itself: zone.json, written once when the folder is made.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::app {

struct ZoneSettings {
  bool demo = false;
  std::vector<std::string> packs;
  // "evidence": {"every_minutes": 60, "export_to": "/mnt/auditor/roots.jsonl"}: how often a checkpoint is signed while
  // the zone is served, and the file outside to which new ones are appended, or the http(s) address they are posted to.
  int evidence_every_minutes = 60;
  std::string evidence_export;
};

base::Result<std::optional<ZoneSettings>> read_zone_settings(
    const std::filesystem::path& data);  // nullopt: a new folder
base::Result<void> write_zone_settings(const std::filesystem::path& data, const ZoneSettings& settings);

// The folder of the packs: what was asked for, else beside the program (build/<preset>/yuanqu) or where an installation
// puts it.
base::Result<std::filesystem::path> find_packs_folder(const std::string& asked);
// The folder of the built pages, in the same way; empty when there is none.
std::filesystem::path find_web_folder(const std::string& asked);

}  // namespace yuanqu::app
