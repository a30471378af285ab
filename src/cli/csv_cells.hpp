#pragma once
// CSV cells straight into vectors of words: no text is made for a number, a date or a truth. What is written unusually
// (quotes, exponents, blanks) takes the slow way for its cell; what does not fit its column makes the row odd.

#include <string>
#include <string_view>
#include <vector>

#include "columns/column.hpp"
#include "columns/dictionary.hpp"
#include "feel/type.hpp"

namespace yuanqu::cli {

struct CsvColumn {
  columns::Form form = columns::Form::Null;  // Null: passed over
  std::size_t column = 0;                    // of the table
  int scale = 0;
  feel::TypePointer type;
};

class CsvRows {
 public:
  // Reads whole lines. False when a number needs `wanted` digits after the point and its column (`column`) has fewer.
  bool read(std::string_view bytes, const std::vector<CsvColumn>& cells, std::size_t columns,
            columns::Dictionary& dictionary, int& wanted, std::size_t& column);
  std::size_t count() const { return places_.size(); }
  std::size_t place(std::size_t row) const { return places_[row]; }  // where it begins in the bytes
  bool is_odd(std::size_t row) const { return odd_[row] != 0; }
  void give(std::size_t column, columns::Column& to) const;

 private:
  struct Words {
    std::vector<std::int64_t> wide;
    std::vector<std::int32_t> narrow;
    std::vector<std::uint8_t> truths;
  };
  void add_row(std::size_t place);
  std::vector<std::size_t> places_;
  std::vector<std::uint8_t> odd_;
  std::vector<Words> words_;
};

}  // namespace yuanqu::cli
