#include "dmn/column_index.hpp"

#include <algorithm>
#include <array>

#include "feel/compare.hpp"

namespace yuanqu::dmn {

namespace {

using feel::Kind;
using feel::Value;

bool is_ordered(Kind kind) {
  return kind == Kind::Number || kind == Kind::Date || kind == Kind::YearsMonthsDuration ||
         kind == Kind::DaysTimeDuration;
}

// The one kind of all ends of the cell's bounds; Null when there is none or they differ.
Kind one_kind_of(const feel::SimpleTests& tests) {
  Kind kind = Kind::Null;
  for (const auto& bounds : tests.bounds) {
    for (const Value* end : {&bounds.low, &bounds.high}) {
      if (end->is_null()) continue;
      if (kind == Kind::Null)
        kind = end->kind();
      else if (kind != end->kind())
        return Kind::Null;
    }
    if (bounds.low.is_null() && bounds.high.is_null()) return Kind::Null;
  }
  return kind;
}

bool only_points(const feel::SimpleTests& tests) {
  return std::all_of(tests.bounds.begin(), tests.bounds.end(), feel::is_point);
}

void set_bit(std::vector<std::uint64_t>& mask, std::uint32_t rule) {
  mask[rule / 64] |= std::uint64_t{1} << (rule % 64);
}
void clear_bit(std::vector<std::uint64_t>& mask, std::uint32_t rule) {
  mask[rule / 64] &= ~(std::uint64_t{1} << (rule % 64));
}

}  // namespace

std::optional<ColumnIndex> ColumnIndex::build(const std::vector<Cell>& cells, std::uint32_t rules,
                                              std::size_t bytes_max) {
  ColumnIndex index;
  index.words_ = (rules + 63) / 64;
  // The kind most rules speak of is the column's; cells of another kind are tested one by one.
  std::array<std::size_t, 16> votes{};
  for (const auto& cell : cells) {
    if (!cell.tests || cell.tests->any) continue;
    const Kind kind = one_kind_of(*cell.tests);
    const bool usable =
        is_ordered(kind) || ((kind == Kind::String || kind == Kind::Boolean) && only_points(*cell.tests));
    if (usable) votes[static_cast<std::size_t>(kind)] += cell.rules.size();
  }
  const auto most = std::max_element(votes.begin(), votes.end());
  if (*most == 0) return std::nullopt;
  index.kind_ = static_cast<Kind>(most - votes.begin());

  index.complex_.assign(index.words_, 0);
  std::vector<Cell> simple;
  std::vector<std::uint64_t> admits_null(index.words_, 0);
  std::size_t bounds_count = 0;
  for (const auto& cell : cells) {
    const bool fits = cell.tests && (cell.tests->any || (one_kind_of(*cell.tests) == index.kind_ &&
                                                         (is_ordered(index.kind_) || only_points(*cell.tests))));
    if (!fits) {
      for (const auto rule : cell.rules) set_bit(index.complex_, rule);
      index.has_complex_ = index.has_complex_ || !cell.rules.empty();
      continue;
    }
    if (cell.admits_null) {
      for (const auto rule : cell.rules) set_bit(admits_null, rule);
    }
    bounds_count += cell.tests->bounds.size();
    simple.push_back(cell);
  }
  const std::size_t masks_max = is_ordered(index.kind_) ? 4 * bounds_count + 1 : bounds_count + 3;
  if (masks_max * index.words_ * 8 > bytes_max) return std::nullopt;
  index.null_mask_ = index.store(admits_null);
  if (is_ordered(index.kind_))
    index.build_ordered(simple);
  else
    index.build_constants(simple);
  return index;
}

std::uint32_t ColumnIndex::store(const std::vector<std::uint64_t>& new_mask) {
  const auto id = static_cast<std::uint32_t>(pool_.size() / words_);
  pool_.insert(pool_.end(), new_mask.begin(), new_mask.end());
  return id;
}

void ColumnIndex::build_ordered(const std::vector<Cell>& cells) {
  for (const auto& cell : cells) {
    for (const auto& bounds : cell.tests->bounds) {
      if (!bounds.low.is_null()) bounds_.push_back(bounds.low);
      if (!bounds.high.is_null()) bounds_.push_back(bounds.high);
    }
  }
  std::sort(bounds_.begin(), bounds_.end(), feel::comes_before);
  bounds_.erase(std::unique(bounds_.begin(), bounds_.end(),
                            [](const Value& a, const Value& b) {
                              return !feel::comes_before(a, b) && !feel::comes_before(b, a);
                            }),
                bounds_.end());
  // Integers compare faster than decimals; 0 to 9 digits after the point cover amounts, rates and counts.
  if (kind_ == Kind::Date) {
    scale_ = 0;
    for (const auto& bound : bounds_) keys_.push_back(bound.date().days());
  } else if (kind_ == Kind::Number) {
    int scale = 0;
    for (const auto& bound : bounds_) scale = std::max(scale, bound.number().scale());
    if (scale <= 9) {
      scale_ = scale;
      for (const auto& bound : bounds_) {
        const auto key = bound.number().to_scaled(scale);
        if (!key) {
          scale_ = -1;
          keys_.clear();
          break;
        }
        keys_.push_back(*key);
      }
    }
  }

  const std::size_t pieces = 2 * bounds_.size() + 1;
  std::vector<std::vector<std::uint32_t>> enter(pieces + 1), leave(pieces + 1);
  for (const auto& cell : cells) {
    if (cell.rules.empty()) continue;
    std::vector<std::pair<std::size_t, std::size_t>> ranges;  // half-open, of pieces
    if (cell.tests->any) {
      ranges.emplace_back(0, pieces);
    } else {
      for (const auto& bounds : cell.tests->bounds) {
        std::size_t from = 0, to = pieces;
        if (!bounds.low.is_null()) from = position_of(bounds.low) + (bounds.low_included ? 0 : 1);
        if (!bounds.high.is_null()) to = position_of(bounds.high) + (bounds.high_included ? 1 : 0);
        if (from < to) ranges.emplace_back(from, to);
      }
      std::sort(ranges.begin(), ranges.end());
      std::vector<std::pair<std::size_t, std::size_t>> merged;
      for (const auto& range : ranges) {
        if (!merged.empty() && range.first <= merged.back().second)
          merged.back().second = std::max(merged.back().second, range.second);
        else
          merged.push_back(range);
      }
      ranges = std::move(merged);
      if (cell.tests->negated) {
        std::vector<std::pair<std::size_t, std::size_t>> outside;
        std::size_t at = 0;
        for (const auto& range : ranges) {
          if (at < range.first) outside.emplace_back(at, range.first);
          at = range.second;
        }
        if (at < pieces) outside.emplace_back(at, pieces);
        ranges = std::move(outside);
      }
    }
    for (const auto& range : ranges) {
      enter[range.first].insert(enter[range.first].end(), cell.rules.begin(), cell.rules.end());
      leave[range.second].insert(leave[range.second].end(), cell.rules.begin(), cell.rules.end());
    }
  }
  std::vector<std::uint64_t> current(words_, 0);
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    for (const auto rule : leave[piece]) clear_bit(current, rule);
    for (const auto rule : enter[piece]) set_bit(current, rule);
    if (piece == 0 || !enter[piece].empty() || !leave[piece].empty())
      pieces_.push_back(store(current));
    else
      pieces_.push_back(pieces_.back());
  }
}

void ColumnIndex::build_constants(const std::vector<Cell>& cells) {
  std::vector<std::uint64_t> other(words_, 0);
  for (const auto& cell : cells) {
    if (!cell.tests->any && !cell.tests->negated) continue;
    for (const auto rule : cell.rules) set_bit(other, rule);
  }
  if (kind_ == Kind::Boolean) {
    for (const bool value : {false, true}) {
      auto own = other;
      for (const auto& cell : cells) {
        for (const auto& bounds : cell.tests->bounds) {
          if (bounds.low.boolean() != value) continue;
          for (const auto rule : cell.rules) cell.tests->negated ? clear_bit(own, rule) : set_bit(own, rule);
        }
      }
      boolean_masks_[value ? 1 : 0] = store(own);
    }
    return;
  }
  std::unordered_map<std::string, std::vector<std::uint64_t>> own;
  for (const auto& cell : cells) {
    for (const auto& bounds : cell.tests->bounds) {
      auto& mask_of_text = own.try_emplace(std::string(bounds.low.text()), other).first->second;
      for (const auto rule : cell.rules)
        cell.tests->negated ? clear_bit(mask_of_text, rule) : set_bit(mask_of_text, rule);
    }
  }
  other_mask_ = store(other);
  for (const auto& [text, text_mask] : own) constants_.emplace(text, store(text_mask));
}

// The piece a value lies in: 2i+1 on bound i, 2i in the gap before it.
std::size_t ColumnIndex::position_of(const Value& value) const {
  std::optional<std::int64_t> key;
  if (scale_ >= 0) key = kind_ == Kind::Date ? value.date().days() : value.number().to_scaled(scale_);
  if (key) {
    const auto at = static_cast<std::size_t>(std::lower_bound(keys_.begin(), keys_.end(), *key) - keys_.begin());
    return 2 * at + (at < keys_.size() && keys_[at] == *key ? 1 : 0);
  }
  const auto at = static_cast<std::size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), value, feel::comes_before) -
                                           bounds_.begin());
  return 2 * at + (at < bounds_.size() && !feel::comes_before(value, bounds_[at]) ? 1 : 0);
}

const std::uint64_t* ColumnIndex::find(const Value& value, feel::Horizon* horizon) const {
  if (value.is_null()) return mask(null_mask_);
  if (value.kind() != kind_) return nullptr;
  switch (kind_) {
    case Kind::Boolean: return mask(boolean_masks_[value.boolean() ? 1 : 0]);
    case Kind::String: {
      const auto found = constants_.find(value.text());
      return mask(found == constants_.end() ? other_mask_ : found->second);
    }
    default: break;
  }
  const std::size_t piece = position_of(value);
  if (horizon != nullptr && value.moves()) {
    // Whichever way the value moves, the first bound it meets or leaves is a neighbour of where it is.
    const std::size_t at = piece / 2;
    const auto note = [&](std::size_t bound) {
      feel::note_comparison(*horizon, value, feel::Relation::Less, bounds_[bound]);
      feel::note_comparison(*horizon, value, feel::Relation::LessOrEqual, bounds_[bound]);
    };
    if (at > 0) note(at - 1);
    if (at < bounds_.size()) note(at);
    if (piece % 2 == 1 && at + 1 < bounds_.size()) note(at + 1);
  }
  return mask(pieces_[piece]);
}

}  // namespace yuanqu::dmn
