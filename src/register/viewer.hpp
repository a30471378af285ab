#pragma once
// Viewer: who is looking, and what that person may do. Denied unless a post's rule allows it, by kind × field class ×
// post × relation to the file. Enforced in the register, below every exit; other rooms ask the same questions here.
//
// Posts are pack data, packs/<pack>/data/posts.yaml (later packs may add rules to a post of the same name):
//   - post: counter
//     number: 2
//     labels: {zh: 窗口, en: Counter clerk}
//     rules:
//       - {kinds: all, classes: [public, internal], relation: any, may: [read, export]}
//       - {kinds: [licence], classes: [personal], relation: any, may: [read_masked, reveal]}
//       - {kinds: [licence], classes: all, relation: any, may: [write], sources: [counter]}
//       - {kinds: all, classes: [public, internal, business_secret], relation: own, may: [read]}
//     audits: true                       reads access logs and the permission matrix; every request of such a person is
//     logged
// `own` means a file the viewer belongs to (an owner's firm); `consent` a file whose owner shares it with the viewer's
// institution (for the rule's `purpose`, in the classes the consent names). `reveal` shows a masked value on request
// with a reason. What a field is in the file of an individual may be stricter than elsewhere (Field::
// personal_of_individuals): access() knows, reach() does not, so whoever reads many files asks access() of each.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "register/catalogue.hpp"
#include "register/record.hpp"
#include "register/relation_book.hpp"

namespace yuanqu::register_ {

enum class Access : std::uint8_t { None, Masked, Full };
enum class Reach : std::uint8_t { None, Own, All };  // over which files

enum class May : std::uint8_t { Read = 1, ReadMasked = 2, Write = 4, Export = 8, Reveal = 16 };

struct PermissionRule {
  std::vector<KindNumber> kinds;  // empty: all that are not the house's own
  std::uint8_t classes = 0;       // bit per FieldClass
  bool own_only = false;
  bool by_consent = false;
  std::string purpose;                // of a consent
  std::uint8_t may = 0;               // bits of May
  std::vector<SourceNumber> sources;  // for Write; empty: any source the field allows
};

struct Post {
  std::uint32_t number = 0;
  std::string name;
  Label labels;
  std::vector<PermissionRule> rules;
  bool audits = false;
};

class Permissions {
 public:
  static base::Result<std::shared_ptr<const Permissions>> load(const pack::PackSet& packs, const Catalogue& catalogue);
  std::span<const Post> posts() const { return posts_; }
  const Post* post(std::string_view name) const;

 private:
  std::vector<Post> posts_;
};

class Viewer {
 public:
  // The house itself (evaluation, imports by command, migrations): may do everything. Never handed to an exit.
  static Viewer system(std::int64_t account = 0);
  static Viewer nobody();  // may do nothing
  Viewer(std::int64_t account, std::string name, std::vector<const Post*> posts, std::vector<FileId> own_files,
         std::shared_ptr<const Permissions> permissions, std::shared_ptr<const RelationBook> relations = nullptr);
  // Files shared by consent; and whether this person is away, so that a deputy acts in their place.
  void share(std::vector<SharedFile> files);
  void set_away(bool away) { away_ = away; }
  void stand_in_for(std::vector<std::int64_t> accounts) { absent_ = std::move(accounts); }

  bool away() const { return away_; }
  std::span<const std::int64_t> stands_in_for() const { return absent_; }  // accounts whose tasks are this one's now
  bool acts_for(std::int64_t account) const;                               // itself, or somebody who is away
  bool audits() const;
  std::int64_t account() const { return account_; }
  const std::string& name() const { return name_; }
  bool is_system() const { return system_; }
  bool holds_post(std::string_view name) const;
  std::span<const Post* const> posts() const { return posts_; }
  std::span<const FileId> own_files() const { return own_files_; }  // sorted
  bool owns(FileId file) const;
  bool individual(FileId file) const { return relations_ != nullptr && relations_->individual(file); }
  // Its class in that file: personal where the file is an individual's and the field says so.
  FieldClass class_of(const Field& field, FileId file) const;

  // One field of a record in one file.
  Access access(const Kind& kind, const Field& field, FileId file) const;
  // One field over many files: what lists, filters, groupings ask. Own: only within own_files(); masked reading counts
  // as None.
  Reach reach(const Kind& kind, const Field& field) const;
  Reach reach(const Kind& kind, FieldClass field_class) const;
  // Whether records of the kind may be known to exist: the widest reach over its fields.
  Reach reach(const Kind& kind) const;
  bool may_know(const Kind& kind, FileId file) const;
  bool may_write(const Kind& kind, const Field& field, FileId file, SourceNumber source) const;
  Reach may_export(const Kind& kind, const Field& field) const;
  bool may_export(const Kind& kind, const Field& field, FileId file) const;
  bool may_reveal(const Kind& kind, const Field& field, FileId file) const;

 private:
  Viewer() = default;
  // How a file stands to this viewer. `any`: the best it could be, for questions about no file in particular.
  struct Tie {
    bool own = false;
    bool any = false;
    std::span<const SharedFile> shared;
  };
  Tie tie_to(FileId file) const;
  bool reaches(const PermissionRule& rule, FieldClass field_class, const Tie& tie) const;
  bool allows(const Kind& kind, FieldClass field_class, May may, const Tie& tie) const;
  std::int64_t account_ = 0;
  std::string name_;
  bool system_ = false;
  std::vector<const Post*> posts_;
  std::vector<FileId> own_files_;
  std::vector<SharedFile> shared_;  // by file
  std::vector<std::int64_t> absent_;
  bool away_ = false;
  std::shared_ptr<const Permissions> permissions_;
  std::shared_ptr<const RelationBook> relations_;
};

// "张**", "138****5678", "3501**********1234": enough to recognise, not to learn.
std::string masked(std::string_view text);
Value masked(const Value& value);

}  // namespace yuanqu::register_
