// `yuanqu compact`: writes a data folder's database anew, so that nothing erased is left in free pages or in the log. A
// served zone does it by itself within half a day of an erase.

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"

namespace yuanqu::cli {

namespace {

int run_compact(const std::string& data) {
  const base::SystemClock clock;
  auto journal = journal::Journal::open(data, clock);
  if (!journal) return report(journal.error());
  auto swept = (*journal)->attachments().sweep();
  if (!swept) return report(swept.error());
  auto done = (*journal)->compact();
  if (!done) return report(done.error());
  if (!*done) {
    return report({base::ErrorCode::Unavailable,
                   "有程序正在读这个数据目录，日志还没有清空。请稍后再试。",
                   "A program is reading this data folder, so its log could not be emptied. Try again later.",
                   {.file = data}});
  }
  fmt::print("{}\n", speaks_chinese() ? fmt::format("已整理：已删除的内容不再留在文件中；清除无主附件 {} 个", *swept)
                                      : fmt::format("compacted: nothing erased is left in its files; {} attachments "
                                                    "that nothing names removed",
                                                    *swept));
  return 0;
}

}  // namespace

void add_compact(CLI::App& app, Chosen& chosen) {
  auto data = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("compact", "Write the database anew, so that nothing erased is left in its files");
  command->add_option("--data", *data, "data folder, not served")->required();
  command->callback([data, &chosen] { chosen = [data] { return run_compact(*data); }; });
}

}  // namespace yuanqu::cli
