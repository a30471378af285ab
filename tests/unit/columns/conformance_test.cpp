// The cases of the DMN test folders by columns: each decision with the inputs of its cases as rows. YUANQU_TCK names
// more folders.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "agreement.hpp"
#include "dmn/conformance.hpp"
#include "dmn/conformance_file.hpp"

namespace yuanqu::columns::testing {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void run_folder(const fs::path& folder, Tally& tally) {
  std::map<std::string, std::shared_ptr<const dmn::Model>> models;
  std::vector<fs::path> tests;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".dmn") {
      if (auto model = dmn::read_model(bytes_of(entry.path()), entry.path().filename().string()))
        models[entry.path().filename().string()] = *model;
    }
    if (entry.path().filename().string().find("-test-") != std::string::npos && entry.path().extension() == ".xml")
      tests.push_back(entry.path());
  }
  for (const auto& path : tests) {
    auto file = dmn::conformance::read_file(bytes_of(path), path.filename().string());
    if (!file) continue;
    auto main = models.find(file->model);
    if (main == models.end()) continue;
    std::vector<std::shared_ptr<const dmn::Model>> list{main->second};
    for (const auto& [name, model] : models) {
      if (model != main->second) list.push_back(model);
    }
    auto set = dmn::ModelSet::compile(list);
    if (!set) continue;
    std::map<dmn::ElementIndex, std::vector<const dmn::conformance::Case*>> by_decision;
    for (const auto& one : file->cases) {
      if (!one.invocable.empty() || one.type == "decisionService" || one.type == "bkm") continue;
      for (const auto& result : one.results) {
        if (const auto decision = (*set)->find(dmn::ElementKind::Decision, result.name))
          by_decision[*decision].push_back(&one);
      }
    }
    for (const auto& [decision, cases] : by_decision) {
      const auto inputs = (*set)->inputs_of(decision);
      std::vector<std::vector<feel::Value>> rows;
      for (const auto* one : cases) {
        std::vector<feel::Value> row(inputs.size());
        bool plain = true;
        for (const auto& node : one->inputs) {
          bool found = false;
          for (std::size_t i = 0; i < inputs.size(); ++i) {
            if ((*set)->elements()[inputs[i]].name == node.name) row[i] = node.value, found = true;
          }
          // A test may set a decision's value; then its inputs are not what decides.
          if (!found && (*set)->find(dmn::ElementKind::Decision, node.name)) plain = false;
        }
        if (plain) rows.push_back(std::move(row));
      }
      if (rows.empty()) continue;
      Agreement(*set, decision, std::move(rows), path.stem().string() + "/" + (*set)->elements()[decision].name)
          .run(tally);
    }
  }
}

TEST(Conformance, OutcomesByColumnsEqualTheReference) {
  Tally tally;
  std::vector<fs::path> roots{fs::path(YUANQU_SOURCE_DIR) / "tests/cases/dmn"};
  if (const char* more = std::getenv("YUANQU_TCK")) roots.emplace_back(more);
  for (const auto& root : roots) {
    for (const auto& folder : dmn::conformance::folders_below(root)) {
      run_folder(folder, tally);
    }
  }
  std::cout << tally.compiled << " of " << tally.decisions << " decisions compiled, " << tally.rows << " rows agree, "
            << tally.escaped << " evaluated by themselves, " << tally.slow_parts << " parts value by value, "
            << tally.reasons_compared << " rows with reasons compared\n";
  if (std::getenv("YUANQU_REASONS") != nullptr) {
    for (const auto& reason : tally.reasons) std::cout << reason << "\n";
  }
  EXPECT_GT(tally.compiled * 10, tally.decisions * 5);
  EXPECT_GT(tally.rows, 50U);
  EXPECT_GT(tally.reasons_compared, 5U);
}

}  // namespace
}  // namespace yuanqu::columns::testing
