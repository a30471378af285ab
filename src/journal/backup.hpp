#pragma once
// Copying a journal's database while it is written to, and laying the changes of a later copy on an earlier one.

#include <filesystem>
#include <functional>

#include "journal/change.hpp"
#include "journal/sql.hpp"

namespace yuanqu::journal {

inline constexpr const char* database_file = "zone.db";
inline constexpr const char* backup_note = "backup.json";  // what stands beside the database of a backup

// One consistent copy (SQLite's online backup), synced. `to` must not exist.
base::Result<void> copy_database(const std::filesystem::path& data_folder, const std::filesystem::path& to,
                                 const std::function<void(double part)>& progress = {});

struct CopiedPosition {
  Position position = 0;
  std::int64_t recorded_at_ms = 0;
};
base::Result<CopiedPosition> position_of_copy(const std::filesystem::path& database);
// The last change recorded at or before the moment.
base::Result<Position> position_of_moment(const std::filesystem::path& database, std::int64_t at_ms);

// Fields taken out of a change after the position restored to.
struct TakenOut {
  RecordId record = 0;
  std::uint32_t kind = 0;
  std::uint32_t field = 0;
};

// Appends to the database at `base` the changes (base's position, up_to] of the one at `later`, with what belongs to
// them, and takes over what was erased by then. Conflict when the two do not share their history. Current records are
// removed, so that they are folded anew when the folder is opened. `taken_out` receives what was erased after `up_to`.
base::Result<std::uint64_t> lay_on_top(const std::filesystem::path& base, const std::filesystem::path& later,
                                       Position up_to, const std::function<void(TakenOut)>& taken_out);

}  // namespace yuanqu::journal
