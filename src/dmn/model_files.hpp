#pragma once
// Models from files: the named ones, and those they import, looked for beside them by namespace.

#include <filesystem>
#include <memory>
#include <vector>

#include "dmn/model.hpp"

namespace yuanqu::dmn {

// The models in the order of `paths`, then the imported ones. Fails when a named file cannot be read or is no model; a
// file of the folder that is neither named nor a readable model is passed over.
base::Result<std::vector<std::shared_ptr<const Model>>> read_model_files(
    const std::vector<std::filesystem::path>& paths, const LoadLimits& limits = {});

}  // namespace yuanqu::dmn
