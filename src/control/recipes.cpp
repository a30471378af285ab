#include "control/recipes.hpp"

#include "control/texts.hpp"

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

namespace {

tl::unexpected<Faults> refuse_version(std::string zh, std::string en, base::Place place) {
  return tl::unexpected(Faults{{ErrorCode::Conflict, std::move(zh), std::move(en), std::move(place)}});
}

}  // namespace

base::Result<void> Recipes::open(const std::filesystem::path& path, Faults* unfit) {
  auto log = RecordLog::open(path, [&](std::string_view bytes) {
    const auto texts = split_texts(bytes);
    if (!texts || texts->empty()) return;
    if (texts->front() == "write" && texts->size() == 3) {
      auto recipe = Recipe::read((*texts)[2], path.filename().string(), site_, tags_);
      if (!recipe) {
        if (unfit != nullptr) unfit->insert(unfit->end(), recipe.error().begin(), recipe.error().end());
        return;
      }
      auto shared = std::make_shared<const Recipe>(std::move(*recipe));
      versions_[shared->name].emplace(shared->version, Version{shared, (*texts)[1], {}});
    }
    if (texts->front() == "release" && texts->size() == 4) {
      const auto recipe = versions_.find((*texts)[2]);
      if (recipe == versions_.end()) return;
      for (auto& [number, version] : recipe->second) {
        if (std::to_string(number) == (*texts)[3]) version.released_by = (*texts)[1];
      }
    }
  });
  if (!log) return tl::unexpected(log.error());
  log_ = std::move(*log);
  return {};
}

base::Result<void> Recipes::put(const std::vector<std::string>& texts) {
  if (!log_) {
    return fail(ErrorCode::Unavailable, "工艺库没有打开，不能保存。",
                "The recipes' log is not open; nothing can be saved.");
  }
  return log_->append(join_texts(texts));
}

tl::expected<void, Faults> Recipes::add_content(const std::string& text, const std::string& place) {
  auto recipe = Recipe::read(text, place, site_, tags_);
  if (!recipe) return tl::unexpected(recipe.error());
  auto shared = std::make_shared<const Recipe>(std::move(*recipe));
  if (!versions_[shared->name].emplace(shared->version, Version{shared, {}, {}}).second) {
    return refuse_version("工艺 " + shared->name + " 的这个版本已有。",
                          "This version of the recipe " + shared->name + " exists already.",
                          {.file = place, .rule = shared->name});
  }
  return {};
}

tl::expected<std::shared_ptr<const Recipe>, Faults> Recipes::write(const std::string& user, const std::string& text) {
  auto recipe = Recipe::read(text, "recipe", site_, tags_);
  if (!recipe) return tl::unexpected(recipe.error());
  auto& versions = versions_[recipe->name];
  const int next = versions.empty() ? 1 : versions.rbegin()->first + 1;
  if (recipe->version != next) {
    return refuse_version("新版本应是第 " + std::to_string(next) + " 版。",
                          "The new version must be number " + std::to_string(next) + ".",
                          {.field = "version", .rule = recipe->name});
  }
  if (auto kept = put({"write", user, text}); !kept) return tl::unexpected(Faults{kept.error()});
  auto shared = std::make_shared<const Recipe>(std::move(*recipe));
  versions.emplace(shared->version, Version{shared, user, {}});
  return shared;
}

base::Result<void> Recipes::release(const std::string& user, const std::string& name, int version) {
  if (find(name, version) == nullptr) {
    return fail(ErrorCode::NotFound, "没有这个工艺版本。", "There is no such version of a recipe.", {.rule = name});
  }
  Version& found = versions_.at(name).at(version);
  if (found.released()) {
    return fail(ErrorCode::Conflict, "这个版本已批准。", "This version is released already.", {.rule = name});
  }
  if (found.author == user) {
    return fail(ErrorCode::Forbidden, "编写的人不能批准自己的版本。", "The author of a version cannot release it.",
                {.rule = name});
  }
  if (auto kept = put({"release", user, name, std::to_string(version)}); !kept) return kept;
  found.released_by = user;
  return {};
}

const Recipes::Version* Recipes::find(const std::string& name, int version) const {
  const auto recipe = versions_.find(name);
  if (recipe == versions_.end()) return nullptr;
  const auto found = recipe->second.find(version);
  return found == recipe->second.end() ? nullptr : &found->second;
}

const Recipes::Version* Recipes::newest_released(const std::string& name) const {
  const auto recipe = versions_.find(name);
  if (recipe == versions_.end()) return nullptr;
  for (auto version = recipe->second.rbegin(); version != recipe->second.rend(); ++version) {
    if (version->second.released()) return &version->second;
  }
  return nullptr;
}

}  // namespace yuanqu::control
