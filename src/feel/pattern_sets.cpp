#include "feel/pattern_sets.hpp"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace yuanqu::feel::detail {
namespace {

using icu::UnicodeSet;

struct Category {
  std::string_view name;
  std::uint32_t mask;
};

// XML Schema part 2, appendix F.1.1. Surrogates (Cs) are no characters.
constexpr Category categories[] = {
    {"L", U_GC_L_MASK},   {"Lu", U_GC_LU_MASK}, {"Ll", U_GC_LL_MASK}, {"Lt", U_GC_LT_MASK}, {"Lm", U_GC_LM_MASK},
    {"Lo", U_GC_LO_MASK}, {"M", U_GC_M_MASK},   {"Mn", U_GC_MN_MASK}, {"Mc", U_GC_MC_MASK}, {"Me", U_GC_ME_MASK},
    {"N", U_GC_N_MASK},   {"Nd", U_GC_ND_MASK}, {"Nl", U_GC_NL_MASK}, {"No", U_GC_NO_MASK}, {"P", U_GC_P_MASK},
    {"Pc", U_GC_PC_MASK}, {"Pd", U_GC_PD_MASK}, {"Ps", U_GC_PS_MASK}, {"Pe", U_GC_PE_MASK}, {"Pi", U_GC_PI_MASK},
    {"Pf", U_GC_PF_MASK}, {"Po", U_GC_PO_MASK}, {"Z", U_GC_Z_MASK},   {"Zs", U_GC_ZS_MASK}, {"Zl", U_GC_ZL_MASK},
    {"Zp", U_GC_ZP_MASK}, {"S", U_GC_S_MASK},   {"Sm", U_GC_SM_MASK}, {"Sc", U_GC_SC_MASK}, {"Sk", U_GC_SK_MASK},
    {"So", U_GC_SO_MASK}, {"C", U_GC_C_MASK},   {"Cc", U_GC_CC_MASK}, {"Cf", U_GC_CF_MASK}, {"Co", U_GC_CO_MASK},
    {"Cn", U_GC_CN_MASK},
};

std::unique_ptr<UnicodeSet> of_category(std::uint32_t mask) {
  auto set = std::make_unique<UnicodeSet>();
  UErrorCode status = U_ZERO_ERROR;
  set->applyIntPropertyValue(UCHAR_GENERAL_CATEGORY_MASK, static_cast<int32_t>(mask), status);
  if (U_FAILURE(status)) return nullptr;
  return set;
}

// ICU's "Greek_And_Coptic" as Unicode's list of blocks writes it, without blanks: "GreekandCoptic". ICU has lost the
// hyphens: they stand before a single letter that counts parts of a block, and in three names.
std::string block_name(std::string_view icu_name) {
  if (icu_name == "Phags_Pa") return "Phags-pa";
  if (icu_name == "Cypro_Minoan") return "Cypro-Minoan";
  std::string name;
  std::string_view before;
  while (!icu_name.empty()) {
    const std::size_t end = icu_name.find('_');
    const std::string_view word = icu_name.substr(0, end);
    icu_name = end == std::string_view::npos ? std::string_view{} : icu_name.substr(end + 1);
    const bool part = word.size() == 1 && (before == "Extended" || before == "Forms" || before == "Symbols" ||
                                           before == "Arrows" || before == "Area" || before == "Latin");
    if (word == "And" || word == "For") {
      name += word == "And" ? "and" : "for";
    } else {
      if (part) name += '-';
      name += word;
    }
    before = word;
  }
  return name;
}

std::map<std::string, UBlockCode, std::less<>> make_block_names() {
  std::map<std::string, UBlockCode, std::less<>> names;
  const int last = u_getIntPropertyMaxValue(UCHAR_BLOCK);
  for (int code = 1; code <= last; ++code) {
    const char* name = u_getPropertyValueName(UCHAR_BLOCK, code, U_LONG_PROPERTY_NAME);
    if (name != nullptr) names.emplace(block_name(name), static_cast<UBlockCode>(code));
  }
  // Names of Unicode 3.1 that XML Schema's first edition printed.
  names.emplace("Greek", UBLOCK_GREEK);
  names.emplace("CombiningMarksforSymbols", UBLOCK_COMBINING_MARKS_FOR_SYMBOLS);
  names.emplace("PrivateUse", UBLOCK_PRIVATE_USE_AREA);
  return names;
}

std::unique_ptr<UnicodeSet> of_block(std::string_view name) {
  static const std::map<std::string, UBlockCode, std::less<>> names = make_block_names();
  const auto found = names.find(name);
  if (found == names.end()) return nullptr;
  auto set = std::make_unique<UnicodeSet>();
  UErrorCode status = U_ZERO_ERROR;
  set->applyIntPropertyValue(UCHAR_BLOCK, found->second, status);
  if (U_FAILURE(status)) return nullptr;
  return set;
}

std::unique_ptr<UnicodeSet> of_escape(char letter) {
  auto set = std::make_unique<UnicodeSet>();
  switch (letter) {
    case 'd': return of_category(U_GC_ND_MASK);
    case 'w': {
      auto none = of_category(U_GC_P_MASK | U_GC_Z_MASK | U_GC_C_MASK);
      if (none != nullptr) none->complement();
      return none;
    }
    case 's':
      for (const char32_t c : {U'\t', U'\n', U'\r', U' '}) set->add(static_cast<UChar32>(c));
      return set;
    case 'c':  // NameChar of XML 1.0, fifth edition
      set->add('-').add('.').add('0', '9').add(0xB7).add(0x300, 0x36F).add(0x203F, 0x2040);
      [[fallthrough]];
    case 'i':  // NameStartChar
      set->add(':').add('A', 'Z').add('_').add('a', 'z').add(0xC0, 0xD6).add(0xD8, 0xF6).add(0xF8, 0x2FF);
      set->add(0x370, 0x37D).add(0x37F, 0x1FFF).add(0x200C, 0x200D).add(0x2070, 0x218F).add(0x2C00, 0x2FEF);
      set->add(0x3001, 0xD7FF).add(0xF900, 0xFDCF).add(0xFDF0, 0xFFFD).add(0x10000, 0xEFFFF);
      return set;
    default: return nullptr;
  }
}

// Characters grouped by equal lower case and by equal upper case, for every character that has another case.
class CaseTable {
 public:
  CaseTable() {
    UnicodeSet cased;
    UErrorCode status = U_ZERO_ERROR;
    cased.applyIntPropertyValue(UCHAR_CHANGES_WHEN_CASEMAPPED, 1, status);
    // What they map to belongs with them, even where it has no other case itself.
    UnicodeSet members(cased);
    for (int32_t range = 0; range < cased.getRangeCount(); ++range) {
      for (UChar32 c = cased.getRangeStart(range); c <= cased.getRangeEnd(range); ++c) {
        for (const icu::UnicodeString& image : {lower(c), upper(c)}) {
          if (image.countChar32() == 1) members.add(image.char32At(0));
        }
      }
    }
    for (int32_t range = 0; range < members.getRangeCount(); ++range) {
      for (UChar32 c = members.getRangeStart(range); c <= members.getRangeEnd(range); ++c) {
        lower_[lower(c)].push_back(c);
        upper_[upper(c)].push_back(c);
        characters_.push_back(c);
      }
    }
  }

  template <class Visit>
  void each_variant(UChar32 c, Visit visit) const {
    if (const auto group = lower_.find(lower(c)); group != lower_.end()) {
      for (const UChar32 variant : group->second) visit(variant);
    }
    if (const auto group = upper_.find(upper(c)); group != upper_.end()) {
      for (const UChar32 variant : group->second) visit(variant);
    }
  }
  const std::vector<UChar32>& characters() const { return characters_; }

  static icu::UnicodeString lower(UChar32 c) { return icu::UnicodeString(c).toLower(icu::Locale::getRoot()); }
  static icu::UnicodeString upper(UChar32 c) { return icu::UnicodeString(c).toUpper(icu::Locale::getRoot()); }

 private:
  std::map<icu::UnicodeString, std::vector<UChar32>> lower_;
  std::map<icu::UnicodeString, std::vector<UChar32>> upper_;
  std::vector<UChar32> characters_;
};

const CaseTable& case_table() {
  static const CaseTable table;
  return table;
}

}  // namespace

const UnicodeSet* property_set(std::string_view name) {
  // Built on demand and kept: names come from two closed lists, so the store is bounded.
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const UnicodeSet>, std::less<>> known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(name); found != known.end()) return found->second.get();
  std::unique_ptr<UnicodeSet> set;
  if (name.starts_with("Is")) {
    set = of_block(name.substr(2));
  } else {
    for (const Category& category : categories) {
      if (category.name == name) set = of_category(category.mask);
    }
  }
  if (set == nullptr) return nullptr;
  return known.emplace(std::string(name), std::move(set)).first->second.get();
}

const UnicodeSet* escape_set(char letter) {
  static const std::map<char, std::unique_ptr<const UnicodeSet>> sets = [] {
    std::map<char, std::unique_ptr<const UnicodeSet>> all;
    for (const char small : {'d', 'w', 's', 'i', 'c'}) {
      std::unique_ptr<UnicodeSet> set = of_escape(small);
      auto complement = std::make_unique<UnicodeSet>(*set);
      complement->complement();
      all.emplace(static_cast<char>(small - 'a' + 'A'), std::move(complement));
      all.emplace(small, std::move(set));
    }
    return all;
  }();
  const auto found = sets.find(letter);
  return found == sets.end() ? nullptr : found->second.get();
}

void add_case_variants(UnicodeSet& set) {
  const UnicodeSet original(set);
  for (const UChar32 c : case_table().characters()) {
    if (original.contains(c)) case_table().each_variant(c, [&](UChar32 variant) { set.add(variant); });
  }
}

bool are_case_variants(char32_t a, char32_t b) {
  if (a == b) return true;
  bool found = false;
  case_table().each_variant(static_cast<UChar32>(a),
                            [&](UChar32 variant) { found = found || variant == static_cast<UChar32>(b); });
  return found;
}

}  // namespace yuanqu::feel::detail
