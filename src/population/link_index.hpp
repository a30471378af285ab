#pragma once
// LinkIndex: who names whom through one reference field, as pairs in order, 16 bytes each. What was added or removed
// lately lies beside until it is worth merging: adding costs the logarithm of the whole on average, a look-up two
// binary searches.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yuanqu::population {

class LinkIndex {
 public:
  using Id = std::int64_t;
  void add(Id target, Id from);
  void remove(Id target, Id from);
  std::vector<Id> of(Id target) const;  // ascending
  std::size_t bytes() const { return links_.capacity() * sizeof(Link) + (added_.size() + removed_.size()) * 64; }
  void save(std::string& out) const;
  bool load(std::string_view& in);

 private:
  using Link = std::pair<Id, Id>;  // target, from
  struct Packed {
    Id target, from;
  };
  void merge();
  std::vector<Link> links_;
  std::set<Link> added_, removed_;
};

}  // namespace yuanqu::population
