#include "app/demo_script.hpp"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <optional>

namespace yuanqu::app {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

// Thrown inside this file only, from deep in the tree to read().
struct Refused {
  base::Error error;
};

class Reader {
 public:
  Reader(DemoScript& script, const register_::Catalogue& catalogue) : script_(script), catalogue_(catalogue) {}

  void read(const YAML::Node& root) {
    if (!root.IsMap()) refuse(root, "脚本应是映射。", "The script must be a mapping.");
    for (const auto& entry : root) {
      const std::string key = entry.first.Scalar();
      if (key == "seed") {
        script_.seed = entry.second.as<std::uint64_t>();
      } else if (key == "lists") {
        for (const auto& list : entry.second) script_.lists[list.first.Scalar()] = read_list(list.second);
      } else if (key == "coined") {
        for (const auto& parts : entry.second)
          script_.coined[parts.first.Scalar()] = {characters(parts.second["first"]),
                                                  characters(parts.second["second"])};
      } else if (key == "steps") {
        steps_ = entry.second;
      } else {
        refuse(entry.first, "不认识“" + key + "”。", "Unknown key " + key + ".");
      }
    }
    feel::Scope scope;
    script_.day = scope.declare("demo day", feel::Type::simple(feel::Type::Form::Date));
    script_.enterprises = scope.declare("enterprises", feel::Type::simple(feel::Type::Form::Number));
    script_.steps = read_steps(steps_, scope);
    script_.frame_size = scope.frame_size();
  }

 private:
  [[noreturn]] void refuse(const YAML::Node& node, std::string zh, std::string en) const {
    base::Place place{.file = script_.place};
    const YAML::Mark mark = node.Mark();
    if (mark.line >= 0) place.row = static_cast<std::size_t>(mark.line) + 1;
    throw Refused{{ErrorCode::Invalid, std::move(zh), std::move(en), std::move(place)}};
  }

  // A string that is not quoted and reads as a number or true, false, null is that; everything else is text.
  feel::Value value_of(const YAML::Node& node) const {
    if (!node.IsDefined() || node.IsNull()) return {};
    if (node.IsSequence()) {
      std::vector<feel::Value> items;
      for (const auto& item : node) items.push_back(value_of(item));
      return feel::Value::list(std::move(items));
    }
    if (node.IsMap()) {
      std::vector<feel::Entry> entries;
      for (const auto& entry : node) entries.push_back({feel::String(entry.first.Scalar()), value_of(entry.second)});
      return feel::Value::context(std::move(entries));
    }
    const std::string& text = node.Scalar();
    if (node.Tag() != "!") {
      if (text == "true" || text == "false") return feel::Value(text == "true");
      if (auto number = base::Decimal::parse(text)) return feel::Value(*number);
    }
    return feel::Value(text);
  }

  WeightedList read_list(const YAML::Node& node) const {
    if (!node.IsSequence() || node.size() == 0) refuse(node, "列表应至少有一项。", "A list needs an item.");
    WeightedList list;
    double sum = 0;
    for (const auto& item : node) {
      sum += item.IsMap() && item["weight"] ? item["weight"].as<double>() : 1.0;
      list.items.push_back(value_of(item));
      list.reach.push_back(sum);
    }
    return list;
  }

  // One part for each character.
  std::vector<std::string> characters(const YAML::Node& node) const {
    if (!node || !node.IsScalar()) refuse(node, "应是一串字。", "A string of characters is expected.");
    std::vector<std::string> parts;
    for (const char byte : node.Scalar()) {
      if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) parts.emplace_back();
      if (!parts.empty()) parts.back() += byte;
    }
    return parts;
  }

  feel::Expression expression(const YAML::Node& node, feel::Scope& scope) const {
    if (!node.IsDefined() || node.IsNull()) return {};
    auto compiled = feel::compile(node.Scalar(), scope);
    if (!compiled) refuse(node, "FEEL 有误：" + compiled.error().zh, "The FEEL is faulty: " + compiled.error().en);
    return *compiled;
  }

  std::vector<Step> read_steps(const YAML::Node& node, feel::Scope& scope) const {
    std::vector<Step> steps;
    if (!node.IsDefined() || node.IsNull()) return steps;
    if (!node.IsSequence()) refuse(node, "步骤应是列表。", "Steps must be a list.");
    for (const auto& item : node) steps.push_back(read_step(item, scope));
    return steps;
  }

  void only(const YAML::Node& node, std::initializer_list<std::string_view> keys) const {
    for (const auto& entry : node) {
      bool known = false;
      for (std::string_view key : keys) known = known || key == entry.first.Scalar();
      if (!known)
        refuse(entry.first, "这一步不认识“" + entry.first.Scalar() + "”。",
               "This step does not know " + entry.first.Scalar() + ".");
    }
  }

  Step read_step(const YAML::Node& node, feel::Scope& scope) const {
    if (!node.IsMap() || node.size() == 0) refuse(node, "每一步应是映射。", "Each step must be a mapping.");
    Step step;
    step.line = static_cast<std::size_t>(node.Mark().line) + 1;
    if (node["let"]) {
      read_let(node, scope, step);
    } else if (node["each"]) {
      only(node, {"each", "in", "count", "do"});
      step.kind = StepKind::Each;
      step.expressions = {expression(node["in"], scope), expression(node["count"], scope)};
      if (!step.expressions[0] == !step.expressions[1])
        refuse(node, "each 要有 in 或 count 之一。", "each needs one of in and count.");
      feel::Scope inner(scope);
      step.slot = inner.declare(node["each"].Scalar());
      step.body = read_steps(node["do"], inner);
    } else if (node["when"]) {
      only(node, {"when", "do", "else"});
      step.kind = StepKind::When;
      step.expressions = {expression(node["when"], scope)};
      feel::Scope inner(scope);
      step.body = read_steps(node["do"], inner);
      feel::Scope other(scope);
      step.otherwise = read_steps(node["else"], other);
    } else if (node["write"]) {
      read_write(node, scope, step);
    } else if (node["story"]) {
      only(node, {"story", "title", "record"});
      step.kind = StepKind::Story;
      step.number = node["story"].as<std::int64_t>();
      step.zh = node["title"]["zh"].as<std::string>();
      step.en = node["title"]["en"].as<std::string>();
      step.expressions = {expression(node["record"], scope)};
    } else {
      refuse(node, "一步以 let、each、when、write 或 story 开头。",
             "A step begins with let, each, when, write or story.");
    }
    return step;
  }

  void read_let(const YAML::Node& node, feel::Scope& scope, Step& step) const {
    only(node, {"let", "is", "all", "pick", "chance", "uniform", "lognormal", "working_day", "coined", "credit_code",
                "scale"});
    const auto pair = [&](const YAML::Node& list) {
      if (!list.IsSequence() || list.size() != 2) refuse(list, "这里要写两个 FEEL。", "Two FEEL texts are expected.");
      return std::vector<feel::Expression>{expression(list[0], scope), expression(list[1], scope)};
    };
    if (node["scale"]) step.scale = node["scale"].as<int>();
    if (node["is"]) {
      step.expressions = {expression(node["is"], scope)};
    } else if (node["pick"] || node["all"]) {
      step.kind = node["pick"] ? StepKind::Pick : StepKind::All;
      step.list = (node["pick"] ? node["pick"] : node["all"]).Scalar();
      if (!script_.lists.contains(step.list))
        refuse(node, "没有列表“" + step.list + "”。", "There is no list " + step.list + ".");
    } else if (node["chance"]) {
      step.kind = StepKind::Chance;
      step.expressions = {expression(node["chance"], scope)};
    } else if (node["uniform"]) {
      step.kind = StepKind::Uniform;
      step.expressions = pair(node["uniform"]);
    } else if (const YAML::Node law = node["lognormal"]) {
      only(law, {"median", "sigma", "minimum", "maximum"});
      step.kind = StepKind::Lognormal;
      step.expressions = {expression(law["median"], scope), expression(law["sigma"], scope),
                          expression(law["minimum"], scope), expression(law["maximum"], scope)};
    } else if (node["working_day"]) {
      step.kind = StepKind::WorkingDay;
      step.expressions = pair(node["working_day"]);
    } else if (node["coined"]) {
      step.kind = StepKind::Coined;
      step.list = node["coined"].Scalar();
      if (!script_.coined.contains(step.list))
        refuse(node["coined"], "没有字号表“" + step.list + "”。", "There are no parts " + step.list + ".");
    } else if (node["credit_code"]) {
      step.kind = StepKind::CreditCode;
      step.expressions = pair(node["credit_code"]);
    } else {
      refuse(node, "let 之后要写从哪里来（is、pick、chance …）。",
             "After let say where it comes from (is, pick, chance …).");
    }
    step.slot = scope.declare(node["let"].Scalar());
  }

  void read_write(const YAML::Node& node, feel::Scope& scope, Step& step) const {
    only(node, {"write", "as", "into", "of", "source", "effective", "recorded", "close", "reason", "values"});
    step.kind = StepKind::Write;
    step.record_kind = catalogue_.kind(node["write"].Scalar());
    if (step.record_kind == nullptr)
      refuse(node["write"], "没有类型“" + node["write"].Scalar() + "”。",
             "There is no kind " + node["write"].Scalar() + ".");
    const register_::Source* source = node["source"] ? catalogue_.source(node["source"].Scalar()) : nullptr;
    if (source == nullptr)
      refuse(node, "写入要有来源（sources.yaml 中的名字）。", "A write needs a source of sources.yaml.");
    step.source = source->number;
    step.closes = node["close"] && node["close"].as<bool>();
    if (node["reason"]) step.reason = node["reason"].Scalar();
    step.expressions = {expression(node["effective"], scope), expression(node["recorded"], scope),
                        expression(node["of"], scope)};
    if (!step.expressions[0]) refuse(node, "写入要有 effective（生效日）。", "A write needs its effective day.");
    for (const auto& entry : node["values"]) {
      const register_::Field* field = step.record_kind->field(entry.first.Scalar());
      if (field == nullptr)
        refuse(entry.first, "没有字段“" + entry.first.Scalar() + "”。",
               "There is no field " + entry.first.Scalar() + ".");
      step.cells.push_back({field, expression(entry.second, scope)});
    }
    if (node["into"]) {
      const feel::Scope::Variable* list = scope.find(feel::canonical_name(node["into"].Scalar()));
      if (list == nullptr)
        refuse(node["into"], "没有变量“" + node["into"].Scalar() + "”，请先用 let 写成 []。",
               "There is no variable " + node["into"].Scalar() + "; begin it with let and [].");
      step.into = list->slot;
      step.collects = true;
    }
    step.slot = node["as"] ? scope.declare(node["as"].Scalar()) : scope.reserve();
  }

  DemoScript& script_;
  const register_::Catalogue& catalogue_;
  YAML::Node steps_;
};

}  // namespace

Result<DemoScript> DemoScript::read(const std::string& text, const std::string& place,
                                    const register_::Catalogue& catalogue) {
  DemoScript script;
  script.place = place;
  try {
    Reader(script, catalogue).read(YAML::Load(text));
  } catch (const Refused& refused) {
    return tl::unexpected(refused.error);
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::Invalid, "脚本的 YAML 有误：" + problem.msg, "The script's YAML is faulty: " + problem.msg,
                {.file = place, .row = problem.mark.line >= 0 ? static_cast<std::size_t>(problem.mark.line) + 1 : 0});
  }
  return script;
}

}  // namespace yuanqu::app
