#include <algorithm>
#include <map>
#include <optional>

#include "base/hash.hpp"
#include "pack/manifest.hpp"
#include "pack/pack.hpp"

namespace yuanqu::pack {

using base::ErrorCode;
using base::fail;
namespace fs = std::filesystem;

namespace {

// Loads packs and what they need; visits depth first, so that each pack comes after its needs and a circle is seen.
class Gathering {
 public:
  explicit Gathering(const std::vector<fs::path>& roots) : roots_(roots) {}

  base::Result<void> want(const std::string& name, const std::string& asked_by) {
    const bool is_folder = name.find('/') != std::string::npos;
    std::optional<fs::path> folder;
    if (is_folder) {
      folder = fs::path(name);
    } else {
      for (const fs::path& root : roots_) {
        if (fs::exists(root / name / "pack.yaml")) {
          folder = root / name;
          break;
        }
      }
    }
    const std::string key = is_folder ? folder->lexically_normal().filename().string() : name;
    if (const auto state = states_.find(key); state != states_.end()) {
      if (state->second == State::Done) return {};
      return fail(ErrorCode::Invalid, "业务包 " + key + " 与 " + asked_by + " 互相需要。请去掉其中一个方向。",
                  "The packs " + key + " and " + asked_by + " need each other. Remove one direction.",
                  {.file = asked_by + "/pack.yaml", .field = "needs"});
    }
    if (!folder) {
      const bool by_pack = !asked_by.empty();
      return fail(ErrorCode::NotFound, "找不到业务包 " + name + (by_pack ? "（" + asked_by + " 需要它）" : "") + "。",
                  "There is no pack " + name + (by_pack ? " (needed by " + asked_by + ")" : "") + ".",
                  {.file = by_pack ? asked_by + "/pack.yaml" : name, .field = by_pack ? "needs" : ""});
    }
    states_[key] = State::Open;
    auto pack = Pack::load(*folder);
    if (!pack) return tl::unexpected(pack.error());
    for (const Need& need : pack->manifest().needs) {
      if (auto found = want(need.pack, key); !found) return found;
      const Pack& needed =
          *std::find_if(packs.begin(), packs.end(), [&](const Pack& other) { return other.name() == need.pack; });
      if (!need.at_least.empty() && compare_versions(needed.manifest().version, need.at_least) < 0) {
        return fail(
            ErrorCode::Unsupported,
            key + " 需要 " + need.pack + " " + need.at_least + " 或更新，现有 " + needed.manifest().version + "。",
            key + " needs " + need.pack + " " + need.at_least + " or newer; installed is " + needed.manifest().version +
                ".",
            {.file = key + "/pack.yaml", .field = "needs"});
      }
    }
    states_[key] = State::Done;
    packs.push_back(std::move(*pack));
    return {};
  }

  std::vector<Pack> packs;

 private:
  enum class State { Open, Done };
  const std::vector<fs::path>& roots_;
  std::map<std::string, State> states_;
};

}  // namespace

base::Result<std::vector<std::string>> find_packs(const fs::path& root) {
  std::error_code problem;
  if (!fs::is_directory(root, problem)) {
    return fail(ErrorCode::NotFound, "没有业务包文件夹 " + root.string() + "。",
                "There is no folder of packs " + root.string() + ".", {.file = root.string()});
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(root, problem)) {
    if (entry.is_directory() && fs::exists(entry.path() / "pack.yaml"))
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<PackSet> PackSet::load(const std::vector<fs::path>& roots, const std::vector<std::string>& names) {
  std::vector<std::string> wanted = names;
  if (wanted.empty()) {
    for (const fs::path& root : roots) {
      auto found = find_packs(root);
      if (!found) return tl::unexpected(found.error());
      wanted.insert(wanted.end(), found->begin(), found->end());
    }
  }
  Gathering gathering(roots);
  for (const std::string& name : wanted) {
    if (auto found = gathering.want(name, {}); !found) return tl::unexpected(found.error());
  }
  PackSet set;
  set.packs_ = std::move(gathering.packs);
  std::string all;
  for (const Pack& pack : set.packs_) all += pack.hash() + " " + pack.name() + "\n";
  set.hash_ = base::to_hex(base::sha256(all));
  return set;
}

const Pack* PackSet::find(std::string_view name) const {
  const auto it = std::find_if(packs_.begin(), packs_.end(), [&](const Pack& pack) { return pack.name() == name; });
  return it == packs_.end() ? nullptr : &*it;
}

std::string PackSet::versions() const {
  std::string text;
  for (const Pack& pack : packs_) text += (text.empty() ? "" : ", ") + pack.name() + " " + pack.manifest().version;
  return text;
}

}  // namespace yuanqu::pack
