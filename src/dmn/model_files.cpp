#include "dmn/model_files.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace yuanqu::dmn {

namespace {

namespace fs = std::filesystem;

base::Result<std::shared_ptr<const Model>> read_one(const fs::path& path, const LoadLimits& limits) {
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  std::ifstream in(path, std::ios::binary);
  if (failed || !in) {
    return base::fail(base::ErrorCode::NotFound, "文件 " + path.string() + " 打不开；请检查路径和权限。",
                      "The file " + path.string() + " cannot be opened; check its path and permissions.",
                      {.file = path.string()});
  }
  if (limits.xml_bytes != 0 && size > limits.xml_bytes) {
    return base::fail(base::ErrorCode::LimitExceeded, "文件 " + path.string() + " 超过了大小限制。",
                      "The file " + path.string() + " exceeds the size limit.", {.file = path.string()});
  }
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return read_model(bytes.str(), path.string(), limits);
}

}  // namespace

base::Result<std::vector<std::shared_ptr<const Model>>> read_model_files(const std::vector<fs::path>& paths,
                                                                         const LoadLimits& limits) {
  std::vector<std::shared_ptr<const Model>> models;
  std::set<fs::path> seen;
  std::set<std::string> known;
  std::vector<fs::path> beside;
  for (const auto& path : paths) {
    auto model = read_one(path, limits);
    if (!model) return tl::unexpected(model.error());
    known.insert((*model)->name_space);
    models.push_back(std::move(*model));
    std::error_code ignored;
    seen.insert(fs::weakly_canonical(path, ignored));
  }
  const auto missing = [&] {
    for (const auto& model : models) {
      for (const auto& import : model->imports) {
        if (import.is_model() && !known.contains(import.name_space)) return true;
      }
    }
    return false;
  };
  if (!missing()) return models;
  for (const auto& path : paths) {
    std::error_code ignored;
    const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (entry.is_regular_file(ignored) && entry.path().extension() == ".dmn" &&
          seen.insert(fs::weakly_canonical(entry.path(), ignored)).second) {
        beside.push_back(entry.path());
      }
    }
  }
  std::sort(beside.begin(), beside.end());
  std::vector<std::shared_ptr<const Model>> candidates;
  for (const auto& path : beside) {
    if (auto model = read_one(path, limits)) candidates.push_back(std::move(*model));
  }
  for (bool grew = true; grew && models.size() < std::max<std::size_t>(limits.models, 1);) {
    grew = false;
    for (std::size_t m = 0; m < models.size(); ++m) {
      for (const auto& import : models[m]->imports) {
        if (known.contains(import.name_space)) continue;
        for (const auto& candidate : candidates) {
          if (candidate->name_space != import.name_space || !known.insert(import.name_space).second) continue;
          models.push_back(candidate);
          grew = true;
        }
      }
    }
  }
  return models;
}

}  // namespace yuanqu::dmn
