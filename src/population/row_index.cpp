#include "population/row_index.hpp"

#include "columns/bytes.hpp"

namespace yuanqu::population {

std::size_t RowIndex::place_of(RecordId record) const {
  const std::size_t mask = slots_.size() - 1;
  std::uint64_t hash = static_cast<std::uint64_t>(record) * 0x9E3779B97F4A7C15ULL;
  hash ^= hash >> 32;
  std::size_t at = hash & mask;
  while (slots_[at].row != nobody && id_of(slots_[at]) != record) at = (at + 1) & mask;
  return at;
}

std::optional<std::int32_t> RowIndex::row_of(RecordId record) const {
  const Slot& slot = slots_[place_of(record)];
  return slot.row == nobody ? std::nullopt : std::optional(slot.row);
}

std::optional<std::int32_t> RowIndex::row_of(const register_::Kind& kind, RecordId record) const {
  const auto row = row_of(record);
  const std::span<const RecordId> of_kind = records(kind);
  const bool same =
      row && static_cast<std::size_t>(*row) < of_kind.size() && of_kind[static_cast<std::size_t>(*row)] == record;
  return same ? row : std::nullopt;
}

void RowIndex::put(RecordId record, std::int32_t row) {
  const auto bits = static_cast<std::uint64_t>(record);
  slots_[place_of(record)] = {row, static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)};
}

void RowIndex::grow() {
  std::vector<Slot> before(slots_.size() * 2);
  before.swap(slots_);
  for (const Slot& slot : before) {
    if (slot.row != nobody) put(id_of(slot), slot.row);
  }
}

std::int32_t RowIndex::add(const register_::Kind& kind, RecordId record) {
  if (const auto known = row_of(record)) return *known;
  std::vector<RecordId>& of_kind = records_[kind.number];
  const auto row = static_cast<std::int32_t>(of_kind.size());
  of_kind.push_back(record);
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  put(record, row);
  ++size_;
  return row;
}

std::span<const RowIndex::RecordId> RowIndex::records(const register_::Kind& kind) const {
  const auto found = records_.find(kind.number);
  return found == records_.end() ? std::span<const RecordId>{} : std::span<const RecordId>(found->second);
}

std::size_t RowIndex::bytes() const {
  std::size_t total = slots_.capacity() * sizeof(Slot);
  for (const auto& [kind, records] : records_) total += records.capacity() * sizeof(RecordId);
  return total;
}

void RowIndex::save(std::string& out) const {
  columns::put(out, static_cast<std::uint64_t>(records_.size()));
  for (const auto& [kind, records] : records_) {
    columns::put(out, kind);
    columns::put(out, static_cast<std::uint64_t>(records.size()));
    columns::put_array(out, records.data(), records.size());
  }
}

bool RowIndex::load(std::string_view& in) {
  std::uint64_t kinds = 0;
  if (!columns::get(in, kinds)) return false;
  size_ = 0;
  records_.clear();
  for (std::uint64_t i = 0; i < kinds; ++i) {
    std::uint32_t kind = 0;
    std::uint64_t count = 0;
    if (!columns::get(in, kind) || !columns::get(in, count) || !columns::get_array(in, records_[kind], count))
      return false;
    size_ += count;
  }
  std::size_t slots = 64;
  while (size_ * 4 > slots * 3) slots *= 2;
  slots_.assign(slots, {});
  for (const auto& [kind, records] : records_) {
    for (std::size_t row = 0; row < records.size(); ++row) put(records[row], static_cast<std::int32_t>(row));
  }
  return true;
}

}  // namespace yuanqu::population
