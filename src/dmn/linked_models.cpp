#include "dmn/linked_models.hpp"

namespace yuanqu::dmn {

LinkedModels::LinkedModels(std::vector<std::shared_ptr<const Model>> models)
    : models_(std::move(models)), by_id_(models_.size()) {
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    const Model& model = *models_[m];
    const auto add = [&](ElementKind kind, const auto& list) {
      for (std::uint32_t i = 0; i < list.size(); ++i) {
        by_id_[m].emplace(list[i].id, static_cast<std::uint32_t>(elements_.size()));
        elements_.push_back({kind, m, i});
      }
    };
    add(ElementKind::InputData, model.inputs);
    add(ElementKind::Decision, model.decisions);
    add(ElementKind::KnowledgeModel, model.knowledge_models);
    add(ElementKind::Service, model.services);
  }
}

std::optional<std::uint32_t> LinkedModels::model_of_namespace(std::string_view name_space) const {
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    if (models_[m]->name_space == name_space) return m;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> LinkedModels::element_of(std::uint32_t model, const Reference& reference) const {
  std::uint32_t target = model;
  if (!reference.name_space.empty()) {
    const auto found = model_of_namespace(reference.name_space);
    if (!found) return std::nullopt;
    target = *found;
  }
  const auto found = by_id_[target].find(reference.id);
  if (found == by_id_[target].end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> LinkedModels::prefix_of(std::uint32_t model, std::uint32_t other) const {
  if (model == other) return std::string{};
  for (const auto& import : models_[model]->imports) {
    if (import.name_space == models_[other]->name_space) return import.name;
  }
  return std::nullopt;
}

const std::string& LinkedModels::name_of(std::uint32_t element) const {
  const auto& at = elements_[element];
  const Model& model = *models_[at.model];
  switch (at.kind) {
    case ElementKind::InputData: return model.inputs[at.position].name;
    case ElementKind::Decision: return model.decisions[at.position].name;
    case ElementKind::KnowledgeModel: return model.knowledge_models[at.position].name;
    case ElementKind::Service: break;
  }
  return model.services[at.position].name;
}

const InformationItem& LinkedModels::variable_of(std::uint32_t element) const {
  const auto& at = elements_[element];
  const Model& model = *models_[at.model];
  switch (at.kind) {
    case ElementKind::InputData: return model.inputs[at.position].variable;
    case ElementKind::Decision: return model.decisions[at.position].variable;
    case ElementKind::KnowledgeModel: return model.knowledge_models[at.position].variable;
    case ElementKind::Service: break;
  }
  return model.services[at.position].variable;
}

const std::string& LinkedModels::id_of(std::uint32_t element) const {
  const auto& at = elements_[element];
  const Model& model = *models_[at.model];
  switch (at.kind) {
    case ElementKind::InputData: return model.inputs[at.position].id;
    case ElementKind::Decision: return model.decisions[at.position].id;
    case ElementKind::KnowledgeModel: return model.knowledge_models[at.position].id;
    case ElementKind::Service: break;
  }
  return model.services[at.position].id;
}

}  // namespace yuanqu::dmn
