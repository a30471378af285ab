// `yuanqu verify` and `yuanqu checkpoint`: what an auditor asks of a data folder, and the signed roots kept outside it.

#include "register/verify.hpp"

#include <fmt/core.h>
#include <sodium.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"

namespace yuanqu::cli {

namespace {

struct VerifyArguments {
  std::string data;
  std::string roots;
  std::string key;
  std::string packs;
};

std::string hex_of(const journal::PublicKey& key) {
  std::string hex(key.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), key.data(), key.size());
  hex.pop_back();
  return hex;
}

base::Result<journal::PublicKey> key_of(const std::string& hex) {
  journal::PublicKey key{};
  std::size_t length = 0;
  if (sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &length, nullptr) == 0 &&
      length == key.size())
    return key;
  return base::fail(base::ErrorCode::Invalid, "--key 应为 64 个十六进制数字的公钥。",
                    "--key must be a public key of 64 hexadecimal digits.", {.field = "--key"});
}

int run_verify(const VerifyArguments& arguments) {
  const bool chinese = speaks_chinese();
  const base::SystemClock clock;
  auto journal = journal::Journal::open_read_only(arguments.data, clock);
  if (!journal) return report(journal.error());
  register_::VerifyOptions options;
  if (!arguments.roots.empty()) {
    auto roots = journal::read_checkpoints(arguments.roots);
    if (!roots) return report(roots.error());
    options.roots = std::move(*roots);
  }
  if (!arguments.key.empty()) {
    auto key = key_of(arguments.key);
    if (!key) return report(key.error());
    options.public_key = *key;
  }
  // With the packs it is also known where every record belongs; without them the chains and folds are checked all the
  // same.
  auto catalogue = catalogue_of(arguments.data, arguments.packs);
  if (catalogue) {
    options.catalogue = catalogue->get();
  } else if (!arguments.packs.empty()) {
    return report(catalogue.error());
  }
  auto done = register_::verify(**journal, options);
  if (!done) return report(done.error());
  for (const auto& problem : done->problems)
    fmt::print(stderr, "{}: {}\n", problem.code, chinese ? problem.zh : problem.en);
  if (done->problems_total > done->problems.size()) {
    fmt::print(stderr, "{}\n",
               fmt::format(fmt::runtime(chinese ? "…… 另有 {} 个问题" : "… and {} more problems"),
                           done->problems_total - done->problems.size()));
  }
  fmt::print(
      "{}\n",
      fmt::format(fmt::runtime(chinese ? "{} 条变动，{} 份档案，{} 条记录，{} 个附件，{} 个问题；用时 {:.1f} 秒"
                                       : "{} changes, {} files, {} records, {} attachments, {} problems; {:.1f} s"),
                  done->changes, done->files, done->records, done->attachments, done->problems_total, done->seconds));
  if (!options.roots.empty()) {
    fmt::print("{}\n",
               fmt::format(fmt::runtime(chinese ? "外存检查点 {} 个相符，覆盖到第 {} 号变动；公钥 {}"
                                                : "{} roots from outside agree, up to change {}; public key {}"),
                           done->roots, done->covered, done->key ? hex_of(*done->key) : "-"));
  } else {
    fmt::print("{}\n", chinese ? "没有给出外存的检查点（--roots）：被截去的末尾或整体重写看不出来。"
                               : "No roots from outside were given (--roots): a tail cut off, or a rewriting of "
                                 "everything, would not show.");
  }
  return done->problems_total == 0 ? 0 : 1;
}

int run_checkpoint(const std::string& data, const std::string& to) {
  const base::SystemClock clock;
  auto journal = journal::Journal::open(data, clock);
  if (!journal) return report(journal.error());
  auto made = journal::make_checkpoint(**journal);
  if (!made) return report(made.error());
  if (*made) fmt::print("{}\n", journal::to_line(**made));
  if (to.empty()) return 0;
  auto exported = journal::export_checkpoints(**journal, to);
  if (!exported) return report(exported.error());
  fmt::print(stderr, "{}\n",
             fmt::format(fmt::runtime(speaks_chinese() ? "写出 {} 个检查点" : "{} checkpoints exported"), *exported));
  return 0;
}

}  // namespace

void add_verify(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* command = app.add_subcommand(
      "verify", "Check the chains of changes, that current records are their fold, and signed roots");
  command->add_option("--data", arguments->data, "data folder")->required();
  command->add_option("--roots", arguments->roots, "checkpoints kept outside (JSON Lines)");
  command->add_option("--key", arguments->key, "the public key that must have signed them");
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_verify(*arguments); }; });
}

void add_checkpoint(CLI::App& app, Chosen& chosen) {
  struct Arguments {
    std::string data, to;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("checkpoint", "Sign a root over every file's chain, and export roots");
  command->add_option("--data", arguments->data, "data folder, not served")->required();
  command->add_option("--to", arguments->to, "file outside to which new checkpoints are appended");
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return run_checkpoint(arguments->data, arguments->to); }; });
}

}  // namespace yuanqu::cli
