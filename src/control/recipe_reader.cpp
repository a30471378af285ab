// Reading and validating `recipes/*.yaml`.

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "control/declarations.hpp"
#include "control/recipe.hpp"

namespace yuanqu::control {

namespace {

class RecipeReader : Declarations {
 public:
  RecipeReader(std::string place, std::vector<base::Error>& faults, const Site& site, const Site::TagLookup& tags)
      : Declarations(std::move(place), faults), site_(site), tags_(tags) {}

  Recipe read(const std::string& text) {
    const YAML::Node document = yaml.load(text);
    if (!document.IsDefined()) return {};
    within([&] { return title(); }, [&] { read_document(document); });
    recipe_.text = text;
    recipe_.hash = base::to_hex(base::sha256(text));
    return std::move(recipe_);
  }

 private:
  std::string title() const {
    return recipe_.name + (recipe_.version > 0 ? " v" + std::to_string(recipe_.version) : "");
  }

  void read_document(const YAML::Node& document) {
    recipe_.inputs = site_.inputs;
    if (document.IsMap()) {
      if (document["recipe"]) recipe_.name = yaml.name(document["recipe"], "recipe");
      if (document["inputs"]) {
        for (auto& input : read_inputs(document["inputs"], tags_)) {
          const bool taken = std::any_of(site_.inputs.begin(), site_.inputs.end(),
                                         [&](const auto& known) { return known.first == input.first; });
          if (taken) {
            yaml.fault(document["inputs"], input.first, "名 " + input.first + " 在设备定义里已有。",
                       "The name " + input.first + " is one of the site's already.");
          } else {
            recipe_.inputs.push_back(std::move(input));
          }
        }
      }
      if (document["parameters"]) recipe_.parameters = read_parameters(document["parameters"]);
      for (const Parameter& parameter : recipe_.parameters) names_.push_back(parameter.name);
    }
    YAML::Node phases, abort;
    yaml.entries(document, "recipe",
                 {"recipe", "version", "plant", "labels", "inputs", "parameters", "phases", "abort"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "version")
                     recipe_.version = static_cast<int>(yaml.integer(value, key, 1, 1'000'000).value_or(0));
                   if (key == "plant") recipe_.plant = yaml.name(value, key);
                   if (key == "labels") recipe_.labels = words(value, key);
                   if (key == "phases") phases.reset(value);
                   if (key == "abort") abort.reset(value);
                 });
    if (recipe_.name.empty()) yaml.fault(document, "recipe", "请写 recipe：工艺的名。", "Write recipe: its name.");
    if (recipe_.version == 0) yaml.fault(document, "version", "请写 version。", "Write version.");
    if (recipe_.labels.zh.empty()) yaml.fault(document, "labels", "请写 labels。", "Write labels.");
    if (recipe_.plant != site_.plant) {
      yaml.fault(document, "plant", "plant 应是 " + site_.plant + "。", "plant must be " + site_.plant + ".");
    }
    each(phases, "phases", [&](const YAML::Node& node) { read_phase(node); });
    if (recipe_.phases.empty()) yaml.fault(document, "phases", "至少写一个阶段。", "Write at least one phase.");
    recipe_.abort = read_path(abort, "abort");
    if (!abort.IsDefined() || abort.IsNull()) {
      yaml.fault(document, "abort", "请写 abort：中止时按序做什么（可以是空列表）。",
                 "Write abort: what is done, in order, when it aborts (it may be an empty list).");
    }
  }

  void read_phase(const YAML::Node& node) {
    Phase phase;
    YAML::Node steps;
    yaml.entries(node, "phase", {"phase", "labels", "steps"}, [&](const std::string& key, const YAML::Node& value) {
      if (key == "phase") phase.name = yaml.name(value, key);
      if (key == "labels") phase.labels = words(value, key);
      if (key == "steps") steps.reset(value);
    });
    if (phase.labels.zh.empty()) yaml.fault(node, "labels", "请写 labels。", "Write labels.");
    each(steps, "steps", [&](const YAML::Node& item) {
      Step step;
      within([&] { return title() + ", step " + step.name; }, [&] { read_step(item, step); });
      phase.steps.push_back(std::move(step));
    });
    if (phase.steps.empty()) {
      yaml.fault(node, "steps", "阶段 " + phase.name + " 没有步骤。", "The phase " + phase.name + " has no steps.");
    }
    recipe_.phases.push_back(std::move(phase));
  }

  void read_step(const YAML::Node& node, Step& step) {
    yaml.entries(node, "step", {"step", "labels", "when", "wait_ms", "command", "feedback", "within_ms", "on_abort"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "step") step.name = yaml.name(value, key);
                   if (key == "labels") step.labels = words(value, key);
                   if (key == "when") step.when = formula(value, key, recipe_.inputs, names_);
                   if (key == "wait_ms") step.wait_ms = yaml.integer(value, key, 1, 86'400'000).value_or(0);
                   if (key == "command") step.command = read_command(value, false);
                   if (key == "feedback") step.feedback = formula(value, key, recipe_.inputs, names_);
                   if (key == "within_ms") step.within_ms = yaml.integer(value, key, 1, 86'400'000).value_or(0);
                   if (key == "on_abort") step.on_abort = read_path(value, key);
                 });
    if (!steps_.insert(step.name).second) {
      yaml.fault(node, "step", "步骤 " + step.name + " 写了两次。", "The step " + step.name + " stands twice.");
    }
    if (step.labels.zh.empty()) yaml.fault(node, "labels", "请写 labels。", "Write labels.");
    if (static_cast<bool>(step.when) != (step.wait_ms > 0)) {
      yaml.fault(node, "wait_ms", "when 与 wait_ms 要一起写：等多久。",
                 "when and wait_ms belong together: how long it may wait.");
    }
    if (!step.command && !step.feedback) {
      yaml.fault(node, "feedback", "没有命令的步骤要有 feedback：等什么。",
                 "A step without a command needs feedback: what it waits for.");
    }
    if (step.within_ms == 0)
      yaml.fault(node, "within_ms", "请写 within_ms：时限。", "Write within_ms: the time limit.");
  }

  std::vector<RecipeCommand> read_path(const YAML::Node& node, const std::string& field) {
    std::vector<RecipeCommand> path;
    each(node, field, [&](const YAML::Node& item) { path.push_back(read_command(item, true)); });
    return path;
  }

  RecipeCommand read_command(const YAML::Node& node, bool in_path) {
    RecipeCommand command;
    YAML::Node parameters;
    yaml.entries(node, "command", {"device", "action", "parameters", "within_ms"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "device") command.device = yaml.text(value, key);
                   if (key == "action") command.action = yaml.text(value, key);
                   if (key == "parameters") parameters.reset(value);
                   if (key == "within_ms") command.within_ms = yaml.integer(value, key, 1, 86'400'000).value_or(0);
                 });
    if (in_path != (command.within_ms > 0)) {
      yaml.fault(node, "within_ms", in_path ? "中止路径的命令要有 within_ms。" : "within_ms 写在步骤上。",
                 in_path ? "A command of an abort path needs within_ms." : "within_ms belongs to the step.");
    }
    const Device* device = site_.device(command.device);
    const Action* action = device == nullptr ? nullptr : device->action(command.action);
    if (action == nullptr) {
      yaml.fault(node, "command", "没有设备或动作 " + command.device + "." + command.action + "。",
                 "There is no device or action " + command.device + "." + command.action + ".");
      return command;
    }
    if (parameters.IsDefined() && parameters.IsMap()) {
      for (const auto& entry : parameters) {
        const std::string name = yaml.text(entry.first, "parameters");
        const bool known = std::any_of(action->parameters.begin(), action->parameters.end(),
                                       [&](const Parameter& one) { return one.name == name; });
        if (!known) {
          yaml.fault(entry.first, name, "动作 " + command.action + " 没有参数 " + name + "。",
                     "The action " + command.action + " has no parameter " + name + ".");
        }
        command.parameters.emplace_back(name, formula(entry.second, name, recipe_.inputs, names_));
      }
    } else if (parameters.IsDefined() && !parameters.IsNull()) {
      yaml.fault(parameters, "parameters", "parameters 应写成“名: 表达式”。",
                 "parameters must be written as `name: expression`.");
    }
    for (const Parameter& declared : action->parameters) {
      const bool given = std::any_of(command.parameters.begin(), command.parameters.end(),
                                     [&](const auto& one) { return one.first == declared.name; });
      if (!given && !declared.standard) {
        yaml.fault(node, declared.name, "缺少参数 " + declared.name + "。",
                   "The parameter " + declared.name + " is missing.");
      }
    }
    return command;
  }

  const Site& site_;
  const Site::TagLookup& tags_;
  Recipe recipe_;
  std::vector<std::string> names_;
  std::set<std::string> steps_;
};

}  // namespace

tl::expected<Recipe, std::vector<base::Error>> Recipe::read(const std::string& text, const std::string& place,
                                                            const Site& site, const Site::TagLookup& tags) {
  std::vector<base::Error> faults;
  Recipe recipe = RecipeReader(place, faults, site, tags).read(text);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return recipe;
}

std::vector<std::string> Recipe::devices() const {
  std::vector<std::string> names;
  const auto add = [&](const std::string& device) {
    if (std::find(names.begin(), names.end(), device) == names.end()) names.push_back(device);
  };
  for (const Phase& phase : phases) {
    for (const Step& step : phase.steps) {
      if (step.command) add(step.command->device);
      for (const RecipeCommand& command : step.on_abort.value_or(std::vector<RecipeCommand>{})) add(command.device);
    }
  }
  for (const RecipeCommand& command : abort) add(command.device);
  return names;
}

bool Recipe::hazardous(const Site& site) const {
  const auto is = [&](const RecipeCommand& command) {
    const Device* device = site.device(command.device);
    const Action* action = device == nullptr ? nullptr : device->action(command.action);
    return action == nullptr || action->hazardous;
  };
  if (std::any_of(abort.begin(), abort.end(), is)) return true;
  for (const Phase& phase : phases) {
    for (const Step& step : phase.steps) {
      if (step.command && is(*step.command)) return true;
      if (step.on_abort && std::any_of(step.on_abort->begin(), step.on_abort->end(), is)) return true;
    }
  }
  return false;
}

}  // namespace yuanqu::control
