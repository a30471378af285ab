#include "register/search.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.hpp"
#include "register/pinyin.hpp"
#include "register/record_store.hpp"

namespace yuanqu::register_ {

using base::Result;

namespace {

// Width, case and blanks do not count.
std::string folded(std::string_view text) {
  std::string result;
  const std::string small = base::lower_case(base::half_width(text));
  std::size_t offset = 0;
  while (offset < small.size()) {
    const std::size_t from = offset;
    if (!base::is_blank(base::next_code_point(small, offset))) result.append(small, from, offset - from);
  }
  return result;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_code(std::string_view text) {
  return is_ascii(text) && text.find_first_of("0123456789") != std::string_view::npos;
}

enum class Form : std::uint8_t { Text, Letters, Initials };

// Texts one behind the other, each ended by a line feed, so that one search runs over all of them.
struct Texts {
  struct Item {
    std::uint32_t offset = 0;
    std::uint32_t entry = 0;
    std::uint32_t text = 0;  // index in the entry's texts
  };
  std::string all;
  std::vector<Item> items;
  std::vector<bool> starts;  // letters: parallel to `all`, true where a syllable begins

  void add(std::string_view text, std::uint32_t entry, std::uint32_t index) {
    items.push_back({static_cast<std::uint32_t>(all.size()), entry, index});
    all += text;
    all.push_back('\n');
  }
  const Item& at(std::size_t offset) const {
    const auto after = std::upper_bound(items.begin(), items.end(), offset,
                                        [](std::size_t wanted, const Item& item) { return wanted < item.offset; });
    return *(after - 1);
  }
};

struct SearchEntry {
  RecordId record = 0;
  FileId file = 0;
  const Kind* kind = nullptr;
  std::string title;
  bool alive = true;
  struct Text {
    std::string text;
    FieldNumber field = 0;
    MatchedBy matched_by = MatchedBy::Other;
  };
  std::vector<Text> texts;
};

struct Score {
  int points = 0;
  std::uint32_t text = 0;
  MatchedBy matched_by = MatchedBy::Other;
};

}  // namespace

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

struct Search::State {
  Register* records = nullptr;
  Pinyin pinyin;
  mutable std::shared_mutex mutex;
  std::mutex catching_up;
  bool closed = false;
  std::vector<SearchEntry> entries;
  std::unordered_map<RecordId, std::uint32_t> entry_of;
  Texts texts;
  Texts letters;
  Texts initials;
  std::size_t dead = 0;
  Position position = 0;
  std::shared_ptr<void> subscription;

  // Takes a record in, in place of what was known of it.
  void take(const Kind& kind, const RecordState& state) {
    if (const auto known = entry_of.find(state.id); known != entry_of.end()) {
      entries[known->second].alive = false;
      ++dead;
      entry_of.erase(known);
    }
    if (state.alias_of != 0) return;
    SearchEntry entry;
    entry.record = state.id;
    entry.file = state.file;
    entry.kind = &kind;
    const base::Date today = records->today().value_or(base::Date::from_days(0));
    const Field* title = kind.field(kind.title);
    for (FieldNumber number : kind.search) gather(kind, *kind.field(number), state, today, entry);
    if (entry.texts.empty()) return;
    if (title != nullptr) entry.title = current_text(state, *title, today);
    if (entry.title.empty()) entry.title = entry.texts.front().text;
    const auto at = static_cast<std::uint32_t>(entries.size());
    for (std::uint32_t i = 0; i < entry.texts.size(); ++i) {
      texts.add(folded(entry.texts[i].text), at, i);
      if (is_ascii(entry.texts[i].text)) continue;
      for (const Spelling& spelling : pinyin.spell(entry.texts[i].text)) {
        const std::size_t from = letters.all.size();
        letters.add(spelling.letters, at, i);
        letters.starts.resize(letters.all.size());
        for (std::uint32_t start : spelling.starts) letters.starts[from + start] = true;
        initials.add(spelling.initials, at, i);
      }
    }
    entry_of[state.id] = at;
    entries.push_back(std::move(entry));
  }

  static std::string current_text(const RecordState& state, const Field& field, base::Date today) {
    const Reading reading = read_plain(state, field, today);
    if (reading.fact != nullptr) return reading.value().to_text();
    const auto facts = state.facts_of(field.number);
    for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) {
      if (!fact->value.is_null()) return fact->value.to_text();
    }
    return {};
  }

  static void gather(const Kind& kind, const Field& field, const RecordState& state, base::Date today,
                     SearchEntry& entry) {
    const std::string current = current_text(state, field, today);
    const auto add = [&](const Value& value) {
      const std::string text = value.to_text();
      if (text.empty() || std::any_of(entry.texts.begin(), entry.texts.end(),
                                      [&](const SearchEntry::Text& known) { return known.text == text; }))
        return;
      const bool now = text == current;
      const MatchedBy matched_by = is_code(text) ? MatchedBy::Code
                                   : field.type == FieldType::List || (!now && field.number == kind.title)
                                       ? MatchedBy::FormerName
                                   : now && field.number == kind.title ? MatchedBy::Title
                                                                       : MatchedBy::Other;
      entry.texts.push_back({text, field.number, matched_by});
    };
    for (const Fact& fact : state.facts_of(field.number)) {
      if (fact.value.is_null() || fact.value.type() == ValueType::Unreadable ||
          fact.value.type() == ValueType::Reference)
        continue;
      if (fact.value.type() == ValueType::List) {
        for (const Value& item : fact.value.items()) add(item);
      } else {
        add(fact.value);
      }
    }
  }

  Result<void> catch_up();

  Result<void> fill() {
    entries.clear();
    entry_of.clear();
    texts = {};
    letters = {};
    initials = {};
    dead = 0;
    return records->for_each(
        [&](RecordState&& state) {
          const Kind* kind = records->catalogue().kind(state.kind);
          if (kind != nullptr && !kind->search.empty()) take(*kind, state);
          return true;
        },
        &position);
  }

  void match(const Texts& where, std::string_view word, Form form,
             std::unordered_map<std::uint32_t, Score>& scores) const {
    for (std::size_t found = where.all.find(word); found != std::string::npos;
         found = where.all.find(word, found + 1)) {
      if (form == Form::Letters && !where.starts[found]) continue;
      const Texts::Item& item = where.at(found);
      const SearchEntry& entry = entries[item.entry];
      if (!entry.alive) continue;
      const SearchEntry::Text& text = entry.texts[item.text];
      const bool at_start = found == item.offset;
      const bool at_end = where.all[found + word.size()] == '\n';
      Score score{0, item.text, text.matched_by};
      if (form == Form::Text) {
        score.points = at_start && at_end ? 100 : at_start ? 80 : 60;
        // A code is quoted by its tail; its middle means nothing.
        if (text.matched_by == MatchedBy::Code)
          score.points = at_start && at_end ? 110 : at_end ? 85 : at_start ? 70 : word.size() >= 4 ? 40 : 0;
        if (text.matched_by == MatchedBy::FormerName) score.points -= 5;
      } else {
        score.points = form == Form::Letters ? (at_start ? 50 : 35) : (at_start ? 45 : 30);
        score.matched_by = form == Form::Letters ? MatchedBy::Pinyin : MatchedBy::Initials;
      }
      if (score.points == 0) continue;
      Score& best = scores[item.entry];
      if (score.points > best.points) best = score;
    }
  }

  std::unordered_map<std::uint32_t, Score> scores_of(std::string_view word) const {
    std::unordered_map<std::uint32_t, Score> scores;
    match(texts, word, Form::Text, scores);
    const bool typed = is_ascii(word) && word.size() >= 2;
    if (typed) {
      match(letters, word, Form::Letters, scores);
      match(initials, word, Form::Initials, scores);
    }
    return scores;
  }
};

Search::Search() = default;
Search::~Search() {
  if (!state_) return;
  state_->subscription.reset();
  // A listener may be running; it finds the search closed and touches the register no more.
  const std::lock_guard hold(state_->catching_up);
  state_->closed = true;
}

Result<std::unique_ptr<Search>> Search::build(Register& records, const pack::PackSet& packs) {
  auto pinyin = Pinyin::load(packs);
  if (!pinyin) return tl::unexpected(pinyin.error());
  std::unique_ptr<Search> search(new Search);
  search->state_ = std::make_shared<State>();
  search->state_->records = &records;
  search->state_->pinyin = std::move(*pinyin);
  if (auto filled = search->state_->fill(); !filled) return tl::unexpected(filled.error());
  search->state_->subscription = records.journal().subscribe([held = std::weak_ptr<State>(search->state_)](Position) {
    if (const auto state = held.lock()) (void)state->catch_up();
  });
  return search;
}

Result<void> Search::catch_up() { return state_->catch_up(); }

Result<void> Search::State::catch_up() {
  State& state = *this;
  const std::lock_guard one_at_a_time(state.catching_up);
  if (state.closed) return {};
  auto snapshot = state.records->journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (snapshot->position() <= state.position) return {};
  std::map<RecordId, const Kind*> touched;
  auto read =
      journal::changes_after(snapshot->database(), state.position, SIZE_MAX, [&](const journal::StoredChange& change) {
        const Kind* kind = state.records->catalogue().kind(change.kind);
        if (kind != nullptr && !kind->search.empty()) touched[change.record] = kind;
        return true;
      });
  if (!read) return read;
  const std::unique_lock hold(state.mutex);
  for (const auto& [record, kind] : touched) {
    auto now = state.records->state(snapshot->database(), record);
    if (!now) return tl::unexpected(now.error());
    if (*now) state.take(*kind, **now);
  }
  state.position = snapshot->position();
  if (state.dead > 10'000 && state.dead * 2 > state.entries.size()) return state.fill();
  return {};
}

std::vector<SearchGroup> Search::find(const Viewer& viewer, std::string_view text, std::size_t limit_per_kind) const {
  const State& state = *state_;
  std::vector<std::string> words;
  const std::string spaced = base::half_width(base::trimmed(text.substr(0, 200)));
  for (std::size_t at = 0; at < spaced.size();) {
    const std::size_t end = std::min(spaced.find(' ', at), spaced.size());
    std::string word = folded(std::string_view(spaced).substr(at, end - at));
    if (!word.empty()) words.push_back(std::move(word));
    at = end + 1;
  }
  if (words.empty() || spaced.find('\n') != std::string::npos) return {};
  const std::shared_lock hold(state.mutex);
  std::unordered_map<std::uint32_t, Score> scores = state.scores_of(words.front());
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto more = state.scores_of(words[i]);
    for (auto it = scores.begin(); it != scores.end();) {
      const auto also = more.find(it->first);
      if (also == more.end()) {
        it = scores.erase(it);
      } else {
        it->second.points += also->second.points;
        ++it;
      }
    }
  }
  std::map<KindNumber, std::vector<std::pair<const SearchEntry*, Score>>> by_kind;
  for (const auto& [at, score] : scores) {
    const SearchEntry& entry = state.entries[at];
    const SearchEntry::Text& matched = entry.texts[score.text];
    const Field* field = entry.kind->field(matched.field);
    if (field == nullptr || viewer.access(*entry.kind, *field, entry.file) != Access::Full) continue;
    by_kind[entry.kind->number].emplace_back(&entry, score);
  }
  std::vector<SearchGroup> groups;
  for (auto& [number, found] : by_kind) {
    SearchGroup& group = groups.emplace_back();
    group.kind = found.front().first->kind;
    group.total = found.size();
    const std::size_t shown = std::min(limit_per_kind, found.size());
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end(),
                      [](const auto& a, const auto& b) {
                        if (a.second.points != b.second.points) return a.second.points > b.second.points;
                        if (a.first->title.size() != b.first->title.size())
                          return a.first->title.size() < b.first->title.size();
                        return a.first->record < b.first->record;
                      });
    const Field* title = group.kind->field(group.kind->title);
    for (std::size_t i = 0; i < shown; ++i) {
      const SearchEntry& entry = *found[i].first;
      const SearchEntry::Text& matched = entry.texts[found[i].second.text];
      const Access access = title == nullptr ? Access::None : viewer.access(*group.kind, *title, entry.file);
      const std::string name = access == Access::Full     ? entry.title
                               : access == Access::Masked ? masked(std::string_view(entry.title))
                                                          : "***";
      group.hits.push_back({entry.record, entry.file, name, matched.text, matched.field, found[i].second.matched_by});
    }
  }
  return groups;
}

}  // namespace yuanqu::register_
