// `yuanqu import KIND FILE`: a table into the register.

#include "register/import.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"

namespace yuanqu::cli {

namespace {

struct ImportArguments {
  std::string kind;
  std::string file;
  std::string data;
  std::string packs;
  std::string source;
  std::string effective_from;
  std::string rejects;
  std::size_t sheet = 1;
  bool create_missing = false;
  bool dry_run = false;
};

base::Error wrong(std::string zh, std::string en) {
  return {base::ErrorCode::Invalid, std::move(zh), std::move(en), {}};
}

void show_mapping(const register_::Kind& kind, const register_::SheetProposal& sheet, bool chinese) {
  for (const auto& column : sheet.mapping) {
    const auto* field = kind.field(column.field);
    const std::string to = column.effective_from ? (chinese ? "生效日期" : "effective from")
                           : field == nullptr    ? (chinese ? "（不导入）" : "(left out)")
                                                 : (chinese ? field->labels.zh : field->labels.en);
    fmt::print("  {} → {}{}\n", column.header, to, column.unit.empty() ? "" : " [" + column.unit + "]");
  }
  for (const auto& problem : sheet.problems) fmt::print("  ! {}\n", chinese ? problem.zh : problem.en);
}

int run_import(const ImportArguments& arguments) {
  const bool chinese = speaks_chinese();
  auto folder = DataFolder::open(arguments.data, arguments.packs);
  if (!folder) return report(folder.error());
  const auto& catalogue = (*folder)->records().catalogue();
  register_::ImportOptions options;
  options.kind = catalogue.kind(std::string_view(arguments.kind));
  if (options.kind == nullptr)
    return report(wrong("没有类型 " + arguments.kind + "。", "There is no kind " + arguments.kind + "."));
  const auto* source = catalogue.source(std::string_view(arguments.source));
  if (source == nullptr)
    return report(wrong("没有来源 " + arguments.source + "。", "There is no source " + arguments.source + "."));
  options.source = source->number;
  if (!arguments.effective_from.empty()) {
    options.effective_from = base::Date::parse(arguments.effective_from);
    if (!options.effective_from)
      return report(wrong("--effective-from 应写成 2026-03-02。", "Write --effective-from like 2026-03-02."));
  }
  options.rejects = arguments.rejects;
  options.dry_run = arguments.dry_run;
  options.missing_reference =
      arguments.create_missing ? register_::MissingReference::Create : register_::MissingReference::Reject;
  auto proposal = register_::propose_import(catalogue, *options.kind, arguments.file);
  if (!proposal) return report(proposal.error());
  if (arguments.sheet == 0 || arguments.sheet > proposal->sheets.size()) {
    return report(wrong("没有第 " + std::to_string(arguments.sheet) + " 个工作表。",
                        "There is no sheet " + std::to_string(arguments.sheet) + "."));
  }
  options.sheet = arguments.sheet - 1;
  show_mapping(*options.kind, proposal->sheets[options.sheet], chinese);
  const bool terminal = ::isatty(2) == 1;
  auto done =
      register_::run_import((*folder)->records(), register_::Viewer::system(), arguments.file, options,
                            [&](const register_::ImportProgress& progress) {
                              if (!terminal) return;
                              const auto filled = static_cast<std::size_t>(progress.part * 30);
                              fmt::print(stderr, "\r[{}{}] {}", std::string(filled, '#'),
                                         std::string(30 - std::min<std::size_t>(filled, 30), ' '), progress.rows_done);
                            });
  if (terminal) fmt::print(stderr, "\n");
  if (!done) return report(done.error());
  for (const auto& oddity : done->oddities) fmt::print("  * {}\n", chinese ? oddity.zh : oddity.en);
  constexpr std::size_t errors_shown = 50;
  for (std::size_t i = 0; i < done->errors.size() && i < errors_shown; ++i) {
    const auto& error = done->errors[i];
    fmt::print(
        stderr, "{}\n",
        base::to_text({base::ErrorCode::Invalid,
                       error.zh,
                       error.en,
                       {.file = arguments.file, .row = error.row, .column = error.column, .field = error.header}},
                      chinese));
  }
  if (done->errors.size() > errors_shown) fmt::print(stderr, "… {}\n", done->errors.size() - errors_shown);
  fmt::print("{}\n",
             fmt::format(fmt::runtime(chinese ? "{} 行：新建 {}，改动 {}，未变 {}，拒绝 {}；用时 {:.1f} 秒"
                                              : "{} rows: {} created, {} changed, {} unchanged, {} rejected; {:.1f} s"),
                         done->rows, done->created, done->changed, done->unchanged, done->rejected, done->seconds));
  return done->rejected == 0 ? 0 : 1;
}

}  // namespace

void add_import(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* command =
      app.add_subcommand("import", "Import a table (CSV, XLSX, JSON Lines; also .gz) into records of a kind");
  command->add_option("KIND", arguments->kind, "kind of record, as in the packs")->required();
  command->add_option("FILE", arguments->file, "the table")->required();
  command->add_option("--data", arguments->data, "data folder")->required();
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->add_option("--source", arguments->source, "who tells these facts, as in the packs")->required();
  command->add_option("--effective-from", arguments->effective_from,
                      "day from which the values hold, when no column says");
  command->add_option("--rejects", arguments->rejects,
                      "file for the rejected rows with their reasons (.csv, .xlsx, .jsonl)");
  command->add_option("--sheet", arguments->sheet, "sheet of a workbook, counted from 1");
  command->add_flag("--create-missing", arguments->create_missing, "open a file for a reference that is not known yet");
  command->add_flag("--dry-run", arguments->dry_run, "check everything, store nothing");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_import(*arguments); }; });
}

}  // namespace yuanqu::cli
