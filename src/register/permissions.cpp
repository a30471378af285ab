// Reads posts and their rules from packs/<pack>/data/posts.yaml.

#include <algorithm>
#include <map>

#include "pack/yaml_reader.hpp"
#include "register/viewer.hpp"

namespace yuanqu::register_ {

using pack::YamlReader;

namespace {

constexpr std::uint8_t all_classes = 0b11111;

struct PostsReader {
  const Catalogue& catalogue;
  YamlReader& yaml;

  std::uint8_t acts_of(const YAML::Node& value) {
    static const std::map<std::string, Act> acts{{"audit", Act::Audit},
                                                 {"draft_rules", Act::DraftRules},
                                                 {"publish_rules", Act::PublishRules},
                                                 {"publish_working_days", Act::PublishWorkingDays},
                                                 {"install_issuers", Act::InstallIssuers},
                                                 {"back_up", Act::BackUp}};
    unsigned bits = 0;
    for (const std::string& word : yaml.texts(value, "acts")) {
      const auto found = acts.find(word);
      if (found == acts.end())
        yaml.fault(value, "acts", "没有职权“" + word + "”。", "There is no act " + word + ".");
      else
        bits |= static_cast<unsigned>(found->second);
    }
    return static_cast<std::uint8_t>(bits);
  }

  PermissionRule rule_of(const YAML::Node& node) {
    PermissionRule rule;
    bool named_kinds = false;
    yaml.entries(
        node, "rule", {"kinds", "classes", "relation", "purpose", "may", "sources"},
        [&](const std::string& key, const YAML::Node& value) {
          const auto words = yaml.texts(value, key);
          const bool all = words.size() == 1 && words.front() == "all";
          for (const std::string& word : words) {
            if (key == "kinds" && !all) {
              named_kinds = true;
              if (const Kind* kind = catalogue.kind(word); kind != nullptr)
                rule.kinds.push_back(kind->number);
              else
                yaml.fault(value, key, "没有类型“" + word + "”。", "There is no kind " + word + ".");
            } else if (key == "classes" && !all) {
              if (const auto field_class = field_class_of(word))
                rule.classes = static_cast<std::uint8_t>(rule.classes | (1u << static_cast<unsigned>(*field_class)));
              else
                yaml.fault(value, key, "没有字段类别“" + word + "”。", "There is no field class " + word + ".");
            } else if (key == "relation") {
              if (word != "own" && word != "any" && word != "consent")
                yaml.fault(value, key, "relation 应是 own、consent 或 any。", "`relation` is own, consent or any.");
              rule.own_only = word == "own";
              rule.by_consent = word == "consent";
            } else if (key == "purpose") {
              rule.purpose = word;
            } else if (key == "may") {
              static const std::map<std::string, May> rights{{"read", May::Read},
                                                             {"read_masked", May::ReadMasked},
                                                             {"write", May::Write},
                                                             {"export", May::Export},
                                                             {"reveal", May::Reveal}};
              const auto found = rights.find(word);
              if (found == rights.end())
                yaml.fault(value, key, "没有权利“" + word + "”。", "There is no right " + word + ".");
              else
                rule.may = static_cast<std::uint8_t>(rule.may | static_cast<unsigned>(found->second));
            } else if (key == "sources") {
              if (const Source* source = catalogue.source(word); source != nullptr)
                rule.sources.push_back(source->number);
              else
                yaml.fault(value, key, "没有来源“" + word + "”。", "There is no source " + word + ".");
            }
          }
          if (key == "classes" && all) rule.classes = all_classes;
        });
    // A rule whose kinds were all misspelt must not become one for every kind.
    if (named_kinds && rule.kinds.empty()) rule.may = 0;
    return rule;
  }

  void read(const YAML::Node& root, std::vector<Post>& posts) {
    if (!root.IsSequence()) {
      yaml.fault(root, "", "文件应是岗位的列表。", "The file must be a list of posts.");
      return;
    }
    for (const auto& node : root) {
      Post post;
      yaml.entries(node, "post", {"post", "number", "labels", "acts", "rules"},
                   [&](const std::string& key, const YAML::Node& value) {
                     if (key == "post") post.name = yaml.name(value, key);
                     if (key == "number")
                       post.number = static_cast<std::uint32_t>(yaml.integer(value, key, 1, 1'000'000).value_or(0));
                     if (key == "labels") post.labels = yaml.label(value, key);
                     if (key == "acts") post.acts = acts_of(value);
                     if (key == "rules") {
                       for (const auto& item : value) post.rules.push_back(rule_of(item));
                     }
                   });
      const auto known =
          std::find_if(posts.begin(), posts.end(), [&](const Post& other) { return other.name == post.name; });
      if (known == posts.end()) {
        posts.push_back(std::move(post));
      } else {  // a later pack adds rules and acts to a post
        known->rules.insert(known->rules.end(), post.rules.begin(), post.rules.end());
        known->acts = static_cast<std::uint8_t>(known->acts | post.acts);
      }
    }
  }
};

}  // namespace

base::Result<std::shared_ptr<const Permissions>> Permissions::load(const pack::PackSet& packs,
                                                                   const Catalogue& catalogue) {
  auto permissions = std::make_shared<Permissions>();
  std::vector<base::Error> faults;
  for (const pack::Pack& pack : packs.packs()) {
    const pack::File* file = pack.find("data/posts.yaml");
    if (file == nullptr) continue;
    auto text = pack.read(*file);
    if (!text) return tl::unexpected(text.error());
    YamlReader yaml(pack.place_of(*file), faults);
    const YAML::Node root = yaml.load(*text);
    if (root.IsDefined()) PostsReader{catalogue, yaml}.read(root, permissions->posts_);
  }
  if (!faults.empty()) return tl::unexpected(faults.front());
  return permissions;
}

}  // namespace yuanqu::register_
