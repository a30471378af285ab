#pragma once
// Reference data that is not part of the source tree: the folder named by YUANQU_SHARED, or `shared` beside the source
// tree. Tests that need it skip themselves where it is absent.

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace yuanqu::test {

inline std::optional<std::filesystem::path> shared_data(const std::string& path) {
  const char* named = std::getenv("YUANQU_SHARED");
  const std::filesystem::path root =
      named != nullptr ? std::filesystem::path(named) : std::filesystem::path(YUANQU_SOURCE_DIR) / ".." / "shared";
  if (!std::filesystem::exists(root / path)) return std::nullopt;
  return root / path;
}

}  // namespace yuanqu::test
