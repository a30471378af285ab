// Batches told as data: tests/cases/control/batches/*.yaml. Each file is a list of what people do, what happens and
// what must stand then.

#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "control/view.hpp"
#include "world.hpp"

namespace yuanqu::control {
namespace {

namespace fs = std::filesystem;

feel::Value value_of(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (text == "true" || text == "false") return feel::Value(text == "true");
  const auto number = base::Decimal::parse(text);
  return number ? feel::Value(*number) : feel::Value(text);
}

class BatchTest : public Bench, public ::testing::WithParamInterface<std::string> {
 protected:
  fs::path folder_ = fs::temp_directory_path() / ("yuanqu-batch-" + std::to_string(::getpid()) + "-" + GetParam());
  Actor editor{"editor", "session-3", "station-3"}, chief{"chief", "session-4", "station-4"};
  std::unique_ptr<Console> restarted_;
  bool lose_operate_ = false;

  Console& now() { return restarted_ ? *restarted_ : console; }
  Actor actor(const std::string& name) {
    return name == "li" ? li : name == "editor" ? editor : name == "chief" ? chief : wang;
  }

  void SetUp() override {
    Bench::SetUp();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const auto added = recipes.add_content(case_file("recipe.yaml"), "recipe.yaml");
    if (!added) {
      for (const base::Error& fault : added.error()) ADD_FAILURE() << to_text(fault, false);
    }
    ASSERT_TRUE(recipes.open(folder_ / "recipes.log"));
    ASSERT_TRUE(console.open(folder_ / "batches.log"));
    rights.add({"editor", "bench", "*", Right::EditRecipes});
    rights.add({"editor", "bench", "*", Right::ReleaseRecipes});
    rights.add({"chief", "bench", "*", Right::ReleaseRecipes});
    for (const Actor& one : {editor, chief}) console.unlock(one);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void step() {
    loop.mono += 50;
    loop.field.pass(loop.mono);
    guard.tick(edge);
    now().tick();
    while (!loop.to_edge.empty() || !loop.to_centre.empty()) {
      if (!loop.to_edge.empty()) {
        const Fields fields = loop.to_edge.front();
        loop.to_edge.pop_front();
        if (lose_operate_ && field(fields, "verb") == "operate") {
          lose_operate_ = false;
          continue;
        }
        guard.receive(fields, edge);
      }
      if (!loop.to_centre.empty()) {
        const Fields fields = loop.to_centre.front();
        loop.to_centre.pop_front();
        now().receive(fields);
      }
    }
  }
  const Batch& batch() { return now().batches().back(); }

  template <class T>
  void expect_refusal(const base::Result<T>& result, const YAML::Node& node, const std::string& where) {
    if (node.IsMap() && node["refused"]) {
      ASSERT_FALSE(result) << where;
      EXPECT_EQ(name_of(result.error().code), node["refused"].Scalar()) << where << ": " << result.error().en;
    } else {
      ASSERT_TRUE(result) << where << ": " << result.error().en;
    }
  }

  base::Result<std::string> go(const base::Result<Selection>& selection, bool alone) {
    if (!selection) return tl::unexpected(selection.error());
    if (!alone && selection->needs_approval) {
      if (auto approved = now().approve(li, selection->id, selection->read_back); !approved)
        return tl::unexpected(approved.error());
    }
    return now().operate(wang, selection->id);
  }

  void act(const std::string& what, const YAML::Node& node, const std::string& where) {
    if (what == "arm") {
      ASSERT_TRUE(now().arm(actor(node.Scalar()))) << where;
      for (int i = 0; i < 4; ++i) step();
      ASSERT_TRUE(now().desk().armed()) << where;
    } else if (what == "run_ms") {
      for (const std::int64_t until = loop.mono + node.as<int>(); loop.mono < until;) step();
    } else if (what == "until") {
      for (int i = 0; i < 400 && batch().now().name != node["step"].Scalar(); ++i) step();
      ASSERT_EQ(batch().now().name, node["step"].Scalar()) << where;
    } else if (what == "set") {
      for (const auto& one : node) loop.field.cells[one.first.Scalar()].value = value_of(one.second);
    } else if (what == "field") {
      for (const auto& one : node) {
        EXPECT_EQ(plain_text(loop.field.cells[one.first.Scalar()].value), one.second.Scalar())
            << where << " " << one.first.Scalar();
      }
    } else if (what == "stuck") {
      loop.field.stuck = node.as<bool>();
    } else if (what == "link") {
      loop.link = node.as<bool>();
      now().link(loop.link);
      if (!loop.link) guard.link_lost(edge);
    } else if (what == "lose") {
      lose_operate_ = true;
    } else if (what == "start") {
      Parameters parameters;
      for (const auto& one : node["parameters"]) parameters.emplace_back(one.first.Scalar(), value_of(one.second));
      const int version = node["version"] ? node["version"].as<int>() : 0;
      expect_refusal(
          go(now().select_recipe(wang, node["recipe"].Scalar(), parameters, version), node["alone"].IsDefined()), node,
          where);
    } else if (what == "resume") {
      expect_refusal(go(now().select_resume(wang, batch().id, node["skip"].IsDefined()), false), node, where);
    } else if (what == "hold") {
      ASSERT_TRUE(now().hold(actor(node.Scalar()), batch().id)) << where;
    } else if (what == "stop") {
      ASSERT_TRUE(now().stop(actor(node.Scalar()), batch().id)) << where;
    } else if (what == "abort") {
      ASSERT_TRUE(now().abort(actor(node.Scalar()), batch().id)) << where;
    } else if (what == "ask") {
      const SentCommand* open = now().desk().open_on("loco");
      ASSERT_NE(open, nullptr) << where;
      ASSERT_TRUE(now().ask(actor(node.Scalar()), open->command.id)) << where;
    } else if (what == "write") {
      std::string text = case_file("recipe.yaml");
      text.replace(text.find("version: 1"), 10, "version: " + node["version"].Scalar());
      expect_refusal(now().write_recipe(actor(node["by"].Scalar()), text, nullptr), node, where);
    } else if (what == "release") {
      expect_refusal(now().release_recipe(actor(node["by"].Scalar()), "pour", node["version"].as<int>()), node, where);
    } else if (what == "restart") {
      restarted_ = std::make_unique<Console>(site, recipes, rights, bench_key(), centre);
      ASSERT_TRUE(restarted_->open(folder_ / "batches.log"));
      restarted_->link(true);
    } else if (what == "expect") {
      expect(node, where);
    } else {
      FAIL() << where << ": nobody knows how to " << what;
    }
  }

  void expect(const YAML::Node& node, const std::string& where) {
    for (const auto& one : node) {
      const std::string key = one.first.Scalar();
      const std::string wanted = one.second.Scalar();
      if (key == "batches") {
        EXPECT_EQ(std::to_string(now().batches().size()), wanted) << where;
        continue;
      }
      ASSERT_FALSE(now().batches().empty()) << where;
      if (key == "state") {
        EXPECT_EQ(name_of(batch().state), wanted) << where << ": " << batch().reason.en;
      }
      if (key == "step") {
        EXPECT_EQ(batch().now().name, wanted) << where;
      }
      if (key == "stage") {
        EXPECT_EQ(name_of(batch().stage), wanted) << where;
      }
      if (key == "version") {
        EXPECT_EQ(std::to_string(batch().recipe->version), wanted) << where;
      }
      if (key == "reason") {
        EXPECT_NE(batch().reason.en.find(wanted), std::string::npos) << where << ": " << batch().reason.en;
      }
      if (key == "armed") {
        EXPECT_EQ(now().view().armed, one.second.as<bool>()) << where;
      }
      if (key == "steps") {
        std::string steps;
        for (const StepRecord& record : batch().history)
          steps += (steps.empty() ? "" : ", ") + record.step + " " + record.result;
        EXPECT_EQ(steps, wanted) << where;
      }
      if (key == "alarm") {
        const View view = now().view();
        EXPECT_TRUE(std::any_of(view.alarms.begin(), view.alarms.end(),
                                [&](const ControlAlarm& alarm) { return alarm.id.starts_with(wanted); }))
            << where << ": no alarm " << wanted;
      }
    }
  }
};

TEST_P(BatchTest, GoesAsTold) {
  const YAML::Node story = YAML::Load(case_file("batches/" + GetParam() + ".yaml"));
  ASSERT_GT(story.size(), 1U);
  for (const auto& line : story) {
    for (const auto& one : line) {
      act(one.first.Scalar(), one.second, GetParam() + ":" + std::to_string(line.Mark().line + 1));
      if (HasFatalFailure()) return;
    }
  }
}

std::vector<std::string> stories() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/control/batches")) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}
INSTANTIATE_TEST_SUITE_P(Batches, BatchTest, ::testing::ValuesIn(stories()), [](const auto& one) { return one.param; });

void expect_faults(const std::string& name, const std::vector<base::Error>& faults) {
  const YAML::Node wanted = YAML::Load(case_file("refused/" + name))["faults"];
  std::vector<bool> used(faults.size(), false);
  for (const auto& one : wanted) {
    bool found = false;
    for (std::size_t i = 0; i < faults.size() && !found; ++i) {
      const base::Error& fault = faults[i];
      found = !used[i] && fault.place.file == name && fault.place.row == one["row"].as<std::size_t>() &&
              (!one["rule"] || fault.place.rule == one["rule"].Scalar()) &&
              fault.en.find(one["says"].Scalar()) != std::string::npos && !fault.zh.empty();
      if (found) used[i] = true;
    }
    EXPECT_TRUE(found) << name << " row " << one["row"].Scalar() << ": " << one["says"].Scalar();
  }
  for (std::size_t i = 0; i < faults.size(); ++i)
    EXPECT_TRUE(used[i]) << "not expected: " << faults[i].place.rule << " " << to_text(faults[i], false);
}

TEST(DeclarationsTest, EveryFaultOfARecipeIsToldWithFileRowRecipeAndStep) {
  const auto recipe = Recipe::read(YAML::Load(case_file("refused/recipe.yaml"))["text"].Scalar(), "recipe.yaml",
                                   bench_site(), bench_tag);
  ASSERT_FALSE(recipe);
  expect_faults("recipe.yaml", recipe.error());
}

TEST(DeclarationsTest, EveryFaultOfASiteIsTold) {
  const auto site =
      Site::read(YAML::Load(case_file("refused/site.yaml"))["text"].Scalar(), "site.yaml", bench_tag, bench_area);
  ASSERT_FALSE(site);
  expect_faults("site.yaml", site.error());
}

TEST(DeclarationsTest, NoTextCrashesTheReaders) {
  const std::string text = case_file("recipe.yaml");
  for (std::size_t cut = 0; cut < text.size(); cut += 7) {
    (void)Recipe::read(text.substr(0, cut), "cut", bench_site(), bench_tag);
    (void)Recipe::read(text.substr(cut), "cut", bench_site(), bench_tag);
    (void)Site::read(text.substr(cut), "cut", bench_tag, bench_area);
  }
  for (const char* odd : {"", "[]", "recipe: [1, 2]\nphases: {a: b}", "phases: [1]", "phases:\n  - steps: [x]",
                          "&a [*a]", "devices: [{actions: [{parameters: 3}]}]", "inputs: 3\nparameters: {a: 1}"}) {
    EXPECT_FALSE(Recipe::read(odd, "odd", bench_site(), bench_tag)) << odd;
    EXPECT_FALSE(Site::read(odd, "odd", bench_tag, bench_area)) << odd;
  }
}

}  // namespace
}  // namespace yuanqu::control
