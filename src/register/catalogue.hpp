#pragma once
// Catalogue: the kinds of record the installed packs declare, their numbered fields, sources and code lists. Built once
// from a PackSet and immutable; a faulty kind file is refused with file, line and reason, all faults of all files at
// once. Pointers to Kind, Field and Source stay valid as long as the catalogue.
//
// Kind files: packs/<pack>/kinds/*.yaml (see packs/README.md). A pack may add fields to another's kind with `extends:
// <kind>`. Numbers of kinds and of fields within a kind are stored in journals and never reused.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "pack/pack.hpp"
#include "register/value.hpp"

namespace yuanqu::register_ {

using pack::Label;
using KindNumber = std::uint32_t;
using FieldNumber = std::uint32_t;
using SourceNumber = std::uint32_t;

enum class FieldType : std::uint8_t {
  Number,
  String,
  Boolean,
  Date,
  DateTime,
  Enumeration,
  Reference,
  List,
  Money,
  Attachment
};
std::string_view name_of(FieldType type);  // as written in kind files: "number", "date_time" …

// Who may see it; order is strictness, so that an outcome can carry the strictest class it read.
enum class FieldClass : std::uint8_t { Public, Internal, BusinessSecret, TaxSecret, Personal };
std::string_view name_of(FieldClass field_class);  // "public", "internal", "business_secret", "tax_secret", "personal"
std::optional<FieldClass> field_class_of(std::string_view name);

enum class FieldCheck : std::uint8_t { None, CreditCode, Industry, Region };  // uscc, gb4754, gb2260
enum class WhenUnreadable : std::uint8_t {
  Refuse,
  Note
};  // refuse the row, or keep the text as a finding and read null

struct EnumerationValue {
  std::string code;
  Label labels;
  std::vector<std::string> aliases;  // accepted in imports besides code and labels
};

struct Period {  // fresh_for
  std::int32_t months = 0;
  std::int32_t days = 0;
};

class Pattern;     // a compiled regular expression
class Conversion;  // of the values of an older field

struct Field {
  FieldNumber number = 0;
  std::string name;
  std::string feel;
  Label labels;
  std::vector<std::string> aliases;
  Label definition;
  std::string example;
  FieldType type = FieldType::String;
  FieldType item_type = FieldType::String;  // of a list
  bool required = false;
  std::string unit;      // number, money
  std::string currency;  // money: the currency when a text names none
  int scale = 0;         // number, money
  std::optional<base::Decimal> minimum;
  std::optional<base::Decimal> maximum;
  std::size_t length_max = 4000;  // characters of a string
  std::vector<EnumerationValue> values;
  std::string to;          // reference: kind name
  KindNumber to_kind = 0;  // reference: its number
  std::string pattern_text;
  std::shared_ptr<const Pattern> pattern;
  FieldCheck check = FieldCheck::None;
  std::vector<SourceNumber>
      sources;  // in order of trust; others may not write it. Empty: every source, in order of their numbers
  FieldClass field_class = FieldClass::Internal;
  std::optional<Period> fresh_for;
  std::optional<base::Decimal> tolerance;  // relative
  WhenUnreadable when_unreadable = WhenUnreadable::Refuse;
  std::uint64_t size_max = std::uint64_t{20} << 20;  // attachment: bytes
  std::vector<std::string> formats;                  // attachment: see journal::format_of_content
  bool personal_of_individuals = false;  // of class Personal in the file of an individual (see Kind::individual_field)
  std::string pack;                      // that declares it
  std::shared_ptr<const Conversion>
      conversion;  // it took the place of a field of another type (register/conversion.hpp)

  const EnumerationValue* value(std::string_view code) const;
  int trust_of(SourceNumber source) const;  // 0 is most trusted; -1: may not write this field
};

struct Kind {
  KindNumber number = 0;
  std::string name;
  std::string feel_name;    // "Enterprise"
  std::string feel_plural;  // "enterprises"
  Label labels;
  Label definition;
  bool opens_file = false;
  FieldNumber belongs_to = 0;  // reference field that names the record whose file this one joins; 0 when opens_file
  std::vector<std::vector<FieldNumber>> keys;  // tried in order; the first is unique
  FieldNumber title = 0;
  std::vector<FieldNumber> search;
  std::vector<Field> fields;  // by number
  std::string pack;
  std::string place;  // "core/kinds/licence.yaml"
  // The part these records play in the house's own working ("schedule": when files of a source are due …) and which
  // field is what in it; "" and empty for most kinds. A part is played by one kind.
  std::string part;
  std::map<std::string, FieldNumber, std::less<>> members;
  const Field* member(std::string_view wanted) const;
  // A record whose field holds one of these codes is an individual (个体工商户): what its file says is of a person.
  FieldNumber individual_field = 0;
  std::vector<std::string> individual_values;
  // Where in the zone a file lies: the reference field that names the place (kind file: `place`). Posts may be limited
  // to one place. `placed`: records of this kind lie in such files, or in a place's own file.
  FieldNumber place_field = 0;
  bool placed = false;
  bool system = false;               // the house's own: zone day, accounts' posts …; not offered in lists
  std::vector<FieldNumber> retired;  // numbers once used: never given again, and no longer read
  std::vector<std::pair<FieldNumber, FieldNumber>> successors;  // retired number → the field that reads its facts

  const Field* field(FieldNumber number) const;
  const Field* field(std::string_view name) const;
  const Field* field_by_feel(std::string_view feel) const;
  std::size_t index_of(FieldNumber number) const;     // into fields; npos when absent
  const Field* successor(FieldNumber retired) const;  // nullptr when no field reads that number's facts
  bool is_retired(FieldNumber number) const;

 private:
  friend class CatalogueReader;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_map<std::string, std::size_t> by_feel_;
  std::vector<std::uint16_t> by_number_;
};

struct Source {
  SourceNumber number = 0;
  std::string name;
  Label labels;
  Label definition;
  // What its facts may be used for (names of data/purposes.yaml); empty: for anything. Some purposes need the consent
  // of the file they are about.
  std::vector<std::string> purposes;
  std::vector<std::string> with_consent;
  Label basis;             // the law that says so, by article and version
  std::string confidence;  // of that citation: "high", "medium"; "" none is cited
};

// What facts are used for: a decision names one.
struct Purpose {
  std::string name;
  Label labels;
};

struct CodeEntry {
  std::string code;
  std::string name;
  std::string parent;
  int level = 0;
};

// A code list from packs/<pack>/data/<list>.csv (columns code,name and, where they exist, level, parent); more packs
// may add rows.
class CodeList {
 public:
  const CodeEntry* find(std::string_view code) const;
  std::span<const CodeEntry> entries() const { return entries_; }
  std::string name;
  Label labels;

 private:
  friend class CatalogueReader;
  std::vector<CodeEntry> entries_;
  std::unordered_map<std::string, std::size_t> by_code_;
};

class Catalogue {
 public:
  // All errors of all kind files come back together: `faults` (when given) receives each, the Result carries the first.
  static base::Result<std::shared_ptr<const Catalogue>> load(const pack::PackSet& packs,
                                                             std::vector<base::Error>* faults = nullptr);

  std::span<const Kind* const> kinds() const { return kinds_; }  // by number
  const Kind* kind(std::string_view name) const;
  const Kind* kind(KindNumber number) const;
  const Kind* kind_by_feel(std::string_view feel_name) const;
  // Kinds with a reference to `kind`, with that field: what a child list (`Enterprise.annual returns`) is made of.
  std::vector<std::pair<const Kind*, const Field*>> referring_to(const Kind& kind) const;

  std::span<const Source> sources() const { return sources_; }  // by number
  const Source* source(std::string_view name) const;
  const Source* source(SourceNumber number) const;

  std::span<const Purpose> purposes() const { return purposes_; }  // as the packs list them; may be none
  const Purpose* purpose(std::string_view name) const;
  const Kind* playing(std::string_view part) const;  // nullptr: no pack has such records

  const CodeList* code_list(std::string_view name) const;  // "gb4754", "gb2260" …
  const std::map<std::string, CodeList, std::less<>>& code_lists() const { return code_lists_; }

  const std::string& pack_versions() const { return pack_versions_; }
  const std::string& hash() const { return hash_; }

 private:
  friend class CatalogueReader;
  std::vector<std::unique_ptr<Kind>> owned_;
  std::vector<const Kind*> kinds_;
  std::unordered_map<std::string, const Kind*> by_name_;
  std::unordered_map<KindNumber, const Kind*> by_number_;
  std::vector<Source> sources_;
  std::vector<Purpose> purposes_;
  std::map<std::string, CodeList, std::less<>> code_lists_;
  std::string pack_versions_;
  std::string hash_;
};

}  // namespace yuanqu::register_
