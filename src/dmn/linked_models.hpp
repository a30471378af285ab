#pragma once
// A set of models with their imports resolved: who is meant by a reference, a prefix or a type name. The first model is
// the main one. Imports resolve by namespace among the models of the set (clause 6.3.3); one that is missing is a
// problem of the decisions that use it, never of the set.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/model.hpp"
#include "feel/type.hpp"

namespace yuanqu::dmn {

// Something a model says that cannot be carried out. It is found once, when the set is compiled; evaluating what
// depends on it answers null with the same sentences.
struct Problem {
  std::string model, decision, element;
  std::size_t offset = 0;  // in the element's text
  std::string zh, en;
};

enum class ElementKind : std::uint8_t { InputData, Decision, KnowledgeModel, Service };

struct ElementName {
  ElementKind kind;
  std::uint32_t model;     // which model of the set
  std::uint32_t position;  // in that model's list of its kind
};

class LinkedModels {
 public:
  explicit LinkedModels(std::vector<std::shared_ptr<const Model>> models);

  const std::vector<std::shared_ptr<const Model>>& models() const { return models_; }
  const std::vector<ElementName>& elements() const { return elements_; }

  std::optional<std::uint32_t> model_of_namespace(std::string_view name_space) const;
  // The element a reference of `model` points to.
  std::optional<std::uint32_t> element_of(std::uint32_t model, const Reference& reference) const;
  // How `model` writes the names of `other`: a prefix, empty for its own names and for an import without a name;
  // nullopt when it does not import it.
  std::optional<std::string> prefix_of(std::uint32_t model, std::uint32_t other) const;

  const std::string& name_of(std::uint32_t element) const;          // of the element
  const InformationItem& variable_of(std::uint32_t element) const;  // its name may differ by blanks only
  const std::string& id_of(std::uint32_t element) const;

 private:
  std::vector<std::shared_ptr<const Model>> models_;
  std::vector<ElementName> elements_;
  std::vector<std::map<std::string, std::uint32_t, std::less<>>> by_id_;  // per model
};

// The types of a linked set: every item definition as a structural FEEL type (clauses 7.3.2 and 10.3.1.2).
class Types {
 public:
  Types(const LinkedModels& linked, std::vector<Problem>& problems);
  ~Types();

  // nullptr (Any) for an empty name; a name nothing declares is Any as well and a problem of `place`.
  feel::TypePointer resolve(std::uint32_t model, const TypeName& name, const Problem& place) const;
  // Type names as FEEL text of `model` may write them.
  const std::map<std::string, feel::TypePointer, std::less<>>& visible(std::uint32_t model) const {
    return visible_[model];
  }

 private:
  struct Builder;
  const LinkedModels& linked_;
  std::vector<Problem>& problems_;
  std::vector<std::map<std::string, feel::TypePointer, std::less<>>> own_, visible_;
};

}  // namespace yuanqu::dmn
