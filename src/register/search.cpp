#include "register/search.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.hpp"
#include "register/pinyin.hpp"

namespace yuanqu::register_ {

using base::Result;

std::string_view name_of(MatchedBy matched_by) {
  switch (matched_by) {
    case MatchedBy::Title: return "title";
    case MatchedBy::FormerName: return "former_name";
    case MatchedBy::Code: return "code";
    case MatchedBy::Pinyin: return "pinyin";
    case MatchedBy::Initials: return "initials";
    case MatchedBy::Other: return "other";
  }
  return "other";
}

namespace {

// Width, case and blanks folded away: what is typed and what is searched meet here.
std::string folded(std::string_view text) {
  const std::string lower = base::lower_case(base::half_width(text));
  std::string out;
  for (std::size_t at = 0; at < lower.size();) {
    const std::size_t from = at;
    if (!base::is_blank(base::next_code_point(lower, at))) out.append(lower, from, at - from);
  }
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    if (base::is_blank(base::next_code_point(text, at))) {
      if (!word.empty()) words.push_back(folded(word));
      word.clear();
    } else {
      word.append(text, from, at - from);
    }
  }
  if (!word.empty()) words.push_back(folded(word));
  return words;
}

bool is_latin(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

struct Text {
  FieldNumber field = 0;
  bool is_title = false;
  bool is_code = false;    // letters and digits only: found by its tail as well
  bool is_former = false;  // an earlier value, or an item of a list
  std::string original;
  std::string key;         // folded
  std::vector<std::vector<std::string>> readings;
};

struct Entry {
  const Kind* kind = nullptr;
  RecordId record = 0;
  FileId file = 0;
  std::string title;
  std::vector<Text> texts;
};

// Whether `word` is read along the syllables from `at` on: whole syllables, the last one possibly begun only.
bool reads_from(const std::vector<std::vector<std::string>>& readings, std::size_t at, std::string_view word) {
  if (word.empty()) return true;
  if (at >= readings.size()) return false;
  for (const std::string& syllable : readings[at]) {
    if (word.size() <= syllable.size()) {
      if (std::string_view(syllable).starts_with(word)) return true;
    } else if (word.starts_with(syllable) && reads_from(readings, at + 1, word.substr(syllable.size()))) {
      return true;
    }
  }
  return false;
}

bool initials_from(const std::vector<std::vector<std::string>>& readings, std::size_t at, std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (at + i >= readings.size()) return false;
    const auto& options = readings[at + i];
    if (std::none_of(options.begin(), options.end(), [&](const std::string& syllable) { return syllable.front() == word[i]; })) return false;
  }
  return true;
}

struct Match {
  int score = 0;  // higher is better; 0: none
  const Text* text = nullptr;
  MatchedBy by = MatchedBy::Other;
};

Match match_text(const Text& text, const std::string& word) {
  const auto found = [&](int score, MatchedBy by) { return Match{score, &text, by}; };
  const MatchedBy plain = text.is_title ? MatchedBy::Title : text.is_code ? MatchedBy::Code : text.is_former ? MatchedBy::FormerName : MatchedBy::Other;
  const int rank = text.is_title ? 5 : text.is_former ? 0 : 3;
  const std::size_t at = text.key.find(word);
  if (at != std::string::npos) {
    if (text.key.size() == word.size()) return found(100 + rank, plain);
    if (text.is_code && at + word.size() == text.key.size()) return found(85, plain);
    return found(at == 0 ? 90 + rank : 70 + rank, plain);
  }
  if (!is_latin(word) || word.size() < 2) return {};
  // From the beginning first: that is how people type a name they know.
  for (std::size_t start = 0; start < text.readings.size(); ++start) {
    if (reads_from(text.readings, start, word)) return found((start == 0 ? 60 : 45) + rank, MatchedBy::Pinyin);
  }
  for (std::size_t start = 0; start < text.readings.size(); ++start) {
    if (initials_from(text.readings, start, word)) return found((start == 0 ? 50 : 35) + rank, MatchedBy::Initials);
  }
  return {};
}

}  // namespace

struct Search::State {
  State(Register& records_in, Pinyin pinyin_in) : records(records_in), pinyin(std::move(pinyin_in)) {}

  Register& records;
  Pinyin pinyin;
  mutable std::shared_mutex mutex;
  std::map<KindNumber, std::map<RecordId, Entry>> entries;
  std::mutex step_mutex;
  Position position = 0;
  std::shared_ptr<void> subscription;

  Text text_of(const Field& field, const std::string& original, bool is_title, bool is_former) const {
    Text text{.field = field.number, .is_title = is_title, .is_former = is_former, .original = original, .key = folded(original)};
    text.is_code = std::all_of(text.key.begin(), text.key.end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
    if (!text.is_code) text.readings = pinyin.readings(original);
    return text;
  }

  void index(const RecordState& state, base::Date today) {
    const Kind* kind = records.catalogue().kind(state.kind);
    if (kind == nullptr || kind->search.empty()) return;
    if (state.alias_of != 0) {
      entries[kind->number].erase(state.id);
      return;
    }
    Entry entry{.kind = kind, .record = state.id, .file = state.file};
    std::vector<FieldNumber> fields{kind->title};
    for (const FieldNumber number : kind->search) {
      if (number != kind->title) fields.push_back(number);
    }
    for (const FieldNumber number : fields) {
      const Field* field = kind->field(number);
      if (field == nullptr) continue;
      const Value& now = read_plain(state, *field, today).value();
      const bool is_title = number == kind->title;
      if (is_title) entry.title = now.to_text();
      if (now.type() == ValueType::List) {
        for (const Value& item : now.items()) entry.texts.push_back(text_of(*field, item.to_text(), false, true));
      } else if (!now.is_null()) {
        entry.texts.push_back(text_of(*field, now.to_text(), is_title, false));
      }
      // What the record was called before finds it too.
      for (const Fact& fact : state.facts_of(number)) {
        if (fact.value.type() == ValueType::String && fact.value.text() != now.to_text()) {
          entry.texts.push_back(text_of(*field, fact.value.text(), false, true));
        }
      }
    }
    entries[kind->number][state.id] = std::move(entry);
  }

  base::Date today() const { return records.today().value_or(base::Date()); }
};

Search::Search() = default;
Search::~Search() {
  if (state_ != nullptr) state_->subscription.reset();
}

Result<std::unique_ptr<Search>> Search::build(Register& records, const pack::PackSet& packs) {
  auto pinyin = Pinyin::load(packs);
  if (!pinyin) return tl::unexpected(pinyin.error());
  std::unique_ptr<Search> search(new Search());
  search->state_ = std::make_unique<State>(records, std::move(*pinyin));
  State& state = *search->state_;
  const base::Date today = state.today();
  for (const Kind* kind : records.catalogue().kinds()) {
    if (kind->search.empty()) continue;
    Position position = 0;
    auto read = records.for_each(
        *kind,
        [&](RecordState&& record) {
          state.index(record, today);
          return true;
        },
        &position);
    if (!read) return tl::unexpected(read.error());
    // The earliest of the snapshots: what came between is taken in again.
    state.position = state.position == 0 ? position : std::min(state.position, position);
  }
  state.subscription = records.journal().subscribe([raw = search.get()](Position) { (void)raw->catch_up(); });
  return search;
}

Result<void> Search::catch_up() {
  const std::lock_guard step(state_->step_mutex);
  std::map<RecordId, KindNumber> changed;
  Position last = state_->position;
  {
    auto snapshot = state_->records.journal().snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto read = journal::changes_after(snapshot->database(), state_->position, 1'000'000, [&](const journal::StoredChange& change) {
      const Kind* kind = state_->records.catalogue().kind(change.kind);
      if (kind != nullptr && !kind->search.empty()) changed[change.record] = change.kind;
      last = change.sequence;
      return true;
    });
    if (!read) return read;
  }
  const base::Date today = state_->today();
  for (const auto& [record, kind] : changed) {
    auto found = state_->records.state(record);
    if (!found) return tl::unexpected(found.error());
    if (!*found) continue;
    const std::unique_lock lock(state_->mutex);
    state_->index(**found, today);
  }
  state_->position = last;
  return {};
}

std::vector<SearchGroup> Search::find(const Viewer& viewer, std::string_view text, std::size_t limit_per_kind) const {
  const std::vector<std::string> words = words_of(text);
  std::vector<std::pair<int, SearchGroup>> groups;
  if (words.empty()) return {};
  const std::shared_lock lock(state_->mutex);
  for (const auto& [number, of_kind] : state_->entries) {
    const Kind& kind = *state_->records.catalogue().kind(number);
    const Reach reach = viewer.reach(kind);
    if (reach == Reach::None) continue;
    std::vector<std::tuple<int, const Entry*, Match>> matches;
    for (const auto& [record, entry] : of_kind) {
      if (reach == Reach::Own && !viewer.owns(entry.file)) continue;
      int total = 0;
      Match best;
      for (const std::string& word : words) {
        Match of_word;
        for (const Text& candidate : entry.texts) {
          const Field* field = kind.field(candidate.field);
          if (viewer.access(kind, *field, entry.file) != Access::Full) continue;
          const Match match = match_text(candidate, word);
          if (match.score > of_word.score) of_word = match;
        }
        if (of_word.score == 0) {
          total = 0;
          break;
        }
        total += of_word.score;
        if (of_word.score > best.score) best = of_word;
      }
      if (total > 0) matches.emplace_back(total, &entry, best);
    }
    if (matches.empty()) continue;
    const std::size_t shown = std::min(limit_per_kind, matches.size());
    std::partial_sort(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(shown), matches.end(), [](const auto& a, const auto& b) {
      if (std::get<0>(a) != std::get<0>(b)) return std::get<0>(a) > std::get<0>(b);
      const std::string &left = std::get<1>(a)->title, &right = std::get<1>(b)->title;
      return left.size() != right.size() ? left.size() < right.size() : left < right;
    });
    SearchGroup group{.kind = &kind, .hits = {}, .total = matches.size()};
    for (std::size_t i = 0; i < shown; ++i) {
      const auto& [score, entry, match] = matches[i];
      group.hits.push_back({entry->record, entry->file, entry->title, match.text->original, match.text->field, match.by});
    }
    groups.emplace_back(std::get<0>(matches.front()), std::move(group));
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<SearchGroup> ordered;
  for (auto& [score, group] : groups) ordered.push_back(std::move(group));
  return ordered;
}

}  // namespace yuanqu::register_
