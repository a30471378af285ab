#pragma once
// RowIndex: every record has a row among those of its kind, for good: what columns and held outcomes are ordered by.
// Rows are given in the order records are added. 24 bytes a record. One writer or many readers.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "journal/change.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::population {

class RowIndex {
 public:
  using RecordId = journal::RecordId;
  std::optional<std::int32_t> row_of(RecordId record) const;
  // Rows are counted in each kind by itself: nothing for a record of another kind, whose row is somebody else's here.
  std::optional<std::int32_t> row_of(const register_::Kind& kind, RecordId record) const;
  std::int32_t add(const register_::Kind& kind, RecordId record);  // its row when it has one
  std::span<const RecordId> records(const register_::Kind& kind) const;
  RecordId record_of(const register_::Kind& kind, std::int32_t row) const {
    return records(kind)[static_cast<std::size_t>(row)];
  }
  std::size_t size() const { return size_; }
  std::size_t bytes() const;
  void save(std::string& out) const;
  bool load(std::string_view& in);

 private:
  static constexpr std::int32_t nobody = -1;
  struct Slot {
    std::int32_t row = nobody;
    std::uint32_t low = 0, high = 0;  // the record's id
  };
  static RecordId id_of(const Slot& slot) { return static_cast<RecordId>(std::uint64_t{slot.high} << 32 | slot.low); }
  std::size_t place_of(RecordId record) const;
  void put(RecordId record, std::int32_t row);
  void grow();

  std::vector<Slot> slots_ = std::vector<Slot>(64);  // open addressing, at most three quarters full
  std::size_t size_ = 0;
  std::unordered_map<std::uint32_t, std::vector<RecordId>> records_;  // by kind, in order of rows
};

}  // namespace yuanqu::population
