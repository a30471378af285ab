#include "population/levers.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

namespace yuanqu::population {

namespace {
constexpr std::array<std::string_view, 5> names{"fixed", "firm", "firm_up", "zone", "never"};
}

std::string_view name_of(Lever lever) { return names[static_cast<std::size_t>(lever)]; }

base::Result<Levers> Levers::load(const pack::PackSet& packs, const register_::Catalogue& catalogue) {
  Levers levers;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("kinds", ".yaml")) {
      auto text = pack.read(file);
      if (!text) return tl::unexpected(text.error());
      const YAML::Node root = YAML::Load(*text);  // the catalogue has read it before: it is sound
      const std::string name = root["kind"] ? root["kind"].as<std::string>("") : root["extends"].as<std::string>("");
      const register_::Kind* kind = catalogue.kind(std::string_view(name));
      if (kind == nullptr) continue;
      for (const auto& entry : root["fields"]) {
        if (!entry["lever"]) continue;
        const std::string word = entry["lever"].as<std::string>("");
        const auto found = std::find(names.begin(), names.end(), word);
        if (found == names.end()) {
          return base::fail(base::ErrorCode::Invalid,
                            "lever 应是 fixed、firm、firm_up、zone 或 never，不是“" + word + "”。",
                            "lever must be fixed, firm, firm_up, zone or never, not \"" + word + "\".",
                            {.file = pack.place_of(file),
                             .row = static_cast<std::size_t>(entry["lever"].Mark().line + 1),
                             .field = entry["name"].as<std::string>("")});
        }
        levers.levers_[{kind->number, entry["number"].as<register_::FieldNumber>(0)}] =
            static_cast<Lever>(found - names.begin());
      }
    }
  }
  return levers;
}

Lever Levers::of(const register_::Kind& kind, const register_::Field& field) const {
  const auto found = levers_.find({kind.number, field.number});
  return found == levers_.end() ? Lever::Fixed : found->second;
}

}  // namespace yuanqu::population
