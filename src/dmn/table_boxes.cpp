#include "dmn/table_boxes.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace yuanqu::dmn {

Boxes boxes_of(const TableNode& table, const std::vector<ColumnDomain>& domains) {
  Boxes boxes;
  boxes.columns = table.columns.size();
  for (const auto& domain : domains) boxes.pieces.push_back(static_cast<std::uint32_t>(domain.pieces.size()));
  boxes.rules.resize(table.rules.size());
  for (std::size_t r = 0; r < table.rules.size(); ++r) {
    for (std::size_t c = 0; c < boxes.columns; ++c) {
      const auto position = table.columns[c].cell_of_rule[r];
      if (position != TableColumn::any)
        boxes.rules[r].push_back(domains[c].cells[position].intervals);
      else if (boxes.pieces[c] == 0)
        boxes.rules[r].emplace_back();
      else
        boxes.rules[r].push_back({domains[c].all()});
    }
  }
  return boxes;
}

bool meet(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  const Interval common = first_common(a, b);
  return common.first < common.second;
}

Interval first_common(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Interval common{std::max(a[i].first, b[j].first), std::min(a[i].second, b[j].second)};
    if (common.first < common.second) return common;
    if (a[i].second < b[j].second)
      ++i;
    else
      ++j;
  }
  return {0, 0};
}

BoxSearch::BoxSearch(const Boxes& boxes, std::uint64_t work) : boxes_(boxes), left_(work) {
  order_.resize(boxes.columns);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  // Columns that most rules speak of, and that have few pieces, split the rules best.
  std::vector<std::size_t> specific(boxes.columns, 0);
  for (const auto& rule : boxes.rules) {
    for (std::size_t c = 0; c < boxes.columns; ++c) {
      if (rule[c].size() != 1 || rule[c][0] != Interval{0, boxes.pieces[c]}) ++specific[c];
    }
  }
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    if (specific[a] != specific[b]) return specific[a] > specific[b];
    return boxes.pieces[a] < boxes.pieces[b];
  });
}

BoxSearch::Gaps BoxSearch::gaps(std::size_t boxes_max) {
  Gaps found;
  bound_.clear();
  for (const auto pieces : boxes_.pieces) {
    if (pieces == 0) return found;  // a column without an admitted value: no input at all
    bound_.push_back({{0, pieces}});
  }
  known_.clear();
  known_bytes_ = 0;
  std::vector<std::uint32_t> active(boxes_.rules.size());
  std::iota(active.begin(), active.end(), 0u);
  std::vector<Interval> prefix;
  for (const auto pieces : boxes_.pieces) prefix.emplace_back(0, pieces);
  covered(0, active, prefix, &found, boxes_max);
  if (exhausted()) found.more = true;
  return found;
}

bool BoxSearch::covered_by_earlier(std::uint32_t rule) {
  bound_ = boxes_.rules[rule];
  known_.clear();
  known_bytes_ = 0;
  std::vector<std::uint32_t> active;
  for (std::uint32_t r = 0; r < rule; ++r) {
    bool touches = true;
    for (std::size_t c = 0; c < boxes_.columns && touches; ++c) touches = meet(boxes_.rules[r][c], bound_[c]);
    if (touches) active.push_back(r);
  }
  left_ -= std::min<std::uint64_t>(left_, std::uint64_t{rule} * boxes_.columns / 8 + 1);
  std::vector<Interval> prefix(boxes_.columns);
  return !exhausted() && covered(0, active, prefix, nullptr, 0) && !exhausted();
}

// Answers whether the active rules cover everything from column `depth` on. With `gaps` it lists what they do not;
// without, it stops at the first.
bool BoxSearch::covered(std::size_t depth, const std::vector<std::uint32_t>& active, std::vector<Interval>& prefix,
                        Gaps* gaps, std::size_t boxes_max) {
  const auto spend = [&](std::uint64_t steps) { left_ -= std::min(left_, steps); };
  if (gaps != nullptr && gaps->boxes.size() >= boxes_max) {
    gaps->more = true;
    return false;
  }
  if (active.empty()) {
    if (gaps != nullptr) gaps->boxes.push_back(prefix);
    return false;
  }
  if (depth == order_.size()) return true;
  // A rule that admits all that remains settles it.
  for (const auto r : active) {
    bool everything = true;
    for (std::size_t d = depth; d < order_.size() && everything; ++d) {
      const std::size_t c = order_[d];
      const auto& cell = boxes_.rules[r][c];
      everything =
          cell.size() == 1 && cell[0].first <= bound_[c].front().first && cell[0].second >= bound_[c].back().second;
    }
    spend(1);
    if (everything) return true;
  }
  if (exhausted()) return true;  // unknown; the caller looks at exhausted()
  std::string key(reinterpret_cast<const char*>(active.data()), active.size() * sizeof(active[0]));
  key.push_back(static_cast<char>(depth));
  if (known_.contains(key)) return true;

  const std::size_t column = order_[depth];
  std::vector<std::uint32_t> cuts;
  for (const auto& bound : bound_[column]) {
    cuts.push_back(bound.first);
    cuts.push_back(bound.second);
  }
  for (const auto r : active) {
    for (const auto& interval : boxes_.rules[r][column]) {
      cuts.push_back(interval.first);
      cuts.push_back(interval.second);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  // Which of the segments between two cuts each rule admits; then segments with the same rules are one question.
  std::vector<std::vector<std::uint32_t>> rules_of(cuts.size());
  for (const auto r : active) {
    for (const auto& interval : boxes_.rules[r][column]) {
      const auto from =
          static_cast<std::size_t>(std::lower_bound(cuts.begin(), cuts.end(), interval.first) - cuts.begin());
      for (std::size_t s = from; s < cuts.size() && cuts[s] < interval.second; ++s) {
        rules_of[s].push_back(r);
        spend(1);
      }
    }
  }
  std::map<std::vector<std::uint32_t>, bool> asked;
  bool whole = true;
  for (std::size_t s = 0; s + 1 < cuts.size() && !exhausted(); ++s) {
    const bool inside = std::any_of(bound_[column].begin(), bound_[column].end(), [&](const Interval& bound) {
      return bound.first <= cuts[s] && cuts[s] < bound.second;
    });
    if (!inside) continue;
    const auto [at, added] = asked.emplace(rules_of[s], false);
    if (!added && at->second) continue;  // known to be covered; what is not is listed for each segment
    const Interval before = prefix[column];
    prefix[column] = {cuts[s], cuts[s + 1]};
    at->second = covered(depth + 1, rules_of[s], prefix, gaps, boxes_max);
    prefix[column] = before;
    if (!at->second) {
      whole = false;
      if (gaps == nullptr) return false;
      if (gaps->more) return false;
    }
  }
  if (whole && !exhausted() && known_bytes_ < known_bytes_max) {
    known_bytes_ += key.size();
    known_.insert(std::move(key));
  }
  return whole;
}

}  // namespace yuanqu::dmn
