#include "columns/column.hpp"

#include <algorithm>
#include <cstring>

#include "columns/bytes.hpp"
#include "columns/dictionary.hpp"
#include "columns/kernels.hpp"
#include "feel/expression.hpp"

namespace yuanqu::columns {

using feel::Kind;
using feel::Value;

namespace {

template <class T>
std::int64_t read(const std::byte* data, std::size_t row) {
  T word;
  std::memcpy(&word, data + row * sizeof(T), sizeof(T));
  return word == std::numeric_limits<T>::min() ? null64 : static_cast<std::int64_t>(word);
}
template <class T>
void write(std::byte* data, std::size_t row, std::int64_t word) {
  const T narrow = word == null64 ? std::numeric_limits<T>::min() : static_cast<T>(word);
  std::memcpy(data + row * sizeof(T), &narrow, sizeof(T));
}
int width_for(std::int64_t word) {
  if (word == null64 || (word > INT8_MIN && word <= INT8_MAX)) return 1;
  if (word > INT16_MIN && word <= INT16_MAX) return 2;
  return word > INT32_MIN && word <= INT32_MAX ? 4 : 8;
}

}  // namespace

Column::Column(Form form, int scale)
    : form_(form),
      scale_(scale),
      width_(form == Form::Date || form == Form::Index ? 4
             : form == Form::Boxed                     ? 0
                                                       : 1),
      ordered_(form == Form::Number || form == Form::Months || form == Form::Seconds) {}

void Column::reserve(std::size_t rows) {
  form_ == Form::Boxed ? boxed_.reserve(rows) : data_.reserve(rows * static_cast<std::size_t>(width_));
}

void Column::resize(std::size_t rows) {
  const std::size_t before = size_;
  size_ = rows;
  if (form_ == Form::Boxed) {
    boxed_.resize(rows);
    return;
  }
  data_.resize(rows * static_cast<std::size_t>(width_));
  if (ordered_) blocks_.resize((rows + block_rows - 1) / block_rows);
  for (std::size_t row = before; row < rows; ++row) put(row, form_ == Form::Boolean ? unknown : null64);
}

void Column::put(std::size_t row, std::int64_t word) {
  switch (width_) {
    case 1:
      form_ == Form::Boolean ? static_cast<void>(data_[row] = static_cast<std::byte>(word))
                             : write<std::int8_t>(data_.data(), row, word);
      break;
    case 2: write<std::int16_t>(data_.data(), row, word); break;
    case 4: write<std::int32_t>(data_.data(), row, word); break;
    default: write<std::int64_t>(data_.data(), row, word); break;
  }
}

std::int64_t Column::word(std::size_t row) const {
  if (form_ == Form::Boolean) return static_cast<std::int64_t>(data_[row]);
  switch (width_) {
    case 1: return read<std::int8_t>(data_.data(), row);
    case 2: return read<std::int16_t>(data_.data(), row);
    case 4: return read<std::int32_t>(data_.data(), row);
    default: return read<std::int64_t>(data_.data(), row);
  }
}

void Column::widen(int width) {
  std::vector<std::byte> wider(size_ * static_cast<std::size_t>(width));
  std::vector<std::byte> before = std::move(data_);
  const int from = width_;
  data_ = std::move(wider);
  for (std::size_t row = 0; row < size_; ++row) {
    const std::int64_t word = from == 1   ? read<std::int8_t>(before.data(), row)
                              : from == 2 ? read<std::int16_t>(before.data(), row)
                                          : read<std::int32_t>(before.data(), row);
    width_ = width;
    put(row, word);
  }
  width_ = width;
}

void Column::set(std::size_t row, std::int64_t word) {
  if (form_ != Form::Boolean) {
    const int needed = width_for(word);
    if (needed > width_) widen(needed);
    if (ordered_ && word != null64) {
      for (Bounds* bounds : {&blocks_[row / block_rows], &all_}) {
        bounds->low = std::min(bounds->low, word);
        bounds->high = std::max(bounds->high, word);
      }
    }
  }
  put(row, word);
}

void Column::assign(const std::int64_t* words, std::size_t rows) {
  width_ = 8;
  size_ = rows;
  data_.resize(rows * 8);
  std::memcpy(data_.data(), words, rows * 8);
  blocks_.resize((rows + block_rows - 1) / block_rows);
  all_ = {};
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    Bounds& bounds = blocks_[block];
    kernels().bounds(words + block * block_rows, std::min(block_rows, rows - block * block_rows), &bounds.low,
                     &bounds.high);
    all_.low = std::min(all_.low, bounds.low);
    all_.high = std::max(all_.high, bounds.high);
  }
}
void Column::assign(const std::int32_t* words, std::size_t rows) {
  width_ = 4;
  size_ = rows;
  data_.resize(rows * 4);
  std::memcpy(data_.data(), words, rows * 4);
}
void Column::assign(const std::uint8_t* truths, std::size_t rows) {
  size_ = rows;
  data_.resize(rows);
  std::memcpy(data_.data(), truths, rows);
}

Column::Bounds Column::bounds(std::size_t first, std::size_t count) const {
  Bounds bounds;
  if (count == 0 || !ordered_) return bounds;
  for (std::size_t block = first / block_rows; block <= (first + count - 1) / block_rows; ++block) {
    bounds.low = std::min(bounds.low, blocks_[block].low);
    bounds.high = std::max(bounds.high, blocks_[block].high);
  }
  return bounds;
}

Value to_value(Form form, int scale, std::int64_t word, const Dictionary& dictionary) {
  if (form == Form::Boolean) return word == unknown ? Value() : Value(word == yes);
  if (word == null64) return {};
  switch (form) {
    case Form::Number: return Value(base::Decimal::from_scaled(word, scale));
    case Form::Date: return Value(base::Date::from_days(word));
    case Form::Text: return dictionary.value(static_cast<std::int32_t>(word));
    case Form::Months: return Value(feel::YearsMonthsDuration{word});
    case Form::Seconds: return Value(feel::DaysTimeDuration{word, 0});
    default: return {};
  }
}

bool to_word(Form form, int scale, const Value& value, Dictionary* dictionary, std::int64_t& word) {
  word = form == Form::Boolean ? unknown : null64;
  if (value.is_null()) return true;
  switch (form) {
    case Form::Boolean:
      if (!value.is(Kind::Boolean)) return false;
      word = value.boolean() ? yes : no;
      return true;
    case Form::Number: {
      if (!value.is(Kind::Number)) return false;
      const auto scaled = value.number().to_scaled(scale);
      if (!scaled || *scaled == null64) return false;
      word = *scaled;
      return true;
    }
    case Form::Date:
      if (!value.is(Kind::Date) || value.date().days() <= INT32_MIN || value.date().days() > INT32_MAX) return false;
      word = value.date().days();
      return true;
    case Form::Text:
      if (!value.is(Kind::String)) return false;
      word = dictionary == nullptr ? null64 : dictionary->code_of(value.text());
      return dictionary != nullptr;
    case Form::Months:
      if (!value.is(Kind::YearsMonthsDuration) || value.years_months().total_months == null64) return false;
      word = value.years_months().total_months;
      return true;
    case Form::Seconds:
      if (!value.is(Kind::DaysTimeDuration) || value.days_time().nanoseconds != 0) return false;
      word = value.days_time().seconds;
      return true;
    default: return false;
  }
}

bool Column::set_value(std::size_t row, const Value& value, Dictionary& dictionary) {
  if (form_ == Form::Boxed) {
    boxed_[row] = value;
    return true;
  }
  std::int64_t word = null64;
  const bool fits = to_word(form_, scale_, value, &dictionary, word);
  set(row, word);
  return fits;
}

Value Column::value(std::size_t row, const Dictionary& dictionary) const {
  return form_ == Form::Boxed ? boxed_[row] : to_value(form_, scale_, word(row), dictionary);
}

void Column::save(std::string& out) const {
  columns::put(out, static_cast<std::uint8_t>(form_));
  columns::put(out, static_cast<std::int32_t>(scale_));
  columns::put(out, static_cast<std::int32_t>(width_));
  columns::put(out, static_cast<std::uint64_t>(size_));
  put_array(out, data_.data(), data_.size());
  columns::put(out, static_cast<std::uint64_t>(blocks_.size()));
  put_array(out, blocks_.data(), blocks_.size());
  columns::put(out, all_);
  if (form_ != Form::Boxed) return;
  for (const feel::Value& value : boxed_) put_text(out, value.is_null() ? std::string() : feel::to_literal(value));
}

bool Column::load(std::string_view& in) {
  std::uint8_t form = 0;
  std::int32_t scale = 0, width = 0;
  std::uint64_t size = 0, blocks = 0;
  if (!get(in, form) || !get(in, scale) || !get(in, width) || !get(in, size)) return false;
  if (form != static_cast<std::uint8_t>(form_) || scale != scale_ ||
      (width != 1 && width != 2 && width != 4 && width != 8 && (form_ != Form::Boxed || width != 0)))
    return false;
  if (size != 0 && in.size() / size < static_cast<std::size_t>(width)) return false;
  if (!get_array(in, data_, size * static_cast<std::uint64_t>(width)) || !get(in, blocks)) return false;
  if (blocks != (ordered_ ? (size + block_rows - 1) / block_rows : 0) || !get_array(in, blocks_, blocks) ||
      !get(in, all_))
    return false;
  width_ = width;
  size_ = size;
  if (form_ != Form::Boxed) return true;
  boxed_.assign(size_, {});
  for (feel::Value& value : boxed_) {
    std::string text;
    if (!get_text(in, text)) return false;
    if (text.empty()) continue;
    auto read = feel::evaluate_text(text);
    if (!read) return false;
    value = std::move(*read);
  }
  return true;
}

}  // namespace yuanqu::columns
