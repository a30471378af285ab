#include "population/held_outcomes.hpp"

#include "columns/bytes.hpp"

namespace yuanqu::population {

namespace {

std::string key_of(bool applies, const feel::Value& value, const std::string& rules) {
  return (applies ? "1" : "0") + OutcomeStore::text_of(value) + '\x1f' + rules;
}

std::int32_t word_of(std::optional<base::Date> day, std::int32_t none) {
  return day ? static_cast<std::int32_t>(day->days()) : none;
}
std::optional<base::Date> day_of(std::int32_t word, std::int32_t none) {
  return word == none ? std::nullopt : std::optional(base::Date::from_days(word));
}

}  // namespace

std::uint32_t HeldOutcomes::number_of(const Outcome& outcome) {
  const auto [found, added] = numbers_.try_emplace(key_of(outcome.applies, outcome.value, outcome.rules), 0);
  if (added) {
    if (free_.empty()) {
      found->second = static_cast<std::uint32_t>(values_.size());
      values_.emplace_back();
    } else {
      found->second = free_.back();
      free_.pop_back();
    }
    values_[found->second] = {outcome.applies, outcome.value, outcome.rules, 0};
  }
  ++values_[found->second].used;
  return found->second;
}

void HeldOutcomes::release(std::uint32_t number) {
  if (number == 0 || --values_[number].used != 0) return;
  numbers_.erase(key_of(values_[number].applies, values_[number].value, values_[number].rules));
  values_[number] = {};
  free_.push_back(number);
}

void HeldOutcomes::put(const Outcome& outcome) {
  const auto row = static_cast<std::size_t>(rows_.add(kind_, outcome.subject));
  if (row >= held_.size()) {  // everybody of the kind at once, with little to spare
    const std::size_t rows = rows_.records(kind_).size();
    if (rows > held_.capacity()) held_.reserve(held_.empty() ? rows : rows + rows / 32);
    held_.resize(rows);
  }
  Held& held = held_[row];
  const std::uint32_t before = held.value;
  if (before == 0) ++size_;
  held.value = number_of(outcome);
  release(before);
  held.since = word_of(outcome.since, no_day);
  held.until = word_of(outcome.until, no_day);
  if (outcome.look_again && outcome.look_again != outcome.until) {
    look_again_[static_cast<std::int32_t>(row)] = *outcome.look_again;
  } else if (!look_again_.empty()) {
    look_again_.erase(static_cast<std::int32_t>(row));
  }
}

void HeldOutcomes::erase(RecordId subject) {
  const auto row = rows_.row_of(kind_, subject);
  if (!row || static_cast<std::size_t>(*row) >= held_.size() || held_[static_cast<std::size_t>(*row)].value == 0)
    return;
  release(held_[static_cast<std::size_t>(*row)].value);
  held_[static_cast<std::size_t>(*row)] = {};
  look_again_.erase(*row);
  --size_;
}

std::optional<base::Date> HeldOutcomes::until_at(std::int32_t row) const {
  return static_cast<std::size_t>(row) < held_.size() ? day_of(held_[static_cast<std::size_t>(row)].until, no_day)
                                                      : std::nullopt;
}

std::optional<Outcome> HeldOutcomes::at(std::int32_t row) const {
  const std::uint32_t number = number_at(row);
  if (number == 0) return std::nullopt;
  const Held& held = held_[static_cast<std::size_t>(row)];
  const Kept& kept = values_[number];
  Outcome outcome{
      .subject = rows_.record_of(kind_, row), .applies = kept.applies, .value = kept.value, .rules = kept.rules};
  outcome.since = day_of(held.since, no_day);
  outcome.until = outcome.look_again = day_of(held.until, no_day);
  if (const auto later = look_again_.find(row); later != look_again_.end()) outcome.look_again = later->second;
  return outcome;
}

std::optional<Outcome> HeldOutcomes::find(RecordId subject) const {
  const auto row = rows_.row_of(kind_, subject);
  return row ? at(*row) : std::nullopt;
}

void HeldOutcomes::for_each(const std::function<void(const Outcome&)>& callback) const {
  for (std::size_t row = 0; row < held_.size(); ++row) {
    if (held_[row].value != 0) callback(*at(static_cast<std::int32_t>(row)));
  }
}

std::size_t HeldOutcomes::bytes() const {
  std::size_t total = held_.capacity() * sizeof(Held) + values_.capacity() * sizeof(Kept) + look_again_.size() * 40;
  for (const auto& [key, number] : numbers_) total += key.capacity() + 72;
  return total;
}

void HeldOutcomes::save(std::string& out) const {
  columns::put(out, static_cast<std::uint64_t>(held_.size()));
  columns::put_array(out, held_.data(), held_.size());
  columns::put(out, static_cast<std::uint64_t>(values_.size()));
  for (const Kept& kept : values_) {
    columns::put(out, static_cast<std::uint64_t>(kept.used));
    columns::put(out, static_cast<std::uint8_t>(kept.applies));
    columns::put_text(out, OutcomeStore::text_of(kept.value));
    columns::put_text(out, kept.rules);
  }
  columns::put(out, static_cast<std::uint64_t>(look_again_.size()));
  for (const auto& [row, day] : look_again_) {
    columns::put(out, row);
    columns::put(out, static_cast<std::int32_t>(day.days()));
  }
}

bool HeldOutcomes::load(std::string_view& in) {
  std::uint64_t rows = 0, values = 0, later = 0;
  if (!columns::get(in, rows) || !columns::get_array(in, held_, rows) || !columns::get(in, values) || values == 0)
    return false;
  values_.clear();
  numbers_.clear();
  free_.clear();
  look_again_.clear();
  size_ = 0;
  for (std::uint64_t i = 0; i < values; ++i) {
    std::uint64_t used = 0;
    std::uint8_t applies = 0;
    std::string text;
    Kept kept;
    if (!columns::get(in, used) || !columns::get(in, applies) || !columns::get_text(in, text) ||
        !columns::get_text(in, kept.rules))
      return false;
    kept.used = used;
    kept.applies = applies != 0;
    kept.value = OutcomeStore::value_of(text);
    if (i != 0 && used == 0) free_.push_back(static_cast<std::uint32_t>(i));
    if (used != 0) numbers_.emplace(key_of(kept.applies, kept.value, kept.rules), static_cast<std::uint32_t>(i));
    values_.push_back(std::move(kept));
  }
  for (const Held& held : held_) {
    if (held.value >= values_.size()) return false;
    if (held.value != 0) ++size_;
  }
  if (!columns::get(in, later)) return false;
  for (std::uint64_t i = 0; i < later; ++i) {
    std::int32_t row = 0, day = 0;
    if (!columns::get(in, row) || !columns::get(in, day)) return false;
    look_again_[row] = base::Date::from_days(day);
  }
  return true;
}

}  // namespace yuanqu::population
