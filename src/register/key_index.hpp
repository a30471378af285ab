#pragma once
// KeyIndex: from what a key's fields hold, or ever held, to records. In memory: an index on random keys in the database
// would halve the speed of imports. It holds hints (hashes), never truth: whoever looks up reads the record and
// compares, so entries of a batch that was rolled back do no harm and nothing is ever removed. 16 bytes an entry at
// most half full. Built for a kind on the writer thread when first needed. Safe from every thread.

#include <cstdint>
#include <functional>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "register/catalogue.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

// What is compared: texts without regard to width, case and blanks ("（" equals "("), other values by their bytes; a
// list of one by its item.
std::string key_text(const Value& value);
// Whether a value is what a key text asks for; a list (former names, meter accounts) when one of its items is.
bool holds_key(const Value& value, std::string_view wanted);

class KeyIndex {
 public:
  bool built(KindNumber kind) const;
  void set_built(KindNumber kind);
  void add(const Kind& kind, const RecordState& state);
  std::vector<RecordId> find(const Kind& kind, std::size_t key, const std::vector<Value>& values) const;

 private:
  struct Entry {
    std::uint64_t hash = 0;
    RecordId record = 0;  // 0: empty
  };
  void insert(std::uint64_t hash, RecordId record);
  void grow();

  mutable std::shared_mutex mutex_;
  std::vector<Entry> entries_;
  std::size_t size_ = 0;
  std::set<KindNumber> built_;
};

}  // namespace yuanqu::register_
