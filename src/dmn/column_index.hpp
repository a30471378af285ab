#pragma once
// ColumnIndex: all constant cells of one table column as a map from value to the set of rules whose cell it satisfies.
//
// Ordered kinds (number, date, durations): the sorted bounds cut the line into 2k+1 pieces (points and gaps between
// them), each with its rule mask; finding the piece is a binary search. Text and booleans: a hash of the constants, one
// mask for "none of them". Cells the index does not know (names, functions, `?`, another kind than the rest) are in
// complex(): they must be tested one by one. find() answers nullptr for a value of another kind: then every cell of the
// column must be tested. Immutable; masks have one bit a rule, lowest bit first.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "feel/horizon.hpp"
#include "feel/inspect.hpp"
#include "feel/value.hpp"

namespace yuanqu::dmn {

class ColumnIndex {
 public:
  struct Cell {
    std::optional<feel::SimpleTests> tests;  // nullopt: complex
    bool admits_null = false;                // what evaluating the cell answers for null
    std::vector<std::uint32_t> rules;        // whose cell this is
  };

  // `rules` is the number of rules; the cells' rules partition 0 … rules-1. nullopt when no cell but `-` is simple, or
  // the masks would need more than `bytes_max`.
  static std::optional<ColumnIndex> build(const std::vector<Cell>& cells, std::uint32_t rules,
                                          std::size_t bytes_max = 32u << 20);

  // The mask of the rules whose simple cell is satisfied; complex cells have no bit in it. A horizon, if given, hears
  // of the neighbouring bounds of a moving value.
  const std::uint64_t* find(const feel::Value& value, feel::Horizon* horizon) const;

  bool has_complex() const { return has_complex_; }
  bool is_complex(std::uint32_t rule) const { return (complex_[rule / 64] >> (rule % 64)) & 1u; }
  const std::uint64_t* complex() const { return complex_.data(); }
  std::size_t words() const { return words_; }

 private:
  ColumnIndex() = default;
  void build_ordered(const std::vector<Cell>& cells);
  void build_constants(const std::vector<Cell>& cells);
  std::size_t position_of(const feel::Value& value) const;
  std::uint32_t store(const std::vector<std::uint64_t>& mask);
  const std::uint64_t* mask(std::uint32_t id) const { return pool_.data() + std::size_t{id} * words_; }

  feel::Kind kind_ = feel::Kind::Null;
  std::size_t words_ = 0;
  bool has_complex_ = false;
  std::vector<std::uint64_t> complex_;
  std::vector<std::uint64_t> pool_;
  std::uint32_t null_mask_ = 0;
  // ordered kinds
  std::vector<feel::Value> bounds_;
  std::vector<std::int64_t> keys_;  // bounds as integers at `scale_` when all of them fit
  int scale_ = -1;                  // -1: compare values
  std::vector<std::uint32_t> pieces_;
  // text and booleans
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> constants_;
  std::uint32_t other_mask_ = 0;
  std::uint32_t boolean_masks_[2] = {0, 0};
};

}  // namespace yuanqu::dmn
