#pragma once
// A model set compiled (internal to the room): one entry for each input, decision, invocable of all models. Immutable.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dmn/linked_models.hpp"
#include "dmn/node.hpp"
#include "feel/function.hpp"

namespace yuanqu::dmn {

class TableNode;

// Where a variable of a decision's or invocable's frame comes from: an element, or an import as a context of those of
// its elements that are required.
struct SlotSource {
  enum class Kind : std::uint8_t { None, Element, Import };
  Kind kind = Kind::None;
  std::uint32_t element = 0;
  std::vector<std::pair<std::string, std::uint32_t>> members;  // Import
};

struct CompiledElement {
  ElementKind kind = ElementKind::InputData;
  std::uint32_t model = 0;
  std::string name;  // canonical FEEL name
  std::string id;
  std::string model_name;
  feel::TypePointer static_type;  // as expressions see the variable
  feel::TypePointer type;         // of the variable: value of an input or decision, result of an invocable
  std::string what;               // "decision Rating" for messages of conversions
  // decisions, knowledge models
  NodePointer node;  // nullptr: no logic
  std::vector<SlotSource> sources;
  std::size_t frame_size = 0;
  // invocables
  std::vector<feel::Member> parameters;
  std::vector<std::uint32_t> parameter_slots;     // knowledge models
  std::vector<std::uint32_t> parameter_elements;  // services: input data, then input decisions
  std::vector<std::uint32_t> outputs;             // services
  std::vector<feel::String> output_names;
  std::vector<std::uint32_t> required;   // direct requirements, all kinds
  std::vector<const TableNode*> tables;  // in the logic, in document order
};

class CompiledModels {
 public:
  explicit CompiledModels(std::vector<std::shared_ptr<const Model>> models);
  ~CompiledModels();
  CompiledModels(const CompiledModels&) = delete;
  CompiledModels& operator=(const CompiledModels&) = delete;

  LinkedModels linked;
  std::vector<Problem> problems;
  std::unique_ptr<Types> types;
  std::vector<CompiledElement> elements;
};

// The function value of a knowledge model or a decision service; it keeps the compiled set alive.
feel::Value function_of_element(std::shared_ptr<const CompiledModels> models, std::uint32_t element);

}  // namespace yuanqu::dmn
