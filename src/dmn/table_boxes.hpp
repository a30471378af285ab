#pragma once
// Rules as boxes over piece intervals, and the search for what they leave uncovered (internal to the room;
// table_check.hpp).

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "dmn/table_domain.hpp"

namespace yuanqu::dmn {

struct Boxes {
  std::size_t columns = 0;
  std::vector<std::uint32_t> pieces;                      // of each column
  std::vector<std::vector<std::vector<Interval>>> rules;  // rules[r][c]: intervals
};

Boxes boxes_of(const TableNode& table, const std::vector<ColumnDomain>& domains);
bool meet(const std::vector<Interval>& a, const std::vector<Interval>& b);
Interval first_common(const std::vector<Interval>& a, const std::vector<Interval>& b);

// Goes through the columns one by one, keeping the rules that still apply; where none is left, there is a gap. Parts of
// the input space met before with the same rules left are not searched again.
class BoxSearch {
 public:
  BoxSearch(const Boxes& boxes, std::uint64_t work);

  struct Gaps {
    std::vector<std::vector<Interval>> boxes;
    bool more = false;  // the list or the budget ended first
  };
  Gaps gaps(std::size_t boxes_max);
  // Do the rules before `rule` cover all of its box? False when the budget ends before it is known.
  bool covered_by_earlier(std::uint32_t rule);
  bool exhausted() const { return left_ == 0; }

 private:
  bool covered(std::size_t depth, const std::vector<std::uint32_t>& active, std::vector<Interval>& prefix, Gaps* gaps,
               std::size_t boxes_max);
  const std::vector<Interval>& limits(std::size_t column) const;

  const Boxes& boxes_;
  std::vector<std::size_t> order_;            // columns, the most telling first
  std::vector<std::vector<Interval>> bound_;  // the part of each column that is searched
  std::unordered_set<std::string> known_;     // (depth, active rules) that are covered
  static constexpr std::size_t known_bytes_max = 256u << 20;
  std::size_t known_bytes_ = 0;
  std::uint64_t left_;
};

}  // namespace yuanqu::dmn
