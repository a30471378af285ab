#include "register/pinyin.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yuanqu::register_ {

namespace {

// Syllables separated by blanks, without tone digits.
std::vector<std::string> syllables(std::string_view text) {
  std::vector<std::string> found;
  std::string syllable;
  const auto flush = [&] {
    if (!syllable.empty()) found.push_back(std::move(syllable));
    syllable.clear();
  };
  for (const char letter : text) {
    if (letter == ' ') flush();
    else if (letter >= 'a' && letter <= 'z') syllable += letter;
    else if (letter >= 'A' && letter <= 'Z') syllable += static_cast<char>(letter - 'A' + 'a');
  }
  flush();
  return found;
}

template <class Each>
base::Result<void> each_line(const pack::PackSet& packs, std::string_view path, const Each& each) {
  for (const pack::Pack& pack : packs.packs()) {
    const pack::File* file = pack.find(path);
    if (file == nullptr) continue;
    auto text = pack.read(*file);
    if (!text) return tl::unexpected(text.error());
    bool header = true;
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t end = std::min(text->find('\n', at), text->size());
      std::string_view line(text->data() + at, end - at);
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      at = end + 1;
      const std::size_t comma = line.find(',');
      if (!header && comma != std::string_view::npos) each(line.substr(0, comma), line.substr(comma + 1));
      header = false;
    }
  }
  return {};
}

}  // namespace

base::Result<Pinyin> Pinyin::load(const pack::PackSet& packs) {
  Pinyin pinyin;
  auto read = each_line(packs, "data/pinyin.csv", [&](std::string_view character, std::string_view readings) {
    std::size_t offset = 0;
    const char32_t code_point = base::next_code_point(character, offset);
    if (offset == character.size()) pinyin.characters_[code_point] = syllables(readings);
  });
  if (!read) return tl::unexpected(read.error());
  read = each_line(packs, "data/pinyin_phrases.csv", [&](std::string_view phrase, std::string_view readings) {
    auto list = syllables(readings);
    const std::size_t length = base::count_code_points(phrase);
    if (list.size() != length) return;  // signs inside a saying: it would shift the readings
    pinyin.phrases_[std::string(phrase)] = std::move(list);
    pinyin.phrase_characters_max_ = std::max(pinyin.phrase_characters_max_, length);
  });
  if (!read) return tl::unexpected(read.error());
  return pinyin;
}

std::vector<std::vector<std::string>> Pinyin::readings(std::string_view text) const {
  std::vector<std::size_t> offsets;
  std::vector<char32_t> code_points;
  for (std::size_t at = 0; at < text.size();) {
    offsets.push_back(at);
    code_points.push_back(base::next_code_point(text, at));
  }
  offsets.push_back(text.size());
  std::vector<std::vector<std::string>> found;
  for (std::size_t i = 0; i < code_points.size();) {
    // The longest word that begins here decides how its characters are read.
    std::size_t covered = 0;
    const std::vector<std::string>* word = nullptr;
    for (std::size_t length = std::min(phrase_characters_max_, code_points.size() - i); length >= 2 && word == nullptr; --length) {
      const auto phrase = phrases_.find(std::string(text.substr(offsets[i], offsets[i + length] - offsets[i])));
      if (phrase != phrases_.end()) {
        word = &phrase->second;
        covered = length;
      }
    }
    for (std::size_t k = 0; k < std::max<std::size_t>(covered, 1); ++k) {
      const char32_t code_point = code_points[i + k];
      std::vector<std::string> options;
      if (word != nullptr) options.push_back((*word)[k]);
      const auto character = characters_.find(code_point);
      if (character != characters_.end()) {
        for (const std::string& reading : character->second) {
          if (std::find(options.begin(), options.end(), reading) == options.end()) options.push_back(reading);
        }
      } else if (code_point < 0x80 && std::isalnum(static_cast<int>(code_point)) != 0) {
        options.emplace_back(1, static_cast<char>(std::tolower(static_cast<int>(code_point))));
      }
      if (!options.empty()) found.push_back(std::move(options));
    }
    i += std::max<std::size_t>(covered, 1);
  }
  return found;
}

}  // namespace yuanqu::register_
