#include "register/catalogue.hpp"

#include <algorithm>
#include <array>

#include "register/catalogue_reader.hpp"
#include "register/system_kinds.hpp"

namespace yuanqu::register_ {

namespace {

constexpr std::array<std::string_view, 10> type_names = {"number",      "string",    "boolean", "date",  "date_time",
                                                         "enumeration", "reference", "list",    "money", "attachment"};
constexpr std::array<std::string_view, 5> class_names = {"public", "internal", "business_secret", "tax_secret",
                                                         "personal"};

}  // namespace

std::string_view name_of(FieldType type) { return type_names[static_cast<std::size_t>(type)]; }
std::string_view name_of(FieldClass field_class) { return class_names[static_cast<std::size_t>(field_class)]; }

std::optional<FieldClass> field_class_of(std::string_view name) {
  const auto at = std::find(class_names.begin(), class_names.end(), name);
  if (at == class_names.end()) return std::nullopt;
  return static_cast<FieldClass>(at - class_names.begin());
}

const EnumerationValue* Field::value(std::string_view code) const {
  const auto at =
      std::find_if(values.begin(), values.end(), [&](const EnumerationValue& one) { return one.code == code; });
  return at == values.end() ? nullptr : &*at;
}

int Field::trust_of(SourceNumber source) const {
  if (sources.empty()) return static_cast<int>(source);
  const auto at = std::find(sources.begin(), sources.end(), source);
  return at == sources.end() ? -1 : static_cast<int>(at - sources.begin());
}

std::size_t Kind::index_of(FieldNumber wanted) const {
  if (wanted >= by_number_.size() || by_number_[wanted] == UINT16_MAX) return std::string::npos;
  return by_number_[wanted];
}

const Field* Kind::field(FieldNumber wanted) const {
  const std::size_t index = index_of(wanted);
  return index == std::string::npos ? nullptr : &fields[index];
}

const Field* Kind::successor(FieldNumber wanted) const {
  for (const auto& [from, to] : successors) {
    if (from == wanted) return field(to);
  }
  return nullptr;
}

bool Kind::is_retired(FieldNumber wanted) const {
  return std::find(retired.begin(), retired.end(), wanted) != retired.end();
}

const Field* Kind::field(std::string_view wanted) const {
  const auto it = by_name_.find(std::string(wanted));
  return it == by_name_.end() ? nullptr : &fields[it->second];
}

const Field* Kind::field_by_feel(std::string_view feel) const {
  const auto it = by_feel_.find(std::string(feel));
  return it == by_feel_.end() ? nullptr : &fields[it->second];
}

const Field* Kind::member(std::string_view wanted) const {
  const auto it = members.find(wanted);
  return it == members.end() ? nullptr : field(it->second);
}

const CodeEntry* CodeList::find(std::string_view code) const {
  const auto it = by_code_.find(std::string(code));
  return it == by_code_.end() ? nullptr : &entries_[it->second];
}

const Kind* Catalogue::kind(std::string_view name) const {
  const auto it = by_name_.find(std::string(name));
  return it == by_name_.end() ? nullptr : it->second;
}

const Kind* Catalogue::kind(KindNumber number) const {
  const auto it = by_number_.find(number);
  return it == by_number_.end() ? nullptr : it->second;
}

const Kind* Catalogue::kind_by_feel(std::string_view feel_name) const {
  const auto at =
      std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind* kind) { return kind->feel_name == feel_name; });
  return at == kinds_.end() ? nullptr : *at;
}

std::vector<std::pair<const Kind*, const Field*>> Catalogue::referring_to(const Kind& kind) const {
  std::vector<std::pair<const Kind*, const Field*>> found;
  for (const Kind* other : kinds_) {
    for (const Field& field : other->fields) {
      if (field.type == FieldType::Reference && field.to_kind == kind.number && !other->system)
        found.emplace_back(other, &field);
    }
  }
  return found;
}

const Source* Catalogue::source(std::string_view name) const {
  const auto at =
      std::find_if(sources_.begin(), sources_.end(), [&](const Source& source) { return source.name == name; });
  return at == sources_.end() ? nullptr : &*at;
}

const Source* Catalogue::source(SourceNumber number) const {
  const auto at =
      std::find_if(sources_.begin(), sources_.end(), [&](const Source& source) { return source.number == number; });
  return at == sources_.end() ? nullptr : &*at;
}

const Purpose* Catalogue::purpose(std::string_view name) const {
  const auto at =
      std::find_if(purposes_.begin(), purposes_.end(), [&](const Purpose& one) { return one.name == name; });
  return at == purposes_.end() ? nullptr : &*at;
}

const Kind* Catalogue::playing(std::string_view part) const {
  const auto at = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind* kind) { return kind->part == part; });
  return at == kinds_.end() ? nullptr : *at;
}

const CodeList* Catalogue::code_list(std::string_view name) const {
  const auto it = code_lists_.find(name);
  return it == code_lists_.end() ? nullptr : &it->second;
}

std::shared_ptr<const Catalogue> CatalogueReader::read() {
  for (const pack::Pack& pack : packs_.packs()) read_purposes(pack);
  for (const pack::Pack& pack : packs_.packs()) read_sources(pack);
  for (const pack::Pack& pack : packs_.packs()) read_code_lists(pack);
  read_kind(std::string(system_kinds), "yuanqu", "yuanqu/system_kinds", true);
  for (const pack::Pack& pack : packs_.packs()) {
    for (const pack::File& file : pack.files("kinds", ".yaml")) {
      auto text = pack.read(file);
      if (!text) {
        faults_.push_back(text.error());
      } else {
        read_kind(*text, pack.name(), pack.place_of(file), false);
      }
    }
  }
  for (const auto& kind : catalogue_->owned_) {
    index(*kind);
    catalogue_->kinds_.push_back(kind.get());
    catalogue_->by_name_.emplace(kind->name, kind.get());
    catalogue_->by_number_.emplace(kind->number, kind.get());
  }
  std::sort(catalogue_->kinds_.begin(), catalogue_->kinds_.end(),
            [](const Kind* a, const Kind* b) { return a->number < b->number; });
  for (Later& later : later_) resolve(later);
  mark_placed();
  check_feel_names();
  catalogue_->pack_versions_ = packs_.versions();
  catalogue_->hash_ = packs_.hash();
  return catalogue_;
}

base::Result<std::shared_ptr<const Catalogue>> Catalogue::load(const pack::PackSet& packs,
                                                               std::vector<base::Error>* faults) {
  std::vector<base::Error> found;
  CatalogueReader reader(packs, found);
  auto catalogue = reader.read();
  if (found.empty()) return catalogue;
  auto first = found.front();
  if (faults != nullptr) *faults = std::move(found);
  return tl::unexpected(std::move(first));
}

}  // namespace yuanqu::register_
