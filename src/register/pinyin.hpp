#pragma once
// Pinyin: how names are read. Main readings of characters with the other readings they may have, and readings of words in which a
// polyphone is read in its own way (银行, 重庆). From the packs' data; empty without it.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "pack/pack.hpp"

namespace yuanqu::register_ {

class Pinyin {
 public:
  // data/pinyin.csv (character,readings) and data/pinyin_phrases.csv (phrase,readings); tone digits are dropped.
  static base::Result<Pinyin> load(const pack::PackSet& packs);

  // The syllables a text may be read by, one list for each character: the reading of the longest word that covers it first, then the
  // character's others. A letter or digit reads as itself; other signs are left out.
  std::vector<std::vector<std::string>> readings(std::string_view text) const;

 private:
  std::unordered_map<char32_t, std::vector<std::string>> characters_;
  std::unordered_map<std::string, std::vector<std::string>> phrases_;
  std::size_t phrase_characters_max_ = 0;
};

}  // namespace yuanqu::register_
