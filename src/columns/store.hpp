#pragma once
// Store: tables of columns with what ties them together. A table's members are scalar columns, references (a column of
// row numbers of another table) and lists (the rows of another table that belong to a row, in the order of that table).
// Plain data: the owner guards it; programs read it.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "columns/column.hpp"
#include "columns/dictionary.hpp"

namespace yuanqu::columns {

// Rows that belong to each row of a parent table: a list per row, kept whole in one array with room to move.
class ChildList {
 public:
  std::span<const std::int32_t> of(std::size_t row) const {
    if (row >= places_.size()) return {};
    return {rows_.data() + places_[row].begin, places_[row].count};
  }
  void resize(std::size_t parents) { places_.resize(parents); }
  std::size_t parents() const { return places_.size(); }
  void set(std::size_t row, std::span<const std::int32_t> children);
  std::size_t bytes() const { return rows_.capacity() * 4 + places_.capacity() * sizeof(Place); }
  void save(std::string& out) const;
  bool load(std::string_view& in);

 private:
  struct Place {
    std::uint32_t begin = 0, count = 0;
  };
  void compact();
  std::vector<std::int32_t> rows_;
  std::vector<Place> places_;
  std::size_t dead_ = 0;
};

struct Table;

struct Member {
  enum class What : std::uint8_t { Scalar, Reference, List, Context };
  std::string name;  // FEEL name
  What what = What::Scalar;
  std::size_t column = 0;       // Scalar, Reference
  Table* table = nullptr;       // Reference, List: where it leads
  std::size_t list = 0;         // List
  std::string item;             // List: the member of `table` that is the item; empty: the row itself
  std::vector<Member> members;  // Context: parts of the row itself under names of their own
  std::size_t presence =
      SIZE_MAX;  // Context, List: a column that is null (or not yes) where it is null; none: always there
};

struct Table {
  std::string name;
  std::size_t rows = 0;
  std::vector<Column> columns;
  std::vector<ChildList> lists;
  std::vector<Member> members;
  std::size_t changes =
      SIZE_MAX;  // a column of days: the first later one on which what is read of a row may differ by itself

  const Member* member(std::string_view name_wanted) const;
  Member& add_scalar(std::string name_given, Form form, int scale = 0);
  void resize(std::size_t count);
  std::size_t bytes() const;
};

struct Store {
  Dictionary dictionary;
  std::vector<std::unique_ptr<Table>> tables;
  Table& add(std::string name);
  std::size_t bytes() const;

  // The rows of all tables as one file, written beside it and put in its place at once; `mark` is the caller's (a
  // journal position, a hash of packs). load() fills a store whose tables have the same columns, and answers the mark:
  // NotFound without a file, Invalid when it is damaged or of another layout.
  base::Result<void> save(const std::filesystem::path& file, std::string_view mark) const;
  base::Result<std::string> load(const std::filesystem::path& file);
};

}  // namespace yuanqu::columns
