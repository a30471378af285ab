#include "pack/manifest.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

namespace yuanqu::pack {

using base::ErrorCode;
using base::fail;

namespace {

base::Place place_at(const std::string& file, const YAML::Mark& mark, std::string field = {}) {
  base::Place place{.file = file, .field = std::move(field)};
  if (mark.line >= 0) {
    place.row = static_cast<std::size_t>(mark.line) + 1;
    place.column = static_cast<std::size_t>(mark.column) + 1;
  }
  return place;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_version(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  bool after_point = false;
  for (char c : text) {
    if (c == '.' && after_point) return false;
    after_point = c == '.';
    if (c != '.' && (c < '0' || c > '9')) return false;
  }
  return true;
}

tl::unexpected<base::Error> bad(const std::string& file, const YAML::Node& node, std::string field, std::string zh,
                                std::string en) {
  return fail(ErrorCode::Invalid, std::move(zh), std::move(en), place_at(file, node.Mark(), std::move(field)));
}

base::Result<Need> read_need(const YAML::Node& node, const std::string& file) {
  Need need;
  if (node.IsScalar()) {
    need.pack = node.Scalar();
  } else if (node.IsMap() && node["pack"] && node["pack"].IsScalar()) {
    need.pack = node["pack"].Scalar();
    if (const YAML::Node least = node["at_least"]) need.at_least = least.IsScalar() ? least.Scalar() : "?";
    if (node.size() != (need.at_least.empty() ? 1U : 2U)) {
      return bad(file, node, "needs", "needs 的条目只能有 pack 和 at_least。",
                 "An entry of needs may only have pack and at_least.");
    }
  }
  if (!is_name(need.pack) || (!need.at_least.empty() && !is_version(need.at_least))) {
    return bad(file, node, "needs", "needs 的条目应为包名，或 {pack: 包名, at_least: 1.2}。",
               "An entry of needs is a pack's name or {pack: name, at_least: 1.2}.");
  }
  return need;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const auto take = [](std::string_view& rest) {
    std::uint64_t number = 0;
    const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), number).ptr;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!rest.empty()) rest.remove_prefix(1);
    return number;
  };
  while (!a.empty() || !b.empty()) {
    const std::uint64_t x = take(a);
    const std::uint64_t y = take(b);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

base::Result<Manifest> read_manifest(const std::string& text, const std::string& place) {
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::Invalid, "业务包说明不是合法的 YAML：" + problem.msg + "。请改正这一行。",
                "The pack's description is not valid YAML: " + problem.msg + ". Correct this line.",
                place_at(place, problem.mark));
  }
  if (!root.IsMap())
    return bad(place, root, "", "业务包说明应是“名: 值”的列表。",
               "The pack's description must be a list of `name: value`.");
  Manifest manifest;
  try {
    for (const auto& entry : root) {
      const std::string key = entry.first.Scalar();
      const YAML::Node& value = entry.second;
      if (key == "pack") {
        manifest.name = value.Scalar();
        if (!is_name(manifest.name))
          return bad(place, value, key, "包名只用小写字母、数字和下划线，以字母开头。",
                     "A pack's name has lower-case letters, digits and underscores and begins with a letter.");
      } else if (key == "version") {
        manifest.version = value.Scalar();
        if (!is_version(manifest.version))
          return bad(place, value, key, "版本应为用点隔开的数字，如 1.4.0。",
                     "A version is digits separated by dots, like 1.4.0.");
      } else if (key == "labels") {
        if (!value.IsMap() || !value["zh"] || !value["en"])
          return bad(place, value, key, "labels 应写成 {zh: …, en: …}。", "Write labels as {zh: …, en: …}.");
        manifest.labels = {value["zh"].as<std::string>(), value["en"].as<std::string>()};
      } else if (key == "needs" || key == "languages") {
        if (value.IsNull()) continue;
        if (!value.IsSequence()) return bad(place, value, key, key + " 应为列表。", key + " must be a list.");
        for (const auto& item : value) {
          if (key == "languages") {
            manifest.languages.push_back(item.as<std::string>());
            continue;
          }
          auto need = read_need(item, place);
          if (!need) return tl::unexpected(need.error());
          manifest.needs.push_back(std::move(*need));
        }
      } else if (key != "definition") {
        return bad(place, entry.first, key,
                   "不认识的条目 " + key + "。可用：pack、version、labels、definition、needs、languages。",
                   "Unknown entry " + key + ". Known: pack, version, labels, definition, needs, languages.");
      }
    }
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::Invalid, "业务包说明中有一处不能读：" + problem.msg + "。",
                "Something in the pack's description cannot be read: " + problem.msg + ".",
                place_at(place, problem.mark));
  }
  if (manifest.name.empty() || manifest.version.empty()) {
    return bad(place, root, manifest.name.empty() ? "pack" : "version", "业务包说明缺少 pack 或 version。",
               "The pack's description lacks pack or version.");
  }
  return manifest;
}

}  // namespace yuanqu::pack
