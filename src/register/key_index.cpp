#include "register/key_index.hpp"

#include <algorithm>
#include <mutex>

#include "base/text.hpp"

namespace yuanqu::register_ {

namespace {

constexpr std::size_t combinations_max = 64;

std::uint64_t hash_text(std::uint64_t hash, std::string_view text) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return (hash ^ 0xFF) * 0x100000001B3ULL;  // ends the part, so that ("ab","c") and ("a","bc") differ
}

std::uint64_t hash_start(KindNumber kind, std::size_t key) {
  return hash_text(0xCBF29CE484222325ULL, std::to_string(kind) + "/" + std::to_string(key));
}

std::uint64_t spread(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0xD6E8FEB86659FD93ULL;
  return hash ^ (hash >> 32);
}

}  // namespace

bool holds_key(const Value& value, std::string_view wanted) {
  if (value.type() != ValueType::List) return key_text(value) == wanted;
  return std::any_of(value.items().begin(), value.items().end(),
                     [&](const Value& item) { return key_text(item) == wanted; });
}

std::string key_text(const Value& value) {
  if (value.type() == ValueType::List && value.items().size() == 1) return key_text(value.items().front());
  if (value.type() != ValueType::String) return value.to_bytes();
  const std::string& text = value.text();
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != ' ' && c != '\t' && !(c >= 'a' && c <= 'z');
  });
  if (plain) return text;
  std::string normal;
  const std::string half = base::half_width(text);
  std::size_t offset = 0;
  while (offset < half.size()) {
    const std::size_t from = offset;
    if (!base::is_blank(base::next_code_point(half, offset))) normal.append(half, from, offset - from);
  }
  for (char& c : normal) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return normal;
}

bool KeyIndex::built(KindNumber kind) const {
  const std::shared_lock hold(mutex_);
  return built_.contains(kind);
}

void KeyIndex::set_built(KindNumber kind) {
  const std::unique_lock hold(mutex_);
  built_.insert(kind);
}

void KeyIndex::add(const Kind& kind, const RecordState& state) {
  std::vector<std::uint64_t> hashes;
  for (std::size_t key = 0; key < kind.keys.size(); ++key) {
    std::vector<std::uint64_t> partial = {hash_start(kind.number, key)};
    for (FieldNumber field : kind.keys[key]) {
      std::vector<std::string> texts;
      for (const Fact& fact : state.facts_of(field)) {
        if (fact.value.is_null() || fact.value.type() == ValueType::Unreadable) continue;
        const auto take = [&](const Value& value) {
          std::string text = key_text(value);
          if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
        };
        if (fact.value.type() != ValueType::List) take(fact.value);
        for (const Value& item : fact.value.items()) take(item);
      }
      std::vector<std::uint64_t> longer;
      for (std::uint64_t hash : partial) {
        for (const std::string& text : texts) {
          if (longer.size() < combinations_max) longer.push_back(hash_text(hash, text));
        }
      }
      partial = std::move(longer);
    }
    hashes.insert(hashes.end(), partial.begin(), partial.end());
  }
  const std::unique_lock hold(mutex_);
  for (std::uint64_t hash : hashes) insert(spread(hash), state.id);
}

std::vector<RecordId> KeyIndex::find(const Kind& kind, std::size_t key, const std::vector<Value>& values) const {
  std::uint64_t hash = hash_start(kind.number, key);
  for (const Value& value : values) hash = hash_text(hash, key_text(value));
  hash = spread(hash);
  std::vector<RecordId> found;
  const std::shared_lock hold(mutex_);
  if (entries_.empty()) return found;
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t at = hash & mask; entries_[at].record != 0; at = (at + 1) & mask) {
    if (entries_[at].hash == hash) found.push_back(entries_[at].record);
  }
  return found;
}

void KeyIndex::insert(std::uint64_t hash, RecordId record) {
  if (size_ * 2 >= entries_.size()) grow();
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = hash & mask;
  for (; entries_[at].record != 0; at = (at + 1) & mask) {
    if (entries_[at].hash == hash && entries_[at].record == record) return;
  }
  entries_[at] = {hash, record};
  ++size_;
}

void KeyIndex::grow() {
  std::vector<Entry> old(std::max<std::size_t>(1024, entries_.size() * 2));
  old.swap(entries_);
  const std::size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.record == 0) continue;
    std::size_t at = entry.hash & mask;
    while (entries_[at].record != 0) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

}  // namespace yuanqu::register_
