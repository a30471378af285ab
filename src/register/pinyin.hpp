#pragma once
// Pinyin: how names are read, with the readings of characters and of phrases that packs bring (data/pinyin.csv,
// data/pinyin_phrases.csv).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "pack/pack.hpp"

namespace yuanqu::register_ {

// One way to read a text, both in small letters: "chongqing" with the places where syllables begin, and "cq".
struct Spelling {
  std::string letters;
  std::vector<std::uint32_t> starts;  // offsets in letters
  std::string initials;
};

class Pinyin {
 public:
  static base::Result<Pinyin> load(const pack::PackSet& packs);
  // At most `most` readings, the likeliest first: a phrase settles its characters, a polyphone outside one is read
  // every way. Letters and digits spell themselves; other signs are passed over. Empty when no character has a reading.
  std::vector<Spelling> spell(std::string_view text, std::size_t most = 8) const;
  bool empty() const { return characters_.empty(); }

 private:
  std::unordered_map<char32_t, std::vector<std::string>> characters_;
  std::unordered_map<std::u32string, std::vector<std::string>> phrases_;
  std::size_t phrase_length_max_ = 0;
};

}  // namespace yuanqu::register_
