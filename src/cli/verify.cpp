// `yuanqu verify`: every chain and every current record of a data folder.

#include "register/verify.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"

namespace yuanqu::cli {

namespace {

int run(const std::string& data) {
  const bool chinese = speaks_chinese();
  const base::SystemClock clock;
  auto journal = journal::Journal::open_read_only(data, clock);
  if (!journal) return report(journal.error());
  auto done = register_::verify(**journal);
  if (!done) return report(done.error());
  for (const auto& problem : done->problems)
    fmt::print(stderr, "{}: {}\n", problem.code, chinese ? problem.zh : problem.en);
  fmt::print(
      "{}\n",
      fmt::format(fmt::runtime(chinese ? "{} 条变动，{} 份档案，{} 条记录，{} 个附件，{} 个问题；用时 {:.1f} 秒"
                                       : "{} changes, {} files, {} records, {} attachments, {} problems; {:.1f} s"),
                  done->changes, done->files, done->records, done->attachments, done->problems_total, done->seconds));
  return done->problems_total == 0 ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& app, Chosen& chosen) {
  auto data = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("verify", "Check the chains of changes and that current records are their fold");
  command->add_option("--data", *data, "data folder")->required();
  command->callback([data, &chosen] { chosen = [data] { return run(*data); }; });
}

}  // namespace yuanqu::cli
