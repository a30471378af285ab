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
//     acts: [audit]                      what belongs to no record, by the names below at Act
// A post held by record may be limited to one place (a park): its rules for any file then hold only for files that lie
// there; files of kinds that lie nowhere (licence types, institutions) stay open to it.
// `own` means a file the viewer belongs to (an owner's firm), or acts for by an agency, which may name some kinds only;
// `consent` a file whose owner shares it with the viewer's institution (for the rule's `purpose`, in the classes the
// consent names). `reveal` shows a masked value on request with a reason. What a field is in the file of an individual
// may be stricter than elsewhere (Field:: personal_of_individuals): access() knows, reach() does not, so whoever reads
// many files asks access() of each.

#include <cstdint>
#include <memory>
#include <optional>
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

// What a post may do that is no right on records. In posts.yaml: audit (reads access logs and the permission matrix,
// and is logged in every request), draft_rules and publish_rules (hand a changed decision in; put it in force or give
// it back), publish_working_days, install_issuers.
enum class Act : std::uint8_t {
  Audit = 1,
  DraftRules = 2,
  PublishRules = 4,
  PublishWorkingDays = 8,
  InstallIssuers = 16,
  BackUp = 32
};

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
  std::uint8_t acts = 0;  // bits of Act
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
         std::shared_ptr<const Permissions> permissions, std::shared_ptr<RelationBook> relations = nullptr);
  // Files shared by consent; and whether this person is away, so that a deputy acts in their place.
  void share(std::vector<SharedFile> files);
  void hold_within(const Post* post, FileId place);  // a post limited to a place, beside those held everywhere
  void act_for(std::vector<Agency> agencies);        // those that name kinds; one without them is an own file
  void set_away(bool away) { away_ = away; }
  void stand_in_for(std::vector<std::int64_t> accounts) { absent_ = std::move(accounts); }

  bool away() const { return away_; }
  std::span<const std::int64_t> stands_in_for() const { return absent_; }  // accounts whose tasks are this one's now
  bool acts_for(std::int64_t account) const;                               // itself, or somebody who is away
  bool may_act(Act act) const;                                             // by a post held anywhere
  std::int64_t account() const { return account_; }
  const std::string& name() const { return name_; }
  bool is_system() const { return system_; }
  bool holds_post(std::string_view name) const;
  bool limited() const { return limited_; }  // some post of theirs is, to a place
  std::span<const Post* const> posts() const { return posts_; }
  std::span<const FileId> own_files() const { return own_files_; }  // sorted
  bool owns(FileId file) const;
  // Owns it, or acts for it in what concerns the kind.
  bool represents(const Kind& kind, FileId file) const;
  // Somebody of a firm rather than of the zone's staff: has files of their own or acts for some.
  bool of_a_file() const { return !own_files_.empty() || !agencies_.empty(); }
  std::span<const Agency> agencies() const { return agencies_; }  // by file
  // Holds the post, everywhere or in the place where the file lies.
  bool serves(std::string_view post, FileId file) const;
  struct Held {
    const Post* post = nullptr;
    FileId within = 0;  // 0: everywhere
  };
  std::span<const Held> held() const { return held_; }
  std::vector<FileId> files_in(FileId place) const;
  // For a kind whose reach is Own: the files that may_know() could say yes to, consent left out. Ascending.
  std::vector<FileId> known_files(const Kind& kind) const;
  bool individual(FileId file) const { return relations_ != nullptr && relations_->individual(file); }
  // Its class in that file: personal where the file is an individual's and the field says so.
  FieldClass class_of(const Field& field, FileId file) const;

  // One field of a record in one file.
  Access access(const Kind& kind, const Field& field, FileId file) const;
  // What follows from fields of that class in that file (an outcome, a paper). Consent shares fields, not conclusions.
  bool may_read(const Kind& kind, FieldClass field_class, FileId file) const;
  // One field over many files: what lists, filters, groupings ask. Own: only in some files, so each is asked for;
  // masked reading counts as None.
  Reach reach(const Kind& kind, const Field& field) const;
  Reach reach(const Kind& kind, FieldClass field_class) const;
  // Whether records of the kind may be known to exist: the widest reach over its fields.
  Reach reach(const Kind& kind) const;
  bool may_know(const Kind& kind, FileId file) const;
  // `place`: where the file lies after the write, when that is not where it lies now.
  bool may_write(const Kind& kind, const Field& field, FileId file, SourceNumber source,
                 std::optional<FileId> place = std::nullopt) const;
  Reach may_export(const Kind& kind, const Field& field) const;
  bool may_export(const Kind& kind, const Field& field, FileId file) const;
  bool may_reveal(const Kind& kind, const Field& field, FileId file) const;
  bool may_reveal(const Kind& kind, FieldClass field_class, FileId file) const;

 private:
  Viewer() = default;
  // How a file stands to this viewer. `any`: the best it could be, for questions about no file in particular.
  struct Tie {
    bool own = false;
    bool any = false;
    std::span<const SharedFile> shared;
    FileId file = 0;
    FileId place = 0;  // looked up only for those whose posts are limited
  };
  Tie tie_to(FileId file) const;
  bool reaches(const Held& held, const PermissionRule& rule, const Kind& kind, FieldClass field_class,
               const Tie& tie) const;
  FileId place_of(FileId file) const;
  bool allows(const Kind& kind, FieldClass field_class, May may, const Tie& tie) const;
  std::int64_t account_ = 0;
  std::string name_;
  bool system_ = false;
  std::vector<const Post*> posts_;  // each once
  std::vector<Held> held_;
  bool limited_ = false;  // some post is
  std::vector<FileId> own_files_;
  std::vector<Agency> agencies_;    // by file
  std::vector<SharedFile> shared_;  // by file
  std::vector<std::int64_t> absent_;
  bool away_ = false;
  std::shared_ptr<const Permissions> permissions_;
  std::shared_ptr<RelationBook> relations_;
};

// "张**", "138****5678", "3501**********1234": enough to recognise, not to learn.
std::string masked(std::string_view text);
Value masked(const Value& value);

}  // namespace yuanqu::register_
