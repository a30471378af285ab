#include "population/worked_cases.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "feel/compare.hpp"
#include "feel/context_scope.hpp"
#include "feel/expression.hpp"
#include "population/model_library.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

tl::unexpected<base::Error> refuse(const std::string& file, const YAML::Node& node, std::string zh, std::string en) {
  return fail(ErrorCode::Invalid, std::move(zh), std::move(en),
              {.file = file, .row = static_cast<std::size_t>(node.Mark().line + 1)});
}

// A YAML value as FEEL: plain scalars by their look, quoted ones as strings, those that begin with @ as temporal
// literals.
Result<feel::Value> value_of(const std::string& file, const YAML::Node& node) {
  if (!node || node.IsNull()) return feel::Value();
  if (node.IsSequence()) {
    std::vector<feel::Value> items;
    for (const auto& item : node) {
      auto value = value_of(file, item);
      if (!value) return value;
      items.push_back(std::move(*value));
    }
    return feel::Value::list(std::move(items));
  }
  if (node.IsMap()) {
    std::vector<feel::Entry> entries;
    for (const auto& entry : node) {
      auto value = value_of(file, entry.second);
      if (!value) return value;
      entries.push_back({feel::String(entry.first.as<std::string>()), std::move(*value)});
    }
    return feel::Value::context(std::move(entries));
  }
  const std::string text = node.as<std::string>();
  if (!text.empty() && text.front() == '@') {
    auto value = feel::evaluate_text("@\"" + text.substr(1) + "\"");
    if (!value || value->is_null())
      return refuse(file, node, "“" + text + "”不是日期、时间或时段。", text + " is no date, time or duration.");
    return *value;
  }
  if (node.Tag() == "!") return feel::Value(text);  // quoted
  if (text == "true") return feel::Value(true);
  if (text == "false") return feel::Value(false);
  if (text == "null" || text.empty()) return feel::Value();
  if (const auto number = base::Decimal::parse(text)) return feel::Value(*number);
  return feel::Value(text);
}

// Members the declared type names and the case leaves out are null: a case writes only what matters to it.
feel::Value completed(const feel::Value& value, const feel::TypePointer& type) {
  if (type == nullptr) return value;
  if (value.is(feel::Kind::Context) && type->form == feel::Type::Form::Context && !type->members.empty()) {
    std::vector<feel::Entry> entries = value.context().entries;
    for (feel::Entry& entry : entries) {
      if (const feel::Member* member = type->member(entry.key.view()); member != nullptr)
        entry.value = completed(entry.value, member->type);
    }
    for (const feel::Member& member : type->members) {
      if (value.context().find(member.name) == nullptr) {
        const bool list = member.type != nullptr && member.type->form == feel::Type::Form::List;
        entries.push_back({feel::String(member.name), list ? feel::Value::list({}) : feel::Value()});
      }
    }
    return feel::Value::context(std::move(entries));
  }
  if (value.is(feel::Kind::List) && type->form == feel::Type::Form::List) {
    std::vector<feel::Value> items;
    for (const feel::Value& item : value.items()) items.push_back(completed(item, type->element));
    return feel::Value::list(std::move(items));
  }
  return value;
}

// Equal; of a context only the entries the case names are looked at.
bool agrees(const feel::Value& expected, const feel::Value& found) {
  if (expected.is(feel::Kind::Context) && found.is(feel::Kind::Context)) {
    return std::all_of(expected.context().entries.begin(), expected.context().entries.end(),
                       [&](const feel::Entry& entry) {
                         const feel::Value* other = found.context().find(entry.key.view());
                         return other != nullptr && agrees(entry.value, *other);
                       });
  }
  return feel::same(expected, found);
}

struct CaseRunner {
  const pack::Pack& pack;
  const Programs& programs;
  const ModelLibrary& library;
  const std::function<void(const WorkedCase&)>& report;

  Result<std::optional<base::Date>> day_of(const std::string& file, const YAML::Node& node) const {
    if (!node) return std::nullopt;
    const auto day = base::Date::parse(node.as<std::string>());
    if (!day) return refuse(file, node, "日期应写作 2026-03-02。", "Write the date as 2026-03-02.");
    return day;
  }

  // The date a decision's business date gives over the inputs of the case.
  base::Date business_date_of(const Decision& decision, const feel::Value& inputs, base::Date today) const {
    if (decision.business_date.empty()) return today;
    feel::ContextScope scope;
    scope.set({"Today", feel::Value(today)});
    scope.set_all(inputs);
    auto value = scope.evaluate(decision.business_date);
    return value && value->is(feel::Kind::Date) ? value->date() : today;
  }

  Result<void> run(const std::string& file, const YAML::Node& node) const {
    WorkedCase worked;
    worked.name = node["case"].as<std::string>("");
    worked.place = file + ":" + std::to_string(node.Mark().line + 1);
    worked.source = node["source"].as<std::string>("");
    if (worked.name.empty()) return refuse(file, node, "算例需要名称（case）。", "A case needs its name (`case`).");
    auto inputs = value_of(file, node["inputs"]);
    if (!inputs) return tl::unexpected(inputs.error());
    auto expected = value_of(file, node["expected"]);
    if (!expected) return tl::unexpected(expected.error());
    auto business_date = day_of(file, node["business_date"]);
    if (!business_date) return tl::unexpected(business_date.error());
    auto today = day_of(file, node["today"]);
    if (!today) return tl::unexpected(today.error());
    const base::Date day = *today ? **today : business_date->value_or(base::Date());

    std::shared_ptr<const dmn::ModelSet> models;
    std::optional<dmn::ElementIndex> element;
    base::Date business = business_date->value_or(day);
    std::string entry;
    if (node["decision"]) {
      worked.decision = node["decision"].as<std::string>();
      const DecisionProgram* program = programs.find(worked.decision);
      if (program == nullptr)
        return refuse(file, node["decision"], "没有判定“" + worked.decision + "”。",
                      "There is no decision " + worked.decision + ".");
      if (!*business_date) business = business_date_of(*program->decision, *inputs, day);
      for (const VersionProgram& version : program->versions) {
        if (version.version != program->decision->version(business)) continue;
        models = version.models;
        element = version.decision;
      }
      entry = program->decision->result;
    } else {
      const std::string model = node["model"].as<std::string>(""), name = node["name"].as<std::string>("");
      worked.decision = model + "#" + name;
      auto compiled = library.compile(pack.name() + "/decisions/" + model);
      if (!compiled) return refuse(file, node, compiled.error().zh, compiled.error().en);
      models = *compiled;
      element = models->find(dmn::ElementKind::Decision, name);
      if (!element)
        return refuse(file, node, "模型中没有判定“" + name + "”。", "The model has no decision " + name + ".");
    }

    feel::Value found;  // null when no version is in force
    if (element) {
      dmn::Evaluator evaluator(models, {});
      evaluator.set_day(day);
      evaluator.begin();
      worked.models = models;
      worked.element = *element;
      worked.day = day;
      for (const dmn::ElementIndex index : models->inputs_of(*element)) {
        feel::Value& value = worked.inputs.emplace_back();
        const dmn::ElementDescription& input = models->elements()[index];
        const feel::Value* given = inputs->is(feel::Kind::Context) ? inputs->context().find(input.name) : nullptr;
        std::optional<base::Date> until;
        if (given != nullptr)
          value = completed(*given, input.type);
        else if (input.name == "Calendar")
          value = programs.decisions().calendar();
        else if (input.name == "Parameters")
          value = programs.decisions().parameters_on(business, until);
        else
          continue;
        evaluator.set(index, value);
      }
      dmn::Outcome outcome = evaluator.evaluate(*element);
      found = outcome.value;
      for (const feel::Suppressed& failure : outcome.failures)
        worked.reasons.push_back(failure.decision + ": " + failure.en);
      // A case may speak of the outcome or of the whole result.
      if (!entry.empty() && found.is(feel::Kind::Context) && !expected->is(feel::Kind::Context)) {
        const feel::Value* part = found.context().find(entry);
        found = part == nullptr ? feel::Value() : feel::Value(*part);
      }
    }
    worked.passed = agrees(*expected, found);
    worked.expected = feel::to_literal(*expected);
    worked.found = feel::to_literal(found);
    report(worked);
    return {};
  }
};

}  // namespace

Result<void> run_worked_cases(const pack::PackSet& packs, const pack::Pack& pack, const Programs& programs,
                              const std::function<void(const WorkedCase&)>& report) {
  auto library = ModelLibrary::read(packs);
  if (!library) return tl::unexpected(library.error());
  const CaseRunner runner{pack, programs, *library, report};
  for (const pack::File& file : pack.files("cases", ".yaml")) {
    auto text = pack.read(file);
    if (!text) return tl::unexpected(text.error());
    const std::string place = pack.place_of(file);
    try {
      const YAML::Node root = YAML::Load(*text);
      if (!root.IsMap() || !root["cases"])
        return refuse(place, root, "文件应有 cases 列表。", "The file must have a list `cases`.");
      for (const auto& node : root["cases"]) {
        if (auto ran = runner.run(place, node); !ran) return ran;
      }
    } catch (const YAML::Exception& problem) {
      return fail(ErrorCode::Invalid, "YAML 有误：" + problem.msg, "The YAML is faulty: " + problem.msg,
                  {.file = place, .row = static_cast<std::size_t>(problem.mark.line + 1)});
    }
  }
  return {};
}

}  // namespace yuanqu::population
