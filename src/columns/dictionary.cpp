#include "columns/dictionary.hpp"

#include <cstring>

#include "columns/bytes.hpp"
#include "columns/form.hpp"

namespace yuanqu::columns {

namespace {
std::size_t hash_of(std::string_view text) {
  std::uint64_t hash = 0x9E3779B97F4A7C15ULL ^ text.size();
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash = (hash ^ word) * 0xFF51AFD7ED558CCDULL;
    hash ^= hash >> 32;
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, at, left);
  hash = (hash ^ tail) * 0xC4CEB9FE1A85EC53ULL;
  return static_cast<std::size_t>(hash ^ (hash >> 29));
}
}  // namespace

Dictionary::Dictionary() : begin_{0}, slots_(64, -1) {}

std::size_t Dictionary::slot_of(std::string_view wanted, std::size_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at] >= 0 && text(slots_[at]) != wanted) at = (at + 1) & mask;
  return at;
}

std::int32_t Dictionary::find(std::string_view wanted) const {
  const std::int32_t code = slots_[slot_of(wanted, hash_of(wanted))];
  return code < 0 ? null32 : code;
}

std::int32_t Dictionary::code_of(std::string_view wanted) {
  const std::size_t at = slot_of(wanted, hash_of(wanted));
  if (slots_[at] >= 0) return slots_[at];
  const auto code = static_cast<std::int32_t>(size());
  bytes_.append(wanted);
  begin_.push_back(bytes_.size());
  slots_[at] = code;
  if (size() * 2 > slots_.size()) grow();
  return code;
}

void Dictionary::grow() {
  std::vector<std::int32_t> larger(slots_.size() * 2, -1);
  slots_.swap(larger);
  for (std::int32_t code = 0; code < static_cast<std::int32_t>(size()); ++code)
    slots_[slot_of(text(code), hash_of(text(code)))] = code;
}

bool Texts::sync() {
  if (writable_ != nullptr || first_ == static_cast<std::int32_t>(shared_.size())) return false;
  first_ = static_cast<std::int32_t>(shared_.size());
  own_ = Dictionary();
  return true;
}

std::int32_t Texts::code_of(std::string_view text) {
  if (writable_ != nullptr) return writable_->code_of(text);
  const std::int32_t known = shared_.find(text);
  return known != null32 && known < first_ ? known : first_ + own_.code_of(text);
}

void Dictionary::save(std::string& out) const {
  put(out, static_cast<std::uint64_t>(begin_.size()));
  put_array(out, begin_.data(), begin_.size());
  put(out, static_cast<std::uint64_t>(bytes_.size()));
  out.append(bytes_);
}

bool Dictionary::load(std::string_view& in) {
  std::uint64_t count = 0, length = 0;
  if (!get(in, count) || count == 0 || !get_array(in, begin_, count) || !get(in, length) || in.size() < length)
    return false;
  for (std::size_t i = 1; i < begin_.size(); ++i) {
    if (begin_[i] < begin_[i - 1]) return false;
  }
  if (begin_.front() != 0 || begin_.back() != length || count > (1ULL << 31)) return false;
  bytes_.assign(in.substr(0, length));
  in.remove_prefix(length);
  std::size_t slots = 64;
  while (slots < size() * 2) slots *= 2;
  slots_.assign(slots / 2, -1);
  grow();
  return true;
}

}  // namespace yuanqu::columns
