// `yuanqu check PACK…`: everything in packs that can be wrong before anybody relies on it: kinds, models, decision
// tables, decisions and their inputs, service items, procedures, papers, records, plants with their
// interlocks and recipes, worked cases.

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <set>

#include "casework/procedures.hpp"
#include "cli/commands.hpp"
#include "control/plant_content.hpp"
#include "dmn/table_check.hpp"
#include "duty/services.hpp"
#include "paper/template.hpp"
#include "population/column_assessor.hpp"
#include "population/model_library.hpp"
#include "population/worked_cases.hpp"
#include "register/catalogue.hpp"
#include "register/pack_records.hpp"
#include "register/viewer.hpp"

namespace yuanqu::cli {

namespace {

class PackCheck {
 public:
  explicit PackCheck(bool all_gaps) : chinese_(speaks_chinese()), all_gaps_(all_gaps) {}

  int run(const std::vector<std::string>& folders) {
    std::vector<std::filesystem::path> roots;
    std::vector<std::string>& names = names_;
    for (const std::string& folder : folders) {
      std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
      if (path.filename().empty()) path = path.parent_path();
      if (!std::filesystem::exists(path / "pack.yaml")) continue;  // a file beside the packs
      if (std::find(roots.begin(), roots.end(), path.parent_path()) == roots.end()) roots.push_back(path.parent_path());
      names.push_back(path.filename().string());
    }
    if (names.empty()) {
      fmt::print(
          stderr, "{}\n",
          say("没有找到业务包：请给出含 pack.yaml 的文件夹。", "No pack found: name folders that hold a pack.yaml."));
      return 2;
    }
    auto packs = pack::PackSet::load(roots, names);
    if (!packs) return fail(packs.error());
    std::vector<base::Error> faults;
    auto catalogue = register_::Catalogue::load(*packs, &faults);
    if (!catalogue) return fail_all(faults, catalogue.error());
    auto permissions = register_::Permissions::load(*packs, **catalogue);
    if (!permissions) return fail(permissions.error());
    check_records(*packs, *catalogue, *permissions);
    check_plants(*packs);
    check_models(*packs);
    auto decisions = population::Decisions::load(*packs, **catalogue);
    if (!decisions) return fail(decisions.error());
    auto programs = population::Programs::compile(*packs, **catalogue, *decisions);
    if (!programs) return fail(programs.error());
    show_row_by_row(**catalogue, *programs);
    if (auto services = duty::Services::load(*packs, **decisions); !services) problem(services.error());
    faults.clear();
    if (auto procedures = casework::Procedures::load(*packs, **catalogue, &faults); !procedures && faults.empty())
      problem(procedures.error());
    for (const base::Error& fault : faults) problem(fault);
    faults.clear();
    if (auto templates = paper::Templates::load(*packs, &faults); !templates && faults.empty())
      problem(templates.error());
    for (const base::Error& fault : faults) problem(fault);
    for (const std::string& name : names) {
      if (auto ran = population::run_worked_cases(*packs, *packs->find(name), **programs,
                                                  [this](const auto& worked) { report(worked); });
          !ran) {
        problem(ran.error());
      }
    }
    fmt::print("{}\n", fmt::format(fmt::runtime(say("{} 个业务包，{} 个模型，{} 张判定表，{} 个问题，{} 条提示",
                                                    "{} packs, {} models, {} decision tables, {} problems, {} notes")),
                                   names.size(), models_, tables_, problems_, notes_));
    fmt::print("{} passed, {} failed\n", passed_, failed_);
    return problems_ + failed_ == 0 ? 0 : 1;
  }

 private:
  const char* say(const char* zh, const char* en) const { return chinese_ ? zh : en; }
  void problem(const base::Error& error) {
    ++problems_;
    fmt::print("✗ {}\n", base::to_text(error, chinese_));
  }
  int fail(const base::Error& error) {
    problem(error);
    fmt::print("{} passed, {} failed\n", passed_, failed_ + 1);
    return 1;
  }
  int fail_all(const std::vector<base::Error>& faults, const base::Error& first) {
    if (faults.empty()) return fail(first);
    for (const base::Error& fault : faults) problem(fault);
    fmt::print("{} passed, {} failed\n", passed_, failed_ + 1);
    return 1;
  }

  // The records packs bring along are put into a zone of their own, which is gone afterwards.
  void check_records(const pack::PackSet& packs, const std::shared_ptr<const register_::Catalogue>& catalogue,
                     const std::shared_ptr<const register_::Permissions>& permissions) {
    const auto folder = std::filesystem::temp_directory_path() / ("yuanqu-check-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const base::SystemClock clock;
    {
      auto journal = journal::Journal::open(folder, clock);
      auto records =
          journal ? register_::Register::open(**journal, catalogue, permissions) : tl::unexpected(journal.error());
      if (!records) {
        problem(records.error());
      } else if (auto loaded = register_::load_pack_records(**records, packs); !loaded) {
        problem(loaded.error());
      }
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  void check_plants(const pack::PackSet& packs) {
    for (const pack::Pack& pack : packs.packs()) {
      auto plants = control::read_plants(pack);
      if (plants) continue;
      for (const base::Error& fault : plants.error()) problem(fault);
    }
  }

  void check_models(const pack::PackSet& packs) {
    auto library = population::ModelLibrary::read(packs);
    if (!library) return problem(library.error());
    std::set<std::string> seen;  // a table of an imported model is reported once
    for (const std::string& place : library->places()) {
      const bool ours = asked_about(place);
      auto models = library->compile(place);
      if (!models) {
        problem(models.error());
        continue;
      }
      ++models_;
      for (const dmn::Problem& found : (*models)->problems()) {
        if (!seen.insert(found.model + found.element + found.en).second) continue;
        ++problems_;
        fmt::print("✗ {}: {}: {}\n", place, found.element, chinese_ ? found.zh : found.en);
      }
      for (const dmn::TableReport& table : dmn::check_tables(**models)) {
        if (!seen.insert(table.model + "#" + table.table).second) continue;
        ++tables_;
        show(place, table, ours);
      }
    }
  }

  // What is not worked out by vectors of columns, and why: it is right all the same, and slower over everybody.
  void show_row_by_row(const register_::Catalogue& catalogue,
                       const std::shared_ptr<const population::Programs>& programs) {
    population::ColumnImage image(catalogue);
    const population::FactBase facts(catalogue);
    population::ColumnAssessor columns(programs, image, facts);
    std::set<std::string> seen;
    for (const population::DecisionProgram& program : programs->all()) {
      for (const population::ByItself& part : columns.by_itself(program)) {
        const std::string what = part.model + ": " + part.decision + (part.text.empty() ? "" : ": " + part.text);
        if (!seen.insert(what).second || !asked_about(part.model.empty() ? program.decision->place : part.model))
          continue;
        ++notes_;
        fmt::print(
            "· {}: {} {}\n", what,
            part.text.empty() ? say("整个判定逐条计算。", "The whole decision is worked out record by record.") : "",
            chinese_ ? part.zh : part.en);
      }
    }
  }

  // Notes are of the packs that were asked about; those they need have been looked at by whoever made them.
  bool asked_about(const std::string& place) const {
    return std::find(names_.begin(), names_.end(), place.substr(0, place.find('/'))) != names_.end();
  }

  void show(const std::string& place, const dmn::TableReport& table, bool ours) {
    const std::string at = place + ": " + table.decision + (table.table.empty() ? "" : " (" + table.table + ")");
    std::size_t gaps = 0;
    for (const dmn::Finding& finding : table.findings) {
      const bool wrong = finding.kind == dmn::FindingKind::Overlap || finding.kind == dmn::FindingKind::DoesNotFit ||
                         finding.kind == dmn::FindingKind::NeverMatches;
      if (!wrong && !ours) continue;
      // What no rule covers is unknown, which may be meant: a few examples are enough to see.
      if (finding.kind == dmn::FindingKind::Gap && ++gaps > 3 && !all_gaps_) {
        ++notes_;
        continue;
      }
      wrong ? ++problems_ : ++notes_;
      fmt::print("{} {}: {}\n", wrong ? "✗" : "·", at, chinese_ ? finding.zh : finding.en);
      std::string example;
      for (const dmn::ExampleInput& input : finding.example)
        example += (example.empty() ? "" : ", ") + input.input + " = " + input.value;
      if (!example.empty()) fmt::print("    {}\n", example);
    }
    if (!table.gaps_complete && ours) {
      fmt::print("· {}: {}\n", at,
                 say("没有检查完：空缺的查找超出了工作量限度。",
                     "not complete: the search for gaps reached its budget of work."));
    }
  }

  void report(const population::WorkedCase& worked) {
    if (worked.passed) {
      ++passed_;
      return;
    }
    ++failed_;
    fmt::print("✗ {} {} ({}): {}\n    {} {}\n    {} {}\n", worked.place, worked.name, worked.decision, worked.source,
               say("应为", "expected"), worked.expected, say("实为", "found   "), worked.found);
    for (const std::string& reason : worked.reasons) fmt::print("    {}\n", reason);
  }

  bool chinese_;
  bool all_gaps_;
  std::vector<std::string> names_;  // of the packs that are checked
  std::size_t models_ = 0, tables_ = 0, problems_ = 0, notes_ = 0, passed_ = 0, failed_ = 0;
};

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "check", "检查业务包 / check packs: models, tables, services, procedures, papers, worked cases");
  auto folders = std::make_shared<std::vector<std::string>>();
  auto all_gaps = std::make_shared<bool>(false);
  command->add_option("PACK", *folders, "业务包文件夹 / pack folders")->required();
  command->add_flag("--all-gaps", *all_gaps, "列出全部空缺 / list every gap of a table");
  command->callback([=, &chosen] { chosen = [=] { return PackCheck(*all_gaps).run(*folders); }; });
}

}  // namespace yuanqu::cli
