#include "register/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>

#include "journal/backup.hpp"
#include "journal/checkpoint.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr const char* note_name = journal::backup_note;
constexpr const char* settings_name = "zone.json";
constexpr const char* attachments_name = "attachments";  // shared by the series: files are named by their content
constexpr const char* roots_name = "roots.jsonl";

tl::unexpected<base::Error> cannot(const std::string& zh, const std::string& en, const fs::path& path,
                                   const std::error_code& problem) {
  return fail(ErrorCode::Unavailable, zh + " " + path.string() + "：" + problem.message() + "。",
              en + " " + path.string() + ": " + problem.message() + ".", {.file = path.string()});
}

Result<void> sync(const fs::path& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = handle >= 0 && ::fsync(handle) == 0;
  if (handle >= 0) ::close(handle);
  if (good) return {};
  return cannot("无法写到盘上", "Cannot sync", path, std::error_code(errno, std::generic_category()));
}

// "20260302T083000Z" of a moment.
std::string moment_name(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  const base::Date day = base::Date::from_days(seconds / 86400);
  std::string text = day.to_string();
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  const std::int64_t rest = seconds % 86400;
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return text + "T" + two(rest / 3600) + two(rest / 60 % 60) + two(rest % 60) + "Z";
}

// Copies what is not there yet, each file under a passing name first.
Result<std::uint64_t> copy_missing(const fs::path& from, const fs::path& to) {
  std::uint64_t count = 0;
  std::error_code problem;
  if (!fs::is_directory(from, problem)) return count;
  for (fs::recursive_directory_iterator at(from, problem), end; !problem && at != end; at.increment(problem)) {
    const fs::path target = to / fs::relative(at->path(), from);
    if (at->is_directory()) continue;
    ++count;
    if (fs::exists(target, problem) && fs::file_size(target, problem) == at->file_size()) continue;
    fs::create_directories(target.parent_path(), problem);
    const fs::path passing = target.string() + ".part";
    if (!fs::copy_file(at->path(), passing, fs::copy_options::overwrite_existing, problem))
      return cannot("附件复制失败", "An attachment could not be copied", at->path(), problem);
    if (auto synced = sync(passing); !synced) return tl::unexpected(synced.error());
    fs::rename(passing, target, problem);
    if (problem) return cannot("附件复制失败", "An attachment could not be copied", target, problem);
  }
  if (problem) return cannot("读不了附件文件夹", "The folder of attachments cannot be read", from, problem);
  return count;
}

Result<void> write_text(const fs::path& file, const std::string& text) {
  {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.flush();
    if (!stream) return cannot("写不进", "Cannot write", file, std::error_code(errno, std::generic_category()));
  }
  return sync(file);
}

Result<BackupInfo> read_note(const fs::path& folder) {
  std::ifstream stream(folder / note_name, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  boost::system::error_code problem;
  const json::value note = json::parse(text, problem);
  const auto number = [&](const char* name) -> std::int64_t {
    const json::value* found = note.is_object() ? note.get_object().if_contains(name) : nullptr;
    return found != nullptr && found->is_int64() ? found->get_int64() : -1;
  };
  if (problem || number("position") < 0) {
    return fail(ErrorCode::Invalid, "备份说明读不懂：" + (folder / note_name).string() + "。",
                "The note of a backup cannot be read: " + (folder / note_name).string() + ".",
                {.file = (folder / note_name).string()});
  }
  BackupInfo info{.folder = folder,
                  .position = number("position"),
                  .recorded_at_ms = number("recorded_at_ms"),
                  .made_at_ms = number("made_at_ms"),
                  .bytes = static_cast<std::uint64_t>(number("bytes")),
                  .attachments = static_cast<std::uint64_t>(number("attachments"))};
  const json::value* check = note.get_object().if_contains("check");
  if (check == nullptr || !check->is_object()) return info;
  const json::object& found = check->get_object();
  const auto count = [&](const char* name) {
    const json::value* value = found.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
  };
  const auto words = [&](const char* name) {
    const json::value* value = found.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  info.check = BackupCheck{.at_ms = count("at_ms"),
                           .changes = static_cast<std::uint64_t>(count("changes")),
                           .records = static_cast<std::uint64_t>(count("records")),
                           .attachments = static_cast<std::uint64_t>(count("attachments")),
                           .problems = static_cast<std::uint64_t>(count("problems")),
                           .first_zh = words("first_zh"),
                           .first_en = words("first_en")};
  return info;
}

// Under a passing name first: what can be read is whole.
Result<void> write_note(const fs::path& folder, const BackupInfo& info) {
  json::object note{{"position", info.position},
                    {"recorded_at_ms", info.recorded_at_ms},
                    {"made_at_ms", info.made_at_ms},
                    {"bytes", static_cast<std::int64_t>(info.bytes)},
                    {"attachments", static_cast<std::int64_t>(info.attachments)}};
  if (info.check) {
    note["check"] = json::object{{"at_ms", info.check->at_ms},
                                 {"changes", static_cast<std::int64_t>(info.check->changes)},
                                 {"records", static_cast<std::int64_t>(info.check->records)},
                                 {"attachments", static_cast<std::int64_t>(info.check->attachments)},
                                 {"problems", static_cast<std::int64_t>(info.check->problems)},
                                 {"first_zh", info.check->first_zh},
                                 {"first_en", info.check->first_en}};
  }
  const fs::path passing = folder / (std::string(note_name) + ".part");
  if (auto written = write_text(passing, json::serialize(note) + "\n"); !written) return written;
  std::error_code problem;
  fs::rename(passing, folder / note_name, problem);
  if (problem) return cannot("写不进", "Cannot write", folder / note_name, problem);
  return {};
}

}  // namespace

Result<std::vector<BackupInfo>> backups_of(const fs::path& series) {
  std::vector<BackupInfo> found;
  std::error_code problem;
  for (fs::directory_iterator at(series, problem), end; !problem && at != end; at.increment(problem)) {
    if (!at->is_directory() || !fs::exists(at->path() / note_name)) continue;
    auto note = read_note(at->path());
    if (!note) return tl::unexpected(note.error());
    found.push_back(std::move(*note));
  }
  if (problem && fs::exists(series))
    return cannot("读不了备份文件夹", "The folder of backups cannot be read", series, problem);
  std::sort(found.begin(), found.end(), [](const BackupInfo& a, const BackupInfo& b) {
    return std::pair(a.position, a.made_at_ms) < std::pair(b.position, b.made_at_ms);
  });
  return found;
}

Result<BackupInfo> make_backup(const fs::path& data, const fs::path& series, const base::Clock& clock,
                               const std::function<void(double)>& progress) {
  std::error_code problem;
  fs::create_directories(series, problem);
  if (problem) return cannot("建不了备份文件夹", "The folder of backups cannot be made", series, problem);
  if (!fs::exists(data / journal::database_file)) {
    return fail(ErrorCode::NotFound, "数据文件夹 " + data.string() + " 里没有数据。请检查 --data。",
                "There is no data in the folder " + data.string() + ". Check --data.");
  }
  auto earlier = backups_of(series);
  if (!earlier) return tl::unexpected(earlier.error());
  BackupInfo info{.made_at_ms = clock.now_ms()};
  const fs::path passing = series / ("." + moment_name(info.made_at_ms) + ".part");
  fs::remove_all(passing, problem);
  fs::create_directories(passing, problem);
  if (problem) return cannot("建不了备份文件夹", "The folder of backups cannot be made", passing, problem);
  const auto give_up = [&](base::Error error) -> Result<BackupInfo> {
    std::error_code ignored;
    fs::remove_all(passing, ignored);
    return tl::unexpected(std::move(error));
  };
  if (auto copied = journal::copy_database(data, passing / journal::database_file, progress); !copied)
    return give_up(copied.error());
  auto position = journal::position_of_copy(passing / journal::database_file);
  if (!position) return give_up(position.error());
  info.position = position->position;
  info.recorded_at_ms = position->recorded_at_ms;
  // After the database: an attachment is stored before the change that names it, so every named one is there by now.
  auto attached = copy_missing(data / attachments_name, series / attachments_name);
  if (!attached) return give_up(attached.error());
  info.attachments = *attached;
  if (fs::exists(data / settings_name) && !fs::copy_file(data / settings_name, passing / settings_name, problem))
    return give_up(cannot("复制失败", "Cannot copy", data / settings_name, problem).value());
  auto copy = journal::Database::open(passing / journal::database_file, journal::OpenMode::ReadOnly);
  if (!copy) return give_up(copy.error());
  auto roots = journal::checkpoints(**copy);
  if (!roots) return give_up(roots.error());
  copy->reset();
  std::string lines;
  for (const journal::Checkpoint& one : *roots) lines += journal::to_line(one) + "\n";
  if (auto written = write_text(passing / roots_name, lines); !written) return give_up(written.error());
  for (const char* beside : {"-wal", "-shm"})
    fs::remove(passing / (std::string(journal::database_file) + beside), problem);
  info.bytes = fs::file_size(passing / journal::database_file, problem);
  if (auto written = write_note(passing, info); !written) return give_up(written.error());
  info.folder = series / (moment_name(info.made_at_ms) + "-" + std::to_string(info.position));
  fs::rename(passing, info.folder, problem);
  if (problem) return give_up(cannot("备份改名失败", "The backup could not be named", info.folder, problem).value());
  if (auto synced = sync(series); !synced) return tl::unexpected(synced.error());
  return info;
}

Result<VerifyReport> check_backup(const BackupInfo& backup, const base::Clock& clock,
                                  const std::function<void(double)>& progress) {
  VerifyReport report;
  {
    auto journal = journal::Journal::open_read_only(backup.folder, clock);
    if (!journal) return tl::unexpected(journal.error());
    VerifyOptions options;
    options.threads = 1;  // beside those who work
    options.progress = progress;
    auto done = verify(**journal, options);
    if (!done) return tl::unexpected(done.error());
    report = std::move(*done);
  }
  BackupInfo checked = backup;
  checked.check = BackupCheck{.at_ms = clock.now_ms(),
                              .changes = report.changes,
                              .records = report.records,
                              .attachments = report.attachments,
                              .problems = report.problems_total,
                              .first_zh = report.problems.empty() ? "" : report.problems.front().zh,
                              .first_en = report.problems.empty() ? "" : report.problems.front().en};
  if (auto noted = write_note(backup.folder, checked); !noted) return tl::unexpected(noted.error());
  return report;
}

Result<std::size_t> remove_oldest(const fs::path& series, std::size_t kept) {
  auto all = backups_of(series);
  if (!all) return tl::unexpected(all.error());
  const auto sound = std::find_if(all->rbegin(), all->rend(),
                                  [](const BackupInfo& one) { return one.check && one.check->problems == 0; });
  std::size_t removed = 0;
  for (std::size_t i = 0; all->size() - i > std::max<std::size_t>(kept, 1); ++i) {
    if (sound != all->rend() && (*all)[i].folder == sound->folder) continue;
    // Not a backup any more before its files go.
    std::error_code problem;
    const fs::path passing = series / ("." + (*all)[i].folder.filename().string() + ".part");
    fs::rename((*all)[i].folder, passing, problem);
    if (!problem) fs::remove_all(passing, problem);
    if (problem) return cannot("删不掉旧备份", "An old backup could not be removed", (*all)[i].folder, problem);
    ++removed;
  }
  return removed;
}

Result<RestoreInfo> restore_backup(const fs::path& series, const fs::path& data, const RestoreTarget& target) {
  std::error_code problem;
  if (fs::exists(data) && !fs::is_empty(data, problem)) {
    return fail(
        ErrorCode::Conflict, "文件夹 " + data.string() + " 不是空的。请恢复到一个新文件夹，核对后再替换。",
        "The folder " + data.string() + " is not empty. Restore into a new one, check it, then put it in place.",
        {.file = data.string()});
  }
  auto all = backups_of(series);
  if (!all) return tl::unexpected(all.error());
  if (all->empty()) {
    return fail(ErrorCode::NotFound, "文件夹 " + series.string() + " 里没有备份。",
                "There is no backup in the folder " + series.string() + ".", {.file = series.string()});
  }
  const BackupInfo& newest = all->back();
  journal::Position wanted = target.position.value_or(newest.position);
  if (target.at_ms) {
    auto found = journal::position_of_moment(newest.folder / journal::database_file, *target.at_ms);
    if (!found) return tl::unexpected(found.error());
    wanted = *found;
  }
  if (wanted > newest.position) {
    return fail(ErrorCode::NotFound, "备份只到第 " + std::to_string(newest.position) + " 号变动。",
                "The backups reach to change " + std::to_string(newest.position) + " only.");
  }
  const auto base =
      std::find_if(all->rbegin(), all->rend(), [&](const BackupInfo& one) { return one.position <= wanted; });
  if (base == all->rend()) {
    return fail(ErrorCode::NotFound,
                "最早的备份在第 " + std::to_string(all->front().position) + " 号变动（" +
                    moment_name(all->front().recorded_at_ms) + "），不能恢复到它之前。",
                "The earliest backup is at change " + std::to_string(all->front().position) + " (" +
                    moment_name(all->front().recorded_at_ms) + "); nothing before it can be restored.");
  }
  RestoreInfo info{.base = *base, .position = wanted};
  fs::create_directories(data, problem);
  if (problem) return cannot("建不了数据文件夹", "The data folder cannot be made", data, problem);
  const fs::path database = data / journal::database_file;
  if (!fs::copy_file(base->folder / journal::database_file, database, problem))
    return cannot("复制失败", "Cannot copy", base->folder, problem);
  if (fs::exists(base->folder / settings_name) &&
      !fs::copy_file(base->folder / settings_name, data / settings_name, problem))
    return cannot("复制失败", "Cannot copy", base->folder / settings_name, problem);
  if (auto attached = copy_missing(series / attachments_name, data / attachments_name); !attached)
    return tl::unexpected(attached.error());
  std::map<std::pair<journal::RecordId, std::uint32_t>, std::set<std::uint32_t>> again;
  if (newest.position > base->position) {
    auto laid =
        journal::lay_on_top(database, newest.folder / journal::database_file, wanted, [&](journal::TakenOut one) {
          again[{one.record, one.kind}].insert(one.field);
        });
    if (!laid) return tl::unexpected(laid.error());
    info.laid_on_top = *laid;
  }
  for (const auto& [record, fields] : again)
    info.erase_again.push_back({record.first, record.second, {fields.begin(), fields.end()}});
  auto reached = journal::position_of_copy(database);
  if (!reached) return tl::unexpected(reached.error());
  info.position = reached->position;
  info.recorded_at_ms = reached->recorded_at_ms;
  if (auto synced = sync(database); !synced) return tl::unexpected(synced.error());
  return info;
}

}  // namespace yuanqu::register_
