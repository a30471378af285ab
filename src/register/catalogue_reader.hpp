#pragma once
// Builds a Catalogue from packs, noting every fault. For this room's .cpp files only.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pack/yaml_reader.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::register_ {

using pack::YamlReader;

class CatalogueReader {
 public:
  CatalogueReader(const pack::PackSet& packs, std::vector<base::Error>& faults) : packs_(packs), faults_(faults) {}
  std::shared_ptr<const Catalogue> read();

 private:
  // What can only be resolved when every kind is known, with where to point at.
  struct Later {
    Kind* kind = nullptr;
    YamlReader reader;
    std::vector<std::vector<std::string>> keys;
    std::string title;
    std::string belongs_to;
    std::vector<std::string> search;
    std::vector<std::pair<std::string, std::string>> members;  // of the part it plays
    std::string individual_field;
    std::string place;
    YAML::Node node;
    std::vector<std::pair<FieldNumber, YAML::Node>> fields;  // of this file
  };

  void read_purposes(const pack::Pack& pack);
  void read_sources(const pack::Pack& pack);
  std::vector<std::string> purposes_of(YamlReader& reader, const YAML::Node& node, const std::string& key);
  void read_code_lists(const pack::Pack& pack);
  void read_kind(const std::string& text, const std::string& pack, const std::string& place, bool system);
  void add_fields(Later& later, const YAML::Node& list, const std::string& pack);
  void read_field(YamlReader& reader, const YAML::Node& node, Field& field);
  void read_value_rules(YamlReader& reader, const std::string& key, const YAML::Node& value, Field& field);
  void check_field(YamlReader& reader, const YAML::Node& node, Field& field);
  void index(Kind& kind);
  void resolve(Later& later);
  FieldNumber named_field(Later& later, const std::string& entry, const std::string& name);
  void mark_placed();
  void check_feel_names();

  const pack::PackSet& packs_;
  std::vector<base::Error>& faults_;
  std::shared_ptr<Catalogue> catalogue_ = std::make_shared<Catalogue>();
  std::vector<Later> later_;
  std::set<KindNumber> numbers_;
};

}  // namespace yuanqu::register_
