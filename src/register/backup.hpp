#pragma once
// Backups of a data folder, taken while it is served, and the way back to any moment since the first of them.
//
// A backup folder holds a series: one folder for each backup, named by the moment and the position, with zone.db (a
// consistent copy), zone.json, attachments, the checkpoints so far as roots.jsonl, and backup.json that says what is in
// it. The key that signs checkpoints is not copied: a restored folder signs with one of its own.
//
// To restore to a position the newest backup at or before it is taken, and the changes up to there are laid on top from
// the newest backup that has them, byte for byte, so that every hash is the same. Current records are folded anew when
// the folder is opened. Duties, cases, papers and messages are those of the backup that was taken; what the changes
// laid on top call for is found again when the zone is served. Personal data erased since is erased in the restored
// folder too.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "journal/journal.hpp"
#include "register/record.hpp"
#include "register/verify.hpp"

namespace yuanqu::register_ {

// What verify said of a backup, kept in its note.
struct BackupCheck {
  std::int64_t at_ms = 0;
  std::uint64_t changes = 0, records = 0, attachments = 0;
  std::uint64_t problems = 0;
  std::string first_zh, first_en;  // of the first problem
};

struct BackupInfo {
  std::filesystem::path folder;
  journal::Position position = 0;
  std::int64_t recorded_at_ms = 0;  // of its last change
  std::int64_t made_at_ms = 0;
  std::uint64_t bytes = 0;
  std::uint64_t attachments = 0;
  std::optional<BackupCheck> check;  // nullopt: never verified
};

// One more backup in the series. Beside a serving process or alone; the copy is synced before it gets its name, so that
// what has a name is whole.
base::Result<BackupInfo> make_backup(const std::filesystem::path& data, const std::filesystem::path& series,
                                     const base::Clock& clock, const std::function<void(double part)>& progress = {});

base::Result<std::vector<BackupInfo>> backups_of(const std::filesystem::path& series);  // by position

// Verifies one and writes what it found into its note.
base::Result<VerifyReport> check_backup(const BackupInfo& backup, const base::Clock& clock,
                                        const std::function<void(double part)>& progress = {});

// Removes the oldest until `kept` are left, at least one and never the newest that was verified sound; answers how many
// went. Attachments stay: they belong to the series.
base::Result<std::size_t> remove_oldest(const std::filesystem::path& series, std::size_t kept);

struct RestoreTarget {
  std::optional<std::int64_t> at_ms;          // what was recorded at or before that moment …
  std::optional<journal::Position> position;  // … or up to that change; neither: the newest backup as it is
};

// Fields that were erased after the moment restored to: to be erased again in the restored folder, by a write that says
// so, before anybody sees it.
struct EraseAgain {
  journal::RecordId record = 0;
  std::uint32_t kind = 0;
  std::vector<std::uint32_t> fields;
};

struct RestoreInfo {
  BackupInfo base;
  journal::Position position = 0;
  std::int64_t recorded_at_ms = 0;
  std::uint64_t laid_on_top = 0;  // changes from a later backup
  std::vector<EraseAgain> erase_again;
};

// Into a folder that does not exist or is empty. NotFound when no backup is at or before the moment, with the earliest
// there is.
base::Result<RestoreInfo> restore_backup(const std::filesystem::path& series, const std::filesystem::path& data,
                                         const RestoreTarget& target);

}  // namespace yuanqu::register_
