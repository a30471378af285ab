#include "register/viewer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yuanqu::register_ {

namespace {
std::uint8_t bit(FieldClass field_class) { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(field_class)); }
std::uint8_t bit(May may) { return static_cast<std::uint8_t>(may); }

bool covers(const PermissionRule& rule, const Kind& kind) {
  if (rule.kinds.empty()) return !kind.system;
  return std::find(rule.kinds.begin(), rule.kinds.end(), kind.number) != rule.kinds.end();
}
}  // namespace

const Post* Permissions::post(std::string_view name) const {
  const auto found = std::find_if(posts_.begin(), posts_.end(), [&](const Post& post) { return post.name == name; });
  return found == posts_.end() ? nullptr : &*found;
}

Viewer Viewer::system(std::int64_t account) {
  Viewer viewer;
  viewer.account_ = account;
  viewer.name_ = "system";
  viewer.system_ = true;
  return viewer;
}

Viewer Viewer::nobody() { return Viewer(); }

Viewer::Viewer(std::int64_t account, std::string name, std::vector<const Post*> posts, std::vector<FileId> own_files,
               std::shared_ptr<const Permissions> permissions, std::shared_ptr<RelationBook> relations)
    : account_(account),
      name_(std::move(name)),
      posts_(std::move(posts)),
      own_files_(std::move(own_files)),
      permissions_(std::move(permissions)),
      relations_(std::move(relations)) {
  std::sort(own_files_.begin(), own_files_.end());
  for (const Post* post : posts_) held_.push_back({post, 0});
}

void Viewer::hold_within(const Post* post, FileId place) {
  if (std::find(posts_.begin(), posts_.end(), post) == posts_.end()) posts_.push_back(post);
  held_.push_back({post, place});
  limited_ = true;
}

void Viewer::act_for(std::vector<Agency> agencies) {
  agencies_ = std::move(agencies);
  std::sort(agencies_.begin(), agencies_.end(), [](const Agency& a, const Agency& b) { return a.file < b.file; });
}

void Viewer::share(std::vector<SharedFile> files) {
  shared_ = std::move(files);
  std::sort(shared_.begin(), shared_.end(), [](const SharedFile& a, const SharedFile& b) { return a.file < b.file; });
}

bool Viewer::holds_post(std::string_view name) const {
  return std::any_of(posts_.begin(), posts_.end(), [&](const Post* post) { return post->name == name; });
}

FileId Viewer::place_of(FileId file) const {
  if (!limited_ || relations_ == nullptr) return 0;
  auto place = relations_->place_of(file);
  // A file of this moment is not in the book yet.
  if (!place && relations_->catch_up()) place = relations_->place_of(file);
  return place.value_or(0);
}

bool Viewer::serves(std::string_view post, FileId file) const {
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
    if (held.post->name != post) return false;
    if (held.within == 0 || file == 0) return true;
    const auto place = relations_ == nullptr ? std::optional<FileId>(0) : relations_->place_of(file);
    return !place || *place == held.within;
  });
}

std::vector<FileId> Viewer::files_in(FileId place) const {
  return relations_ == nullptr ? std::vector<FileId>() : relations_->files_in(place);
}

std::vector<FileId> Viewer::known_files(const Kind& kind) const {
  std::vector<FileId> files = own_files_;
  for (const Agency& agency : agencies_) {
    if (represents(kind, agency.file)) files.push_back(agency.file);
  }
  for (const Held& held : held_) {
    const bool reads =
        held.within != 0 &&
        std::any_of(held.post->rules.begin(), held.post->rules.end(), [&](const PermissionRule& rule) {
          return !rule.own_only && !rule.by_consent && (rule.may & bit(May::Read)) != 0 && covers(rule, kind);
        });
    if (!reads) continue;
    const auto there = files_in(held.within);
    files.insert(files.end(), there.begin(), there.end());
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

bool Viewer::acts_for(std::int64_t account) const {
  return account == account_ || std::find(absent_.begin(), absent_.end(), account) != absent_.end();
}

bool Viewer::may_act(Act act) const {
  return std::any_of(posts_.begin(), posts_.end(),
                     [&](const Post* post) { return (post->acts & static_cast<std::uint8_t>(act)) != 0; });
}

bool Viewer::owns(FileId file) const { return std::binary_search(own_files_.begin(), own_files_.end(), file); }

bool Viewer::represents(const Kind& kind, FileId file) const {
  if (owns(file)) return true;
  return std::any_of(agencies_.begin(), agencies_.end(), [&](const Agency& agency) {
    return agency.file == file &&
           std::find(agency.kinds.begin(), agency.kinds.end(), kind.number) != agency.kinds.end();
  });
}

FieldClass Viewer::class_of(const Field& field, FileId file) const {
  const bool personal = field.personal_of_individuals && relations_ != nullptr && relations_->individual(file);
  return personal ? FieldClass::Personal : field.field_class;
}

Viewer::Tie Viewer::tie_to(FileId file) const {
  const auto range = std::equal_range(shared_.begin(), shared_.end(), SharedFile{file, 0, {}},
                                      [](const SharedFile& a, const SharedFile& b) { return a.file < b.file; });
  return {.own = owns(file),
          .any = false,
          .shared = std::span(range.first, range.second),
          .file = file,
          .place = place_of(file)};
}

// Whether the relation a rule asks for is there.
bool Viewer::reaches(const Held& held, const PermissionRule& rule, const Kind& kind, FieldClass field_class,
                     const Tie& tie) const {
  if (rule.own_only) return tie.own || (tie.file != 0 && represents(kind, tie.file));
  if (!rule.by_consent) return held.within == 0 || !kind.placed || tie.any || tie.place == held.within;
  const auto shares = [&](const SharedFile& one) {
    return (one.classes & bit(field_class)) != 0 &&
           (rule.purpose.empty() ||
            std::find(one.purposes.begin(), one.purposes.end(), rule.purpose) != one.purposes.end());
  };
  const std::span<const SharedFile> shared = tie.any ? std::span<const SharedFile>(shared_) : tie.shared;
  return std::any_of(shared.begin(), shared.end(), shares);
}

// Whether some rule of some post gives this right to a file of that standing.
bool Viewer::allows(const Kind& kind, FieldClass field_class, May may, const Tie& tie) const {
  for (const Held& held : held_) {
    for (const PermissionRule& rule : held.post->rules) {
      if ((rule.classes & bit(field_class)) != 0 && (rule.may & bit(may)) != 0 && covers(rule, kind) &&
          reaches(held, rule, kind, field_class, tie))
        return true;
    }
  }
  return false;
}

Access Viewer::access(const Kind& kind, const Field& field, FileId file) const {
  if (system_) return Access::Full;
  const Tie tie = tie_to(file);
  const FieldClass field_class = class_of(field, file);
  if (allows(kind, field_class, May::Read, tie)) return Access::Full;
  return allows(kind, field_class, May::ReadMasked, tie) ? Access::Masked : Access::None;
}

Reach Viewer::reach(const Kind& kind, FieldClass field_class) const {
  if (system_ || allows(kind, field_class, May::Read, {})) return Reach::All;
  return allows(kind, field_class, May::Read, {.own = true, .any = true}) ? Reach::Own : Reach::None;
}

Reach Viewer::reach(const Kind& kind, const Field& field) const { return reach(kind, field.field_class); }

Reach Viewer::reach(const Kind& kind) const {
  Reach widest = Reach::None;
  for (const Field& field : kind.fields) widest = std::max(widest, reach(kind, field));
  return widest;
}

bool Viewer::may_know(const Kind& kind, FileId file) const {
  const Reach widest = reach(kind);
  if (widest == Reach::All) return true;
  return widest == Reach::Own && std::any_of(kind.fields.begin(), kind.fields.end(), [&](const Field& field) {
           return access(kind, field, file) == Access::Full;
         });
}

bool Viewer::may_read(const Kind& kind, FieldClass field_class, FileId file) const {
  Tie tie = tie_to(file);
  tie.shared = {};
  return system_ || allows(kind, field_class, May::Read, tie);
}

bool Viewer::may_write(const Kind& kind, const Field& field, FileId file, SourceNumber source,
                       std::optional<FileId> place) const {
  if (system_) return true;
  if (away_) return false;
  Tie tie = tie_to(file);
  if (place) tie.place = *place;
  for (const Held& held : held_) {
    for (const PermissionRule& rule : held.post->rules) {
      if ((rule.classes & bit(field.field_class)) == 0 || (rule.may & bit(May::Write)) == 0 || !covers(rule, kind) ||
          !reaches(held, rule, kind, field.field_class, tie))
        continue;
      if (rule.sources.empty() || std::find(rule.sources.begin(), rule.sources.end(), source) != rule.sources.end())
        return true;
    }
  }
  return false;
}

Reach Viewer::may_export(const Kind& kind, const Field& field) const {
  if (system_ || allows(kind, field.field_class, May::Export, {})) return Reach::All;
  return allows(kind, field.field_class, May::Export, {.own = true, .any = true}) ? Reach::Own : Reach::None;
}

bool Viewer::may_export(const Kind& kind, const Field& field, FileId file) const {
  return system_ || allows(kind, class_of(field, file), May::Export, tie_to(file));
}

bool Viewer::may_reveal(const Kind& kind, FieldClass field_class, FileId file) const {
  return system_ || allows(kind, field_class, May::Reveal, tie_to(file));
}

bool Viewer::may_reveal(const Kind& kind, const Field& field, FileId file) const {
  return may_reveal(kind, class_of(field, file), file);
}

std::string masked(std::string_view text) {
  const std::size_t length = base::count_code_points(text);
  if (length == 0) return {};
  // Names keep their first character; longer texts (telephones, codes) keep as much at both ends as does not tell the
  // rest.
  const std::size_t kept_front = length <= 4 ? 1 : length >= 11 ? (length >= 15 ? 4 : 3) : 2;
  const std::size_t kept_back = length <= 4 ? 0 : length >= 11 ? 4 : 0;
  std::string shown(base::code_points(text, 0, kept_front));
  shown.append(length <= kept_front + kept_back ? 1 : length - kept_front - kept_back, '*');
  if (kept_back != 0) shown += base::code_points(text, length - kept_back, kept_back);
  return shown;
}

Value masked(const Value& value) {
  switch (value.type()) {
    case ValueType::Null: return value;
    case ValueType::List: {
      std::vector<Value> items;
      for (const Value& item : value.items()) items.push_back(masked(item));
      return Value::list(std::move(items));
    }
    case ValueType::String:
    case ValueType::Unreadable: return Value::string(masked(std::string_view(value.text())));
    default: return Value::string("***");
  }
}

}  // namespace yuanqu::register_
