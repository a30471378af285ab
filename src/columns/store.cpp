#include "columns/store.hpp"

#include <algorithm>

#include "columns/bytes.hpp"

namespace yuanqu::columns {

void ChildList::set(std::size_t row, std::span<const std::int32_t> children) {
  if (row >= places_.size()) places_.resize(row + 1);
  Place& place = places_[row];
  const auto count = static_cast<std::uint32_t>(children.size());
  if (count <= place.count) {
    std::copy(children.begin(), children.end(), rows_.begin() + place.begin);
    dead_ += place.count - count;
  } else {
    dead_ += place.count;
    place.begin = static_cast<std::uint32_t>(rows_.size());
    rows_.insert(rows_.end(), children.begin(), children.end());
  }
  place.count = count;
  if (dead_ > 4096 && dead_ * 2 > rows_.size()) compact();
}

void ChildList::compact() {
  std::vector<std::int32_t> packed;
  packed.reserve(rows_.size() - dead_);
  for (Place& place : places_) {
    const auto begin = static_cast<std::uint32_t>(packed.size());
    packed.insert(packed.end(), rows_.begin() + place.begin, rows_.begin() + place.begin + place.count);
    place.begin = begin;
  }
  rows_ = std::move(packed);
  dead_ = 0;
}

void ChildList::save(std::string& out) const {
  put(out, static_cast<std::uint64_t>(rows_.size()));
  put_array(out, rows_.data(), rows_.size());
  put(out, static_cast<std::uint64_t>(places_.size()));
  put_array(out, places_.data(), places_.size());
  put(out, static_cast<std::uint64_t>(dead_));
}

bool ChildList::load(std::string_view& in) {
  std::uint64_t rows = 0, places = 0, dead = 0;
  if (!get(in, rows) || !get_array(in, rows_, rows) || !get(in, places) || !get_array(in, places_, places) ||
      !get(in, dead))
    return false;
  for (const Place& place : places_) {
    if (std::uint64_t{place.begin} + place.count > rows_.size()) return false;
  }
  dead_ = dead;
  return true;
}

const Member* Table::member(std::string_view wanted) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == wanted; });
  return found == members.end() ? nullptr : &*found;
}

Member& Table::add_scalar(std::string given, Form form, int scale) {
  columns.emplace_back(form, scale);
  columns.back().resize(rows);
  members.push_back({.name = std::move(given), .what = Member::What::Scalar, .column = columns.size() - 1});
  return members.back();
}

void Table::resize(std::size_t count) {
  rows = count;
  for (Column& column : columns) column.resize(count);
  for (ChildList& list : lists) list.resize(count);
}

std::size_t Table::bytes() const {
  std::size_t total = 0;
  for (const Column& column : columns) total += column.bytes();
  for (const ChildList& list : lists) total += list.bytes();
  return total;
}

Table& Store::add(std::string name) {
  tables.push_back(std::make_unique<Table>());
  tables.back()->name = std::move(name);
  return *tables.back();
}

std::size_t Store::bytes() const {
  std::size_t total = dictionary.bytes();
  for (const auto& table : tables) total += table->bytes();
  return total;
}

}  // namespace yuanqu::columns
