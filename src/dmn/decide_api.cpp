// include/yuanqu/decide.h over the engine.
#include "dmn/evaluator.hpp"
#include "dmn/json.hpp"
#include "dmn/model_files.hpp"
#include "dmn/trace_json.hpp"
#include "dmn/typed_input.hpp"
#include "yuanqu/decide.h"

namespace yuanqu::decide {

namespace {

using FeelValue = feel::Value;

Failure failure_of(const base::Error& error) {
  return {std::string(base::name_of(error.code)),
          error.place.file,
          {},
          error.place.rule,
          error.place.offset,
          error.zh,
          error.en};
}

Failure failure_of(const feel::Suppressed& suppressed) {
  return {std::string(feel::name_of(suppressed.code)),
          suppressed.model,
          suppressed.decision,
          suppressed.element,
          suppressed.offset,
          suppressed.zh,
          suppressed.en};
}

std::string text_of(const feel::TypePointer& type) { return type == nullptr ? "Any" : type->to_string(); }

Value from_feel(const FeelValue& value) {
  switch (value.kind()) {
    case feel::Kind::Null:
    case feel::Kind::Unset: return {};
    case feel::Kind::Boolean: return {value.boolean()};
    case feel::Kind::Number: return {Number{value.number().to_string()}};
    case feel::Kind::String: return {std::string(value.text())};
    case feel::Kind::List: {
      List list;
      for (const auto& item : value.items()) list.push_back(from_feel(item));
      return {std::move(list)};
    }
    case feel::Kind::Context: {
      Context context;
      for (const auto& entry : value.context().entries)
        context.emplace_back(std::string(entry.key.view()), from_feel(entry.value));
      return {std::move(context)};
    }
    case feel::Kind::Range:
    case feel::Kind::Function: return {feel::to_literal(value)};
    default: return {Temporal{feel::to_text(value).value_or(""), std::string(feel::name_of(value.kind()))}};
  }
}

FeelValue to_feel(const Value& value);

struct ToFeel {
  FeelValue operator()(std::monostate) const { return FeelValue(); }
  FeelValue operator()(bool value) const { return FeelValue(value); }
  FeelValue operator()(const Number& value) const {
    const auto number = base::Decimal::parse(value.text);
    return number ? FeelValue(*number) : FeelValue();
  }
  FeelValue operator()(const std::string& value) const { return FeelValue(value); }
  FeelValue operator()(const Temporal& value) const {
    auto converted = dmn::value_from_text(value.text, value.type.empty() ? nullptr : feel::Type::builtin(value.type));
    return converted ? *converted : FeelValue(value.text);
  }
  FeelValue operator()(const List& value) const {
    std::vector<FeelValue> items;
    for (const auto& item : value) items.push_back(to_feel(item));
    return FeelValue::list(std::move(items));
  }
  FeelValue operator()(const Context& value) const {
    std::vector<feel::Entry> entries;
    for (const auto& [key, item] : value) entries.push_back({feel::String(key), to_feel(item)});
    return FeelValue::context(std::move(entries));
  }
};

FeelValue to_feel(const Value& value) { return std::visit(ToFeel{}, value.data); }

dmn::LoadLimits load_limits(const Limits& limits) {
  dmn::LoadLimits made;
  made.xml_bytes = limits.xml_bytes;
  made.xml_depth = limits.xml_depth;
  return made;
}

}  // namespace

struct Models::Implementation {
  std::shared_ptr<const dmn::ModelSet> set;

  static Loaded load(std::vector<std::shared_ptr<const dmn::Model>> read, std::vector<Failure> problems) {
    Loaded loaded;
    loaded.problems = std::move(problems);
    auto set = dmn::ModelSet::compile(std::move(read));
    if (!set) {
      loaded.problems.push_back(failure_of(set.error()));
      return loaded;
    }
    for (const auto& problem : (*set)->problems()) {
      loaded.problems.push_back(
          {"model", problem.model, problem.decision, problem.element, problem.offset, problem.zh, problem.en});
    }
    auto made = std::make_unique<Implementation>();
    made->set = *set;
    loaded.models = std::shared_ptr<const Models>(new Models(std::move(made)));
    return loaded;
  }
};

Models::Models(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Models::~Models() = default;

Models::Loaded Models::from_files(const std::vector<std::string>& paths, const Limits& limits) {
  auto read = dmn::read_model_files({paths.begin(), paths.end()}, load_limits(limits));
  if (!read) return {nullptr, {failure_of(read.error())}};
  return Implementation::load(std::move(*read), {});
}

Models::Loaded Models::from_sources(const std::vector<Source>& sources, const Limits& limits) {
  std::vector<std::shared_ptr<const dmn::Model>> models;
  std::vector<Failure> problems;
  for (const auto& source : sources) {
    auto model = dmn::read_model(source.xml, source.name, load_limits(limits));
    if (model) {
      models.push_back(std::move(*model));
      continue;
    }
    problems.push_back(failure_of(model.error()));
    if (&source == &sources.front()) return {nullptr, std::move(problems)};
  }
  return Implementation::load(std::move(models), std::move(problems));
}

std::vector<Decision> Models::decisions() const {
  std::vector<Decision> found;
  const auto& set = *implementation_->set;
  for (dmn::ElementIndex e = 0; e < set.elements().size(); ++e) {
    const auto& element = set.elements()[e];
    if (element.kind != dmn::ElementKind::Decision && element.kind != dmn::ElementKind::Service) continue;
    Decision decision{element.name,
                      element.id,
                      element.model,
                      element.name_space,
                      text_of(element.type),
                      element.kind == dmn::ElementKind::Service,
                      {}};
    if (decision.is_service) {
      for (const auto& parameter : element.parameters)
        decision.inputs.push_back({parameter.name, text_of(parameter.type)});
    } else {
      for (const auto input : set.inputs_of(e))
        decision.inputs.push_back({set.elements()[input].name, text_of(set.elements()[input].type)});
    }
    found.push_back(std::move(decision));
  }
  return found;
}

struct Evaluator::Implementation {
  Implementation(std::shared_ptr<const Models> given, const Options& chosen)
      : models(std::move(given)), options(chosen), evaluator(models->implementation_->set, engine_options(chosen)) {
    if (!chosen.today) return;
    if (const auto day = base::Date::parse(*chosen.today))
      evaluator.set_day(*day, chosen.horizon);
    else
      today_is_wrong = true;
  }

  static dmn::EvaluatorOptions engine_options(const Options& options) {
    dmn::EvaluatorOptions made;
    made.limits.steps = options.limits.steps;
    made.limits.milliseconds = options.limits.milliseconds;
    made.limits.list_items = options.limits.list_items;
    made.limits.call_depth = options.limits.call_depth;
    made.collect_matches = options.matched_rules;
    made.trace = options.trace;
    return made;
  }

  Result evaluate(std::string_view name, const FeelValue& inputs) {
    const auto& set = evaluator.models();
    Result result;
    auto element = set.find(dmn::ElementKind::Decision, name);
    const bool is_service = !element;
    if (!element) element = set.find(dmn::ElementKind::Service, name);
    if (!element) {
      result.found = false;
      result.json = "null";
      result.failures.push_back({"not_found",
                                 {},
                                 std::string(name),
                                 {},
                                 0,
                                 "没有名为 " + std::string(name) + " 的判定或决策服务。",
                                 "There is no decision or decision service named " + std::string(name) + "."});
      return result;
    }
    evaluator.begin();
    std::vector<Failure> failures;
    if (today_is_wrong) {
      failures.push_back({"invalid", {}, {}, {}, 0, "选项 today 不是日期。", "The option today is not a date."});
    }
    std::vector<std::pair<std::string, FeelValue>> arguments;
    const auto convert = [&](const std::string& input, const FeelValue& value, const feel::TypePointer& type) {
      auto converted = dmn::value_from_json(value, type);
      if (converted) return std::move(*converted);
      Failure failure = failure_of(converted.error());
      failure.element = input + converted.error().place.field;
      failures.push_back(std::move(failure));
      return FeelValue();
    };
    const auto give = [&](const std::string& input, const feel::TypePointer& type, dmn::ElementIndex index) {
      const FeelValue* value = inputs.is(feel::Kind::Context) ? inputs.context().find(input) : nullptr;
      if (value == nullptr) return;
      FeelValue converted = convert(input, *value, type);
      if (is_service)
        arguments.emplace_back(input, std::move(converted));
      else
        evaluator.set(index, converted);
    };
    if (is_service) {
      for (const auto& parameter : set.elements()[*element].parameters) give(parameter.name, parameter.type, 0);
    } else {
      for (const auto input : set.inputs_of(*element))
        give(set.elements()[input].name, set.elements()[input].type, input);
    }
    auto outcome = is_service ? evaluator.invoke(*element, arguments) : evaluator.evaluate(*element);
    result.value = from_feel(outcome.value);
    result.json = dmn::to_json(outcome.value);
    result.failures = std::move(failures);
    for (const auto& suppressed : outcome.failures) result.failures.push_back(failure_of(suppressed));
    for (auto& matched : outcome.matched) {
      result.matched.push_back({std::string(matched.decision), std::string(matched.table), std::move(matched.rules)});
    }
    if (outcome.horizon) result.horizon = outcome.horizon->to_string();
    if (options.trace) result.trace_json = dmn::to_json(evaluator.trace());
    return result;
  }

  std::shared_ptr<const Models> models;
  Options options;
  dmn::Evaluator evaluator;
  bool today_is_wrong = false;
};

Evaluator::Evaluator(std::shared_ptr<const Models> models, const Options& options)
    : implementation_(std::make_unique<Implementation>(std::move(models), options)) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

Result Evaluator::evaluate(std::string_view decision, std::string_view inputs_json) {
  auto inputs = dmn::from_json(inputs_json.empty() ? std::string_view("{}") : inputs_json);
  if (inputs) return implementation_->evaluate(decision, *inputs);
  Result result = implementation_->evaluate(decision, FeelValue());
  result.failures.insert(result.failures.begin(), failure_of(inputs.error()));
  return result;
}

Result Evaluator::evaluate(std::string_view decision, const Context& inputs) {
  return implementation_->evaluate(decision, to_feel(Value{inputs}));
}

}  // namespace yuanqu::decide
