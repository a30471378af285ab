// `yuanqu export KIND [FILE]`: records as a table, in the shape import reads.

#include "register/export.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/moment.hpp"

namespace yuanqu::cli {

namespace {

struct ExportArguments {
  std::string kind;
  std::string file;
  std::string data;
  std::string packs;
  std::string as_of;
  std::string known_at;
};

int run_export(const ExportArguments& arguments) {
  auto folder = DataFolder::open(arguments.data, arguments.packs);
  if (!folder) return report(folder.error());
  auto& records = (*folder)->records();
  const auto* kind = records.catalogue().kind(std::string_view(arguments.kind));
  if (kind == nullptr)
    return report({base::ErrorCode::Invalid,
                   "没有类型 " + arguments.kind + "。",
                   "There is no kind " + arguments.kind + ".",
                   {}});
  register_::ExportOptions options;
  options.chinese = speaks_chinese();
  const auto day = arguments.as_of.empty() ? records.today() : base::Date::parse(arguments.as_of);
  if (!day) {
    return report({base::ErrorCode::Invalid,
                   "请用 --as-of 写明哪一天，如 2026-03-02。",
                   "Say which day with --as-of, like 2026-03-02.",
                   {}});
  }
  options.as_of.day = *day;
  if (!arguments.known_at.empty()) {
    auto moment = moment_of(arguments.known_at, "--known-at");
    if (!moment) return report(moment.error());
    auto snapshot = records.journal().snapshot();
    if (!snapshot) return report(snapshot.error());
    auto position = journal::position_at(snapshot->database(), *moment);
    if (!position) return report(position.error());
    options.as_of.known_at = *position;
  }
  std::string name = arguments.file;
  options.gzip = name.ends_with(".gz");
  if (options.gzip) name.resize(name.size() - 3);
  const auto format = name.ends_with(".xlsx")    ? tabular::Format::Xlsx
                      : name.ends_with(".jsonl") ? tabular::Format::JsonLines
                                                 : tabular::Format::Csv;
  const tabular::Sink to_terminal = [](std::string_view piece) -> base::Result<void> {
    if (std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size()) return {};
    return base::fail(base::ErrorCode::Unavailable, "无法写出。", "Cannot write the output.");
  };
  auto done = arguments.file.empty()
                  ? register_::export_records(records, register_::Viewer::system(), *kind, format, to_terminal, options)
                  : register_::export_records(records, register_::Viewer::system(), *kind, format,
                                              std::filesystem::path(arguments.file), options);
  if (!done) return report(done.error());
  fmt::print(stderr, "{}\n", fmt::format(fmt::runtime(speaks_chinese() ? "{} 行" : "{} rows"), done->rows));
  return 0;
}

}  // namespace

void add_export(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command = app.add_subcommand("export", "Export records of a kind as CSV, XLSX or JSON Lines");
  command->add_option("KIND", arguments->kind, "kind of record, as in the packs")->required();
  command->add_option("FILE", arguments->file,
                      ".csv, .xlsx, .jsonl, with .gz where wanted; without it CSV to the terminal");
  command->add_option("--data", arguments->data, "data folder")->required();
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->add_option("--as-of", arguments->as_of, "valid day; the zone's day when left out");
  command->add_option("--known-at", arguments->known_at, "as it was known at that moment, like 2026-03-02T08:30:00Z");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_export(*arguments); }; });
}

}  // namespace yuanqu::cli
