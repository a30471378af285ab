#include "cli/tck.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "cli/commands.hpp"
#include "dmn/conformance.hpp"

namespace yuanqu::cli {

int run_tck(const TckArguments& arguments, std::ostream& out, std::ostream& error) {
  namespace conformance = dmn::conformance;
  std::ofstream report;
  if (!arguments.report.empty()) {
    report.open(arguments.report, std::ios::binary);
    if (!report) {
      error << (speaks_chinese() ? "报告文件写不了：" : "the report cannot be written: ") << arguments.report << "\n";
      return 2;
    }
  }
  std::size_t passed = 0, failed = 0;
  std::map<std::string, std::pair<std::size_t, std::size_t>> by_folder;
  conformance::Options options;
  options.use_index = !arguments.plain;
  for (const auto& folder : arguments.folders) {
    if (!std::filesystem::is_directory(folder)) {
      error << (speaks_chinese() ? "不是文件夹：" : "not a folder: ") << folder << "\n";
      return 2;
    }
    for (const auto& each : conformance::folders_below(folder)) {
      conformance::run_folder(each, options, [&](const conformance::CaseResult& result) {
        auto& counts = by_folder[result.folder];
        if (result.passed) {
          ++passed;
          ++counts.first;
        } else {
          ++failed;
          ++counts.second;
          out << "FAILED " << result.folder << " " << result.file << " " << result.id << ": " << result.detail << "\n";
          if (!result.expected.empty())
            out << "  expected " << result.expected << "\n  found    " << result.found << "\n";
        }
        if (report.is_open()) report << conformance::csv_line(result) << "\n";
      });
    }
  }
  if (arguments.by_folder) {
    for (const auto& [name, counts] : by_folder) out << name << "," << counts.first << "," << counts.second << "\n";
  }
  out << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}

void add_tck(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("tck", "运行 DMN TCK 测试文件夹 / run DMN TCK test folders, searched recursively");
  auto arguments = std::make_shared<TckArguments>();
  command->add_option("folders", arguments->folders, "folders with tests")->required();
  command->add_option("--report", arguments->report, "write the results as CSV in the TCK's form");
  command->add_flag("--by-folder", arguments->by_folder, "print passed and failed for each folder");
  command->add_flag("--plain", arguments->plain, "evaluate decision tables cell by cell, without their index");
  command->callback(
      [&chosen, arguments] { chosen = [arguments] { return run_tck(*arguments, std::cout, std::cerr); }; });
}

}  // namespace yuanqu::cli
