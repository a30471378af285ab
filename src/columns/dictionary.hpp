#pragma once
// Dictionary: texts as codes from 0, in the order they were first met; a code never changes. Equal codes are equal
// texts. A dictionary grows only; one writer, or any number of readers. About 13 bytes and the text for each.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.hpp"

namespace yuanqu::columns {

class Dictionary {
 public:
  Dictionary();
  std::int32_t code_of(std::string_view text);     // adds it when it is new
  std::int32_t find(std::string_view text) const;  // null32 when it is not there
  std::string_view text(std::int32_t code) const {
    return {bytes_.data() + begin_[index(code)], begin_[index(code) + 1] - begin_[index(code)]};
  }
  feel::Value value(std::int32_t code) const { return feel::Value(text(code)); }
  std::size_t size() const { return begin_.size() - 1; }
  std::size_t bytes() const { return bytes_.capacity() + begin_.capacity() * 8 + slots_.capacity() * 4; }

  void save(std::string& out) const;
  bool load(std::string_view& in);

 private:
  static std::size_t index(std::int32_t code) { return static_cast<std::size_t>(code); }
  std::size_t slot_of(std::string_view text, std::size_t hash) const;
  void grow();

  std::string bytes_;
  std::vector<std::uint64_t> begin_;
  std::vector<std::int32_t> slots_;  // open addressing, -1 is free
};

// The texts a run sees: those of a dictionary, and those the run makes itself. With a dictionary it may write to, they
// are one; otherwise its own codes begin where the shared dictionary ended when sync() was called last, and sync()
// forgets them when the shared one has grown since.
class Texts {
 public:
  Texts(const Dictionary& shared, Dictionary* writable)
      : shared_(shared), writable_(writable), first_(static_cast<std::int32_t>(shared.size())) {}
  // True when codes given before are no longer good.
  bool sync();
  std::int32_t code_of(std::string_view text);
  std::string_view text(std::int32_t code) const {
    return writable_ != nullptr || code < first_ ? shared_.text(code) : own_.text(code - first_);
  }
  std::size_t size() const {
    return writable_ != nullptr ? shared_.size() : static_cast<std::size_t>(first_) + own_.size();
  }

 private:
  const Dictionary& shared_;
  Dictionary* writable_;
  std::int32_t first_;
  Dictionary own_;
};

}  // namespace yuanqu::columns
