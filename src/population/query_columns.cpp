#include "population/query_columns.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "population/readable_texts.hpp"

namespace yuanqu::population {

using columns::Form;
using columns::Runner;

namespace {

bool is_word(const columns::Part& part) {
  return !part.is_constant && (part.form == Form::Text || part.form == Form::Boolean || part.form == Form::Date ||
                               part.form == Form::Number);
}

// The values of one key as small numbers: equal values, equal numbers.
class KeyNumbers {
 public:
  explicit KeyNumbers(const columns::Part& part) : words_(is_word(part)), texts_(part.form == Form::Text) {}

  std::uint32_t of_row(Runner& runner, std::size_t i) {
    if (!words_) return of_value(runner.value(i));
    const std::int64_t word = runner.frame().word(runner.program().result->reg, i);
    if (texts_ && word >= 0) {
      if (static_cast<std::size_t>(word) >= by_code_.size())
        by_code_.resize(static_cast<std::size_t>(word) + 1, nobody);
      std::uint32_t& number = by_code_[static_cast<std::size_t>(word)];
      if (number == nobody) number = of_value(runner.value(i));
      return number;
    }
    const auto [known, added] = by_word_.try_emplace(word, 0);
    if (added) known->second = of_value(runner.value(i));
    return known->second;
  }
  std::uint32_t of_value(const feel::Value& value) {
    const auto [known, added] =
        by_text_.try_emplace(feel::to_literal(value), static_cast<std::uint32_t>(values_.size()));
    if (added) values_.push_back(value);
    return known->second;
  }
  const feel::Value& value(std::uint32_t number) const { return values_[number]; }

 private:
  static constexpr std::uint32_t nobody = UINT32_MAX;
  bool words_, texts_;
  std::vector<std::uint32_t> by_code_;
  std::unordered_map<std::int64_t, std::uint32_t> by_word_;
  std::unordered_map<std::string, std::uint32_t> by_text_;
  std::vector<feel::Value> values_;
};

// Sums of whole numbers of one scale, until they no longer fit.
struct WordTally {
  std::int64_t sum = 0, low = INT64_MAX, high = INT64_MIN;
  std::size_t numbers = 0, lacking = 0;
  bool take(std::int64_t word) {
    if (word == columns::null64) {
      ++lacking;
      return true;
    }
    std::int64_t more = 0;
    if (__builtin_add_overflow(sum, word, &more)) return false;
    sum = more;
    low = std::min(low, word);
    high = std::max(high, word);
    ++numbers;
    return true;
  }
  void move_to(Tally& tally, int scale, const columns::Dictionary& texts) {
    const auto decimal = [&](std::int64_t word) {
      return columns::to_value(Form::Number, scale, word, texts).number();
    };
    tally.lacking += lacking;
    if (numbers != 0) tally.take(decimal(sum), decimal(low), decimal(high), numbers);
    *this = {};
  }
};

struct PairHash {
  std::size_t operator()(std::pair<std::uint32_t, std::uint32_t> pair) const noexcept {
    return static_cast<std::size_t>((std::uint64_t{pair.first} << 32 | pair.second) * 0x9E3779B97F4A7C15ULL >> 7);
  }
};

bool is_here(const Population::Image& image, const Query& query) {
  return image.columns != nullptr && query.day.value_or(image.day) == image.columns->day();
}

}  // namespace

std::optional<QueryColumns> QueryColumns::compile(const Population& population, const Query& query,
                                                  const ReadableTexts& texts) {
  QueryColumns made;
  bool all = true;
  const auto add = [&](const std::string& text) -> ProgramPointer {
    if (text.empty()) return nullptr;
    auto program = population.compile(*query.kind, texts.type(), text);
    all = all && program;
    return program ? *program : nullptr;
  };
  made.filter_ = add(query.filter);
  for (const std::string& text : query.group_by) made.keys_.push_back(add(text));
  for (const Measure& measure : query.measures) made.measures_.push_back(add(measure.text));
  if (made.measures_.empty()) made.measures_.emplace_back();
  return all ? std::optional(std::move(made)) : std::nullopt;
}

std::optional<std::vector<RecordId>> QueryColumns::passing(const Population::Image& image, const Query& query,
                                                           ReadableTexts& texts,
                                                           std::optional<std::size_t> filter) const {
  if (filter_ == nullptr || !is_here(image, query)) return std::nullopt;
  const Kind& kind = *query.kind;
  std::vector<RecordId> ids;
  for (const std::int32_t row : image.columns->rows_where(kind, filter_, [&](RecordId id) {
         const StatePointer state = image.facts.find(id);
         if (state == nullptr) return false;
         texts.read(image, *state, image.columns->day());
         return texts.value(*filter).is_true();
       }))
    ids.push_back(image.columns->record_of(kind, row));
  std::sort(ids.begin(), ids.end());
  return ids;
}

QueryColumns::Done QueryColumns::group(const Population::Image& image, const register_::Viewer& viewer,
                                       const Query& query, ReadableTexts& texts,
                                       const std::function<bool(FileId)>& may_leave,
                                       const std::vector<std::size_t>& keys,
                                       const std::vector<std::optional<std::size_t>>& measures, std::size_t groups_max,
                                       std::vector<QueryGroup>& groups, std::size_t& records) const {
  if (!is_here(image, query) || query.closed) return Done::NotHere;
  const ColumnImage& columns = *image.columns;
  const Kind& kind = *query.kind;
  const bool everybody = viewer.reach(kind) == register_::Reach::All;
  std::optional<Runner> filter;
  if (filter_ != nullptr) filter.emplace(filter_);
  std::deque<Runner> key_runners, measure_runners;
  std::vector<KeyNumbers> numbers;
  for (const ProgramPointer& program : keys_) {
    key_runners.emplace_back(program);
    numbers.emplace_back(*program->result);
  }
  std::vector<std::size_t> measured;  // the measures that have a text
  for (std::size_t m = 0; m < measures_.size(); ++m) {
    if (measures_[m] == nullptr) continue;
    measure_runners.emplace_back(measures_[m]);
    measured.push_back(m);
  }
  std::unordered_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t, PairHash>
      steps;                              // a group so far and the next key → the next
  std::vector<std::uint32_t> first_step;  // of the first key, by its number
  std::uint32_t steps_made = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> group_of_step;
  std::vector<std::vector<WordTally>> sums;  // by group, by measure with a text
  const bool one_key = keys_.size() == 1;
  std::vector<std::uint32_t> chain(keys_.size());

  const auto group_of = [&]() -> std::uint32_t {
    std::uint32_t place = 0;
    if (one_key) {
      if (chain[0] >= first_step.size()) first_step.resize(chain[0] + 1, UINT32_MAX);
      if (first_step[chain[0]] != UINT32_MAX) return first_step[chain[0]];
    } else if (!keys_.empty()) {
      for (const std::uint32_t number : chain) {
        const auto [next, added] = steps.try_emplace({place, number}, steps_made + 1);
        if (added) ++steps_made;
        place = next->second;
      }
      if (const auto known = group_of_step.find(place); known != group_of_step.end()) return known->second;
    } else if (!groups.empty()) {
      return 0;
    }
    const auto made = static_cast<std::uint32_t>(groups.size());
    QueryGroup& group = groups.emplace_back();
    for (std::size_t k = 0; k < keys_.size(); ++k) group.keys.push_back(numbers[k].value(chain[k]));
    group.tallies.resize(measures_.size());
    sums.emplace_back(measured.size());
    if (one_key) {
      first_step[chain[0]] = made;
    } else if (!keys_.empty()) {
      group_of_step[place] = made;
    }
    return made;
  };

  const std::size_t rows = columns.table(kind).rows;
  std::vector<std::int32_t> chosen, days;
  for (std::size_t first = 0; first < rows; first += columns::block_rows) {
    const std::size_t count = std::min(columns::block_rows, rows - first);
    chosen.clear();
    const std::uint8_t* truths = nullptr;
    if (filter) {
      filter->run(first, count, columns.day());
      truths = filter->truths();
    }
    const auto by_itself = [&](std::int32_t row) {
      const StatePointer state = image.facts.find(columns.record_of(kind, row));
      if (state != nullptr) texts.read(image, *state, columns.day());
      return state != nullptr;
    };
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = static_cast<std::int32_t>(first + i);
      if (truths != nullptr && !filter->escaped(i) && truths[i] != columns::yes) continue;
      if (!columns.is_open(kind, row)) continue;
      if ((!everybody && !viewer.may_know(kind, columns.file_of(kind, row))) ||
          (query.to_export && !may_leave(columns.file_of(kind, row))))
        continue;
      if (truths != nullptr && filter->escaped(i) && !(by_itself(row) && texts.value(0).is_true())) continue;
      chosen.push_back(row);
    }
    if (chosen.empty()) continue;
    days.assign(chosen.size(), static_cast<std::int32_t>(columns.day().days()));
    const auto run = [&](Runner& runner) {
      chosen.size() == count ? runner.run(first, count, columns.day()) : runner.run(chosen, days);
    };
    for (Runner& runner : key_runners) run(runner);
    for (Runner& runner : measure_runners) run(runner);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      bool read = false;
      const auto escaped = [&](const Runner& runner) {
        if (!runner.escaped(i)) return false;
        if (!read) read = by_itself(chosen[i]);
        return true;
      };
      for (std::size_t k = 0; k < keys_.size(); ++k) {
        chain[k] =
            escaped(key_runners[k]) ? numbers[k].of_value(texts.value(keys[k])) : numbers[k].of_row(key_runners[k], i);
      }
      const std::uint32_t place = group_of();
      if (groups.size() > groups_max) return Done::TooManyGroups;
      QueryGroup& group = groups[place];
      group.records.push_back(columns.record_of(kind, chosen[i]));
      for (std::size_t m = 0; m < measured.size(); ++m) {
        Runner& runner = measure_runners[m];
        const columns::Part& part = *runner.program().result;
        Tally& tally = group.tallies[measured[m]];
        if (escaped(runner)) {
          tally.take(texts.value(*measures[measured[m]]));
        } else if (part.form != Form::Number || part.is_constant) {
          tally.take(runner.value(i));
        } else if (const std::int64_t word = runner.frame().word(part.reg, i); !sums[place][m].take(word)) {
          sums[place][m].move_to(tally, part.scale, columns.texts());
          (void)sums[place][m].take(word);
        }
      }
      ++records;
    }
  }
  for (std::size_t g = 0; g < sums.size(); ++g) {
    for (std::size_t m = 0; m < measured.size(); ++m)
      sums[g][m].move_to(groups[g].tallies[measured[m]], measures_[measured[m]]->result->scale, columns.texts());
    std::sort(groups[g].records.begin(), groups[g].records.end());
  }
  return Done::Whole;
}

}  // namespace yuanqu::population
