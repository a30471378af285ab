#include "api/page_settings.hpp"

#include <yaml-cpp/yaml.h>

namespace yuanqu::api {
namespace {

using register_::Catalogue;
using register_::Field;
using register_::Kind;

tl::unexpected<base::Error> fault(const std::string& place, const std::string& zh, const std::string& en) {
  return base::fail(base::ErrorCode::Invalid, place + "：" + zh, place + ": " + en, {.file = place});
}

std::string text_of(const YAML::Node& node, const char* key) {
  const YAML::Node value = node[key];
  return value && value.IsScalar() ? value.Scalar() : std::string{};
}

pack::Label label_of(const YAML::Node& node) {
  return node && node.IsMap() ? pack::Label{text_of(node, "zh"), text_of(node, "en")} : pack::Label{};
}

base::Result<const Kind*> kind_of(const Catalogue& catalogue, const YAML::Node& node, const char* key,
                                  const std::string& place) {
  const Kind* kind = catalogue.kind(text_of(node, key));
  if (kind == nullptr)
    return fault(place, "“" + std::string(key) + "”应为一种记录类型。",
                 "\"" + std::string(key) + "\" must name a kind.");
  return kind;
}

base::Result<const Field*> field_of(const Kind& kind, const YAML::Node& node, const char* key, const std::string& place,
                                    bool required) {
  const std::string name = text_of(node, key);
  if (name.empty() && !required) return nullptr;
  const Field* field = kind.field(std::string_view(name));
  if (field == nullptr) {
    return fault(place, "“" + std::string(key) + "”应为“" + kind.labels.zh + "”的字段。",
                 "\"" + std::string(key) + "\" must name a field of " + kind.name + ".");
  }
  return field;
}

base::Result<FigureSettings> figure_of(const Catalogue& catalogue, const YAML::Node& node, const std::string& place) {
  FigureSettings figure;
  figure.name = text_of(node, "name");
  figure.labels = label_of(node["labels"]);
  figure.decision = text_of(node, "decision");
  if (figure.name.empty()) return fault(place, "每个图要有 name。", "every figure needs a name.");
  if (!figure.decision.empty()) return figure;
  auto kind = kind_of(catalogue, node, "kind", place);
  if (!kind) return tl::unexpected(kind.error());
  auto field = field_of(**kind, node, "field", place, true);
  if (!field) return tl::unexpected(field.error());
  figure.kind = *kind;
  figure.field = *field;
  if (const std::string codes = text_of(node, "codes"); !codes.empty()) {
    figure.codes = catalogue.code_list(codes);
    if (figure.codes == nullptr)
      return fault(place, "没有代码表“" + codes + "”。", "there is no code list \"" + codes + "\".");
  }
  figure.level = node["level"] ? node["level"].as<int>(0) : 0;
  return figure;
}

base::Result<AuthorisationSettings> authorisations_of(const Catalogue& catalogue, const YAML::Node& node,
                                                      const std::string& place) {
  AuthorisationSettings settings;
  auto kind = kind_of(catalogue, node, "kind", place);
  if (!kind) return tl::unexpected(kind.error());
  settings.kind = *kind;
  const auto take = [&](const Field*& target, const char* key, bool required) -> base::Result<void> {
    auto field = field_of(**kind, node, key, place, required);
    if (!field) return tl::unexpected(field.error());
    target = *field;
    return {};
  };
  for (const auto& [target, key, required] :
       {std::tuple(&settings.file, "file", true), std::tuple(&settings.number, "number", false),
        std::tuple(&settings.covers, "covers", false), std::tuple(&settings.given_on, "given_on", true),
        std::tuple(&settings.until, "until", false), std::tuple(&settings.revoked_on, "revoked_on", true),
        std::tuple(&settings.given_by, "given_by", false), std::tuple(&settings.paper, "paper", false)}) {
    if (auto taken = take(*target, key, required); !taken) return tl::unexpected(taken.error());
  }
  settings.number_prefix = text_of(node, "number_prefix");
  settings.source = catalogue.source(text_of(node, "source"));
  if (settings.source == nullptr) return fault(place, "“source”应为一个来源。", "\"source\" must name a source.");
  const YAML::Node way = node["covered_code"];
  if (settings.covers == nullptr || !way) return settings;
  auto covered = kind_of(catalogue, node, "covered_kind", place);
  if (!covered) return tl::unexpected(covered.error());
  settings.covered_kind = *covered;
  const Kind* at = *covered;
  for (const YAML::Node& step : way) {
    const Field* field = at == nullptr ? nullptr : at->field(std::string_view(step.Scalar()));
    if (field == nullptr)
      return fault(place, "“covered_code”中没有字段“" + step.Scalar() + "”。",
                   "\"covered_code\" names no field \"" + step.Scalar() + "\".");
    settings.covered_code.push_back(field);
    at = field->type == register_::FieldType::Reference ? catalogue.kind(field->to_kind) : nullptr;
  }
  return settings;
}

}  // namespace

base::Result<PageSettings> PageSettings::load(const pack::PackSet& packs, const Catalogue& catalogue) {
  PageSettings settings;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("pages", ".yaml")) {
      const std::string place = pack.place_of(file);
      auto bytes = pack.read(file);
      if (!bytes) return tl::unexpected(bytes.error());
      try {
        const YAML::Node root = YAML::Load(*bytes);
        const std::string page = text_of(root, "page");
        if (page == "overview") {
          for (const YAML::Node& node : root["figures"]) {
            auto figure = figure_of(catalogue, node, place);
            if (!figure) return tl::unexpected(figure.error());
            settings.figures.push_back(std::move(*figure));
          }
        } else if (page == "authorisations") {
          auto read = authorisations_of(catalogue, root, place);
          if (!read) return tl::unexpected(read.error());
          settings.authorisations = std::move(*read);
        } else if (page == "demo_roles") {
          for (const YAML::Node& node : root["roles"]) {
            settings.demo_roles.push_back({text_of(node, "post"), label_of(node["name"]), label_of(node["description"]),
                                           node["stories"].as<std::vector<std::int64_t>>(std::vector<std::int64_t>{})});
          }
        }
      } catch (const YAML::Exception& thrown) {
        return fault(place, std::string("不是正确的 YAML：") + thrown.what(),
                     std::string("not YAML: ") + thrown.what());
      }
    }
  }
  return settings;
}

}  // namespace yuanqu::api
