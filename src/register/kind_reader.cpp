#include <algorithm>

#include "register/catalogue_reader.hpp"
#include "register/conversion.hpp"

namespace yuanqu::register_ {

void CatalogueReader::read_kind(const std::string& text, const std::string& pack, const std::string& place,
                                bool system) {
  YamlReader reader(place, faults_);
  const YAML::Node root = reader.load(text);
  if (!root.IsDefined()) return;
  if (root.IsMap() && root["extends"]) {
    Later later{.kind = nullptr,
                .reader = reader,
                .keys = {},
                .title = {},
                .belongs_to = {},
                .search = {},
                .members = {},
                .individual_field = {},
                .place = {},
                .node = root,
                .fields = {}};
    YAML::Node fields;
    reader.entries(root, "extends", {"extends", "fields", "search"},
                   [&](const std::string& key, const YAML::Node& value) {
                     if (key == "search") later.search = reader.texts(value, key);
                     if (key == "fields") fields = value;
                     if (key != "extends") return;
                     const std::string name = reader.text(value, key);
                     const auto it = std::find_if(catalogue_->owned_.begin(), catalogue_->owned_.end(),
                                                  [&](const auto& kind) { return kind->name == name; });
                     if (it == catalogue_->owned_.end()) {
                       reader.fault(value, key, "没有可扩展的类型 " + name + "。本包须在 needs 中写明它所在的包。",
                                    "There is no kind " + name + " to extend. Name its pack in needs.");
                     } else {
                       later.kind = it->get();
                     }
                   });
    if (later.kind == nullptr) return;
    add_fields(later, fields, pack);
    later_.push_back(std::move(later));
    return;
  }
  auto kind = std::make_unique<Kind>();
  kind->pack = pack;
  kind->place = place;
  kind->system = system;
  Later later{.kind = kind.get(),
              .reader = reader,
              .keys = {},
              .title = {},
              .belongs_to = {},
              .search = {},
              .members = {},
              .individual_field = {},
              .place = {},
              .node = root,
              .fields = {}};
  YAML::Node fields(YAML::NodeType::Undefined);
  reader.entries(
      root, "kind",
      {"kind", "number", "feel", "labels", "definition", "opens_file", "belongs_to", "keys", "title", "search", "part",
       "members", "individuals", "place", "retired", "fields"},
      [&](const std::string& key, const YAML::Node& value) {
        if (key == "kind") {
          kind->name = reader.name(value, key);
        } else if (key == "number") {
          kind->number = static_cast<KindNumber>(reader.integer(value, key, 1, system ? 65535 : 59999).value_or(0));
          if (kind->number != 0 && !numbers_.insert(kind->number).second) {
            reader.fault(value, key, "类型号 " + std::to_string(kind->number) + " 已被使用。",
                         "The kind number " + std::to_string(kind->number) + " is taken.");
          }
        } else if (key == "feel") {
          reader.entries(value, key, {"name", "plural"}, [&](const std::string& part, const YAML::Node& content) {
            (part == "name" ? kind->feel_name : kind->feel_plural) = reader.text(content, part);
          });
        } else if (key == "labels") {
          kind->labels = reader.label(value, key);
        } else if (key == "definition") {
          kind->definition = reader.label(value, key);
        } else if (key == "opens_file") {
          kind->opens_file = reader.boolean(value, key);
        } else if (key == "belongs_to") {
          later.belongs_to = reader.text(value, key);
        } else if (key == "keys") {
          if (!value.IsSequence() || value.size() == 0)
            reader.fault(value, key, "keys 应写成 [[字段], [字段, 字段]]。",
                         "Write keys as [[field], [field, field]].");
          for (const auto& one : value) later.keys.push_back(reader.texts(one, key));
        } else if (key == "title") {
          later.title = reader.text(value, key);
        } else if (key == "search") {
          later.search = reader.texts(value, key);
        } else if (key == "retired") {
          for (const auto& one : value)
            if (const auto number = reader.integer(one, key, 1, 60000))
              kind->retired.push_back(static_cast<FieldNumber>(*number));
        } else if (key == "part") {
          kind->part = reader.text(value, key);
        } else if (key == "individuals") {
          reader.entries(value, key, {"field", "values"}, [&](const std::string& part, const YAML::Node& content) {
            if (part == "field") later.individual_field = reader.text(content, part);
            if (part == "values") kind->individual_values = reader.texts(content, part);
          });
        } else if (key == "place") {
          later.place = reader.text(value, key);
        } else if (key == "members") {
          for (const auto& one : value)
            later.members.emplace_back(one.first.as<std::string>(""), reader.text(one.second, key));
        } else {
          fields = value;
        }
      });
  const auto need = [&](bool good, const std::string& entry, const std::string& zh, const std::string& en) {
    if (!good) reader.fault(root, entry, zh, en);
  };
  const bool taken = catalogue_->kind(std::string_view(kind->name)) != nullptr ||
                     std::any_of(catalogue_->owned_.begin(), catalogue_->owned_.end(),
                                 [&](const auto& other) { return other->name == kind->name; });
  need(!kind->name.empty() && !taken, "kind",
       taken ? "类型 " + kind->name + " 已在别处声明；要加字段请用 extends。" : "缺少 kind。",
       taken ? "The kind " + kind->name + " is declared elsewhere; use extends to add fields." : "kind is missing.");
  need(kind->number != 0, "number", "缺少 number。", "number is missing.");
  need(!kind->feel_name.empty() && !kind->feel_plural.empty(), "feel", "缺少 feel: {name, plural}。",
       "feel: {name, plural} is missing.");
  need(!kind->labels.zh.empty(), "labels", "缺少 labels。", "labels are missing.");
  need(kind->opens_file == later.belongs_to.empty(), "opens_file",
       "一个类型要么 opens_file: true，要么写明 belongs_to，二者择一。",
       "A kind either says opens_file: true or names belongs_to, never both or neither.");
  need(!later.keys.empty(), "keys", "缺少 keys。", "keys are missing.");
  need(!later.title.empty(), "title", "缺少 title。", "title is missing.");
  need(fields.IsDefined(), "fields", "缺少 fields。", "fields are missing.");
  if (fields.IsDefined()) add_fields(later, fields, pack);
  catalogue_->owned_.push_back(std::move(kind));
  later_.push_back(std::move(later));
}

void CatalogueReader::add_fields(Later& later, const YAML::Node& list, const std::string& pack) {
  if (!list.IsSequence()) {
    later.reader.fault(list, "fields", "fields 应是列表。", "fields must be a list.");
    return;
  }
  Kind& kind = *later.kind;
  for (const auto& node : list) {
    Field field;
    field.pack = pack;
    read_field(later.reader, node, field);
    for (const Field& other : kind.fields) {
      if (field.number != 0 && other.number == field.number) {
        later.reader.fault(node, "number",
                           "字段号 " + std::to_string(field.number) + " 已由 " + other.name + " 使用；号码永不重用。",
                           "The field number " + std::to_string(field.number) + " belongs to " + other.name +
                               "; numbers are never reused.");
      }
      if (!field.name.empty() && other.name == field.name)
        later.reader.fault(node, "name", "字段 " + field.name + " 写了两次。",
                           "The field " + field.name + " stands twice.");
      if (!field.feel.empty() && other.feel == field.feel)
        later.reader.fault(node, "feel", "FEEL 名 " + field.feel + " 用了两次。",
                           "The FEEL name " + field.feel + " is used twice.");
    }
    if (field.conversion != nullptr) {
      kind.successors.emplace_back(field.conversion->from(), field.number);
      if (!kind.is_retired(field.conversion->from())) kind.retired.push_back(field.conversion->from());
    }
    if (field.number == 0 || field.name.empty()) continue;
    later.fields.emplace_back(field.number, node);
    kind.fields.push_back(std::move(field));
  }
}

void CatalogueReader::index(Kind& kind) {
  std::sort(kind.fields.begin(), kind.fields.end(), [](const Field& a, const Field& b) { return a.number < b.number; });
  kind.by_name_.clear();
  kind.by_feel_.clear();
  kind.by_number_.clear();
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const Field& field = kind.fields[i];
    kind.by_name_[field.name] = i;
    kind.by_feel_[field.feel] = i;
    if (kind.by_number_.size() <= field.number) kind.by_number_.resize(field.number + 1, UINT16_MAX);
    kind.by_number_[field.number] = static_cast<std::uint16_t>(i);
  }
}

FieldNumber CatalogueReader::named_field(Later& later, const std::string& entry, const std::string& name) {
  if (const Field* field = later.kind->field(std::string_view(name))) return field->number;
  later.reader.fault(later.node[entry], entry, entry + " 中的字段 " + name + " 不存在。",
                     "The field " + name + " named in " + entry + " does not exist.");
  return 0;
}

void CatalogueReader::resolve(Later& later) {
  Kind& kind = *later.kind;
  for (const auto& [number, node] : later.fields) {
    if (!kind.is_retired(number)) continue;
    later.reader.fault(node, "number", "字段号 " + std::to_string(number) + " 已停用；号码永不重用。",
                       "The field number " + std::to_string(number) + " is retired; numbers are never reused.");
  }
  for (const auto& names : later.keys) {
    std::vector<FieldNumber> key;
    for (const std::string& name : names) {
      if (const FieldNumber number = named_field(later, "keys", name)) key.push_back(number);
    }
    kind.keys.push_back(std::move(key));
  }
  if (!later.title.empty()) kind.title = named_field(later, "title", later.title);
  for (const std::string& name : later.search) {
    if (const FieldNumber number = named_field(later, "search", name)) kind.search.push_back(number);
  }
  if (!later.individual_field.empty())
    kind.individual_field = named_field(later, "individuals", later.individual_field);
  if (!later.place.empty()) {
    kind.place_field = named_field(later, "place", later.place);
    const Field* field = kind.field(kind.place_field);
    if (!kind.opens_file || (field != nullptr && field->type != FieldType::Reference)) {
      later.reader.fault(later.node["place"], "place", "place 只用于开档案的类型，并应指向 reference 字段。",
                         "place is for kinds that open a file and must name a reference field.");
      kind.place_field = 0;
    }
  }
  for (const auto& [member, name] : later.members) {
    if (const FieldNumber number = named_field(later, "members", name)) kind.members[member] = number;
  }
  if (!later.belongs_to.empty()) {
    kind.belongs_to = named_field(later, "belongs_to", later.belongs_to);
    const Field* field = kind.field(kind.belongs_to);
    if (field != nullptr && field->type != FieldType::Reference) {
      later.reader.fault(later.node["belongs_to"], "belongs_to", "belongs_to 应指向 reference 字段。",
                         "belongs_to must name a reference field.");
    }
  }
  for (const auto& [number, node] : later.fields) {
    Field& field = kind.fields[kind.index_of(number)];
    if (field.to.empty()) continue;
    const Kind* target = catalogue_->kind(std::string_view(field.to));
    if (target == nullptr) {
      later.reader.fault(node, "to", "字段 " + field.name + " 引用的类型 " + field.to + " 不存在。",
                         "The field " + field.name + " refers to a kind that does not exist: " + field.to + ".");
    } else {
      field.to_kind = target->number;
    }
  }
}

// Files that name a place, the places themselves, and whatever belongs to either.
void CatalogueReader::mark_placed() {
  for (const auto& kind : catalogue_->owned_) {
    const Field* place = kind->field(kind->place_field);
    if (place == nullptr) continue;
    kind->placed = true;
    for (const auto& target : catalogue_->owned_) target->placed = target->placed || target->number == place->to_kind;
  }
  for (bool more = true; more;) {
    more = false;
    for (const auto& kind : catalogue_->owned_) {
      const Field* owner = kind->field(kind->belongs_to);
      const Kind* target = owner == nullptr ? nullptr : catalogue_->kind(owner->to_kind);
      if (kind->placed || target == nullptr || !target->placed) continue;
      kind->placed = more = true;
    }
  }
}

void CatalogueReader::check_feel_names() {
  std::map<std::string, const Kind*> names;
  for (const auto& kind : catalogue_->owned_) {
    const auto [it, fresh] = names.emplace(kind->feel_name, kind.get());
    if (!fresh) {
      faults_.push_back({base::ErrorCode::Invalid,
                         "FEEL 名 " + kind->feel_name + " 与类型 " + it->second->name + " 相同。",
                         "The FEEL name " + kind->feel_name + " is that of the kind " + it->second->name + ".",
                         {.file = kind->place, .field = "feel"}});
    }
    for (const auto& [child, field] : catalogue_->referring_to(*kind)) {
      if (kind->field_by_feel(child->feel_plural) != nullptr) {
        faults_.push_back({base::ErrorCode::Invalid,
                           "子记录列表 " + child->feel_plural + " 与 " + kind->name + " 的字段同名。",
                           "The child list " + child->feel_plural + " has the name of a field of " + kind->name + ".",
                           {.file = child->place, .field = "feel"}});
      }
    }
  }
}

}  // namespace yuanqu::register_
