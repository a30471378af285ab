// `yuanqu backup` and `yuanqu restore`: a series of backups, and the way back to any moment since the first. Both check
// what they made, as verify does.

#include "register/backup.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/moment.hpp"
#include "register/verify.hpp"

namespace yuanqu::cli {

namespace {

void say(const std::string& zh, const std::string& en) { fmt::print("{}\n", speaks_chinese() ? zh : en); }

// What walking the chains and folding the records found; 0 when all is sound.
int tell(const base::Result<register_::VerifyReport>& done) {
  if (!done) return report(done.error());
  for (const auto& problem : done->problems)
    fmt::print(stderr, "{}: {}\n", problem.code, speaks_chinese() ? problem.zh : problem.en);
  say(fmt::format("核验：{} 条变动，{} 条记录，{} 个问题", done->changes, done->records, done->problems_total),
      fmt::format("verified: {} changes, {} records, {} problems", done->changes, done->records, done->problems_total));
  return done->problems_total == 0 ? 0 : 1;
}

int run_backup(const std::string& data, const std::string& series) {
  const base::SystemClock clock;
  auto made = register_::make_backup(data, series, clock);
  if (!made) return report(made.error());
  say(fmt::format("已备份到 {}：第 {} 号变动，{} 字节，{} 个附件", made->folder.string(), made->position, made->bytes,
                  made->attachments),
      fmt::format("backed up to {}: change {}, {} bytes, {} attachments", made->folder.string(), made->position,
                  made->bytes, made->attachments));
  return tell(register_::check_backup(*made, clock));
}

// What was erased after the moment restored to is erased here too, by changes that say so.
base::Result<void> erase_again(const std::filesystem::path& data, const std::string& packs,
                               const std::vector<register_::EraseAgain>& list) {
  auto folder = DataFolder::open(data, packs);  // folds current records anew
  if (!folder) return tl::unexpected(folder.error());
  auto& records = (*folder)->records();
  for (const register_::EraseAgain& one : list) {
    const register_::Kind* kind = records.catalogue().kind(one.kind);
    if (kind == nullptr) continue;
    register_::Write write{.operation = journal::Operation::Erase, .kind = kind, .record = one.record};
    for (const std::uint32_t number : one.fields) {
      const register_::Field* field = kind->field(number);
      if (field == nullptr) field = kind->successor(number);
      if (field != nullptr) write.values.push_back({field->number, {}});
    }
    write.effective_from = records.today().value_or(base::Date());
    write.reason = "从备份恢复：此后已依法删除";
    if (write.values.empty()) continue;
    if (auto erased = records.write(register_::Viewer::system(), {write}); !erased)
      return tl::unexpected(erased.error());
  }
  return {};
}

struct RestoreArguments {
  std::string series;
  std::string data;
  std::string packs;
  std::string at;
  std::int64_t position = 0;
};

int run_restore(const RestoreArguments& arguments) {
  register_::RestoreTarget target;
  if (!arguments.at.empty()) {
    auto moment = moment_of(arguments.at, "--at");
    if (!moment) return report(moment.error());
    target.at_ms = *moment;
  }
  if (arguments.position > 0) target.position = arguments.position;
  auto done = register_::restore_backup(arguments.series, arguments.data, target);
  if (!done) return report(done.error());
  if (auto erased = erase_again(arguments.data, arguments.packs, done->erase_again); !erased)
    return report(erased.error());
  say(fmt::format("已恢复到第 {} 号变动（{}）：备份 {}，另接上 {} 条变动；{} 条记录的个人信息按此后的删除再次删除",
                  done->position, moment_text(done->recorded_at_ms), done->base.folder.filename().string(),
                  done->laid_on_top, done->erase_again.size()),
      fmt::format("restored to change {} ({}): backup {}, {} changes laid on top; personal data erased since is erased "
                  "again in {} records",
                  done->position, moment_text(done->recorded_at_ms), done->base.folder.filename().string(),
                  done->laid_on_top, done->erase_again.size()));
  const base::SystemClock clock;
  auto journal = journal::Journal::open_read_only(arguments.data, clock);
  if (!journal) return report(journal.error());
  return tell(register_::verify(**journal));
}

}  // namespace

void add_backup(CLI::App& app, Chosen& chosen) {
  struct Arguments {
    std::string data, series;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("backup", "One more backup of a data folder, also while it is served, and its verification");
  command->add_option("FOLDER", arguments->series, "folder of the series of backups")->required();
  command->add_option("--data", arguments->data, "data folder")->required();
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return run_backup(arguments->data, arguments->series); }; });
}

void add_restore(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<RestoreArguments>();
  CLI::App* command =
      app.add_subcommand("restore", "Restore a data folder to a moment since the first backup, and verify it");
  command->add_option("FOLDER", arguments->series, "folder of the series of backups")->required();
  command->add_option("--data", arguments->data, "new data folder")->required();
  command->add_option("--at", arguments->at, "moment, like 2026-03-02T08:30:00Z; the newest backup when left out");
  command->add_option("--position", arguments->position, "the last change to be there, instead of --at");
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_restore(*arguments); }; });
}

}  // namespace yuanqu::cli
