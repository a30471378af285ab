#include "population/model_library.hpp"

#include <algorithm>

namespace yuanqu::population {

using base::Result;

Result<ModelLibrary> ModelLibrary::read(const pack::PackSet& packs) {
  ModelLibrary library;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("decisions", ".dmn")) {
      auto xml = pack.read(file);
      if (!xml) return tl::unexpected(xml.error());
      auto model = dmn::read_model(*xml, pack.place_of(file));
      if (!model) return tl::unexpected(model.error());
      library.models_[pack.place_of(file)] = *model;
    }
  }
  return library;
}

Result<std::shared_ptr<const dmn::ModelSet>> ModelLibrary::compile(const std::string& place) const {
  const auto main = models_.find(place);
  if (main == models_.end()) {
    return base::fail(base::ErrorCode::NotFound, "找不到模型 " + place + "。", "There is no model " + place + ".",
                      {.file = place});
  }
  std::shared_ptr<const dmn::ModelSet>& set = compiled_[place];
  if (set != nullptr) return set;
  std::vector<std::shared_ptr<const dmn::Model>> closure{main->second};
  for (std::size_t i = 0; i < closure.size(); ++i) {
    for (const dmn::Import& import : closure[i]->imports) {
      for (const auto& [name, model] : models_) {
        if (model->name_space == import.name_space && std::find(closure.begin(), closure.end(), model) == closure.end())
          closure.push_back(model);
      }
    }
  }
  auto made = dmn::ModelSet::compile(std::move(closure));
  if (!made) return tl::unexpected(made.error());
  set = *made;
  return set;
}

Result<void> ModelLibrary::replace(const std::string& place, std::string_view xml) {
  const auto found = models_.find(place);
  if (found == models_.end()) {
    return base::fail(base::ErrorCode::NotFound, "找不到模型 " + place + "。", "There is no model " + place + ".",
                      {.file = place});
  }
  auto model = dmn::read_model(xml, place);
  if (!model) return tl::unexpected(model.error());
  found->second = *model;
  compiled_.clear();
  return {};
}

std::shared_ptr<const dmn::Model> ModelLibrary::model(const std::string& place) const {
  const auto found = models_.find(place);
  return found == models_.end() ? nullptr : found->second;
}

std::vector<std::string> ModelLibrary::places() const {
  std::vector<std::string> places;
  for (const auto& [place, model] : models_) places.push_back(place);
  return places;
}

}  // namespace yuanqu::population
