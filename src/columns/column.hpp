#pragma once
// Column: the values of one field of all rows of a table. Whole numbers and codes lie in 1, 2, 4 or 8 bytes, as many as
// the widest value needs, with the lowest word of that width meaning null; the column widens by itself. Each block of
// 1,024 rows knows bounds of its numbers, which is what proofs of range start from.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "columns/form.hpp"
#include "feel/value.hpp"

namespace yuanqu::columns {

class Dictionary;

inline constexpr std::size_t block_rows = 1024;

class Column {
 public:
  // `scale` of a Number. Form: Boolean, Number, Date, Text, Months, Seconds, Index or Boxed.
  explicit Column(Form form, int scale = 0);

  Form form() const { return form_; }
  int scale() const { return scale_; }
  int width() const { return width_; }
  std::size_t size() const { return size_; }
  const std::byte* data() const { return data_.data(); }
  const std::vector<feel::Value>& boxed() const { return boxed_; }

  void resize(std::size_t rows);  // new rows are null
  void reserve(std::size_t rows);
  // Coefficient, days, code, row; null64 is null. Boolean: no, unknown, yes.
  void set(std::size_t row, std::int64_t word);
  std::int64_t word(std::size_t row) const;
  void set_boxed(std::size_t row, feel::Value value) { boxed_[row] = std::move(value); }
  // All rows at once: words of 8, 4 or 1 bytes as vectors hold them (form.hpp).
  void assign(const std::int64_t* words, std::size_t rows);
  void assign(const std::int32_t* words, std::size_t rows);
  void assign(const std::uint8_t* truths, std::size_t rows);
  // Takes a FEEL value; false when the form cannot hold it (the row must then be evaluated by itself) and the row is
  // null.
  bool set_value(std::size_t row, const feel::Value& value, Dictionary& dictionary);
  feel::Value value(std::size_t row, const Dictionary& dictionary) const;

  struct Bounds {
    std::int64_t low = INT64_MAX, high = INT64_MIN;  // of the values that are not null; empty when low > high
  };
  Bounds bounds(std::size_t first,
                std::size_t count) const;  // of the blocks that hold these rows: may be wider, never narrower
  const Bounds& bounds() const { return all_; }
  std::size_t bytes() const {
    return data_.capacity() + blocks_.capacity() * sizeof(Bounds) + boxed_.capacity() * sizeof(feel::Value);
  }

  void save(std::string& out) const;
  bool load(std::string_view& in);  // of the same form and scale

 private:
  void widen(int width);
  void put(std::size_t row, std::int64_t word);

  Form form_;
  int scale_;
  int width_;
  bool ordered_;  // keeps bounds
  std::size_t size_ = 0;
  std::vector<std::byte> data_;
  std::vector<Bounds> blocks_;
  Bounds all_;
  std::vector<feel::Value> boxed_;
};

// The value of a word as FEEL sees it.
feel::Value to_value(Form form, int scale, std::int64_t word, const Dictionary& dictionary);
// The word of a value; null64 for null, nullopt-like false when the form does not fit.
bool to_word(Form form, int scale, const feel::Value& value, Dictionary* dictionary, std::int64_t& word);

}  // namespace yuanqu::columns
