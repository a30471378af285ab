#include "cli/csv_cells.hpp"

#include <algorithm>
#include <cstring>

#include "cli/decide_columns.hpp"
#include "dmn/typed_input.hpp"

namespace yuanqu::cli {

using columns::Form;
using columns::null32;
using columns::null64;

namespace {

bool ends_cell(const char* at, const char* end) {
  return at == end || *at == ',' || *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n'));
}

// [-]digits[.digits], at most 18 digits: the word at `scale`. Nullptr when it is written otherwise; `digits` tells how
// many there are after the point.
const char* read_number(const char* at, const char* end, int scale, std::int64_t& word, int& digits) {
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  const char* first = at;
  std::int64_t value = 0;
  while (at != end && static_cast<unsigned char>(*at - '0') < 10) value = value * 10 + (*at++ - '0');
  if (at == first || at - first > 17) return nullptr;
  digits = 0;
  if (at != end && *at == '.') {
    const char* point = ++at;
    const char* last = point;  // behind the last digit that is not 0
    std::int64_t kept = value;
    while (at != end && static_cast<unsigned char>(*at - '0') < 10) {
      if (at - first > 18) return nullptr;
      value = value * 10 + (*at++ - '0');
      if (at[-1] != '0') {
        last = at;
        kept = value;
      }
    }
    if (at == point) return nullptr;
    digits = static_cast<int>(last - point);
    value = kept;
  }
  if (!ends_cell(at, end)) return nullptr;
  if (digits > scale) return at;  // the caller looks
  std::int64_t scaled = value;
  for (int i = digits; i < scale; ++i) {
    if (__builtin_mul_overflow(scaled, std::int64_t{10}, &scaled)) return nullptr;
  }
  word = negative ? -scaled : scaled;
  return at;
}

const char* read_date(const char* at, const char* end, std::int32_t& word) {
  if (end - at < 10 || at[4] != '-' || at[7] != '-' || !ends_cell(at + 10, end)) return nullptr;
  int parts[3] = {0, 0, 0};
  static constexpr int begins[3] = {0, 5, 8}, lengths[3] = {4, 2, 2};
  for (int p = 0; p < 3; ++p) {
    for (int i = 0; i < lengths[p]; ++i) {
      const auto digit = static_cast<unsigned char>(at[begins[p] + i] - '0');
      if (digit > 9) return nullptr;
      parts[p] = parts[p] * 10 + digit;
    }
  }
  if (parts[0] == 0 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 28) {
    const auto date = base::Date::from_civil(parts[0], parts[1], parts[2]);
    if (!date) return nullptr;
    word = static_cast<std::int32_t>(date->days());
    return at + 10;
  }
  const int y = parts[0] - (parts[1] <= 2 ? 1 : 0), era = y / 400, yoe = y - era * 400;
  const int doy = (153 * (parts[1] > 2 ? parts[1] - 3 : parts[1] + 9) + 2) / 5 + parts[2] - 1;
  word = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
  return at + 10;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

bool read_csv_record(std::string_view bytes, std::size_t& at, std::size_t header_size,
                     std::vector<std::string>& cells) {
  cells.clear();
  std::string cell;
  bool quoted = false;
  while (true) {
    const bool over = at >= bytes.size();
    if (over ||
        (!quoted && (bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 >= bytes.size() || bytes[at + 1] == '\n'))))) {
      if (!over) at += bytes[at] == '\r' && at + 1 < bytes.size() ? 2 : 1;
      break;
    }
    const char c = bytes[at++];
    if (quoted) {
      if (c != '"')
        cell += c;
      else if (at < bytes.size() && bytes[at] == '"')
        cell += bytes[at++];
      else
        quoted = false;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      cells.push_back(std::move(cell));
      cell.clear();
    } else {
      cell += c;
    }
  }
  cells.push_back(std::move(cell));
  return !(cells.size() == 1 && cells[0].empty() && header_size > 1);
}

void CsvRows::add_row(std::size_t place) {
  places_.push_back(place);
  odd_.push_back(0);
}

bool CsvRows::read(std::string_view bytes, const std::vector<CsvColumn>& cells, std::size_t columns,
                   columns::Dictionary& dictionary, int& wanted, std::size_t& column) {
  places_.clear();
  odd_.clear();
  words_.assign(columns, {});
  const std::size_t guess = bytes.size() / 48 + 16;
  places_.reserve(guess);
  odd_.reserve(guess);
  for (const CsvColumn& cell : cells) {
    if (cell.form == Form::Null) continue;
    Words& words = words_[cell.column];
    if (cell.form == Form::Number)
      words.wide.reserve(guess);
    else if (cell.form == Form::Boolean)
      words.truths.reserve(guess);
    else
      words.narrow.reserve(guess);
  }
  const char* begin = bytes.data();
  const char* end = begin + bytes.size();
  const char* at = begin;
  std::string text;
  while (at != end) {
    if (cells.size() > 1 && (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n')))) {  // an empty line
      at += *at == '\r' && at + 1 != end ? 2 : 1;
      continue;
    }
    add_row(static_cast<std::size_t>(at - begin));
    std::uint8_t& odd = odd_.back();
    bool row_over = false;
    for (std::size_t c = 0; c < cells.size() || !row_over; ++c) {
      const CsvColumn* cell = c < cells.size() ? &cells[c] : nullptr;
      if (cell == nullptr) odd = 1;  // more cells than the header
      std::int64_t wide = null64;
      std::int32_t narrow = null32;
      std::uint8_t truth = columns::unknown;
      if (!row_over) {
        const char* after = nullptr;
        if (ends_cell(at, end)) {
          after = at;
        } else if (cell != nullptr && *at != '"') {
          switch (cell->form) {
            case Form::Number: {
              int digits = 0;
              after = read_number(at, end, cell->scale, wide, digits);
              if (after != nullptr && digits > cell->scale) {
                if (digits <= 9) {
                  wanted = digits;
                  column = cell->column;
                  return false;
                }
                after = nullptr;
              }
              break;
            }
            case Form::Date: after = read_date(at, end, narrow); break;
            case Form::Boolean:
              if ((*at == '0' || *at == '1') && ends_cell(at + 1, end)) {
                truth = *at == '1' ? columns::yes : columns::no;
                after = at + 1;
              } else if (end - at >= 4 && std::memcmp(at, "true", 4) == 0 && ends_cell(at + 4, end)) {
                truth = columns::yes;
                after = at + 4;
              } else if (end - at >= 5 && std::memcmp(at, "false", 5) == 0 && ends_cell(at + 5, end)) {
                truth = columns::no;
                after = at + 5;
              }
              break;
            default: {
              after = at;
              while (!ends_cell(after, end)) ++after;
              const std::string_view given(at, static_cast<std::size_t>(after - at));
              if (cell->form == Form::Text && !is_blank(given)) narrow = dictionary.code_of(given);
            }
          }
        }
        if (after == nullptr) {
          // The cell as text, read as the row-by-row path reads it.
          text.clear();
          bool quoted = false;
          after = at;
          while (after != end && (quoted || !ends_cell(after, end))) {
            const char one = *after++;
            if (quoted) {
              if (one != '"')
                text += one;
              else if (after != end && *after == '"')
                text += *after++;
              else
                quoted = false;
            } else if (one == '"' && text.empty()) {
              quoted = true;
            } else {
              text += one;
            }
          }
          if (cell != nullptr && cell->form != Form::Null) {
            const auto value = dmn::value_from_text(text, cell->type);
            std::int64_t word = null64;
            if (!value || !columns::to_word(cell->form, cell->scale, *value, &dictionary, word)) {
              odd = 1;
            } else {
              wide = word;
              narrow = word == null64 ? null32 : static_cast<std::int32_t>(word);
              truth = static_cast<std::uint8_t>(word);
            }
          }
        }
        at = after;
        if (at == end) {
          row_over = true;
        } else if (*at == ',') {
          ++at;
        } else {
          at += *at == '\r' && at + 1 != end ? 2 : 1;
          row_over = true;
        }
      }
      if (cell == nullptr || cell->form == Form::Null) continue;
      Words& words = words_[cell->column];
      switch (cell->form) {
        case Form::Number: words.wide.push_back(wide); break;
        case Form::Boolean: words.truths.push_back(truth); break;
        default: words.narrow.push_back(narrow); break;
      }
    }
  }
  return true;
}

void CsvRows::give(std::size_t column, columns::Column& to) const {
  const Words& words = words_[column];
  const std::size_t rows = count();
  if (!words.wide.empty())
    to.assign(words.wide.data(), rows);
  else if (!words.narrow.empty())
    to.assign(words.narrow.data(), rows);
  else if (!words.truths.empty())
    to.assign(words.truths.data(), rows);
  else if (to.size() != rows)
    to.resize(rows);  // nobody gives it: null
}

}  // namespace yuanqu::cli
