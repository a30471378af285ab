#include "dmn/run.hpp"

#include "dmn/compiled_models.hpp"

namespace yuanqu::dmn {

using feel::Suppressed;
using feel::Value;

namespace {

const Value null_value;

// Sets where failures are said to be, and puts it back.
class At {
 public:
  At(feel::Evaluation& evaluation, const CompiledElement& element)
      : evaluation_(evaluation), before_(evaluation.location) {
    evaluation.location = {element.model_name, element.name, element.id};
  }
  ~At() { evaluation_.location = before_; }
  At(const At&) = delete;
  At& operator=(const At&) = delete;

 private:
  feel::Evaluation& evaluation_;
  feel::Evaluation::Location before_;
};

class ElementResolver final : public feel::Resolver {
 public:
  ElementResolver(Run& run, const CompiledElement& element) : run_(run), element_(element) {}
  Value resolve(feel::Evaluation&, std::uint32_t slot) override {
    if (slot >= element_.sources.size()) return Value();
    const SlotSource& source = element_.sources[slot];
    switch (source.kind) {
      case SlotSource::Kind::None: return Value();
      case SlotSource::Kind::Element: return run_.value_of(source.element);
      case SlotSource::Kind::Import: break;
    }
    std::vector<feel::Entry> entries;
    for (const auto& [name, member] : source.members) entries.push_back({feel::String(name), run_.value_of(member)});
    return Value::context(std::move(entries));
  }

 private:
  Run& run_;
  const CompiledElement& element_;
};

// Variables are worked out on first read only.
void leave_open(feel::Frame& frame, const CompiledElement& element) {
  for (std::uint32_t slot = 0; slot < element.sources.size(); ++slot) {
    if (element.sources[slot].kind != SlotSource::Kind::None) frame[slot] = Value::unset();
  }
}

class ElementFunction final : public feel::Function {
 public:
  ElementFunction(std::shared_ptr<const CompiledModels> models, std::uint32_t index)
      : models_(std::move(models)), element_(models_->elements[index]) {}

  std::string_view name() const override { return element_.name; }
  const std::vector<feel::Member>& parameters() const override { return element_.parameters; }
  feel::TypePointer result_type() const override { return element_.type; }

  Value call(feel::Evaluation& evaluation, std::span<const Value> arguments) const override {
    if (evaluation.host == nullptr) return Value();  // a function of a model lives in evaluations of models only
    Run& run = Run::of(evaluation);
    At at(evaluation, element_);
    return element_.kind == ElementKind::Service ? call_service(run, arguments) : call_knowledge_model(run, arguments);
  }

 private:
  Value call_knowledge_model(Run& run, std::span<const Value> arguments) const {
    if (element_.node == nullptr) return Value();
    ElementResolver resolver(run, element_);
    feel::Frame frame(run.evaluation, element_.frame_size, &resolver);
    leave_open(frame, element_);
    for (std::size_t i = 0; i < element_.parameter_slots.size(); ++i) {
      const auto& parameter = element_.parameters[i];
      Value argument = conform(run.evaluation, arguments[i], parameter.type, parameter.name);
      if (argument.is_null() && !arguments[i].is_null()) return Value();
      frame[element_.parameter_slots[i]] = std::move(argument);
    }
    Value result = element_.node->value(run, frame);
    return conform(run.evaluation, result, element_.type, element_.what);
  }

  Value call_service(Run& run, std::span<const Value> arguments) const {
    if (run.models != models_) return Value();
    if (run.depth + 1 >= run.service_depth_max) {
      run.evaluation.suppress(Suppressed::Code::LimitExceeded, 0, "决策服务嵌套调用过深。",
                              "Decision services call each other too deeply.");
      return Value();
    }
    std::vector<Value> converted;
    for (std::size_t i = 0; i < element_.parameters.size(); ++i) {
      const auto& parameter = element_.parameters[i];
      converted.push_back(conform(run.evaluation, arguments[i], parameter.type, parameter.name));
      if (converted.back().is_null() && !arguments[i].is_null()) return Value();
    }
    run.push_layer();
    for (std::size_t i = 0; i < converted.size(); ++i) run.bind(element_.parameter_elements[i], converted[i]);
    Value result;
    if (element_.outputs.size() == 1) {
      result = run.value_of(element_.outputs[0]);
    } else {
      std::vector<feel::Entry> entries;
      for (std::size_t i = 0; i < element_.outputs.size(); ++i) {
        entries.push_back({element_.output_names[i], run.value_of(element_.outputs[i])});
      }
      result = Value::context(std::move(entries));
    }
    run.pop_layer();
    return conform(run.evaluation, result, element_.type, element_.what);
  }

  std::shared_ptr<const CompiledModels> models_;
  const CompiledElement& element_;
};

}  // namespace

Value function_of_element(std::shared_ptr<const CompiledModels> models, std::uint32_t element) {
  return Value::function(new ElementFunction(std::move(models), element));
}

Run::Run(std::shared_ptr<const CompiledModels> compiled) : models(std::move(compiled)) {
  evaluation.host = this;
  functions.resize(models->elements.size());
  layers.push_back(std::make_unique<Layer>());
  layers[0]->memos.resize(models->elements.size());
}

Run::~Run() = default;

void Run::begin() {
  evaluation.reset();
  depth = 0;
  ++layer().epoch;
}

void Run::push_layer() {
  ++depth;
  if (depth == layers.size()) {
    layers.push_back(std::make_unique<Layer>());
    layers[depth]->memos.resize(models->elements.size());
  }
  ++layer().epoch;
}

void Run::pop_layer() { --depth; }

void Run::bind(std::uint32_t element, const Value& value) {
  Memo& memo = layer().memos[element];
  memo.value = value;
  memo.epoch = layer().epoch;
  memo.horizon = never;
  memo.given = true;
  memo.in_progress = false;
}

const Value& Run::value_of(std::uint32_t index) {
  const CompiledElement& element = models->elements[index];
  if (element.kind == ElementKind::KnowledgeModel || element.kind == ElementKind::Service) {
    if (functions[index].is_null()) functions[index] = function_of_element(models, index);
    return functions[index];
  }
  Memo& memo = layer().memos[index];
  if (memo.epoch == layer().epoch) {
    if (memo.in_progress) {
      evaluation.suppress(Suppressed::Code::Decision, 0, [&] {
        return std::pair("判定 " + element.name + " 需要它自己；请去掉循环的依赖。",
                         "The decision " + element.name + " requires itself; remove the cycle of requirements.");
      });
      return null_value;
    }
    if (memo.given) return convert_input(index, memo);
    if (memo.horizon != never && evaluation.horizon() != nullptr) evaluation.horizon()->lower(memo.horizon);
    return memo.value;
  }
  memo.epoch = layer().epoch;
  memo.given = false;
  memo.horizon = never;
  if (element.kind == ElementKind::InputData) {
    memo.in_progress = false;
    memo.value = Value();
    return memo.value;
  }
  return evaluate_decision(index, memo);
}

const Value& Run::convert_input(std::uint32_t index, Memo& memo) {
  const CompiledElement& element = models->elements[index];
  memo.given = false;
  if (!surely_fits(memo.value, element.type)) {
    At at(evaluation, element);
    feel::Horizon* outer = evaluation.horizon();
    std::optional<feel::Horizon> own;
    if (outer != nullptr) evaluation.track(&own.emplace(outer->today()));
    memo.value = feel::coerce(evaluation, memo.value, element.type, element.what);
    evaluation.track(outer);
    if (own && own->first_change()) {
      memo.horizon = own->first_change()->days();
      outer->lower(memo.horizon);
    }
  }
  if (trace != nullptr)
    trace->values.push_back({element.model_name, element.name, element.id, element.name, memo.value});
  return memo.value;
}

const Value& Run::evaluate_decision(std::uint32_t index, Memo& memo) {
  const CompiledElement& element = models->elements[index];
  if (element.node == nullptr) {
    memo.in_progress = false;
    return memo.value = Value();
  }
  At at(evaluation, element);
  memo.in_progress = true;
  feel::Horizon* outer = evaluation.horizon();
  std::optional<feel::Horizon> own;
  if (outer != nullptr) evaluation.track(&own.emplace(outer->today()));
  Value result;
  if (feel::Evaluation::DepthGuard deeper(evaluation); deeper.ok()) {
    ElementResolver resolver(*this, element);
    feel::Frame frame(evaluation, element.frame_size, &resolver);
    leave_open(frame, element);
    result = element.node->value(*this, frame);
    if (!surely_fits(result, element.type)) {
      evaluation.location.element = element.id;
      result = feel::coerce(evaluation, result, element.type, element.what);
    }
  }
  evaluation.track(outer);
  if (own && own->first_change()) {
    memo.horizon = own->first_change()->days();
    outer->lower(memo.horizon);
  }
  memo.value = std::move(result);
  memo.in_progress = false;
  if (trace != nullptr)
    trace->values.push_back({element.model_name, element.name, element.id, element.name, memo.value});
  return memo.value;
}

}  // namespace yuanqu::dmn
