#pragma once
// Reading YAML of packs with all faults told, each with file, line and column. For .cpp files and headers internal to a
// room only (yaml-cpp is heavy).

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "pack/pack.hpp"

namespace yuanqu::pack {

class YamlReader {
 public:
  YamlReader(std::string place, std::vector<base::Error>& faults) : place_(std::move(place)), faults_(faults) {}

  // The document; an undefined node when it is not YAML (the fault is noted).
  YAML::Node load(const std::string& text);
  void fault(const YAML::Node& node, std::string field, std::string zh, std::string en);

  // Entries of a map in the file's order, with the fault for anything that is not named in `known` or comes twice.
  using Entry = std::function<void(const std::string& key, const YAML::Node& value)>;
  void entries(const YAML::Node& map, std::string_view what, std::initializer_list<std::string_view> known,
               const Entry& entry);

  std::string text(const YAML::Node& node, const std::string& field);  // "" after a fault
  std::optional<std::int64_t> integer(const YAML::Node& node, const std::string& field, std::int64_t minimum,
                                      std::int64_t maximum);
  bool boolean(const YAML::Node& node, const std::string& field);
  std::vector<std::string> texts(const YAML::Node& node,
                                 const std::string& field);            // a sequence of scalars, or one scalar
  Label label(const YAML::Node& node, const std::string& field);       // {zh, en}, both needed
  std::string name(const YAML::Node& node, const std::string& field);  // snake_case

  const std::string& place() const { return place_; }

 private:
  std::string place_;
  std::vector<base::Error>& faults_;
};

}  // namespace yuanqu::pack
