#include "dmn/evaluator.hpp"

#include <algorithm>
#include <set>

#include "dmn/compiled_models.hpp"
#include "dmn/run.hpp"
#include "feel/function.hpp"
#include "feel/horizon.hpp"
#include "feel/scope.hpp"

namespace yuanqu::dmn {

using feel::Value;

base::Result<std::shared_ptr<const ModelSet>> ModelSet::compile(std::vector<std::shared_ptr<const Model>> models) {
  std::erase(models, nullptr);
  if (models.empty())
    return base::fail(base::ErrorCode::Invalid, "没有可用的模型；请至少给出一个。",
                      "There is no model; give at least one.");
  std::shared_ptr<ModelSet> set(new ModelSet());
  set->compiled_ = std::make_shared<CompiledModels>(std::move(models));
  for (const auto& element : set->compiled_->elements) {
    const auto index = static_cast<ElementIndex>(set->elements_.size());
    const Model& model = *set->compiled_->linked.models()[element.model];
    ElementDescription description;
    description.kind = element.kind;
    description.name = element.name;
    description.id = element.id;
    description.model = model.name;
    description.name_space = model.name_space;
    description.type = element.kind == ElementKind::Decision ? element.static_type : element.type;
    description.parameters = element.parameters;
    description.label = set->compiled_->linked.name_of(index);
    set->elements_.push_back(std::move(description));
  }
  return std::shared_ptr<const ModelSet>(std::move(set));
}

ModelSet::~ModelSet() = default;

const std::vector<Problem>& ModelSet::problems() const { return compiled_->problems; }
const std::vector<std::shared_ptr<const Model>>& ModelSet::models() const { return compiled_->linked.models(); }

std::optional<ElementIndex> ModelSet::find(ElementKind kind, std::string_view name, std::string_view name_space) const {
  const std::string canonical = feel::canonical_name(name);
  for (const bool by_id : {false, true}) {
    for (ElementIndex i = 0; i < elements_.size(); ++i) {
      const auto& element = elements_[i];
      if (element.kind != kind || (!name_space.empty() && element.name_space != name_space)) continue;
      if (by_id ? element.id == name : element.name == canonical || feel::canonical_name(element.label) == canonical)
        return i;
    }
  }
  return std::nullopt;
}

std::vector<ElementIndex> ModelSet::requirements_of(ElementIndex element) const {
  return compiled_->elements[element].required;
}

std::vector<ElementIndex> ModelSet::inputs_of(ElementIndex element) const {
  std::vector<ElementIndex> found;
  std::set<ElementIndex> seen{element};
  std::vector<ElementIndex> open{element};
  while (!open.empty()) {
    const ElementIndex at = open.back();
    open.pop_back();
    const auto& compiled = compiled_->elements[at];
    if (compiled.kind == ElementKind::InputData) {
      found.push_back(at);
      continue;
    }
    // What an invocable needs comes from its arguments.
    if (at != element && (compiled.kind == ElementKind::Service || compiled.kind == ElementKind::KnowledgeModel))
      continue;
    const auto& next = compiled.kind == ElementKind::Service ? compiled.parameter_elements : compiled.required;
    for (const auto target : next) {
      if (seen.insert(target).second) open.push_back(target);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

Evaluator::Evaluator(std::shared_ptr<const ModelSet> models, EvaluatorOptions options)
    : models_(std::move(models)), options_(options), run_(std::make_unique<Run>(models_->shared())) {
  feel::Limits limits;
  if (options_.limits.steps != 0) limits.steps = options_.limits.steps;
  limits.time_ms = static_cast<std::int64_t>(options_.limits.milliseconds);
  if (options_.limits.list_items != 0)
    limits.list_items = static_cast<std::uint32_t>(std::min<std::size_t>(options_.limits.list_items, UINT32_MAX));
  limits.depth = std::min<std::uint32_t>(limits.depth, options_.limits.call_depth);
  run_->evaluation.set_limits(limits);
  run_->use_index = options_.use_index;
  run_->service_depth_max = std::min<std::uint32_t>(run_->service_depth_max, options_.limits.call_depth);
  for (ElementIndex i = 0; i < models_->elements().size(); ++i) {
    const auto& element = models_->elements()[i];
    if (element.kind == ElementKind::InputData && element.name == "Today") day_inputs_.push_back(i);
  }
  if (options_.collect_failures) run_->evaluation.collect(&failures_);
  if (options_.collect_matches) run_->matched = &matched_;
  if (options_.trace) run_->trace = &trace_;
  begin();
}

Evaluator::~Evaluator() = default;

void Evaluator::begin() {
  run_->begin();
  failures_.clear();
  matched_.clear();
  trace_.clear();
  if (!day_) return;
  if (track_) {
    *total_horizon_ = feel::Horizon(*day_);
    *horizon_ = feel::Horizon(*day_);
  }
  for (const auto input : day_inputs_) run_->bind(input, track_ ? feel::today_value(*day_) : Value(*day_));
}

void Evaluator::set(ElementIndex input, const Value& value) { run_->bind(input, value); }

void Evaluator::set_day(base::Date day, bool track, int offset_minutes) {
  day_ = day;
  track_ = track;
  run_->evaluation.set_now(day.days() * 86'400'000 - std::int64_t{offset_minutes} * 60'000, offset_minutes);
  if (track) {
    horizon_ = std::make_unique<feel::Horizon>(day);
    total_horizon_ = std::make_unique<feel::Horizon>(day);
    run_->evaluation.track(horizon_.get());
  } else {
    run_->evaluation.track(nullptr);
  }
  begin();
}

void Evaluator::set_now(std::int64_t now_ms, int offset_minutes) { run_->evaluation.set_now(now_ms, offset_minutes); }

const Value& Evaluator::value_of(ElementIndex element) {
  run_->evaluation.reset();  // each decision that is asked for has the whole budget
  if (track_) horizon_->clear();
  const Value& value = run_->value_of(element);
  if (track_) {
    if (value.moves() || value.is(feel::Kind::List) || value.is(feel::Kind::Context) || value.is(feel::Kind::Range)) {
      feel::note_use(*horizon_, value);
    }
    total_horizon_->merge(*horizon_);
  }
  return value;
}

std::optional<base::Date> Evaluator::horizon() const { return track_ ? total_horizon_->first_change() : std::nullopt; }

Outcome Evaluator::outcome(Value value) {
  Outcome made;
  made.value = std::move(value);
  made.failures = std::move(failures_);
  made.matched = std::move(matched_);
  failures_.clear();
  matched_.clear();
  if (track_) made.horizon = horizon_->first_change();
  return made;
}

Outcome Evaluator::evaluate(ElementIndex element) { return outcome(value_of(element)); }

Outcome Evaluator::invoke(ElementIndex invocable, std::span<const std::pair<std::string, Value>> arguments) {
  run_->evaluation.reset();
  if (track_) horizon_->clear();
  const auto& element = models_->compiled().elements[invocable];
  std::vector<Value> values(element.parameters.size());
  for (const auto& [name, value] : arguments) {
    const std::string canonical = feel::canonical_name(name);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (element.parameters[i].name == canonical) values[i] = value;
    }
  }
  Value result = feel::call_function(run_->evaluation, run_->value_of(invocable), values);
  if (track_) {
    feel::note_use(*horizon_, result);
    total_horizon_->merge(*horizon_);
  }
  return outcome(std::move(result));
}

feel::Evaluation& Evaluator::evaluation() { return run_->evaluation; }

}  // namespace yuanqu::dmn
