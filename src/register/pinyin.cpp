#include "register/pinyin.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::register_ {

namespace {

std::u32string code_points(std::string_view text) {
  std::u32string result;
  std::size_t offset = 0;
  while (offset < text.size()) result.push_back(base::next_code_point(text, offset));
  return result;
}

// "hang2", "háng" and "hang" are one reading to somebody who types it; ü is typed as v.
std::string without_tone(std::string_view reading) {
  constexpr std::array<std::u32string_view, 6> marked = {U"aāáǎà", U"eēéěè", U"iīíǐì", U"oōóǒò", U"uūúǔù", U"vüǖǘǚǜ"};
  std::string plain;
  for (char32_t code : code_points(reading)) {
    if (code >= U'a' && code <= U'z') {
      plain.push_back(static_cast<char>(code));
      continue;
    }
    for (std::u32string_view row : marked) {
      if (row.find(code) != std::u32string_view::npos) plain.push_back(static_cast<char>(row.front()));
    }
  }
  return plain;
}

std::vector<std::string> readings_of(std::string_view text) {
  std::vector<std::string> readings;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" ,;"), text.size());
    std::string reading = without_tone(text.substr(0, end));
    if (!reading.empty()) readings.push_back(std::move(reading));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return readings;
}

base::Result<void> read_table(const pack::Pack& pack, const std::string& path,
                              const std::function<void(std::string_view, std::vector<std::string>)>& take) {
  const pack::File* file = pack.find(path);
  if (file == nullptr) return {};
  auto bytes = pack.read(*file);
  if (!bytes) return tl::unexpected(bytes.error());
  tabular::ReadOptions options;
  options.header_row = 1;
  options.name_shown = pack.place_of(*file);
  auto workbook = tabular::open_workbook(std::move(*bytes), tabular::Format::Csv, options);
  if (!workbook) return tl::unexpected(workbook.error());
  auto table = (*workbook)->open_sheet(0);
  if (!table) return tl::unexpected(table.error());
  tabular::Row row;
  for (;;) {
    auto more = (*table)->next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    if (row.cells.size() >= 2) take(row.cells[0].text, readings_of(row.cells[1].text));
  }
}

void extend(Spelling& spelling, std::string_view syllable) {
  spelling.starts.push_back(static_cast<std::uint32_t>(spelling.letters.size()));
  spelling.letters += syllable;
  spelling.initials.push_back(syllable.front());
}

}  // namespace

base::Result<Pinyin> Pinyin::load(const pack::PackSet& packs) {
  Pinyin pinyin;
  for (const pack::Pack& pack : packs.packs()) {
    auto characters =
        read_table(pack, "data/pinyin.csv", [&](std::string_view text, std::vector<std::string> readings) {
          const std::u32string one = code_points(text);
          std::vector<std::string> unique;  // tones gone, many become equal
          for (std::string& reading : readings) {
            if (std::find(unique.begin(), unique.end(), reading) == unique.end()) unique.push_back(std::move(reading));
          }
          if (one.size() == 1 && !unique.empty()) pinyin.characters_[one.front()] = std::move(unique);
        });
    if (!characters) return tl::unexpected(characters.error());
    auto phrases =
        read_table(pack, "data/pinyin_phrases.csv", [&](std::string_view text, std::vector<std::string> readings) {
          std::u32string phrase = code_points(text);
          if (phrase.size() < 2 || phrase.size() != readings.size()) return;
          pinyin.phrase_length_max_ = std::max(pinyin.phrase_length_max_, phrase.size());
          pinyin.phrases_[std::move(phrase)] = std::move(readings);
        });
    if (!phrases) return tl::unexpected(phrases.error());
  }
  return pinyin;
}

std::vector<Spelling> Pinyin::spell(std::string_view text, std::size_t most) const {
  const std::u32string codes = code_points(text);
  std::vector<Spelling> spellings(1);
  bool any = false;
  for (std::size_t at = 0; at < codes.size();) {
    std::size_t length = std::min(phrase_length_max_, codes.size() - at);
    const std::vector<std::string>* phrase = nullptr;
    for (; length >= 2 && phrase == nullptr; --length) {
      const auto found = phrases_.find(codes.substr(at, length));
      if (found != phrases_.end()) {
        phrase = &found->second;
        break;
      }
    }
    if (phrase != nullptr) {
      for (Spelling& spelling : spellings) {
        for (const std::string& syllable : *phrase) extend(spelling, syllable);
      }
      at += length;
      any = true;
      continue;
    }
    const char32_t code = codes[at++];
    if (code < 0x80) {
      const char c = static_cast<char>(code >= U'A' && code <= U'Z' ? code + 32 : code);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        for (Spelling& spelling : spellings) extend(spelling, std::string_view(&c, 1));
      }
      continue;
    }
    const auto found = characters_.find(code);
    if (found == characters_.end()) continue;
    any = true;
    const std::size_t before = spellings.size();
    const std::size_t ways = std::min(found->second.size(), std::max<std::size_t>(1, most / before));
    for (std::size_t way = 1; way < ways; ++way) {
      for (std::size_t i = 0; i < before; ++i) {
        spellings.push_back(spellings[i]);
        extend(spellings.back(), found->second[way]);
      }
    }
    for (std::size_t i = 0; i < before; ++i) extend(spellings[i], found->second.front());
  }
  if (!any) spellings.clear();
  return spellings;
}

}  // namespace yuanqu::register_
