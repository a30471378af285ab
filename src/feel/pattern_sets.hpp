#pragma once
// Sets of characters that patterns name: \p{…} categories and blocks, \i \c \d \w, and the case variants of flag i.

#include <unicode/uniset.h>

#include <string_view>

namespace yuanqu::feel::detail {

// The set of \p{name}: a general category ("Lu", "L") or "Is" and a block name without blanks ("IsBasicLatin",
// "IsLatin-1Supplement", the older "IsGreek"). Null for an unknown name. The set lives as long as the process.
const icu::UnicodeSet* property_set(std::string_view name);

// The set of \d \w \s \i \c, and of the capitals their complements; null for any other letter.
const icu::UnicodeSet* escape_set(char letter);

// Adds every case variant of the set's members: characters whose fn:lower-case or fn:upper-case is the same.
void add_case_variants(icu::UnicodeSet& set);
bool are_case_variants(char32_t a, char32_t b);

}  // namespace yuanqu::feel::detail
