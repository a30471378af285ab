#pragma once
// The engine's door: compile models once, evaluate decisions many times.
//
//   auto model = read_model(xml, "rates.dmn");
//   auto models = ModelSet::compile({*model, …imports});      // immutable, shared by threads
//   Evaluator evaluator(models);                               // one for each thread, reused
//   auto rate = models->find(ElementKind::Decision, "Rate");
//   evaluator.begin();
//   evaluator.set(*models->find(ElementKind::InputData, "Income"), feel::Value(42));
//   Outcome outcome = evaluator.evaluate(*rate);
//
// Only what the decision requires is evaluated, and each decision once in an evaluation. Whatever is wrong in one
// decision makes that decision null (and says why); compile() fails only for an empty set. Inputs that were not set are
// null; a value that does not conform to its input's type is null with a suppressed failure (clause 10.3.2.9.4).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "dmn/limits.hpp"
#include "dmn/linked_models.hpp"
#include "dmn/model.hpp"
#include "dmn/trace.hpp"
#include "feel/evaluation.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn {

class CompiledModels;
struct Run;

using ElementIndex = std::uint32_t;

struct ElementDescription {
  ElementKind kind = ElementKind::Decision;
  std::string name;  // canonical, as FEEL writes it
  std::string id;
  std::string label;
  std::string model, name_space;
  feel::TypePointer type;                // of the variable; of an invocable's result; nullptr: Any
  std::vector<feel::Member> parameters;  // of an invocable
};

class ModelSet {
 public:
  // The first model is the main one; the others can be imported by it and by each other.
  static base::Result<std::shared_ptr<const ModelSet>> compile(std::vector<std::shared_ptr<const Model>> models);
  ~ModelSet();

  const std::vector<ElementDescription>& elements() const { return elements_; }
  // By name (blanks as in FEEL) or, failing that, by id; in the main model first, then in the others in their order.
  // `name_space` restricts the search to one model.
  std::optional<ElementIndex> find(ElementKind kind, std::string_view name, std::string_view name_space = {}) const;
  // The input data an element needs, directly or through other decisions; for a service its input data.
  std::vector<ElementIndex> inputs_of(ElementIndex element) const;
  std::vector<ElementIndex> requirements_of(ElementIndex element) const;  // direct, of all kinds
  // What is wrong with the models, found while compiling.
  const std::vector<Problem>& problems() const;
  const std::vector<std::shared_ptr<const Model>>& models() const;
  const CompiledModels& compiled() const { return *compiled_; }
  const std::shared_ptr<const CompiledModels>& shared() const { return compiled_; }

 private:
  ModelSet() = default;
  std::shared_ptr<const CompiledModels> compiled_;
  std::vector<ElementDescription> elements_;
};

struct EvaluatorOptions {
  EvaluationLimits limits;
  bool collect_failures = true;
  bool collect_matches = false;
  bool trace = false;
  bool use_index = true;  // off: decision tables test every cell in turn
};

struct Outcome {
  feel::Value value;
  std::vector<feel::Suppressed> failures;
  std::vector<MatchedRules> matched;
  std::optional<base::Date> horizon;  // the first later day the value could differ; nullopt: none, or not asked for
};

class Evaluator {
 public:
  explicit Evaluator(std::shared_ptr<const ModelSet> models, EvaluatorOptions options = {});
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Forgets inputs and values; the day and what to collect stay.
  void begin();
  void set(ElementIndex input, const feel::Value& value);

  // The business day: today() and now() answer it (midnight, UTC+8 unless said), and each begin() sets every input data
  // named "Today" to it, unless the caller sets that input. With `track` on, outcomes carry a horizon.
  void set_day(base::Date day, bool track = false, int offset_minutes = 480);
  // now() alone, without touching inputs.
  void set_now(std::int64_t now_ms, int offset_minutes);

  // Of a decision, an input or (as a function value) an invocable. The failures and matches are those since the last
  // call.
  Outcome evaluate(ElementIndex element);
  // The same without moving failures and matches out: what a loop over many records wants. Valid until begin().
  const feel::Value& value_of(ElementIndex element);
  // Calls a knowledge model or a decision service with arguments by name; those left out are null.
  Outcome invoke(ElementIndex invocable, std::span<const std::pair<std::string, feel::Value>> arguments);

  const std::vector<feel::Suppressed>& failures() const { return failures_; }
  const std::vector<MatchedRules>& matched() const { return matched_; }
  std::optional<base::Date> horizon() const;  // of everything evaluated since begin()
  const Trace& trace() const { return trace_; }
  const ModelSet& models() const { return *models_; }
  feel::Evaluation& evaluation();

 private:
  Outcome outcome(feel::Value value);
  std::shared_ptr<const ModelSet> models_;
  EvaluatorOptions options_;
  std::unique_ptr<Run> run_;
  std::vector<feel::Suppressed> failures_;
  std::vector<MatchedRules> matched_;
  Trace trace_;
  std::vector<ElementIndex> day_inputs_;
  std::optional<base::Date> day_;
  bool track_ = false;
  std::unique_ptr<feel::Horizon> horizon_, total_horizon_;
};

}  // namespace yuanqu::dmn
