#pragma once
// What one evaluation of a model set needs while it runs (internal to the room): inputs, values known so far, the
// trace. A Run is reused: begin() forgets values in constant time. One thread uses one Run.
//
// Values are kept in layers: the bottom layer belongs to the caller's inputs; calling a decision service pushes a layer
// in which its inputs and input decisions are bound and everything else is unknown (clause 10.4, decision services).

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/trace.hpp"
#include "feel/evaluation.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn {

class CompiledModels;

struct Run {
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  struct Memo {
    feel::Value value;
    std::uint64_t epoch = 0;       // of the layer when the value was made; older means unknown
    std::int64_t horizon = never;  // first later day the value could differ
    bool given = false;            // bound by the caller and not yet converted to its declared type
    bool in_progress = false;
  };
  struct Layer {
    std::vector<Memo> memos;
    std::uint64_t epoch = 1;
  };

  explicit Run(std::shared_ptr<const CompiledModels> models);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  static Run& of(feel::Evaluation& evaluation) { return *static_cast<Run*>(evaluation.host); }

  void begin();
  void push_layer();
  void pop_layer();
  Layer& layer() { return *layers[depth]; }
  void bind(std::uint32_t element, const feel::Value& value);

  // The value of an element in the current layer: an input converted to its type, a decision evaluated at most once, an
  // invocable as a function.
  const feel::Value& value_of(std::uint32_t element);

  std::shared_ptr<const CompiledModels> models;
  feel::Evaluation evaluation;
  std::vector<std::unique_ptr<Layer>> layers;
  std::size_t depth = 0;
  std::vector<feel::Value> functions;  // of invocables, made on first use and kept over evaluations
  std::vector<MatchedRules>* matched = nullptr;
  Trace* trace = nullptr;
  bool use_index = true;
  std::size_t refused_conditions = 0;  // results of filter conditions that were no condition (ConditionCheckNode)
  std::uint32_t service_depth_max = 64;

 private:
  const feel::Value& evaluate_decision(std::uint32_t element, Memo& memo);
  const feel::Value& convert_input(std::uint32_t element, Memo& memo);
};

}  // namespace yuanqu::dmn
